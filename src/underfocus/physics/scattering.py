"""Where single electrons go: elastic and inelastic scattering of an atom by angle, and what it costs in energy.

Elastic: dσ/dΩ = γ² |f_e(s)|² with s = 2 sin(θ/2)/λ, the first Born approximation for a beam electron of mass γ m₀
(Reimer & Kohl 2008, *Transmission Electron Microscopy*, chapter 5). Inelastic: Lenz 1954 (Z. Naturforsch. 9a, 185) as
Egerton 2011 (*Electron Energy-Loss Spectroscopy in the Electron Microscope*, section 3.2) gives it,

    dσ/dΩ = 4 γ² Z / (a₀² q⁴) · (1 − 1/[1 + (q r₀)²]²),   q² = (2π/λ)² (θ² + θ_E²),   r₀ = a₀ Z^(−1/3),

which is a Lorentzian, 1/(θ² + θ_E²), out to the angle θ₀ = λ/(2π r₀) and falls as θ⁻⁴ beyond. One mean loss E stands
for the whole spectrum: θ_E = E/(γ m₀ v²). It is a model to a factor of two, and its shape is better than its size.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base import units
from ..base.errors import InputError
from .factors import scattering_factor

Real = np.ndarray[Any, Any]
#: Peng's Gaussians are fitted to here (in 1/Å). Beyond, screening is nearly gone, and f falls as Rutherford's 1/s².
TABLE_END = 4.0
#: Angles (rad) between which cross-sections are summed; what lies below the first is a share of 10⁻⁵ and less.
SMALLEST, LARGEST, STEPS = 1e-8, np.pi, 4000


def elastic(element: str, angle: Any, voltage_kv: float) -> Real:
    """dσ/dΩ in Å² per steradian at scattering angles in rad, of one atom at rest; InputError for an unknown element."""
    s = 2 * np.sin(np.asarray(angle, float) / 2) / units.wavelength(voltage_kv)
    inside = np.minimum(s, TABLE_END)
    factor = scattering_factor(element, inside) * (inside / np.maximum(s, 1e-300)) ** np.where(s > TABLE_END, 2, 0)
    return np.asarray(_gamma(voltage_kv) ** 2 * factor**2)


def inelastic(element: str, angle: Any, voltage_kv: float, loss_ev: float) -> Real:
    """dσ/dΩ in Å² per steradian at angles in rad, of one atom, for a mean energy loss in eV (Lenz's model)."""
    z, a0 = _atomic_number(element), units.BOHR_RADIUS
    theta2 = np.asarray(angle, float) ** 2 + loss_angle(loss_ev, voltage_kv) ** 2
    q2 = (2 * np.pi / units.wavelength(voltage_kv)) ** 2 * theta2
    x2 = q2 * (a0 * z ** (-1 / 3)) ** 2
    kept = x2 * (2 + x2) / (1 + x2) ** 2  # 1 − 1/(1 + x²)², without its loss of digits at small x
    return np.asarray(4 * _gamma(voltage_kv) ** 2 * z / a0**2 * kept / q2**2)


def loss_angle(loss_ev: float, voltage_kv: float) -> float:
    """θ_E = E/(γ m₀ v²) in rad: the half width of the scattering that goes with a loss of E eV. Egerton 2011, 3.2."""
    if not loss_ev > 0:
        raise InputError(f"an energy loss must be positive, and {loss_ev:g} eV was given")
    rest = units.ELECTRON_MASS * units.LIGHT_SPEED**2 / units.ELEMENTARY_CHARGE
    return float(loss_ev / (_gamma(voltage_kv) * rest * units.speed(voltage_kv) ** 2))


def recoil(angle: Any, voltage_kv: float, mass: float) -> Real:
    """Energy in eV that an elastically scattered electron leaves to a nucleus of ``mass`` in dalton.

    T = T_max sin²(θ/2) with T_max = 2 E (E + 2 m₀c²)/(Mc²) for a head-on collision. Reimer & Kohl 2008, chapter 5.
    """
    if not mass > 0:
        raise InputError(f"the mass of a nucleus must be positive, and {mass:g} was given")
    c2, e = units.LIGHT_SPEED**2, units.ELEMENTARY_CHARGE
    rest, nucleus = units.ELECTRON_MASS * c2 / e, mass * units.DALTON * c2 / e
    volts = voltage_kv * 1e3
    most = 2 * volts * (volts + 2 * rest) / nucleus
    return np.asarray(most * np.sin(np.asarray(angle, float) / 2) ** 2)


def angles() -> Real:
    """The angles in rad, evenly spaced in their logarithm, on which `within` sums."""
    return np.geomspace(SMALLEST, LARGEST, STEPS)


def within(differential: Real) -> Real:
    """σ in Å² of scattering up to each of `angles`: ∫ dσ/dΩ 2π sin θ dθ, from dσ/dΩ at those angles.

    The last value is the total cross-section.
    """
    theta = angles()
    values = np.asarray(differential, float) * 2 * np.pi * np.sin(theta) * theta
    steps = np.diff(np.log(theta))
    return np.concatenate([[0.0], np.cumsum((values[1:] + values[:-1]) / 2 * steps)])


def _gamma(voltage_kv: float) -> float:
    """Mass of the beam electron over its rest mass."""
    return float(1 / np.sqrt(1 - units.speed(voltage_kv) ** 2))


def _atomic_number(element: str) -> int:
    import gemmi

    found = int(gemmi.Element(element).atomic_number)
    if not found:
        raise InputError(f"{element!r} is no element; give its symbol, such as 'C'")
    return found
