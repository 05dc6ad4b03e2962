"""Tables of a detector's MTF or DQE as RELION takes them: a STAR loop of frequency and value."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np

from ...base.errors import FormatError
from ..response import NYQUIST, Radial
from . import star

FREQUENCY, MTF, DQE = "rlnResolutionInversePixel", "rlnMtfValue", "rlnDqeValue"
Unit = Literal["guess", "1/pixel", "Nyquist"]
#: A column that ends below here, a little beyond the corner of the plane (√½), is read as 1/pixel; one that ends at
#: about 1 as parts of Nyquist; what ends between or beyond is refused.
PIXEL_END, NYQUIST_END = 0.75, (0.95, 1.05)
#: How far from 1 an MTF may begin (tables carry the noise of their measurement) before it is called wrong.
START = 0.02


def read_mtf(path: str | Path, unit: Unit = "guess") -> Radial:
    """The MTF of a STAR table, divided by its value at the lowest frequency. See `read_table`.

    Raises FormatError where that value is not 1 to 2 %: such a table is no MTF, or lacks its beginning.
    """
    table = read_table(path, MTF, unit)
    first = float(table.value[0])
    if abs(first - 1) > START:
        raise FormatError(f"{path}: an MTF begins at 1, and the first value of {MTF} is {first:g}; check the table")
    return Radial(table.frequency, table.value / first)


def read_dqe(path: str | Path, unit: Unit = "guess") -> Radial:
    """The DQE of a STAR table with a column rlnDqeValue beside the frequencies, not scaled. See `read_table`.

    RELION has no name for it; this one is ours, after its own. FormatError for a value above 1.
    """
    table = read_table(path, DQE, unit)
    if float(table.value.max()) > 1:
        raise FormatError(f"{path}: no DQE exceeds 1, and {table.value.max():g} was found in {DQE}; is it an MTF?")
    return table


def read_table(path: str | Path, column: str, unit: Unit = "guess") -> Radial:
    """A column of a STAR table over its frequencies, which come out in 1/pixel and rising.

    rlnResolutionInversePixel is in 1/pixel, Nyquist 0.5, in RELION's own tables; in some others it is in parts of
    Nyquist and goes to 1. ``unit`` says which; "guess" goes by where the column ends. Raises MissingFileError, and
    FormatError where a column is missing, is no number, or ends where neither unit would.
    """
    block = next((b for b in star.read(path).values() if FREQUENCY in b.columns), None)
    if block is None:
        raise FormatError(f"{path} has no loop with {FREQUENCY}, which a table of an MTF or a DQE needs")
    if column not in block.columns:
        raise FormatError(f"{path}: beside {FREQUENCY} there is no {column}, only {', '.join(list(block.columns)[1:])}")
    s, values = block.numbers(FREQUENCY), block.numbers(column)
    if len(s) < 2 or s[0] < 0 or not np.all(np.diff(s) > 0):
        raise FormatError(f"{path}: {FREQUENCY} must rise from 0, two rows at least; sort the table")
    if not np.isfinite(values).all() or values.min() < 0:
        raise FormatError(f"{path}: {column} must be 0 or more, and {values[~(values >= 0)][0]:g} was found")
    return Radial(s * _scale(float(s[-1]), unit, path), values)


def _scale(end: float, unit: Unit, path: str | Path) -> float:
    """What brings the frequencies to 1/pixel."""
    if unit == "1/pixel" or (unit == "guess" and end <= PIXEL_END):
        return 1.0
    if unit == "Nyquist" or NYQUIST_END[0] <= end <= NYQUIST_END[1]:
        return NYQUIST
    raise FormatError(
        f"{path}: {FREQUENCY} ends at {end:g}, which is neither 1/pixel (about 0.5) nor parts of Nyquist (about 1); "
        "say which with unit="
    )
