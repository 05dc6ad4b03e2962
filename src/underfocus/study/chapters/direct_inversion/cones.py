"""The correlation of two maps in cones about many directions, quick enough for a slider.

Tan et al. 2017 (Nat. Methods 14, 793). Unlike `validation.directional`, a cone without power of its own has 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from underfocus.maths import fourier, sphere
from underfocus.validation import cones as double_cones
from underfocus.validation.resolution import HALF_MAPS, crossing

Real = np.ndarray[Any, Any]
#: Half angle of a cone in degrees, and directions over the half sphere (one cone holds both its ends).
HALF_ANGLE, DIRECTIONS = 20.0, 48
#: The first shell of which a cone holds more than ten values.
FIRST = 5
#: A cone with less than this part of its shell's mean power holds only what leaked from its neighbours.
LEAK = 1 / 30


@dataclass(frozen=True)
class Cones:
    """``directions`` (d, 3) as (x, y, z), ``frequency`` (n//2+1,) in 1/Å, and the ``curves`` (d, n//2+1)."""

    directions: Real
    frequency: Real
    curves: Real
    n: int
    pixel: float

    def resolutions(self, threshold: float = HALF_MAPS) -> Real:
        """Å at which each curve first falls below the threshold: (d,). A cone's first shells hold too little to judge."""
        judged = np.where(np.arange(len(self.frequency)) < FIRST, 1.0, self.curves)
        return np.array([crossing(curve, threshold, self.n, self.pixel) for curve in judged])

    @property
    def areas(self) -> Real:
        """The area under each curve over shells weighted by how much they hold: (d,)."""
        weight = np.arange(len(self.frequency)) ** 2
        return np.asarray(np.clip(self.curves, 0, 1) @ weight / weight.sum())

    @property
    def cfar(self) -> float:
        """The smallest area over the largest: 1 where all directions are alike."""
        return float(self.areas.min() / max(self.areas.max(), 1e-9))


def directions() -> Real:
    """Directions (d, 3) evenly over half the sphere; the first is near z."""
    return sphere.half_spiral(DIRECTIONS)


def conical(half1: Real, half2: Real, pixel: float) -> Cones:
    """FSC in cones of two maps (n, n, n); 1 at the origin.

    A cone with next to no power in a shell has 0 there: what leaks in from its neighbours, by the edges of the box, is
    the same in both maps, and would pass for signal.
    """
    n = len(half1)
    sums, held = double_cones.sums([(fourier.fft3(half1), fourier.fft3(half2))], n, directions(), HALF_ANGLE)
    cross, first, second = sums[0]
    power = np.sqrt(first * second)
    enough = power * held.sum(axis=0) > LEAK * held * power.sum(axis=0)
    curves = np.divide(cross, power, out=np.zeros_like(cross), where=enough)
    curves[:, 0] = 1
    return Cones(directions(), np.arange(n // 2 + 1) / (n * pixel), curves, n, pixel)
