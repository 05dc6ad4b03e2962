"""The syllabus as data: every meeting with its readings and questions, each with an id and with what serves it.

The document's facts (dates, titles, authors, lengths, addresses) are kept as printed; its questions are restated.
Sources: ``schedule.toml`` (the table of section 2), ``meetings/*.toml`` (sections 6 and 7), ``prerequisites.toml`` (1.2
and 5). Items are numbered in the document's order: ``M6.q1``, ``M6.r1``; ``M1.sharpen.q1`` where the streams differ.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from .schedule import HERE, Row, rows, streams

if TYPE_CHECKING:
    from .chapter import Chapter


@dataclass(frozen=True)
class Reading:
    """Something to read, watch or play with: the document's own facts about it. ``part`` is what of it is asked for."""

    id: str
    title: str
    kind: str
    within: str = ""
    authors: str = ""
    year: int | None = None
    minutes: int | None = None
    pages: int | None = None
    part: str = ""
    url: str = ""
    optional: bool = False


@dataclass(frozen=True)
class Question:
    """A question for discussion, restated (Markdown with math)."""

    id: str
    ask: str


@dataclass(frozen=True)
class Part:
    """The readings and questions of one stream; ``stream`` is empty where a section is not split."""

    stream: str
    readings: tuple[Reading, ...] = ()
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True)
class Meeting:
    """A row of the schedule with what its section says. ``topic`` is ours; ``row`` and ``header`` are as printed."""

    row: Row
    topic: str
    slug: str = ""
    section: str = ""
    header: str = ""
    header_streams: str = ""
    guest: str = ""
    note: str = ""
    oddities: tuple[str, ...] = ()
    objectives: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()

    @property
    def id(self) -> str:
        """``M1`` to ``M26``; ``cancelled`` and ``TBD`` for the two rows that are no meeting."""
        return self.row.id

    @property
    def date(self) -> date | None:
        """The day."""
        return self.row.date

    @property
    def start(self) -> datetime | None:
        """The instant in UTC."""
        return self.row.start

    @property
    def printed(self) -> str:
        """Date and time as the table prints them."""
        return ", ".join(words for words in (self.row.date_text, self.row.time_text) if words)

    @property
    def streams(self) -> tuple[str, ...]:
        """The union of the streams in the table and in the section's heading."""
        return streams(self.row.stream_text, self.header_streams)

    @property
    def held(self) -> bool:
        """Whether the row is one of the 26 meetings."""
        return bool(self.slug)

    @property
    def chapters(self) -> tuple[Chapter, ...]:
        """The open chapters of this meeting, at most one a stream."""
        from .chapter import chapters

        return tuple(chapter for chapter in chapters() if chapter.meeting == self.id)

    @property
    def state(self) -> str:
        """``open`` where a chapter is there, else ``coming``; ``cancelled`` and ``undated`` for rows without one."""
        if not self.held:
            return "undated" if self.date is None else "cancelled"
        return "open" if self.chapters else "coming"

    @property
    def readings(self) -> tuple[Reading, ...]:
        """All readings, in the document's order."""
        return tuple(reading for part in self.parts for reading in part.readings)

    @property
    def questions(self) -> tuple[Question, ...]:
        """All questions, in the document's order."""
        return tuple(question for part in self.parts for question in part.questions)


@dataclass(frozen=True)
class Entry:
    """One line of the prerequisites of section 1.2, with the ids of the refreshers that are named for it."""

    name: str
    title: str
    covers: str
    refresh: tuple[str, ...]


@dataclass(frozen=True)
class Prerequisites:
    """Section 1.2, and the courses that section 5 draws on."""

    entries: tuple[Entry, ...]
    readings: tuple[Reading, ...]
    courses: tuple[Reading, ...]


@cache
def meetings() -> tuple[Meeting, ...]:
    """All 28 rows of the schedule in order, each with its section."""
    sections = _sections()
    return tuple(_meeting(row, sections.get(row.id), sections) for row in rows())


def held() -> tuple[Meeting, ...]:
    """The 26 meetings: without the cancelled row and the one that has no date."""
    return tuple(meeting for meeting in meetings() if meeting.held)


def meeting(meeting_id: str) -> Meeting:
    """The meeting of an id; KeyError where there is none."""
    return {m.id: m for m in meetings()}[meeting_id]


@cache
def prerequisites() -> Prerequisites:
    """What to bring along, and where to refresh it; readings ``before.r1`` …, courses ``course.r1`` …."""
    table = _read("prerequisites.toml")
    entries = (Entry(e["name"], e["title"], e["covers"], tuple(e["refresh"])) for e in table["entries"])
    return Prerequisites(tuple(entries), _readings("before", table["readings"]), _readings("course", table["courses"]))


def listing() -> list[dict[str, Any]]:
    """One record a meeting, as ``underfocus study --list --json`` prints them; chapters coming have no figures yet."""
    return [
        {
            "id": m.id,
            "date": m.date.isoformat() if m.date else None,
            "start": m.start.isoformat().replace("+00:00", "Z") if m.start else None,
            "printed": m.printed,
            "streams": list(m.streams),
            "topic": m.topic,
            "state": m.state,
            "slug": m.slug,
            "figures": [name for chapter in m.chapters for name in chapter.figures],
            "problems": [name for chapter in m.chapters for name in chapter.problems],
        }
        for m in held()
    ]


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


def _sections() -> dict[str, dict[str, Any]]:
    files = sorted((HERE / "meetings").glob("*.toml"))
    return {section["id"]: section for section in (_read(f"meetings/{file.name}") for file in files)}


def _meeting(row: Row, section: Mapping[str, Any] | None, sections: Mapping[str, Mapping[str, Any]]) -> Meeting:
    if section is None:
        return Meeting(row, row.topic)
    return Meeting(
        row,
        section["topic"],
        section["slug"],
        section["section"],
        section["header"],
        section["header_streams"],
        section.get("guest", ""),
        section.get("note", ""),
        tuple(section.get("oddities", ())),
        tuple(section.get("objectives", ())),
        _parts(row.id, section, sections),
    )


def _parts(key: str, section: Mapping[str, Any], sections: Mapping[str, Mapping[str, Any]]) -> tuple[Part, ...]:
    """The parts of a section; ``questions_as`` repeats another meeting's questions, as the document does."""
    if not section["slug"]:
        return ()
    split = [stream for stream in ("blur", "sharpen") if stream in section]
    if split:
        return tuple(_part(f"{key}.{stream}", stream, section[stream]) for stream in split)
    asked = sections[section["questions_as"]] if "questions_as" in section else section
    return (_part(key, "", {**section, "questions": asked.get("questions", ())}),)


def _part(key: str, stream: str, table: Mapping[str, Any]) -> Part:
    asked = enumerate(table.get("questions", ()), 1)
    questions = tuple(Question(f"{key}.q{i}", q["ask"].strip()) for i, q in asked)
    return Part(stream, _readings(key, table.get("readings", ())), questions)


def _readings(key: str, table: Sequence[Mapping[str, Any]]) -> tuple[Reading, ...]:
    return tuple(Reading(f"{key}.r{i}", **facts) for i, facts in enumerate(table, 1))
