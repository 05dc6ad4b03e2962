"""The open chapters as the site sees them: pages by slug and stream, figures, problems and derivations by full name."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from ..base.errors import UnderfocusError
from ..show.figure import Figure
from .figure_page import remember_layout
from .markup import tag, text
from .pages import chapter_page

if TYPE_CHECKING:
    from .derivations import Derivation
    from .problems import Problem

log = logging.getLogger("underfocus.study")


class ChapterLike(Protocol):
    """What the site needs of a chapter."""

    @property
    def slug(self) -> str:
        """Topic in an address, such as ``phase-contrast``."""

    @property
    def stream(self) -> str:
        """``blur`` or ``sharpen``."""

    @property
    def meeting(self) -> str:
        """The id of its meeting in the syllabus, such as ``M6``."""

    @property
    def title(self) -> str:
        """The title of its page."""

    @property
    def figures(self) -> Mapping[str, Figure]:
        """Figures by name."""

    @property
    def problems(self) -> Mapping[str, Problem]:
        """Problems by name."""

    @property
    def derivations(self) -> Mapping[str, Derivation]:
        """Derivations by name."""


class Course:
    """The chapters of one launch; pages are rendered once and kept."""

    def __init__(
        self,
        chapters: Sequence[ChapterLike],
        render: Callable[[Any], str],
        more_problems: Mapping[str, Problem] | None = None,
    ) -> None:
        self._render = render
        self._pages: dict[tuple[str, str], str] = {}
        self._lock = threading.Lock()
        self.chapters = {(c.slug, c.stream): c for c in chapters}
        self.figures = {f"{c.slug}/{c.stream}/{n}": f for c in chapters for n, f in c.figures.items()}
        self.problems = {f"{c.slug}/{c.stream}/{n}": p for c in chapters for n, p in c.problems.items()}
        self.problems |= more_problems or {}
        self.derivations = {f"{c.slug}/{c.stream}/{n}": d for c in chapters for n, d in c.derivations.items()}

    def streams(self, slug: str) -> tuple[str, ...]:
        """The streams in which a topic has an open chapter."""
        return tuple(stream for topic, stream in self.chapters if topic == slug)

    def page(self, slug: str, stream: str) -> str | None:
        """The HTML page of a chapter, or None where there is none."""
        chapter = self.chapters.get((slug, stream))
        if chapter is None:
            return None
        with self._lock:
            if (slug, stream) not in self._pages:
                self._pages[slug, stream] = chapter_page(chapter.title, _place(chapter), self._render(chapter))
            return self._pages[slug, stream]

    def warm(self) -> None:
        """Render every page and draw every live figure once, so that the first reader waits for no compiler."""
        for slug, stream in self.chapters:
            self.page(slug, stream)
        for name, figure in self.figures.items():
            if figure.measured:
                continue  # it runs when a reader asks, on a machine that is not busy with this
            try:
                remember_layout(figure, figure.draw())
            except UnderfocusError as error:
                log.warning("figure %s cannot be drawn at its defaults: %s", name, error)
        with self._lock:
            self._pages.clear()
        for slug, stream in self.chapters:
            self.page(slug, stream)


def _place(chapter: ChapterLike) -> str:
    """The meeting and the stream that a chapter belongs to, as HTML."""
    from .syllabus import meeting

    held = meeting(chapter.meeting) if chapter.meeting else None
    if held is None or held.date is None:
        return text(f"{chapter.stream} stream")
    day = f"Meeting of {held.date.day} {held.date:%B %Y}"
    return tag("a", text(day), href=f"/#{held.id}") + text(f", {chapter.stream} stream")


def open_course() -> Course:
    """The chapters that the package ships, and the self-tests of "Before you come"."""
    from . import before, chapter

    return Course(chapter.chapters(), chapter.render, {f"{before.PLACE}/{n}": p for n, p in before.problems().items()})
