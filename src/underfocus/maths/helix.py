"""Helical symmetry: a rise along z and a twist about it, and the units of a helix that one box shows.

A positive twist turns from +x towards +y as z grows: a right-handed helix. Egelman 2007 (J. Struct. Biol. 157, 83).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base.errors import InputError
from . import rotations

Real = np.ndarray[Any, Any]


def units(rise: float, twist: float, count: int) -> tuple[Real, Real]:
    """Rotations R (2c + 1, 3, 3) and steps t (2c + 1, 3) in Å of the units −c … c: the helix is V(x) = V(R x + t).

    rise in Å, twist in degrees a unit. InputError for a rise that is not above 0 or a negative count.
    """
    if not np.isfinite([rise, twist]).all() or rise <= 0 or count < 0:
        raise InputError(
            f"a helix needs a rise above 0 Å, a twist and a number of units, and {rise} Å, {twist}° and {count} were "
            "given"
        )
    numbers = np.arange(-count, count + 1)
    turns = np.stack([rotations.about_z(float(number * twist)) for number in numbers])
    steps = np.stack([np.zeros(len(numbers)), np.zeros(len(numbers)), numbers * rise], axis=-1)
    return turns, steps


def inside(rise: float, length: float) -> int:
    """How many units on each side of the middle one have their middle within ``length`` Å."""
    return int(length / 2 // rise)
