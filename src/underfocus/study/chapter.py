"""Chapters: Markdown with figures, problems and derivations set into it; a folder a topic, a package a stream.

``chapters/TOPIC/STREAM/`` holds ``text.md``, ``figures.py`` (with SERVES), ``problems.py`` (PROBLEMS), ``proofs.py``
(DERIVATIONS), and names its MEETING and TITLE; what the two streams of a topic share lies beside them.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import ModuleType

from ..base.errors import InputError
from ..show.figure import Figure
from .derivations import Derivation
from .problems import Problem
from .prose import block

#: (folder under chapters/, stream) of what is open, in the order of the syllabus.
OPEN = (
    ("background", "blur"),
    ("background", "sharpen"),
    ("fourier", "blur"),
    ("fourier", "sharpen"),
    ("convolution", "blur"),
    ("convolution", "sharpen"),
    ("phase_contrast", "blur"),
    ("phase_contrast", "sharpen"),
    ("image_formation", "blur"),
    ("multislice", "sharpen"),
    ("rotations", "blur"),
    ("rotations", "sharpen"),
    ("interpolation", "blur"),
    ("interpolation", "sharpen"),
    ("direct_inversion", "blur"),
    ("direct_inversion", "sharpen"),
    ("tilting", "blur"),
    ("waves", "blur"),
    ("correlation", "blur"),
)
#: A line such as ``{{figure: spectrum}}`` on its own.
SLOT = re.compile(r"^\{\{(figure|problem|derivation):\s*([\w-]+)\}\}$", re.MULTILINE)


@dataclass(frozen=True)
class Chapter:
    """One open chapter. ``serves`` maps the syllabus' question and reading ids to ids ``SLUG/STREAM/NAME`` here."""

    slug: str
    stream: str
    meeting: str
    title: str
    source: str
    figures: Mapping[str, Figure]
    problems: Mapping[str, Problem]
    derivations: Mapping[str, Derivation]
    serves: Mapping[str, tuple[str, ...]]


@cache
def chapters() -> tuple[Chapter, ...]:
    """All open chapters."""
    return tuple(_load(*row) for row in OPEN)


def find(slug: str, stream: str | None = None) -> Chapter:
    """The chapter of a topic (and stream). InputError names the open ones."""
    for chapter in chapters():
        if chapter.slug == slug and stream in (None, chapter.stream):
            return chapter
    raise InputError(f"there is no open chapter {slug!r}; open are {', '.join(c.slug for c in chapters())}")


def _load(folder: str, stream: str) -> Chapter:
    place = f"{__package__}.chapters.{folder}.{stream}"
    own = importlib.import_module(place)
    rooms = {name: importlib.import_module(f"{place}.{name}") for name in ("figures", "problems", "proofs")}
    slug = folder.replace("_", "-")
    figures = _of_kind(rooms["figures"], Figure)
    problems: dict[str, Problem] = {p.id: p for p in rooms["problems"].PROBLEMS}
    derivations: dict[str, Derivation] = {d.id: d for d in rooms["proofs"].DERIVATIONS}
    served: dict[str, list[str]] = {}
    serving: dict[str, tuple[str, ...]] = {name: p.serves for name, p in problems.items()}
    serving |= {name: d.serves for name, d in derivations.items()}
    for name, questions in (serving | rooms["figures"].SERVES).items():
        for question in questions:
            served.setdefault(question, []).append(f"{slug}/{stream}/{name}")
    return Chapter(
        slug=slug,
        stream=stream,
        meeting=own.MEETING,
        title=own.TITLE,
        source=resources.files(place).joinpath("text.md").read_text(encoding="utf-8"),
        figures=figures,
        problems=problems,
        derivations=derivations,
        serves={question: tuple(ids) for question, ids in served.items()},
    )


def _of_kind(room: ModuleType, kind: type[Figure]) -> dict[str, Figure]:
    """The figures of a module by name, in their order."""
    return {value.name: value for value in vars(room).values() if isinstance(value, kind)}


def render(chapter: Chapter) -> str:
    """The chapter's body as HTML. InputError where its text names a figure or problem that is not there."""
    from .pages import derivation_html, figure_html, problem_html

    draw = {
        "figure": (chapter.figures, figure_html),
        "problem": (chapter.problems, problem_html),
        "derivation": (chapter.derivations, derivation_html),
    }
    parts: list[str] = []
    at = 0
    for slot in SLOT.finditer(chapter.source):
        parts.append(block(chapter.source[at : slot.start()]))
        known, html = draw[slot[1]]
        if slot[2] not in known:
            raise InputError(f"chapter {chapter.slug} sets {slot[1]} {slot[2]!r}, which it does not have")
        parts.append(html(f"{chapter.slug}/{chapter.stream}/{slot[2]}", known[slot[2]]))  # type: ignore[operator]
        at = slot.end()
    return "".join([*parts, block(chapter.source[at:])])
