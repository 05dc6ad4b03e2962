"""Division of summed slices by their weights, shell by shell careful. Imports numba: import it lazily.

With W the weight of a cell and ⟨W⟩ its mean over the shell (linear between shells), the transform is D · g / (W + c
⟨W⟩ + f S): c, the strength, keeps thinly sampled cells of a shell from shouting; g = 1/⟨W/(W + c⟨W⟩)⟩ restores the
grey scale that c takes, shell by shell; f S, a small part of the mean number S of samples in a cell, bounds the gain
where all CTFs vanish.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .jit import compiled, inlined, spread

Real = np.ndarray[Any, Any]


@inlined
def _at(curve: Real, place: float) -> float:
    """A curve of one value a shell, linear in between."""
    k = int(place)
    return curve[k] + (place - k) * (curve[k + 1] - curve[k])  # type: ignore[no-any-return]


@compiled
def _means(weight: Real, pad: float, prior: Real, sums: Real, counts: Real, z: int) -> None:
    """Per shell, sums of W (prior empty) or of W/(W + prior), over one plane."""
    size = weight.shape[0]
    dz = z if z <= size // 2 else z - size
    for y in range(size):
        dy = y if y <= size // 2 else y - size
        for x in range(weight.shape[2]):
            place = np.sqrt(float(dz * dz + dy * dy + x * x)) / pad
            k = int(place + 0.5)
            if k >= sums.size:
                break
            w = weight[z, y, x]
            if prior.size > 0 and w > 0:
                w = w / (w + _at(prior, place))
            sums[k] += w
            counts[k] += 1


@compiled
def _divide(data: Real, weight: Real, pad: float, radius: float, prior: Real, gain: Real, z: int) -> None:
    size = weight.shape[0]
    dz = z if z <= size // 2 else z - size
    for y in range(size):
        dy = y if y <= size // 2 else y - size
        for x in range(weight.shape[2]):
            place = np.sqrt(float(dz * dz + dy * dy + x * x)) / pad
            total = np.float32(0)
            if place <= radius:
                total = np.float32(weight[z, y, x] + _at(prior, place))
            factor = np.float32(0)
            if total > 0:
                factor = np.float32(_at(gain, place)) / total
            value = data[z, y, x]
            data[z, y, x] = complex(factor * value.real, factor * value.imag)


def _shell_means(weight: Real, pad: float, shells: int, prior: Real) -> Real:
    """Means over shells as `_means` sums them; planes are summed apart, so that threads change no digit."""
    size = weight.shape[0]
    sums, counts = np.zeros((size, shells)), np.zeros((size, shells))

    def planes(first: int, last: int) -> None:
        for z in range(first, last):
            _means(weight, pad, prior, sums[z], counts[z], z)

    spread(planes, size, grain=4)
    return np.asarray(sums.sum(axis=0) / np.maximum(counts.sum(axis=0), 1))


def divide(data: Real, weight: Real, n: int, radius: float, strength: float, floor: Real) -> None:
    """Turn summed slices (N, N, N//2+1) into a transform, in place; see the module for the formula.

    radius in image pixels: zero beyond. floor: one value a shell, n//2 + 3 of them, added to the weight.
    """
    size, shells = weight.shape[0], n // 2 + 3
    pad = size / n
    prior = strength * _shell_means(weight, pad, shells, np.empty(0))
    kept = _shell_means(weight, pad, shells, prior) if strength > 0 else np.ones(shells)
    gain = np.where(kept > 0, 1 / np.where(kept > 0, kept, 1), 0.0)
    prior = prior + floor

    def planes(first: int, last: int) -> None:
        for z in range(first, last):
            _divide(data, weight, pad, radius, prior, gain, z)

    spread(planes, size, grain=4)
