"""Every open chapter and page in a real browser: whole, quiet, reachable, and showing what the engine drew."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from tests.page.running import Site, drawn, running, until
from tests.page.test_access import CONTROLS, NAMELESS, walk

from underfocus.show import Image
from underfocus.show.figure import Figure
from underfocus.study.chapter import chapters
from underfocus.study.figure_page import DOORS

pytestmark = pytest.mark.page

CHAPTERS = [pytest.param(c, id=f"{c.slug}-{c.stream}") for c in chapters()]
PATHS = ["/", "/before", *(f"/chapter/{c.slug}/{c.stream}" for c in chapters())]
DRAWN = "() => [...document.querySelectorAll('uf-figure:not([data-measured])')].every((f) => f.dataset.seq)"
#: A wrong answer to every problem of a page, each sent as its button would; `test_exercises` presses the buttons.
ANSWER_ALL = """() => {
  for (const problem of document.querySelectorAll("uf-problem")) {
    const form = problem.querySelector("form");
    const answer = problem.dataset.kind === "number" ? "-987654.321" : "987654.321";
    for (const field of form.querySelectorAll("input[type=text]")) field.value = answer;
    for (const select of form.querySelectorAll("select")) select.selectedIndex = 1;
    const first = form.querySelector("input[type=radio]");
    if (first) first.checked = true;
    if (problem.dataset.kind === "card") {
      const area = form.querySelector("textarea");
      area.value = "These are words of mine, and there are at least forty characters of them.";
      area.dispatchEvent(new Event("input"));
    }
    form.requestSubmit();
  }
}"""
#: Hashes of the first payload of each panel as the page holds them: pixels of an image, x of a plot.
HELD = """async (name) => {
  const { figureOf } = await import("/web/figure.js");
  const hash = async (data) => {
    const found = new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(data.slice().buffer)));
    return [...found].map((b) => b.toString(16).padStart(2, "0")).join("");
  };
  const figure = figureOf(name);
  return {
    seq: Number(figure.element.dataset.seq),
    values: figure.values,
    hashes: await Promise.all(figure.panels.filter((p) => p.image).map((p) => hash(p.panel.data))),
    lines: figure.panels.filter((p) => !p.image).map((p) => (p.panel.lines ?? []).map((l) => Array.from(l.y))),
  };
}"""


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """The study as it ships."""
    with running() as found:
        yield found


def live(chapter: Any) -> dict[str, Figure]:
    """The figures that draw without being asked."""
    return {name: figure for name, figure in chapter.figures.items() if not figure.measured}


def settle(page: Page, chapter: Any) -> None:
    """Wait until every live figure of a chapter has been drawn."""
    for name in live(chapter):
        drawn(page, name)


def agrees(page: Page, name: str, figure: Figure) -> None:
    """Raise where the page holds other numbers than the engine draws at the page's own knob values."""
    held = page.evaluate(HELD, name)
    pictures = figure.draw(**held["values"]).pictures
    assert held["hashes"] == [p.sha256 for p in pictures if isinstance(p, Image)]
    plots = [[line.y for line in getattr(p, "lines", ())] for p in pictures if not isinstance(p, Image)]
    assert [len(lines) for lines in held["lines"]] == [len(lines) for lines in plots]
    for shown, drawn_lines in zip(held["lines"], plots, strict=True):
        for found, wanted in zip(shown, drawn_lines, strict=True):
            values = np.array([np.nan if v is None else v for v in found], np.float32)
            assert np.array_equal(values, wanted.astype(np.float32), equal_nan=True)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_figure_is_what_the_engine_draws(site: Site, open_page: Any, chapter: Any) -> None:
    page = open_page(site, f"/chapter/{chapter.slug}/{chapter.stream}")
    expect(page.locator("h1")).to_have_count(1)
    settle(page, chapter)
    for name, figure in live(chapter).items():
        agrees(page, name, figure)


@pytest.mark.slow
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_slider_turns_its_figure(site: Site, open_page: Any, chapter: Any) -> None:
    page = open_page(site, f"/chapter/{chapter.slug}/{chapter.stream}")
    settle(page, chapter)
    for name, figure in live(chapter).items():
        for bound in figure.knobs:
            if bound.kind not in ("number", "integer"):
                continue
            seq = int(page.locator(f"#fig-{name}").get_attribute("data-seq") or 0)
            slider = page.locator(f"#fig-{name}-{bound.name}-slider")
            before = slider.input_value()
            slider.press("End")
            if slider.input_value() == before:
                slider.press("Home")
            drawn(page, name, seq)
            expect(page.locator(f"#fig-{name} .trouble")).to_be_hidden()
        agrees(page, name, figure)


@pytest.mark.slow
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_choice_can_be_made(site: Site, open_page: Any, chapter: Any) -> None:
    page = open_page(site, f"/chapter/{chapter.slug}/{chapter.stream}")
    settle(page, chapter)
    for name, figure in live(chapter).items():
        for bound in figure.knobs:
            for choice in bound.choices:
                if choice in (*DOORS, page.locator(f"#fig-{name}-{bound.name}").input_value()):
                    continue
                seq = int(page.locator(f"#fig-{name}").get_attribute("data-seq") or 0)
                page.locator(f"#fig-{name}-{bound.name}").select_option(choice)
                drawn(page, name, seq)
                expect(page.locator(f"#fig-{name} .trouble")).to_be_hidden()


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_problems_answer_when_asked(site: Site, open_page: Any, chapter: Any) -> None:
    """A wrong answer of every kind gets words back and is not taken for right; no problem breaks the page."""
    page = open_page(site, f"/chapter/{chapter.slug}/{chapter.stream}")
    settle(page, chapter)
    page.evaluate(ANSWER_ALL)
    until(page, "() => [...document.querySelectorAll('uf-problem .verdict')].every((v) => v.textContent)", seconds=60)
    for name, problem in chapter.problems.items():
        form = page.locator(f"#problem-{name}")
        expect(form).to_have_count(1)
        if problem.kind in ("number", "formula"):
            expect(form.locator(".verdict")).to_have_class(re.compile("wrong"))


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_derivations_show_their_residuals(site: Site, open_page: Any, chapter: Any) -> None:
    page = open_page(site, f"/chapter/{chapter.slug}/{chapter.stream}")
    for name, derivation in chapter.derivations.items():
        found = page.locator(f"#derivation-{name} .residual")
        expect(found).to_have_count(len(derivation.lines) - 1)
        for i in range(len(derivation.lines) - 1):
            expect(found.nth(i)).to_have_text(re.compile("exact to rounding|differs by"))


@pytest.mark.parametrize("path", PATHS)
def test_every_page_is_reached_by_keyboard_and_named(site: Site, open_page: Any, path: str) -> None:
    page = open_page(site, path)
    page.wait_for_load_state("networkidle")
    until(page, DRAWN)
    assert page.evaluate(NAMELESS) == []
    seen = set(walk(page))
    visible = page.evaluate(
        f"""[...document.querySelectorAll("{CONTROLS}")]
        .filter((e) => e.checkVisibility() && !e.disabled && e.type !== "radio").map((e) => e.dataset.walk)"""
    )
    assert set(visible) <= seen
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((e) => e.id)")
    assert len(ids) == len(set(ids)), "an id stands twice on the page"


@pytest.mark.parametrize("width", [400, 1280])
@pytest.mark.parametrize("path", PATHS)
def test_no_page_overflows_sideways(site: Site, open_page: Any, path: str, width: int) -> None:
    page = open_page(site, path, width=width)
    until(page, DRAWN)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("path", PATHS)
def test_no_page_holds_what_the_policy_forbids(site: Site, open_page: Any, path: str) -> None:
    page = open_page(site, path, java_script_enabled=False)
    html = page.content()
    assert not re.search(r"<[^>]*\s(style|on\w+)=", html)
    assert "<style" not in html
    assert not re.search(r"<script(?![^>]*\ssrc=\"/web/)", html)
