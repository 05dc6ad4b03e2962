"""Problems, cards and derivations in a real browser: what is sent, what is shown, what is kept."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.page.running import Site, drawn, until

from underfocus.base.errors import InputError
from underfocus.study import api, figures_socket

pytestmark = pytest.mark.page

#: The answer that stands for "right" in these tests; the engine's own checkers are tested with the chapters.
RIGHT: dict[str, dict[str, Any]] = {
    "number": {"d": "14,03"},
    "formula": {"G": "exp(-2*pi*i*u*x0)"},
    "order": {"order": [0, 1, 2]},
    "choice": {"choice": 0},
    "match": {"match": [0, 1]},
}


@pytest.fixture(autouse=True)
def seen(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What reached the checker."""
    answers: list[dict[str, Any]] = []

    def check(problem: Any, answer: dict[str, Any]) -> SimpleNamespace:
        answers.append(answer)
        if answer == {"G": "import os"}:
            raise InputError("only + − × / and the functions of the list are read")
        right = RIGHT.get(problem.kind, answer) == answer
        words = "It is so." if right else "Look at the *sign*."
        return SimpleNamespace(correct=right, message=words, explanation="Because $a < b$." if right else "")

    def marks(derivation: Any, answer: dict[str, Any]) -> SimpleNamespace:
        answers.append(answer)
        return SimpleNamespace(correct=answer == {"marked": [2]}, message="The square.", explanation="")

    monkeypatch.setattr(api, "_check", check)
    monkeypatch.setattr(api, "_check_marks", marks)
    monkeypatch.setattr(figures_socket, "_residuals", lambda d, values: [0.0, 1e-6 * values["defocus"]])
    return answers


@pytest.fixture
def page(demo_site: Site, open_page: Any) -> Page:
    """The demonstration chapter."""
    opened: Page = open_page(demo_site, "/chapter/demo/blur")
    drawn(opened, "ctf")
    return opened


def verdict(page: Page, name: str) -> Locator:
    """Press the button of a problem; where its verdict stands."""
    page.locator(f"#problem-{name} .check").click()
    return page.locator(f"#problem-{name} .verdict")


def test_a_wrong_answer_gets_a_hint_and_a_right_one_an_explanation(page: Page, seen: list[Any]) -> None:
    field = page.get_by_role("textbox", name="length")
    expect(verdict(page, "number")).to_have_text("Write an answer first.")
    assert seen == []
    field.fill("15")
    expect(verdict(page, "number")).to_have_text("Look at the sign.")
    expect(page.locator("#problem-number .verdict em")).to_have_text("sign")
    expect(page.locator("#problem-number")).not_to_have_class("solved")
    field.fill(" 14,03 ")
    field.press("Enter")
    box = page.locator("#problem-number .verdict")
    expect(box).to_have_class("verdict right")
    expect(box).to_contain_text("Because")
    expect(box.locator("math")).to_be_visible()
    expect(page.locator("#problem-number")).to_have_class("solved")
    assert seen == [{"d": "15"}, {"d": "14,03"}]


def test_a_formula_that_cannot_be_read_is_no_attempt(page: Page) -> None:
    page.locator("#problem-formula input").fill("import os")
    expect(verdict(page, "formula")).to_have_text("only + − × / and the functions of the list are read")
    assert page.evaluate("localStorage.getItem('underfocus.progress')") is None


def test_steps_are_moved_from_the_keyboard(page: Page, seen: list[Any]) -> None:
    rows = page.locator("#problem-order .order > li")
    order = [int(rows.nth(i).get_attribute("data-option") or 0) for i in range(3)]
    assert sorted(order) == [0, 1, 2]
    assert order != [0, 1, 2]
    for wanted in (2, 1, 0):
        up = page.locator(f"#problem-order li[data-option='{wanted}'] [data-move='-1']")
        for _ in range(2):
            up.focus()
            page.keyboard.press("Enter")
        expect(up).to_be_focused()
        expect(up).to_have_attribute("aria-label", "move up, now in place 1")
    expect(verdict(page, "order")).to_contain_text("It is so.")
    assert seen[-1] == {"order": [0, 1, 2]}


def test_choosing_and_matching(page: Page, seen: list[Any]) -> None:
    expect(verdict(page, "choice")).to_have_text("Choose one of the options first.")
    page.get_by_role("radio", name="a weaker lens").check()
    expect(verdict(page, "choice")).to_contain_text("It is so.")
    rows = page.locator("#problem-match select")
    rows.nth(0).select_option("0")
    expect(verdict(page, "match")).to_have_text("Choose a partner for every row first.")
    rows.nth(1).select_option("1")
    expect(verdict(page, "match")).to_contain_text("It is so.")
    assert seen == [{"choice": 0}, {"match": [0, 1]}]


def test_a_target_sends_the_knobs_of_its_figure(page: Page, seen: list[Any]) -> None:
    page.locator("#fig-ctf-defocus").fill("12345")
    expect(verdict(page, "target")).to_contain_text("It is so.")
    assert seen[-1]["values"]["defocus"] == 12345
    assert seen[-1]["values"]["envelope"] is True


def test_a_card_waits_for_the_readers_own_words(page: Page) -> None:
    button = page.locator("#problem-card .check")
    area = page.get_by_role("textbox", name="in your own words")
    expect(button).to_be_disabled()
    area.fill("x" * 39)
    expect(button).to_be_disabled()
    area.fill("Noise, ice and the envelope fill them up again.")
    expect(button).to_be_enabled()
    expect(verdict(page, "card")).to_contain_text("It is so.")
    page.reload()
    expect(area).to_have_value("Noise, ice and the envelope fill them up again.")


def test_progress_is_kept_exported_and_cleared(page: Page) -> None:
    count = page.locator("uf-progress .count")
    expect(count).to_have_text("0 of 8 problems solved")
    page.get_by_role("radio", name="a weaker lens").check()
    verdict(page, "choice")
    expect(count).to_have_text("1 of 8 problems solved")
    page.reload()
    expect(count).to_have_text("1 of 8 problems solved")
    expect(page.locator("#problem-choice")).to_have_class("solved")
    with page.expect_download() as taken:
        page.get_by_role("button", name="Export progress").click()
    kept = json.loads(taken.value.path().read_text())
    assert kept["demo/blur/choice"]["tries"] == 1
    assert kept["demo/blur/choice"]["solved"]
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Clear").click()
    expect(count).to_have_text("0 of 8 problems solved")


def test_a_derivation_lives(page: Page, seen: list[Any]) -> None:
    left = page.locator("#derivation-proof .residual")
    expect(left.nth(0)).to_have_text("exact to rounding")
    expect(left.nth(1)).to_have_text("differs by 0.015")
    page.locator("#derivation-proof-defocus").fill("20000")
    expect(left.nth(1)).to_have_text("differs by 0.02")
    mark = page.get_by_role("button", name="an approximation enters between lines 2 and 3")
    expect(mark).to_have_attribute("aria-pressed", "false")
    mark.press("Space")
    expect(mark).to_have_attribute("aria-pressed", "true")
    page.locator("#derivation-proof .check").click()
    expect(page.locator("#derivation-proof .verdict")).to_have_class("verdict right")
    assert seen[-1] == {"marked": [2]}
    until(page, "() => localStorage.getItem('underfocus.progress').includes('demo/blur/proof')")
