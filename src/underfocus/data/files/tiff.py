"""TIFF micrographs and stacks, through tifffile: row 0 on top as in the file, and a pixel only where it is meant.

A TIFF's resolution tags are as a rule those of a screen (72 or 96 dpi); a pixel is taken from OME's or ImageJ's own
metadata where it has a unit of length, and the caller is warned where none is known.
"""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ...base.errors import FormatError, HeaderWarning

if TYPE_CHECKING:
    from ..images import Images

#: Å in the units that ImageJ and OME write.
UNITS = {"nm": 10.0, "Å": 1.0, "A": 1.0, "angstrom": 1.0, "µm": 1e4, "\\u00B5m": 1e4, "micron": 1e4, "um": 1e4}
#: A micrograph's pixel lies between these; beyond, the number was meant for something else.
LEAST, MOST = 0.05, 1000.0
UNKNOWN_PIXEL = 1.0


def read_images(path: str | Path, pixel: float | None = None) -> Images:
    """A TIFF of one or more images as Images (m, ny, nx), float32; ``pixel`` in Å overrides what the file says.

    HeaderWarning where no pixel is known. Raises FormatError for a file that is damaged, in colour, or without images.
    """
    import tifffile

    from ..images import Images

    path = Path(path)
    try:
        with tifffile.TiffFile(path) as file:
            data = file.asarray()
            found = _pixel(file)
    except (tifffile.TiffFileError, ValueError, OSError, IndexError, KeyError) as error:
        raise FormatError(f"{path} cannot be read as TIFF: {error}; it may be cut short") from None
    if not data.size:
        raise FormatError(f"{path} cannot be read as TIFF: it holds no image; it may be cut short")
    if data.ndim == 2:
        data = data[None]
    if data.ndim != 3 or (data.shape[-1] in (3, 4) and data.shape[0] > 4):
        raise FormatError(f"{path} holds an array of shape {data.shape}, in colour or of several axes; save it in grey")
    size = pixel or found
    if size is None:
        warnings.warn(f"{path.name}: the file says no pixel size; 1 Å is taken", HeaderWarning, stacklevel=3)
    return Images(np.ascontiguousarray(data, np.float32), size or UNKNOWN_PIXEL)


def _pixel(file: Any) -> float | None:
    """Å a pixel from ImageJ's or OME's metadata, or None."""
    found: float | None = None
    if file.ome_metadata:
        size = re.search(r'PhysicalSizeX="([\d.eE+-]+)"', file.ome_metadata)
        unit = re.search(r'PhysicalSizeXUnit="([^"]+)"', file.ome_metadata)
        if size:
            found = float(size[1]) * UNITS.get(unit[1] if unit else "µm", float("nan"))
    elif file.imagej_metadata and file.imagej_metadata.get("unit") in UNITS:
        tag = file.pages[0].tags.get("XResolution")
        if tag and tag.value[0]:
            found = tag.value[1] / tag.value[0] * UNITS[file.imagej_metadata["unit"]]
    return found if found is not None and LEAST < found < MOST else None
