"""The living derivations of the chapter: Euler's formula by series, and the square of a wave to first order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from underfocus.base.knobs import knob
from underfocus.data.optics import Defocus, Optics, Voltage
from underfocus.physics import ctf
from underfocus.study.derivations import Derivation, Line

from .. import focus, phasors

Real = np.ndarray[Any, Any]
Angle = Annotated[float, knob("°", -360.0, 360.0, "how far the arrow turns", valid=(-720.0, 720.0), step=1)]
Terms = Annotated[int, knob("", 1, 30, "terms of the series that are kept", valid=(1, 80))]
Strength = Annotated[
    float, knob("rad", 0.0, 1.0, "the phase that the detail adds", valid=(0.0, 3.0), step=0.01, label="ε")
]


@dataclass(frozen=True)
class Series:
    """Angles (n,) in rad from 0 to the one chosen, and how many terms are kept."""

    angles: Real
    terms: int


def cut(angle: Angle = 90.0, terms: Terms = 6) -> Series:
    """The turn up to an angle, by a series that is cut."""
    return Series(np.linspace(0, np.deg2rad(angle), 33), terms)


def _sorted(s: Series) -> Real:
    """Even terms with alternating signs, and i times the odd ones, each by real arithmetic."""
    even, odd = np.zeros(len(s.angles)), np.zeros(len(s.angles))
    term = np.ones(len(s.angles))
    for k in range(s.terms):
        sign = -1.0 if k % 4 > 1 else 1.0
        (odd if k % 2 else even)[:] += sign * term
        term = term * s.angles / (k + 1)
    return even + 1j * odd


EULER = Derivation(
    id="euler-by-series",
    title="Why an imaginary exponent turns",
    state=cut,
    lines=(
        Line("e^{i\\theta}", "The exponential, with an imaginary number in it.", lambda s: np.exp(1j * s.angles)),
        Line(
            "\\approx\\sum_{k<n}\\frac{(i\\theta)^k}{k!}",
            "Its series, cut after n terms.",
            lambda s: phasors.series(s.angles, s.terms),
            approximates=True,
        ),
        Line(
            "=\\left(1-\\frac{\\theta^2}{2!}+\\dots\\right)+i\\left(\\theta-\\frac{\\theta^3}{3!}+\\dots\\right)",
            "Powers of i run 1, i, −1, −i: even terms are real, odd ones carry an i. A finite sum may be sorted as one likes.",
            _sorted,
        ),
        Line(
            "\\approx\\cos\\theta+i\\sin\\theta",
            "The two brackets are the series of cosine and sine, cut at the same place; their tails are put back.",
            lambda s: np.cos(s.angles) + 1j * np.sin(s.angles),
            approximates=True,
        ),
    ),
    explanation="What is cut away is put back, and both residuals fall faster than any power as terms are added: with all of them there is no approximation, and $e^{i\\theta}=\\cos\\theta+i\\sin\\theta$.",
    serves=("M1.blur.r1", "M1.blur.r2"),
)


@dataclass(frozen=True)
class Weak:
    """A scattered wave of strength ε, and by how much (rad) the lens turns it at frequencies s (n,) in 1/Å."""

    eps: float
    s: Real
    optics: Optics

    @property
    def chi(self) -> Real:
        """χ(s)."""
        return np.asarray(ctf.phase(0 * self.s, self.s, self.optics))


def weak(eps: Strength = 0.1, defocus: Defocus = 10_000.0, voltage_kv: Voltage = 300.0) -> Weak:
    """A weak detail of every spacing down to 5 Å."""
    return Weak(eps, np.linspace(0.0, 0.2, 101), focus.pure(defocus, voltage_kv))


SQUARE = Derivation(
    id="square-of-a-weak-wave",
    title="From |ψ|² to one sine",
    state=weak,
    lines=(
        Line(
            "|\\psi|^2=\\left|1+i\\varepsilon e^{i\\chi}\\right|^2",
            "What the camera counts: the straight beam and the scattered wave, added and then squared.",
            lambda w: focus.exact(w.eps, w.chi),
        ),
        Line(
            "=\\left(1+i\\varepsilon e^{i\\chi}\\right)\\left(1-i\\varepsilon e^{-i\\chi}\\right)",
            "The square of a length is a number times its conjugate; to conjugate, turn every i.",
            lambda w: (1 + 1j * w.eps * np.exp(1j * w.chi)) * (1 - 1j * w.eps * np.exp(-1j * w.chi)),
        ),
        Line(
            "=1+i\\varepsilon\\left(e^{i\\chi}-e^{-i\\chi}\\right)+\\varepsilon^2",
            "Multiplied out; the two exponentials of the last product cancel.",
            lambda w: 1 + 1j * w.eps * (np.exp(1j * w.chi) - np.exp(-1j * w.chi)) + w.eps**2,
        ),
        Line(
            "=1-2\\varepsilon\\sin\\chi+\\varepsilon^2",
            "The difference of an arrow and its mirror image is 2i times its sine.",
            lambda w: 1 - 2 * w.eps * np.sin(w.chi) + w.eps**2,
        ),
        Line(
            "\\approx 1-2\\varepsilon\\sin\\chi",
            "The scattered wave's own count, ε², is dropped.",
            lambda w: 1 - 2 * w.eps * np.sin(w.chi),
            approximates=True,
        ),
        Line(
            "=1+2\\varepsilon\\,\\mathrm{CTF}(s)",
            "The engine's contrast transfer function of a pure phase object, −sin χ.",
            lambda w: 1 + 2 * w.eps * ctf.ctf1(w.s, w.optics),
        ),
    ),
    explanation="One approximation, and its size is ε² whatever the defocus. With ε = 0.1 the dropped term is a twentieth of the largest contrast; in focus it is all that there is.",
    serves=("M1.blur.r3",),
)

DERIVATIONS = (EULER, SQUARE)
