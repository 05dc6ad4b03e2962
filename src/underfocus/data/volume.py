"""Volume: a cubic density or potential with its pixel size."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..base.arrays import Array, is_torch
from ..base.errors import InputError
from ..base.nouns import noun


def checked_pixel(pixel: float) -> float:
    """The pixel size as a float, or InputError where it is no positive number."""
    if not np.isfinite(pixel) or pixel <= 0:
        raise InputError(f"a pixel size must be above 0 Å, and {pixel} was given; name the right one")
    return float(pixel)


@noun
class Volume:
    """Values (nz, ny, nx) on voxels of ``pixel`` Å; ``origin`` (x, y, z) in Å is the place of the first voxel.

    The engine's own maps are cubes with their centre at voxel n // 2. Raises InputError for arrays that are
    not 3D or hold values that are not finite.
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
        if not is_torch(self.data) and not np.isfinite(self.data.sum(dtype=np.float64)):
            wrong = int(np.count_nonzero(~np.isfinite(self.data)))
            raise InputError(f"a volume must hold finite numbers, and {wrong} of its values are not; mask them first")
        checked_pixel(self.pixel)
        if not np.all(np.isfinite(self.origin)):
            raise InputError(f"the origin of a volume must be finite, and {self.origin} was given")

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
