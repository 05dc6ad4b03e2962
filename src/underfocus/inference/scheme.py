"""How images are put into the transform of a volume: symmetry, oversampling, the sphere, and the kernel between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..base.errors import InputError
from ..maths import fourier, helix
from ..maths import symmetry as point_groups
from .sums import Sums

Real = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Helical:
    """Rise in Å and twist in degrees from unit to unit, and how many units on each side of an image are used."""

    rise: float
    twist: float
    units: int

    def __post_init__(self) -> None:
        helix.units(self.rise, self.twist, self.units)


@dataclass(frozen=True)
class Scheme:
    """How planes are put into the sums.

    symmetry: a point group in RELION's axes. pad: oversampling of the transform. radius: the highest frequency in image
    pixels; None keeps all within Nyquist's sphere. ewald: 0 for flat planes, or +1 or −1 for a sphere bent to that
    side. interpolation: linear, nearest or kaiser, whose width follows from the ``tolerance``. device: a torch device
    on which sums are kept. Raises InputError for a value that has no meaning.
    """

    symmetry: str = "C1"
    helical: Helical | None = None
    pad: float = 2
    radius: float | None = None
    ewald: int = 0
    interpolation: str = "linear"
    tolerance: float | None = None
    device: str | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.pad <= 4:
            raise InputError(f"the transform is padded 1 to 4 times, and {self.pad} was given")
        if self.ewald not in (-1, 0, 1):
            raise InputError(f"ewald is 0 for flat slices, or 1 or -1 for the side of the sphere; found {self.ewald}")
        if self.ewald and (self.device or self.interpolation != "linear"):
            raise InputError("curved slices are inserted with linear interpolation on processors; leave the rest away")

    @property
    def copies(self) -> int:
        """How often each image is inserted."""
        units = 1 if self.helical is None else 2 * self.helical.units + 1
        sides = 2 if self.ewald else 1
        return len(point_groups.operators(self.symmetry)) * units * sides

    def empty(self, n: int) -> Sums:
        """Sums to which nothing was added yet."""
        return Sums.empty(n, self.pad, self.radius, self.interpolation, self.tolerance, self.device)

    def mates(self, values: Real, rotations: Real, pixel: float) -> Iterator[tuple[Real, Real]]:
        """Planes (m, n, n//2+1) and rotations (m, 3, 3) of every symmetry mate."""
        for moved, turned in self._units(values, rotations, pixel):
            for operator in point_groups.operators(self.symmetry):
                yield moved, turned @ operator

    def _units(self, values: Real, rotations: Real, pixel: float) -> Iterator[tuple[Real, Real]]:
        """Those of every helical unit: with V(x) = V(Rx + t), an image in pose A is one in pose ARᵀ that is moved."""
        if self.helical is None:
            yield values, rotations
            return
        n = values.shape[1]
        for turn, step in zip(*helix.units(self.helical.rise, self.helical.twist, self.helical.units), strict=True):
            turned = rotations @ turn.T
            shift = np.einsum("mij,j->mi", turned, step)[:, :2]
            y, x = fourier.shift_factors2(n, pixel, shift)
            yield values * y.astype(np.complex64) * x.astype(np.complex64), turned
