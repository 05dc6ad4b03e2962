"""A figure as HTML: its stage, its knobs, its read-outs and its words. The scripts of `web` bring it to life."""

from __future__ import annotations

from collections.abc import Sequence
from weakref import WeakKeyDictionary

from ..show.figure import Figure
from ..show.scene import Scene
from ..show.specs import Image, Panels
from .controls import control
from .markup import tag, text
from .own_views import CHOICE
from .prose import block, inline

#: The choice of a knob that stands for what a reader brings → where it is sent, which files, its label and its note.
DOORS = {
    "mine": ("specimen", ".mrc,.mrcs,.map", "your own image", "MRC"),
    CHOICE: ("views", ".star,.cs", "your own particles", ".star or .cs with orientations"),
}
#: What each figure was last seen to draw, so that a page keeps its room before the first picture arrives.
_layouts: WeakKeyDictionary[Figure, tuple[int, tuple[str, ...]]] = WeakKeyDictionary()


def remember_layout(figure: Figure, panels: Panels) -> None:
    """Keep the number of columns and the kinds of panels of a figure for the pages made from now on."""
    kinds = tuple(
        "image" if isinstance(p, Image) else "scene" if isinstance(p, Scene) else "plot" for p in panels.pictures
    )
    _layouts[figure] = (panels.columns, kinds)


def figure_html(figure_id: str, figure: Figure) -> str:
    """The whole ``<uf-figure>`` element; ``figure_id`` is ``SLUG/STREAM/NAME`` and the element's id ``fig-NAME``."""
    name = figure_id.rsplit("/", 1)[-1]
    key = f"fig-{name}"
    inner = tag(
        "figure",
        tag("h3", inline(figure.title), id=f"{key}-title", class_="figure-title"),
        _stage(figure),
        tag("dl", class_="readouts"),
        tag("p", class_="trouble", role="alert", hidden=True),
        _knobs(key, figure),
        _words(figure),
        _tools(key, figure.measured),
        tag("p", class_="unseen status", role="status"),
        aria_labelledby=f"{key}-title",
    )
    title, measured = figure.title, figure.measured
    return tag("uf-figure", inner, id=key, data_figure=figure_id, data_title=title, data_measured=measured)


def _stage(figure: Figure) -> str:
    if figure.measured:
        words = "Nothing is measured before you ask: the numbers are those of the machine in front of you."
        return tag("div", tag("p", words, class_="unmeasured"), class_="stage", data_columns=1)
    columns, kinds = _layouts.get(figure, (1, ("plot",)))
    rooms = [tag("div", class_=f"panel panel-{kind}") for kind in kinds]
    return tag("div", *rooms, class_="stage", data_columns=columns)


def _knobs(key: str, figure: Figure) -> str:
    if not figure.knobs:
        return ""
    rows = [control(key, bound) for bound in figure.knobs]
    brought = [door for choice, door in DOORS.items() if any(choice in b.choices for b in figure.knobs)]
    doors = [_upload(key, *door) for door in brought]
    return tag("form", *rows, *doors, class_="knobs", autocomplete="off", data_play=figure.play)


def _upload(key: str, kind: str, accept: str, words: str, said: str) -> str:
    """A door for what is the reader's own: it stays on this machine, in memory, until the study is stopped."""
    field = tag("input", type="file", id=f"{key}-upload", accept=accept, data_brings=kind)
    label = tag("label", text(words), for_=f"{key}-upload")
    note = tag("span", text(f"{said}, to 64 MB; kept in memory on this machine"), class_="what upload-note")
    return tag("div", label, field, note, class_="knob knob-upload")


def _words(figure: Figure) -> str:
    look = f"<strong>Look for</strong> {inline(figure.look_for)}" if figure.look_for else ""
    parts = [block(figure.caption) if figure.caption else "", tag("p", look, class_="look-for") if look else ""]
    return tag("figcaption", *parts) if any(parts) else ""


def _tools(key: str, measured: bool) -> str:
    def button(name: str, words: str, **more: str | bool) -> str:
        return tag("button", text(words), type="button", data_tool=name, **more)

    row: Sequence[str] = (
        *((button("measure", "Measure on this machine", class_="check"),) if measured else ()),
        button("play", "Play", hidden=True, aria_pressed="false"),
        button("reset", "Reset"),
        button("link", "Copy link"),
        button("code", "Show the code", aria_expanded="false", aria_controls=f"{key}-code"),
    )
    return tag("div", *row, class_="tools") + tag("div", id=f"{key}-code", class_="code", hidden=True)
