"""What a detector does to a frequency: curves and planes in cycles per pixel, for an MTF, a DQE or a noise spectrum.

Frequencies are in 1/pixel, so that ½ is Nyquist along an axis and √½ the corner of the plane; every response takes
(ky, kx) that broadcast to a grid, numpy or torch, and gives real values of that shape. A radial curve has one value a
ring. A square pixel is not radial: at Nyquist along an axis it passes 2/π, in the corner 4/π².
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from ..base.arrays import Array, is_torch, like, namespace
from ..base.errors import InputError

Real = np.ndarray[Any, Any]
#: Nyquist in cycles per pixel.
NYQUIST = 0.5


@dataclass(frozen=True)
class Flat:
    """The same ``value`` at every frequency."""

    value: float = 1.0

    def __post_init__(self) -> None:
        if not 0 < self.value <= 1:
            raise InputError(f"a flat response lies above 0 and at most at 1, and {self.value:g} was given")

    def at(self, ky: Array, kx: Array) -> Array:
        """Values on the grid of (ky, kx) in 1/pixel."""
        return 0 * (ky + kx) + self.value


@dataclass(frozen=True)
class Square:
    """A pixel that counts over its whole square: sinc(kx) sinc(ky), to a ``power`` (2 for its DQE), times ``start``."""

    power: int = 1
    start: float = 1.0

    def __post_init__(self) -> None:
        if not 0 < self.start <= 1 or self.power < 1:
            raise InputError(f"a square pixel has a power of 1 at least and starts above 0, at most at 1: {self}")

    def at(self, ky: Array, kx: Array) -> Array:
        """Values on the grid of (ky, kx) in 1/pixel; the sinc is exact in both axes, and no radial curve is."""
        return self.start * (_sinc(ky) * _sinc(kx)) ** self.power


@dataclass(frozen=True)
class Falling:
    """``start`` · exp(−(s/``width``)^``shape``), width in 1/pixel: as three published numbers fix it."""

    start: float
    width: float
    shape: float

    def __post_init__(self) -> None:
        if not 0 < self.start <= 1 or not self.width > 0 or not self.shape > 0:
            raise InputError(
                f"a falling response starts above 0 and at most at 1, with a width and a shape above 0: {self}"
            )

    @classmethod
    def through(cls, start: float, half: float, nyquist: float) -> Falling:
        """The curve through its values at 0, at half of Nyquist and at Nyquist; InputError where these do not fall."""
        if not 0 < nyquist < half < start:
            raise InputError(f"a response falls from 0 to Nyquist, and {start:g}, {half:g}, {nyquist:g} were given")
        middle, end = np.log(start / half), np.log(start / nyquist)
        shape = np.log2(end / middle)
        return cls(start, float(NYQUIST / end ** (1 / shape)), float(shape))

    def at(self, ky: Array, kx: Array) -> Array:
        """Values on the grid of (ky, kx) in 1/pixel."""
        s2 = kx * kx + ky * ky
        return self.start * namespace(s2).exp(-((s2 / self.width**2) ** (self.shape / 2)))


@dataclass(frozen=True)
class Radial:
    """A table: ``value`` (k,) at ``frequency`` (k,) in 1/pixel, straight lines between, its ends kept beyond."""

    frequency: Array
    value: Array

    def __post_init__(self) -> None:
        s, values = (np.asarray(v, np.float64) for v in (self.frequency, self.value))
        if s.ndim != 1 or s.shape != values.shape or len(s) < 2:
            raise InputError(
                f"a table needs at least two frequencies and one value each, and shapes {s.shape} and {values.shape} "
                "were given"
            )
        if s[0] < 0 or not np.all(np.diff(s) > 0) or not np.isfinite(values).all() or values.min() < 0:
            raise InputError("the frequencies of a table must rise from 0 or above, and its values be at least 0")
        object.__setattr__(self, "frequency", s)
        object.__setattr__(self, "value", values)

    def at(self, ky: Array, kx: Array) -> Array:
        """Values on the grid of (ky, kx) in 1/pixel."""
        s = (kx * kx + ky * ky) ** 0.5
        if is_torch(s):
            return like(np.interp(s.detach().cpu().numpy(), self.frequency, self.value), s)
        return np.interp(s, self.frequency, self.value)


@dataclass(frozen=True)
class Plane:
    """Values (n, n//2+1) on the half plane of an n × n image, as measured; for that one size alone."""

    values: Array

    def at(self, ky: Array, kx: Array) -> Array:
        """The values as they are. InputError where the grid has another shape."""
        shape = np.broadcast_shapes(tuple(ky.shape), tuple(kx.shape))
        if tuple(self.values.shape) != shape:
            raise InputError(f"this response was given for the shape {tuple(self.values.shape)}, and {shape} is needed")
        return like(self.values, kx) if is_torch(kx) else np.asarray(self.values)


Response: TypeAlias = Flat | Square | Falling | Radial | Plane


def curve(response: Response, s: Real, azimuth: float = 0.0) -> Real:
    """The response (k,) along one direction, at s in 1/pixel; ``azimuth`` in degrees from +x towards +y."""
    turn = np.deg2rad(azimuth)
    s = np.asarray(s, np.float64)
    return np.asarray(response.at(s * np.sin(turn), s * np.cos(turn)))


def _sinc(u: Array) -> Array:
    """sin(πu)/(πu), 1 at 0."""
    return namespace(u).sinc(u) if is_torch(u) else np.sinc(u)
