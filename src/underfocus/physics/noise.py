"""Noise: white Gaussian with a seeded stream for each image, so that cutting a set changes nothing; Poisson; and the
structural noise of amorphous films, which goes through the CTF as the specimen does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from ..base.arrays import generator
from ..base.errors import InputError
from ..data.optics import Optics
from ..maths import fourier
from .ctf import ctf2

Real = np.ndarray[Any, Any]
#: A spectral density over |s| in 1/Å.
Power: TypeAlias = Callable[[Real], Real]


def white(shape: tuple[int, int, int], sigma: float, seed: int | None = None, first: int = 0) -> Real:
    """Gaussian noise (m, ny, nx), float32, for the images numbered ``first`` on; each has its own stream."""
    out = np.zeros(shape, np.float32)
    add_white(out, sigma, seed, first)
    return out


def add_white(images: Real, sigma: float, seed: int | None = None, first: int = 0) -> None:
    """Add the noise of `white` to images (m, ny, nx) float32 in place, one at a time in a processor's cache."""
    if sigma < 0:
        raise InputError(f"a standard deviation must be at least 0, and {sigma:g} was given")
    entropy = np.random.SeedSequence(seed).entropy
    drawn = np.empty(images.shape[1:], np.float32)
    for i, image in enumerate(images):
        stream = np.random.Generator(np.random.SFC64(np.random.SeedSequence(entropy, spawn_key=(first + i,))))
        stream.standard_normal(out=drawn, dtype=np.float32)
        np.multiply(drawn, np.float32(sigma), out=drawn)
        image += drawn


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


def coloured(shape: tuple[int, int, int], pixel: float, power: Power, seed: int | None = None, first: int = 0) -> Real:
    """Gaussian random fields (m, n, n), float32, whose |F|²/N is on average power(s)/pixel²; one stream an image.

    ``power`` takes the half plane's |s| in 1/Å and gives a spectral density, in (unit of the image)² Å²: the same
    film has the same power whatever the pixel.
    """
    n = shape[-1]
    gain = np.sqrt(power(fourier.radius2(n, pixel))) / pixel
    return np.asarray(fourier.ifft2(fourier.fft2(white(shape, 1.0, seed, first)) * gain.astype(np.float32), n))


def structural(
    shape: tuple[int, int, int],
    pixel: float,
    optics: Optics,
    power: Power,
    seed: int | None = None,
    first: int = 0,
) -> Real:
    """What the atoms of ice or of a support add to relative intensities: 2 · CTF on a random field of phases.

    (m, n, n), float32. It is there before any electron is counted, is the same in every frame, grows with the film's
    thickness and not with the dose, and has the rings of Thon: unlike shot noise it carries the CTF. ``power`` in
    rad² Å², such as `films.film` gives.
    """
    n = shape[-1]
    phases = fourier.fft2(coloured(shape, pixel, power, seed, first))
    return np.asarray(fourier.ifft2(phases * (2 * ctf2(n, pixel, optics)), n))
