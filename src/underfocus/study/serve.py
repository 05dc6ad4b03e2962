"""Start the study on this machine alone, print where it is, and stop it on Ctrl-C."""

from __future__ import annotations

import os
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from ..base.errors import InputError
from .security import Door

if TYPE_CHECKING:
    import uvicorn
    from starlette.types import ASGIApp

#: The port that is tried first: a reader's progress and permalinks belong to an address, so it should stay the same.
PREFERRED_PORT = 5417
LOOPBACK = "127.0.0.1"


def serve(chapter: str | None = None, port: int = 0, open_browser: bool = True) -> None:
    """Serve the study until Ctrl-C, opening ``chapter`` ("slug" or "slug/stream") or the syllabus.

    ``port`` 0 is 5417 where that is free, and any free port otherwise. Raises InputError for a taken port or an
    unknown chapter.
    """
    from .site import build

    path = _path(chapter)
    with listen(port) as bound:
        door = Door(bound.getsockname()[1])
        bound.listen()  # From here on a request waits for the server instead of being refused.
        print(f"The study is at {door.address(path)}", flush=True)
        print("It answers this machine alone. Ctrl-C stops it.", flush=True)
        if open_browser and _has_browser():
            threading.Timer(0.5, _open, [door.address(path)]).start()
        with suppress(KeyboardInterrupt):  # the server may end quietly or hand the signal on
            server(build(door)).run(sockets=[bound])
        print("Stopped.", flush=True)


def server(application: ASGIApp) -> uvicorn.Server:
    """The web server for an application, quiet and without compression (loopback needs none)."""
    import uvicorn

    config = uvicorn.Config(
        application,
        log_level="warning",
        access_log=False,
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        ws_max_size=64 * 1024,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    return uvicorn.Server(config)


@contextmanager
def listen(port: int = 0, preferred: int = PREFERRED_PORT) -> Iterator[socket.socket]:
    """A socket bound to loopback: ``port``, or the preferred one, or any. Raises InputError where ``port`` is taken."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as bound:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if not _bind(bound, port or preferred):
            if port:
                raise InputError(f"port {port} is in use; give another one, or none to have a free one chosen")
            _bind(bound, 0)
        yield bound


def _bind(bound: socket.socket, port: int) -> bool:
    try:
        bound.bind((LOOPBACK, port))
    except OSError:
        return False
    return True


def _path(chapter: str | None) -> str:
    """The path of a chapter's page, or InputError naming the ones there are."""
    if chapter is None:
        return "/"
    from .chapter import chapters

    there = [(c.slug, c.stream) for c in chapters()]
    slug, _, stream = chapter.partition("/")
    for known in there:
        if known[0] == slug and stream in ("", known[1]):
            return f"/chapter/{known[0]}/{known[1]}"
    names = ", ".join(f"{a}/{b}" for a, b in there)
    raise InputError(f"there is no open chapter {chapter!r}; there are {names}")


def _has_browser() -> bool:
    """Whether a window can be opened here: not in continuous integration, nor without a display on Linux."""
    if os.environ.get("CI"):
        return False
    return sys.platform != "linux" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _open(address: str) -> None:
    import webbrowser

    webbrowser.open(address)
