"""What serves each question and reading: the chapters say it, and this file turns it into links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from .chapter import Chapter, chapters

#: The attributes of a chapter that hold what can serve, the word for one of them, and how its element's id begins.
KINDS = (
    ("figures", "figure", "fig"),
    ("problems", "problem", "problem"),
    ("derivations", "derivation", "derivation"),
)


@dataclass(frozen=True)
class Service:
    """A figure, problem, card or derivation of an open chapter: its id ``SLUG/STREAM/NAME`` and its place on a page."""

    id: str
    kind: str
    title: str
    address: str


@cache
def served() -> dict[str, tuple[str, ...]]:
    """Item id (``M6.q1``) → ids ``SLUG/STREAM/NAME`` of what serves it, over all open chapters."""
    gathered: dict[str, tuple[str, ...]] = {}
    for chapter in chapters():
        for item, by in chapter.serves.items():
            gathered[item] = gathered.get(item, ()) + by
    return gathered


@cache
def known() -> dict[str, tuple[Service, ...]]:
    """Everything that the open chapters have, by id; a figure and a problem may share a name."""
    found: dict[str, tuple[Service, ...]] = {}
    for chapter in chapters():
        for attribute, kind, prefix in KINDS:
            for name, thing in getattr(chapter, attribute).items():
                service = _service(chapter, name, thing, kind, prefix)
                found[service.id] = (*found.get(service.id, ()), service)
    return found


def services(item: str) -> tuple[Service, ...]:
    """What serves a question or reading, in the chapter's order; empty before its chapter is open."""
    names: Mapping[str, None] = dict.fromkeys(served().get(item, ()))
    return tuple(service for name in names for service in known().get(name, ()))


def _service(chapter: Chapter, name: str, thing: Any, kind: str, prefix: str) -> Service:
    place = f"{chapter.slug}/{chapter.stream}"
    word = "card" if getattr(thing, "kind", "") == "card" else kind
    return Service(f"{place}/{name}", word, thing.title, f"/chapter/{place}#{prefix}-{name}")
