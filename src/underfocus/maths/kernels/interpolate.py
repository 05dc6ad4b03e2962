"""Interpolation on a grid at any positions, and its adjoint, compiled and threaded. Imports numba: import it lazily.

Every method is a table: the weight of each sample around a position is a polynomial in the fraction t between the two
middle ones, so that one loop serves them all. Arrays are (z, y, x); fewer axes are axes of length one before these, of
which positions say nothing.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .jit import compiled, inlined, spread

Real = np.ndarray[Any, Any]
#: The numbers by which compiled code knows what lies beyond the edge.
BOUNDARIES = {"zero": 0, "wrap": 1, "reflect": 2}
_ZERO, _WRAP = 0, 1
#: As many zeros as there are samples an axis: the length of a tuple is known to the compiler, which unrolls its loops.
Taps = tuple[int, ...]


@inlined
def _inside(i: int, n: int, boundary: int) -> int:
    """The sample that stands for place i of n: −1 where there is nothing."""
    if 0 <= i < n:
        return i
    if boundary == _ZERO:
        return -1
    if boundary == _WRAP:
        return i % n
    if n == 1:
        return 0
    turn = i % (2 * n - 2)
    return min(turn, 2 * n - 2 - turn)


@compiled
def _places(start: int, n: int, boundary: int, places: Real) -> None:
    """The samples that stand for ``start`` and those after it."""
    for i in range(places.size):
        places[i] = _inside(start + i, n, boundary)


@inlined
def _aim(at: float, table: Real, taps: int, w: Real) -> int:
    """The first sample around a position, and the weights of all by Horner's rule."""
    base = np.floor(at)
    t = at - base
    for i in range(taps):
        w[i] = table[0, i]
    for k in range(1, table.shape[0]):
        for i in range(taps):
            w[i] = w[i] * t + table[k, i]
    return int(base) + 1 - taps // 2


@compiled
def _gather(x: Real, at: Real, table: Real, tap: Taps, boundary: int, out: Real, begin: int, end: int) -> None:
    taps = len(tap)
    depth, height, width = x.shape
    missing = 3 - at.shape[1]
    kz, ky = (1 if missing > 0 else taps), (1 if missing > 1 else taps)
    wz, wy, wx = np.ones(taps), np.ones(taps), np.ones(taps)
    pz, py, px = np.zeros(kz, np.int64), np.zeros(ky, np.int64), np.zeros(taps, np.int64)
    for m in range(begin, end):
        iz = _aim(at[m, 0], table, taps, wz) if missing == 0 else 0
        iy = _aim(at[m, 1 - missing], table, taps, wy) if missing <= 1 else 0
        ix = _aim(at[m, 2 - missing], table, taps, wx)
        total = out[m] * 0
        if 0 <= iz <= depth - kz and 0 <= iy <= height - ky and 0 <= ix <= width - taps:
            for c in range(kz):
                for b in range(ky):
                    row = out[m] * 0
                    for a in range(taps):
                        row += wx[a] * x[iz + c, iy + b, ix + a]
                    total += wz[c] * wy[b] * row
        else:
            _places(iz, depth, boundary, pz)
            _places(iy, height, boundary, py)
            _places(ix, width, boundary, px)
            for c in range(kz):
                for b in range(ky):
                    for a in range(taps):
                        if pz[c] >= 0 and py[b] >= 0 and px[a] >= 0:
                            total += wz[c] * wy[b] * wx[a] * x[pz[c], py[b], px[a]]
        out[m] = total


@compiled
def _scatter(values: Real, at: Real, table: Real, tap: Taps, boundary: int, out: Real) -> None:
    taps = len(tap)
    depth, height, width = out.shape
    missing = 3 - at.shape[1]
    kz, ky = (1 if missing > 0 else taps), (1 if missing > 1 else taps)
    wz, wy, wx = np.ones(taps), np.ones(taps), np.ones(taps)
    pz, py, px = np.zeros(kz, np.int64), np.zeros(ky, np.int64), np.zeros(taps, np.int64)
    for m in range(len(values)):
        iz = _aim(at[m, 0], table, taps, wz) if missing == 0 else 0
        iy = _aim(at[m, 1 - missing], table, taps, wy) if missing <= 1 else 0
        ix = _aim(at[m, 2 - missing], table, taps, wx)
        _places(iz, depth, boundary, pz)
        _places(iy, height, boundary, py)
        _places(ix, width, boundary, px)
        for c in range(kz):
            for b in range(ky):
                share = wz[c] * wy[b] * values[m]
                for a in range(taps):
                    if pz[c] >= 0 and py[b] >= 0 and px[a] >= 0:
                        out[pz[c], py[b], px[a]] += wx[a] * share


def gather(x: Real, at: Real, table: Real, boundary: str) -> Real:
    """The values (m,) of an array of one to three axes at positions (m, dims).

    ``table`` (degree + 1, taps) holds the polynomials of the weights, highest power first; of a single tap it is the
    sample after the position.
    """
    grid = np.ascontiguousarray(x.reshape((1,) * (3 - x.ndim) + x.shape))
    places, out, tap = np.ascontiguousarray(at), np.zeros(len(at), x.dtype), (0,) * table.shape[1]
    edge = BOUNDARIES[boundary]
    # threads cost a fraction of a millisecond to start: each gets about one's worth of work
    grain = 1 + 2**17 // len(tap) ** x.ndim
    spread(lambda begin, end: _gather(grid, places, table, tap, edge, out, begin, end), len(at), grain)
    return out


def scatter(values: Real, at: Real, shape: tuple[int, ...], table: Real, boundary: str) -> Real:
    """The adjoint of `gather`: every value (m,) added to the samples around its position (m, dims)."""
    out = np.zeros((1,) * (3 - len(shape)) + shape, values.dtype)
    tap = (0,) * table.shape[1]
    _scatter(np.ascontiguousarray(values), np.ascontiguousarray(at), table, tap, BOUNDARIES[boundary], out)
    return out.reshape(shape)
