"""Pages: first paint (0.5 s) and slider to pixels (60 ms at 256²), in a headless chromium, over the open chapters."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .measure import keep

START = "from underfocus.study.serve import serve; serve(open_browser=False)"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
#: Fifty places of a slider, none twice; each waits until the pixels of the last are on the screen.
SWEEP = """async ([id, knob]) => {
  const slider = document.getElementById(`${id}-${knob}-slider`);
  const [low, high] = [Number(slider.min), Number(slider.max)];
  ufTimings.length = 0;
  for (let i = 0; i < 50; i++) {
    const before = ufTimings.length;
    slider.value = low + ((high - low) * (i + 0.5)) / 50;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    const start = performance.now();
    while (ufTimings.length === before && performance.now() - start < 5000) {
      await new Promise((wait) => setTimeout(wait, 1));
    }
  }
  return ufTimings.map((t) => ({ all: t.painted - t.input, drawn: t.drawn - t.input, engine: t.server }));
}"""
FIGURES = """() => [...document.querySelectorAll("uf-figure:not([data-measured])")].map((f) => ({
  id: f.id,
  knob: f.querySelector('input[type="range"]')?.closest("[data-knob]").dataset.knob,
  canvas: [...f.querySelectorAll(".frame canvas")].map((c) => `${c.width} × ${c.height}`).join(", "),
}))"""
FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"


@contextmanager
def study() -> Iterator[str]:
    """The study as a reader starts it; its address."""
    process = subprocess.Popen([sys.executable, "-c", START], stdout=subprocess.PIPE, text=True, env=os.environ)
    assert process.stdout is not None
    found = re.search(r"http://\S+", process.stdout.readline())
    if found is None:
        raise SystemExit("the study did not print an address")
    try:
        yield found[0]
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)


def middle(values: list[float]) -> dict[str, float]:
    """Median and ninth decile, in ms."""
    return {
        "median_ms": round(statistics.median(values), 1),
        "p90_ms": round(statistics.quantiles(values, n=10)[-1], 1),
    }


def measure_page(page: Any, path: str) -> dict[str, Any]:
    """First paints of one page over five loads, and the sweep of each figure's first slider."""
    base = re.sub(r"(http://[^/]+).*", r"\1", page.url)
    paints = []
    for _ in range(5):
        page.goto(base + path)
        page.wait_for_timeout(1500)
        paints.append(float(page.evaluate(FIRST_PAINT)))
    found: dict[str, Any] = {"first_paint": middle(paints)}
    for figure in page.evaluate(FIGURES):
        if figure["knob"]:
            times = page.evaluate(SWEEP, [figure["id"], figure["knob"]])
            name = f"{figure['id']} {figure['knob']} ({figure['canvas'] or 'curves'})"
            found[name] = middle([t["all"] for t in times]) | {
                "engine_ms": round(statistics.median(t["engine"] for t in times), 1),
                "frames": len(times),
            }
    return found


def main(arguments: list[str]) -> None:
    """Measure and keep ``results/page.json``."""
    from playwright.sync_api import sync_playwright

    from underfocus.study.chapter import chapters

    argparse.ArgumentParser(description=__doc__).parse_args(arguments)
    paths = ["/", *(f"/chapter/{c.slug}/{c.stream}" for c in chapters())]
    found: dict[str, Any] = {}
    with study() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        page.goto(address)
        page.wait_for_timeout(10_000)
        for path in paths:
            found[path] = measure_page(page, path)
        browser.close()
    keep("page", "slider to pixels: median under 60 ms at 256², 50 places; first paint under 0.5 s", found)
