"""What the pages ask for besides pages: verdicts on answers, listings of code, the reader's own image."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ..base.errors import InputError, UnderfocusError
from ..show.colours import table
from . import own_views
from .course import Course
from .listing import listing
from .prose import block
from .sandbox import NotFencedError
from .specimens import MOST_BYTES, bring

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

MOST_ANSWER_BYTES = 64 * 1024


class Api:
    """Endpoints over one course. What a reader did wrong is answered as ``{"error": sentence}``, with status 200."""

    def __init__(self, course: Course, run_code: bool = True) -> None:
        self.course = course
        self.run_code = run_code

    async def problem(self, request: Request) -> Response:
        """POST {"answer": {…}} → {"correct", "message_html", "explanation_html"}."""
        from anyio import to_thread

        problem = self.course.problems.get(_full_name(request))
        if problem is None:
            return _missing("There is no such problem.")
        if problem.kind == "code" and not self.run_code:
            return _sentence("This study is served to others, so it runs no code; start it on a machine of your own.")
        try:
            answer = await _answer(request)
            verdict = await to_thread.run_sync(_check, problem, answer)
        except NotFencedError as error:
            return _sentence(str(error), allow=True)
        except UnderfocusError as error:
            return _sentence(str(error))
        return _verdict(verdict.correct, verdict.message, verdict.explanation)

    async def derivation(self, request: Request) -> Response:
        """POST {"answer": {"marked": [gap, …]}} → a verdict; gap i lies before line i + 1, counted from 1."""
        derivation = self.course.derivations.get(_full_name(request))
        if derivation is None:
            return _missing("There is no such derivation.")
        try:
            answer = await _answer(request)
            verdict = _check_marks(derivation, answer)
        except UnderfocusError as error:
            return _sentence(str(error))
        return _verdict(verdict.correct, verdict.message, verdict.explanation)

    async def specimen(self, request: Request) -> Response:
        """POST the bytes of an MRC file → {"name", "pixel", "shape", "warnings"}; it becomes the specimen "mine"."""
        from anyio import to_thread
        from starlette.responses import JSONResponse

        try:
            content = await _body(request, MOST_BYTES)
            found = await to_thread.run_sync(bring, content, request.query_params.get("name", "your image"))
        except UnderfocusError as error:
            return _sentence(str(error))
        shape = list(found.data.shape)
        return JSONResponse({"name": found.name, "pixel": found.pixel, "shape": shape, "warnings": found.warnings})

    async def views(self, request: Request) -> Response:
        """POST the bytes of a .star or .cs file → {"name", "particles"}; they become "my particles"."""
        from anyio import to_thread
        from starlette.responses import JSONResponse

        try:
            content = await _body(request, MOST_BYTES)
            found = await to_thread.run_sync(own_views.bring, content, request.query_params.get("name", "your file"))
        except UnderfocusError as error:
            return _sentence(str(error))
        return JSONResponse({"name": found.name, "particles": len(found.directions)})

    async def code(self, request: Request) -> Response:
        """The source of a figure's function and of the engine functions it shows, as HTML."""
        from starlette.responses import HTMLResponse

        figure = self.course.figures.get(_full_name(request))
        if figure is None:
            return _missing("There is no such figure.")
        return HTMLResponse("".join(listing(name, source) for name, source in figure.sources()))

    async def colours(self, request: Request) -> Response:
        """The four colour maps, 256 RGB bytes each: grey, viridis, diverging, phase."""
        from starlette.responses import Response

        body = b"".join(table(c).tobytes() for c in ("grey", "viridis", "diverging", "phase"))
        return Response(body, media_type="application/octet-stream", headers={"cache-control": "no-cache"})


def _check(problem: Any, answer: dict[str, Any]) -> Any:
    from .checking import check

    return check(problem, answer)


def _check_marks(derivation: Any, answer: dict[str, Any]) -> Any:
    from .derivations import check

    return check(derivation, answer)


def _full_name(request: Request) -> str:
    return "/".join(request.path_params[key] for key in ("slug", "stream", "name"))


async def _body(request: Request, most: int) -> bytes:
    """The body of a request, or InputError as soon as it is larger than allowed."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise InputError(f"the request is larger than the {most // 1024:,} kB that are taken")
        parts.append(part)
    return b"".join(parts)


async def _answer(request: Request) -> dict[str, Any]:
    """The answer in a JSON request, or InputError."""
    try:
        found = json.loads(await _body(request, MOST_ANSWER_BYTES))
    except ValueError:
        raise InputError('the request must be JSON such as {"answer": {…}}') from None
    answer = found.get("answer") if isinstance(found, dict) else None
    if not isinstance(answer, dict):
        raise InputError('the request must be JSON such as {"answer": {…}}')
    return answer


def _verdict(correct: bool, message: str, explanation: str) -> Response:
    from starlette.responses import JSONResponse

    words = {"message_html": block(message), "explanation_html": block(explanation) if explanation else ""}
    return JSONResponse({"correct": bool(correct), **words})


def _sentence(error: str, **more: bool) -> Response:
    """A mistake in words. It is an answer and not a failure: browsers write failures into their console."""
    from starlette.responses import JSONResponse

    return JSONResponse({"error": error, **more})


def _missing(sentence: str) -> Response:
    from starlette.responses import JSONResponse

    return JSONResponse({"error": sentence}, status_code=404)
