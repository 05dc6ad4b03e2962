"""The syllabus as data holds every row, reading and question of the document, and says what was decided about it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from underfocus.base.errors import FormatError
from underfocus.study import schedule, syllabus

#: Readings and questions of each section, counted by hand in the document.
COUNTS = {
    "M1": (5, 5), "M2": (3, 3), "M3": (6, 3), "M4": (2, 5), "M5": (2, 6), "M6": (2, 8), "M7": (3, 0),
    "M8": (1, 3), "M9": (5, 5), "M10": (3, 5), "M11": (6, 2), "M12": (6, 5), "M13": (3, 4), "M14": (3, 4),
    "M15": (2, 5), "M16": (0, 0), "M17": (6, 1), "M18": (4, 1), "M19": (1, 4), "M20": (2, 3), "M21": (2, 2),
    "M22": (0, 0), "M23": (1, 4), "M24": (2, 0), "M25": (1, 4), "M26": (2, 0),
}  # fmt: skip


@pytest.fixture(scope="module")
def document(shared: Path) -> str:
    return (shared / "syllabus.txt").read_text(encoding="utf-8")


def test_there_are_26_meetings_and_two_rows_that_are_none() -> None:
    assert [m.id for m in syllabus.held()] == [f"M{i}" for i in range(1, 27)]
    rest = [m for m in syllabus.meetings() if not m.held]
    assert [(m.id, m.state) for m in rest] == [("cancelled", "cancelled"), ("TBD", "undated")]
    assert all(not m.parts for m in rest)


def test_every_day_is_a_thursday_and_later_than_the_one_before() -> None:
    days = [m.date for m in syllabus.meetings() if m.date]
    assert len(days) == 27
    assert {d.weekday() for d in days} == {3}
    assert days == sorted(set(days))
    assert days[0] == date(2020, 11, 19)
    assert days[-1] == date(2021, 6, 10)


@pytest.mark.parametrize(
    ("meeting", "start"),
    [
        ("M1", datetime(2020, 11, 19, 17, tzinfo=UTC)),
        ("M6", datetime(2021, 1, 14, 17, tzinfo=UTC)),
        ("M9", datetime(2021, 2, 11, 16, tzinfo=UTC)),
        ("M13", datetime(2021, 3, 11, 15, 30, tzinfo=UTC)),
        ("M14", datetime(2021, 3, 18, 16, tzinfo=UTC)),
        ("M26", datetime(2021, 6, 10, 16, tzinfo=UTC)),
    ],
)
def test_pst_is_read_as_eight_hours_behind_utc_all_year(meeting: str, start: datetime) -> None:
    assert syllabus.meeting(meeting).start == start


def test_the_hour_that_the_document_gives_around_the_world() -> None:
    """Section 2: 9 AM PST is 12 PM EST, 5 PM GMT, 7 PM GMT+2, 1 AM next day GMT+8, 3 AM next day GMT+10."""
    start = schedule.instant(date(2020, 11, 19), "9 AM PST")
    for hours, expected in ((-5, (19, 12)), (0, (19, 17)), (2, (19, 19)), (8, (20, 1)), (10, (20, 3))):
        there = start.astimezone(timezone(timedelta(hours=hours)))
        assert (there.day, there.hour) == expected


def test_noon_and_midnight() -> None:
    assert schedule.instant(date(2021, 1, 1), "12 PM PST").hour == 20
    assert schedule.instant(date(2021, 1, 1), "12 AM PST").hour == 8


@pytest.mark.parametrize("printed", ["Th 14 Jan 2020", "Th 3 June May 2021", "Th 3 Foo 2021", "14 Jan 2021"])
def test_a_wrong_date_is_refused(printed: str) -> None:
    with pytest.raises(FormatError, match=r"found|correct the date"):
        schedule.day(printed)


def test_a_wrong_time_is_refused() -> None:
    with pytest.raises(FormatError, match="9 AM PDT"):
        schedule.instant(date(2021, 1, 1), "9 AM PDT")


def test_streams_are_the_union_of_table_and_section() -> None:
    assert syllabus.meeting("M20").streams == ("blur", "sharpen")
    assert syllabus.meeting("M22").streams == ("blur", "sharpen")
    assert syllabus.meeting("M2").streams == ("blur",)
    assert syllabus.meeting("M21").streams == ("sharpen",)
    differ = [m.id for m in syllabus.held() if set(schedule.streams(m.header_streams)) != set(m.row.streams)]
    assert differ == ["M20", "M22"]
    assert all(syllabus.meeting(m).oddities for m in differ)


def test_misprints_are_kept_and_explained() -> None:
    assert syllabus.meeting("M6").header.startswith("14 Jan 2020")
    assert syllabus.meeting("M6").date == date(2021, 1, 14)
    assert "2020" in syllabus.meeting("M6").oddities[0]
    assert syllabus.meeting("M25").header.startswith("3 June May 2021")
    assert syllabus.meeting("M25").date == date(2021, 6, 3)
    assert any("UTC−8" in words and "14 March 2021" in words for words in schedule.RESOLUTIONS)


@pytest.mark.parametrize("meeting", COUNTS)
def test_no_reading_and_no_question_is_lost(meeting: str) -> None:
    found = syllabus.meeting(meeting)
    assert (len(found.readings), len(found.questions)) == COUNTS[meeting]


def test_ids_are_unique_and_in_order() -> None:
    ids = [item.id for m in syllabus.meetings() for item in (*m.readings, *m.questions)]
    assert len(ids) == len(set(ids)) == sum(r + q for r, q in COUNTS.values())
    assert [q.id for q in syllabus.meeting("M6").questions] == [f"M6.q{i}" for i in range(1, 9)]
    assert [q.id for q in syllabus.meeting("M1").questions] == [
        "M1.blur.q1", *(f"M1.sharpen.q{i}" for i in range(1, 5))
    ]  # fmt: skip
    texts = [q.ask for q in syllabus.meeting("M25").questions]
    assert texts == [q.ask for q in syllabus.meeting("M19").questions]


def test_a_chapter_has_one_address() -> None:
    pairs = [(m.slug, stream) for m in syllabus.held() for stream in m.streams if m.slug != "office-hours"]
    assert len(pairs) == len(set(pairs)) + 1, "only normal modes are met twice by a stream (29 April and 6 May)"


def test_prerequisites_name_their_refreshers() -> None:
    found = syllabus.prerequisites()
    assert [e.name for e in found.entries] == [
        "calculus", "trigonometry", "linear-algebra", "probability", "sums", "physics"
    ]  # fmt: skip
    assert len(found.readings) == 11
    assert len(found.courses) == 3
    assert {i for e in found.entries for i in e.refresh} == {r.id for r in found.readings}


@pytest.mark.shared
def test_the_table_is_the_documents(document: str) -> None:
    cells = [[c.strip() for c in line.strip("| \n").split("|")] for line in document.splitlines() if line[:1] == "|"]
    printed = [row for row in cells if row[0].startswith(("Th ", "TBD"))]
    kept = [[r.date_text, r.time_text, r.stream_text, r.topic] for r in schedule.rows()]
    assert kept == printed


@pytest.mark.shared
def test_the_headings_are_the_documents(document: str) -> None:
    printed = dict(re.findall(r"^([67]\.\d+) (\d.*)$", document, re.MULTILINE))
    assert {m.section: m.header for m in syllabus.held()} == printed


@pytest.mark.shared
def test_addresses_are_the_documents(document: str) -> None:
    found = syllabus.prerequisites()
    readings = [r for m in syllabus.held() for r in m.readings] + [*found.readings, *found.courses]
    ours = {r.url for r in readings if r.url}
    assert ours - {"https://www.khanacademy.org"} <= set(re.findall(r"https?://[^\s>)]+", document))
    sections = document[document.index("6 Upcoming Meetings") :]
    assert set(re.findall(r"https?://[^\s>)]+", sections)) <= ours


@pytest.mark.shared
def test_questions_are_restated(document: str) -> None:
    """No run of nine words of a question stands in the document (formulas aside)."""
    plain = " ".join(re.findall(r"[a-z]+", document.lower()))
    for m in syllabus.held():
        for question in m.questions:
            words = re.findall(r"[a-z]+", re.sub(r"\$[^$]*\$", " ", question.ask).lower())
            runs = [" ".join(words[i : i + 9]) for i in range(len(words) - 8)]
            assert not [run for run in runs if run in plain], question.id
