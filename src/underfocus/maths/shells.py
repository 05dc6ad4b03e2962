"""Shells: rings of the plane and spheres of the volume at whole-number radii, their averages and their correlation."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from ..base.arrays import Array, is_torch, namespace
from ..base.errors import InputError
from . import fourier

Real = np.ndarray[Any, Any]


@lru_cache(maxsize=8)
def shell_index(n: int, dims: int) -> Real:
    """The nearest whole radius of every value of a half transform: (n, n//2+1) or (n, n, n//2+1)."""
    if dims not in (2, 3):
        raise InputError(f"shells are for images (2 axes) or volumes (3), and {dims} axes were asked for")
    radius = fourier.radius2(n, 1 / n) if dims == 2 else fourier.radius3(n, 1 / n)
    index: Real = np.rint(radius).astype(np.int64)
    index.setflags(write=False)
    return index


def _sums(values: Array, index: Real, shells: int) -> Array:
    """Sums (…, shells) of real values (…, m) by their index (m,); what lies beyond the last shell is left out."""
    total = max(int(index.max()) + 1, shells)
    if is_torch(values):
        import torch

        where = torch.as_tensor(np.array(index), device=values.device).expand(values.shape)
        empty = torch.zeros(*values.shape[:-1], total, dtype=values.dtype, device=values.device)
        return empty.scatter_add(-1, where, values)[..., :shells]
    flat = values.reshape(-1, index.size)
    sums = np.empty((len(flat), shells))
    for row, out in zip(flat, sums, strict=True):
        out[:] = np.bincount(index, weights=row, minlength=total)[:shells]
    return sums.reshape(*values.shape[:-1], shells)


def shell_sums(half_values: Array, n: int, dims: int) -> Array:
    """Sums (…, n//2+1) over the full transform, shell by shell, of real values given on its half (…, n, n//2+1).

    Raises InputError where the half transform is not that of n samples.
    """
    index = shell_index(n, dims)
    if tuple(half_values.shape[-dims:]) != index.shape:
        raise InputError(
            f"the half transform of {n} samples a side has the shape {index.shape}, and "
            f"{tuple(half_values.shape[-dims:])} was given"
        )
    batch = half_values.shape[: half_values.ndim - dims]
    weights = fourier.half_weights(n)
    if is_torch(half_values):
        weights = namespace(half_values).asarray(weights, dtype=half_values.dtype, device=half_values.device)
    return _sums((half_values * weights).reshape(*batch, index.size), index.ravel(), n // 2 + 1)


def shell_counts(n: int, dims: int) -> Real:
    """How many values of the full transform lie in each shell: (n//2+1,)."""
    return np.asarray(shell_sums(np.ones(shell_index(n, dims).shape), n, dims))


def shell_mean(half_values: Array, n: int, dims: int) -> Array:
    """Averages (…, n//2+1) over shells of real values on a half transform, such as a power spectrum |F|²."""
    sums = shell_sums(half_values, n, dims)
    counts = shell_counts(n, dims)
    return sums / (namespace(sums).asarray(counts, dtype=sums.dtype, device=sums.device) if is_torch(sums) else counts)


def correlation(fa: Array, fb: Array, n: int, dims: int) -> Array:
    """Correlation (n//2+1,) of two half transforms, shell by shell: the FRC of images or the FSC of volumes.

    Σ Re(A B*) / √(Σ|A|² Σ|B|²); 0 where a shell is empty. Harauz & van Heel 1986 (Optik 73, 146).
    """
    xp = namespace(fa, fb)
    cross = shell_sums((fa * xp.conj(fb)).real, n, dims)
    power = shell_sums(abs(fa) ** 2, n, dims) * shell_sums(abs(fb) ** 2, n, dims)
    tiny = power <= 0
    return xp.where(tiny, xp.zeros_like(cross), cross / xp.sqrt(xp.where(tiny, xp.ones_like(power), power)))


@lru_cache(maxsize=4)
def _radius_index(n: int, dims: int) -> Real:
    """The nearest whole distance of every sample from the centre n // 2, flat."""
    squares = (np.arange(n) - n // 2) ** 2
    total = sum(squares.reshape(-1, *[1] * axis) for axis in range(dims))
    index: Real = np.rint(np.sqrt(total)).astype(np.int64).ravel()
    index.setflags(write=False)
    return index


def radial_average(x: Array, dims: int = 2) -> Array:
    """Averages (…, n//2+1) over rings or spheres about the centre n // 2 of arrays (…, n, n[, n]).

    For arrays whose centre is n // 2: images and volumes, and such as `fourier.power2` gives.
    """
    n = x.shape[-1]
    index, shells = _radius_index(n, dims), n // 2 + 1
    sums = _sums(x.reshape(*x.shape[: x.ndim - dims], index.size), index, shells)
    counts = np.bincount(index, minlength=shells)[:shells]
    return sums / (namespace(sums).asarray(counts, dtype=sums.dtype, device=sums.device) if is_torch(sums) else counts)
