"""Values at points that lie on no grid: Delaunay triangles, inverse distances, and gridding.

Points (m, d) are in any units, d from 1 to 3; values (m,) may be complex. `scipy.interpolate.griddata` is the first of
these; maps in Fourier space are made by the last.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from ..base.errors import InputError
from . import interpolation

Real = np.ndarray[Any, Any]
Kernel = Literal["linear", "kaiser-bessel"]
Density = Literal["count", "iterate"]


def delaunay_linear(points: Any, values: Any, queries: Any) -> Real:
    """Linear on the triangles (tetrahedra) of the Delaunay mesh of the points; nan outside their hull.

    Quickhull builds the mesh (Barber, Dobkin & Huhdanpaa 1996, ACM Trans. Math. Softw. 22, 469). InputError where the
    points span no area or volume.
    """
    from scipy.interpolate import LinearNDInterpolator
    from scipy.spatial import QhullError

    x, c, q = _checked(points, values, queries)
    if x.shape[1] == 1:
        order = np.argsort(x[:, 0])
        parts = [np.interp(q[:, 0], x[order, 0], p[order], np.nan, np.nan) for p in _parts(c)]
        return parts[0] if len(parts) == 1 else parts[0] + 1j * parts[1]
    try:
        return np.asarray(LinearNDInterpolator(x, c)(q))
    except QhullError:
        raise InputError(
            f"{len(x)} points on a line or a plane, or too few of them, span no mesh in {x.shape[1]} dimensions; add "
            "some, or a little disorder"
        ) from None


def inverse_distance(points: Any, values: Any, queries: Any, power: float = 2.0, neighbours: int = 12) -> Real:
    """The mean of the nearest values, each over distanceᵖᵒʷᵉʳ (Shepard 1968, Proc. ACM 517); exact at the points."""
    from scipy.spatial import cKDTree

    x, c, q = _checked(points, values, queries)
    if not power > 0 or neighbours < 1:
        raise InputError(f"power and neighbours must be positive, and {power} and {neighbours} were given")
    k = min(neighbours, len(x))
    distance, nearest = (np.reshape(found, (len(q), k)) for found in cKDTree(x).query(q, k=k))
    on_point = distance[:, :1] == 0
    w = np.where(on_point, distance == 0, 1 / np.where(distance == 0, 1, distance) ** power)
    return np.asarray((w * c[nearest]).sum(1) / w.sum(1))


def gridding(
    points: Any, values: Any, n: int, kernel: Kernel = "linear", density: Density | Real = "count", floor: float = 1e-6
) -> Real:
    """A grid (n,)·d about n // 2 from values at points in samples about its origin, as axes (…, y, x).

    Every value is spread over the samples around it by a kernel and divided by how much fell there: "count" divides the
    grid by the spread weights; "iterate" first finds weights of the points that make their density even (Pipe & Menon
    1999, Magn. Reson. Med. 41, 179); an array (m,) gives such weights. Samples that nothing reached are 0. Points are
    (x[, y[, z]]). Raises InputError.
    """
    x, c, _ = _checked(points, values, points)
    at = x[:, ::-1] + n // 2
    if kernel not in ("linear", "kaiser-bessel"):
        raise InputError(f"the kernel must be linear or kaiser-bessel, and {kernel!r} was given")
    shape = (n,) * x.shape[1]
    ones = np.ones(len(x))
    if isinstance(density, str):
        if density == "count":
            weight = interpolation.spread(ones, at, shape, kernel)
            total = interpolation.spread(c, at, shape, kernel)
            reached = np.abs(weight) > floor
            return np.where(reached, total / np.where(reached, weight, 1), 0)
        if density != "iterate":
            raise InputError(f"the density must be count, iterate or weights, and {density!r} was given")
        density = even_density(points, n, kernel)
    if np.shape(density) != ones.shape:
        raise InputError(f"each of {len(x)} points needs one weight, and {np.shape(density)} was given")
    return interpolation.spread(c * np.asarray(density), at, shape, kernel)


def even_density(points: Any, n: int, kernel: Kernel = "linear", rounds: int = 20) -> Real:
    """Weights (m,) of points in samples about the origin, such that they spread to an even density of one a sample."""
    x = np.asarray(points, float)
    at = x[:, ::-1] + n // 2
    w = np.ones(len(x))
    for _ in range(rounds):
        there = interpolation.sample(interpolation.spread(w, at, (n,) * x.shape[1], kernel), at, kernel)
        w = w / np.maximum(there, 1e-6)
    return w


def gridding_correction(n: int, pad: float = 1.0, kernel: Kernel = "linear") -> Real:
    """What spreading in one space multiplies the other by along an axis, (n,) about n // 2: divide by it on each.

    The transform of the kernel at r/(n·pad) cycles, sinc² for linear: 0.405 at the edge without padding, 0.811 with
    twice the box (Jackson et al. 1991, IEEE Trans. Med. Imaging 10, 473).
    """
    if pad < 1:
        raise InputError(f"the padding is 1 or more, and {pad} was given")
    return interpolation.spectrum(kernel, (np.arange(n) - n // 2) / (n * pad))


def _parts(c: Real) -> tuple[Real, ...]:
    return (c.real, c.imag) if np.iscomplexobj(c) else (c,)


def _checked(points: Any, values: Any, queries: Any) -> tuple[Real, Real, Real]:
    x, c, q = np.asarray(points, float), np.asarray(values), np.asarray(queries, float)
    c = c.astype(complex if c.dtype.kind == "c" else float)
    x, q = (p[:, None] if p.ndim == 1 else p for p in (x, q))
    if x.ndim != 2 or x.shape[1] not in (1, 2, 3) or q.ndim != 2 or q.shape[1] != x.shape[1]:
        raise InputError(f"points and queries are (m, 1 to 3) of one width, and {x.shape} and {q.shape} were given")
    if c.shape != x.shape[:1] or not len(c):
        raise InputError(f"each of {len(x)} points needs one value, and an array of shape {c.shape} was given")
    if not (np.isfinite(x).all() and np.isfinite(q).all() and np.isfinite(c).all()):
        raise InputError("a point, a query or a value is not finite; leave it out")
    return x, c, q
