"""The sums of two half sets, and how they are stored while a long run lasts."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ..base.arrays import like, to_numpy
from ..base.errors import InputError
from ..data.files.atomic import beside

Real = np.ndarray[Any, Any]
#: The error of slices to which a Kaiser-Bessel kernel is chosen unless told.
TOLERANCE = 1e-3


@dataclass
class Sums:
    """Two accumulators, of half set 0 and 1, and the numbers of the blocks that went into them."""

    halves: tuple[Any, Any]
    done: set[int] = field(default_factory=set)

    @classmethod
    def empty(
        cls,
        n: int,
        pad: float,
        radius: float | None,
        interpolation: str = "linear",
        tolerance: float | None = None,
        device: str | None = None,
    ) -> Sums:
        """Sums of nothing for images of n pixels. InputError for an interpolation that is not known."""
        make = _accumulators(interpolation, tolerance, device)
        size = int(pad * n) if float(pad).is_integer() else 2 * round(pad * n / 2)
        return cls((make(n, size, radius), make(n, size, radius)))

    @property
    def n(self) -> int:
        """Pixels a side of the images."""
        return int(self.halves[0].n)

    @property
    def size(self) -> int:
        """Voxels a side of the padded transform."""
        return int(self.halves[0].size)

    @property
    def radius(self) -> float:
        """The highest frequency in image pixels."""
        return float(self.halves[0].radius)

    def insert(
        self, values: Real, squares: Real, rotations: Real, sets: Real, reach: float = 1.0, bend: Real | None = None
    ) -> None:
        """Add planes (m, n, n//2+1) and their weights, each to its half set.

        ``reach`` says how far a magnification carries frequencies beyond the image's own: the radius shrinks by it.
        """
        radius = self.radius / reach
        if bend is None:
            for number, half in enumerate(self.halves):
                half.insert(values, squares, rotations, np.flatnonzero(sets == number), radius)
            return
        from ..maths.kernels.curved import insert_curved

        with ThreadPoolExecutor(2) as pool:
            tasks = [
                pool.submit(
                    insert_curved,
                    *(half.cells, values, squares, rotations, bend, radius, half.size),
                    np.flatnonzero(sets == number),
                )
                for number, half in enumerate(self.halves)
            ]
            for task in tasks:
                task.result()

    def add(self, other: Sums) -> None:
        """Add other sums of the same box."""
        for mine, theirs in zip(self.halves, other.halves, strict=True):
            mine.add(theirs)

    def whole(self) -> Any:
        """One accumulator of both half sets, which takes the first one's memory and gives the second one's back."""
        whole, other = self.halves
        whole.add(other)
        self.halves = (whole, whole)
        return whole

    def save(self, path: Path, key: str) -> None:
        """Store what is summed so far, whole or not at all."""
        done = np.array(sorted(self.done), np.int64)
        first, second = (to_numpy(half.cells) for half in self.halves)
        with beside(path) as part, part.open("wb") as file:
            np.savez(file, key=np.array(key), done=done, first=first, second=second)

    @classmethod
    def load(cls, path: Path, key: str, into: Sums) -> Sums | None:
        """Stored sums put into empty ones; None where there are none, or they belong to something else."""
        try:
            with np.load(path, allow_pickle=False) as kept:
                if str(kept["key"]) != key:
                    return None
                for half, name in zip(into.halves, ("first", "second"), strict=True):
                    half.cells[...] = like(kept[name], half.cells)
                into.done = set(kept["done"].tolist())
        except (OSError, ValueError, KeyError):
            return None
        return into


def _accumulators(interpolation: str, tolerance: float | None, device: str | None) -> Callable[..., Any]:
    """What makes an accumulator of ``(n, size, radius)``. InputError for a kernel that is not known."""
    if interpolation == "linear" and tolerance is None and device is not None:
        from ..maths.kernels.torch import Accumulator as OnDevice

        return lambda n, size, radius: OnDevice(n, size, radius, device)
    if interpolation == "linear" and tolerance is None:
        from ..maths.kernels.numba import Accumulator

        return Accumulator
    if interpolation == "kaiser" and device is None:
        from ..maths.kernels.kaiser import Accumulator as Kaiser

        return lambda n, size, radius: Kaiser(n, size / n, radius, TOLERANCE if tolerance is None else tolerance)
    if interpolation == "nearest" and device is None:
        from ..maths.kernels.nearest import Accumulator as Nearest

        return Nearest
    raise InputError(
        "interpolation is linear, or on processors nearest or kaiser to a tolerance; "
        f"{interpolation!r} with tolerance {tolerance} and device {device} was asked for"
    )
