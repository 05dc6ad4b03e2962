"""Double cones in Fourier space: which voxels of a half transform lie in them, and sums over their parts of shells.

Of a real map k and −k are the same, so that a cone about a direction is one about its opposite too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from ..base.arrays import Array, to_numpy
from ..maths import fourier, shells, sphere

Real = np.ndarray[Any, np.dtype[np.float64]]
#: Voxels this close outside of a cone, by the cosine, are on its rim.
ROUNDING = 1e-6
#: Voxels times directions that are compared at a time.
BLOCK = 500_000
#: Where there are no more of both than this, who lies in which cone is kept: 64³ voxels and 256 directions.
SMALL = 20_000_000


@lru_cache(maxsize=2)
def voxels(n: int) -> tuple[Any, Any]:
    """Shell (m,) and unit direction (m, 3) of every voxel of a half transform, in its order; the origin's is z."""
    z, y, x = np.broadcast_arrays(*fourier.frequencies3(n, 1 / n))
    k = np.stack([x.ravel(), y.ravel(), z.ravel()], axis=-1).astype(np.float32)
    k[0] = (0, 0, 1)
    return shells.shell_index(n, 3).ravel(), k / np.linalg.norm(k, axis=1, keepdims=True)


@lru_cache(maxsize=2)
def nearest(n: int, directions: bytes) -> Any:
    """Which of the directions (d, 3), as bytes of float32, is nearest to each voxel (m,) of a half transform."""
    axes = np.frombuffer(directions, np.float32).reshape(-1, 3).T
    unit = voxels(n)[1]
    step = max(1, BLOCK // axes.shape[1])
    parts = [_along(unit[i : i + step], axes).argmax(axis=1) for i in range(0, len(unit), step)]
    return np.concatenate(parts)


@lru_cache(maxsize=2)
def _by_shell(n: int) -> tuple[Any, Any, Any]:
    """The voxels of a half transform up to Nyquist shell by shell: places (m,), where shells begin, directions."""
    index, unit = voxels(n)
    order = np.argsort(index, kind="stable")
    edges = np.searchsorted(index[order], np.arange(n // 2 + 2))
    order = order[: edges[-1]]
    return order, edges, np.ascontiguousarray(unit[order])


def _inside(unit: Any, towards: Any, cosine: float) -> Any:
    """Which directions (m, 3) lie in the cones about the columns of ``towards`` (3, d), or of their opposites."""
    return _along(unit, towards) >= np.float32(cosine - ROUNDING)


def _along(unit: Any, towards: Any) -> Any:
    """|u·t| (m, d) of directions (m, 3) and (3, d), written out: a product so small only wakes threads."""
    found = unit[:, :1] * towards[0]
    found += unit[:, 1:2] * towards[1]
    found += unit[:, 2:] * towards[2]
    return np.abs(found, out=found)


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


def sums(pairs: Sequence[tuple[Any, Any]], n: int, axes: Real, half_angle: float) -> tuple[Real, Real]:
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


def curves(summed: Real, held: Real) -> Real:
    """Curves (…, d, n//2+1) from `sums` (…, 3, d, n//2+1): 1 at the origin, where a cone is empty the shell before."""
    power = np.sqrt(summed[..., 1, :, :] * summed[..., 2, :, :])
    found = np.divide(summed[..., 0, :, :], power, out=np.zeros_like(power), where=power > 0)
    found[..., 0] = 1.0
    for shell in range(1, found.shape[-1]):
        nothing = held[:, shell] == 0
        found[..., nothing, shell] = found[..., nothing, shell - 1]
    return found


def axes_of(directions: int | Array) -> Real:
    """Unit directions (d, 3): so many spread over half the sphere, or the given ones."""
    return (
        sphere.half_spiral(directions)
        if isinstance(directions, int)
        else sphere.unit(to_numpy(directions)).reshape(-1, 3)
    )
