"""One progress interface: a bar in a terminal, events for a page, silence in a library call.

Engine code writes ``for chunk in track(chunks, "inserting slices", total=n)`` or ``with stage("inserting", total=n) as
step`` and never knows who listens. Whoever wants to see it enters `terminal()` or `listener(callback)` around the call.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Event:
    """One report of a stage: how much of ``total`` is done, and how many seconds are left (None while unknown)."""

    what: str
    done: int
    total: int
    seconds_left: float | None


Listener = Callable[[Event], None]
_listener: ContextVar[Listener | None] = ContextVar("underfocus_progress", default=None)


@contextmanager
def listener(callback: Listener) -> Iterator[None]:
    """Send every progress event of the calls inside to the callback."""
    token = _listener.set(callback)
    try:
        yield
    finally:
        _listener.reset(token)


@contextmanager
def stage(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """A stage of ``total`` units; the body calls the yielded function with the units just done."""
    report = _listener.get()
    started = time.perf_counter()
    done = 0

    def advance(units: int = 1) -> None:
        nonlocal done
        done += units
        if report is not None:
            elapsed = time.perf_counter() - started
            left = elapsed * (total - done) / done if done else None
            report(Event(what, done, total, left))

    if report is not None:
        report(Event(what, 0, total, None))
    yield advance


def track(items: Iterable[T], what: str, total: int, size: Callable[[T], int] = lambda item: 1) -> Iterator[T]:
    """Iterate and report after each item; ``size`` tells how many units an item counts for."""
    with stage(what, total) as advance:
        for item in items:
            yield item
            advance(size(item))


@contextmanager
def terminal() -> Iterator[None]:
    """Show progress as bars with an estimate on standard error; plain lines where it is no terminal."""
    if not sys.stderr.isatty():
        with listener(_plain_lines()):
            yield
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description:<28}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bars:
        tasks: dict[str, int] = {}

        def show(event: Event) -> None:
            if event.what not in tasks or event.done == 0:
                tasks[event.what] = bars.add_task(event.what, total=event.total)
            bars.update(tasks[event.what], completed=event.done)  # type: ignore[arg-type]

        with listener(show):
            yield


def _plain_lines(every_seconds: float = 5.0) -> Listener:
    """A listener that writes a line now and then, for logs and pipes."""
    last = time.perf_counter()

    def show(event: Event) -> None:
        nonlocal last
        now = time.perf_counter()
        if now - last >= every_seconds:
            last = now
            left = "" if event.seconds_left is None else f", about {event.seconds_left:.0f} s left"
            print(f"{event.what}: {event.done} of {event.total}{left}", file=sys.stderr, flush=True)

    return show
