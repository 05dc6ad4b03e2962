"""Code problems in a real browser: written, run, told what is wrong, allowed where nothing fences them in, refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect
from tests.page.demo import Demo, render
from tests.page.running import Site, running

from underfocus.study import sandbox
from underfocus.study.problems import Hint, Problem

pytestmark = pytest.mark.page

DOUBLE = Problem(
    id="double",
    kind="code",
    title="Double it",
    prompt="Write `double(x)`.",
    entry="double",
    starter="def double(x):\n    ...\n",
    answer=lambda: lambda x: 2 * np.asarray(x),
    trials=lambda: [(np.arange(3.0),)],
    tolerance=1e-9,
    hints=(Hint("Multiply by *two*."),),
    explanation="Twice the half is the whole.",
)
CHAPTER = Demo(figures={}, problems={"double": DOUBLE}, derivations={})


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """A study with one code problem."""
    with running(chapters=[CHAPTER], render=render) as found:
        yield found


@pytest.fixture
def page(site: Site, open_page: Any) -> Page:
    """Its page."""
    opened: Page = open_page(site, "/chapter/demo/blur")
    return opened


def run(page: Page, code: str) -> Locator:
    page.locator("#problem-double-code").fill(code)
    page.get_by_role("button", name="Run and check").click()
    return page.locator("#problem-double .verdict")


def test_wrong_code_gets_a_hint_and_right_code_is_right(page: Page) -> None:
    expect(page.locator("#problem-double-code")).to_have_value(DOUBLE.starter)
    verdict = run(page, "def double(x):\n    print('<b>tripled</b>')\n    return 3 * x\n")
    expect(verdict).to_have_class("verdict wrong")
    expect(verdict).to_contain_text("differs by 0.5")
    expect(verdict.locator("em")).to_have_text("two")
    expect(verdict.locator("pre")).to_have_text("<b>tripled</b>")
    verdict = run(page, "def double(x):\n    return x + x\n")
    expect(verdict).to_have_class("verdict right", timeout=10_000)
    expect(verdict).to_contain_text("Twice the half")


def test_an_error_names_its_line(page: Page) -> None:
    expect(run(page, "def double(x):\n    return x.nothing\n")).to_contain_text("AttributeError in line 2")


def test_enter_indents_tab_leaves_and_a_shortcut_runs(page: Page) -> None:
    area = page.locator("#problem-double-code")
    area.fill("")
    area.press_sequentially("def double(x):")
    area.press("Enter")
    area.press_sequentially("y = x")
    area.press("Enter")
    area.press_sequentially("return y + x")
    expect(area).to_have_value("def double(x):\n    y = x\n    return y + x")
    area.press("Control+Enter")
    expect(page.locator("#problem-double .verdict")).to_have_class("verdict right", timeout=10_000)
    area.press("Tab")
    expect(area).not_to_be_focused()


def test_what_was_written_is_kept_until_it_is_begun_again(page: Page) -> None:
    page.locator("#problem-double-code").fill("def double(x): return 7")
    page.reload()
    expect(page.locator("#problem-double-code")).to_have_value("def double(x): return 7")
    page.get_by_role("button", name="Begin again").click()
    expect(page.locator("#problem-double-code")).to_have_value(DOUBLE.starter)


def test_where_the_network_cannot_be_cut_the_reader_must_allow_it(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []
    real = sandbox.run

    def unfenced(*given: Any, anyway: bool = False, **more: Any) -> sandbox.Run:
        asked.append(anyway)
        if not anyway:
            raise sandbox.NotFencedError("nothing fences this in; allow it")
        return real(*given, anyway=True, **more)

    monkeypatch.setattr(sandbox, "run", unfenced)
    allow = page.locator("#problem-double .anyway")
    expect(allow).to_be_hidden()
    expect(run(page, "def double(x): return 2 * x")).to_have_text("nothing fences this in; allow it")
    allow.get_by_role("checkbox").check()
    expect(run(page, "def double(x): return 2 * x")).to_have_class("verdict right", timeout=10_000)
    assert asked == [False, True]


def test_the_danger_is_told(page: Page) -> None:
    page.get_by_text("What running it means").click()
    expect(page.locator("#problem-double details p")).to_contain_text("It can still read what you can read")


def test_a_study_that_is_served_to_others_runs_nothing(open_page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "run", lambda *given, **more: pytest.fail("it was run"))
    with running(chapters=[CHAPTER], render=render, run_code=False) as site:
        page = open_page(site, "/chapter/demo/blur")
        expect(run(page, "def double(x): return 2 * x")).to_contain_text("served to others")
