"""Power spectra and their averages over rings and shells."""

from __future__ import annotations

import numpy as np

from ..base.arrays import Array
from ..base.errors import InputError
from . import fourier, shells


def power(x: Array, dims: int = 2) -> Array:
    """|F|²/N on the half transform of images (…, n, n) or volumes (…, n, n, n): for white noise its variance.

    N is the number of samples, so that values can be compared between boxes.
    """
    if dims not in (2, 3):
        raise InputError(f"power spectra are of images (2 axes) or volumes (3), and {dims} axes were asked for")
    half = (fourier.fft2 if dims == 2 else fourier.fft3)(x)
    return abs(half) ** 2 / x.shape[-1] ** dims


def radial(x: Array, pixel: float = 1.0, dims: int = 2) -> tuple[Array, Array]:
    """Spatial frequencies (n//2+1,) in 1/Å and the mean of `power` on each ring or shell (…, n//2+1)."""
    n = x.shape[-1]
    return np.arange(n // 2 + 1) / (n * pixel), shells.shell_mean(power(x, dims), n, dims)


def amplitude(x: Array, pixel: float = 1.0, dims: int = 3) -> tuple[Array, Array]:
    """Spatial frequencies in 1/Å and the root mean square amplitude |F| on each ring or shell: what Guinier plots."""
    n = x.shape[-1]
    s, mean = radial(x, pixel, dims)
    return s, (mean * n**dims) ** 0.5


def windowed(image: Array, edge: float = 0.1) -> Array:
    """Images (…, n, n) less their mean, falling to zero over ``edge`` of the box at each side.

    Takes away the cross that unequal edges draw into a power spectrum. A raised cosine (Tukey's window).
    """
    if not 0 <= edge <= 0.5:
        raise InputError(f"the edge of a window is a part of the box, 0 to 0.5, and {edge} was given")
    n = image.shape[-1]
    place = np.minimum(np.arange(n) + 0.5, n - 0.5 - np.arange(n)) / n
    line = np.ones(n) if edge == 0 else 0.5 - 0.5 * np.cos(np.pi * np.clip(place / edge, 0, 1))
    return (image - image.mean((-2, -1))[..., None, None]) * np.outer(line, line).astype(image.dtype)
