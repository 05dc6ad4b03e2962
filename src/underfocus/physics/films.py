"""Amorphous films, ice and carbon: how strongly their atoms, placed at random, shift the phase at each frequency."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base import units
from ..base.errors import InputError
from . import ice
from .factors import scattering_factor
from .noise import Power

Real = np.ndarray[Any, Any]
#: Carbon of 2.0 g/cm³: atoms in an Å³.
CARBON = 2.0 / 12.011 * 0.602214076
#: Where its atoms' order makes its first ring, in 1/Å (2.1 Å), and how broad its flank is.
RING, FLANK = 1 / 2.1, 0.05
#: The part of a gas's power left at long lengths, as a dense film has few gaps: our estimate, to a factor of two.
CALM = 0.4
#: The lattice of graphene, as lengths in Å of its first two orders of spots: {100} and {110}.
GRAPHENE = (2.13, 1.23)


def film(material: str, thickness: float, voltage_kv: float = 300.0) -> Power:
    """The power in rad² Å² of the phases that so many Å of "ice" or "carbon" add. InputError for another material.

    Ice after `ice.power`. Carbon as ρ t (σ K f_e(s))² S(s): f_e is the scattering factor of an atom, K f_e its
    transform in V Å³, σ the interaction parameter, and S the order between atoms, 1 for a gas: CALM at long lengths, 1
    beyond the first ring, whose peak is left out.
    """
    if material not in ("ice", "carbon"):
        raise InputError(f"there is no film of {material!r}; there are ice and carbon")
    if not thickness >= 0:
        raise InputError(f"a film is 0 Å thick or more, and {thickness:g} Å was given")
    sigma = float(units.interaction(voltage_kv))
    if material == "ice":
        return lambda s: sigma**2 * ice.power(s, thickness)
    per_atom = sigma * units.POTENTIAL_PER_SCATTERING_LENGTH

    def carbon(s: Real) -> Real:
        order = 1 - (1 - CALM) / (1 + np.exp((s - RING) / FLANK))
        return np.asarray(CARBON * thickness * (per_atom * scattering_factor("C", s)) ** 2 * order)

    return carbon
