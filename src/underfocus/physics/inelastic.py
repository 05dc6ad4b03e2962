"""Electrons that lose energy in ice and protein: how many, and what an energy filter makes of them.

The mean free path for losing energy in ice at 300 kV is quoted as 3,150 Å (Parkhurst et al. 2024, Faraday Discuss.
240, 284) and measured as 3,950 Å with an aperture in place (Rice et al. 2018, J. Struct. Biol. 204, 38). At other
voltages it is scaled with the square of the electron's speed, as Bethe's cross-section is to first order.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base import units
from ..base.arrays import Array, namespace
from ..base.errors import InputError

MEAN_FREE_PATH = 3950.0  # Å in ice at 300 kV


def mean_free_path(voltage_kv: float) -> float:
    """Å of ice after which 1/e of the electrons have lost no energy."""
    return float(MEAN_FREE_PATH * (units.speed(voltage_kv) / units.speed(300.0)) ** 2)


def zero_loss(thickness: Any, voltage_kv: float = 300.0, path: float | None = None) -> Any:
    """exp(−t/Λ): the part of the electrons that an energy filter lets through, for t Å of ice."""
    if np.min(thickness) < 0:
        raise InputError(f"ice has a thickness of at least 0 Å, and {np.min(thickness):g} was given")
    return np.exp(-np.asarray(thickness, float) / (path or mean_free_path(voltage_kv)))


def imaginary_potential(voltage_kv: float, path: float | None = None) -> float:
    """V of a potential −iV whose exp(−σVt) loses electrons with the mean free path: 1/(2σΛ)."""
    return float(1 / (2 * units.interaction(voltage_kv) * (path or mean_free_path(voltage_kv))))


def through(image: Array, thickness: float, voltage_kv: float = 300.0, *, filtered: bool = True) -> Array:
    """An elastic image (empty beam 1) after t Å of ice: dimmed by `zero_loss`, with the lost electrons, where no filter
    takes them, as an even background, since chromatic aberration spreads them beyond any detail.
    """
    left = float(zero_loss(thickness, voltage_kv))
    return image * left if filtered else image * left + (1 - left) * namespace(image).ones_like(image)
