"""Undoing a convolution: dividing by the kernel's transform, and what Wiener does where that transform is small.

Circular, on images or lines of one size with their kernel about n // 2. Wiener 1949; the mean square error is least
where the signal-to-noise ratio is the true one at every frequency.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base.errors import InputError

Array = np.ndarray[Any, Any]


def naive_gain(transfer: Array) -> Array:
    """1 / H. Raises InputError where H is zero, since what it took away cannot be had back."""
    if (np.asarray(transfer) == 0).any():
        raise InputError(
            "the transfer is zero at some frequency, and a division cannot bring back what it took; use wiener"
        )
    return np.asarray(1 / np.asarray(transfer))


def wiener_gain(transfer: Array, snr: float | Array) -> Array:
    """H* / (|H|² + 1/SNR): 1/H where the signal is strong, nothing where it drowned; SNR in power, one or one an H."""
    if (np.asarray(snr) <= 0).any():
        raise InputError("the signal-to-noise ratio must be positive, and a value of zero or less was given")
    transfer = np.asarray(transfer)
    return np.asarray(np.conj(transfer) / (np.abs(transfer) ** 2 + 1 / np.asarray(snr)))


def summed(observations: Array, transfers: Array) -> tuple[Array, Array]:
    """ΣH*X and Σ|H|² over the first axis: all that several observations X = H·F + noise of one F say of it.

    Noise of the same power in all. Raises InputError where the shapes differ.
    """
    seen, through = np.asarray(observations), np.asarray(transfers)
    if seen.shape != through.shape:
        raise InputError(f"each observation has its transfer, and {seen.shape} and {through.shape} were given")
    return np.asarray((np.conj(through) * seen).sum(axis=0)), np.asarray((np.abs(through) ** 2).sum(axis=0))


def combined(observations: Array, transfers: Array, snr: float | Array) -> Array:
    """Wiener's estimate ΣH*X/(Σ|H|² + 1/SNR) of what all observations (m, …) hold; SNR in power, ∞ for no prior."""
    if (np.asarray(snr) <= 0).any():
        raise InputError("the signal-to-noise ratio must be positive, and a value of zero or less was given")
    data, weight = summed(observations, transfers)
    return np.asarray(data / (weight + 1 / np.asarray(snr, np.float64)))


def naive(blurred: Array, kernel: Array) -> Array:
    """The array whose circular convolution with ``kernel`` (of the same shape) is ``blurred``, noise and all."""
    return _applied(blurred, naive_gain(_transfer(blurred, kernel)))


def wiener(blurred: Array, kernel: Array, snr: float | Array) -> Array:
    """Wiener's estimate of what was blurred; ``snr`` a number, or an array on the half transform (…, n // 2 + 1)."""
    return _applied(blurred, wiener_gain(_transfer(blurred, kernel), snr))


def _transfer(blurred: Array, kernel: Array) -> Array:
    import scipy.fft

    if np.shape(blurred) != np.shape(kernel):
        raise InputError(
            f"the kernel must have the blurred array's shape {np.shape(blurred)} with its centre at n // 2, and "
            f"{np.shape(kernel)} was given; set it into zeros"
        )
    centre = tuple(-(n // 2) for n in np.shape(kernel))
    return np.asarray(scipy.fft.rfftn(np.roll(kernel, centre, axis=tuple(range(len(centre))))))


def _applied(blurred: Array, gain: Array) -> Array:
    import scipy.fft

    return np.asarray(scipy.fft.irfftn(scipy.fft.rfftn(np.asarray(blurred)) * gain, s=np.shape(blurred)))
