"""Fourier sums over points that lie on no grid (NUFFT), to a tolerance, through finufft; and their textbook twins.

Both have the sign of our forward transform and carry no factor, so that they are each other's adjoint up to the sign:

    type1:  F[k] = Σ_j c_j e^{−2πi k·x_j / n}      from values at points to whole frequencies k, −⌊n/2⌋ … ⌈n/2⌉ − 1
    type2:  c_j  = Σ_x g[x] e^{−2πi q_j·x}          from samples at whole x about the origin n // 2 to any frequencies

Points of type 1 are in samples about the origin; frequencies of type 2 in cycles a sample. Vectors are (x[, y[, z]])
while arrays are (…, y, x). Barnett, Magland & af Klinteberg 2019 (SIAM J. Sci. Comput. 41, C479).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base.errors import InputError

Array = np.ndarray[Any, Any]
#: The finest relative error that each precision can keep.
FINEST = {np.dtype(np.complex64): 1e-6, np.dtype(np.complex128): 1e-14}
#: Fewer points and samples than these, together, take about as long as threads need to find each other, and on a busy
#: machine a fraction of it: they stay on one.
WORTH_THREADS = 100_000


def type1(points: Array, values: Array, n: int, tolerance: float = 1e-6, workers: int | None = None) -> Array:
    """F (n,)·d about n // 2 from values (m,) at points (m, d) in samples, |x| ≤ n/2; d is 1, 2 or 3.

    The relative error in the 2-norm is about ``tolerance``. Precision follows the values. ``workers`` are threads; by
    default all of them for large sums and one for small. Raises InputError.
    """
    import finufft

    x, c = _points(points, 0.5 * n, "points of type 1 lie within half a box of the origin"), _complex(values)
    if c.shape != x.shape[:1]:
        raise InputError(f"each of {len(x)} points needs one value, and an array of shape {c.shape} was given")
    transform = getattr(finufft, f"nufft{x.shape[1]}d1")
    size: Any = n if x.shape[1] == 1 else (n,) * x.shape[1]
    settings = _settings(tolerance, c, len(x) + n ** x.shape[1], workers)
    return np.asarray(transform(*_angles(x / n, c.dtype), c, size, **settings))


def type2(grid: Array, frequencies: Array, tolerance: float = 1e-6, workers: int | None = None) -> Array:
    """Values (m,) of the transform of samples (n,)·d about n // 2 at frequencies (m, d), |q| ≤ ½ cycles a sample.

    The relative error in the 2-norm is about ``tolerance``. Precision follows the grid. ``workers`` as for `type1`.
    Raises InputError.
    """
    import finufft

    g, q = _complex(grid), _points(frequencies, 0.5, "frequencies of type 2 lie within half a cycle a sample")
    if g.ndim != q.shape[1]:
        raise InputError(f"a grid of {g.ndim} axes has frequencies (m, {g.ndim}), and {q.shape} was given")
    if len(set(g.shape)) != 1:
        raise InputError(f"the grid must have as many samples on each axis, and {g.shape} was given")
    transform = getattr(finufft, f"nufft{g.ndim}d2")
    return np.asarray(transform(*_angles(q, g.dtype), g, **_settings(tolerance, g, len(q) + g.size, workers)))


def type1_plain(points: Array, values: Array, n: int) -> Array:
    """The textbook twin of `type1`: every point against every frequency, in double precision."""
    x, c = _points(points, np.inf, ""), np.asarray(values, complex)
    k = np.arange(n) - n // 2
    out = c
    for axis in range(x.shape[1]):
        waves = np.exp(-2j * np.pi * np.multiply.outer(k, x[:, axis]) / n)
        out = waves * out if axis == 0 else np.einsum("kj,...j->k...j", waves, out)
    return np.asarray(out.sum(-1))


def type2_plain(grid: Array, frequencies: Array) -> Array:
    """The textbook twin of `type2`: every sample against every frequency, in double precision."""
    g, q = np.asarray(grid, complex), _points(frequencies, np.inf, "")
    n = g.shape[-1]
    out = g[None]
    for axis in range(q.shape[1]):
        waves = np.exp(-2j * np.pi * np.multiply.outer(q[:, axis], np.arange(n) - n // 2))
        out = np.einsum("m...x,mx->m...", np.broadcast_to(out, (len(q), *out.shape[1:])), waves)
    return np.asarray(out)


def _complex(values: Any) -> Array:
    """The values as complex64 or complex128, as their precision is."""
    found = np.asarray(values)
    single = found.dtype in (np.float32, np.complex64)
    return np.ascontiguousarray(found, np.complex64 if single else np.complex128)


def _points(points: Any, most: float, words: str) -> Array:
    found = np.asarray(points, float)
    if found.ndim != 2 or found.shape[1] not in (1, 2, 3):
        raise InputError(f"points are given as an array (m, 1 to 3), and one of shape {found.shape} was given")
    if not np.isfinite(found).all() or np.abs(found).max(initial=0) > most * (1 + 1e-12):
        raise InputError(f"{words}, and {np.abs(found).max(initial=0):.4g} was given")
    return found


def _angles(turns: Array, dtype: Any) -> list[Array]:
    """Turns (m, d) as (x, y, z) in radians, one list an axis in the order of the array's axes: (z, y, x)."""
    real = np.float32 if dtype == np.complex64 else np.float64
    return [np.ascontiguousarray(2 * np.pi * turns[:, axis], real) for axis in reversed(range(turns.shape[1]))]


def _settings(tolerance: float, values: Array, size: int, workers: int | None) -> dict[str, Any]:
    """What finufft is told: the error, our sign, and how many threads (0 is all of them)."""
    finest = FINEST[values.dtype]
    if not finest <= tolerance < 1:
        raise InputError(
            f"a tolerance from {finest:g} to 1 can be kept for {values.dtype} values, and {tolerance} was asked for"
        )
    if workers is not None and workers < 1:
        raise InputError(f"at least one thread does the work, and {workers} were asked for")
    threads = workers if workers is not None else int(size < WORTH_THREADS)
    return {"eps": tolerance, "isign": -1, "nthreads": threads}
