"""The table of section 2: its rows as they are printed, and the one place that decides what a row means.

The document does not everywhere agree with itself or with the calendar. `RESOLUTIONS` says in words what is taken, and
`Row.start` and `streams` do it. What concerns one meeting alone (a misprinted year, a doubled month) stands beside that
meeting, in ``meetings/*.toml``.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache
from pathlib import Path

from ..base.errors import FormatError

HERE = Path(__file__).parent

#: "PST" is taken literally, for every row: the document never prints PDT.
PST = timezone(timedelta(hours=-8), "PST")

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

RESOLUTIONS = (
    "Every time is printed in PST, also after 14 March 2021, when clocks in most of North America had moved to "
    "daylight time. PST is taken literally, as UTC−8: 8 AM PST is 16:00 UTC, which from that day on was 9 AM on a "
    "clock in California.",
    "The paragraph above the table names 9 AM PST for all meetings; from 11 February on the table prints 8 AM, and "
    "once 7:30 AM. Each row’s own time is taken.",
    "Where the table and the heading of a section name different streams, the meeting belongs to all that either "
    "names.",
    "No length is printed for a meeting. The calendar gives each one hour.",
    "26 November is cancelled: it stays in the list and in the calendar, without a time and without a chapter. The "
    "last row (TBD) has no date: it stays in the list and is left out of the calendar.",
)


@dataclass(frozen=True)
class Row:
    """One row of the table; ``date_text``, ``time_text``, ``stream_text`` and ``topic`` are letter by letter."""

    id: str
    date_text: str
    time_text: str
    stream_text: str
    topic: str

    @property
    def date(self) -> date | None:
        """The day, or None for the row without one."""
        return None if self.date_text == "TBD" else day(self.date_text)

    @property
    def start(self) -> datetime | None:
        """The instant in UTC, or None where the row has no day or no time."""
        if self.date is None or not self.time_text:
            return None
        return instant(self.date, self.time_text)

    @property
    def streams(self) -> tuple[str, ...]:
        """The streams that the table names, blur before sharpen."""
        return streams(self.stream_text)


@cache
def rows() -> tuple[Row, ...]:
    """All 28 rows in their printed order: 26 meetings, the cancelled one, and the one without a date."""
    table = tomllib.loads((HERE / "schedule.toml").read_text(encoding="utf-8"))
    return tuple(Row(r["id"], r["date"], r["time"], r["stream"], r["topic"]) for r in table["rows"])


def day(printed: str) -> date:
    """``"Th 4 March 2021"`` as a date; FormatError where it is none, or where the weekday is not that day's."""
    found = re.fullmatch(r"Th (\d{1,2}) (\w{3})\w* (\d{4})", printed)
    if found is None or found[2].lower() not in MONTHS:
        raise FormatError(f"a date of the schedule must read like 'Th 4 March 2021', and {printed!r} was found")
    resolved = date(int(found[3]), MONTHS.index(found[2].lower()) + 1, int(found[1]))
    if resolved.strftime("%a") != "Thu":
        raise FormatError(f"{printed!r} is given as a Thursday, and that day is a {resolved:%A}; correct the date")
    return resolved


def instant(when: date, printed: str) -> datetime:
    """A day and ``"7:30 AM PST"`` as an instant in UTC: PST is UTC−8, whatever clocks in California show that day."""
    found = re.fullmatch(r"(\d{1,2})(?::(\d{2}))? ([AP])M PST", printed)
    if found is None:
        raise FormatError(f"a time of the schedule must read like '7:30 AM PST', and {printed!r} was found")
    hour = int(found[1]) % 12 + (12 if found[3] == "P" else 0)
    return datetime.combine(when, time(hour, int(found[2] or 0)), PST).astimezone(UTC)


def streams(*printed: str) -> tuple[str, ...]:
    """The union of printed streams such as ``"blur/sharpen"`` and ``"Blur"``, blur first."""
    named = {name for text in printed for name in text.lower().split("/")}
    return tuple(name for name in ("blur", "sharpen") if name in named)
