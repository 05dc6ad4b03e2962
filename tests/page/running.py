"""What the page tests share: a study in a thread of its own, a watch over its pages, waiting for a drawing."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import BrowserContext, Page

from underfocus.study.security import Door
from underfocus.study.serve import listen, server
from underfocus.study.site import build


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


class Watch:
    """What a page must not do: complain, break its policy, or call out."""

    def __init__(self, context: BrowserContext) -> None:
        self.complaints: list[str] = []
        self.requests: list[str] = []
        context.on("console", lambda m: self.hear(m.type, m.text))
        context.on("weberror", lambda e: self.complaints.append(str(e.error)))
        context.on("request", lambda r: self.requests.append(r.url))

    def hear(self, kind: str, words: str) -> None:
        """Keep what the page complains of; a software graphics driver's remarks on speed are not the page's."""
        if kind in ("error", "warning") and "GL Driver Message" not in words:
            self.complaints.append(words)

    def settle(self) -> None:
        """Raise where a page complained or a request left loopback."""
        away = [
            u for u in self.requests if not u.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "blob:", "data:"))
        ]
        assert not away, f"requests left this machine: {away}"
        assert not self.complaints, self.complaints


def until(page: Page, question: str, argument: Any = None, *, seconds: float = 20) -> None:
    """Wait until a function of the page (JavaScript) says true. The page's policy forbids playwright's own waiting."""
    end = time.monotonic() + seconds
    while not page.evaluate(question, argument):
        if time.monotonic() > end:
            raise AssertionError(f"this never came true: {question} with {argument}")
        page.wait_for_timeout(10)


def drawn(page: Page, name: str, beyond: int = 0) -> int:
    """Wait until figure ``name`` has shown an answer later than ``beyond``; the number of that answer."""
    asked = "([id, beyond]) => Number(document.getElementById(id).dataset.seq ?? 0) > beyond"
    until(page, asked, [f"fig-{name}", beyond])
    return int(page.locator(f"#fig-{name}").get_attribute("data-seq") or 0)
