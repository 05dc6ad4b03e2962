"""What blurs an image through the beam and the stage, as factors on amplitudes at frequency s in 1/Å.

Widths are named by what they are, because the literature's formulas differ by what their Δ means: ``_rms`` is a
standard deviation, ``_fwhm`` a full width at half maximum (2√(2 ln 2) = 2.3548 of them), ``_e`` a half width at 1/e
(√2 of them). Taking one for another changes the exponent by 5.5 or 2.

Wade 1992 (Ultramicroscopy 46, 145); Frank 1973 (Optik 38, 519); Kirkland 2020, section 3.2.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base import units
from ..base.arrays import Array, is_torch, namespace
from ..data.aberrations import Coherence
from ..data.optics import Optics

#: Full width at half maximum of a Gaussian over its standard deviation.
FWHM_PER_RMS = float(2 * np.sqrt(2 * np.log(2)))
#: Half width at 1/e over the standard deviation.
E_PER_RMS = float(np.sqrt(2))
EV = units.ELEMENTARY_CHARGE
REST_EV = units.ELECTRON_MASS * units.LIGHT_SPEED**2 / EV


def focal_spread(
    cc_mm: Any,
    voltage_kv: Any,
    *,
    energy_spread: Any = 0.0,
    voltage_ripple: Any = 0.0,
    current_ripple: Any = 0.0,
    relativistic: bool = False,
) -> Any:
    """Spread of focus Δ in Å, of the same kind (rms or FWHM) as the spreads that are given.

    Δ = Cc √((δE/E)² + (δV/V)² + (2 δI/I)²), energies in eV and ripples as fractions. ``relativistic`` multiplies the
    first two by (1 + E/E₀)/(1 + E/2E₀), E₀ the rest energy, which most programs leave out. Reimer & Kohl 2008, 2.4.
    """
    volts = voltage_kv * 1e3
    factor = (1 + volts / REST_EV) / (1 + volts / (2 * REST_EV)) if relativistic else 1.0
    of_energy = (energy_spread / volts) ** 2 + voltage_ripple**2
    return cc_mm * units.MM * (factor**2 * of_energy + (2 * current_ripple) ** 2) ** 0.5


def temporal(s: Array, focal_spread_rms: Any, voltage_kv: Any) -> Array:
    """exp(−½ (πλΔ s²)²) for a Gaussian spread of focus of standard deviation Δ in Å. Wade 1992, eq. 12."""
    return namespace(s).exp(-0.5 * (np.pi * units.wavelength(voltage_kv) * focal_spread_rms * s**2) ** 2)


def temporal_fwhm(s: Array, focal_spread_fwhm: Any, voltage_kv: Any) -> Array:
    """The same for a full width at half maximum H: exp(−(πλH s²)² / (16 ln 2))."""
    return temporal(s, focal_spread_fwhm / FWHM_PER_RMS, voltage_kv)


def temporal_e(s: Array, focal_spread_e: Any, voltage_kv: Any) -> Array:
    """The same for a half width at 1/e: exp(−¼ (πλΔ s²)²), which is what abTEM calls its focal spread."""
    return temporal(s, focal_spread_e / E_PER_RMS, voltage_kv)


def spatial(s: Array, convergence_mrad: Any, optics: Optics, defocus: Any = None) -> Array:
    """exp(−(πα)² (Csλ²s³ − Δf s)²) for a Gaussian source seen under the half angle α, astigmatism aside. Frank 1973.

    The slope in brackets is that of γ: a beam from the side shifts the image by it. ``defocus`` in Å, such as one a
    direction, stands for that of the optics.
    """
    wavelength = units.wavelength(optics.voltage_kv)
    along = optics.defocus if defocus is None else defocus
    slope = optics.cs_mm * units.MM * wavelength**2 * s**3 - along * s
    return namespace(s).exp(-((np.pi * convergence_mrad * 1e-3) ** 2) * slope**2)


def lens_current(s: Array, ripple_fwhm: float, cc_mm: float, voltage_kv: float) -> Array:
    """exp(−(2πCcλ s² δI/I)² / (16 ln 2)) for a relative ripple of the lens current, full width at half maximum."""
    return temporal_fwhm(s, focal_spread(cc_mm, voltage_kv, current_ripple=ripple_fwhm), voltage_kv)


def drift(s_along: Array, length: Any) -> Array:
    """sinc(s·d) = sin(π s·d)/(π s·d) for a steady drift of ``length`` Å, s_along the frequency along it in 1/Å."""
    xp = namespace(s_along)
    x = np.pi * s_along * length
    safe = xp.where(x == 0, xp.ones_like(x), x)
    return xp.where(x == 0, xp.ones_like(x), xp.sin(safe) / safe)


def vibration(s: Array, rms: Any) -> Array:
    """exp(−2π² u² s²) for a random vibration of standard deviation u Å along each axis: a B-factor of 8π²u²."""
    return namespace(s).exp(-2 * np.pi**2 * rms**2 * s**2)


def focus_vibration(s: Array, amplitude: Any, voltage_kv: Any) -> Array:
    """J₀(πλ a s²) for a specimen that vibrates along the beam as a sin ωt, a in Å: the mean of e^{iπλ a s² sin ωt}."""
    from scipy.special import j0

    return np.asarray(j0(np.pi * units.wavelength(voltage_kv) * amplitude * np.asarray(s) ** 2))


def coherent(ky: Array, kx: Array, optics: Optics, coherence: Coherence) -> Array:
    """The product of all envelopes of a `Coherence` at frequencies (ky, kx) in 1/Å, which broadcast.

    The spatial one follows the defocus of each direction where the image is astigmatic. Per-image optics put their
    axis first, as `physics.ctf.phase` does.
    """
    s2 = kx * kx + ky * ky
    s = s2**0.5
    room = (...,) + (None,) * s.ndim
    voltage = _roomy(optics.voltage_kv, room)
    rms = focal_spread(
        coherence.cc_mm,
        voltage,
        energy_spread=coherence.energy_spread_fwhm / FWHM_PER_RMS,
        voltage_ripple=coherence.voltage_ripple * 1e-6,
        current_ripple=coherence.current_ripple * 1e-6,
    )
    angle: Any = coherence.drift_angle * (np.pi / 180)
    xp = namespace(angle) if is_torch(angle) else np
    along = xp.cos(angle) * kx + xp.sin(angle) * ky
    total = temporal(s, rms, voltage) * vibration(s, coherence.vibration) * drift(along, coherence.drift)
    if _some(coherence.convergence_mrad):
        total = total * _spatial2(ky, kx, s, coherence.convergence_mrad, optics, room)
    if _some(coherence.focus_vibration):
        total = total * focus_vibration(s, coherence.focus_vibration, voltage)
    return total


def _some(value: Any) -> bool:
    return is_torch(value) or bool(value != 0)


def _roomy(value: Any, room: Any) -> Any:
    """A field that is one value an image with axes of length one behind it; scalars as they are."""
    return value[room] if np.ndim(value) == 1 else value


def _spatial2(ky: Array, kx: Array, s: Array, convergence_mrad: Any, optics: Optics, room: Any) -> Array:
    """The spatial envelope over a plane: the gradient of γ has a part along s and, with astigmatism, one across."""
    cs, defocus, astigmatism, degrees, voltage = (
        _roomy(v, room)
        for v in (
            optics.cs_mm,
            optics.defocus,
            optics.astigmatism,
            optics.astigmatism_angle,
            optics.voltage_kv,
        )
    )
    wavelength = units.wavelength(voltage)
    double = 2 * degrees * (np.pi / 180)
    xp = namespace(double) if hasattr(double, "ndim") else np
    along, across = astigmatism / 2 * xp.cos(double), astigmatism / 2 * xp.sin(double)
    radial = cs * units.MM * wavelength**2 * s**2
    slope_x = (radial - defocus - along) * kx - across * ky
    slope_y = (radial - defocus + along) * ky - across * kx
    return namespace(s).exp(-((np.pi * convergence_mrad * 1e-3) ** 2) * (slope_x**2 + slope_y**2))
