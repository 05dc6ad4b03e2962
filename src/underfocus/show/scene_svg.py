"""A scene as SVG text for reports: from its own place, without perspective, the farthest drawn first.

The painter's order is by the middle of each piece, so long lines and planes are cut into pieces first. Words and
what is inked are drawn in ``currentColor``, the other tints in colours that keep their contrast on white and on black.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from . import png
from .colours import table
from .scene import Arrow, Item, Mesh, Path, Plane, Points, Scene, Segments, Tag
from .specs import Image

Real = np.ndarray[Any, Any]

TINTS = {
    "ink": "currentColor",
    "faint": "#a29a8c",
    "accent": "#b9562f",
    "second": "#3a78b4",
    "third": "#6a8a35",
    "x": "#c8503a",
    "y": "#578c3e",
    "z": "#4a7cc4",
}
#: Triangles of a mesh beyond which its vertices are gathered first: a figure of this size shows no more.
MOST_FACES = 8000
#: Half of what is seen, in half sizes of the scene, as in the page.
_SEEN = 1.33
_CONE = 14


@dataclass(frozen=True)
class _View:
    """Where places lie on the drawing."""

    right: Real
    up: Real
    back: Real
    extent: float
    size: float

    @classmethod
    def of(cls, spec: Scene, size: float) -> _View:
        a, e = np.radians([spec.azimuth, spec.elevation])
        right = np.array([-np.sin(a), np.cos(a), 0])
        up = np.array([-np.sin(e) * np.cos(a), -np.sin(e) * np.sin(a), np.cos(e)])
        return cls(right, up, np.cross(right, up), spec.extent, size)

    def place(self, positions: Real) -> Real:
        """Places (…, 3) on the drawing (…, 2), y downwards."""
        flat = np.stack([positions @ self.right, -(positions @ self.up)], -1)
        return np.asarray(self.size * (0.5 + 0.5 * flat / (_SEEN * self.extent)))

    def depth(self, positions: Real) -> Real:
        """How near places (…, 3) are: larger is nearer."""
        return np.asarray(positions @ self.back)

    def fade(self, depth: float) -> float:
        """The opacity of a thin thing at a depth."""
        return float(np.interp(-depth / self.extent, [-0.4, 1.5], [1.0, 0.45]))


Piece = tuple[float, str]


def drawing(spec: Scene, size: int = 480) -> str:
    """The scene as one square ``<svg>`` element of this many pixels a side."""
    view = _View.of(spec, size)
    pieces = sorted((p for item in spec.items for p in _pieces(item, view)), key=lambda piece: piece[0])
    words = "".join(_words(item, view) for item in spec.items)
    name = escape(f"{spec.title}: {spec.description}" if spec.title else spec.description, quote=True)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" width="{size}" height="{size}" '
        f'role="img" aria-label="{name}" font-family="system-ui, sans-serif" font-size="13" fill="currentColor">'
        f"{''.join(p for _, p in pieces)}{words}{_compass(spec.axes, view)}{_legend(spec)}</svg>"
    )


def _pieces(item: Item, view: _View) -> Iterator[Piece]:
    """What an item is drawn of, each piece with its depth."""
    if isinstance(item, Mesh):
        yield from _mesh(item, view)
    elif isinstance(item, Plane):
        yield from _plane(item, view)
    elif isinstance(item, Points):
        for (x, y), depth in zip(view.place(item.positions), view.depth(item.positions), strict=True):
            circle = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{item.size / 2:g}" fill="{TINTS[item.tint]}"'
            yield float(depth), f'{circle} fill-opacity="{view.fade(depth):.2f}"/>'
    elif isinstance(item, Segments):
        for start, end in item.positions:
            yield from _line(np.stack([start, end]), item.tint, item.width, view)
    elif isinstance(item, Path):
        yield from _line(item.positions, item.tint, item.width, view, item.style == "dashed")
    elif isinstance(item, Arrow):
        length = _head(item, view)
        along = (item.end - item.start) / max(float(np.linalg.norm(item.end - item.start)), 1e-12)
        yield from _line(np.stack([item.start, item.end - 0.9 * length * along]), item.tint, item.width, view)
        yield from _mesh(_cone(item, along, length), view)


def _line(positions: Real, tint: str, width: float, view: _View, dashed: bool = False) -> Iterator[Piece]:
    """A line in short pieces; of a dashed one, those that lie in a dash."""
    longest, gap, along = (0.03 if dashed else 0.12) * view.extent, 0.09 * view.extent, 0.0
    for start, end in itertools.pairwise(positions):
        length = float(np.linalg.norm(end - start))
        count = max(1, int(np.ceil(length / longest)))
        points = start + np.linspace(0, 1, count + 1)[:, None] * (end - start)
        flat, depths = view.place(points), view.depth(points)
        for i in range(count):
            if dashed and ((along + length * (i + 0.5) / count) / gap) % 1 > 0.6:
                continue
            (x1, y1), (x2, y2) = flat[i], flat[i + 1]
            depth = float(depths[i] + depths[i + 1]) / 2
            ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
            stroke = f'stroke="{TINTS[tint]}" stroke-width="{width:g}" stroke-opacity="{view.fade(depth):.2f}"'
            yield depth, f"<line {ends} {stroke}/>"
        along += length


def _mesh(item: Mesh, view: _View) -> Iterator[Piece]:
    """Its triangles, lit from the upper left; clear ones without a rim, so that no net shows."""
    vertices, faces, values = _gathered(item, view)
    corners = vertices[faces]
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    lengths = np.linalg.norm(normals, axis=1)
    keep = lengths > 1e-12
    corners, normals, faces = corners[keep], normals[keep] / lengths[keep, None], faces[keep]
    light = 0.75 * view.back + 0.55 * view.up - 0.4 * view.right
    facing = np.where(normals @ view.back < 0, -1, 1)[:, None] * normals
    shade = 0.4 + 0.6 * (0.5 + 0.5 * facing @ (light / np.linalg.norm(light)))
    colours = _body(item, values, faces) * shade[:, None]
    flat, depths = view.place(corners), view.depth(corners.mean(axis=1))
    for points, depth, rgb in zip(flat, depths, np.clip(colours, 0, 255).astype(int), strict=True):
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        fill = f"#{rgb[0]:02x}{rgb[1]:02x}{rgb[2]:02x}"
        look = f'fill-opacity="{item.opacity:g}" shape-rendering="crispEdges"'
        if item.opacity >= 1:
            look = f'stroke="{fill}" stroke-width="0.5"'
        yield float(depth), f'<path d="M{path}Z" fill="{fill}" {look}/>'


def _body(item: Mesh, values: Real | None, faces: Real) -> Real:
    """The colour of each face before light falls on it, (m, 3) in bytes."""
    if values is None:
        tint = TINTS[item.tint] if item.tint != "ink" else "#7d776c"
        return np.tile([float(int(tint[i : i + 2], 16)) for i in (1, 3, 5)], (len(faces), 1))
    low, high = item.range()
    level = np.clip((values[faces].mean(axis=1) - low) * (255.999 / (high - low)), 0, 255).astype(int)
    return np.asarray(table(item.colour)[level], float)


def _gathered(item: Mesh, view: _View) -> tuple[Real, Real, Real | None]:
    """A mesh's vertices, faces and values; a fine one's vertices gathered in cells that a drawing cannot part.

    Vertex clustering: Rossignac and Borrel 1993, in Modeling in Computer Graphics, 455.
    """
    vertices, faces, values = item.vertices.astype(float), item.faces, item.values
    cell = 2 * _SEEN * view.extent / view.size
    while len(faces) > MOST_FACES:
        cell *= 1.5
        keys = np.floor(vertices / cell).astype(np.int64)
        _, group, counts = np.unique(keys, axis=0, return_inverse=True, return_counts=True)
        group = group.reshape(-1)
        vertices = np.stack([np.bincount(group, vertices[:, k]) / counts for k in range(3)], 1)
        values = None if values is None else np.bincount(group, values) / counts
        faces = group[faces]
        distinct = (faces[:, 0] != faces[:, 1]) & (faces[:, 1] != faces[:, 2]) & (faces[:, 0] != faces[:, 2])
        faces = np.unique(faces[distinct], axis=0)
    return vertices, faces, values


def _plane(item: Plane, view: _View) -> Iterator[Piece]:
    """A plane in four parts, cut through its centre, where planes of one scene mostly meet."""
    for rows, v in ((0, -1), (1, 0)):
        for columns, u in ((0, -1), (1, 0)):
            corner = item.centre + u * item.across + v * item.down
            middle = corner + 0.5 * (item.across + item.down)
            o, a, d = view.place(np.stack([corner, corner + item.across, corner + item.down]))
            yield float(view.depth(middle)), _part(item, (rows, columns), o, a - o, d - o)


def _part(item: Plane, place: tuple[int, int], origin: Real, across: Real, down: Real) -> str:
    """One part of a plane: a picture laid into a parallelogram, or its tint."""
    ends = f"{across[0]:.3f} {across[1]:.3f} {down[0]:.3f} {down[1]:.3f} {origin[0]:.2f} {origin[1]:.2f}"
    common = f'width="1" height="1" transform="matrix({ends})"'
    if item.data is None:
        return (
            f'<rect {common} fill="{TINTS[item.tint]}" fill-opacity="{item.opacity:g}" shape-rendering="crispEdges"/>'
        )
    doubled = np.repeat(np.repeat(item.data, 2, axis=0), 2, axis=1)
    h, w = item.data.shape
    cut = doubled[h * place[0] : h * (place[0] + 1), w * place[1] : w * (place[1] + 1)]
    address = png.data_url(Image(cut, colour=item.colour, limits=item.range()))
    return f'<image {common} href="{address}" preserveAspectRatio="none" opacity="{item.opacity:g}"/>'


def _head(item: Arrow, view: _View) -> float:
    """How long an arrow's head is."""
    return min((0.1 + 0.02 * item.width) * view.extent, 0.5 * float(np.linalg.norm(item.end - item.start)))


def _cone(item: Arrow, along: Real, length: float) -> Mesh:
    side = np.cross(along, (0, 0, 1) if abs(along[2]) < 0.9 else (1, 0, 0))
    side = side / max(float(np.linalg.norm(side)), 1e-12)
    turn = np.linspace(0, 2 * np.pi, _CONE, endpoint=False)[:, None]
    foot = item.end - length * along
    rim = foot + 0.34 * length * (np.cos(turn) * side + np.sin(turn) * np.cross(along, side))
    a, b = np.arange(_CONE), (np.arange(_CONE) + 1) % _CONE
    faces = np.concatenate([np.stack([a, b, a * 0 + _CONE], 1), np.stack([b, a, a * 0 + _CONE + 1], 1)])
    return Mesh(np.concatenate([rim, item.end[None], foot[None]]), faces, tint=item.tint)


def _words(item: Item, view: _View) -> str:
    """A tag, or the name of an arrow a little beyond its head."""
    if isinstance(item, Tag):
        return _text(view.place(item.position), item.text, item.tint)
    if not (isinstance(item, Arrow) and item.label):
        return ""
    start, end = view.place(np.stack([item.start, item.end]))
    run = end - start
    length = float(np.linalg.norm(run))
    beyond = run / length if length > 6 else np.array([0.0, 1.0])
    return _text(end + beyond * (10 + 3.2 * len(item.label) * abs(beyond[0])), item.label, item.tint)


def _text(place: Real, words: str, tint: str = "ink") -> str:
    x, y = place
    return f'<text x="{x:.1f}" y="{y + 4:.1f}" text-anchor="middle" fill="{TINTS[tint]}">{escape(words)}</text>'


def _compass(axes: tuple[str, ...], view: _View) -> str:
    """The directions of the axes in the lower left corner."""
    parts, origin = [], np.array([30.0, view.size - 30.0])
    for i, name in enumerate(axes):
        run = 18 * np.array([view.right[i], -view.up[i]])
        (x1, y1), (x2, y2) = origin, origin + run
        ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
        parts.append(f'<line {ends} stroke="currentColor" stroke-opacity="0.6"/>{_text(origin + 1.5 * run, name)}')
    return "".join(parts)


def _legend(spec: Scene) -> str:
    """What the tints stand for, in the upper left corner."""
    named = [item for item in spec.items if not isinstance(item, Tag | Arrow) and item.label]
    rows = (
        f'<circle cx="8" cy="{14 + 17 * i}" r="4" fill="{TINTS[item.tint]}"/>'
        f'<text x="18" y="{18 + 17 * i}">{escape(item.label)}</text>'
        for i, item in enumerate(named)
    )
    return "".join(rows)
