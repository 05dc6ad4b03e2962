"""Atoms: a molecular structure as columns."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
from pydantic import SkipValidation

from ..base.errors import InputError
from ..base.nouns import noun

Column = np.ndarray[Any, Any]
#: A column that may be given as any sequence; `Atoms` makes the array.
Given = SkipValidation[Column]


@noun
class Atoms:
    """Positions (n, 3) in Å as (x, y, z), double precision, with elements, B-factors in Å² and occupancies.

    ``names``, ``residues``, ``numbers`` and ``chains`` are those of the file, or empty. Raises InputError for lengths
    that disagree.
    """

    positions: Given
    elements: Given
    bfactors: Given | None = None
    occupancies: Given | None = None
    names: Given | None = None
    residues: Given | None = None
    numbers: Given | None = None
    chains: Given | None = None

    def __post_init__(self) -> None:
        positions = np.asarray(self.positions, np.float64)
        if positions.ndim != 2 or positions.shape[1] != 3:
            raise InputError(f"atoms need positions (n, 3) in Å, and an array of shape {positions.shape} was given")
        if not np.all(np.isfinite(positions)):
            raise InputError("atoms need finite positions in Å, and some were given that are not numbers")
        n = len(positions)
        filled = {
            "positions": positions,
            "elements": np.array([str(e).capitalize() for e in self.elements]),
            "bfactors": np.zeros(n) if self.bfactors is None else np.asarray(self.bfactors, np.float64),
            "occupancies": np.ones(n) if self.occupancies is None else np.asarray(self.occupancies, np.float64),
            **{
                k: np.full(n, "") if (v := getattr(self, k)) is None else np.asarray(v)
                for k in ("names", "residues", "chains")
            },
            "numbers": np.zeros(n, int) if self.numbers is None else np.asarray(self.numbers, int),
        }
        for name, column in filled.items():
            if len(column) != n:
                raise InputError(f"{n} atoms need as many {name}, and {len(column)} were given")
            object.__setattr__(self, name, column)

    def __len__(self) -> int:
        return len(self.positions)

    def __getitem__(self, index: Any) -> Atoms:
        """Some of the atoms, by mask, slice or indices."""
        return Atoms(**{f.name: getattr(self, f.name)[index] for f in fields(self)})

    def select(self, *, element: str | None = None, name: str | None = None, chain: str | None = None) -> Atoms:
        """The atoms of an element, an atom name (such as CA) or a chain; all conditions together."""
        keep = np.ones(len(self), bool)
        for column, wanted in (("elements", element), ("names", name), ("chains", chain)):
            if wanted is not None:
                keep &= getattr(self, column) == wanted
        return self[keep]

    def centred(self) -> Atoms:
        """The same with the mean position at the origin."""
        return self.moved(-self.positions.mean(axis=0))

    def moved(self, by: Column) -> Atoms:
        """The same moved by (x, y, z) in Å."""
        return self._with(self.positions + np.asarray(by))

    def rotated(self, rotation: Column) -> Atoms:
        """The same turned about the origin by a matrix (3, 3)."""
        return self._with(self.positions @ np.asarray(rotation).T)

    def _with(self, positions: Column) -> Atoms:
        return Atoms(**{**{f.name: getattr(self, f.name) for f in fields(self)}, "positions": positions})
