"""Scenes: script a frame while one is dragged (8 ms): 20,000 triangles and more, planes, 2,000 points."""

from __future__ import annotations

import argparse
import shutil
import statistics
from typing import Any

import numpy as np
from tests.page.demo import Demo, render
from tests.page.running import drawn, running

from underfocus.samples import apoferritin
from underfocus.show import Panels, beside, scene
from underfocus.show.figure import figure

from .measure import keep
from .page import FLAGS

FRAMES = 200
#: Drag the figure's scene in a circle, a step before each picture of the screen; milliseconds of script a frame.
DRAG = """async ([name, frames]) => {
  const { figureOf } = await import("/web/figure.js");
  const canvas = figureOf(name).panels[0].over;
  const send = (kind, x, y) => canvas.dispatchEvent(
    new PointerEvent(kind, { bubbles: true, pointerId: 1, button: 0, clientX: x, clientY: y }));
  canvas.setPointerCapture = () => {};
  const times = window.ufSceneTimings;
  times.length = 0;
  const started = performance.now();
  send("pointerdown", 100, 100);
  for (let i = 1; i <= frames; i++) {
    send("pointermove", 100 + 80 * Math.sin(i / 9), 100 + 50 * Math.sin(i / 14));
    await new Promise((wait) => requestAnimationFrame(() => setTimeout(wait)));
  }
  send("pointerup", 100, 100);
  return { script: [...times], wall: performance.now() - started };
}"""


def _protein(opacity: float) -> scene.Mesh:
    """A real map's surface of more than 20,000 triangles, the box being 2 wide."""
    protein = apoferritin(box=48, pixel=4.0)
    density = np.asarray(protein.data)
    return scene.isosurface(density, float(density.mean() + 1.5 * density.std()), 2 / 48, opacity=opacity)


def _panels(opacity: float) -> Panels:
    mesh = _protein(opacity)
    generator = np.random.default_rng(1)
    directions = generator.standard_normal((2000, 3))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    picture = generator.standard_normal((128, 128))
    planes = [
        scene.Plane((0, 0, z), (1, 0, 0), (0, 1, 0), data=picture, opacity=0.7, limits=(-3, 3)) for z in (-0.4, 0, 0.4)
    ]
    items: tuple[scene.Item, ...] = (
        mesh,
        *planes,
        scene.Points(1.1 * directions),
        scene.cube(),
        *scene.triad(np.eye(3)),
    )
    words = f"{len(mesh.faces)} triangles, 3 planes of 128², 2000 points."
    return beside(scene.Scene(items, title="Load", description=words, extent=1.2))


@figure("Opaque")
def opaque() -> Panels:
    """The map's surface opaque."""
    return _panels(1.0)


@figure("Clear")
def clear() -> Panels:
    """The map's surface clear: its triangles are put in order anew in each frame."""
    return _panels(0.5)


def _measured(page: Any, name: str) -> dict[str, Any]:
    page.locator(f"#fig-{name}").scroll_into_view_if_needed()
    page.evaluate(DRAG, [name, 40])
    found = page.evaluate(DRAG, [name, FRAMES])
    script = sorted(found["script"])
    return {
        "frames": len(script),
        "script_median_ms": round(statistics.median(script), 2),
        "script_p95_ms": round(script[int(0.95 * len(script))], 2),
        "script_max_ms": round(script[-1], 2),
        "wall_ms_a_frame_in_software": round(found["wall"] / FRAMES, 1),
    }


def main(arguments: list[str]) -> None:
    """Measure and keep ``results/scene.json``."""
    from playwright.sync_api import sync_playwright

    argparse.ArgumentParser(description=__doc__).parse_args(arguments)
    figures = {"opaque": opaque, "clear": clear}
    found: dict[str, Any] = {"triangles": len(_protein(1.0).faces), "planes": 3, "points": 2000}
    chapter = Demo(figures=figures, problems={}, derivations={})
    with running(chapters=[chapter], render=render) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        page.goto(site.door.address("/chapter/demo/blur"))
        for name in figures:
            drawn(page, name)
            found[name] = _measured(page, name)
        browser.close()
    keep(
        "scene",
        "script at most 8 ms a frame while a scene is dragged; the picture itself by software, without a GPU",
        found,
    )
