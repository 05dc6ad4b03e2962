"""FSC by direction: the correlation of two half maps within cones, and cFAR, the worst cone over the best.

Tan et al. 2017 (Nat. Methods 14, 793): of each shell only the voxels within a cone about a direction are correlated. A
cone of 20° holds 6 % of a shell, so that one curve is four times as uncertain as that of the whole shell, and of many
curves the worst is low by chance alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from ..base.arrays import Array, to_numpy
from ..base.errors import InputError
from ..data.volume import Volume
from ..maths import fourier, shells, sphere
from .resolution import HALF_MAPS, PIXEL_TOLERANCE, crossing

Real = np.ndarray[Any, np.dtype[np.float64]]
#: Half the opening of a cone in degrees, and how many directions, as is usual.
HALF_ANGLE, DIRECTIONS = 20.0, 256
#: Voxels this close outside of a cone, by the cosine, are on its rim.
ROUNDING = 1e-6
#: Voxels times directions that are compared at a time.
BLOCK = 4_000_000
#: Where there are no more of both than this, who lies in which cone is kept: 64³ voxels and 256 directions.
SMALL = 20_000_000


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
        index, _ = _voxels(self.n)
        place = _nearest(self.n, self.directions.astype(np.float32).tobytes())
        last = self.n // 2
        values = np.where(index <= last, self.curves[place, np.minimum(index, last)], 0.0)
        values[index == 0] = 1.0
        return np.asarray(values.reshape(self.n, self.n, last + 1))


def spiral(count: int = DIRECTIONS) -> Real:
    """Directions (count, 3) spread evenly over half a sphere: even steps of height, golden turns (Fibonacci's lattice).

    One of each ± pair, since a double cone serves both. InputError for less than one.
    """
    if count < 1:
        raise InputError(f"at least one direction is needed, and {count} were asked for")
    i = np.arange(count)
    height, turn = (i + 0.5) / count, i * np.pi * (3 - np.sqrt(5))
    across = np.sqrt(1 - height**2)
    return np.stack([across * np.cos(turn), across * np.sin(turn), height], axis=-1)


@lru_cache(maxsize=2)
def _voxels(n: int) -> tuple[Any, Any]:
    """Shell (m,) and unit direction (m, 3) of every voxel of a half transform, in its order; the origin's is z."""
    z, y, x = np.broadcast_arrays(*fourier.frequencies3(n, 1 / n))
    k = np.stack([x.ravel(), y.ravel(), z.ravel()], axis=-1).astype(np.float32)
    k[0] = (0, 0, 1)
    return shells.shell_index(n, 3).ravel(), k / np.linalg.norm(k, axis=1, keepdims=True)


@lru_cache(maxsize=2)
def _nearest(n: int, directions: bytes) -> Any:
    """Which of the directions (d, 3), as bytes of float32, is nearest to each voxel (m,) of a half transform."""
    axes = np.frombuffer(directions, np.float32).reshape(-1, 3).T
    unit = _voxels(n)[1]
    step = max(1, BLOCK // axes.shape[1])
    parts = [np.abs(unit[i : i + step] @ axes).argmax(axis=1) for i in range(0, len(unit), step)]
    return np.concatenate(parts)


@lru_cache(maxsize=2)
def _by_shell(n: int) -> tuple[Any, Any, Any]:
    """The voxels of a half transform up to Nyquist shell by shell: places (m,), where shells begin, directions."""
    index, unit = _voxels(n)
    order = np.argsort(index, kind="stable")
    edges = np.searchsorted(index[order], np.arange(n // 2 + 2))
    order = order[: edges[-1]]
    return order, edges, np.ascontiguousarray(unit[order])


def _inside(unit: Any, towards: Any, cosine: float) -> Any:
    """Which directions (m, 3) lie in the cones about the columns of ``towards`` (3, d), or of their opposites."""
    return np.abs(unit @ towards) >= np.float32(cosine - ROUNDING)


@lru_cache(maxsize=2)
def _table(n: int, axes: bytes, cosine: float) -> Any:
    """A sparse matrix (d · (n//2+1), m) that sums the voxels of `_by_shell` over each cone's part of each shell."""
    from scipy.sparse import csr_array

    _, edges, unit = _by_shell(n)
    towards = np.frombuffer(axes, np.float32).reshape(-1, 3).T
    shell = np.repeat(np.arange(n // 2 + 1), np.diff(edges))
    voxel, cone = np.nonzero(_inside(unit, towards, cosine))
    rows = cone * (n // 2 + 1) + shell[voxel]
    shape = (towards.shape[1] * (n // 2 + 1), len(unit))
    return csr_array((np.ones(len(rows)), (rows, voxel)), shape=shape)


def cone_sums(pairs: Sequence[tuple[Any, Any]], n: int, axes: Real, half_angle: float) -> tuple[Real, Real]:
    """Sums over each cone's part of each shell, for pairs of half transforms (n, n, n//2+1), and the voxels they hold.

    Cross power and the two powers (pairs, 3, d, n//2+1) about axes (d, 3), and the numbers (d, n//2+1). Which voxel
    lies in which cone is asked once for all pairs, and kept for small boxes.
    """
    order, edges, unit = _by_shell(n)
    weight = np.broadcast_to(fourier.half_weights(n), (n, n, n // 2 + 1)).reshape(-1)[order]
    values = [(a.reshape(-1)[order], b.reshape(-1)[order]) for a, b in pairs]
    towards, cosine = axes.astype(np.float32), float(np.cos(np.radians(half_angle)))

    def terms(own: slice) -> Real:
        rows = [row for a, b in values for row in _terms(a[own], b[own])]
        return np.asarray(np.stack([*rows, np.ones(own.stop - own.start)]) * weight[own])

    if len(order) * len(axes) <= SMALL:
        found = (_table(n, towards.tobytes(), cosine) @ terms(slice(0, len(order))).T).T
        found = found.reshape(-1, len(axes), n // 2 + 1)
    else:
        found = _sums_in_pieces(terms, edges, unit, towards.T, cosine, 3 * len(pairs) + 1)
    return found[:-1].reshape(len(pairs), 3, len(axes), -1), found[-1]


def _sums_in_pieces(
    terms: Callable[[slice], Real], edges: Any, unit: Any, towards: Any, cosine: float, rows: int
) -> Real:
    """Sums of ``rows`` terms for boxes whose cones do not fit into memory, a piece of a shell at a time."""
    found = np.zeros((rows, towards.shape[1], len(edges) - 1))
    step = max(1, BLOCK // towards.shape[1])
    for shell in range(len(edges) - 1):
        end = edges[shell + 1]
        for start in range(edges[shell], end, step):
            own = slice(start, min(start + step, end))
            inside, part = _inside(unit[own], towards, cosine), terms(own)
            scale = np.maximum(np.abs(part).max(axis=1, keepdims=True), 1e-300)
            found[:, :, shell] += scale * ((part / scale).astype(np.float32) @ inside.astype(np.float32))
    return found


def _terms(a: Any, b: Any) -> tuple[Real, Real, Real]:
    return (a * b.conj()).real, np.abs(a) ** 2, np.abs(b) ** 2


def cone_curves(sums: Real, held: Real) -> Real:
    """Curves (…, d, n//2+1) from sums (…, 3, d, n//2+1): 1 at the origin, where a cone is empty the shell before."""
    power = np.sqrt(sums[..., 1, :, :] * sums[..., 2, :, :])
    curves = np.divide(sums[..., 0, :, :], power, out=np.zeros_like(power), where=power > 0)
    curves[..., 0] = 1.0
    for shell in range(1, curves.shape[-1]):
        nothing = held[:, shell] == 0
        curves[..., nothing, shell] = curves[..., nothing, shell - 1]
    return curves


def cone_axes(directions: int | Array) -> Real:
    """Unit directions (d, 3): so many of the spiral, or the given ones."""
    return spiral(directions) if isinstance(directions, int) else sphere.unit(to_numpy(directions)).reshape(-1, 3)


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
    axes = cone_axes(directions)
    sums, held = cone_sums([(fourier.fft3(one), fourier.fft3(other))], n, axes, half_angle)
    curves = cone_curves(sums[0], held)
    return Conical(axes, np.arange(n // 2 + 1) / (n * size), curves, size, n)


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
