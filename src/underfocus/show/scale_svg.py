"""What the colours of a picture stand for: its colour map as a strip with ticks and the unit."""

from __future__ import annotations

from .axes import Axis, label
from .colours import table
from .specs import Image

#: Height of the strip and of the whole in pixels, how far it keeps from the sides, and pieces it is made of.
_STRIP, HEIGHT, _SIDE, _PIECES = 10, 32, 14, 64


def scale(spec: Image, width: int) -> str:
    """The colour map of an Image between its limits as one ``<svg>`` element of this many pixels across."""
    low, high = spec.range()
    axis = Axis(low, high, _SIDE, width - _SIDE)
    colours = table(spec.colour)
    step = (axis.end - axis.start) / _PIECES
    parts = []
    for piece in range(_PIECES):
        r, g, b = colours[(2 * piece + 1) * 128 // _PIECES]
        # Half a pixel of overlap, so that no seam shows.
        box = f'x="{axis.start + piece * step:.2f}" y="0" width="{step + 0.5:.2f}" height="{_STRIP}"'
        parts.append(f'<rect {box} fill="#{r:02x}{g:02x}{b:02x}" shape-rendering="crispEdges"/>')
    ticks = axis.ticks(max(4, width // 60))
    for value in ticks:
        place = axis.place(value)
        unit = f" {spec.unit}" if value == ticks[-1] else ""
        parts.append(
            f'<line x1="{place:.1f}" x2="{place:.1f}" y1="{_STRIP}" y2="{_STRIP + 4}" stroke="currentColor" '
            f'stroke-opacity="0.6"/><text x="{place:.1f}" y="{_STRIP + 18}" text-anchor="middle">{label(value)}{unit}'
            "</text>"
        )
    name = f"Colours from {low:.4g} to {high:.4g} {spec.unit}".strip()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT}" width="{width}" height="{HEIGHT}" '
        f'role="img" aria-label="{name}" font-family="system-ui, sans-serif" font-size="12" fill="currentColor">'
        f"{''.join(parts)}</svg>"
    )
