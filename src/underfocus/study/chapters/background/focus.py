"""What defocus does to a weakly scattered wave: one phasor, a grating, a protein; exactly and to first order."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np

from underfocus.base import units
from underfocus.data.optics import Optics
from underfocus.maths import filters, fourier
from underfocus.physics import ctf

from ..pictures import specimen_image

Real = np.ndarray[Any, Any]
#: A tile of the grating: pixels, and pixels a period.
TILE, PERIOD = 64, 12
#: Rows of the strip, an odd number, so that one of them is in focus.
ROWS = 121
#: The protein's picture: pixels and Å.
PROTEIN, PIXEL = 128, 1.5
#: B-factor (Å²) of its atoms, which no specimen holds quite still.
PROTEIN_B = 80.0


def pure(defocus: float, voltage_kv: float = 300.0) -> Optics:
    """Optics with nothing but a defocus."""
    return Optics(defocus=defocus, voltage_kv=voltage_kv, cs_mm=0.0, amplitude_contrast=0.0)


def shift(defocus: float, d: float, voltage_kv: float = 300.0) -> float:
    """χ in rad: by how much defocus turns a wave that was scattered by detail of ``d`` Å."""
    return float(ctf.phase(np.array(0.0), np.array(1 / d), pure(defocus, voltage_kv)))


def wave(eps: float, chi: Any) -> Any:
    """ψ = 1 + iε e^{iχ}: the straight beam, and a wave scattered by a phase ε and turned by χ (rad)."""
    return 1 + 1j * eps * np.exp(1j * np.asarray(chi, float))


def exact(eps: float, chi: Any) -> Real:
    """|ψ|², as the camera counts it."""
    return np.asarray(np.abs(wave(eps, chi)) ** 2)


def linear(eps: float, defocus: float, d: float, voltage_kv: float = 300.0) -> float:
    """1 + 2ε CTF, the engine's contrast transfer at 1/d: what is left to first order."""
    return float(1 + 2 * eps * ctf.ctf1(np.array([1 / d]), pure(defocus, voltage_kv))[0])


def intensity(eps: float, defocus: float, d: float, wavelength: float) -> float:
    """|ψ|² of detail of d Å at a defocus in Å and a wavelength in Å, spherical aberration left out."""
    return float(exact(eps, np.pi * wavelength * defocus / d**2))


def quarter(d: float, voltage_kv: float = 300.0) -> float:
    """The defocus in Å at which χ = π/2 for detail of ``d`` Å: χ grows in proportion to it."""
    return float(np.pi / 2 / shift(1.0, d, voltage_kv))


def angle_of(d: float, voltage_kv: float = 300.0) -> float:
    """Scattering angle in mrad of detail of ``d`` Å: λ/d, for angles this small."""
    return float(1e3 * units.wavelength(voltage_kv) / d)


def tiles(eps: float, defoci: Real, d: float) -> Real:
    """|ψ|² of a round patch of grating, (TILE, TILE · m): ψ = 1 + iε e^{iχ} cos(2πx/d), a tile for each defocus."""
    axis = np.arange(TILE) - TILE // 2
    y, x = axis[:, None], axis[None, :]
    patch = np.cos(2 * np.pi * x / PERIOD) * (np.hypot(x, y) < TILE // 2 - 4)
    return np.hstack([np.abs(1 + 1j * eps * np.exp(1j * shift(float(z), d)) * patch) ** 2 for z in defoci])


def strip(eps: float, d: float, most: float, optics: Optics, whole: bool = False) -> tuple[Real, Real]:
    """|ψ|² of a grating at every defocus from −most to most: rows (ROWS, 4 periods of 60), and their defoci in Å.

    Behind the specimen the wave is 1 + iφ, or ``whole`` e^{iφ}, with φ = ε cos(2πx/d); then each of its frequencies is
    turned by its own χ and nothing more is dropped. ``optics`` gives all but the defocus.
    """
    defoci = np.linspace(-most, most, ROWS)
    phase = eps * np.cos(2 * np.pi * np.arange(240) / 60)
    s = fourier.frequencies1(240, d / 60)
    chi = ctf.phase(0 * s, s, replace(optics, defocus=defoci))
    behind = np.fft.fft(np.exp(1j * phase) if whole else 1 + 1j * phase)
    return np.asarray(np.abs(np.fft.ifft(behind * np.exp(1j * chi))) ** 2), defoci


def harmonic(rows: Real, number: int) -> Real:
    """Amplitude of the waves of d / ``number`` Å in each row of a `strip`."""
    return np.asarray(2 * (rows * np.cos(2 * np.pi * number * np.arange(240) / 60)).mean(1))


@lru_cache(maxsize=1)
def protein_phase() -> Real:
    """A protein's projection (n, n) about its mean, blurred by PROTEIN_B, its largest value 1."""
    picture, _ = specimen_image("protein", PROTEIN, PIXEL)
    found = filters.apply(
        np.asarray(picture - picture.mean(), np.float64), lambda k: filters.bfactor(k, PROTEIN_B), PIXEL, 2
    )
    return np.asarray(found / np.abs(found).max())


def lens(optics: Optics) -> Real:
    """e^{iγ} on the full plane (n, n), origin in the corner."""
    k = fourier.frequencies1(PROTEIN, PIXEL)
    return np.asarray(np.exp(1j * ctf.phase(k[:, None], k[None, :], optics)))


def pictured(eps: float, defocus: float) -> tuple[Real, Real]:
    """|ψ|² of a protein that turns the phase by at most ε rad, exactly, and to first order as the CTF has it."""
    phase, optics = eps * protein_phase(), pure(defocus)
    seen = np.abs(np.fft.ifft2(np.fft.fft2(np.exp(1j * phase)) * lens(optics))) ** 2
    first = fourier.ifft2(fourier.fft2(phase) * ctf.ctf2(PROTEIN, PIXEL, optics), PROTEIN)
    return np.asarray(seen), np.asarray(1 + 2 * first)
