"""What makes fine detail fade: moving atoms and the two coherences of the beam, each as a factor on amplitudes."""

from __future__ import annotations

from typing import Any

import numpy as np

from underfocus.base import units
from underfocus.data.optics import Optics

Real = np.ndarray[Any, Any]


def atomic_b(displacement: float) -> float:
    """The B-factor, 8π²u², of atoms that move by u Å (rms along one axis)."""
    return float(8 * np.pi**2 * displacement**2)


def temporal(s: Any, focal_spread: float, voltage_kv: float = 300.0) -> Any:
    """exp(−½ (πλΔ s²)²) for an rms spread of focus Δ in Å, from the energies in the beam. Wade 1992."""
    return np.exp(-0.5 * (np.pi * units.wavelength(voltage_kv) * focal_spread * np.asarray(s, float) ** 2) ** 2)


def spatial(s: Any, convergence_mrad: float, optics: Optics) -> Any:
    """exp(−(πα)² (Cs λ² s³ − Δf s)²) for a beam that converges by α: the source is not a point. Wade 1992."""
    s = np.asarray(s, float)
    wavelength = units.wavelength(optics.voltage_kv)
    slope = optics.cs_mm * units.MM * wavelength**2 * s**3 - optics.defocus * s
    return np.exp(-((np.pi * convergence_mrad * 1e-3) ** 2) * slope**2)
