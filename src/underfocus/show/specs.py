"""What a figure shows, as data: images, curves, bars, scenes and read-outs. Nothing here draws or knows a page.

Arrays are kept as the engine made them, in float32 for images and float64 for curves: the page receives exactly
these numbers, and does the colouring itself.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

from ..base.arrays import Array
from ..base.errors import InputError
from .checked import known, real
from .scene import Colour, Limits, Scene

Space = Literal["real", "fourier", "sphere"]
Style = Literal["solid", "dashed", "dotted", "faint", "points", "stems", "area"]
Scale = Literal["linear", "log"]


@dataclass(frozen=True, eq=False)
class Image:
    """A picture: ``data`` (y, x) with row 0 on top; ``pixel`` in Å (``space`` real) or in 1/Å (``space`` fourier).

    A picture of something without a length has ``pixel`` 0, and is read in pixels or bins; one of the whole sphere on
    Mollweide's map (``space`` sphere, twice as wide as high) is read in longitude and latitude.

    The origin is at n // 2 in either space. ``limits`` are the values drawn at the two ends of the colour map; None
    takes them from the data: symmetric about 0 for ``diverging``, −π to π for ``phase``, least to greatest otherwise.
    ``unit`` is the unit of the values.
    """

    data: Array
    pixel: float = 1.0
    title: str = ""
    caption: str = ""
    unit: str = ""
    colour: Colour = "grey"
    limits: Limits = None
    space: Space = "real"

    def __post_init__(self) -> None:
        object.__setattr__(self, "data", real(self.data, "the data of an image", 2, np.float32))
        known(self.colour, Colour, "colour")
        known(self.space, Space, "space")
        if not self.data.size:
            raise InputError(f"an image needs at least one pixel, and an array of shape {self.data.shape} was given")

    @property
    def sha256(self) -> str:
        """The hash of the pixels as little-endian float32 in row order, as a page receives them."""
        return hashlib.sha256(self.data.astype("<f4", copy=False).tobytes()).hexdigest()

    def range(self) -> tuple[float, float]:
        """The values at the two ends of the colour map; never equal, always finite."""
        if self.limits is not None:
            low, high = self.limits
        elif self.colour == "phase":
            low, high = -np.pi, np.pi
        else:
            finite = self.data[np.isfinite(self.data)]
            low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
            if self.colour == "diverging":
                low, high = -max(abs(low), abs(high)), max(abs(low), abs(high))
        return (float(low), float(high)) if high > low else (float(low) - 0.5, float(low) + 0.5)


@dataclass(frozen=True, eq=False)
class Line:
    """One line of a curve: ``y`` (n,), its name, how it is drawn, and its own ``x`` (n,) where it has one.

    ``band`` is two further (n,), between which the line's error lies: the ground behind it is shaded.
    """

    y: Array
    label: str = ""
    style: Style = "solid"
    x: Array | None = None
    band: tuple[Array, Array] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "y", real(self.y, f"line {self.label!r}", 1, np.float64))
        if self.x is not None:
            object.__setattr__(self, "x", real(self.x, f"the x of line {self.label!r}", 1, np.float64))
        if self.band is not None:
            low, high = (real(end, f"the band of line {self.label!r}", 1, np.float64) for end in self.band)
            if not len(low) == len(high) == len(self.y):
                raise InputError(
                    f"the band of line {self.label!r} has as many ends as the line has values, "
                    f"and {len(low)} and {len(high)} were given for {len(self.y)}"
                )
            object.__setattr__(self, "band", (low, high))
        known(self.style, Style, "style")


@dataclass(frozen=True)
class Mark:
    """A vertical rule at ``x`` with a short label, such as a zero or the Nyquist frequency."""

    x: float
    label: str = ""


@dataclass(frozen=True, eq=False)
class Curve:
    """Lines over a common axis ``x`` (n,). An ``x_label`` ending in 1/Å gets the lengths in Å as a second scale.

    Axis labels read "name, unit" or are the unit alone. ``equal`` draws both axes at one scale, for phasors.
    """

    x: Array
    lines: tuple[Line, ...]
    x_label: str = ""
    y_label: str = ""
    title: str = ""
    caption: str = ""
    x_limits: Limits = None
    y_limits: Limits = None
    marks: tuple[Mark, ...] = ()
    x_scale: Scale = "linear"
    y_scale: Scale = "linear"
    equal: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "x", real(self.x, "the x of a curve", 1, np.float64))
        known(self.x_scale, Scale, "x_scale")
        known(self.y_scale, Scale, "y_scale")
        if not self.lines:
            raise InputError("a curve needs at least one line, and none was given")
        for line in self.lines:
            own = len(self.x if line.x is None else line.x)
            if len(line.y) != own:
                raise InputError(
                    f"line {line.label!r} must have as many y as x, and {len(line.y)} and {own} were given"
                )

    def points(self, line: Line) -> tuple[Array, Array]:
        """The x and y of one of its lines."""
        return (self.x if line.x is None else line.x), line.y


@dataclass(frozen=True, eq=False)
class Bars:
    """Bars of the given ``heights`` (n,) at ``x`` (n,) or, where ``labels`` are given, one bar a label."""

    x: Array
    heights: Array
    labels: tuple[str, ...] = ()
    x_label: str = ""
    y_label: str = ""
    title: str = ""
    caption: str = ""
    x_limits: Limits = None
    y_limits: Limits = None
    marks: tuple[Mark, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "x", real(self.x, "the x of bars", 1, np.float64))
        object.__setattr__(self, "heights", real(self.heights, "the heights of bars", 1, np.float64))
        if len(self.x) != len(self.heights) or (self.labels and len(self.labels) != len(self.x)):
            raise InputError(
                f"bars need one height and one label an x, and {len(self.x)} x, {len(self.heights)} heights "
                f"and {len(self.labels)} labels were given"
            )


@dataclass(frozen=True)
class Readout:
    """A number (or a word) with its unit and, where it needs one, its convention as a note."""

    label: str
    value: float | int | str
    unit: str = ""
    note: str = ""

    @property
    def text(self) -> str:
        """The value as it is printed: four significant digits, a true minus sign."""
        if isinstance(self.value, str):
            return self.value
        if isinstance(self.value, bool | np.bool_):
            return "yes" if self.value else "no"
        if isinstance(self.value, int | np.integer):
            return f"{self.value:,}".replace(",", "\u202f").replace("-", "−")
        if not np.isfinite(self.value):
            return "∞" if self.value > 0 else "−∞" if self.value < 0 else "undefined"
        return _significant(float(self.value)).replace("-", "−")


def _significant(value: float) -> str:
    """Four significant digits, plain between 10⁻³ and 10⁶, otherwise as m × 10ⁿ."""
    if value == 0 or 1e-3 <= abs(value) < 1e6:
        return f"{value:.4g}" if abs(value) < 1e4 else f"{value:,.0f}".replace(",", "\u202f")
    mantissa, exponent = f"{value:.3e}".split("e")
    return f"{mantissa} × 10" + str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


Picture: TypeAlias = Image | Curve | Bars | Scene
Item: TypeAlias = Picture | Readout


@dataclass(frozen=True, eq=False)
class Panels:
    """Items in reading order, ``columns`` pictures a row on a wide page; read-outs go below them in one line."""

    items: tuple[Item, ...]
    columns: int = 1

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """The items that are drawn."""
        return tuple(i for i in self.items if not isinstance(i, Readout))

    @property
    def readouts(self) -> tuple[Readout, ...]:
        """The items that are printed."""
        return tuple(i for i in self.items if isinstance(i, Readout))

    def __add__(self, other: Panels | Readout | tuple[Readout, ...]) -> Panels:
        """These panels with more items after them."""
        more = other.items if isinstance(other, Panels) else (other,) if isinstance(other, Readout) else other
        return Panels((*self.items, *more), self.columns)


def image(data: Array, pixel: float = 1.0, **facts: Any) -> Image:
    """A picture of a real array (y, x); ``facts`` are the other fields of Image."""
    return Image(data, pixel, **facts)


def curve(positions: Array, /, *lines: Array | Line, x: str = "", y: str = "", **facts: Any) -> Curve:
    """A curve of one or more lines over ``positions``; ``x`` and ``y`` are the axes' labels, in words and unit."""
    drawn = tuple(line if isinstance(line, Line) else Line(line) for line in lines)
    return Curve(positions, drawn, x_label=x, y_label=y, **facts)


def bars(positions: Array, heights: Array, /, *, x: str = "", y: str = "", **facts: Any) -> Bars:
    """Bars of ``heights`` at ``positions``; ``x`` and ``y`` are the axes' labels, in words and unit."""
    return Bars(positions, heights, x_label=x, y_label=y, **facts)


def readout(label: str, value: float | int | str, unit: str = "", note: str = "") -> Readout:
    """One number beside its unit."""
    return Readout(label, value, unit, note)


def readouts(**values: float | int | str | tuple[float | int | str, str]) -> tuple[Readout, ...]:
    """Read-outs by name: ``readouts(first_zero=(14.0, "Å"), bins=64)``; underscores become spaces."""
    pairs = {name: value if isinstance(value, tuple) else (value, "") for name, value in values.items()}
    return tuple(Readout(name.replace("_", " "), value, unit) for name, (value, unit) in pairs.items())


def beside(*items: Item | tuple[Readout, ...] | Panels, columns: int | None = None) -> Panels:
    """Items side by side; by default all pictures in one row, at most three, and read-outs below."""
    flat: list[Item] = []
    for item in items:
        flat.extend(item.items if isinstance(item, Panels) else item if isinstance(item, tuple) else (item,))
    pictures = sum(not isinstance(i, Readout) for i in flat)
    return Panels(tuple(flat), columns or max(1, min(3, pictures)))
