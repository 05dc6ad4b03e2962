"""Fates of electrons: shares by angle, and where the atoms of a protein scatter together."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Literal

import numpy as np

from underfocus.base import units
from underfocus.physics import scattering
from underfocus.physics.factors import scattering_factor
from underfocus.samples import protein

Real = np.ndarray[Any, Any]
Element = Literal["hydrogen", "carbon", "nitrogen", "oxygen", "phosphorus", "gold"]
SYMBOLS = {"hydrogen": "H", "carbon": "C", "nitrogen": "N", "oxygen": "O", "phosphorus": "P", "gold": "Au"}
#: Mean loss in eV at which the outer electrons of organic matter take up energy, and carbon's K edge (Egerton 2011).
MEAN_LOSS, K_EDGE = 20.0, 284.0
#: Directions over which a protein's scattering is averaged; bins on each, and their width in Å.
DIRECTIONS, BINS, BIN = 64, 8192, 0.1


def share(differential: Real, angle: float) -> float:
    """The part of all scattering, as dσ/dΩ on `scattering.angles`, that stays within an angle in rad."""
    summed = scattering.within(differential)
    return float(np.interp(angle, scattering.angles(), summed) / summed[-1])


def angle_within(differential: Real, part: float) -> float:
    """The angle in rad that holds a part of all scattering."""
    summed = scattering.within(differential)
    return float(np.interp(part * summed[-1], summed, scattering.angles()))


def typical_angles(voltage_kv: float = 300.0) -> tuple[float, ...]:
    """Angles in rad that go with six events in carbon, from single scattering.

    A K ionisation; a near miss of a nucleus (of elastic electrons the one in fifty that goes furthest); outer electrons;
    a head-on hit; an atom's screened field (half of the elastic ones go further); nothing at all.
    """
    thrown = scattering.elastic("C", scattering.angles(), voltage_kv)
    return (
        scattering.loss_angle(K_EDGE, voltage_kv),
        angle_within(thrown, 0.98),
        scattering.loss_angle(MEAN_LOSS, voltage_kv),
        np.pi,
        angle_within(thrown, 0.5),
        0.0,
    )


def ranks(values: tuple[float, ...]) -> tuple[int, ...]:
    """The place of each value among all, the smallest at 0."""
    return tuple(int(place) for place in np.argsort(np.argsort(values)))


@lru_cache(maxsize=1)
def together() -> tuple[Real, Real, float]:
    """Frequencies in 1/Å, ⟨|Σ f e^{−2πi s·r}|²⟩ over Σ f² of PDB 7PBL there, averaged over directions, and Σ² over Σ f² at 0.

    1 is what atoms that know nothing of each other give. Along one direction the sum is the transform of the atoms'
    places on that line, counted in bins of 0.1 Å, which blurs nothing that is seen here.
    """
    atoms = protein("7pbl").centred()
    elements = np.asarray(atoms.elements)
    s = np.fft.rfftfreq(BINS, BIN)
    s = s[(s > 0) & (s <= 1)]
    kinds = {str(e): (elements == e, scattering_factor(str(e), s)) for e in np.unique(elements)}
    alone = sum(where.sum() * f**2 for where, f in kinds.values())
    directions = np.random.default_rng(0).standard_normal((DIRECTIONS, 3))
    power = np.zeros(len(s))
    for way in directions / np.linalg.norm(directions, axis=1, keepdims=True):
        place = np.rint(atoms.positions @ way / BIN).astype(int) + BINS // 2
        counts = {e: np.bincount(place[where], minlength=BINS) for e, (where, _) in kinds.items()}
        power += np.abs(sum(np.fft.rfft(counts[e])[1 : len(s) + 1] * f for e, (_, f) in kinds.items())) ** 2
    at_rest = {e: (where.sum(), float(scattering_factor(e, 0.0))) for e, (where, _) in kinds.items()}
    forward = sum(m * f for m, f in at_rest.values()) ** 2 / sum(m * f**2 for m, f in at_rest.values())
    return s, np.asarray(power / DIRECTIONS / alone), float(forward)


def angles_of(frequencies: Real, voltage_kv: float) -> Real:
    """Scattering angles in rad of spatial frequencies in 1/Å: s = 2 sin(θ/2)/λ."""
    return np.asarray(2 * np.arcsin(frequencies * units.wavelength(voltage_kv) / 2))
