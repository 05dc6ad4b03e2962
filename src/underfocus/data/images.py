"""Images: a stack as one array, in memory or mapped from a file, with its pixel size."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from ..base.arrays import Array, is_torch
from ..base.errors import InputError
from ..base.nouns import noun
from .volume import checked_pixel


@noun
class Images:
    """Values (m, ny, nx) on pixels of ``pixel`` Å. Raises InputError for arrays that have no three axes."""

    data: Array
    pixel: float

    def __post_init__(self) -> None:
        if not is_torch(self.data):
            object.__setattr__(self, "data", np.asarray(self.data))
        if self.data.ndim != 3:
            raise InputError(
                f"a stack has three axes (image, y, x), and an array of {tuple(self.data.shape)} was given"
            )
        checked_pixel(self.pixel)

    @property
    def n(self) -> int:
        """Pixels a side. Raises InputError where the images are not square."""
        if self.data.shape[1] != self.data.shape[2]:
            raise InputError(
                f"square images are needed here, and these have {tuple(self.data.shape[1:])} pixels; crop or pad"
            )
        return int(self.data.shape[-1])

    def save(self, path: str | Path) -> Path:
        """Write as an MRC stack (mode 2), beside and renamed into place; returns the path."""
        from .files.mrc import write_images

        return write_images(path, self)

    def __len__(self) -> int:
        return int(self.data.shape[0])

    def __getitem__(self, index: Any) -> Images:
        """Some of the images; a single number gives a stack of one."""
        picked = self.data[index]
        return Images(picked if picked.ndim == 3 else picked[None], self.pixel)
