"""Point groups of single particles as rotation matrices, with RELION's axes.

C and D have their main axis along z, D its two-fold along x; T has a three-fold along z and a two-fold in the plane of
y and z; O has four-folds along the axes. Icosahedral settings are those of Heymann, Chagoyen & Belnap 2005: I (= I2)
has two-folds along the axes and five-folds in the plane of x and z, I1 is I2 turned by 90° about z, I3 and I4 have a
five-fold along z.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import numpy as np

from ..base.errors import InputError
from . import rotations

Real = np.ndarray[Any, Any]
GOLDEN = (1 + np.sqrt(5)) / 2
#: The angle between a five-fold and the two-fold axis z of the I2 setting, in degrees.
FIVE_FROM_TWO = float(np.degrees(np.arctan2(1, GOLDEN)))


def _turn(axis: tuple[float, float, float], order: int) -> Real:
    return np.asarray(rotations.from_axis_angle(np.array(axis), 360.0 / order))


def _generators(group: str) -> list[Real]:
    """Two or three operators that make T, O or I in one of its settings. InputError for any other name."""
    if group == "T":
        return [_turn((0, 0, 1), 3), _turn((0, np.sqrt(2 / 3), np.sqrt(1 / 3)), 2)]
    if group == "O":
        return [_turn((0, 0, 1), 4), _turn((1, 1, 1), 3)]
    settings = {
        "I": np.eye(3),
        "I2": np.eye(3),
        "I1": rotations.about_z(90.0),
        "I3": rotations.about_y(-FIVE_FROM_TWO),
        "I4": rotations.about_y(FIVE_FROM_TWO),
    }
    if group in settings:
        turn = settings[group]
        return [turn @ g @ turn.T for g in (_turn((0, 0, 1), 2), _turn((1, 0, GOLDEN), 5), _turn((1, 1, 1), 3))]
    raise InputError(f"{group!r} is no point group; known are C1, C2, …, D1, D2, …, T, O, I (= I2), I1, I2, I3 and I4")


def _closure(generators: list[Real]) -> Real:
    """All products (m, 3, 3) of the generators, the identity first."""
    found = [np.eye(3)]
    frontier = list(found)
    while frontier:
        made = [g @ f for f in frontier for g in generators]
        frontier = []
        for candidate in made:
            if all(np.abs(candidate - f).max() > 1e-6 for f in found):
                found.append(candidate)
                frontier.append(candidate)
    return np.stack(found)


def _about_z(order: int, twofold: bool) -> Real:
    """C or, with the two-fold along x, D."""
    cyclic = np.asarray(rotations.about_z(360.0 * np.arange(order) / order))
    return np.concatenate([cyclic, cyclic @ np.diag([1.0, -1.0, -1.0])]) if twofold else cyclic


@lru_cache(maxsize=32)
def operators(group: str) -> Real:
    """All rotations (m, 3, 3) of a point group such as C1, D7, T, O or I, the identity first; case does not matter.

    Raises InputError that lists the known groups.
    """
    name = group.strip().upper()
    match = re.fullmatch(r"([CD])([1-9]\d{0,3})", name)
    result = _about_z(int(match[2]), match[1] == "D") if match else _closure(_generators(name))
    result.setflags(write=False)
    return result
