"""Interpolation on a grid at any positions, and its adjoint, compiled and threaded. Imports numba: import it lazily.

Both work in 3D on arrays (z, y, x); fewer axes are axes of length one, at whose only sample all positions lie. The
weights are those of `interpolation.weights`, which is their twin.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .jit import compiled, inlined, spread

Real = np.ndarray[Any, Any]
#: The numbers by which compiled code knows what lies beyond the edge, and the methods.
BOUNDARIES = {"zero": 0, "wrap": 1, "reflect": 2}
METHODS = {"nearest": 0, "linear": 1, "catmull-rom": 2, "spline": 3, "kaiser-bessel": 4}
_ZERO, _WRAP = 0, 1
_KAISER_HALF = 4


@compiled
def _bessel(x: float) -> float:
    """I₀(x) by its series, for the arguments of a Kaiser window."""
    term, total, quarter = 1.0, 1.0, 0.25 * x * x
    for k in range(1, 40):
        term *= quarter / (k * k)
        total += term
    return total


@compiled
def _weigh(method: int, beta: float, t: float, w: Real) -> None:
    """The weights of the samples around a fraction t, into w."""
    if method == 0:
        w[0], w[1] = (1.0, 0.0) if t < 0.5 else (0.0, 1.0)
    elif method == 1:
        w[0], w[1] = 1 - t, t
    elif method == 2:
        w[0] = 0.5 * t * (-1 + t * (2 - t))
        w[1] = 0.5 * (2 + t * t * (3 * t - 5))
        w[2] = 0.5 * t * (1 + t * (4 - 3 * t))
        w[3] = 0.5 * t * t * (t - 1)
    elif method == 3:
        w[0] = (1 - t) ** 3 / 6
        w[1] = (4 + t * t * (3 * t - 6)) / 6
        w[2] = (1 + 3 * t * (1 + t - t * t)) / 6
        w[3] = t**3 / 6
    else:
        total = 0.0
        for i in range(2 * _KAISER_HALF):
            away = t - (i + 1 - _KAISER_HALF)
            inside = max(0.0, 1 - (away / _KAISER_HALF) ** 2)
            sinc = 1.0 if abs(away) < 1e-12 else np.sin(np.pi * away) / (np.pi * away)
            w[i] = sinc * _bessel(beta * np.sqrt(inside))
            total += w[i]
        for i in range(2 * _KAISER_HALF):
            w[i] /= total


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


@inlined
def _aim(at: float, n: int, half: int, method: int, beta: float, boundary: int, w: Real, places: Real) -> int:
    """Weights and samples along an axis for one position; how many there are."""
    if n == 1 and at == 0:
        w[0], places[0] = 1.0, 0
        return 1
    base = int(np.floor(at))
    _weigh(method, beta, at - base, w)
    for i in range(2 * half):
        places[i] = _inside(base + i + 1 - half, n, boundary)
    return 2 * half


@compiled
def _gather(
    x: Real, at: Real, half: int, method: int, beta: float, boundary: int, out: Real, start: int, stop: int
) -> None:
    depth, height, width = x.shape
    wz, wy, wx = np.empty(8), np.empty(8), np.empty(8)
    pz, py, px = np.empty(8, np.int64), np.empty(8, np.int64), np.empty(8, np.int64)
    for m in range(start, stop):
        kz = _aim(at[m, 0], depth, half, method, beta, boundary, wz, pz)
        ky = _aim(at[m, 1], height, half, method, beta, boundary, wy, py)
        kx = _aim(at[m, 2], width, half, method, beta, boundary, wx, px)
        total = out[m] * 0
        for c in range(kz):
            for b in range(ky):
                if pz[c] < 0 or py[b] < 0:
                    continue
                row = out[m] * 0
                for a in range(kx):
                    if px[a] >= 0:
                        row += wx[a] * x[pz[c], py[b], px[a]]
                total += wz[c] * wy[b] * row
        out[m] = total


@compiled
def _scatter(values: Real, at: Real, half: int, method: int, beta: float, boundary: int, out: Real) -> None:
    depth, height, width = out.shape
    wz, wy, wx = np.empty(8), np.empty(8), np.empty(8)
    pz, py, px = np.empty(8, np.int64), np.empty(8, np.int64), np.empty(8, np.int64)
    for m in range(len(values)):
        kz = _aim(at[m, 0], depth, half, method, beta, boundary, wz, pz)
        ky = _aim(at[m, 1], height, half, method, beta, boundary, wy, py)
        kx = _aim(at[m, 2], width, half, method, beta, boundary, wx, px)
        for c in range(kz):
            for b in range(ky):
                if pz[c] < 0 or py[b] < 0:
                    continue
                for a in range(kx):
                    if px[a] >= 0:
                        out[pz[c], py[b], px[a]] += wz[c] * wy[b] * wx[a] * values[m]


def _lifted(at: Real) -> Real:
    """Positions (m, dims) among three axes."""
    return np.ascontiguousarray(np.pad(at, [(0, 0), (3 - at.shape[1], 0)]))


def gather(x: Real, at: Real, method: str, half: int, beta: float, boundary: str) -> Real:
    """The values (m,) of an array of one to three axes at positions (m, dims), from ``half`` samples to either side."""
    grid = np.ascontiguousarray(x.reshape((1,) * (3 - x.ndim) + x.shape))
    places, out = _lifted(at), np.zeros(len(at), x.dtype)
    how = (half, METHODS[method], beta, BOUNDARIES[boundary])
    spread(lambda start, stop: _gather(grid, places, *how, out, start, stop), len(at), 4096)
    return out


def scatter(values: Real, at: Real, shape: tuple[int, ...], method: str, half: int, beta: float, boundary: str) -> Real:
    """The adjoint of `gather`: every value (m,) added to the samples around its position (m, dims)."""
    out = np.zeros((1,) * (3 - len(shape)) + shape, values.dtype)
    _scatter(np.ascontiguousarray(values), _lifted(at), half, METHODS[method], beta, BOUNDARIES[boundary], out)
    return out.reshape(shape)
