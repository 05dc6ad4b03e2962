"""FSC by direction: the correlation of two half maps within cones, and cFAR, the worst cone over the best.

Tan et al. 2017 (Nat. Methods 14, 793): of each shell only the voxels within a cone about a direction are correlated. A
cone of 20° holds 6 % of a shell, so that one curve is four times as uncertain as that of the whole shell, and of many
curves the worst is low by chance alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..base.arrays import Array, to_numpy
from ..base.errors import InputError
from ..data.volume import Volume
from ..maths import fourier
from . import cones
from .resolution import HALF_MAPS, PIXEL_TOLERANCE, crossing

Real = np.ndarray[Any, np.dtype[np.float64]]
#: Half the opening of a cone in degrees, and how many directions, as is usual.
HALF_ANGLE, DIRECTIONS = 20.0, 256


@dataclass(frozen=True)
class Conical:
    """FSC within cones: ``directions`` (d, 3) as (x, y, z), ``frequency`` (n//2+1,) in 1/Å, ``curves`` (d, n//2+1).

    A cone is double: a real map has the same at k and −k. Where a cone holds no voxel of a shell, as near the origin,
    the curve has the value of the shell before. ``n`` voxels of ``pixel`` Å.
    """

    directions: Real
    frequency: Real
    curves: Real
    pixel: float
    n: int

    def resolutions(self, threshold: float = HALF_MAPS) -> Real:
        """Å (d,) at which each curve first falls below the threshold; Nyquist where it never does."""
        return np.array([crossing(curve, threshold, self.n, self.pixel) for curve in self.curves])

    @property
    def areas(self) -> Real:
        """The area (d,) under each curve, negative values as 0, shells weighted by the voxels they hold (k²)."""
        weight = np.arange(len(self.frequency), dtype=np.float64) ** 2
        return np.asarray(np.clip(self.curves, 0, 1) @ weight / weight.sum())

    @property
    def cfar(self) -> float:
        """The smallest area over the largest: 1 where all directions are alike; 0 where nothing correlates at all."""
        areas = self.areas
        return float(areas.min() / areas.max()) if areas.max() > 0 else 0.0

    @property
    def worst(self) -> int:
        """The place of the direction with the smallest area."""
        return int(np.argmin(self.areas))

    @property
    def best(self) -> int:
        """The place of the direction with the largest area."""
        return int(np.argmax(self.areas))

    def volume(self) -> Real:
        """The 3D FSC (n, n, n//2+1) on the half transform: each voxel has its shell's value of the nearest direction.

        1 at the origin, 0 beyond Nyquist.
        """
        index, _ = cones.voxels(self.n)
        place = cones.nearest(self.n, self.directions.astype(np.float32).tobytes())
        last = self.n // 2
        values = np.where(index <= last, self.curves[place, np.minimum(index, last)], 0.0)
        values[index == 0] = 1.0
        return np.asarray(values.reshape(self.n, self.n, last + 1))


def conical(
    half1: Volume | Array,
    half2: Volume | Array,
    mask: Volume | Array | None = None,
    *,
    half_angle: float = HALF_ANGLE,
    directions: int | Array = DIRECTIONS,
    pixel: float = 1.0,
) -> Conical:
    """The FSC of two half maps in double cones of ``half_angle`` degrees about ``directions``.

    ``directions`` is their number, spread evenly, or the directions (d, 3) themselves. A ``mask`` (from 0 to 1, soft)
    multiplies both maps; its effect on the curves is not corrected here. Arrays take ``pixel`` in Å. Raises InputError
    where sizes or pixels differ, a map is constant, and for cones beyond 0 to 90 degrees.
    """
    if not 0 < half_angle <= 90:
        raise InputError(f"a cone has a half angle above 0 and up to 90 degrees, and {half_angle:g} was given")
    one, other, size = _maps(half1, half2, pixel)
    if mask is not None:
        soft = to_numpy(mask.data if isinstance(mask, Volume) else mask)
        if soft.shape != one.shape:
            raise InputError(f"a mask must have the maps' shape {one.shape}, and this one has {soft.shape}")
        one, other = one * soft, other * soft
    n = len(one)
    axes = cones.axes_of(directions)
    sums, held = cones.sums([(fourier.fft3(one), fourier.fft3(other))], n, axes, half_angle)
    return Conical(axes, np.arange(n // 2 + 1) / (n * size), cones.curves(sums[0], held), size, n)


def _maps(half1: Volume | Array, half2: Volume | Array, pixel: float) -> tuple[Any, Any, float]:
    """Two cubes of one size and their pixel in Å."""
    sizes = [v.pixel for v in (half1, half2) if isinstance(v, Volume)] or [pixel]
    one, other = (np.asarray(to_numpy(v.data if isinstance(v, Volume) else v)) for v in (half1, half2))
    if one.shape != other.shape or one.ndim != 3 or len(set(one.shape)) != 1:
        raise InputError(
            f"two cubes of one size are needed, and {one.shape} and {other.shape} were given; crop or pad one"
        )
    if max(sizes) - min(sizes) > PIXEL_TOLERANCE * sizes[0]:
        raise InputError(f"the maps have pixels of {sizes[0]:g} and {sizes[1]:g} Å; bring them to one scale first")
    if not (np.isfinite(one).all() and np.isfinite(other).all()) or np.ptp(one) == 0 or np.ptp(other) == 0:
        raise InputError("a map is constant or holds values that are not finite; there is nothing to correlate")
    return one, other, sizes[0]
