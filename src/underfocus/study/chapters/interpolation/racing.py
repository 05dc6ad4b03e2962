"""What each step from points to values takes, measured on the machine in front of the reader."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.interpolate import LinearNDInterpolator
from scipy.ndimage import map_coordinates
from scipy.spatial import Delaunay

from underfocus.maths import interpolation, scattered

from .scattering import gaussian, seconds

Real = np.ndarray[Any, Any]
#: How many points the mesh has in which ever more places are looked up.
FIXED = 4000


def _rows(n: int) -> Real:
    """About n places row by row, as the pixels of a picture come."""
    side = round(np.sqrt(n))
    axis = np.linspace(-0.9, 0.9, side)
    return np.stack(np.meshgrid(axis, axis, indexing="ij"), -1).reshape(-1, 2)


def _first_look(mesh: Delaunay) -> float:
    """What the first place costs: griddata solves a small system for each triangle before it looks anything up."""
    return seconds(lambda: mesh.transform, 1)


def with_points(n: int, seed: int = 0) -> dict[str, float]:
    """Seconds of every step, for n random points and about as many places."""
    rng = np.random.default_rng(seed)
    x, space, anywhere = rng.uniform(-1, 1, (n, 2)), rng.uniform(-1, 1, (n, 3)), rng.uniform(-0.9, 0.9, (n, 2))
    values, mesh, rows = gaussian(x), Delaunay(x), _rows(n)
    first = _first_look(mesh)
    ready = LinearNDInterpolator(mesh, values)
    side = round(np.sqrt(n))
    grid, at = rng.standard_normal((side, side)), (anywhere + 1) * (side - 1) / 2
    return {
        "mesh in space": seconds(lambda: Delaunay(space), 1),
        "mesh in the plane": seconds(lambda: Delaunay(x)),
        "a matrix a triangle": first,
        "places at random": seconds(lambda: ready(anywhere)),
        "places row by row": seconds(lambda: ready(rows)),
        "gridding": seconds(lambda: scattered.gridding(x * (side // 2 - 1), values, side)),
        "map_coordinates": seconds(lambda: map_coordinates(grid, at.T, order=1)),
    }


def with_queries(n: int, seed: int = 0) -> dict[str, float]:
    """Seconds of looking up about n places in a mesh of FIXED points, and in a regular grid of as many samples."""
    rng = np.random.default_rng(seed)
    x, anywhere, rows = rng.uniform(-1, 1, (FIXED, 2)), rng.uniform(-0.9, 0.9, (n, 2)), _rows(n)
    values = gaussian(x)
    ready = LinearNDInterpolator(Delaunay(x), values)
    ready(rows[:1])
    side = round(np.sqrt(FIXED))
    grid, at = rng.standard_normal((side, side)), (anywhere + 1) * (side - 1) / 2
    return {
        "places at random": seconds(lambda: ready(anywhere)),
        "places row by row": seconds(lambda: ready(rows)),
        "inverse distance": seconds(lambda: scattered.inverse_distance(x, values, anywhere), 1),
        "map_coordinates": seconds(lambda: map_coordinates(grid, at.T, order=1)),
        "the engine's linear": seconds(lambda: interpolation.sample(grid, at)),
    }
