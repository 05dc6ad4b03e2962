"""Sampling: crop, pad and bin in real and Fourier space, Nyquist and alias. The origin n // 2 stays the origin."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base.arrays import Array, is_torch, namespace
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
    """The half transform of n samples cut or zero-filled to that of m; lines at the smaller Nyquist are dropped."""
    small = min(n, m)
    keep = (small - 1) // 2
    rows_n = np.r_[0 : keep + 1, n - keep : n]
    rows_m = np.r_[0 : keep + 1, m - keep : m]
    xp = namespace(half)
    shape = (*half.shape[: half.ndim - dims], *[m] * (dims - 1), m // 2 + 1)
    out = xp.zeros(shape, dtype=half.dtype) if not is_torch(half) else half.new_zeros(shape)
    leading = [np.arange(s) for s in half.shape[: half.ndim - dims]]
    columns = np.arange(keep + 1)
    out[np.ix_(*leading, *[rows_m] * (dims - 1), columns)] = half[np.ix_(*leading, *[rows_n] * (dims - 1), columns)]
    return out


def _resample(x: Array, m: int, dims: int) -> Array:
    n = x.shape[-1]
    forward, inverse = (fourier.fft2, fourier.ifft2) if dims == 2 else (fourier.fft3, fourier.ifft3)
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
    """The same field on m > n samples, by zero-filling the transform (sinc interpolation); the pixel shrinks by n/m."""
    n = x.shape[-1]
    if m < n:
        raise InputError(f"a transform of {n} samples cannot be padded to {m}; crop it instead")
    return x if m == n else _resample(x, m, dims)


def bin(x: Array, factor: int, dims: int = 2) -> Array:
    """Averages over blocks of ``factor`` samples, as a camera bins; a remainder at the far edge is left out."""
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
