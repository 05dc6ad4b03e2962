"""Amorphous films, ice and carbon: how strongly their atoms, placed at random, shift the phase at each frequency."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..base import units
from ..base.errors import InputError
from .factors import scattering_factor
from .noise import Power

Real = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Film:
    """An amorphous film: its atoms as (element, number a molecule), molecules a Å³, and how far they keep apart.

    ``spacing`` in Å is where order makes its first ring, ``width`` in 1/Å how broad, and ``calm`` the part of the
    power of a gas that is left at long lengths, since a dense film has few gaps.
    """

    atoms: tuple[tuple[str, int], ...]
    density: float
    spacing: float
    width: float
    calm: float


#: Water of 0.93 g/cm³, its first ring at 3.7 Å (Dubochet et al. 1988, Q. Rev. Biophys. 21, 129), and carbon of 2.0
#: g/cm³, its at 2.1 Å. At long lengths a film is calmer than a gas of its
#: molecules; by how much is our estimate, good to a factor of two.
FILMS = {
    "ice": Film((("H", 2), ("O", 1)), 0.0311, 3.7, 0.08, 0.1),
    "carbon": Film((("C", 1),), 0.1003, 2.1, 0.1, 0.4),
}


def film(material: str, thickness: float, voltage_kv: float = 300.0) -> Power:
    """The power in rad² Å² of the phases that an amorphous film of so many Å adds: ρ t (σ K f_e(s))² S(s).

    f_e is the scattering factor of a molecule, K f_e its transform in V Å³, σ the interaction parameter, S the order
    between molecules: 1 for a gas, here ``calm`` at long lengths and 1 beyond the first
    ring, whose peak is left out. InputError for a
    material that is not known.
    """
    if material not in FILMS:
        raise InputError(f"there is no film of {material!r}; there are {', '.join(FILMS)}")
    if thickness < 0:
        raise InputError(f"a film is 0 Å thick or more, and {thickness:g} Å was given")
    known = FILMS[material]
    phase = units.interaction(voltage_kv) * units.POTENTIAL_PER_SCATTERING_LENGTH

    def power(s: Real) -> Real:
        factor = sum(count * scattering_factor(element, s) for element, count in known.atoms)
        order = 1 - (1 - known.calm) / (1 + np.exp((s - 1 / known.spacing) / (known.width / 2)))
        return np.asarray(known.density * thickness * (phase * factor) ** 2 * order)

    return power
