"""The schedule as HTML: one row a meeting, its readings and questions folded under it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby

from .markup import tag, text
from .prose import block, inline
from .served import Service, services
from .syllabus import Meeting, Part, Question, Reading, meetings

KINDS = {"book": "book", "code": "source code", "notebook": "notebook", "notes": "notes", "paper": "paper"}
KINDS |= {"site": "web page", "video": "video"}


def agenda_html() -> str:
    """All rows of the schedule, month by month."""
    months = groupby(meetings(), lambda m: m.date.strftime("%B %Y") if m.date else "No date yet")
    return "".join(_month(name, list(rows)) for name, rows in months)


def reading_html(reading: Reading) -> str:
    """One reading as a line: its title, linked where the document prints an address, and the facts about it."""
    title = tag("cite", text(reading.title))
    if reading.url:
        title = tag("a", title, href=reading.url, rel="noreferrer")
    by = ", ".join(words for words in (reading.authors, reading.within, str(reading.year or "")) if words)
    facts = ", ".join(words for words in (KINDS[reading.kind], length(reading), reading.part) if words)
    optional = "optional; " if reading.optional else ""
    who = f". {text(by)}" if by else ""
    return f"{title}{who} {tag('span', f'({optional}{text(facts)})', class_='facts')}"


def length(reading: Reading) -> str:
    """How long a reading is, such as ``3 h 20 min`` or ``7 pages``; empty where the document does not say."""
    if reading.pages:
        return f"{reading.pages} pages"
    if not reading.minutes:
        return ""
    hours, minutes = divmod(reading.minutes, 60)
    return " ".join(words for words in (f"{hours} h" if hours else "", f"{minutes} min" if minutes else "") if words)


def _month(name: str, rows: list[Meeting]) -> str:
    listed = tag("ol", *map(_row, rows), class_="meetings")
    return tag("section", tag("h3", text(name)), listed, class_="month", aria_label=name)


def _row(meeting: Meeting) -> str:
    facts = {"data_streams": " ".join(meeting.streams), "data_state": meeting.state, "id": meeting.id}
    body = tag("div", _title(meeting), _facts(meeting), _folded(meeting), class_="what")
    return tag("li", _day(meeting), body, _clock(meeting), class_="meeting", **facts)


def _day(meeting: Meeting) -> str:
    if meeting.date is None:
        return tag("p", text(meeting.row.date_text), class_="day")
    day = tag("time", f"{meeting.date.day} {meeting.date:%b}", datetime=meeting.date.isoformat())
    return tag("p", tag("span", "Th ", class_="weekday"), day, class_="day")


def _title(meeting: Meeting) -> str:
    plain = meeting.topic.strip("()")
    topic = text(plain[0].upper() + plain[1:])
    if meeting.chapters:
        chapter = meeting.chapters[0]
        topic = tag("a", topic, href=f"/chapter/{chapter.slug}/{chapter.stream}")
    return tag("h4", topic)


def _facts(meeting: Meeting) -> str:
    said = [tag("span", text(" and ".join(meeting.streams)), class_="streams")] if meeting.streams else []
    said += [text(f"with {meeting.guest}")] if meeting.guest else []
    said += [tag("span", text(meeting.state), class_="state")]
    return tag("p", " · ".join(said), class_="about")


def _clock(meeting: Meeting) -> str:
    """The printed time, and the same instant for a script to show in the reader's own zone."""
    printed = tag("span", text(meeting.row.time_text), class_="printed") if meeting.row.time_text else ""
    return tag("p", printed, _local(meeting.start) if meeting.start else "", class_="clock")


def _local(start: datetime) -> str:
    stamp = f"{start:%Y-%m-%dT%H:%M}Z"
    return tag("time", f"{start:%H:%M} UTC", datetime=stamp, data_utc=stamp, class_="local")


def _folded(meeting: Meeting) -> str:
    """What is under a row; nothing where the document prints neither reading nor question."""
    counts = [_count(len(meeting.readings), "reading"), _count(len(meeting.questions), "question")]
    summary = " and ".join(words for words in counts if words)
    if not summary:
        empty = "The document gives neither readings nor questions." if meeting.held else text(meeting.note)
        return tag("p", empty, class_="nothing") if empty else ""
    aims = tag("ul", *(tag("li", text(aim)) for aim in meeting.objectives))
    objectives = tag("h5", "To learn") + aims if meeting.objectives else ""
    parts = "".join(_part(part) for part in meeting.parts)
    return tag("details", tag("summary", summary), objectives, parts)


def _part(part: Part) -> str:
    stream = f" ({part.stream})" if part.stream else ""
    read = _items(f"Before the meeting{stream}", [_reading(r) for r in part.readings])
    asked = _items(f"Questions{stream}", [_question(q) for q in part.questions])
    return tag("section", read, asked, class_="part", data_streams=part.stream or None)


def _items(heading: str, rows: list[str]) -> str:
    return tag("h5", text(heading)) + tag("ol", *rows, class_="items") if rows else ""


def _reading(reading: Reading) -> str:
    return tag("li", tag("p", reading_html(reading)), _served(services(reading.id)), id=reading.id)


def _question(question: Question) -> str:
    return tag("li", block(question.ask), _served(services(question.id)), id=question.id)


def _served(by: Iterable[Service]) -> str:
    """Links to what serves an item; nothing before its chapter is open."""
    kinds: dict[str, list[str]] = {}
    for service in by:
        kinds.setdefault(service.kind, []).append(tag("a", inline(service.title), href=service.address))
    words = "; ".join(f"{kind}{'s' if len(links) > 1 else ''} {', '.join(links)}" for kind, links in kinds.items())
    return tag("p", f"Served by {words}", class_="served") if words else ""


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}{'s' if n > 1 else ''}" if n else ""
