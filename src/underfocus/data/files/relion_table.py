"""The particles' table of a STAR file with its optics groups joined on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from ...base.errors import FormatError
from . import star

Column = np.ndarray[Any, Any]


class Table:
    """The particles' columns with their optics group's beside them, as numbers on demand."""

    def __init__(self, blocks: dict[str, star.Block], path: Path) -> None:
        self.path = path
        loops = {name: b for name, b in blocks.items() if b.rows and "rlnImageName" in b.columns}
        if not loops:
            labels = sorted({c for b in blocks.values() for c in b.columns})
            raise FormatError(
                f"{path} holds no particles: no table has rlnImageName, only {', '.join(labels[:6]) or 'none'}"
            )
        self.particles = loops.get("particles") or next(iter(loops.values()))
        self.optics = blocks.get("optics")
        self.group = self._group_rows()

    def _group_rows(self) -> Column | None:
        if self.optics is None or not self.optics.rows:
            return None
        known = {number: i for i, number in enumerate(self.optics.columns.get("rlnOpticsGroup", np.array(["1"])))}
        wanted = self.particles.columns.get("rlnOpticsGroup", np.full(self.particles.rows, "1"))
        missing = set(wanted) - set(known)
        if missing:
            raise FormatError(
                f"{self.path} puts particles in optics group {sorted(missing)[0]}, which its table does not name"
            )
        return np.array([known[g] for g in wanted])

    def refused(self) -> str | None:
        """Why these particles are not read, where they are of tomograms; None where they are read."""
        dimensions = self.text("rlnImageDimensionality")
        if "rlnTomoParticleName" in self.particles.columns or (dimensions is not None and "3" in dimensions):
            return "it lists particles of tomograms (subtomograms or stacks of tilts), which are not read yet"
        return None

    def text(self, label: str) -> Column | None:
        """A column (n,) of the particles, else of their optics groups; None where neither has it."""
        if label in self.particles.columns:
            return self.particles.columns[label]
        if self.optics is not None and self.group is not None and label in self.optics.columns:
            return np.asarray(self.optics.columns[label][self.group])
        return None

    def numbers(self, label: str) -> Column | None:
        """The same as float64."""
        values = self.text(label)
        return None if values is None else star.Block("particles", columns={label: values}).numbers(label)
