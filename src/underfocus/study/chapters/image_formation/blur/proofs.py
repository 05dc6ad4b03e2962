"""The living derivation of the chapter: the DQE of an ideal counting pixel, from what a DQE is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from underfocus.base.knobs import knob
from underfocus.data.response import Square, curve
from underfocus.physics import detector
from underfocus.study.derivations import Derivation, Line

from .. import counts

Real = np.ndarray[Any, Any]
Rate = Annotated[
    float,
    knob("e", 0.005, 1.0, "electrons a pixel in each frame", valid=(1e-4, 5.0), step=0.005, label="a pixel and frame"),
]
Frames = Annotated[int, knob("", 2, 400, "frames in the exposure", valid=(1, 2_000), step=1)]
Finest = Annotated[
    float,
    knob("1/pixel", 0.05, 0.5, "the finest frequency that is looked at", valid=(0.01, 2.0), step=0.01, label="finest"),
]
#: A step along the imaginary axis: its derivative has no subtraction in it and loses no digit.
STEP = 1e-30


@dataclass(frozen=True)
class Counting:
    """A counting pixel: rates x (k, 1) around the one asked for, frequencies s (m,), and frames."""

    rate: Real
    s: Real
    frames: int

    @property
    def arrived(self) -> Real:
        """Electrons a pixel of the exposure."""
        return self.rate * self.frames


def pixel(rate: Rate = 0.1, frames: Frames = 100, finest: Finest = 0.5) -> Counting:
    """A pixel at a quarter, half, all and twice the rate, at frequencies up to the finest."""
    return Counting(rate * np.array([[0.25], [0.5], [1.0], [2.0]]), np.linspace(0.02, finest, 25), frames)


def _mean_slope(s: Counting) -> Real:
    """How much the mean count rises with an electron more, as a sum over how many come in a frame."""
    k = np.arange(1, 80)
    powers = np.cumsum(np.log(k))

    def noticed(x: Any) -> Any:
        return np.exp(k * np.log(x) - x - powers).sum(axis=-1, keepdims=True)

    return np.asarray(np.imag(noticed(s.rate + 1j * STEP)) / STEP)


def _variance(s: Counting) -> Real:
    """The variance of the counts of an exposure, from the chance of every count."""
    return np.array([[counts.moments(_binomial(s.frames, float(-np.expm1(-x))))[1] ** 2] for x in s.rate[:, 0]])


def _binomial(frames: int, chance: float) -> Real:
    """Chances of 0 to ``frames`` counts, by adding one frame after another."""
    found = np.array([1.0])
    for _ in range(frames):
        found = np.convolve(found, [1 - chance, chance])
    return found


def _blur(s: Counting) -> Real:
    """What is left of a wave that is averaged over a pixel, as an integral over the pixel."""
    places, weights = np.polynomial.legendre.leggauss(24)
    return np.asarray((weights / 2) @ np.cos(np.pi * places[:, None] * s.s))


def _noise_spectrum(s: Counting) -> Real:
    """The transform of the noise's correlation over distance: pixels count on their own, so only distance 0 is there."""
    correlation = np.zeros(9)
    correlation[0] = 1
    return np.asarray(_variance(s) * (correlation @ np.cos(2 * np.pi * np.arange(9)[:, None] * s.s)))


def _sinc2(s: Counting) -> Real:
    return curve(Square(2), s.s)


COUNTING = Derivation(
    id="dqe-of-a-counting-pixel",
    title="The DQE of an ideal counting pixel",
    state=pixel,
    lines=(
        Line(
            "\\mathrm{DQE}(s)=\\frac{\\mathrm{SNR}^2_\\text{out}}{\\mathrm{SNR}^2_\\text{in}}"
            "=\\frac{\\left(\\frac{d\\bar c}{dN}\\right)^2 N^2\\,\\mathrm{MTF}^2(s)\\,/\\,\\mathrm{NPS}(s)}{N}",
            "What comes in: N electrons a pixel, whose chance alone would give the ratio N. What goes out: a wave, as large as the mean count follows the dose and the pixel "
            "the wave, over the noise at that frequency.",
            lambda s: _mean_slope(s) ** 2 * s.arrived * _blur(s) ** 2 / _noise_spectrum(s),
        ),
        Line(
            "=\\mathrm{MTF}^2(s)\\left(\\frac{d\\bar c}{dN}\\right)^2\\frac{N}{\\mathrm{var}\\,c}",
            "Pixels count independently of each other, so their noise is white, and as strong at every frequency as the variance of one pixel.",
            lambda s: _blur(s) ** 2 * _mean_slope(s) ** 2 * s.arrived / _variance(s),
        ),
        Line(
            "=\\mathrm{sinc}^2(s)\\left(\\frac{d\\bar c}{dN}\\right)^2\\frac{N}{\\mathrm{var}\\,c}",
            "A pixel counts whatever falls on its square; the transform of a square is a sinc.",
            lambda s: _sinc2(s) * _mean_slope(s) ** 2 * s.arrived / _variance(s),
        ),
        Line(
            "=\\mathrm{sinc}^2(s)\\,e^{-2x}\\,\\frac{N}{\\mathrm{var}\\,c},\\qquad \\bar c=F\\left(1-e^{-x}\\right),\\;x=N/F",
            "In each of F frames it notices that something came, which has the chance one minus that of nothing.",
            lambda s: _sinc2(s) * np.exp(-2 * s.rate) * s.arrived / _variance(s),
        ),
        Line(
            "=\\mathrm{sinc}^2(s)\\,\\frac{x}{e^x-1},\\qquad \\mathrm{var}\\,c=F\\left(1-e^{-x}\\right)e^{-x}",
            "Frames are independent, and each is a coin: its variance is p(1 − p).",
            lambda s: _sinc2(s) * detector.counting_dqe(s.rate),
        ),
        Line(
            "\\approx\\mathrm{sinc}^2(s)\\left(1-\\frac{x}{2}\\right)",
            "At a low rate, the first term of the series.",
            lambda s: _sinc2(s) * (1 - s.rate / 2),
            approximates=True,
        ),
        Line(
            "\\approx\\left(1-\\frac{\\pi^2 s^2}{3}\\right)\\left(1-\\frac{x}{2}\\right)",
            "At low frequency, the first term of the sinc's.",
            lambda s: (1 - (np.pi * s.s) ** 2 / 3) * (1 - s.rate / 2),
            approximates=True,
        ),
    ),
    explanation="Two approximations: one about the rate, one about the frequency. With few electrons a frame the DQE is sinc², 0.41 at Nyquist, although every electron is counted: what a pixel loses is where in the pixel "
    "the electron was. Cameras that find the place to a quarter of a pixel (super-resolution) get that back.",
    serves=("M8.q1",),
)

DERIVATIONS = (COUNTING,)
