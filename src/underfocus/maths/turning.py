"""A density turned and moved about its origin: V(R x + t), by a cubic spline on a grid twice as fine.

The finer grid is made in Fourier space, exactly; the spline then passes 98.5 % of the amplitude at Nyquist and 99.9 %
at half of it, and what it adds beyond is as little. Turning on the density's own grid would lose ten times as much.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base.errors import InputError
from . import interpolation, sampling

Real = np.ndarray[Any, Any]
#: How much finer the grid of the spline is.
FINER = 2
#: Positions that are looked up at a time.
PIECE = 1 << 19


class Turner:
    """A density (n, n, n), ready to be turned as often as needed. InputError where it is no cube."""

    def __init__(self, density: Real) -> None:
        if density.ndim != 3 or len(set(density.shape)) != 1:
            raise InputError(f"a density must be a cube, and its shape is {density.shape}; pad or crop it first")
        self.n = len(density)
        fine = sampling.fourier_pad(np.asarray(density, np.float32), FINER * self.n, 3)
        self._sample = interpolation.prepared(np.ascontiguousarray(fine, np.float32), "spline", "wrap")

    def __call__(self, rotation: Real, step: Any = (0.0, 0.0, 0.0), planes: slice = slice(None)) -> tuple[Real, Real]:
        """V(R x + t) (z, n, n) for a rotation (3, 3) and a step (3,) in voxels, and where R x + t is in the box.

        ``planes`` are those of x, by default all.
        """
        matrix, move, n = np.asarray(rotation, float), np.asarray(step, float), self.n
        along = (np.arange(n) - n // 2).astype(float)
        chosen = along[planes]
        flat = along[:, None, None] * matrix[:, 1] + along[None, :, None] * matrix[:, 0] + move  # (y, x, 3)
        values, inside = np.empty((len(chosen), n, n), np.float32), np.empty((len(chosen), n, n), bool)
        block = max(1, PIECE // n**2)
        for start in range(0, len(chosen), block):
            part = slice(start, start + block)
            places = chosen[part, None, None, None] * matrix[:, 2] + flat
            inside[part] = ((places > along[0] - 1e-6) & (places < along[-1] + 1e-6)).all(-1)
            # (x, y, z) in voxels about the origin become (z, y, x) counted on the finer grid
            at = (FINER * places[..., ::-1] + (FINER * n) // 2).reshape(-1, 3)
            values[part] = self._sample(at).reshape(-1, n, n)
        return values, inside
