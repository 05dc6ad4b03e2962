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


def shell_sums(half_values: Array, n: int, dims: int) -> Array:
    """Sums (…, n//2+1) over the full transform, shell by shell, of real values given on its half (…, n, n//2+1)."""
    index = shell_index(n, dims).ravel()
    batch = half_values.shape[: half_values.ndim - dims]
    shells = int(index.max()) + 1
    if is_torch(half_values):
        import torch

        weights = torch.as_tensor(fourier.half_weights(n), dtype=half_values.dtype, device=half_values.device)
        flat = (half_values * weights).reshape(*batch, -1)
        where = torch.as_tensor(np.array(index), device=flat.device).expand(flat.shape)
        return torch.zeros(*batch, shells, dtype=flat.dtype, device=flat.device).scatter_add(-1, where, flat)[
            ..., : n // 2 + 1
        ]
    flat = (np.asarray(half_values) * fourier.half_weights(n)).reshape(-1, index.size)
    sums = np.stack([np.bincount(index, weights=row, minlength=shells)[: n // 2 + 1] for row in flat])
    return sums.reshape(*batch, n // 2 + 1)


def shell_counts(n: int, dims: int) -> Real:
    """How many values of the full transform lie in each shell: (n//2+1,)."""
    return np.asarray(shell_sums(np.ones(shell_index(n, dims).shape), n, dims))


def shell_mean(half_values: Array, n: int, dims: int) -> Array:
    """Averages (…, n//2+1) over shells of real values on a half transform, such as a power spectrum |F|²."""
    sums = shell_sums(half_values, n, dims)
    counts = shell_counts(n, dims)
    return sums / (namespace(sums).asarray(counts, dtype=sums.dtype) if is_torch(sums) else counts)


def correlation(fa: Array, fb: Array, n: int, dims: int) -> Array:
    """Correlation (n//2+1,) of two half transforms, shell by shell: the FRC of images or the FSC of volumes.

    Σ Re(A B*) / √(Σ|A|² Σ|B|²); 0 where a shell is empty. Harauz & van Heel 1986 (Optik 73, 146).
    """
    xp = namespace(fa, fb)
    cross = shell_sums((fa * xp.conj(fb)).real, n, dims)
    power = shell_sums(abs(fa) ** 2, n, dims) * shell_sums(abs(fb) ** 2, n, dims)
    tiny = power <= 0
    return xp.where(tiny, xp.zeros_like(cross), cross / xp.sqrt(xp.where(tiny, xp.ones_like(power), power)))


def radial_average(x: Array, dims: int = 2) -> Array:
    """Averages (…, n//2+1) over rings or spheres about the centre n // 2 of real-space arrays (…, n, n[, n])."""
    n = x.shape[-1]
    axis = np.arange(n) - n // 2
    radius = np.rint(np.sqrt(sum(np.meshgrid(*[axis**2] * dims, indexing="ij")))).astype(int).ravel()
    counts = np.bincount(radius)
    flat = np.asarray(x).reshape(-1, radius.size)
    means = np.stack([np.bincount(radius, weights=row) / counts for row in flat])[:, : n // 2 + 1]
    return means.reshape(*x.shape[: x.ndim - dims], -1)
