"""Central slices by the nearest sample: the plainest interpolation, for what it teaches. numpy.

A point takes the value of the grid point it rounds to, and gives its own to it. That is a kernel one sample wide whose
transform is sinc(x/N): the density is divided by it along each axis (`grid` does the same for the triangle), and what
is left is alias as strong as a quarter of the signal and more. Indices and halves are those of `plain`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from . import numba as linear
from .plain import _grid, _points, checked_radius

Real = np.ndarray[Any, Any]


def gridding(n: int, size: int) -> Real:
    """The kernel's transform along one axis, sinc(x/N) for x = −n//2 …: (n,) float64."""
    return np.asarray(np.sinc((np.arange(n) - n // 2) / size))


def ungrid(volume: Real, size: int) -> Real:
    """A density (n, n, n) divided by the kernel's transform along its three axes; its dtype."""
    factor = (1 / gridding(len(volume), size)).astype(volume.dtype)
    return np.asarray(volume * (factor[:, None, None] * (factor[:, None] * factor)))


def _cells(points: Real, size: int) -> tuple[Real, Real, Real]:
    """The samples (iz, iy, ix) of a half transform that points (…, xyz; x ≥ 0) round to, halves upwards."""
    ix, iy, iz = np.moveaxis(np.floor(points + 0.5).astype(np.int64), -1, 0)
    return iz % size, iy % size, ix


def extract(volume_ft: Real, rotations: Real, n: int, radius: float | None = None) -> Real:
    """Central slices (m, n, n//2+1) of a padded half transform (N, N, N//2+1) for rotations (m, 3, 3)."""
    size = volume_ft.shape[0]
    points, mate, inside = _points(rotations, n, size, checked_radius(n, size, radius))
    values = volume_ft[_cells(points, size)]
    slices = np.zeros((len(rotations), n, n // 2 + 1), volume_ft.dtype)
    slices[:, inside] = np.where(mate, values.conj(), values)
    return slices


def insert(
    images_ft: Real, weights: Real, rotations: Real, data: Real, weight: Real, radius: float | None = None
) -> None:
    """Add slices (m, n, n//2+1) and their weights into data (complex) and weight (real), each (N, N, N//2+1).

    The exact adjoint of `extract` between whole planes and whole volumes; see `plain.insert` for what halves stand for.
    """
    size, n = data.shape[0], images_ft.shape[1]
    points, mate, inside = _points(rotations, n, size, checked_radius(n, size, radius))
    ky, kx = (k[inside] for k in _grid(n))
    share = np.where((kx > 0) | (ky > 0), 1.0, np.where((kx == 0) & (ky == 0), 0.5, 0.0))
    values, masses = images_ft[:, inside] * share, weights[:, inside] * share
    iz, iy, ix = _cells(points, size)
    values = np.where(mate, values.conj(), values)
    np.add.at(data, (iz, iy, ix), values)
    np.add.at(weight, (iz, iy, ix), masses)
    edge = ix == 0  # the mates of these points lie in the stored half as well
    across = (-iz[edge] % size, -iy[edge] % size, ix[edge])
    np.add.at(data, across, values[edge].conj())
    np.add.at(weight, across, masses[edge])


class Accumulator(linear.Accumulator):
    """Sums as in `numba.Accumulator`, in the same cells, each point put into the one it rounds to."""

    def insert(
        self, images_ft: Real, weights: Real, rotations: Real, which: Real | None = None, radius: float | None = None
    ) -> None:
        """Add slices (m, n, n//2+1) and their weights; see `numba.Accumulator.insert`."""
        chosen = slice(None) if which is None else which
        reach = self.radius if radius is None else min(radius, self.radius)
        points, mate, inside = _points(np.asarray(rotations)[chosen], self.n, self.size, reach)
        ky, kx = (k[inside] for k in _grid(self.n))
        share = np.where((kx > 0) | (ky > 0), 1.0, np.where((kx == 0) & (ky == 0), 0.5, 0.0))
        values, masses = images_ft[chosen][:, inside] * share, weights[chosen][:, inside] * share
        ix, iy, iz = np.moveaxis(np.floor(points + 0.5).astype(np.int64), -1, 0)
        middle = self.size // 2
        place = (iz + middle, iy + middle, ix)
        for number, part in enumerate((values.real, np.where(mate, -values.imag, values.imag), masses)):
            np.add.at(self.cells[..., number], place, part)

    def correction(self, n: int) -> Real:
        """One over the kernel's transform, (n,)."""
        return np.asarray(1 / gridding(n, self.size))
