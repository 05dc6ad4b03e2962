"""Ready shapes for scenes: sphere, cube, triad, grids of points made into surfaces, isosurfaces of volumes."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...base.arrays import Array, to_numpy
from ...base.errors import InputError
from .items import Arrow, Mesh, Segments, Tint

Real = np.ndarray[Any, Any]


def surface(positions: Array, **facts: Any) -> Mesh:
    """A mesh through a grid of positions (rows, columns, 3); ``facts`` are the other fields of Mesh."""
    grid = np.asarray(positions, np.float32)
    if grid.ndim != 3 or grid.shape[-1] != 3:
        raise InputError(f"a surface is a grid of positions (rows, columns, 3), and {grid.shape} was given")
    rows, columns = grid.shape[:2]
    corner = (np.arange(rows - 1)[:, None] * columns + np.arange(columns - 1)).ravel()
    right, below, across = corner + 1, corner + columns, corner + columns + 1
    faces = np.concatenate([np.stack([corner, below, right], 1), np.stack([right, below, across], 1)])
    return Mesh(grid.reshape(-1, 3), faces, **facts)


def sphere(
    radius: float = 1.0,
    steps: int = 24,
    tint: Tint = "faint",
    opacity: float = 0.25,
    centre: Array = (0, 0, 0),
    label: str = "",
) -> Mesh:
    """A sphere of ``steps`` rings."""
    polar = np.linspace(0, np.pi, steps + 1)[:, None]
    around = np.linspace(0, 2 * np.pi, 2 * steps + 1)[None, :]
    grid = np.stack([np.sin(polar) * np.cos(around), np.sin(polar) * np.sin(around), np.cos(polar) + 0 * around], -1)
    return surface(radius * grid + np.asarray(centre, float), tint=tint, opacity=opacity, label=label)


def cube(half: float = 1.0, tint: Tint = "faint", width: float = 1.0, label: str = "") -> Segments:
    """The twelve edges of the cube from −half to half."""
    corners = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], float) * half
    edges = [(a, b) for a in range(8) for b in range(a + 1, 8) if np.sum(corners[a] != corners[b]) == 1]
    return Segments(np.array([[corners[a], corners[b]] for a, b in edges]), label=label, tint=tint, width=width)


def triad(
    rotation: Array,
    length: float = 1.0,
    origin: Array = (0, 0, 0),
    labels: tuple[str, ...] = ("x", "y", "z"),
    width: float = 3.0,
) -> tuple[Arrow, Arrow, Arrow]:
    """Three arrows along the columns of a rotation matrix (3, 3), in the tints of the axes."""
    start = np.asarray(origin, float)
    columns = to_numpy(rotation).T * length
    tints: tuple[Tint, ...] = ("x", "y", "z")
    a, b, c = (Arrow(start, start + v, n, t, width) for v, n, t in zip(columns, labels, tints, strict=True))
    return a, b, c


def isosurface(volume: Array, level: float, pixel: float = 1.0, **facts: Any) -> Mesh:
    """The surface of a volume (z, y, x) at ``level``, in Å as (x, y, z) about the voxel n // 2.

    By marching cubes (Lewiner et al. 2003, J. Graph. Tools 8, 1), of scikit-image. InputError where the volume
    never crosses the level. ``facts`` are the other fields of Mesh.
    """
    from skimage.measure import marching_cubes

    data = np.asarray(to_numpy(volume), np.float32)
    if not data.min() < level < data.max():
        raise InputError(
            f"the level must lie between the least and the greatest value, {data.min():.4g} and {data.max():.4g}, and "
            f"{level:.4g} was given"
        )
    vertices, faces, _, _ = marching_cubes(data, level)
    middle = np.array([n // 2 for n in data.shape])
    return Mesh(((vertices - middle) * pixel)[:, ::-1], faces, **facts)
