"""Noise: white Gaussian with a seeded stream for each image, so that cutting a set changes nothing; and Poisson."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base.arrays import generator
from ..base.errors import InputError

Real = np.ndarray[Any, Any]


def white(shape: tuple[int, int, int], sigma: float, seed: int | None = None, first: int = 0) -> Real:
    """Gaussian noise (m, ny, nx), float32, for the images numbered ``first`` on; each has its own stream."""
    if sigma < 0:
        raise InputError(f"a standard deviation must be at least 0, and {sigma:g} was given")
    out = np.empty(shape, np.float32)
    entropy = np.random.SeedSequence(seed).entropy
    for i in range(shape[0]):
        stream = np.random.Generator(np.random.Philox(np.random.SeedSequence(entropy, spawn_key=(first + i,))))
        stream.standard_normal(out=out[i], dtype=np.float32)
    out *= np.float32(sigma)
    return out


def poisson(expected: Real, seed: int | np.random.Generator | None = None) -> Real:
    """Counted electrons for expected counts of any shape; InputError where a count is negative."""
    if np.min(expected, initial=0.0) < 0:
        raise InputError(f"expected counts must be at least 0, and {np.min(expected):g} was given")
    return np.asarray(generator(seed).poisson(expected))


def sigma_for_snr(signal_variance: float, snr: float) -> float:
    """Standard deviation of the noise for which variance of signal over variance of noise is ``snr``."""
    if snr <= 0:
        raise InputError(f"a signal-to-noise ratio must be above 0, and {snr:g} was given")
    return float(np.sqrt(signal_variance / snr))
