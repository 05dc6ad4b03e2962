"""Stacks of images: in memory, or lazily read; selecting reads nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from ..base.arrays import Array, to_numpy
from ..base.errors import InputError

Real = np.ndarray[Any, Any]


class Stack(Protocol):
    """A sequence of m images of (ny, nx) pixels."""

    @property
    def shape(self) -> tuple[int, int, int]:
        """(m, ny, nx)."""
        ...

    def __getitem__(self, index: Any) -> Stack:
        """Some of the images; reads nothing."""
        ...

    def read(self) -> Array:
        """All images (m, ny, nx), float32 for numpy."""
        ...


@dataclass(frozen=True)
class MemoryStack:
    """Images (m, ny, nx) that are in memory, numpy or torch."""

    data: Array

    def __post_init__(self) -> None:
        if np.ndim(self.data) != 3:
            raise InputError(f"a stack has three axes (image, y, x), and {np.ndim(self.data)} were given")

    @property
    def shape(self) -> tuple[int, int, int]:
        """(m, ny, nx)."""
        m, ny, nx = self.data.shape
        return int(m), int(ny), int(nx)

    def __getitem__(self, index: Any) -> MemoryStack:
        """Some of the images."""
        return MemoryStack(self.data[index])

    def read(self) -> Array:
        """The images themselves."""
        return self.data


@dataclass(frozen=True)
class FileStack:
    """Images in files: for each its place in ``files`` and its number there; mapped when read, never loaded whole."""

    files: tuple[Any, ...]
    which: Real
    number: Real
    size: tuple[int, int]

    @property
    def shape(self) -> tuple[int, int, int]:
        """(m, ny, nx)."""
        return (len(self.which), *self.size)

    def __getitem__(self, index: Any) -> FileStack:
        """Some of the images; reads nothing."""
        return FileStack(self.files, self.which[index], self.number[index], self.size)

    def read(self) -> Real:
        """The images (m, ny, nx) as float32, in order, each file visited once."""
        out = np.empty(self.shape, np.float32)
        for f in np.unique(self.which):
            rows = np.flatnonzero(self.which == f)
            self.files[f].read_into(out, rows, self.number[rows])
        return out


def as_stack(images: Any) -> Stack:
    """A Stack of an array (m, ny, nx), or of what is one already."""
    if hasattr(images, "read"):
        stack: Stack = images
        return stack
    if not hasattr(images, "ndim"):
        images = to_numpy(images)
    return MemoryStack(images)
