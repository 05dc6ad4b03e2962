"""The study as one web application: pages, live figures, answers. Every request passes the guard first."""

from __future__ import annotations

import logging
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .api import Api
from .course import ChapterLike, Course, open_course
from .figures_socket import serve_figures
from .pages import notice
from .security import Door, Guard

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp
    from starlette.websockets import WebSocket

log = logging.getLogger("underfocus.study")
WEB = Path(__file__).with_name("web")


def build(
    door: Door,
    *,
    chapters: Sequence[ChapterLike] | None = None,
    render: Callable[[Any], str] | None = None,
    warm: bool = True,
    run_code: bool = True,
) -> ASGIApp:
    """The application behind its guard. ``chapters`` and ``render`` take the place of the package's own, in tests.

    With ``warm`` a background thread renders and draws everything once at the start. ``run_code`` is for a study that
    answers its own reader alone: one that is served to others must not run what they write.
    """
    if chapters is None:
        course = open_course()
    else:
        course = Course(chapters, render or (lambda chapter: ""))
    return Guard(_application(course, warm, run_code), door)


def _application(course: Course, warm: bool, run_code: bool) -> Starlette:
    from starlette.applications import Starlette
    from starlette.routing import Mount, Route, WebSocketRoute

    api, whole = Api(course, run_code), "{slug}/{stream}/{name}"

    async def live(websocket: WebSocket) -> None:
        await serve_figures(websocket, course)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        if warm:
            threading.Thread(target=_warm, args=[course], name="warm-up", daemon=True).start()
        yield

    routes = [
        Route("/", _home),
        Route("/before", _before),
        Route("/calendar.ics", _calendar),
        Route("/chapter/{slug}", _first_stream(course)),
        Route("/chapter/{slug}/{stream}", _chapter(course)),
        Route(f"/code/{whole}", api.code),
        Route("/web/colours.bin", api.colours),
        Route(f"/api/problems/{whole}", api.problem, methods=["POST"]),
        Route(f"/api/derivations/{whole}", api.derivation, methods=["POST"]),
        Route("/api/specimen", api.specimen, methods=["POST"]),
        Route("/api/views", api.views, methods=["POST"]),
        WebSocketRoute("/ws", live),
        Mount("/web", _files()),
    ]
    return Starlette(routes=routes, lifespan=lifespan, exception_handlers={404: _missing, 500: _broken})


def _warm(course: Course) -> None:
    """Make every page and figure once, before a reader asks; what fails here is reported when it is asked for."""
    try:
        from .home import home_html

        home_html()
        course.warm()
    except Exception:
        log.exception("the warm-up stopped early")


def _files() -> ASGIApp:
    """The package's own scripts and styles; the browser asks each time, and is told when nothing changed."""
    from starlette.staticfiles import StaticFiles

    class Files(StaticFiles):
        def file_response(self, *args: Any, **kwargs: Any) -> Response:
            answer = super().file_response(*args, **kwargs)
            answer.headers["cache-control"] = "no-cache"
            return answer

    return Files(directory=WEB)


def _page(html: str, status: int = 200) -> Response:
    from starlette.responses import HTMLResponse

    return HTMLResponse(html, status_code=status, headers={"cache-control": "no-cache"})


def _home(request: Request) -> Response:
    from .home import home_html

    return _page(home_html())


def _before(request: Request) -> Response:
    from .before import before_html

    return _page(before_html())


def _calendar(request: Request) -> Response:
    from starlette.responses import Response

    from .calendar import ics

    return Response(ics(), media_type="text/calendar; charset=utf-8")


def _chapter(course: Course) -> Callable[[Request], Response]:
    def page(request: Request) -> Response:
        html = course.page(request.path_params["slug"], request.path_params["stream"])
        return _missing(request) if html is None else _page(html)

    return page


def _first_stream(course: Course) -> Callable[[Request], Response]:
    """A topic without a stream leads to its first open chapter."""

    def page(request: Request) -> Response:
        from starlette.responses import RedirectResponse

        slug = request.path_params["slug"]
        streams = course.streams(slug)
        return RedirectResponse(f"/chapter/{slug}/{streams[0]}") if streams else _missing(request)

    return page


def _missing(request: Request, error: Exception | None = None) -> Response:
    return _page(notice("Not here", "There is no such page in this study; the syllabus lists the ones there are."), 404)


def _broken(request: Request, error: Exception) -> Response:
    return _page(notice("Something broke", "This page could not be made; the terminal says why."), 500)
