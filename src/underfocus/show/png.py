"""Arrays as PNG bytes, written here: a picture needs three chunks and zlib (PNG specification, third edition)."""

from __future__ import annotations

import base64
import struct
import zlib
from typing import Any

import numpy as np

from ..base.errors import InputError
from .colours import paint
from .specs import Image


def encode(pixels: np.ndarray[Any, Any]) -> bytes:
    """PNG of uint8 ``pixels``: (y, x) is grey, (y, x, 3) is sRGB. Raises InputError for anything else."""
    if pixels.dtype != np.uint8 or not (pixels.ndim == 2 or (pixels.ndim == 3 and pixels.shape[2] == 3)):
        raise InputError(
            f"a PNG needs bytes of shape (y, x) or (y, x, 3), and {pixels.dtype} {pixels.shape} was given; "
            "use png.picture for an Image"
        )
    height, width = pixels.shape[:2]
    rows = pixels.reshape(height, -1)
    filtered = np.concatenate([np.zeros((height, 1), np.uint8), rows], axis=1)
    header = struct.pack(">IIBBBBB", width, height, 8, 0 if pixels.ndim == 2 else 2, 0, 0, 0)
    body = _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(filtered.tobytes(), 6)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def picture(image: Image, zoom: int = 1) -> bytes:
    """PNG of an Image in its colour map and limits, each pixel drawn ``zoom`` × ``zoom`` times."""
    drawn = paint(image)
    return encode(drawn.repeat(zoom, axis=0).repeat(zoom, axis=1) if zoom > 1 else drawn)


def data_url(image: Image, zoom: int = 1) -> str:
    """The picture as a ``data:`` address, for a page that loads nothing."""
    return "data:image/png;base64," + base64.b64encode(picture(image, zoom)).decode("ascii")
