"""Wiener's exercise: four images of one Fourier coefficient, worked on a napkin."""

from __future__ import annotations

from typing import Any

import numpy as np

from underfocus.maths import deconvolution

Real = np.ndarray[Any, Any]
#: The coefficient, its four CTF values, and the noise in the four images.
TRUTH, TRANSFERS, NOISE = 1.0, (0.1, 0.2, -0.1, -0.2), (1.0, 1.0, -1.0, 1.0)


def images(strength: float = 1.0, sets: int = 1, even: bool = False) -> tuple[Real, Real]:
    """CTFs times ``strength`` and the observations CTF·F + noise, the four of them so many times; ``even``: CTFs of 1."""
    transfers = np.ones(len(TRANSFERS)) if even else strength * np.asarray(TRANSFERS)
    return np.tile(transfers, sets), np.tile(transfers * TRUTH + np.asarray(NOISE), sets)


def estimate(strength: float = 1.0, sets: int = 1, noise: float = 1.0, even: bool = False) -> float:
    """Wiener's estimate of F with ``noise`` = 1/SNR below the fraction; 0 leaves the prior out."""
    transfers, observations = images(strength, sets, even)
    snr = np.inf if noise == 0 else 1 / noise
    return float(deconvolution.combined(observations, transfers, snr))


def errors(weight: float, terms: Real) -> tuple[Real, Real]:
    """Mean square of the signal that is taken and of the noise that is let in, for each 1/SNR; both have power 1."""
    gain = weight / (weight + terms)
    return (1 - gain) ** 2, gain**2 / weight
