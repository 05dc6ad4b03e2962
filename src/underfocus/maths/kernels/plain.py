"""Central slices by trilinear interpolation, as a textbook would write them; numpy, and torch with gradients.

A padded volume of N = pad·n voxels a side has the half transform (N, N, N//2+1). The image frequency k (whole
numbers, in pixels of the n × n image) of a view with rotation R lies at the volume index (N/n)(kx R[0] + ky R[1]):
the rows of R are the image axes in the specimen's frame. Points with a negative x index are read at their Friedel
mate, conjugated. Slices are zero beyond ``radius`` image pixels (inclusive); the default is the largest sphere whose
interpolation cells exist.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...base.arrays import Array, is_torch, namespace
from ...base.errors import InputError
from .. import fourier

Real = np.ndarray[Any, Any]


def default_radius(n: int, size: int) -> float:
    """The largest radius in image pixels for which every trilinear cell lies within a transform of ``size`` voxels."""
    return n / 2 - n / size


def checked_radius(n: int, size: int, radius: float | None) -> float:
    """The radius asked for, or the default; InputError where cells beyond the transform would be needed."""
    limit = default_radius(n, size)
    if radius is None:
        return limit
    if not 0 <= radius <= limit:
        raise InputError(
            f"slices of {n} pixels from {size} voxels reach to radius {limit:g}, and {radius:g} was asked for"
        )
    return float(radius)


def _grid(n: int) -> tuple[Real, Real]:
    """Whole-number frequencies (ky, kx) of the half plane, each of shape (n, n//2+1)."""
    ky, kx = np.broadcast_arrays(*fourier.frequencies2(n, 1 / n))
    return np.rint(ky), np.rint(kx)


def _corners(points: Array, size: int) -> list[tuple[Array, Array, Array, Array]]:
    """The eight cells (iz, iy, ix) around each point (…, xyz; x ≥ 0) of a half transform, with their weights."""
    xp = namespace(points)
    whole = xp.floor(points.detach() if is_torch(points) else points)
    part = points - whole
    base = xp.astype(whole, xp.int64)
    found = []
    for dz, dy, dx in np.ndindex(2, 2, 2):
        weight = 1.0
        for axis, step in enumerate((dx, dy, dz)):
            weight = weight * (part[..., axis] if step else 1 - part[..., axis])
        found.append(((base[..., 2] + dz) % size, (base[..., 1] + dy) % size, base[..., 0] + dx, weight))
    return found


def _points(rotations: Array, n: int, size: int, radius: float) -> tuple[Array, Array, Array]:
    """Volume indices (m, p, 3) of the p half-plane pixels within the radius, made x ≥ 0; which were; which pixels."""
    ky, kx = _grid(n)
    inside = kx**2 + ky**2 <= radius**2
    xp = namespace(rotations)
    plane = np.stack([kx[inside], ky[inside]], axis=-1) * (size / n)
    steps = xp.asarray(plane, dtype=rotations.dtype)
    points = steps @ rotations[..., :2, :]
    mate = points[..., 0] < 0
    return xp.where(mate[..., None], -points, points), mate, inside


def extract(volume_ft: Array, rotations: Array, n: int, radius: float | None = None) -> Array:
    """Central slices (m, n, n//2+1) of a padded half transform (N, N, N//2+1) for rotations (m, 3, 3).

    Differentiable in the volume and in the rotations for torch tensors. De Rosier & Klug 1968, Nature 217, 130.
    """
    size = volume_ft.shape[0]
    xp = namespace(volume_ft, rotations)
    points, mate, inside = _points(rotations, n, size, checked_radius(n, size, radius))
    values = sum(weight * volume_ft[iz, iy, ix] for iz, iy, ix, weight in _corners(points, size))
    values = xp.where(mate, xp.conj(values), values)
    slices = xp.zeros((len(rotations), n, n // 2 + 1), dtype=values.dtype)
    slices[:, xp.asarray(inside)] = values
    return slices


def insert(
    images_ft: Real, weights: Real, rotations: Real, data: Real, weight: Real, radius: float | None = None
) -> None:
    """Add slices (m, n, n//2+1) and their weights into data (complex) and weight (real), each (N, N, N//2+1).

    The exact adjoint of `extract` between whole planes and whole volumes, whose halves are stored: a pixel with kx > 0
    stands for two, so does a cell with x > 0, and of the column kx = 0 only ky ≥ 0 is read, the origin once.
    """
    size, n = data.shape[0], images_ft.shape[1]
    points, mate, inside = _points(rotations, n, size, checked_radius(n, size, radius))
    ky, kx = (k[inside] for k in _grid(n))
    share = np.where((kx > 0) | (ky > 0), 1.0, np.where((kx == 0) & (ky == 0), 0.5, 0.0))
    values = images_ft[:, inside] * share
    values = np.where(mate, values.conj(), values)
    masses = weights[:, inside] * share
    for iz, iy, ix, part in _corners(points, size):
        np.add.at(data, (iz, iy, ix), part * values)
        np.add.at(weight, (iz, iy, ix), part * masses)
        edge = ix == 0  # the mates of these points reach across into the stored half
        across = (-iz[edge] % size, -iy[edge] % size, ix[edge])
        np.add.at(data, across, (part * values)[edge].conj())
        np.add.at(weight, across, (part * masses)[edge])
