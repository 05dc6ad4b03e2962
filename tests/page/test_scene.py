"""Scenes in a real browser: drawn, turned by hand and by key, told where they cannot be drawn."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Any, Literal

import pytest
from playwright.sync_api import Page, expect
from tests.page.demo import Demo, render
from tests.page.running import Site, drawn, running, until

from underfocus.base.knobs import option
from underfocus.maths import waves
from underfocus.show import Panels, beside, curve, image, scene
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


@figure("A pair")
def pair(kind: Annotated[Literal["solid", "flat"], option("how it is shown")] = "solid") -> Panels:
    """Two scenes, or a picture."""
    if kind == "flat":
        return beside(image(waves.wave(16, (1, 2))))
    ball = scene.Scene((scene.sphere(), scene.cube()), title="Ball", description="A ball.", extent=1.3)
    return beside(ball, scene.Scene((scene.cube(),), title="Cube", description="A cube.", extent=1.3))


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """A study whose figures are scenes."""
    chapter = Demo(figures={"solids": solids, "pair": pair}, problems={}, derivations={})
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


def test_the_wheel_scrolls_the_page_and_with_ctrl_the_scene(page: Page) -> None:
    canvas = page.locator(LABEL)
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 100, box["y"] + 100)
    zoom = "import('/web/figure.js').then(({ figureOf }) => figureOf('solids').panels[0].camera.zoom)"
    top = page.evaluate("scrollY")
    page.mouse.wheel(0, 120)
    until(page, "(top) => scrollY > top", top)
    assert page.evaluate(zoom) == 1
    page.keyboard.down("Control")
    page.mouse.wheel(0, -120)
    page.keyboard.up("Control")
    assert page.evaluate(zoom) > 1.2


def test_two_fingers_magnify(page: Page) -> None:
    found = page.evaluate("""async () => {
      const { figureOf } = await import("/web/figure.js");
      const { over, camera } = figureOf("solids").panels[0];
      over.setPointerCapture = () => {};
      const send = (kind, pointerId, x) => over.dispatchEvent(
        new PointerEvent(kind, { pointerId, pointerType: "touch", clientX: x, clientY: 50, bubbles: true }));
      send("pointerdown", 1, 100); send("pointerdown", 2, 200);
      send("pointermove", 2, 300);
      const spread = [camera.zoom, camera.azimuth];
      send("pointerup", 2, 300); send("pointermove", 1, 150);
      return [...spread, camera.zoom];
    }""")
    assert found[0] == pytest.approx(2.0)
    assert found[2] == found[0]


def test_clear_triangles_come_in_order_and_between_the_planes(page: Page) -> None:
    found = page.evaluate("""async () => {
      const { Order } = await import("/web/scene-order.js");
      const vertices = new Float32Array(Array.from({ length: 900 }, (_, i) => Math.sin(37 * i * i + i)));
      const index = new Uint32Array(Array.from({ length: 300 }, (_, i) => i));
      const order = new Order(vertices, 3, index);
      const back = [0.6, 0, 0.8];
      const planes = [-0.2, 0.2].map((z) => ({ centre: [0, 0, z], normal: [0, 0, 1] }));
      const stops = order.sort(back, planes);
      const middle = (f, k) => [0, 1, 2].reduce((sum, c) => sum + vertices[3 * order.sorted[3 * f + c] + k] / 3, 0);
      const at = Array.from({ length: 100 }, (_, f) => [0, 1, 2].map((k) => middle(f, k)));
      return { stops, at, corners: [...order.sorted].sort((a, b) => a - b) };
    }""")
    assert found["corners"] == list(range(300))
    assert found["stops"][-1] == 300
    ends = [stop // 3 for stop in found["stops"]]
    for start, end, low, high in zip([0, *ends], ends, [-9, -0.2, 0.2], [-0.2, 0.2, 9], strict=False):
        assert start < end
        part = found["at"][start:end]
        assert all(low <= z <= high for _, _, z in part)
        depths = [0.6 * x + 0.8 * z for x, _, z in part]
        assert all(b - a > -0.002 for a, b in pairwise(depths))


def test_a_scene_keeps_its_picture_when_another_is_turned(site: Site, open_page: Any) -> None:
    page = open_page(site, "/chapter/demo/blur")
    drawn(page, "pair")
    first, second = (page.locator(f"#fig-pair .panel-scene >> nth={i}").locator("canvas.words") for i in (0, 1))
    first.press("ArrowRight")
    expect(page.locator("#fig-pair .panel-scene >> nth=0").locator("canvas.live")).to_have_count(1)
    turned = page.evaluate(SEEN, "pair")
    second.press("ArrowLeft")
    expect(page.locator("#fig-pair .panel-scene >> nth=1").locator("canvas.live")).to_have_count(1)
    assert page.locator("canvas.live").count() == 1
    still = "() => document.querySelector('#fig-pair canvas.solid').toDataURL()"
    assert page.evaluate(still) == turned


def test_a_scene_may_give_way_to_a_picture_and_come_again(site: Site, open_page: Any) -> None:
    page = open_page(site, "/chapter/demo/blur")
    seq = drawn(page, "pair")
    page.locator("#fig-pair .panel-scene canvas.words").first.press("ArrowRight")
    for kind, scenes in (("flat", 0), ("solid", 2)):
        page.locator("#fig-pair select").select_option(kind)
        seq = drawn(page, "pair", seq)
        expect(page.locator("#fig-pair .panel-scene")).to_have_count(scenes)
    assert page.locator("canvas.live").count() == 0
