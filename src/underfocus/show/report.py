"""A report: one HTML file that opens from disk, with its pictures, curves and style inside, and nothing loaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from importlib import resources
from typing import Any

from . import png, scale_svg, scene_svg, svg
from .scene import Scene
from .specs import Bars, Curve, Image, Panels, Picture, Readout

#: Pictures smaller than this many pixels are enlarged, pixel by pixel, until they reach it.
PICTURE_PIXELS = 400
#: Width and height of a plot on a wide page, by its columns, and on a narrow one: text is as large in each.
PLOTS = {1: (960, 380), 2: (468, 300), 3: (304, 240), 4: (224, 200)}
NARROW = (360, 260)


@dataclass(frozen=True)
class Section:
    """A heading with words (plain paragraphs) and figures: one set of panels, or several below each other."""

    title: str
    words: str = ""
    panels: Panels | tuple[Panels, ...] = ()


@dataclass(frozen=True)
class Report:
    """What a job tells: a title, an opening, sections, the record as rows, and how to do it again."""

    title: str
    opening: str
    sections: Sequence[Section] = ()
    record: Mapping[str, Any] = field(default_factory=dict)
    command: str = ""
    python: str = ""


def render(report: Report) -> str:
    """The whole file as text."""
    style = resources.files(__package__).joinpath("report.css").read_text(encoding="utf-8")
    script = resources.files(__package__).joinpath("report.js").read_text(encoding="utf-8")
    body = "".join(
        [
            f"<h1>{escape(report.title)}</h1>",
            _paragraphs(report.opening, "opening"),
            *(_section(s) for s in report.sections),
            _record(report.record),
            _again(report),
        ]
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:\">"
        f"<title>{escape(report.title)}</title><style>{style}</style></head>"
        f"<body><main>{body}</main><script>{script}</script></body></html>\n"
    )


def _paragraphs(words: str, kind: str = "") -> str:
    attribute = f' class="{kind}"' if kind else ""
    return "".join(f"<p{attribute}>{escape(p.strip())}</p>" for p in words.split("\n\n") if p.strip())


def _section(section: Section) -> str:
    sets = (section.panels,) if isinstance(section.panels, Panels) else section.panels
    drawn = "".join(_panels(p) for p in sets)
    return f"<section><h2>{escape(section.title)}</h2>{_paragraphs(section.words)}{drawn}</section>"


def _panels(panels: Panels) -> str:
    pictures = "".join(_picture(p, min(panels.columns, 4)) for p in panels.pictures)
    numbers = "".join(_readout(r) for r in panels.readouts)
    grid = f'<div class="panels columns-{panels.columns}">{pictures}</div>' if pictures else ""
    return grid + (f'<dl class="readouts">{numbers}</dl>' if numbers else "")


def _picture(item: Picture, columns: int) -> str:
    if isinstance(item, Image):
        zoom = max(1, -(-PICTURE_PIXELS // max(item.data.shape)))
        drawn = f'<img src="{png.data_url(item, zoom)}" alt="{escape(item.title or item.caption, quote=True)}">'
        drawn += _scale(item, columns)
    elif isinstance(item, Scene):
        drawn = f'<div class="scene">{scene_svg.drawing(item, min(480, PLOTS[columns][0]))}</div>'
    else:
        drawn = _plot(item, "wide", PLOTS[columns]) + _plot(item, "narrow", NARROW)
    title = f"<strong>{escape(item.title)}</strong> " if item.title else ""
    return f"<figure>{drawn}<figcaption>{title}{escape(item.caption)}{_extent(item)}</figcaption></figure>"


def _scale(item: Image, columns: int) -> str:
    """What a picture's colours stand for, where its values have a unit."""
    if not item.unit or item.colour == "grey":
        return ""
    widths = (("wide", PLOTS[columns][0]), ("narrow", NARROW[0]))
    return "".join(f'<div class="plot {where}">{scale_svg.scale(item, width)}</div>' for where, width in widths)


def _plot(item: Curve | Bars, where: str, size: tuple[int, int]) -> str:
    """A curve, whose values the script reads off, or bars."""
    if isinstance(item, Curve):
        return f'<div class="plot {where}" tabindex="0">{svg.curve(item, *size)}</div>'
    return f'<div class="plot {where}">{svg.bars(item, *size)}</div>'


def _extent(item: Picture) -> str:
    """How wide a picture is in its unit, where it has one."""
    if not isinstance(item, Image) or item.pixel in (0.0, 1.0):
        return ""
    width = item.data.shape[1] * item.pixel
    if item.space == "fourier":
        return f' <span class="extent">{2 / width:.3g} Å at the edges.</span>'
    return f' <span class="extent">{width:.4g} Å wide.</span>'


def _readout(item: Readout) -> str:
    note = f" <small>{escape(item.note)}</small>" if item.note else ""
    return f"<div><dt>{escape(item.label)}</dt><dd>{escape(item.text)} {escape(item.unit)}{note}</dd></div>"


def _record(record: Mapping[str, Any]) -> str:
    if not record:
        return ""
    rows = "".join(f"<tr><th>{escape(str(k))}</th><td>{escape(_value(v))}</td></tr>" for k, v in record.items())
    return f"<section><h2>Record</h2><table>{rows}</table></section>"


def _value(value: Any) -> str:
    if value is None or value == [] or isinstance(value, bool):
        return "none" if value in (None, []) else "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list | tuple):
        return ", ".join(_value(v) for v in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{k} {_value(v)}" for k, v in value.items())
    return str(value)


def _again(report: Report) -> str:
    parts = []
    if report.command:
        parts.append(f"<p>On the command line:</p><pre>{escape(report.command)}</pre>")
    if report.python:
        parts.append(f"<p>The same thing in Python:</p><pre>{escape(report.python)}</pre>")
    return f"<section><h2>Again</h2>{''.join(parts)}</section>" if parts else ""
