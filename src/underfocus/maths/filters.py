"""Filters: what each frequency is multiplied by, as functions of |k| in 1/Å, and how they are applied.

Every transfer takes and gives arrays of any shape, numpy or torch. Lengths are in Å; a cut-off in Å is the length whose
frequency is half way down (Butterworth: amplitude 1/√2). Edges in Å⁻¹ would mean little to a reader: ``edge`` is the
part of the cut-off frequency over which a raised cosine falls.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from ..base.arrays import Array, is_torch, like, namespace
from ..base.errors import InputError
from . import fourier

#: A function of |k| in 1/Å.
Transfer: TypeAlias = Callable[[Array], Array]


def _positive(**lengths: float) -> None:
    for name, value in lengths.items():
        if not value > 0:
            raise InputError(f"the {name.replace('_', ' ')} of a filter must be positive, and {value} was given")


def low_pass(k: Array, resolution: float, edge: float = 0.1) -> Array:
    """1 below the cut-off 1/``resolution``, 0 above, half at it; a raised cosine falls over ``edge`` of the cut-off.

    An edge of 0 cuts sharply (what lies at the cut-off is kept), and rings in real space.
    """
    _positive(resolution=resolution)
    if not 0 <= edge <= 2:
        raise InputError(f"the edge of a filter is a part of its cut-off, 0 to 2, and {edge} was given")
    xp = namespace(k)
    if edge < 1e-6:
        inside = k * resolution <= 1 + 1e-9
        return xp.where(inside, xp.ones_like(k), xp.zeros_like(k))
    place = xp.clip((k * resolution - 1) / edge + 0.5, 0.0, 1.0)
    return 0.5 + 0.5 * xp.cos(np.pi * place)


def high_pass(k: Array, resolution: float, edge: float = 0.1) -> Array:
    """What `low_pass` takes away: 0 for lengths beyond ``resolution``, 1 for finer ones; the mean goes."""
    return 1 - low_pass(k, resolution, edge)


def band_pass(k: Array, coarse: float, fine: float, edge: float = 0.1) -> Array:
    """Lengths from ``coarse`` down to ``fine`` Å. InputError where coarse is not the longer one."""
    if not coarse > fine:
        raise InputError(f"a band runs from the longer length to the shorter, and {coarse} to {fine} Å was given")
    return low_pass(k, fine, edge) * high_pass(k, coarse, edge)


def butterworth(k: Array, resolution: float, order: int = 8) -> Array:
    """1 / √(1 + (k d)^(2·order)): maximally flat, 1/√2 at the cut-off (Butterworth 1930, Wireless Engineer 7, 536)."""
    _positive(resolution=resolution, order=order)
    return 1 / (1 + (k * resolution) ** (2 * order)) ** 0.5


def gaussian(k: Array, sigma: float) -> Array:
    """What a blur by a Gaussian of ``sigma`` Å does: exp(−2π²σ²k²); 1/e at the length π√2 σ."""
    _positive(sigma=sigma)
    return namespace(k).exp(-2 * np.pi**2 * sigma**2 * k**2)


def bfactor(k: Array, b: float) -> Array:
    """exp(−B k²/4) with B in Å²: positive damps, negative sharpens. A blur by σ is B = 8π²σ²."""
    return namespace(k).exp(-b * k**2 / 4)


def wiener(ctf: Array, snr: float | Array) -> Array:
    """CTF / (CTF² + 1/SNR), for data that the CTF has multiplied; SNR in power."""
    if not is_torch(snr) and (np.asarray(snr) <= 0).any():
        raise InputError("the signal-to-noise ratio must be positive, and a value of zero or less was given")
    return ctf / (ctf**2 + 1 / snr)


def then(*transfers: Transfer) -> Transfer:
    """All of these, one after the other: their product. Filters commute."""

    def product(k: Array) -> Array:
        out = namespace(k).ones_like(k)
        for transfer in transfers:
            out = out * transfer(k)
        return out

    return product


def radius(shape: tuple[int, ...], pixel: float = 1.0, like_array: Array | None = None) -> Array:
    """|k| in 1/Å over the half transform of an array of one to three axes (…, n) of any lengths: (…, n//2+1)."""
    if len(shape) not in (1, 2, 3):
        raise InputError(f"filters are for lines, images and volumes, and {len(shape)} axes were asked for")
    axes = [fourier.frequencies1(n, pixel) for n in shape[:-1]] + [fourier.half_frequencies1(shape[-1], pixel)]
    square = sum(np.meshgrid(*[k**2 for k in axes], indexing="ij", sparse=True))
    k = np.sqrt(square)
    return k if like_array is None else like(k, like_array)


def apply(x: Array, transfer: Transfer | Array, pixel: float = 1.0, dims: int = 2, workers: int | None = None) -> Array:
    """x after a filter over its last ``dims`` axes: a function of |k| in 1/Å, or values on the half transform.

    Axes may differ in length. Periodic: what leaves one edge comes in at the other; pad first where that matters.
    Precision follows x. A filter knows no origin, so none is moved.
    """
    if not 1 <= dims <= min(3, x.ndim):
        raise InputError(f"filters are for lines, images and volumes, and {dims} of {x.ndim} axes were asked for")
    shape, axes = tuple(x.shape[-dims:]), tuple(range(-dims, 0))
    gain: Any = transfer
    if callable(transfer):
        gain = transfer(radius(shape, pixel, x if is_torch(x) else None))
    if is_torch(x):
        xp = namespace(x)
        return xp.fft.irfftn(xp.fft.rfftn(x, axes=axes) * gain, s=shape, axes=axes)
    import scipy.fft

    half = scipy.fft.rfftn(x, axes=axes, workers=workers)
    gain = np.asarray(gain, half.dtype if np.iscomplexobj(gain) else half.real.dtype)
    return scipy.fft.irfftn(half * gain, s=shape, axes=axes, workers=workers)
