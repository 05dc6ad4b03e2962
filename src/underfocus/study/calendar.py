"""The schedule as an iCalendar file: one event a dated row, in UTC, the same bytes each time it is made."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from .syllabus import Meeting, meetings

#: The document prints no length; an hour is taken (see schedule.RESOLUTIONS).
LENGTH = timedelta(hours=1)

#: The date of the document. A stamp that followed the clock would make two files of one schedule differ.
STAMP = datetime(2021, 3, 23, tzinfo=UTC)


def ics() -> bytes:
    """All dated rows as VEVENTs (RFC 5545). The cancelled row has a day, no time, and STATUS:CANCELLED; the row without
    a date is left out."""
    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//underfocus//study//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", "Online CryoEM Study Group")
    for meeting in meetings():
        if meeting.date is None:
            continue
        event = Event()
        for name, value in _facts(meeting, meeting.date):
            event.add(name, value)
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _facts(meeting: Meeting, day: date) -> list[tuple[str, object]]:
    start = meeting.start
    return [
        ("uid", f"{day:%Y%m%d}@underfocus.study"),
        ("dtstamp", STAMP),
        ("dtstart", start or day),
        ("dtend", start + LENGTH if start else day + timedelta(days=1)),
        ("summary", _summary(meeting)),
        ("description", _description(meeting)),
        ("categories", list(meeting.streams)) if meeting.streams else ("transp", "TRANSPARENT"),
        ("status", "CONFIRMED" if start else "CANCELLED"),
    ]


def _summary(meeting: Meeting) -> str:
    streams = f" ({' and '.join(meeting.streams)})" if meeting.streams else ""
    return f"{meeting.topic}{streams}" if meeting.held else f"Cancelled: {meeting.topic.strip('()')}"


def _description(meeting: Meeting) -> str:
    """What is printed, and what was made of it."""
    lines = [f"Printed: {meeting.printed}. {meeting.row.topic}"]
    if meeting.start:
        lines.append(f"Taken as {meeting.start:%H:%M} UTC (PST read as UTC−8), for one hour.")
    return "\n".join([*lines, *meeting.oddities])
