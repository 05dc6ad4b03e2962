"""The home page in a browser: the choice of stream, the reader's own clock, the rows that unfold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page
from tests.page.running import Site, running

pytestmark = pytest.mark.page


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """The study as it ships."""
    with running(warm=False) as site:
        yield site


def shown(page: Page) -> list[str]:
    """The meetings whose rows can be seen."""
    return [row.get_attribute("id") or "" for row in page.locator(".meeting:not([hidden])").all()]


def test_arrow_keys_choose_a_stream_and_the_choice_is_kept(site: Site, open_page: Any) -> None:
    page = open_page(site)
    assert len(shown(page)) == 28
    page.get_by_role("radio", name="both streams").focus()
    page.keyboard.press("ArrowDown")
    assert page.get_by_role("radio", name="blur").is_checked()
    assert {"M1", "M2", "M20", "cancelled"} <= set(shown(page))
    assert not {"M3", "M21"} & set(shown(page))
    assert page.locator(".choice [role=status]").inner_text() == f"{len(shown(page)) - 2} meetings"
    page.reload()
    assert page.get_by_role("radio", name="blur").is_checked()
    assert "M3" not in shown(page)


@pytest.mark.parametrize(
    ("zone", "words"),
    [("Europe/Berlin", "18:00 CET"), ("Asia/Singapore", "Fri, 15 Jan"), ("America/Los_Angeles", "09:00")],
)
def test_times_are_the_readers_beside_the_printed_ones(site: Site, open_page: Any, zone: str, words: str) -> None:
    page = open_page(site, timezone_id=zone, locale="en-GB")
    clock = page.locator("#M6 .clock").inner_text()
    assert "9 AM PST" in clock
    assert words.replace(",", "") in clock.replace(",", "")
    assert page.locator("#zone").inner_text() == zone


def test_an_address_unfolds_its_question(site: Site, open_page: Any) -> None:
    page = open_page(site)
    page.goto(f"{site.base}/#M6.q3")
    page.locator("#M6 details[open]").wait_for()
    link = page.locator('[id="M6.q3"] .served a').first
    link.click()
    assert "/chapter/phase-contrast/blur#" in page.url


@pytest.mark.parametrize("width", [400, 1280])
@pytest.mark.parametrize("path", ["/", "/before"])
def test_nothing_is_wider_than_the_window(site: Site, open_page: Any, width: int, path: str) -> None:
    page = open_page(site, path, width=width)
    page.evaluate("for (const folded of document.querySelectorAll('details')) folded.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_self_test_is_answered(site: Site, open_page: Any) -> None:
    page = open_page(site, "/before")
    page.locator("section:has(#calculus) summary").press("Enter")
    field = page.locator("#problem-calculus-ring input")
    field.fill("0.2")
    field.press("Enter")
    page.locator("#problem-calculus-ring .verdict.wrong").wait_for()
    field.fill("0.0942")
    field.press("Enter")
    page.locator("#problem-calculus-ring .verdict.right").wait_for()
    assert "1 of 60" in page.locator("uf-progress").inner_text()
