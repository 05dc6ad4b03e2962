"""A real server and a real browser for the page tests."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from demo import Demo, render
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from underfocus.study.security import Door
from underfocus.study.serve import listen, server
from underfocus.study.site import build

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass
class Site:
    """A running study."""

    door: Door

    @property
    def base(self) -> str:
        """Its address without the token."""
        return f"http://127.0.0.1:{self.door.port}"


@contextmanager
def running(**build_arguments: Any) -> Iterator[Site]:
    """A study on a free port in a thread of its own."""
    with listen(port=0, preferred=0) as bound:
        door = Door(bound.getsockname()[1])
        running_server = server(build(door, **build_arguments))
        thread = threading.Thread(target=running_server.run, kwargs={"sockets": [bound]}, daemon=True)
        thread.start()
        until = time.monotonic() + 60
        while not running_server.started:
            if not thread.is_alive() or time.monotonic() > until:
                raise RuntimeError("the study did not start")
            time.sleep(0.01)
        yield Site(door)
        running_server.should_exit = True
        thread.join(timeout=10)


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


class Watch:
    """What a page must not do: complain, break its policy, or call out."""

    def __init__(self, context: BrowserContext) -> None:
        self.complaints: list[str] = []
        self.requests: list[str] = []
        context.on("console", lambda m: m.type in ("error", "warning") and self.complaints.append(m.text))
        context.on("weberror", lambda e: self.complaints.append(str(e.error)))
        context.on("request", lambda r: self.requests.append(r.url))

    def settle(self) -> None:
        """Raise where a page complained or a request left loopback."""
        away = [
            u for u in self.requests if not u.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "blob:", "data:"))
        ]
        assert not away, f"requests left this machine: {away}"
        assert not self.complaints, self.complaints


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


def drawn(page: Page, name: str, beyond: int = 0) -> int:
    """Wait until figure ``name`` has shown an answer later than ``beyond``; the number of that answer."""
    page.wait_for_function(
        "([id, beyond]) => Number(document.getElementById(id).dataset.seq ?? 0) > beyond", arg=[f"fig-{name}", beyond]
    )
    return int(page.locator(f"#fig-{name}").get_attribute("data-seq") or 0)
