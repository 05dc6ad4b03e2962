"""Live figures over one WebSocket: a slot a figure holds its latest request, so nothing ever queues.

The page sends ``{"figure": "SLUG/STREAM/NAME", "seq": 7, "values": {…}}`` (or ``"derivation"`` in place of
``"figure"``); the answer is one binary frame (`show.frames`) with the same seq, or ``{"…", "seq", "error"}`` as text.
Drawing runs in worker threads; a request that arrives meanwhile replaces the one that waits. A measured figure answers
with a frame for every stage, then with ``{"…", "seq", "done": true}``; one measurement runs at a time, and a newer
request for its figure (``"stop": true``, say) ends it after the stage in hand.
"""

from __future__ import annotations

import json
import logging
import math
import time
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from typing import TYPE_CHECKING, Any

from ..base.errors import UnderfocusError
from ..show import frames
from ..show.specs import Panels
from .course import Course

if TYPE_CHECKING:
    from anyio import Event
    from starlette.websockets import WebSocket

    from .derivations import Derivation

log = logging.getLogger("underfocus.study")
KINDS = ("figure", "derivation")


class Slot:
    """The latest request of one figure, and a bell that rings when there is one."""

    def __init__(self) -> None:
        from anyio import Event

        self.latest: dict[str, Any] | None = None
        self.bell: Event = Event()

    def put(self, request: dict[str, Any]) -> None:
        """Replace whatever waits."""
        self.latest = request
        self.bell.set()

    async def take(self) -> dict[str, Any]:
        """Wait for a request and take it."""
        from anyio import Event

        await self.bell.wait()
        self.bell = Event()
        request, self.latest = self.latest, None
        return request or {}


def answers(course: Course, request: dict[str, Any]) -> Iterator[bytes | str]:
    """The frames of a request one by one, or the error as JSON text. Runs in a worker thread."""
    kind = next((k for k in KINDS if k in request), "figure")
    facts = {kind: request.get(kind), "seq": request.get("seq")}
    try:
        if not request.get("stop"):
            yield from _frames(course, kind, request, facts)
        if measured(course, request):
            yield json.dumps({**facts, "done": True})
    except UnderfocusError as error:
        yield json.dumps({**facts, "error": str(error)})
    except Exception:
        log.exception("drawing %s failed at %s", request.get(kind), request.get("values"))
        yield json.dumps({**facts, "error": "This could not be drawn; the terminal says why."})


def measured(course: Course, request: dict[str, Any]) -> bool:
    """Whether a request names a figure that measures."""
    figure = course.figures.get(str(request.get("figure")))
    return figure is not None and figure.measured


def _frames(course: Course, kind: str, request: dict[str, Any], facts: dict[str, Any]) -> Iterator[bytes]:
    name, values = str(request.get(kind)), request.get("values", {})
    if not isinstance(values, dict):
        raise UnderfocusError(f"the values of {name} must be an object of knob names and values")
    started = time.perf_counter()
    if kind == "derivation":
        if name not in course.derivations:
            raise UnderfocusError(f"there is no derivation {name}")
        residuals = [r if math.isfinite(r) else None for r in _residuals(course.derivations[name], values)]
        yield frames.encode(Panels(()), {**facts, "residuals": residuals, "ms": _since(started)})
        return
    if name not in course.figures:
        raise UnderfocusError(f"there is no figure {name}")
    for panels in course.figures[name].stages(**values):
        yield frames.encode(panels, {**facts, "ms": _since(started)})


def _since(started: float) -> float:
    """Milliseconds since then."""
    return round(1000 * (time.perf_counter() - started), 2)


def _residuals(derivation: Derivation, values: dict[str, Any]) -> list[float]:
    from .derivations import evaluate

    return [float(r) for r in evaluate(derivation, values)]


async def _receive(websocket: WebSocket) -> dict[str, Any] | None:
    """The next request, or None for a message that is none. Raises WebSocketDisconnect when the page has left."""
    from starlette.websockets import WebSocketDisconnect

    message = await websocket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1000))
    try:
        request = json.loads(message.get("text") or "")
    except (ValueError, RecursionError):
        return None
    return request if isinstance(request, dict) and any(k in request for k in KINDS) else None


async def serve_figures(websocket: WebSocket, course: Course) -> None:
    """Answer one page until it leaves."""
    import anyio
    from starlette.websockets import WebSocketDisconnect

    await websocket.accept()
    slots: dict[str, Slot] = {}
    pen, bench, threads = anyio.Lock(), anyio.Lock(), anyio.CapacityLimiter(2)

    async def work(slot: Slot) -> None:
        while True:
            request = await slot.take()
            stages = answers(course, request)
            async with bench if measured(course, request) else nullcontext():
                while slot.latest is None and (drawn := await following(stages)) is not None:
                    await send(drawn)

    async def following(stages: Iterator[bytes | str]) -> bytes | str | None:
        return await anyio.to_thread.run_sync(next, stages, None, limiter=threads, abandon_on_cancel=True)

    async def send(drawn: bytes | str) -> None:
        # A page may leave while its figure is drawn; the reading side ends the rest.
        async with pen:
            with suppress(WebSocketDisconnect, RuntimeError):
                await (websocket.send_bytes(drawn) if isinstance(drawn, bytes) else websocket.send_text(drawn))

    async with anyio.create_task_group() as group:
        try:
            while True:
                request = await _receive(websocket)
                if request is None:
                    await websocket.close(1003, "a request must name a figure or a derivation")
                    break
                key = str(request.get("figure") or request.get("derivation"))
                if key not in course.figures and key not in course.derivations:
                    await websocket.send_text(json.dumps({**request, "error": f"there is no figure {key}"}))
                    continue
                if key not in slots:
                    slots[key] = Slot()
                    group.start_soon(work, slots[key])
                slots[key].put(request)
        except WebSocketDisconnect:
            pass
        group.cancel_scope.cancel()
