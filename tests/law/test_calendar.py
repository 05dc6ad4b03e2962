"""The calendar file parses back to the schedule."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import icalendar
import pytest

from underfocus.study import calendar
from underfocus.study.syllabus import meetings


@pytest.fixture(scope="module")
def events() -> list[icalendar.cal.Component]:
    return list(icalendar.Calendar.from_ical(calendar.ics()).walk("VEVENT"))


def test_every_dated_row_is_an_event(events: list[icalendar.cal.Component]) -> None:
    dated = [m for m in meetings() if m.date]
    assert [e["DTSTART"].dt for e in events] == [m.start or m.date for m in dated]
    assert len({str(e["UID"]) for e in events}) == len(events) == 27


def test_meetings_last_an_hour_and_are_in_utc(events: list[icalendar.cal.Component]) -> None:
    timed = [e for e in events if isinstance(e["DTSTART"].dt, datetime)]
    assert len(timed) == 26
    for event in timed:
        assert event["DTSTART"].dt.utcoffset() == timedelta(0)
        assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(hours=1)
        assert str(event["STATUS"]) == "CONFIRMED"


def test_thanksgiving_is_cancelled_and_has_no_time(events: list[icalendar.cal.Component]) -> None:
    cancelled = [e for e in events if str(e["STATUS"]) == "CANCELLED"]
    assert [e["DTSTART"].dt for e in cancelled] == [date(2020, 11, 26)]


def test_what_is_printed_stands_in_the_event(events: list[icalendar.cal.Component]) -> None:
    told = {e["DTSTART"].dt: str(e["DESCRIPTION"]) for e in events}
    for meeting in meetings():
        if meeting.date:
            assert meeting.printed in told[meeting.start or meeting.date]


def test_two_files_of_one_schedule_are_equal() -> None:
    assert calendar.ics() == calendar.ics()
