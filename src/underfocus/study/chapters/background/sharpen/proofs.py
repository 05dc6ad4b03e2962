"""Living derivations: |Ψ|² with a reason for every step, and the paraxial wave from the whole one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from underfocus.base import units
from underfocus.base.knobs import knob
from underfocus.data.optics import Defocus
from underfocus.maths import fourier
from underfocus.study.derivations import Derivation, Line

from .. import focus, limits

Real = np.ndarray[Any, Any]
Strength = Annotated[
    float, knob("rad", 0.01, 1.0, "largest phase ε that the specimen adds", valid=(0.001, 3.0), step=0.01, label="ε")
]
Volts = Annotated[float, knob("kV", 1, 300, "acceleration voltage", valid=(0.5, 1000.0), log=True, label="voltage")]


@dataclass(frozen=True)
class Wave:
    """A protein's phase (n, n) in rad, a defocus in Å, a wavelength in Å, and |k| of the plane in 1/Å."""

    phase: Real
    defocus: float
    wavelength: float
    s: Real

    def through(self, wave: Real, chi: Real) -> Real:
        """A wave whose frequencies are turned by χ."""
        return np.asarray(np.fft.ifft2(np.fft.fft2(wave) * np.exp(1j * chi)))

    @property
    def exact(self) -> Real:
        """χ without small angles."""
        return np.asarray(limits.whole(self.defocus, self.s, self.wavelength))

    @property
    def by_roots(self) -> Real:
        """The same as a difference of roots."""
        inverse2 = 1 / self.wavelength**2
        roots = 1 / self.wavelength - np.sqrt(np.maximum(inverse2 - self.s**2, 0))
        return np.asarray(2 * np.pi * self.defocus * roots)

    @property
    def paraxial(self) -> Real:
        """χ = πλΔf s²."""
        return np.asarray(limits.paraxial(self.defocus, self.s, self.wavelength))


def state(strength: Strength = 0.2, defocus: Defocus = 12_000.0, voltage_kv: Volts = 300.0) -> Wave:
    """A protein's projection as a phase object."""
    k = fourier.frequencies1(focus.PROTEIN, focus.PIXEL)
    s = np.hypot(k[:, None], k[None])
    return Wave(strength * focus.protein_phase(), defocus, float(units.wavelength(voltage_kv)), s)


def _contrast(intensity: Real) -> Real:
    return np.asarray((intensity - 1) / 2)


def _scattered(w: Wave) -> Real:
    return w.through(1j * w.phase, w.paraxial)


SQUARE = Derivation(
    id="square-by-line",
    title="|Ψ|², a reason for every step",
    state=state,
    lines=(
        Line(
            "c=\\tfrac12\\left(\\left|\\mathcal{F}^{-1}e^{\\,2\\pi i\\Delta f\\left(1-\\sqrt{1-\\lambda^2s^2}\\right)/\\lambda}\\,\\mathcal{F}e^{i\\varphi}\\right|^2-1\\right)",
            "The specimen only turns the phase. Defocus is free space: each plane wave turns by what its path differs from the straight beam's, at whatever angle. The camera counts the square.",
            lambda w: _contrast(np.abs(w.through(np.exp(1j * w.phase), w.exact)) ** 2),
        ),
        Line(
            "\\approx\\tfrac12\\left(\\left|\\mathcal{F}^{-1}e^{\\,i\\pi\\lambda\\Delta f s^2}\\,\\mathcal{F}e^{i\\varphi}\\right|^2-1\\right)",
            "Small θ: the root is cut after λ²s²/2. The next term is πλ³Δf s⁴/4.",
            lambda w: _contrast(np.abs(w.through(np.exp(1j * w.phase), w.paraxial)) ** 2),
            approximates=True,
        ),
        Line(
            "\\approx\\tfrac12\\left(\\left|\\mathcal{F}^{-1}e^{i\\chi}\\,\\mathcal{F}\\left[1+i\\varphi\\right]\\right|^2-1\\right),\\quad \\chi=\\pi\\lambda\\Delta f s^2",
            "Small ε: the exponential is cut after its linear term; the next is φ²/2.",
            lambda w: _contrast(np.abs(w.through(1 + 1j * w.phase, w.paraxial)) ** 2),
            approximates=True,
        ),
        Line(
            "=\\mathrm{Re}\\,\\psi+\\tfrac12|\\psi|^2,\\quad \\psi=\\mathcal{F}^{-1}e^{i\\chi}\\mathcal{F}\\,i\\varphi",
            "Defocus is linear and leaves the straight beam alone, as χ(0) = 0. The square of a sum is multiplied out.",
            lambda w: _scattered(w).real + np.abs(_scattered(w)) ** 2 / 2,
        ),
        Line(
            "\\approx\\mathrm{Re}\\,\\psi",
            "Small ε again: the scattered wave's square is of second order. This is the holographic step, without which nothing is linear.",
            lambda w: _scattered(w).real,
            approximates=True,
        ),
        Line(
            "=-\\mathcal{F}^{-1}\\left[\\sin\\chi\\;\\mathcal{F}\\varphi\\right]",
            "φ is real and χ even, so only the sine of e^{iχ} makes a real picture from iφ.",
            lambda w: np.asarray(-np.fft.ifft2(np.sin(w.paraxial) * np.fft.fft2(w.phase)).real),
        ),
    ),
    explanation="One step needs small angles, two need a weak specimen. Lower the voltage and the first residual grows; raise ε and the other two do. All else is exact.",
    serves=("M1.sharpen.q3", "M1.sharpen.q1", "M1.sharpen.r1"),
)


def _quartic(w: Wave) -> Real:
    return w.through(np.exp(1j * w.phase), w.paraxial + np.pi * w.wavelength**3 * w.defocus * w.s**4 / 4)


def slow(strength: Strength = 0.2, defocus: Defocus = 12_000.0, voltage_kv: Volts = 1.0) -> Wave:
    """The same for electrons slow enough to show what is dropped."""
    return state(strength, defocus, voltage_kv)


PARAXIAL = Derivation(
    id="paraxial-wave",
    title="From the wave equation to free space",
    state=slow,
    lines=(
        Line(
            "\\Psi=\\mathcal{F}^{-1}\\,e^{-2\\pi i z\\left(\\frac1\\lambda-\\sqrt{\\frac1{\\lambda^2}-s^2}\\right)}\\mathcal{F}\\,\\Psi_0,\\quad z=-\\Delta f",
            "The plane waves of $\\nabla^2\\Psi+(2\\pi/\\lambda)^2\\Psi=0$ that go forward, the straight beam's own turning taken off.",
            lambda w: w.through(np.exp(1j * w.phase), w.by_roots),
        ),
        Line(
            "=\\mathcal{F}^{-1}\\,e^{\\,2\\pi i\\,\\Delta f\\,\\lambda s^2/\\left(1+\\sqrt{1-\\lambda^2s^2}\\right)}\\mathcal{F}\\,\\Psi_0",
            "The difference of roots is multiplied by their sum, above and below: the form that loses no digits.",
            lambda w: w.through(np.exp(1j * w.phase), w.exact),
        ),
        Line(
            "\\approx\\mathcal{F}^{-1}\\,e^{\\,i\\pi\\lambda\\Delta f s^2+\\frac{i\\pi}4\\lambda^3\\Delta f s^4}\\mathcal{F}\\,\\Psi_0",
            "The root is developed and cut after its second term; what is left out begins with λ⁵s⁶.",
            _quartic,
            approximates=True,
        ),
        Line(
            "\\approx\\mathcal{F}^{-1}\\,e^{\\,i\\pi\\lambda\\Delta f s^2}\\mathcal{F}\\,\\Psi_0",
            "And after its first: the same as to drop ∂²Ψ/∂z², which is θ²/4 of the term that stays.",
            lambda w: w.through(np.exp(1j * w.phase), w.paraxial),
            approximates=True,
        ),
    ),
    explanation="The quartic term has the form of a spherical aberration of half the defocus, micrometres where a lens has millimetres. The derivation opens at 1 kV; at 300 kV both residuals are below 10⁻⁶.",
    serves=("M1.sharpen.r2", "M1.sharpen.q3"),
)

DERIVATIONS = (SQUARE, PARAXIAL)
