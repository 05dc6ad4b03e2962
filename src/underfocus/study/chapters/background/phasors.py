"""Complex numbers as arrows: sums of turned ones, the series of the exponential, and a straight step for a small turn."""

from __future__ import annotations

from typing import Any

import numpy as np

Complex = np.ndarray[Any, Any]


def chain(amplitude: float, angle: float, count: int) -> Complex:
    """Partial sums 0, A, A + A e^{iθ}, … (count + 1,) of arrows that each turn by ``angle`` degrees against the last."""
    arrows = amplitude * np.exp(1j * np.deg2rad(angle) * np.arange(count))
    return np.concatenate([[0], np.cumsum(arrows)])


def length_of_sum(amplitude: float, angle: Any, count: int) -> Complex:
    """|Σ A e^{ikθ}| of ``count`` arrows, at angles (degrees) of any shape: the sum itself, not its closed form."""
    turns = np.deg2rad(np.asarray(angle, float))[..., None] * np.arange(count)
    return np.asarray(np.abs((amplitude * np.exp(1j * turns)).sum(-1)))


def chord(n: Any, t: Any) -> Any:
    """|sin(nt/2) / sin(t/2)|, the closed form of the length of n unit arrows that turn by t radians each."""
    return np.abs(np.sin(n * t / 2) / np.sin(t / 2))


def series(angle: Any, terms: int) -> Complex:
    """Σ (iθ)^k / k! for k < ``terms``, at angles in rad."""
    total = np.zeros(np.shape(angle), complex)
    term = np.ones(np.shape(angle), complex)
    for k in range(1, terms + 1):
        total = total + term
        term = term * (1j * np.asarray(angle)) / k
    return np.asarray(total)


def power(number: complex, exponent: int) -> Complex:
    """1, z, z², … z^exponent (exponent + 1,): each a turn and a stretch of the one before."""
    return np.asarray(np.cumprod(np.concatenate([[1], np.full(exponent, number)])))


def straight_error(phase: Any) -> Any:
    """|e^{iφ} − (1 + iφ)| at phases in rad: how far the step along the tangent ends from the point on the circle."""
    return np.abs(np.exp(1j * np.asarray(phase, float)) - 1 - 1j * np.asarray(phase, float))


def largest_phase(error: float) -> float:
    """The phase in rad at which the straight step is off by ``error``."""
    from scipy.optimize import brentq

    return float(brentq(lambda phase: straight_error(phase) - error, 0.0, 2.0))
