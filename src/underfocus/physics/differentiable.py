"""Slices of atoms as torch tensors: gradients of an image with respect to every atom, and to pose and shift.

The sum over atoms is a product of matrices of phases, exact at every frequency below the band limit, and costs atoms ×
pixels: for a peptide or a refinement of a few thousand atoms, not for a field of view.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ..base import units
from ..base.arrays import Array, is_torch
from ..base.errors import InputError
from ..data.atoms import Atoms
from ..maths import fourier
from .factors import Table
from .potential import singular
from .slicing import BAND, aperture, whole_plane

#: Singular functions are kept to here: a gradient check sees what single precision would hide.
TOLERANCE = 1e-10


@dataclass(frozen=True)
class TensorSlices:
    """Slices of atoms at ``positions`` (n, 3), a torch tensor in Å; each atom is shared linearly by the two nearest.

    ``atoms`` gives elements, B-factors and occupancies; ``low`` is z where the first slice begins. The sharing makes
    the slices continuous in z, so that gradients along the beam are those of the interpolation between two slices.
    """

    positions: Array
    atoms: Atoms
    shape: tuple[int, int]
    pixel: float
    thickness: float
    low: float
    count: int
    table: Table = "peng"

    def __post_init__(self) -> None:
        if not is_torch(self.positions) or tuple(self.positions.shape) != (len(self.atoms), 3):
            raise InputError(f"positions must be a torch tensor of shape ({len(self.atoms)}, 3), one row an atom")

    @property
    def tensor(self) -> bool:
        """Always."""
        return True

    @property
    def exit_z(self) -> float:
        """Å."""
        return self.low + (self.count + 0.5) * self.thickness

    def __len__(self) -> int:
        return self.count

    @cached_property
    def _fixed(self) -> tuple[Any, Any]:
        """Weights (r, atoms) and factors (r, ny, nx) that no gradient passes through."""
        import torch

        ny, nx = self.shape
        ky, kx = (fourier.frequencies1(n, self.pixel) for n in (ny, nx))
        s = np.hypot(ky[:, None], kx[None])
        radii = np.linspace(0, BAND / (2 * self.pixel), 4096)
        weights, functions = singular(self.atoms, radii, None, self.table, TOLERANCE)
        constant = units.POTENTIAL_PER_SCATTERING_LENGTH / self.pixel**2
        limit = whole_plane(aperture(self.shape, self.pixel), nx).astype(float) * constant
        factors = np.stack([np.interp(s, radii, f) * limit for f in functions])
        made = (
            torch.as_tensor(v, dtype=self.positions.dtype, device=self.positions.device) for v in (weights, factors)
        )
        first, second = made
        return first, second

    def __getitem__(self, index: int) -> Array:
        import torch

        weights, factors = self._fixed
        height = (self.positions[:, 2] - self.low) / self.thickness - 0.5
        height = torch.clamp(height, 0, self.count - 1)
        share = torch.clamp(1 - torch.abs(height - index), min=0)
        ny, nx = self.shape
        waves_y, waves_x = (self._waves(n, axis) for n, axis in ((ny, 1), (nx, 0)))
        total: Any = 0
        for weight, factor in zip(weights, factors, strict=True):
            total = total + factor * ((waves_y * (weight * share)) @ waves_x.T)
        return torch.fft.ifft2(total).real

    def _waves(self, n: int, axis: int) -> Any:
        """e^{−2πi k (x + n//2)} (n, atoms) along one axis, with x in pixels."""
        import torch

        k = torch.as_tensor(fourier.frequencies1(n), dtype=self.positions.dtype, device=self.positions.device)
        turns = k[:, None] * (self.positions[:, axis] / self.pixel + n // 2)[None]
        return torch.exp(-2j * np.pi * turns)
