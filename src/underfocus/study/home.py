"""The home page: the syllabus itself, every meeting with its state, readings and questions."""

from __future__ import annotations

from . import cover
from .agenda import agenda_html
from .markup import tag, text
from .pages import shell
from .schedule import RESOLUTIONS
from .syllabus import held, meetings

PROMISE = (
    "From the mathematics of cryo-electron microscopy to your own data: the syllabus of the Online CryoEM Study "
    "Group, with its figures alive. Every curve and image is computed while you turn the knob, by the engine that you "
    "can then use on your particles; every question of the syllabus finds a place where it can be worked through."
)
STREAMS = (
    ("both", "both streams", "in order"),
    ("blur", "blur", "from the beginning"),
    ("sharpen", "sharpen", "deeper, and closer to the code"),
)


def home_html() -> str:
    """The whole page ``/``."""
    body = tag("article", _head(), _choice(), _schedule(), _as_printed(), class_="home", data_stream="both")
    return shell("underfocus", body, ("home.js",), ("home.css",))


def _head() -> str:
    picture = tag("img", src=cover.address(), alt=cover.WORDS, width=cover.WIDTH, height=cover.HEIGHT)
    figure = tag("figure", picture, tag("figcaption", text(cover.WORDS), aria_hidden="true"), class_="cover")
    open_now = [meeting for meeting in held() if meeting.state == "open"]
    start = ""
    if open_now:
        links = [
            tag("a", text(chapter.title), href=f"/chapter/{chapter.slug}/{chapter.stream}")
            for meeting in open_now
            for chapter in meeting.chapters
        ]
        start = tag("p", "Open now: ", ", ".join(links), ".", class_="open-now")
    bring = tag("p", "Unsure what to bring? ", tag("a", "Before you come", href="/before"), " has short self-tests.")
    words = tag("div", tag("p", text(PROMISE), class_="promise"), start, bring, class_="words")
    return tag("header", tag("h1", "See what the microscope does to a molecule"), words, figure, class_="home-head")


def _choice() -> str:
    """The choice of stream as radio buttons: arrow keys move it, a script keeps it and filters the rows."""
    options = [
        tag(
            "label",
            tag("input", type="radio", name="stream", value=value, checked=value == "both"),
            tag("span", tag("b", text(name)), " ", tag("small", text(what))),
        )
        for value, name, what in STREAMS
    ]
    legend = tag("legend", "Choose your stream")
    count = tag("p", f"{len(held())} meetings", role="status", class_="count")
    return tag("fieldset", legend, tag("div", *options, class_="streams"), count, class_="choice", id="stream")


def _schedule() -> str:
    zone = tag("span", "UTC", id="zone")
    note = tag(
        "p",
        "Each row shows the time as it is printed and, under it, the same moment in your time zone (",
        zone,
        "). The whole schedule is also ",
        tag("a", "a calendar file", href="/calendar.ics"),
        ". Open chapters are linked; the others are coming.",
        class_="note",
    )
    head = tag("header", tag("h2", "The meetings", id="meetings"), note)
    return tag("section", head, agenda_html(), class_="schedule", aria_labelledby="meetings")


def _as_printed() -> str:
    """Where the document contradicts itself, and what is taken."""
    general = [tag("li", text(words)) for words in RESOLUTIONS]
    single = [
        tag("li", tag("a", text(meeting.id), href=f"#{meeting.id}"), " ", text(words))
        for meeting in meetings()
        for words in meeting.oddities
    ]
    intro = tag("p", "The document is kept as it is printed. Where it disagrees with itself or with the calendar:")
    listed = tag("ul", *general, *single)
    return tag("section", tag("h2", "As printed, and as taken", id="traps"), intro, listed, class_="traps")
