"""Centred Fourier transforms, frequency grids and the textbook transform: the only file that shifts.

G(u) = ∫ g(x) e^{−2πiux} dx. In real space the origin is the sample n // 2 on every axis; in Fourier space it is the
corner of the array. Images and volumes have half transforms (last axis kx ≥ 0), since their values are real. The
forward transform carries no factor, the inverse 1/N. Frequencies are in 1/Å where a pixel in Å is given. numpy and
torch; leading axes are batched.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base.arrays import Array, is_torch, like, namespace
from ..base.errors import InputError


def _axes(dims: int) -> tuple[int, ...]:
    return tuple(range(-dims, 0))


def _to_corner(x: Array, dims: int) -> Array:
    """Move the origin n // 2 to index 0."""
    if is_torch(x):
        return namespace(x).fft.ifftshift(x, axes=_axes(dims))
    return np.fft.ifftshift(x, axes=_axes(dims))


def _to_centre(x: Array, dims: int) -> Array:
    """Move index 0 to n // 2."""
    if is_torch(x):
        return namespace(x).fft.fftshift(x, axes=_axes(dims))
    return np.fft.fftshift(x, axes=_axes(dims))


def _library(x: Array) -> Any:
    """torch's transforms for tensors, scipy's (which keep single precision) for numpy."""
    if is_torch(x):
        return namespace(x).fft
    import scipy.fft

    return scipy.fft


def fft1(g: Array) -> Array:
    """Full transform (…, n) of centred samples (…, n); multiply by the sampling step for the continuous integral."""
    return _library(g).fft(_to_corner(g, 1))


def ifft1(transform: Array) -> Array:
    """Centred complex samples (…, n) from a full transform (…, n)."""
    return _to_centre(_library(transform).ifft(transform), 1)


def dft_matrix(n: int) -> np.ndarray[Any, Any]:
    """The matrix (n, n) of the textbook transform: e^{−2πijk/n} for the sample j (origin n // 2) and the frequency k.

    Its angles grow to 2πn and are rounded with their size, which is most of the error of such a sum.
    """
    return np.asarray(np.exp(-2j * np.pi * np.outer(np.arange(n) - n // 2, np.arange(n)) / n))


def dft1(g: Array) -> Array:
    """The textbook twin of `fft1`: a sum over samples for every frequency, as a matrix product in double precision."""
    matrix = dft_matrix(g.shape[-1])
    if is_torch(g):
        import torch

        return g.to(torch.complex128) @ torch.as_tensor(matrix, device=g.device)
    return np.asarray(g) @ matrix


def direct1(g: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The sums of `dft1` one frequency at a time, their phases looked up in a table of the n roots of unity.

    No matrix is kept, and since jk is taken modulo n no angle exceeds one turn: nearly as exact as `fft1`. numpy.
    """
    n = g.shape[-1]
    roots, places = np.exp(-2j * np.pi * np.arange(n) / n), np.arange(n) - n // 2
    return np.stack([np.asarray(g) @ roots[places * k % n] for k in range(n)], axis=-1)


def _forward(x: Array, dims: int, workers: int | None) -> Array:
    corner = _to_corner(x, dims)
    if is_torch(x):
        return _library(x).rfftn(corner, axes=_axes(dims))
    return _library(x).rfftn(corner, axes=_axes(dims), workers=workers)


def _inverse(half: Array, n: int, dims: int, workers: int | None) -> Array:
    expected = (*[n] * (dims - 1), n // 2 + 1)
    if tuple(half.shape[-dims:]) != expected:
        raise InputError(
            f"the half transform of {n} samples a side has the shape {expected}, and {tuple(half.shape[-dims:])} was "
            "given; hand over the n of the image or volume itself"
        )
    if is_torch(half):
        return _to_centre(_library(half).irfftn(half, s=(n,) * dims, axes=_axes(dims)), dims)
    return _to_centre(_library(half).irfftn(half, s=(n,) * dims, axes=_axes(dims), workers=workers), dims)


def half_fft1(g: Array, workers: int | None = None) -> Array:
    """Half transform (…, n//2+1) of real centred samples (…, n)."""
    return _forward(g, 1, workers)


def half_ifft1(half: Array, n: int, workers: int | None = None) -> Array:
    """Real centred samples (…, n) from half transforms (…, n//2+1); n tells even from odd. InputError where not."""
    return _inverse(half, n, 1, workers)


def fft2(image: Array, workers: int | None = None) -> Array:
    """Half transform (…, n, n//2+1) of images (…, n, n)."""
    return _forward(image, 2, workers)


def ifft2(half: Array, n: int, workers: int | None = None) -> Array:
    """Images (…, n, n) from half transforms (…, n, n//2+1); n tells even from odd. InputError where n does not fit."""
    return _inverse(half, n, 2, workers)


def fft3(volume: Array, workers: int | None = None) -> Array:
    """Half transform (…, n, n, n//2+1) of volumes (…, n, n, n)."""
    return _forward(volume, 3, workers)


def ifft3(half: Array, n: int, workers: int | None = None) -> Array:
    """Volumes (…, n, n, n) from half transforms (…, n, n, n//2+1). InputError where n does not fit."""
    return _inverse(half, n, 3, workers)


def frequencies1(n: int, pixel: float = 1.0) -> np.ndarray[Any, Any]:
    """Frequencies (n,) in 1/Å of a full transform, in its order: 0, 1, …, −1."""
    return np.fft.fftfreq(n, pixel)


def half_frequencies1(n: int, pixel: float = 1.0) -> np.ndarray[Any, Any]:
    """Frequencies (n//2+1,) in 1/Å of a half transform: 0 to Nyquist."""
    return np.fft.rfftfreq(n, pixel)


def _placed(k: np.ndarray[Any, Any], like_array: Array | None) -> Array:
    return k if like_array is None else like(k, like_array)


def frequencies2(n: int, pixel: float = 1.0, like: Array | None = None) -> tuple[Array, Array]:
    """(ky, kx) in 1/Å, of shapes (n, 1) and (1, n//2+1); tensors where ``like`` is one."""
    ky, kx = frequencies1(n, pixel)[:, None], half_frequencies1(n, pixel)[None, :]
    return _placed(ky, like), _placed(kx, like)


def frequencies3(n: int, pixel: float = 1.0, like: Array | None = None) -> tuple[Array, Array, Array]:
    """(kz, ky, kx) in 1/Å, of shapes (n, 1, 1), (1, n, 1) and (1, 1, n//2+1)."""
    k, kx = frequencies1(n, pixel), half_frequencies1(n, pixel)
    return _placed(k[:, None, None], like), _placed(k[None, :, None], like), _placed(kx[None, None, :], like)


def radius2(n: int, pixel: float = 1.0, like: Array | None = None) -> Array:
    """|k| in 1/Å on the half plane (n, n//2+1)."""
    ky, kx = frequencies2(n, pixel, like)
    return (ky**2 + kx**2) ** 0.5


def radius3(n: int, pixel: float = 1.0, like: Array | None = None) -> Array:
    """|k| in 1/Å on the half volume (n, n, n//2+1)."""
    kz, ky, kx = frequencies3(n, pixel, like)
    return (kz**2 + ky**2 + kx**2) ** 0.5


def half_weights(n: int) -> np.ndarray[Any, Any]:
    """How many full-plane values each column (n//2+1,) of a half transform stands for: one or two."""
    weights = np.full(n // 2 + 1, 2.0)
    weights[0] = 1.0
    if n % 2 == 0:
        weights[-1] = 1.0
    return weights


def shift_phase2(n: int, pixel: float, shift: Array) -> Array:
    """Factors (…, n, n//2+1) that move images by ``shift`` (…, 2) in Å as (x, y): e^{−2πi(kx sx + ky sy)}."""
    along_y, along_x = shift_factors2(n, pixel, shift)
    return along_x * along_y


def shift_factors2(n: int, pixel: float, shift: Array) -> tuple[Array, Array]:
    """The same as two factors, (…, n, 1) along ky and (…, 1, n//2+1) along kx."""
    reference = shift if is_torch(shift) else None
    xp = namespace(shift) if reference is not None else np
    ky, kx = frequencies2(n, pixel, reference)
    moves = shift if reference is not None else np.asarray(shift)
    along_x = xp.exp(-2j * np.pi * kx * moves[..., 0, None, None])
    return xp.exp(-2j * np.pi * ky * moves[..., 1, None, None]), along_x


def display(half: Array, n: int) -> Array:
    """The full plane (…, n, n) of a half transform with its origin at n // 2, for looking at."""
    xp = namespace(half)
    columns = n - n // 2 - 1
    mates = xp.conj(xp.flip(half[..., 1 : columns + 1], axis=(-1,)))
    rows = (-np.arange(n)) % n
    full = xp.concat([half, mates[..., rows, :]], axis=-1)
    return _to_centre(full, 2)


def display3(half: Array, n: int) -> Array:
    """The full cube (n, n, n) of a half transform (n, n, n//2+1) with its origin at n // 2, for looking at."""
    xp = namespace(half)
    rows = (-np.arange(n)) % n
    mates = xp.conj(xp.flip(half[..., 1 : n - n // 2], axis=(-1,)))[rows][:, rows]
    return _to_centre(xp.concat([half, mates], axis=-1), 3)


def full2(half: Array, n: int) -> Array:
    """The full plane (…, n, n) of a half transform (…, n, n//2+1), its origin in the corner as the half's is."""
    return _to_corner(display(half, n), 2)


def half2(full: Array) -> Array:
    """The half (…, n, n//2+1) of a full plane (…, n, n) whose origin is in the corner; the rest are its mates."""
    return full[..., : full.shape[-1] // 2 + 1]


def power2(image: Array) -> Array:
    """The power spectrum |F|² (…, n, n) of images, its origin at n // 2."""
    n = image.shape[-1]
    return abs(display(fft2(image), n)) ** 2
