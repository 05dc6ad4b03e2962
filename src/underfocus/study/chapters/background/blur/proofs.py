"""The living derivations: Euler's formula by its series, and |Ψ|² to first order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from underfocus.base.knobs import knob
from underfocus.study.derivations import Derivation, Line

from .. import electron

Real = np.ndarray[Any, Any]
Terms = Annotated[int, knob("", 1, 12, "how many terms of the series are kept", valid=(1, 30))]
Largest = Annotated[float, knob("rad", 0.1, 6.0, "the largest angle", valid=(0.01, 20.0), step=0.1)]
Eps = Annotated[float, knob("", 0.01, 0.6, "how strong the scattered wave is: ε", valid=(0.001, 3.0), step=0.01)]


@dataclass(frozen=True)
class Angles:
    """Angles up to the largest, and how far the series goes."""

    largest: float
    terms: int

    @property
    def theta(self) -> Real:
        """Angles in rad."""
        return np.linspace(0, self.largest, 40)

    def series(self, terms: int) -> Real:
        """Σ (iθ)ᵏ/k! over so many terms."""
        term = np.ones(40, complex)
        total = term.copy()
        for k in range(1, terms):
            term = term * 1j * self.theta / k
            total += term
        return total


def angles(largest: Largest = 1.0, terms: Terms = 3) -> Angles:
    """A range of angles."""
    return Angles(largest, terms)


EULER = Derivation(
    id="euler",
    title="Why the arrow stays on its circle",
    state=angles,
    lines=(
        Line("e^{i\\theta}", "The exponential of an imaginary number.", lambda s: np.exp(1j * s.theta)),
        Line(
            "=\\sum_{k=0}^{\\infty}\\frac{(i\\theta)^k}{k!}",
            "By its series, which holds for every number.",
            lambda s: s.series(60),
        ),
        Line(
            "=\\Big(1-\\frac{\\theta^2}{2!}+\\ldots\\Big)+i\\,\\Big(\\theta-\\frac{\\theta^3}{3!}+\\ldots\\Big)",
            "Even powers of i are real and change sign, odd ones are imaginary: sort them.",
            lambda s: s.series(60).real + 1j * s.series(60).imag,
        ),
        Line(
            "=\\cos\\theta+i\\sin\\theta",
            "These two are the series of cosine and sine.",
            lambda s: np.cos(s.theta) + 1j * np.sin(s.theta),
        ),
        Line(
            "\\approx 1+i\\theta-\\ldots\\;(K\\;\\mathrm{terms})",
            "Cut the series. With two terms it is 1 + iθ: the weak phase object.",
            lambda s: s.series(s.terms),
            approximates=True,
        ),
    ),
    explanation="Only the last line leaves anything out. With two terms the error is about θ²/2: 5 % at 0.3 rad.",
    serves=("M1.blur.r1", "M1.blur.r2"),
)


@dataclass(frozen=True)
class Weak:
    """A weak object at many turns of the scattered wave."""

    eps: float

    @property
    def chi(self) -> Real:
        """Turns of the lens in rad."""
        return np.linspace(0.1, 6.2, 60)


def weak(eps: Eps = 0.1) -> Weak:
    """A strength."""
    return Weak(eps)


FIRST_ORDER = Derivation(
    id="first-order",
    title="What the camera sees of a weak object",
    state=weak,
    lines=(
        Line(
            "|\\Psi|^2=|1+i\\varepsilon e^{i\\chi}|^2",
            "The wave behind the lens, squared.",
            lambda s: electron.exact(s.eps, s.chi),
        ),
        Line(
            "=1+i\\varepsilon(e^{i\\chi}-e^{-i\\chi})+\\varepsilon^2",
            "A number times its conjugate.",
            lambda s: (1 + 1j * s.eps * (np.exp(1j * s.chi) - np.exp(-1j * s.chi)) + s.eps**2).real,
        ),
        Line(
            "=1-2\\varepsilon\\sin\\chi+\\varepsilon^2",
            "Euler again.",
            lambda s: 1 - 2 * s.eps * np.sin(s.chi) + s.eps**2,
        ),
        Line(
            "\\approx 1-2\\varepsilon\\sin\\chi",
            "ε² is dropped: what is left is linear in the object.",
            lambda s: electron.linear(s.eps, s.chi),
            approximates=True,
        ),
    ),
    explanation="One step, and it is what makes all of CTF theory linear: images of two objects add. For proteins in ice ε is a few hundredths; for a gold bead it is not.",
    serves=("M1.blur.r3",),
)

DERIVATIONS = (EULER, FIRST_ORDER)
