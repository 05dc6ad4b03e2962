"""A real server and a real browser for the page tests."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from tests.page.demo import Demo, render
from tests.page.running import Site, Watch, running

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def demo_site() -> Iterator[Site]:
    """The study with the demonstration chapter alone."""
    with running(chapters=[Demo()], render=render) as site:
        yield site


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium from PATH, else the one that playwright installed; skipped, and said so, without either."""
    found = next((p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))), None)
    with sync_playwright() as playwright:
        try:
            launched = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        except Exception as error:
            pytest.skip(
                f"no chromium on PATH and none from playwright ({str(error).splitlines()[0]}); run make browser"
            )
        yield launched
        launched.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Any]:
    """A function (site, path, **context options) → Page; complaints and outside requests fail the test at its end."""
    contexts: list[tuple[BrowserContext, Watch]] = []

    def opened(site: Site, path: str = "/", *, width: int = 1280, height: int = 900, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append((context, Watch(context)))
        page = context.new_page()
        page.goto(site.door.address(path))
        return page

    yield opened
    for context, watch in contexts:
        context.close()
        watch.settle()
