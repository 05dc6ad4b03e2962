"""Physical constants (CODATA 2018) and what follows from the acceleration voltage alone.

Callers write ``units.wavelength(...)`` through the module: there is one place where the electron gets its wavelength.
"""

from __future__ import annotations

from typing import Any

import numpy as np

PLANCK = 6.62607015e-34  # J s, exact
ELECTRON_MASS = 9.1093837015e-31  # kg
LIGHT_SPEED = 299_792_458.0  # m/s, exact
ELEMENTARY_CHARGE = 1.602176634e-19  # C, exact
DALTON = 1.66053906660e-27  # kg

ANGSTROM = 1e-10  # m
MM = 1e7  # Å
MICROMETRE = 1e4  # Å
BOHR_RADIUS = 0.529177210903  # Å
#: Å³ a dalton of protein takes: 0.73 cm³/g over Avogadro's number. Erickson 2009 (Biol. Proced. Online 11, 32).
PROTEIN_VOLUME = 1.21

#: h²/(2π m₀ e) in V Å²: an electron scattering factor f_e(0) in Å times this is the integral of the potential in V Å³.
POTENTIAL_PER_SCATTERING_LENGTH = PLANCK**2 / (2 * np.pi * ELECTRON_MASS * ELEMENTARY_CHARGE) / ANGSTROM**2


def _energies(voltage_kv: Any) -> tuple[Any, float]:
    """Kinetic and rest energy of the beam electron in joule."""
    return voltage_kv * 1e3 * ELEMENTARY_CHARGE, ELECTRON_MASS * LIGHT_SPEED**2


def wavelength(voltage_kv: Any) -> Any:
    """Relativistic electron wavelength in Å (0.0196875 at 300 kV). Kirkland 2020, eq. 2.5. Arrays pass elementwise."""
    kinetic, rest = _energies(voltage_kv)
    return PLANCK * LIGHT_SPEED / (kinetic * (2 * rest + kinetic)) ** 0.5 / ANGSTROM


def interaction(voltage_kv: Any) -> Any:
    """Interaction parameter σ in rad/(V Å): a projected potential in V Å times σ is a phase. Kirkland 2020, eq. 5.6."""
    kinetic, rest = _energies(voltage_kv)
    momentum_ratio = (rest + kinetic) / (2 * rest + kinetic)
    volts = voltage_kv * 1e3
    return 2 * np.pi / (wavelength(voltage_kv) * volts) * momentum_ratio


def speed(voltage_kv: float) -> float:
    """Speed of the beam electron in units of the speed of light."""
    kinetic, rest = _energies(voltage_kv)
    return float(np.sqrt(1 - (rest / (rest + kinetic)) ** 2))
