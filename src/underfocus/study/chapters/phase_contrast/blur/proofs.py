"""The living derivation of the chapter: from the square of a wave to the contrast transfer function."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any

import numpy as np

from underfocus.base.knobs import knob
from underfocus.data.optics import AmplitudeContrast, Defocus, Optics, Voltage
from underfocus.maths import fourier
from underfocus.physics import ctf
from underfocus.study.derivations import Derivation, Line

from ...pictures import PIXEL, specimen_image

Real = np.ndarray[Any, Any]
Strength = Annotated[
    float,
    knob(
        "rad",
        0.01,
        1.0,
        "the largest phase that the specimen adds to the wave",
        valid=(0.001, 3.0),
        step=0.01,
        label="phase ε",
    ),
]
SIZE = 128


@dataclass(frozen=True)
class Wave:
    """A specimen's phase (n, n) in rad, the part of it that absorbs, and the lens."""

    phase: Real
    optics: Optics

    @property
    def w(self) -> float:
        """Amplitude contrast."""
        return float(self.optics.amplitude_contrast)

    def lens(self) -> Real:
        """e^{iγ} on the full plane, origin in the corner: what the lens does to each plane wave (Kirkland's χ is −γ)."""
        k = fourier.frequencies1(SIZE, PIXEL)
        return np.asarray(np.exp(1j * ctf.phase(k[:, None], k[None, :], self.optics)))

    def through(self, wave: Real) -> Real:
        """A wave behind the lens."""
        return np.asarray(np.fft.ifft2(np.fft.fft2(wave) * self.lens()))


def wave(
    strength: Strength = 0.2,
    defocus: Defocus = 12_000.0,
    voltage_kv: Voltage = 300.0,
    amplitude_contrast: AmplitudeContrast = 0.1,
) -> Wave:
    """A protein as a phase object: its projection scaled to the largest phase asked for, mean removed."""
    picture, _ = specimen_image("protein", SIZE)
    phase = np.asarray(picture - picture.mean(), np.float64)
    optics = Optics(defocus=defocus, voltage_kv=voltage_kv, amplitude_contrast=amplitude_contrast)
    return Wave(strength * phase / np.abs(phase).max(), optics)


def _exit_wave(s: Wave) -> Real:
    """exp(iφ√(1−w²) − φw): a specimen that shifts the phase and absorbs a little in proportion."""
    return np.asarray(np.exp(1j * s.phase * np.sqrt(1 - s.w**2) - s.phase * s.w))


def _weak(s: Wave) -> Real:
    return np.asarray(1 + s.phase * (1j * np.sqrt(1 - s.w**2) - s.w))


def _contrast(intensity: Real) -> Real:
    """Half the change of intensity, the image that is read."""
    return np.asarray((intensity - 1) / 2)


def _scattered(s: Wave) -> Real:
    return s.through(s.phase * (1j * np.sqrt(1 - s.w**2) - s.w))


def _two_terms(s: Wave) -> Real:
    k = fourier.frequencies1(SIZE, PIXEL)
    gamma = ctf.phase(k[:, None], k[None, :], s.optics)
    transfer = -np.sqrt(1 - s.w**2) * np.sin(gamma) - s.w * np.cos(gamma)
    return np.asarray(np.fft.ifft2(np.fft.fft2(s.phase) * transfer).real)


def _one_sine(s: Wave) -> Real:
    """The engine's own CTF on the half plane; only real numbers come out."""
    optics = replace(s.optics, bfactor=0.0)
    half = np.fft.rfft2(s.phase) * ctf.ctf2_plain(SIZE, PIXEL, optics)
    return np.asarray(np.fft.irfft2(half, (SIZE, SIZE)))


CONTRAST = Derivation(
    id="from-wave-to-ctf",
    title="From |Ψ|² to the contrast transfer function",
    state=wave,
    lines=(
        Line(
            "c=\\tfrac12\\left(|\\Psi|^2-1\\right),\\quad \\Psi=\\mathcal{F}^{-1}\\left[e^{i\\gamma}\\,\\mathcal{F}\\,e^{\\,i\\varphi\\sqrt{1-w^2}-w\\varphi}\\right]",
            "The wave behind the specimen, through the lens, squared: what the camera counts.",
            lambda s: _contrast(np.abs(s.through(_exit_wave(s))) ** 2),
        ),
        Line(
            "\\approx\\tfrac12\\left(\\left|\\mathcal{F}^{-1}e^{i\\gamma}\\mathcal{F}\\left[1+(i\\sqrt{1-w^2}-w)\\varphi\\right]\\right|^2-1\\right)",
            "The exponential is cut after its linear term.",
            lambda s: _contrast(np.abs(s.through(_weak(s))) ** 2),
            approximates=True,
        ),
        Line(
            "=\\tfrac12\\left(\\left|1+\\psi\\right|^2-1\\right),\\quad \\psi=\\mathcal{F}^{-1}e^{i\\gamma}\\mathcal{F}\\left[(i\\sqrt{1-w^2}-w)\\varphi\\right]",
            "The lens is linear and leaves the straight beam alone, since γ = 0 at the origin.",
            lambda s: _contrast(np.abs(1 + _scattered(s)) ** 2),
        ),
        Line(
            "=\\mathrm{Re}\\,\\psi+\\tfrac12|\\psi|^2",
            "The square is multiplied out.",
            lambda s: _scattered(s).real + np.abs(_scattered(s)) ** 2 / 2,
        ),
        Line(
            "\\approx\\mathrm{Re}\\,\\psi",
            "The scattered wave's interference with itself is dropped: it is of second order.",
            lambda s: _scattered(s).real,
            approximates=True,
        ),
        Line(
            "=\\mathcal{F}^{-1}\\left[\\left(-\\sqrt{1-w^2}\\,\\sin\\gamma-w\\cos\\gamma\\right)\\mathcal{F}\\varphi\\right]",
            "φ is real and γ even, so the real part acts on the transfer alone.",
            _two_terms,
        ),
        Line(
            "=\\mathcal{F}^{-1}\\left[-\\sin(\\gamma+\\arcsin w)\\,\\mathcal{F}\\varphi\\right]",
            "Sine and cosine of the same angle are one shifted sine.",
            _one_sine,
        ),
    ),
    explanation="Two approximations, both about a weak specimen: the exponential and the square. Their residuals grow with ε; neither defocus "
    "nor voltage makes them enter. Everything else is exact.",
    serves=("M6.r1",),
)

DERIVATIONS = (CONTRAST,)
