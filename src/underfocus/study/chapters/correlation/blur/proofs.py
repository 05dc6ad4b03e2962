"""The chapter's living derivation: cross-correlation is a product of transforms, one of them conjugated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from underfocus.base.knobs import knob
from underfocus.maths import fourier
from underfocus.study.derivations import Derivation, Line

Real = np.ndarray[Any, Any]
SIDE = 64
Move = Annotated[int, knob("px", -20, 20, "how far the second line is moved", valid=(-31, 31))]
Noise = Annotated[float, knob("", 0.0, 2.0, "noise on both lines", valid=(0.0, 20.0), step=0.05)]


@dataclass(frozen=True)
class Lines:
    """Two lines of samples (n,): a feature, and the same feature moved, each with noise."""

    f: Real
    g: Real


def lines(move: Move = 7, noise: Noise = 0.3) -> Lines:
    """A pair of unequal bumps, and the pair moved."""
    x = np.arange(SIDE) - SIDE // 2
    f = np.exp(-0.5 * (x / 2.0) ** 2) + 0.6 * np.exp(-0.5 * ((x - 9) / 3.0) ** 2)
    rng = np.random.default_rng(4)
    return Lines(
        f + noise * rng.standard_normal(SIDE),
        np.roll(f, move) + noise * rng.standard_normal(SIDE),
    )


def _direct(f: Real, g: Real) -> Real:
    """Σ f(t) g(t + m) for every lag m about the middle, every sum written out."""
    lags = np.arange(SIDE) - SIDE // 2
    return np.array([sum(f[t] * g[(t + m) % SIDE] for t in range(SIDE)) for m in lags])


def _normalised(values: Real) -> Real:
    """A correlation of whitened lines: every frequency counts alike."""
    return np.asarray(values / np.maximum(np.abs(values), 1e-12))


CORRELATION = Derivation(
    id="correlation-theorem",
    title="Looking everywhere at once",
    state=lines,
    lines=(
        Line(
            "C(u)=\\sum_m e^{-2\\pi i u m}\\sum_t f(t)\\,g(t+m)",
            "Correlation as it is defined: lay g over f at every lag m, multiply, add; then transform.",
            lambda s: fourier.dft1(_direct(s.f, s.g)),
        ),
        Line(
            "=\\sum_t f(t)\\,e^{+2\\pi i u t}\\;\\sum_y g(y)\\,e^{-2\\pi i u y}",
            "Put y = t + m and change the order of the sums: the exponent falls into two.",
            lambda s: np.conj(fourier.dft1(s.f)) * fourier.dft1(s.g),
        ),
        Line(
            "=F^{*}(u)\\,G(u)",
            "The first sum has the other sign: for real f it is the conjugate of F. With F in place of F* this would be the convolution.",
            lambda s: np.conj(fourier.fft1(s.f)) * fourier.fft1(s.g),
        ),
        Line(
            "\\approx \\frac{F^{*}G}{|F|\\,|G|}\\;|F|^2",
            "Keep the phases of the product alone and give them the power of f: a mutual phase correlation. Without noise nothing is lost.",
            lambda s: _normalised(np.conj(fourier.fft1(s.f)) * fourier.fft1(s.g)) * np.abs(fourier.fft1(s.f)) ** 2,
            approximates=True,
        ),
    ),
    explanation="Three transforms replace a sum for every lag: n log n in place of n². The last line is a choice and not a theorem: it differs from the "
    "correlation by what noise did to the amplitudes, and it is what some programs use to align frames.",
    serves=("M26.r2",),
)

DERIVATIONS = (CORRELATION,)
