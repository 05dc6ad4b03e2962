"""Aberrations of a set whose optics groups differ: a few `Aberrations`, and which of them each particle has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..base.errors import InputError
from .aberrations import Aberrations

Index = np.ndarray[Any, Any]


@dataclass(frozen=True)
class AberrationGroups:
    """``members`` (None for a perfect lens) and for each particle the number (n,) of its own.

    What an optics table of RELION says: beam tilt, Zernike coefficients and magnification belong to a group of
    micrographs. Raises InputError for numbers that name no member.
    """

    members: tuple[Aberrations | None, ...]
    which: Index

    def __post_init__(self) -> None:
        which = np.asarray(self.which, np.int64)
        if which.ndim != 1 or (len(which) and not 0 <= which.min() <= which.max() < len(self.members)):
            raise InputError(
                f"each particle needs the number of one of {len(self.members)} groups of aberrations, counted from 0"
            )
        object.__setattr__(self, "which", which)

    @property
    def n(self) -> int:
        """How many particles the numbers describe."""
        return len(self.which)

    @property
    def odd(self) -> bool:
        """Whether any group has odd aberrations; see `Aberrations.odd`."""
        return any(member is not None and member.odd for member in self.members)

    def picked(self, index: Any) -> Aberrations | AberrationGroups | None:
        """Those of some particles; where all of these share theirs, that one."""
        which = np.atleast_1d(self.which[index])
        if len(which) and np.all(which == which[0]):
            return self.members[int(which[0])]
        return AberrationGroups(self.members, which)

    def rows(self) -> Iterator[tuple[Index, Aberrations | None]]:
        """For each group that has particles: their rows, and its aberrations."""
        for number in np.unique(self.which):
            yield np.flatnonzero(self.which == number), self.members[number]
