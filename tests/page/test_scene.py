"""Scenes in a real browser: drawn, turned by hand and by key, told where they cannot be drawn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.page.demo import Demo, render
from tests.page.running import Site, drawn, running, until

from underfocus.maths import waves
from underfocus.show import Panels, beside, curve, scene
from underfocus.show.figure import figure

pytestmark = pytest.mark.page

#: Draw now and read the pixels back in one breath: a live canvas is cleared once the browser has shown it.
SEEN = """(name) => import("/web/figure.js").then(({ figureOf }) => {
  const panel = figureOf(name).panels[0];
  panel.render();
  const shown = panel.root.querySelector("canvas.live") ?? panel.solid;
  const copy = document.createElement("canvas");
  Object.assign(copy, { width: shown.width, height: shown.height });
  copy.getContext("2d").drawImage(shown, 0, 0);
  return copy.toDataURL();
})"""
NO_WEBGL = """HTMLCanvasElement.prototype.getContext = ((real) => function (kind, ...more) {
  return kind.startsWith("webgl") ? null : real.call(this, kind, ...more);
})(HTMLCanvasElement.prototype.getContext)"""
LABEL = "#fig-solids canvas.words"


@figure("Solids")
def solids() -> Panels:
    """One of everything."""
    volume = waves.wave(16, (1, 1, 1))
    items = (
        scene.isosurface(volume, 0.5, 0.1, opacity=0.6, label="crests"),
        scene.sphere(0.4),
        scene.cube(),
        *scene.triad([[1, 0, 0], [0, 1, 0], [0, 0, 1]]),
        scene.Plane((0, 0, -1), (1, 0, 0), (0, 1, 0), data=volume[8], opacity=1.0),
        scene.Path([[0, 0, 0], [1, 1, 1]], style="dashed"),
        scene.Points([[0.5, 0.5, 0.5]], tint="second", label="a point"),
        scene.Tag((0, 0, 1.1), "top"),
    )
    drawn_scene = scene.Scene(items, title="Solids", description="One of everything.", extent=1.3)
    return beside(drawn_scene, curve([0.0, 1.0], [0.0, 1.0]))


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """A study whose only figure is a scene."""
    chapter = Demo(figures={"solids": solids}, problems={}, derivations={})
    with running(chapters=[chapter], render=render) as found:
        yield found


@pytest.fixture
def page(site: Site, open_page: Any) -> Page:
    """Its page, drawn."""
    opened: Page = open_page(site, "/chapter/demo/blur")
    drawn(opened, "solids")
    return opened


def test_a_scene_is_drawn_and_dragging_turns_it(page: Page) -> None:
    before = page.evaluate(SEEN, "solids")
    page.locator(LABEL).scroll_into_view_if_needed()
    box = page.locator(LABEL).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 100, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 180, box["y"] + 130, steps=4)
    page.mouse.up()
    assert page.evaluate(SEEN, "solids") != before
    page.locator(LABEL).dblclick()
    assert page.evaluate(SEEN, "solids") == before


def test_keys_turn_magnify_and_begin_again(page: Page) -> None:
    canvas = page.locator(LABEL)
    canvas.focus()
    start = canvas.get_attribute("aria-label")
    assert start is not None
    assert "Solids: One of everything." in start
    canvas.press("ArrowRight")
    until(page, "(words) => document.querySelector('canvas.words').ariaLabel !== words", start)
    expect(canvas).to_have_attribute("aria-label", start.replace("azimuth 35°", "azimuth 40°"))
    turned = page.evaluate(SEEN, "solids")
    canvas.press("+")
    assert page.evaluate(SEEN, "solids") != turned
    canvas.press("Home")
    expect(canvas).to_have_attribute("aria-label", start)


def test_the_camera_stays_when_the_figure_is_drawn_again(page: Page) -> None:
    canvas = page.locator(LABEL)
    canvas.press("ArrowUp")
    expect(canvas).to_have_attribute("aria-label", "Solids: One of everything. seen from azimuth 35°, elevation 30°")
    seq = drawn(page, "solids")
    page.evaluate("import('/web/figure.js').then(({ figureOf }) => figureOf('solids').ask())")
    drawn(page, "solids", seq)
    expect(canvas).to_have_attribute("aria-label", "Solids: One of everything. seen from azimuth 35°, elevation 30°")


def test_the_theme_recolours_a_scene(page: Page) -> None:
    before = page.evaluate(SEEN, "solids")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    until(page, "() => getComputedStyle(document.body).colorScheme.includes('dark')")
    assert page.evaluate(SEEN, "solids") != before


def test_the_legend_names_what_has_a_label(page: Page) -> None:
    assert page.locator("#fig-solids .panel-scene .legend li").all_inner_texts() == ["crests", "a point"]


def test_without_webgl_the_scene_is_told(site: Site, open_page: Any) -> None:
    page = open_page(site, "/before")
    page.add_init_script(NO_WEBGL)
    page.goto(f"{site.base}/chapter/demo/blur")
    drawn(page, "solids")
    expect(page.locator("#fig-solids .in-words")).to_have_text("One of everything.")
    expect(page.locator("#fig-solids canvas.words")).to_be_hidden()


def test_a_narrow_page_holds_a_scene(site: Site, open_page: Any) -> None:
    page = open_page(site, "/chapter/demo/blur", width=400)
    drawn(page, "solids")
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    box = page.locator(LABEL).bounding_box()
    assert box is not None
    assert box["width"] > 300
