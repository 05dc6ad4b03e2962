"""Coordinates of particles in micrographs: RELION's STAR, EMAN's .box, and cryoSPARC's fractions.

Inside, places are (x, y) in pixels, counted so that (0, 0) is the centre of the first pixel, row 0 on top, as RELION
has them. EMAN's .box names the corner of a box and its size; cryoSPARC's ``location/center_x_frac`` are parts of the
field from its corner.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ...base.errors import FormatError, MissingFileError, UnsupportedFileError
from . import star

Real = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Coordinates:
    """Places (m, 2) of one micrograph, and the other columns that its file had, as text."""

    places: Real
    columns: dict[str, Real] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.places)


def read(path: str | Path, micrograph: str | None = None) -> Coordinates:
    """Coordinates of a .star or .box file; of a STAR of many micrographs those whose name ends with ``micrograph``.

    Raises MissingFileError, UnsupportedFileError, FormatError for a table without coordinates.
    """
    path = Path(path)
    if not path.is_file():
        raise MissingFileError(f"{path} is not there; check the name and the folder")
    if path.suffix == ".box":
        return _read_box(path)
    if path.suffix != ".star":
        raise UnsupportedFileError(f"{path} holds no coordinates that are read; give a RELION .star or an EMAN .box")
    for block in reversed(list(star.read(path).values())):
        if {"rlnCoordinateX", "rlnCoordinateY"} <= set(block.columns):
            return _of_block(block, micrograph)
    raise FormatError(f"{path} has no table with rlnCoordinateX and rlnCoordinateY")


def _of_block(block: star.Block, micrograph: str | None) -> Coordinates:
    names = block.columns.get("rlnMicrographName")
    keep = np.ones(block.rows, bool)
    if names is not None and micrograph is not None:
        keep = np.array([Path(str(n)).name == Path(micrograph).name for n in names])
    places = np.column_stack([block.numbers("rlnCoordinateX"), block.numbers("rlnCoordinateY")])[keep]
    return Coordinates(places, {k: v[keep] for k, v in block.columns.items()})


def _read_box(path: Path) -> Coordinates:
    try:
        rows = [
            [float(v) for v in line.split()[:4]]
            for line in path.read_text(encoding="utf-8").splitlines()
            if line.strip()
        ]
        corner_size = np.array(rows, float).reshape(-1, 4)
    except (ValueError, UnicodeDecodeError):
        raise FormatError(f"{path} is no EMAN .box file: each line needs x, y, width and height") from None
    # EMAN's corner is a corner of a pixel; the centre of the first pixel lies half a pixel in
    return Coordinates(corner_size[:, :2] + corner_size[:, 2:] / 2 - 0.5)


def write(path: str | Path, places: Real, scores: Real | None = None, more: dict[str, Any] | None = None) -> Path:
    """Write places (m, 2) as a RELION coordinate STAR, with autopick's figure of merit and other columns."""
    columns: dict[str, Any] = {
        "rlnCoordinateX": np.array([f"{v:.3f}" for v in places[:, 0]]),
        "rlnCoordinateY": np.array([f"{v:.3f}" for v in places[:, 1]]),
    }
    if scores is not None:
        columns["rlnAutopickFigureOfMerit"] = np.array([f"{v:.4f}" for v in scores])
    return star.write(path, [star.Block("", columns=columns | (more or {}))])


def write_box(path: str | Path, places: Real, box: int) -> Path:
    """Write places as EMAN's .box of ``box`` pixels."""
    from .atomic import write_text

    lines = [f"{x + 0.5 - box / 2:.1f}\t{y + 0.5 - box / 2:.1f}\t{box}\t{box}" for x, y in places]
    write_text(Path(path), "\n".join(lines) + "\n")
    return Path(path)


def from_fractions(fractions: Real, shape: tuple[int, int]) -> Real:
    """cryoSPARC's parts of the field (m, 2), (x, y), as places in a micrograph (ny, nx)."""
    return np.asarray(np.asarray(fractions) * np.array(shape[::-1]) - 0.5)
