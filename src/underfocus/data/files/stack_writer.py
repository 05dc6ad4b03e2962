"""A stack written image by image: a killed run leaves a part to continue from, never a half-written result."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from ...base.errors import InputError
from .mrc import header_bytes
from .mrc_header import HEADER_BYTES


class StackWriter:
    """``count`` images of n² float32 pixels into ``path``; use as a context.

    Images go to ``path`` with ``.part`` added, which becomes ``path`` when all are there. With ``resume`` a part left
    by an earlier run is kept up to its last whole image: begin at ``written``.
    """

    def __init__(self, path: str | Path, count: int, n: int, pixel: float, *, resume: bool = False) -> None:
        self.path, self.part = Path(path), Path(f"{path}.part")
        self.count, self.n = count, n
        self._bytes = n * n * 4
        head = header_bytes((count, n, n), pixel, stack=True, statistics=(0, -1, -2, -1))
        if resume and self.part.is_file() and self._head() == head:
            self.written = min(count, (self.part.stat().st_size - HEADER_BYTES) // self._bytes)
            os.truncate(self.part, HEADER_BYTES + self.written * self._bytes)
        else:
            self.part.write_bytes(head)
            self.written = 0

    def _head(self) -> bytes:
        with self.part.open("rb") as file:
            return file.read(HEADER_BYTES)

    def add(self, images: np.ndarray[Any, Any]) -> None:
        """Append images (m, n, n)."""
        if images.shape[1:] != (self.n, self.n) or self.written + len(images) > self.count:
            raise InputError(
                f"{self.count} images of {self.n}² were announced, and {images.shape} came after {self.written}"
            )
        with self.part.open("ab") as file:
            np.ascontiguousarray(images, "<f4").tofile(file)
        self.written += len(images)

    def __enter__(self) -> StackWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        if error is None:
            if self.written != self.count:
                raise InputError(f"{self.count} images were announced, and {self.written} came")
            os.replace(self.part, self.path)
