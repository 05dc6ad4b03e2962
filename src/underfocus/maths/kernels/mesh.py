"""Walks through a mesh of triangles or tetrahedra, compiled and threaded. Imports numba: import it lazily."""

from __future__ import annotations

from typing import Any

import numpy as np

from .jit import compiled, inlined, spread

Real = np.ndarray[Any, Any]
#: What a walk ends with besides a simplex: beyond the hull, or lost (a flat simplex, or a ring of them).
OUTSIDE, LOST = -1, -2
#: How far below zero a weight may fall by rounding; and a volume over the cube of what it is seen from, to be flat.
_SLACK, _FLAT = 1e-12, 1e-13


@inlined
def _weigh(corners: Real, simplex: Real, q: Real, w: Real) -> Any:
    """Areas (volumes) that a place spans with each side, into w, and their sum: weights, once divided by it."""
    if q.size == 2:
        ax, ay = corners[simplex[0], 0] - q[0], corners[simplex[0], 1] - q[1]
        bx, by = corners[simplex[1], 0] - q[0], corners[simplex[1], 1] - q[1]
        cx, cy = corners[simplex[2], 0] - q[0], corners[simplex[2], 1] - q[1]
        w[0], w[1], w[2] = bx * cy - by * cx, cx * ay - cy * ax, ax * by - ay * bx
        return w[0] + w[1] + w[2]
    total = 0.0
    for i in range(4):
        a, b, c = simplex[(i + 1) % 4], simplex[(i + 2) % 4], simplex[(i + 3) % 4]
        ax, ay, az = corners[a, 0] - q[0], corners[a, 1] - q[1], corners[a, 2] - q[2]
        bx, by, bz = corners[b, 0] - q[0], corners[b, 1] - q[1], corners[b, 2] - q[2]
        cx, cy, cz = corners[c, 0] - q[0], corners[c, 1] - q[1], corners[c, 2] - q[2]
        volume = ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx)
        w[i] = volume if i % 2 == 0 else -volume
        total += w[i]
    return total


@inlined
def _reach(corners: Real, simplex: Real, q: Real) -> Any:
    """How far the corners are from a place along any axis, to the power of the axes."""
    most = 0.0
    for i in range(simplex.size):
        for axis in range(q.size):
            most = max(most, abs(corners[simplex[i], axis] - q[axis]))
    return most**q.size


@compiled
def _walk(
    corners: Real, simplices: Real, neighbours: Real, starts: Real, q: Real, found: Real, weights: Real,
    begin: int, end: int,
) -> None:  # fmt: skip
    for m in range(begin, end):
        w = weights[m]
        here = starts[m] if starts[m] >= 0 else (found[m - 1] if m > begin and found[m - 1] >= 0 else 0)
        for _ in range(len(simplices)):
            total = _weigh(corners, simplices[here], q[m], w)
            if abs(total) <= _FLAT * _reach(corners, simplices[here], q[m]):
                here = LOST
                break
            worst, least = 0, 0.0
            for i in range(w.size):
                w[i] = w[i] / total
                if w[i] < least:
                    worst, least = i, w[i]
            if least >= -_SLACK:
                break
            here = neighbours[here, worst]
            if here < 0:
                break
        else:
            here = LOST
        found[m] = here


def locate(corners: Real, simplices: Real, neighbours: Real, starts: Real, q: Real) -> tuple[Real, Real]:
    """The simplex (m,) of each place (m, d), or OUTSIDE, or LOST, and the weights (m, d + 1) of its corners.

    ``neighbours`` (n, d + 1) are opposite the corners; a walk begins at ``starts`` (m,), or where the last ended if −1.
    In a Delaunay mesh a walk across the side of the most negative weight comes to no place twice.
    """
    found, weights = np.zeros(len(q), np.int64), np.zeros((len(q), q.shape[1] + 1))
    spread(
        lambda begin, end: _walk(corners, simplices, neighbours, starts, q, found, weights, begin, end), len(q), 4096
    )
    return found, weights
