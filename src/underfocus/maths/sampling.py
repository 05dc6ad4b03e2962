"""Sampling: crop, pad and bin in real and Fourier space, Nyquist and alias.

The origin n // 2 stays the origin, except in `bin`. numpy and torch; leading axes are batched.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np

from ..base.arrays import Array, is_torch
from ..base.errors import InputError
from . import fourier


def _window(n: int, m: int) -> slice:
    """Where m samples about the origin of n lie."""
    start = n // 2 - m // 2
    return slice(start, start + m)


def crop(x: Array, m: int, dims: int = 2) -> Array:
    """The central m samples of the last ``dims`` axes (…, n, n). InputError where m > n."""
    n = x.shape[-1]
    if not 1 <= m <= n:
        raise InputError(f"an array of {n} samples can be cropped to between 1 and {n}, and {m} was asked for")
    return x[(..., *[_window(n, m)] * dims)]


def pad(x: Array, m: int, dims: int = 2, value: float = 0.0) -> Array:
    """x within m samples on its last ``dims`` axes, the rest ``value``. InputError where m < n."""
    n = x.shape[-1]
    if m < n:
        raise InputError(f"an array of {n} samples cannot be padded to {m}; crop it instead")
    before = m // 2 - n // 2
    after = m - n - before
    if is_torch(x):
        import torch

        return torch.nn.functional.pad(x, (before, after) * dims, value=value)
    width = [(0, 0)] * (x.ndim - dims) + [(before, after)] * dims
    return np.pad(x, width, constant_values=value)


def _resize_half(half: Array, n: int, m: int, dims: int) -> Array:
    """The half transform of n samples cut or zero-filled to that of m; lines at the smaller Nyquist are dropped.

    The Nyquist line of an even number of samples stands for both signs of its frequency at once, which no transform of
    another size can hold.
    """
    keep = (min(n, m) - 1) // 2
    shape = (*half.shape[: half.ndim - dims], *[m] * (dims - 1), m // 2 + 1)
    out = half.new_zeros(shape) if is_torch(half) else np.zeros(shape, half.dtype)
    bands = [slice(0, keep + 1)] + ([slice(-keep, None)] if keep else [])
    for rows in product(bands, repeat=dims - 1):
        block = (..., *rows, slice(0, keep + 1))
        out[block] = half[block]
    return out


def _resample(x: Array, m: int, dims: int) -> Array:
    if dims not in (1, 2, 3):
        raise InputError(f"transforms of one to three axes are resized, and {dims} axes were asked for")
    n = x.shape[-1]
    forward: Any = (fourier.half_fft1, fourier.fft2, fourier.fft3)[dims - 1]
    inverse: Any = (fourier.half_ifft1, fourier.ifft2, fourier.ifft3)[dims - 1]
    return inverse(_resize_half(forward(x), n, m, dims), m) * (m / n) ** dims


def fourier_crop(x: Array, m: int, dims: int = 2) -> Array:
    """Images or volumes with m < n samples over the same field, by cropping the transform; values keep their mean.

    The pixel grows by n/m. No alias: everything beyond the new Nyquist is gone. InputError where m > n.
    """
    n = x.shape[-1]
    if not 1 <= m <= n:
        raise InputError(f"a transform of {n} samples can be cropped to between 1 and {n}, and {m} was asked for")
    return x if m == n else _resample(x, m, dims)


def fourier_pad(x: Array, m: int, dims: int = 2) -> Array:
    """The same field on m > n samples, by zero-filling the transform (sinc interpolation); the pixel shrinks by n/m.

    Values keep their mean; of an even number of samples the Nyquist lines are dropped. InputError where m < n.
    """
    n = x.shape[-1]
    if m < n:
        raise InputError(f"a transform of {n} samples cannot be padded to {m}; crop it instead")
    return x if m == n else _resample(x, m, dims)


def rescale(x: Array, pixel: float, wanted: float, dims: int = 2) -> tuple[Array, float]:
    """The same field at a pixel of about ``wanted`` Å, by cropping or padding the transform, and the pixel it has.

    A box holds whole samples, so the pixel is n·pixel/m for the nearest m: at most one part in 2m away. InputError
    for pixels that are not positive or leave fewer than two samples.
    """
    if not (pixel > 0 and wanted > 0):
        raise InputError(f"pixels must be positive, and {pixel} and {wanted} Å were given")
    n = x.shape[-1]
    m = round(n * pixel / wanted)
    if m < 2:
        raise InputError(f"a field of {n * pixel:g} Å holds no two pixels of {wanted} Å; ask for smaller ones")
    return (fourier_crop if m < n else fourier_pad)(x, m, dims), n * pixel / m


def bin(x: Array, factor: int, dims: int = 2) -> Array:
    """Averages over blocks of ``factor`` samples, as a camera bins; a remainder at the far edge is left out.

    The one function here that moves the origin: new sample j lies at old sample j·factor + (factor − 1)/2, so that of
    an even number of blocks the new origin is (factor − 1)/2 old pixels beyond the old one. InputError for factors
    outside 1 … n.
    """
    n = x.shape[-1]
    if not 1 <= factor <= n:
        raise InputError(f"{n} samples can be binned by 1 to {n}, and {factor} was asked for")
    m = n // factor
    blocks = x[(..., *[slice(0, m * factor)] * dims)]
    shape = list(blocks.shape[: blocks.ndim - dims])
    for _ in range(dims):
        shape += [m, factor]
    axes = tuple(range(len(shape) - 2 * dims + 1, len(shape), 2))
    return blocks.reshape(shape).mean(axes)


def nyquist(pixel: float) -> float:
    """The finest period in Å that a pixel in Å can carry: twice the pixel."""
    return 2.0 * pixel


def alias(frequency: Any, pixel: float) -> Any:
    """The frequency in 1/Å, within ± Nyquist, as which samples every ``pixel`` Å see a given one."""
    rate = 1.0 / pixel
    return frequency - rate * np.round(np.asarray(frequency) / rate)
