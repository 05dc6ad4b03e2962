"""“Before you come”: section 1.2 as a page, with ten checked questions for each entry.

The questions are ordinary problems under ``before/blur/NAME``, NAME being the entry's and the item's, as in
``calculus-envelope``; the engine checks them as it checks a chapter's.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from .agenda import reading_html
from .markup import tag, text
from .pages import problem_html, shell
from .problems import Problem
from .selftest import calculus, linear_algebra, physics, probability, sums, trigonometry
from .syllabus import Entry, Reading, prerequisites

#: The place of the questions among a course's problems: ``{PLACE}/NAME``.
PLACE = "before/blur"

TESTS = {
    "calculus": calculus.items,
    "trigonometry": trigonometry.items,
    "linear-algebra": linear_algebra.items,
    "probability": probability.items,
    "sums": sums.items,
    "physics": physics.items,
}
INTRODUCTION = (
    "This is the lower bound that the syllabus asks for, so that nobody is lost in the first meeting: a first year of "
    "calculus, or a later course that computes. Proofs and pure mathematics are not needed. Test yourself; where three "
    "or more of ten go wrong, an evening with the refresher named beside them is well spent."
)


@cache
def problems() -> dict[str, Problem]:
    """All sixty questions by name."""
    return {name: problem for entry in TESTS for name, problem in of_entry(entry).items()}


def of_entry(entry: str) -> dict[str, Problem]:
    """The ten questions of one entry of the prerequisites, in their order."""
    return {f"{entry}-{item.id}": replace(item, id=f"{entry}-{item.id}") for item in TESTS[entry]()}


@cache
def before_html() -> str:
    """The whole page ``/before``."""
    entries = prerequisites().entries
    contents = [tag("li", tag("a", text(e.title), href=f"#{e.name}")) for e in entries]
    head = tag(
        "header",
        tag("h1", "Before you come"),
        tag("p", text(INTRODUCTION)),
        tag("ul", *contents, class_="contents"),
        tag("uf-progress", data_title="Before you come"),
    )
    body = tag("article", head, *map(_entry, entries), _courses(), class_="before")
    return shell("Before you come", body, ("chapter.js",), ("exercise.css", "home.css"))


def _entry(entry: Entry) -> str:
    named = {reading.id: reading for reading in prerequisites().readings}
    refreshers = [tag("li", reading_html(named[i])) for i in entry.refresh]
    to_refresh = tag("h3", "To refresh it") + (tag("ul", *refreshers, class_="refresh") if refreshers else _unnamed())
    asked = "".join(problem_html(f"{PLACE}/{name}", problem) for name, problem in of_entry(entry.name).items())
    test = tag("details", tag("summary", f"Test yourself: ten questions on {text(entry.title.lower())}"), asked)
    covers = tag("p", text(entry.covers), ".", class_="covers")
    return tag("section", tag("h2", text(entry.title), id=entry.name), covers, to_refresh, test, class_="entry")


def _unnamed() -> str:
    return tag(
        "p",
        "The syllabus names no unit for this one; ",
        tag("a", "khanacademy.org", href="https://www.khanacademy.org", rel="noreferrer"),
        " has one on trigonometry.",
        class_="refresh",
    )


def _courses() -> str:
    lines = [_course(course) for course in prerequisites().courses]
    words = "The meetings draw on three courses; the last is worth taking whole beforehand."
    heading = tag("h2", "Courses behind the meetings", id="courses")
    return tag("section", heading, tag("p", words), tag("ul", *lines, class_="refresh"))


def _course(course: Reading) -> str:
    return tag("li", reading_html(course))
