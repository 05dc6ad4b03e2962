"""Curves and bars as SVG text for reports and for pages without a script. No style attributes: a strict page takes it.

Text and rules are drawn in ``currentColor``, so that the drawing follows the page from light to dark.
"""

from __future__ import annotations

import math
from html import escape

from .axes import Axis, is_frequency, label, lengths, span
from .specs import Bars, Curve, Line

#: Four line colours that keep 3:1 contrast on white and on black paper.
INKS = ("#3a78b4", "#c4592c", "#6a8a35", "#9a6bb8")
_DASHES = {"dashed": "6 4", "dotted": "1.5 3.5"}
_LEFT, _RIGHT, _BOTTOM = 54.0, 14.0, 42.0
#: Drawings narrower than this have no room for names among the lines, which then stand below.
_NARROW, _ROW = 420, 15.0


def curve(spec: Curve, width: int = 640, height: int = 300) -> str:
    """A curve as one ``<svg>`` element of the given size, with its axes, marks and legend."""
    x_axis, y_axis = _axes(spec, width, height)
    parts = [*_frame(spec, x_axis, y_axis, width), *_marks(spec, x_axis, y_axis)]
    inked = [(line, INKS[i % len(INKS)]) for i, line in enumerate(spec.lines)]
    parts += [_band(spec, line, x_axis, y_axis, ink) for line, ink in inked if line.band is not None]
    parts += [_line(spec, line, x_axis, y_axis, ink) for line, ink in inked]
    named = [(i, line) for i, line in enumerate(spec.lines) if line.label]
    if len(named) < 2:
        return _wrap(parts, spec, width, height, _scale(spec, x_axis, y_axis))
    below = width < _NARROW
    room = 36 + 6.5 * max(len(line.label) for _, line in named), _ROW * len(named) + 6
    place = (x_axis.start - 6, float(height)) if below else _corner(spec, x_axis, y_axis, *room)
    parts.extend(_legend(named, *place))
    return _wrap(parts, spec, width, height + int(room[1]) * below, _scale(spec, x_axis, y_axis))


def _scale(spec: Curve, x_axis: Axis, y_axis: Axis) -> str:
    """Data attributes from which a report's script reads values off a linear plot; nothing for a logarithmic one."""
    if x_axis.scale == "log":
        return ""
    unit = "1/Å" if is_frequency(spec.x_label) else spec.x_label.rpartition(", ")[2]
    facts = {
        "x0": x_axis.low,
        "x1": x_axis.high,
        "left": x_axis.start,
        "right": x_axis.end,
        "top": y_axis.end,
        "bottom": y_axis.start,
        "unit": unit,
    }
    if y_axis.scale == "linear":
        facts |= {"y0": y_axis.low, "y1": y_axis.high}
    return "".join(f' data-{name}="{escape(str(value), quote=True)}"' for name, value in facts.items())


def bars(spec: Bars, width: int = 640, height: int = 300) -> str:
    """Bars as one ``<svg>`` element of the given size."""
    x_axis, y_axis = _axes(spec, width, height)
    parts = [*_frame(spec, x_axis, y_axis, width), *_marks(spec, x_axis, y_axis)]
    step = float(spec.x[1] - spec.x[0]) if len(spec.x) > 1 else 1.0
    for x, h in zip(spec.x, spec.heights, strict=True):
        left, right = x_axis.place(x - 0.4 * step), x_axis.place(x + 0.4 * step)
        a, b = sorted((y_axis.place(0.0), y_axis.place(float(h))))
        box = f'x="{left:.1f}" y="{a:.1f}" width="{max(0.5, right - left):.1f}" height="{b - a:.1f}"'
        parts.append(f'<rect {box} fill="{INKS[0]}"/>')
    for x, text in zip(spec.x, spec.labels, strict=False):
        parts.append(_text(x_axis.place(float(x)), y_axis.start + 16, text))
    return _wrap(parts, spec, width, height)


def _axes(spec: Curve | Bars, width: int, height: int) -> tuple[Axis, Axis]:
    """Both axes; above them there is room for the lengths of a frequency axis and for the names of marks."""
    top = (38.0 if is_frequency(spec.x_label) else 10.0) + (16.0 if any(m.label for m in spec.marks) else 4.0)
    x_scale, y_scale = (spec.x_scale, spec.y_scale) if isinstance(spec, Curve) else ("linear", "linear")
    (x0, x1), (y0, y1) = span(spec, "x"), span(spec, "y")
    if isinstance(spec, Curve) and spec.equal:
        per = max((x1 - x0) / (width - _LEFT - _RIGHT), (y1 - y0) / (height - _BOTTOM - top))
        x0, x1 = _widen(x0, x1, per * (width - _LEFT - _RIGHT))
        y0, y1 = _widen(y0, y1, per * (height - _BOTTOM - top))
    return Axis(x0, x1, _LEFT, width - _RIGHT, x_scale), Axis(y0, y1, height - _BOTTOM, top, y_scale)


def _widen(low: float, high: float, size: float) -> tuple[float, float]:
    return (low + high - size) / 2, (low + high + size) / 2


def _frame(spec: Curve | Bars, x_axis: Axis, y_axis: Axis, width: int) -> list[str]:
    """Rules, ticks and labels of both axes, and the scale in Å above a frequency."""
    left, right, bottom, top = x_axis.start, x_axis.end, y_axis.start, y_axis.end
    parts = [_rule(left, bottom, right, bottom, 0.6)]
    if not (isinstance(spec, Bars) and spec.labels):
        for value in x_axis.ticks(max(3, width // 90)):
            place = x_axis.place(value)
            parts += [_rule(place, bottom, place, bottom + 4, 0.6), _text(place, bottom + 16, label(value))]
    for value in y_axis.ticks(5):
        place = y_axis.place(value)
        parts += [_rule(left, place, right, place, 0.12), _text(left - 6, place + 4, label(value), "end")]
    if y_axis.scale == "linear" and y_axis.low < 0 < y_axis.high:
        parts.append(_rule(left, y_axis.place(0), right, y_axis.place(0), 0.4))
    parts.append(_text((left + right) / 2, bottom + 34, spec.x_label))
    turned = f'transform="rotate(-90 12 {(top + bottom) / 2:.1f})"'
    parts.append(_text(12, (top + bottom) / 2, spec.y_label, extra=turned))
    if is_frequency(spec.x_label):
        parts.append(_rule(left, top - 4, right, top - 4, 0.3))
        for length in lengths(x_axis):
            place = x_axis.place(1 / length)
            parts += [_rule(place, top - 4, place, top - 8, 0.6), _text(place, top - 12, f"{length:g}")]
        parts.append(_text(left - 6, top - 12, "Å", "end"))
    return parts


def _marks(spec: Curve | Bars, x_axis: Axis, y_axis: Axis) -> list[str]:
    parts: list[str] = []
    for mark in spec.marks:
        if x_axis.low <= mark.x <= x_axis.high:
            place = x_axis.place(mark.x)
            parts.append(_rule(place, y_axis.start, place, 14 if mark.label else y_axis.end, 0.5, "2 3"))
            inside = x_axis.end + _RIGHT - 3.5 * len(mark.label)  # so far right that the label still fits
            parts.append(_text(min(place, inside), 11, mark.label))
    return parts


def _line(spec: Curve, line: Line, x_axis: Axis, y_axis: Axis, ink: str) -> str:
    places = _places(spec, line, x_axis, y_axis)
    if line.style in ("points", "stems"):
        dots = "".join(f'<circle cx="{p[0]:.1f}" cy="{p[1]:.1f}" r="2.6" fill="{ink}"/>' for p in places if p)
        zero = y_axis.place(max(y_axis.low, min(0.0, y_axis.high))) if y_axis.scale == "linear" else y_axis.start
        stems = "".join(f"M{p[0]:.1f} {zero:.1f}V{p[1]:.1f}" for p in places if p) if line.style == "stems" else ""
        return (f'<path d="{stems}" fill="none" stroke="{ink}"/>' if stems else "") + dots
    path, pen = "", "M"
    for p in places:
        path, pen = (path + f"{pen}{p[0]:.1f} {p[1]:.1f}", "L") if p else (path, "M")
    drawn = [p for p in places if p]
    if line.style == "area" and drawn:
        base = y_axis.place(max(y_axis.low, min(0.0, y_axis.high)))
        path += f"L{drawn[-1][0]:.1f} {base:.1f}L{drawn[0][0]:.1f} {base:.1f}Z"
        return f'<path d="{path}" fill="{ink}" fill-opacity="0.25" stroke="{ink}" stroke-width="1"/>'
    dash = f' stroke-dasharray="{_DASHES[line.style]}"' if line.style in _DASHES else ""
    if line.style == "faint" and not line.label:  # a threshold or a guide, which is no data
        return f'<path d="{path}" fill="none" stroke="currentColor" stroke-width="1" stroke-opacity="0.4"/>'
    faint = ' stroke-opacity="0.55"' if line.style == "faint" else ""
    name = f' data-name="{escape(line.label, quote=True)}"' if line.label else ""
    return (
        f'<path d="{path}" fill="none" stroke="{ink}" stroke-width="1.6" stroke-linejoin="round"{dash}{faint}{name}/>'
    )


def _band(spec: Curve, line: Line, x_axis: Axis, y_axis: Axis, ink: str) -> str:
    """The ground between the ends of a line's band."""
    xs, (low, high) = spec.points(line)[0], line.band or ((), ())
    ends = [*zip(xs, high, strict=True), *zip(xs[::-1], low[::-1], strict=True)]
    places = [p for x, y in ends if (p := _point(x_axis, y_axis, float(x), float(y)))]
    path = "".join(f"{'L' if i else 'M'}{x:.1f} {y:.1f}" for i, (x, y) in enumerate(places))
    return f'<path d="{path}Z" fill="{ink}" fill-opacity="0.22" stroke="none"/>' if places else ""


def _places(spec: Curve, line: Line, x_axis: Axis, y_axis: Axis) -> list[tuple[float, float] | None]:
    """Where a line's points are drawn."""
    xs, ys = spec.points(line)
    return [_point(x_axis, y_axis, float(x), float(y)) for x, y in zip(xs, ys, strict=True)]


def _point(x_axis: Axis, y_axis: Axis, x: float, y: float) -> tuple[float, float] | None:
    """Where a point is drawn, at most a drawing's height beyond the frame; None where it is no number."""
    if not (math.isfinite(x) and math.isfinite(y)) or (x_axis.scale == "log" and x <= 0):
        return None
    over = abs(y_axis.start - y_axis.end)
    return x_axis.place(x), max(y_axis.end - over, min(y_axis.start + over, y_axis.place(y)))


def _legend(named: list[tuple[int, Line]], left: float, top: float) -> list[str]:
    """A row for each line: a sample of it, and its name."""
    parts = []
    for row, (i, line) in enumerate(named):
        ink, y = INKS[i % len(INKS)], top + 14 + _ROW * row
        dash = f' stroke-dasharray="{_DASHES[line.style]}"' if line.style in _DASHES else ""
        opacity = 0.55 if line.style == "faint" else 1
        sample = (
            f'<path d="M{left + 6:.1f} {y - 4:.1f}h20" stroke="{ink}" stroke-width="1.6" opacity="{opacity}"{dash}/>'
            if line.style not in ("points", "stems")
            else f'<circle cx="{left + 16:.1f}" cy="{y - 4:.1f}" r="2.6"/>'
        )
        parts.append(f'<g fill="{ink}">{sample}{_text(left + 32, y, line.label, "start")}</g>')
    return parts


def _corner(spec: Curve, x_axis: Axis, y_axis: Axis, width: float, height: float) -> tuple[float, float]:
    """The left and top of a box in one of the four corners, upper right first."""
    points = [p for line in spec.lines for p in _places(spec, line, x_axis, y_axis) if p]
    lefts, tops = (x_axis.end - width, x_axis.start + 4), (y_axis.end + 2, y_axis.start - height - 4)
    boxes = [(left, top) for top in tops for left in lefts]

    def hidden(box: tuple[float, float]) -> int:
        return sum(0 < x - box[0] < width and 0 < y - box[1] < height for x, y in points)

    return min(boxes, key=hidden)


def _rule(x1: float, y1: float, x2: float, y2: float, opacity: float, dash: str = "") -> str:
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {ends} stroke="currentColor" stroke-opacity="{opacity}"{dashed}/>'


def _text(x: float, y: float, words: str, anchor: str = "middle", extra: str = "") -> str:
    if not words:
        return ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {extra}>{escape(words)}</text>'


def _wrap(parts: list[str], spec: Curve | Bars, width: int, height: int, facts: str = "") -> str:
    left, right = _LEFT, width - _RIGHT
    name = escape(spec.title or f"{spec.y_label} over {spec.x_label}", quote=True)
    key = f"clip-{width}-{height}"
    clip = f'<clipPath id="{key}"><rect x="{left}" y="0" width="{right - left}" height="{height}"/></clipPath>'
    inner = "".join(p if not p.startswith("<path") else f'<g clip-path="url(#{key})">{p}</g>' for p in parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-label="{name}" font-family="system-ui, sans-serif" font-size="12" fill="currentColor"{facts}>'
        f"<defs>{clip}</defs>{inner}</svg>"
    )
