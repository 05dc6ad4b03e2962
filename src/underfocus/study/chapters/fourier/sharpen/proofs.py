"""The living derivations: from the integral to the DFT, and one step of Cooley and Tukey."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from underfocus.base.knobs import knob
from underfocus.maths import continuous, fourier
from underfocus.study.derivations import Derivation, Line

Real = np.ndarray[Any, Any]
Box = Annotated[float, knob("", 1.0, 12.0, "width of the box L", valid=(0.5, 40.0), step=0.5)]
Step = Annotated[float, knob("", 0.1, 1.0, "distance of samples dx", valid=(0.05, 2.0), step=0.05)]
Half = Annotated[int, knob("", 4, 256, "half the number of samples", valid=(1, 2048), log=True)]
FINE = 0.01


@dataclass(frozen=True)
class Sampled:
    """A lopsided function, a box and a step."""

    box: float
    step: float

    @property
    def n(self) -> int:
        """Samples in the box, an even number."""
        return max(4, 2 * round(self.box / self.step / 2))

    def g(self, x: Any) -> Real:
        """A Gaussian and a wave: smooth, and neither even nor odd."""
        return np.asarray(np.exp(-np.pi * x**2) * (1 + 0.5 * np.sin(5 * x)))

    @property
    def u(self) -> Real:
        """The DFT's own frequencies, the lowest sixteen of them at most."""
        return fourier.frequencies1(self.n, self.step)[: min(16, self.n // 2)]

    @property
    def x(self) -> Real:
        """The DFT's samples."""
        return (np.arange(self.n) - self.n // 2) * self.step


def sampled(box: Box = 3.0, step: Step = 0.5) -> Sampled:
    """A box and a step."""
    return Sampled(box, step)


TO_DFT = Derivation(
    id="integral-to-dft",
    title="From the integral to the FFT",
    state=sampled,
    lines=(
        Line(
            "G(u)=\\int_{-\\infty}^{\\infty} g(x)\\,e^{-2\\pi i u x}\\,dx",
            "The transform as it is defined.",
            lambda s: continuous.transform(s.g, s.u, (-8.0, 8.0), 1e-12)[0],
        ),
        Line(
            "\\approx\\int_{-L/2}^{L/2} g(x)\\,e^{-2\\pi i u x}\\,dx",
            "The box ends: what lies outside is lost. A wider box cures it.",
            lambda s: continuous.transform(s.g, s.u, (-s.n * s.step / 2, s.n * s.step / 2), 1e-12)[0],
            approximates=True,
        ),
        Line(
            "\\approx dx\\sum_{j} g(x_j)\\,e^{-2\\pi i u x_j}",
            "Samples in place of a line: everything repeats every 1/dx, and copies overlap. A finer step cures it.",
            lambda s: continuous.riemann(s.g(s.x), s.x, s.u),
            approximates=True,
        ),
        Line(
            "=dx\\;\\mathrm{DFT}_k\\,[g_j],\\quad u=k/(N\\,dx)",
            "At the frequencies that fit the box a whole number of times, that sum is the DFT, term by term.",
            lambda s: s.step * fourier.dft1(s.g(s.x))[: len(s.u)],
        ),
        Line(
            "=dx\\;\\mathrm{FFT}_k\\,[g_j]",
            "The same sums in another order.",
            lambda s: s.step * fourier.fft1(s.g(s.x))[: len(s.u)],
        ),
    ),
    explanation="Two approximations, and neither is the FFT's: the box and the step. The FFT itself is exact to rounding.",
    serves=("M3.q1",),
)


@dataclass(frozen=True)
class Split:
    """2·half random samples, in numpy's order: origin at sample 0."""

    half: int

    @property
    def g(self) -> Real:
        """The samples."""
        return np.random.default_rng(1).standard_normal(2 * self.half)

    def sum(self, g: Real) -> Real:
        """Their DFT, as a matrix product."""
        n = len(g)
        return np.asarray(np.exp(-2j * np.pi * np.outer(np.arange(n), np.arange(n)) / n) @ g)

    @property
    def twiddle(self) -> Real:
        """e^{−2πik/N} for the first half of frequencies."""
        return np.asarray(np.exp(-1j * np.pi * np.arange(self.half) / self.half))


def split(half: Half = 32) -> Split:
    """Twice as many samples."""
    return Split(half)


def _halves(s: Split) -> Real:
    even, odd = s.sum(s.g[::2]), s.sum(s.g[1::2])
    return np.concatenate([even + s.twiddle * odd, even - s.twiddle * odd])


def _library(s: Split) -> Real:
    import scipy.fft

    return np.asarray(scipy.fft.fft(s.g))


COOLEY_TUKEY = Derivation(
    id="cooley-tukey",
    title="One split, half the work",
    state=split,
    lines=(
        Line("G_k=\\sum_{j=0}^{N-1} g_j\\,e^{-2\\pi i jk/N}", "N sums of N terms.", lambda s: s.sum(s.g)),
        Line(
            "=\\sum_{m} g_{2m}\\,e^{-2\\pi i mk/(N/2)}+e^{-2\\pi i k/N}\\sum_{m} g_{2m+1}\\,e^{-2\\pi i mk/(N/2)}",
            "Even and odd samples apart; a factor comes out of the odd ones. Each sum is a DFT of half the size, and serves two frequencies: k and k + N/2 differ by a sign.",
            _halves,
        ),
        Line(
            "=\\mathrm{FFT}_k\\,[g]",
            "Split again until nothing is left to split: log₂ N times, N operations each.",
            _library,
        ),
    ),
    explanation="Nothing is approximated anywhere. A prime N cannot be split; libraries then go by way of a convolution of a better size, some times slower (Cooley & Tukey 1965, Math. Comput. 19, 297).",
    serves=("M3.r4", "M3.q3"),
)

DERIVATIONS = (TO_DFT, COOLEY_TUKEY)
