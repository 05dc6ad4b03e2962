"""The reader's own image, kept in memory for this launch: the specimen that figures call "mine"."""

from __future__ import annotations

import os
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..base.errors import FormatError, InputError

#: The largest upload, in bytes, and the largest side that a figure computes on.
MOST_BYTES = 64 * 1024 * 1024
MOST_PIXELS = 1024


@dataclass(frozen=True, eq=False)
class Specimen:
    """One image (y, x) float32 with zero mean and unit variance, its pixel size in Å, and how it was made."""

    data: Any
    pixel: float
    name: str


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
    from ..data.files import mrc

    handle, path = tempfile.mkstemp(suffix=".mrc")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        data, pixel = mrc.read_any(Path(path))
    finally:
        os.unlink(path)
    data = np.asarray(data, np.float32)
    if data.ndim == 3:
        cube = len(set(data.shape)) == 1 and data.shape[0] > 1
        data = data.sum(axis=0) if cube else data[0]
        name = f"{name} ({'projection along z' if cube else 'first image'})"
    if not np.isfinite(data).all() or data.std() == 0:
        raise FormatError("the image is empty or holds values that are not numbers, so nothing can be shown")
    return Specimen(_square(data), float(pixel), name)


def _square(data: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The central even square of at most MOST_PIXELS, with zero mean and unit variance."""
    n = min(*data.shape, MOST_PIXELS)
    n -= n % 2
    top, left = (data.shape[0] - n) // 2, (data.shape[1] - n) // 2
    part = data[top : top + n, left : left + n].astype(np.float64)
    return np.asarray((part - part.mean()) / part.std(), np.float32)
