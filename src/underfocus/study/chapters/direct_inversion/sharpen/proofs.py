"""Living derivations: Wiener's filter from least squares with a prior, and RELION's τ² from the FSC of two halves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from underfocus.base.knobs import knob
from underfocus.maths import deconvolution
from underfocus.study.derivations import Derivation, Line
from underfocus.validation import ssnr

Real = np.ndarray[Any, Any]
Images = Annotated[int, knob("", 1, 500, "images, each with its own CTF", valid=(1, 5000), step=1, log=True)]
Noise = Annotated[
    float, knob("", 0.1, 20.0, "power of the noise over that of the strongest signal", valid=(1e-3, 1e3), log=True)
]
Values = Annotated[int, knob("", 20, 5000, "values in the shell", valid=(2, 50_000), step=10, log=True)]
Ratio = Annotated[float, knob("", 0.05, 20.0, "signal over noise in a half", valid=(1e-3, 1e3), log=True, label="SSNR")]
#: Fourier coefficients of the derivation, and how fast the signal falls along them.
COEFFICIENTS, FALL = 40, 3.0


@dataclass(frozen=True)
class Observed:
    """CTFs and observations (m, c), power of the noise, and of the signal in each coefficient (c,)."""

    transfers: Real
    seen: Real
    noise: float
    signal: Real


def observed(images: Images = 20, noise: Noise = 2.0) -> Observed:
    """A row of coefficients whose signal falls off, seen through CTFs that change sign."""
    rng = np.random.default_rng(12)
    signal = np.exp(-FALL * np.arange(COEFFICIENTS) / COEFFICIENTS)
    truth = np.sqrt(signal / 2) * (rng.standard_normal((2, COEFFICIENTS)).T @ np.array([1, 1j]))
    x = np.linspace(0.3, 1.0, COEFFICIENTS) ** 2
    transfers = np.sin(np.outer(rng.uniform(8, 20, images), x))
    grain = rng.standard_normal((images, COEFFICIENTS, 2)) @ np.array([1, 1j])
    return Observed(transfers, transfers * truth + np.sqrt(noise / 2) * grain, noise, signal)


def _stacked(o: Observed) -> Real:
    """The least squares of each coefficient with the prior as one more observation: of 0, through 1, with noise S."""
    found = []
    for c in range(COEFFICIENTS):
        rows = np.append(o.transfers[:, c] / np.sqrt(o.noise), 1 / np.sqrt(o.signal[c]))
        right = np.append(o.seen[:, c] / np.sqrt(o.noise), 0)
        found.append(np.linalg.lstsq(rows[:, None].astype(complex), right, rcond=None)[0][0])
    return np.array(found)


def _normal(o: Observed) -> Real:
    data, weight = deconvolution.summed(o.seen, o.transfers)
    return np.asarray((data / o.noise) / (weight / o.noise + 1 / o.signal))


WIENER = Derivation(
    id="wiener-from-least-squares",
    title="Wiener's filter is least squares with a belief",
    state=observed,
    lines=(
        Line(
            "\\hat F=\\arg\\min_F\\;\\sum_i\\frac{|X_i-c_iF|^2}{\\sigma^2}+\\frac{|F|^2}{\\tau^2}",
            "All that the images say, weighted by their noise σ², and one belief: F is about 0, give or take τ. The belief is an observation like the others, with its own noise; the minimum is found numerically.",
            _stacked,
        ),
        Line(
            "=\\frac{\\sum_i c_iX_i/\\sigma^2}{\\sum_i c_i^2/\\sigma^2+1/\\tau^2}",
            "The derivative by F* is put to zero. Nothing is left out: the expression is a parabola.",
            _normal,
        ),
        Line(
            "=\\frac{\\sum_i c_iX_i}{\\sum_i c_i^2+\\sigma^2/\\tau^2}",
            "Multiplied by σ² above and below. What stands beside Σc² is noise over signal, 1/SNR.",
            lambda o: deconvolution.combined(o.seen, o.transfers, o.signal / o.noise),
        ),
        Line(
            "\\approx\\frac{\\sum_i c_iX_i}{\\sum_i c_i^2+\\sigma^2/\\langle\\tau^2\\rangle}",
            "One ratio for all coefficients in place of each one's own: what a program does within a shell.",
            lambda o: deconvolution.combined(o.seen, o.transfers, float(o.signal.mean()) / o.noise),
            approximates=True,
        ),
        Line(
            "\\approx\\frac{\\sum_i c_iX_i}{\\sum_i c_i^2}",
            "Many images: Σc² grows with their number, the ratio does not. Turn the knob up.",
            lambda o: deconvolution.combined(o.seen, o.transfers, np.inf),
            approximates=True,
        ),
    ),
    explanation="Two steps approximate. The first by taking one prior for many coefficients, and it hardly matters with many images; the second by forgetting the prior, and with few images it is a disaster.",
)


@dataclass(frozen=True)
class Shell:
    """The signal's values in a shell, and those of two half maps: complex, (m,)."""

    signal: Real
    first: Real
    second: Real


def shell(values: Values = 1000, ratio: Ratio = 0.5) -> Shell:
    """A shell of two half maps with the given signal over noise, and noise of power 1."""
    rng = np.random.default_rng(14)
    drawn = rng.standard_normal((3, values, 2)) @ np.array([1, 1j]) / np.sqrt(2)
    signal = np.sqrt(ratio) * drawn[0]
    return Shell(signal, signal + drawn[1], signal + 1.1 * drawn[2])


def _power(x: Real) -> float:
    return float(np.mean(np.abs(x) ** 2))


def _shared(h: Shell) -> float:
    return float(np.mean((h.first * h.second.conj()).real))


def _half_noise(h: Shell) -> float:
    """Half of the power of the halves' difference."""
    return _power(h.first - h.second) / 2


def _mean_power(h: Shell) -> float:
    return (_power(h.first) + _power(h.second)) / 2


def _fsc(h: Shell) -> float:
    return _shared(h) / float(np.sqrt(_power(h.first) * _power(h.second)))


def _odds(rho: float) -> float:
    """As `ssnr.of_fsc`, for correlations that chance made negative too."""
    return float(ssnr.of_fsc(rho)) if rho > 0 else rho / (1 - rho)


TAU = Derivation(
    id="tau-from-fsc",
    title="The prior's τ² from two halves",
    state=shell,
    lines=(
        Line(
            "\\tau^2=\\langle|S|^2\\rangle",
            "The power of the signal in a shell: what the prior wants to know, and nobody does.",
            lambda h: _power(h.signal),
        ),
        Line(
            "\\approx\\mathrm{Re}\\,\\langle AB^*\\rangle",
            "A = S + N₁ and B = S + N₂: the three products with noise average to zero, but over few values not quite.",
            _shared,
            approximates=True,
        ),
        Line(
            "=P-\\sigma^2,\\quad P=\\tfrac12\\langle|A|^2+|B|^2\\rangle,\\;\\sigma^2=\\tfrac12\\langle|A-B|^2\\rangle",
            "The square of a difference, multiplied out: an identity.",
            lambda h: _mean_power(h) - _half_noise(h),
        ),
        Line(
            "=\\frac{\\rho}{1-\\rho}\\,\\sigma^2,\\quad \\rho=\\frac{\\mathrm{Re}\\,\\langle AB^*\\rangle}{P}",
            "P = σ²/(1 − ρ), by the line before.",
            lambda h: _odds(_shared(h) / _mean_power(h)) * _half_noise(h),
        ),
        Line(
            "\\approx\\frac{\\mathrm{FSC}}{1-\\mathrm{FSC}}\\,\\sigma^2=\\mathrm{SSNR}\\cdot\\sigma^2",
            "The FSC divides by the geometric mean of the halves' powers, ρ by the arithmetic one. Equal halves: the same.",
            lambda h: _odds(_fsc(h)) * _half_noise(h),
            approximates=True,
        ),
    ),
    explanation="Two steps approximate: chance correlations, which fall as one over the root of the shell's size, and halves of unequal power, which costs next to nothing. So the FSC alone gives τ²/σ², and RELION's update of its prior is this line; it needs the halves to be independent, which no algebra can see to.",
)

DERIVATIONS = (WIENER, TAU)
