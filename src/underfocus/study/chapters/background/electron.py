"""The electron of the chapter: its wave behind a weak specimen, and what focus makes of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from underfocus.base import units
from underfocus.data.optics import Optics
from underfocus.physics import ctf

Real = np.ndarray[Any, Any]


def wave(eps: float, chi: Any) -> Any:
    """Ψ = 1 + iε e^{iχ}: the unscattered wave and a weak scattered one, turned by the lens."""
    return 1 + 1j * eps * np.exp(1j * np.asarray(chi))


def exact(eps: float, chi: Any) -> Any:
    """|Ψ|², what a camera counts."""
    return np.abs(wave(eps, chi)) ** 2


def linear(eps: float, chi: Any) -> Any:
    """1 − 2ε sin χ: |Ψ|² without the square of ε."""
    return 1 - 2 * eps * np.sin(np.asarray(chi))


def phase_shift(defocus: float, length: float, voltage_kv: float = 300.0, cs_mm: float = 0.0) -> float:
    """χ in rad for a detail of so many Å at a defocus in Å (underfocus positive)."""
    optics = Optics(defocus=defocus, voltage_kv=voltage_kv, cs_mm=cs_mm, amplitude_contrast=0.0)
    s = np.array([1 / length])
    return float(ctf.phase(0 * s, s, optics)[0])


def quarter_wave_defocus(length: float, voltage_kv: float = 300.0) -> float:
    """The defocus in Å at which χ = π/2 for a detail of this length (Cs = 0)."""
    return float(np.pi / 2 / phase_shift(1.0, length, voltage_kv))


def linear_error(phi: float) -> float:
    """|e^{iφ} − (1 + iφ)|."""
    return float(abs(np.exp(1j * phi) - (1 + 1j * phi)))


def scattering_angle(length: float, voltage_kv: float = 300.0) -> float:
    """λ/d in mrad."""
    return float(1000 * units.wavelength(voltage_kv) / length)


def strip(eps: float, length: float, most: float, voltage_kv: float = 300.0, cs_mm: float = 2.7) -> tuple[Real, Real]:
    """Images (rows, x) of a wavy specimen of period ``length`` through focus, rows from −most to most, and the rows' Å.

    Ψ(x) = 1 + iε e^{iχ} cos 2πx/d, exactly: no linear approximation.
    """
    rows = np.linspace(-most, most, 121)
    x = np.arange(240) * 4 * length / 240
    # χ grows with the defocus along a straight line
    over, under = (phase_shift(z, length, voltage_kv, cs_mm) for z in (-most, most))
    chi = np.linspace(over, under, len(rows))
    psi = 1 + 1j * eps * np.exp(1j * chi)[:, None] * np.cos(2 * np.pi * x / length)[None, :]
    return np.abs(psi) ** 2, rows
