"""The living derivations: convolutions associate, and a division becomes Wiener's filter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from underfocus.base.knobs import knob
from underfocus.maths import convolution, deconvolution
from underfocus.study.derivations import Derivation, Line

Real = np.ndarray[Any, Any]
STEP = 0.05
Rate = Annotated[float, knob("", 0.2, 4.0, "how fast this Gaussian falls", valid=(0.1, 10.0), step=0.1)]
Noise = Annotated[float, knob("", 0.0, 1.0, "noise over signal, in amplitude", valid=(0.0, 10.0), step=0.01)]
Constant = Annotated[float, knob("", 0.0, 0.5, "the constant in the denominator", valid=(0.0, 10.0), step=0.001)]


@dataclass(frozen=True)
class Three:
    """Three Gaussians e^{−a x²} on one grid, STEP apart."""

    a: float
    b: float
    c: float

    def line(self, rate: float) -> Real:
        """One of them."""
        return np.asarray(np.exp(-rate * self.x**2))

    @property
    def x(self) -> Real:
        """The places."""
        return np.arange(-240, 241) * STEP

    def of(self, rate: float, height: float) -> Real:
        """A Gaussian of any height."""
        return np.asarray(height * self.line(rate))


def three(a: Rate = 1.0, b: Rate = 2.0, c: Rate = 3.0) -> Three:
    """Three rates."""
    return Three(a, b, c)


def _both(f: Real, g: Real) -> Real:
    """f * g on the same grid."""
    return STEP * np.asarray(convolution.convolve(f, g, "zero", "fft"))


def _pair(a: float, b: float) -> tuple[float, float]:
    """Rate and height of e^{−a x²} * e^{−b x²}, in closed form."""
    return a * b / (a + b), float(np.sqrt(np.pi / (a + b)))


def _left(s: Three) -> Real:
    rate, height = _pair(s.b, s.c)
    again, more = _pair(s.a, rate)
    return s.of(again, height * more)


def _right(s: Three) -> Real:
    rate, height = _pair(s.a, s.b)
    again, more = _pair(rate, s.c)
    return s.of(again, height * more)


ASSOCIATES = Derivation(
    id="associates",
    title="Three Gaussians, in either order",
    state=three,
    lines=(
        Line(
            "f_1*(f_2*f_3)",
            "First the last two, then the first: two sums, done as they stand.",
            lambda s: _both(s.line(s.a), _both(s.line(s.b), s.line(s.c))),
        ),
        Line(
            "=\\sqrt{\\tfrac{\\pi}{b+c}}\\;f_1*e^{-\\frac{bc}{b+c}x^2}=\\sqrt{\\tfrac{\\pi}{b+c}}\\sqrt{\\tfrac{\\pi}{a+r}}\\;e^{-\\frac{a r}{a+r}x^2},\\quad r=\\tfrac{bc}{b+c}",
            "Complete the square twice, with the integral of a Gaussian that the question gives.",
            _left,
        ),
        Line(
            "=\\frac{\\pi}{\\sqrt{ab+bc+ca}}\\;e^{-\\frac{abc}{ab+bc+ca}x^2}",
            "Multiplied out, a, b and c stand in it alike: no order is left.",
            lambda s: s.of(
                s.a * s.b * s.c / (s.a * s.b + s.b * s.c + s.c * s.a),
                np.pi / np.sqrt(s.a * s.b + s.b * s.c + s.c * s.a),
            ),
        ),
        Line("=(f_1*f_2)*f_3", "Which is what the other grouping gives.", _right),
    ),
    explanation="All four are equal; in variances it is a sum, and sums associate. For other functions the convolution theorem says the same: products associate.",
    serves=("M5.q2",),
)


@dataclass(frozen=True)
class Seen:
    """A transform, its blur, noise, and a constant."""

    noise: float
    constant: float

    @property
    def u(self) -> Real:
        """Frequencies."""
        return np.linspace(0, 1.6, 81)

    @property
    def truth(self) -> Real:
        """A signal's transform."""
        return np.asarray(np.exp(-0.5 * self.u) * (1 + 0.3 * np.cos(9 * self.u)))

    @property
    def transfer(self) -> Real:
        """A Gaussian transfer."""
        return np.asarray(np.exp(-np.pi * self.u**2))

    @property
    def data(self) -> Real:
        """What is measured."""
        return np.asarray(self.truth * self.transfer + self.noise * np.random.default_rng(3).standard_normal(81))


def seen(noise: Noise = 0.02, constant: Constant = 0.01) -> Seen:
    """A blurred, noisy signal."""
    return Seen(noise, constant)


EXPLODES = Derivation(
    id="explodes",
    title="Where a deconvolution explodes",
    state=seen,
    lines=(
        Line("F", "The signal's own transform, which nobody knows.", lambda s: s.truth),
        Line(
            "=\\frac{F\\,H}{H}",
            "Blurred and divided again: the same.",
            lambda s: s.truth * s.transfer * deconvolution.naive_gain(s.transfer),
        ),
        Line(
            "\\approx\\frac{F\\,H+N}{H}=F+\\frac{N}{H}",
            "What is measured has noise, and noise was not blurred: divided by a small H it becomes everything.",
            lambda s: s.data * deconvolution.naive_gain(s.transfer),
            approximates=True,
        ),
        Line(
            "\\approx\\frac{H^{*}}{|H|^2+c}\\,(F\\,H+N)",
            "Wiener: where H is large nothing changes, where it is small little is let through.",
            lambda s: s.data * s.transfer / (s.transfer**2 + s.constant),
            approximates=True,
        ),
    ),
    explanation="The division is exact algebra, and useless: it trusts the measurement most where the measurement says least. The constant is the noise's power over the signal's.",
    serves=("M5.q1",),
)

DERIVATIONS = (ASSOCIATES, EXPLODES)
