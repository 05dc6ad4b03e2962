"""A slice put into the cells of a Fourier cube, and what is kept by it."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from underfocus.maths import interpolation, rotations

Real = np.ndarray[Any, Any]
Way = Literal["nearest", "linear"]


def plane(n: int, reach: float, tilt: float, turn: float = 0.0) -> Real:
    """Places (m, 3) as (x, y, z) in cells about the origin of a slice's samples within ``reach``, for a tilted view."""
    along = np.arange(n) - n // 2
    ky, kx = (k.ravel() for k in np.meshgrid(along, along, indexing="ij"))
    inside = np.hypot(kx, ky) <= reach
    rotation = rotations.from_euler(0.0, tilt, turn)
    return np.asarray(np.stack([kx, ky], axis=-1)[inside] @ np.asarray(rotation)[:2])


def insert(values: Any, points: Any, n: int, way: Way = "linear") -> Real:
    """A cube (n, n, n), axes (z, y, x) and origin n // 2, into which values (m,) at points (m, 3) are spread.

    "linear" gives each value to the eight cells around its place, in parts that add up to 1; "nearest" to one cell.
    """
    at = np.asarray(points, np.float64)[:, ::-1] + n // 2
    if way == "linear":
        return np.asarray(interpolation.spread(np.asarray(values), at, (n, n, n), "linear"))
    cells = np.ravel_multi_index(tuple(np.rint(at).astype(int).T), (n, n, n))
    return np.bincount(cells, weights=np.asarray(values), minlength=n**3).reshape(n, n, n)


def middle(cube: Real) -> Real:
    """The centre of gravity (x, y, z) of a cube in cells about its origin n // 2."""
    along = np.arange(len(cube)) - len(cube) // 2
    total = cube.sum()
    return np.array([(cube.sum(axis=other) @ along) / total for other in ((0, 1), (0, 2), (1, 2))])


def judged(pairs: list[tuple[tuple[Any, ...], Any]]) -> str:
    """What is wrong with the reader's cubes: shape, energy, centre of gravity, or single cells."""
    for (values, points, n), found in pairs:
        cube = np.asarray(found)
        if cube.shape != (n, n, n) or not np.isfinite(cube).all():
            return f"A cube of shape ({n}, {n}, {n}) of finite numbers is wanted, and its shape is {cube.shape}."
        kept = float(cube.sum() / values.sum())
        if abs(kept - 1) > 1e-6:
            return f"Of the slice's energy {kept:.6f} arrived. Eight parts must add up to 1, and cells hit twice must count twice."
        gravity = (values @ points) / values.sum()
        if np.abs(middle(cube) - gravity).max() > 1e-6:
            return "The energy is all there, but its centre of gravity moved: a neighbour's part is one minus the distance, along each axis."
        if np.abs(cube - insert(values, points, n)).max() > 1e-6 * values.max():
            return "Energy and centre of gravity are right, single cells are not: only the eight cells around a place receive anything."
    return ""
