"""What is imaged: the potential of a structure, or a map brought to the wanted pixel and box."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from ..base.errors import InputError, UnsupportedFileError

#: Pixel in Å of a structure's images where none is asked for, and the least box.
DEFAULT_PIXEL, LEAST_BOX = 1.5, 32


def specimen(path: str | Path, box: int | None = None, pixel: float | None = None) -> Any:
    """The density of a file as a cubic Volume, of ``box`` voxels of ``pixel`` Å.

    A structure (PDB, mmCIF) becomes its potential, centred, by default at 1.5 Å in a box that holds it in any
    orientation. A map keeps its own pixel and box by default; its solvent level, the median, is taken as zero.
    Raises InputError for a pixel that the map's box cannot be resampled to, UnsupportedFileError for other files.
    """
    from ..data.atoms import Atoms
    from ..data.open import open
    from ..data.volume import Volume
    from ..physics.potential import box_for, potential

    found = open(path)
    if isinstance(found, Atoms):
        size = pixel or DEFAULT_PIXEL
        atoms = found.centred()
        return potential(atoms, box or max(LEAST_BOX, box_for(atoms, size)), size)
    if not isinstance(found, Volume):
        raise UnsupportedFileError(f"{path} holds {type(found).__name__}, and a structure or a map is needed")
    return _resampled(found, box, pixel)


def _resampled(volume: Any, box: int | None, pixel: float | None) -> Any:
    """A map at another pixel (its transform cropped or zero-filled) and box (zeros added, or the centre kept)."""
    from ..data.volume import Volume
    from ..maths import sampling

    data, size = volume.data - np.median(volume.data), volume.pixel
    n = max(data.shape)
    if data.shape != (n, n, n):
        data = _in_cube(data, n)
    if pixel is not None and abs(pixel - size) > 1e-4 * size:
        m = round(n * size / pixel)
        if abs(n * size / m - pixel) > 0.01 * pixel:
            raise InputError(
                f"a map of {n} × {size:g} Å cannot be resampled to {pixel:g} Å within 1 %; choose {n * size / m:.4g} Å"
            )
        data = sampling.fourier_crop(data, m, 3) if m < n else sampling.fourier_pad(data, m, 3)
        size, n = n * size / m, m
    if box is not None and box != n:
        data = sampling.crop(data, box, 3) if box < n else sampling.pad(data, box, 3)
    return Volume(np.asarray(data, np.float32), size)


def _in_cube(data: np.ndarray[Any, Any], n: int) -> np.ndarray[Any, Any]:
    """A map that is no cube, centred in one."""
    cube = np.zeros((n, n, n), data.dtype)
    cube[tuple(slice(n // 2 - m // 2, n // 2 - m // 2 + m) for m in data.shape)] = data
    return cube
