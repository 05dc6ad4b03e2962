"""The reader's own image, kept in memory for this launch: the specimen that figures call "mine"."""

from __future__ import annotations

import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..base.errors import FileError, FormatError, InputError, UnsupportedFileError

#: The largest upload, in bytes, and the largest side that a figure computes on.
MOST_BYTES = 64 * 1024 * 1024
MOST_PIXELS = 1024


@dataclass(frozen=True, eq=False)
class Specimen:
    """One image (y, x) float32 with zero mean and unit variance, its pixel size in Å, how it was made, what is odd."""

    data: Any
    pixel: float
    name: str
    warnings: tuple[str, ...] = ()


_lock = threading.Lock()
_mine: Specimen | None = None


def mine() -> Specimen:
    """The image that the reader brought. Raises InputError where there is none yet."""
    with _lock:
        if _mine is None:
            raise InputError("there is no image of your own yet; choose an MRC file beside the figure first")
        return _mine


def bring(content: bytes, name: str = "your image") -> Specimen:
    """Read an MRC file's bytes and keep its image: a micrograph as it is, a stack's first image, a map's projection.

    Raises InputError where it is too large or has no image, and the errors of `data.files` where it cannot be read.
    """
    global _mine
    if len(content) > MOST_BYTES:
        raise InputError(
            f"the file has {len(content) / 2**20:.0f} MB, and at most 64 MB are taken; bin or crop it first"
        )
    found = _read(content, name)
    with _lock:
        _mine = found
    return found


def _read(content: bytes, name: str) -> Specimen:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "image.mrc"
        path.write_bytes(content)
        try:
            return _picture(path, name)
        except FileError as error:
            raise type(error)(str(error).replace(str(path), name)) from None


def _picture(path: Path, name: str) -> Specimen:
    from ..data.files import mrc
    from ..data.files.mrc_header import read_header

    header = read_header(path)
    if header.compressed is not None:
        raise UnsupportedFileError(f"{name} is compressed; unpack it first")
    stored = mrc.raw_data(header)
    cube = len(set(stored.shape)) == 1 and stored.shape[0] > 1 and not header.is_stack
    picture = stored.transpose(header.axes).sum(axis=0, dtype=np.float32) if cube else stored[0].astype(np.float32)
    if not np.isfinite(picture).all() or picture.std() == 0:
        raise FormatError(f"{name} is empty or holds values that are not numbers, so nothing can be shown")
    how = " (projection along z)" if cube else " (first image)" if len(stored) > 1 else ""
    return Specimen(_square(picture), mrc.chosen_pixel(header, None), name + how, header.warnings)


def _square(data: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The central even square of at most MOST_PIXELS, with zero mean and unit variance."""
    n = min(*data.shape, MOST_PIXELS)
    n -= n % 2
    top, left = (data.shape[0] - n) // 2, (data.shape[1] - n) // 2
    part = data[top : top + n, left : left + n].astype(np.float64)
    return np.asarray((part - part.mean()) / part.std(), np.float32)
