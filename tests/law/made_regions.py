"""Half maps of random atoms whose middle is known to finer detail than their rim, made so that the truth is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from underfocus.maths import fourier

Real = np.ndarray[Any, Any]
PIXEL = 2.0
#: SNR at which half maps correlate as 0.143.
AT_THRESHOLD = 0.143 / (1 - 0.143)
#: Over so many Å either side of the border one region goes over into the other.
EDGE = 8.0


def noise(seed: int, n: int) -> Real:
    return np.random.default_rng(seed).standard_normal((n, n, n)).astype(np.float32)


def atoms(seed: int, n: int) -> Real:
    """As many point atoms of unlike weights as there are tens of voxels, at random places: a flat spectrum."""
    rng = np.random.default_rng(seed)
    total = np.zeros((n, n, n), np.float32)
    np.add.at(total, tuple(rng.integers(0, n, (3, n**3 // 10))), rng.uniform(0.5, 1.5, n**3 // 10))
    return (total - total.mean()) / total.std()


def cut(resolution: float, snr: float) -> Callable[[Real], Real]:
    """SNR at frequencies s that is flat up to 1/resolution and nothing beyond."""
    return lambda s: np.where(s < 1 / resolution, snr, 0.0)


def falling(resolution: float, snr: float) -> Callable[[Real], Real]:
    """SNR that falls as a B-factor makes it: ``snr`` at 30 Å, and what FSC = 0.143 means at the resolution."""
    slope = np.log(snr / AT_THRESHOLD) / (resolution**-2 - 30.0**-2)
    return lambda s: snr * np.exp(-slope * (s**2 - 30.0**-2))


def inner(n: int) -> Real:
    """Weights (n, 1, 1) of the inner region: the middle half of the box along z."""
    away = np.abs(np.arange(n) - n // 2) * PIXEL - n * PIXEL / 4
    return (0.5 - 0.5 * np.clip(away / EDGE, -1, 1)).astype(np.float32)[:, None, None]


def halves(n: int, fine: Callable[[Real], Real], coarse: Callable[[Real], Real], seed: int = 1) -> tuple[Real, Real]:
    """Two half maps (n, n, n): one structure with noise of its own in each, of unit variance."""
    structure, s = fourier.fft3(atoms(seed, n)), fourier.radius3(n, PIXEL)
    parts = [fourier.ifft3(structure * np.sqrt(snr(s)), n).astype(np.float32) for snr in (fine, coarse)]
    signal = inner(n) * parts[0] + (1 - inner(n)) * parts[1]
    return signal + noise(seed + 1, n), signal + noise(seed + 2, n)
