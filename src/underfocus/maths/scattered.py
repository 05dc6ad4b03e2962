"""Values at points that lie on no grid: Delaunay triangles, inverse distances, and gridding.

Points (m, d) are in any units, d from 1 to 3; values (m,) may be complex. `scipy.interpolate.griddata` is the first of
these; maps in Fourier space are made by the last.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Literal, get_args

import numpy as np

from ..base.errors import InputError
from . import interpolation

Real = np.ndarray[Any, Any]
#: What a value is spread by: a triangle over two samples, or Kaiser and Bessel's window over four.
Kernel = Literal["linear", "kaiser-bessel"]
_WIDTH, _BETA = 4, 9.0  # Beatty 2005 (IEEE Trans. Med. Imaging 24, 799): π√(W²(α − ½)²/α² − 0.8) for a box padded twice
Density = Literal["count", "iterate"]


def delaunay_linear(points: Any, values: Any, queries: Any) -> Real:
    """Linear on the triangles (tetrahedra) of the Delaunay mesh of the points; nan outside their hull.

    InputError where the points span no area or volume. For other values at the same points, see `delaunay_weights`.
    """
    x, c, q = _checked(points, values, queries)
    corners, w = delaunay_weights(x, q)
    return np.asarray((w * c[corners]).sum(-1))


def delaunay_weights(points: Any, queries: Any) -> tuple[Real, Real]:
    """The corners (m, d + 1), as rows of ``points``, of each query's triangle, and their weights; nan outside the hull.

    They depend on the places alone: any values c at the points give (w * c[corners]).sum(-1) without a new mesh.
    Quickhull makes the mesh (Barber, Dobkin & Huhdanpaa 1996, ACM Trans. Math. Softw. 22, 469); a query is found by a
    walk from a triangle in the same cell of a coarse grid, whatever the order of the queries. Raises InputError.
    """
    from scipy.spatial import Delaunay, QhullError

    from .kernels.mesh import LOST, locate

    x, _, q = _checked(points, np.zeros(np.shape(points)[:1]), queries)
    if x.shape[1] == 1:
        return _between(x[:, 0], q[:, 0])
    try:
        mesh = Delaunay(x)
    except QhullError:
        raise InputError(
            f"{len(x)} points on a line or a plane, or too few of them, span no mesh in {x.shape[1]} dimensions; add "
            "some, or a little disorder"
        ) from None
    simplices, neighbours = mesh.simplices, mesh.neighbors
    found, w = locate(x, simplices, neighbours, _starts(x[simplices].mean(1), q), np.ascontiguousarray(q))
    lost = found == LOST
    if lost.any():
        found[lost] = mesh.find_simplex(q[lost])
        flat = mesh.transform[found[lost]]
        part = np.einsum("mij,mj->mi", flat[:, :-1], q[lost] - flat[:, -1])
        w[lost] = np.column_stack([part, 1 - part.sum(1)])
    w[found < 0] = np.nan
    return simplices[found], w


def _between(x: Real, q: Real) -> tuple[Real, Real]:
    """The two points either side of each query on a line, and their weights; nan beyond the ends."""
    if len(x) < 2:
        raise InputError("one point spans no line; give two or more")
    order = np.argsort(x, kind="stable")
    right = np.clip(np.searchsorted(x[order], q), 1, len(x) - 1)
    corners = np.stack([order[right - 1], order[right]], -1)
    low, high = x[corners].T
    t = np.where(high > low, (q - low) / np.where(high > low, high - low, 1), 0.0)
    t[(q < x[order[0]]) | (q > x[order[-1]])] = np.nan
    return corners, np.stack([1 - t, t], -1)


def _starts(middles: Real, q: Real) -> Real:
    """For each query (m, d) a simplex whose middle (n, d) lies in the same cell of a coarse grid; −1 if none does."""
    cells = max(1, int((len(middles) / 8) ** (1 / q.shape[1])))
    low, span = middles.min(0), np.maximum(np.ptp(middles, axis=0), 1e-300)

    def cell(x: Real) -> Real:
        inside = np.clip(cells * ((x - low) / span), 0, cells - 1).astype(np.int64)
        return np.asarray(np.ravel_multi_index(tuple(inside.T), (cells,) * x.shape[1]))

    first = np.full(cells ** q.shape[1], -1, np.int64)
    first[cell(middles)] = np.arange(len(middles))
    return np.asarray(first[cell(q)])


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
    at, shape = x[:, ::-1] + n // 2, (n,) * x.shape[1]
    if isinstance(density, str):
        if density == "count":
            weight, total = _spread(np.ones(len(x)), at, shape, kernel), _spread(c, at, shape, kernel)
            reached = weight > floor
            return np.where(reached, total / np.where(reached, weight, 1), 0)
        if density != "iterate":
            raise InputError(f"the density must be count, iterate or weights, and {density!r} was given")
        density = even_density(points, n, kernel)
    if np.shape(density) != (len(x),):
        raise InputError(f"each of {len(x)} points needs one weight, and {np.shape(density)} was given")
    return _spread(c * np.asarray(density), at, shape, kernel)


def even_density(points: Any, n: int, kernel: Kernel = "linear", rounds: int = 20) -> Real:
    """Weights (m,) of points in samples about the origin, such that they spread to an even density of one a sample."""
    from .kernels.interpolate import gather

    x, _, _ = _checked(points, np.zeros(np.shape(points)[:1]), points)
    at, w = x[:, ::-1] + n // 2, np.ones(len(x))
    for _ in range(rounds):
        there = gather(_spread(w, at, (n,) * x.shape[1], kernel), at, _table(kernel), "zero")
        w = w / np.maximum(there, 1e-6)
    return w


def window(kernel: Kernel, t: Any) -> Real:
    """What a value gives to a sample at a distance t (…): positive, of integral 1, zero from half the width on."""
    away = np.abs(np.asarray(t, float))
    if kernel == "linear":
        return np.asarray(np.maximum(1 - away, 0))
    inside = away <= _WIDTH / 2
    bell = np.i0(_BETA * np.sqrt(np.where(inside, 1 - (2 * away / _WIDTH) ** 2, 0)))
    return np.where(inside, bell * _BETA / (_WIDTH * np.sinh(_BETA)), 0)


@cache
def _table(kernel: Kernel) -> Real:
    """The window's values at the samples around a fraction, as polynomials; exact for the triangle, else to 1e-12."""
    if kernel not in get_args(Kernel):
        raise InputError(f"the kernel must be {' or '.join(get_args(Kernel))}, and {kernel!r} was given")
    half = 1 if kernel == "linear" else _WIDTH // 2
    places = np.arange(1 - half, half + 1)
    return interpolation.polynomials(lambda t: window(kernel, t[:, None] - places), 1 if half == 1 else 20)


def _spread(values: Real, at: Real, shape: tuple[int, ...], kernel: Kernel) -> Real:
    from .kernels.interpolate import scatter

    return scatter(values, at, shape, _table(kernel), "zero")


def gridding_correction(n: int, pad: float = 1.0, kernel: Kernel = "linear") -> Real:
    """What spreading in one space multiplies the other by along an axis, (n,) about n // 2: divide by it on each.

    The transform of the window at r/(n·pad) cycles, for linear sinc²: 0.405 at the edge without padding, 0.811 with
    twice the box (Jackson et al. 1991, IEEE Trans. Med. Imaging 10, 473). InputError for a padding below 1.
    """
    if pad < 1:
        raise InputError(f"the padding is 1 or more, and {pad} was given")
    f = (np.arange(n) - n // 2) / (n * pad)
    if kernel == "linear":
        return np.asarray(np.sinc(f) ** 2)
    _table(kernel)  # refuses what is no kernel
    root = np.sqrt(_BETA**2 - (np.pi * _WIDTH * f) ** 2)  # real: πWf is at most 2π
    return np.asarray(np.sinh(root) / root * _BETA / np.sinh(_BETA))


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
