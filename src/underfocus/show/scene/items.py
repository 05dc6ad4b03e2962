"""Scenes: what a panel in three dimensions shows, as data. The page draws it, and the camera is the reader's.

Positions are (x, y, z) in the units of ``extent``, right-handed. Colours are names that the page resolves, so that a
scene follows it from light to dark. A scene always has a ``description``: the same thing in words, with its numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

from ...base.arrays import Array
from ...base.errors import InputError
from ..checked import known, real, vectors

Tint = Literal["ink", "faint", "accent", "second", "third", "x", "y", "z"]
Colour = Literal["grey", "viridis", "diverging", "phase"]
Limits: TypeAlias = tuple[float, float] | None


def _spread(values: np.ndarray[Any, Any], limits: Limits, colour: str) -> tuple[float, float]:
    """The values at the ends of a colour map: the given ones, else those of the data (symmetric for diverging)."""
    if limits is not None:
        return float(limits[0]), float(limits[1])
    low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 1.0)
    if colour == "phase":
        return -np.pi, np.pi
    if colour == "diverging":
        low, high = -max(abs(low), abs(high)), max(abs(low), abs(high))
    return (low, high) if high > low else (low - 0.5, low + 0.5)


@dataclass(frozen=True, eq=False)
class Points:
    """Round dots at ``positions`` (n, 3); ``size`` in screen pixels."""

    positions: Array
    label: str = ""
    tint: Tint = "ink"
    size: float = 6.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "positions", vectors(self.positions, "the positions of points"))
        known(self.tint, Tint, "tint")


@dataclass(frozen=True, eq=False)
class Path:
    """A line through ``positions`` (n, 3); ``width`` in screen pixels."""

    positions: Array
    label: str = ""
    tint: Tint = "ink"
    width: float = 2.0
    style: Literal["solid", "dashed"] = "solid"

    def __post_init__(self) -> None:
        object.__setattr__(self, "positions", vectors(self.positions, "the positions of a path"))
        known(self.tint, Tint, "tint")


@dataclass(frozen=True, eq=False)
class Segments:
    """Single lines from ``positions`` (n, 0) to (n, 1), an array (n, 2, 3)."""

    positions: Array
    label: str = ""
    tint: Tint = "ink"
    width: float = 1.5

    def __post_init__(self) -> None:
        found = vectors(self.positions, "the positions of segments", 3)
        if found.shape[1] != 2:
            raise InputError(f"segments are given as an array (n, 2, 3), and one of shape {found.shape} was given")
        object.__setattr__(self, "positions", found)
        known(self.tint, Tint, "tint")


@dataclass(frozen=True, eq=False)
class Arrow:
    """An arrow from ``start`` (3,) to ``end`` (3,), its label at its head."""

    start: Array
    end: Array
    label: str = ""
    tint: Tint = "accent"
    width: float = 3.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "start", vectors(self.start, "the start of an arrow", 1))
        object.__setattr__(self, "end", vectors(self.end, "the end of an arrow", 1))
        known(self.tint, Tint, "tint")


@dataclass(frozen=True, eq=False)
class Mesh:
    """Triangles: ``faces`` (m, 3) of ``vertices`` (n, 3), of one tint or coloured by ``values`` (n,)."""

    vertices: Array
    faces: Array
    label: str = ""
    tint: Tint = "accent"
    opacity: float = 1.0
    values: Array | None = None
    colour: Colour = "viridis"
    limits: Limits = None

    def __post_init__(self) -> None:
        vertices, faces = vectors(self.vertices, "the vertices of a mesh"), np.asarray(self.faces, np.int64)
        if (
            faces.ndim != 2
            or faces.shape[1] != 3
            or (faces.size and not 0 <= faces.min() <= faces.max() < len(vertices))
        ):
            raise InputError(f"faces are triples of the {len(vertices)} vertices' places, and {faces.shape} was given")
        object.__setattr__(self, "vertices", vertices)
        object.__setattr__(self, "faces", faces)
        if self.values is not None:
            found = real(self.values, "the values of a mesh", 1, np.float32)
            if len(found) != len(vertices):
                raise InputError(f"a mesh needs one value a vertex: {len(found)} for {len(vertices)} were given")
            object.__setattr__(self, "values", found)
        known(self.tint, Tint, "tint")
        known(self.colour, Colour, "colour")

    def range(self) -> tuple[float, float]:
        """The values at the two ends of the colour map."""
        return _spread(np.zeros(0) if self.values is None else self.values, self.limits, self.colour)


@dataclass(frozen=True, eq=False)
class Plane:
    """A parallelogram with corners ``centre`` ± ``across`` ± ``down``, of one tint or showing ``data`` (h, w).

    Row 0 of the data lies on the side −down, column 0 on the side −across.
    """

    centre: Array
    across: Array
    down: Array
    data: Array | None = None
    label: str = ""
    tint: Tint = "second"
    opacity: float = 0.6
    colour: Colour = "grey"
    limits: Limits = None

    def __post_init__(self) -> None:
        for name in ("centre", "across", "down"):
            object.__setattr__(self, name, vectors(getattr(self, name), f"the {name} of a plane", 1))
        if self.data is not None:
            object.__setattr__(self, "data", real(self.data, "the data of a plane", 2, np.float32))
        known(self.tint, Tint, "tint")
        known(self.colour, Colour, "colour")

    def range(self) -> tuple[float, float]:
        """The values at the two ends of the colour map."""
        return _spread(np.zeros(0) if self.data is None else self.data, self.limits, self.colour)


@dataclass(frozen=True, eq=False)
class Tag:
    """Words at a place (3,)."""

    position: Array
    text: str
    tint: Tint = "ink"

    def __post_init__(self) -> None:
        object.__setattr__(self, "position", vectors(self.position, "the position of a tag", 1))
        known(self.tint, Tint, "tint")


Item: TypeAlias = Points | Path | Segments | Arrow | Mesh | Plane | Tag


@dataclass(frozen=True, eq=False)
class Scene:
    """Items in a cube of half size ``extent``, seen from ``azimuth`` (about z, from x) and ``elevation`` in degrees.

    ``axes`` names three short arrows in the corner, or is empty. ``description`` is the text alternative.
    """

    items: tuple[Item, ...]
    title: str = ""
    caption: str = ""
    description: str = ""
    extent: float = 1.0
    axes: tuple[str, ...] = ("x", "y", "z")
    azimuth: float = 35.0
    elevation: float = 25.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "items", tuple(self.items))
        if not self.items:
            raise InputError("a scene needs at least one item, and none was given")
        if not self.description:
            raise InputError("a scene needs a description: what it shows, in words and numbers")
        if len(self.axes) not in (0, 3):
            raise InputError(f"a scene has three axes or none, and {self.axes} was given")
        if not self.extent > 0:
            raise InputError(f"the extent of a scene must be positive, and {self.extent} was given")
