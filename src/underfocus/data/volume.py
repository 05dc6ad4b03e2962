"""Volume: a cubic density or potential with its pixel size."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..base.arrays import Array, is_torch
from ..base.errors import InputError


def checked_pixel(pixel: float) -> float:
    """The pixel size as a float, or InputError where it is no positive number."""
    if not np.isfinite(pixel) or pixel <= 0:
        raise InputError(f"a pixel size must be above 0 Å, and {pixel} was given; name the right one")
    return float(pixel)


@dataclass(frozen=True)
class Volume:
    """Values (nz, ny, nx) on voxels of ``pixel`` Å; ``origin`` (x, y, z) in Å is the place of the first voxel.

    The engine's own maps are cubes with their centre at voxel n // 2. Raises InputError for arrays that are not 3D.
    """

    data: Array
    pixel: float
    origin: tuple[float, float, float] = (0.0, 0.0, 0.0)

    def __post_init__(self) -> None:
        if not is_torch(self.data):
            object.__setattr__(self, "data", np.asarray(self.data))
        if self.data.ndim != 3:
            raise InputError(
                f"a volume has three axes (z, y, x), and an array of shape {tuple(self.data.shape)} was given"
            )
        object.__setattr__(self, "pixel", checked_pixel(self.pixel))

    @property
    def n(self) -> int:
        """Voxels a side. Raises InputError where the volume is no cube."""
        if len(set(self.data.shape)) != 1:
            raise InputError(
                f"a cubic volume is needed here, and this one has {tuple(self.data.shape)} voxels; crop or pad it"
            )
        return int(self.data.shape[0])

    def save(self, path: str | Path) -> Path:
        """Write as MRC (mode 2), beside and renamed into place; returns the path."""
        from .files.mrc import write_volume

        return write_volume(path, self)
