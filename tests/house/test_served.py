"""Every question and reading of an open meeting names what serves it, and what it names is there."""

from __future__ import annotations

import re

import pytest

from underfocus.study import home, served, syllabus
from underfocus.study.chapter import Chapter, chapters, render


def owed(meeting: syllabus.Meeting) -> list[str]:
    """The items of the parts whose stream has an open chapter."""
    streams = {chapter.stream for chapter in meeting.chapters}
    parts = [part for part in meeting.parts if not part.stream or part.stream in streams]
    return [item.id for part in parts for item in (*part.readings, *part.questions)]


def unserved(meeting: syllabus.Meeting) -> list[str]:
    return [item for item in owed(meeting) if not served.served().get(item)]


def missing() -> dict[str, list[str]]:
    """Items that name something which no chapter has."""
    broken = {item: [name for name in by if name not in served.known()] for item, by in served.served().items()}
    return {item: names for item, names in broken.items() if names}


def test_meetings_m2_and_m6_are_open() -> None:
    assert {"M2", "M6"} <= {m.id for m in syllabus.held() if m.state == "open"}


@pytest.mark.parametrize("meeting", [m.id for m in syllabus.held() if m.state == "open"])
def test_an_open_meeting_serves_everything(meeting: str) -> None:
    assert not unserved(syllabus.meeting(meeting))


def test_what_serves_is_there() -> None:
    assert not missing()


@pytest.mark.parametrize("chapter", chapters(), ids=lambda c: f"{c.slug}-{c.stream}")
def test_every_link_leads_to_an_element_of_its_page(chapter: Chapter) -> None:
    page = render(chapter)
    place = f"/chapter/{chapter.slug}/{chapter.stream}#"
    named = {service for by in served.served() for service in served.services(by)}
    anchors = [service.address.removeprefix(place) for service in named if service.address.startswith(place)]
    assert anchors
    assert not [anchor for anchor in anchors if f'id="{anchor}"' not in page]


def test_only_items_of_the_syllabus_are_served() -> None:
    items = {item.id for m in syllabus.held() for item in (*m.readings, *m.questions)}
    assert set(served.served()) <= items


def test_the_check_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    gathered = dict(served.served())
    del gathered["M6.q1"]
    gathered["M6.q2"] = ("phase-contrast/blur/nothing-of-this-name",)
    monkeypatch.setattr(served, "served", lambda: gathered)
    assert unserved(syllabus.meeting("M6")) == ["M6.q1"]
    assert missing() == {"M6.q2": ["phase-contrast/blur/nothing-of-this-name"]}


def test_chapters_fit_the_syllabus() -> None:
    for chapter in chapters():
        assert isinstance(chapter, Chapter)
        meeting = syllabus.meeting(chapter.meeting)
        assert meeting.slug == chapter.slug
        assert chapter.stream in meeting.streams


def test_the_listing_is_for_machines() -> None:
    rows = {row["id"]: row for row in syllabus.listing()}
    assert len(rows) == 26
    for key in ("id", "date", "streams", "topic", "state", "slug", "figures", "problems"):
        assert all(key in row for row in rows.values())
    assert {row["state"] for row in rows.values()} == {"open", "coming"}
    for meeting in {chapter.meeting for chapter in chapters()}:
        own = [chapter for chapter in chapters() if chapter.meeting == meeting]
        assert rows[meeting]["figures"] == [name for chapter in own for name in chapter.figures]
        assert rows[meeting]["problems"] == [name for chapter in own for name in chapter.problems]


def test_the_home_page_shows_all_and_breaks_no_policy() -> None:
    page = home.home_html()
    for meeting in syllabus.meetings():
        assert f'id="{meeting.id}"' in page
        assert meeting.row.time_text in page
    for meeting in syllabus.held():
        assert all(f'id="{item.id}"' in page for item in (*meeting.readings, *meeting.questions))
        link = f'href="/chapter/{meeting.slug}/'
        assert (link in page) or meeting.state == "coming"
    assert page.count("data-utc=") == 26
    assert not re.search(r'\sstyle="|<script>|<style|\son\w+="', page)
