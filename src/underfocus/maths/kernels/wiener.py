"""Division of summed slices by their weights, with a Wiener term measured from two halves. Imports numba.

With W the weight of a cell, the transform is D · g / (W + τ + f). τ = σ²/|S|², noise over signal power in a shell,
keeps thinly sampled cells from shouting; g = 1/⟨W/(W + τ)⟩ restores the grey scale that τ takes, shell by shell; the
floor f bounds the gain where all CTFs vanish. Curves have one value a shell (an image pixel) and are linear between.
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
    """Per shell, sums of W/(W + prior) over one plane."""
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
            if w > 0:
                sums[k] += w / (w + _at(prior, place))
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


def divide(data: Real, weight: Real, n: int, radius: float, prior: Real, floor: Real) -> None:
    """Turn summed slices (N, N, N//2+1) into a transform, in place; see the module for the formula.

    radius in image pixels: zero beyond. prior and floor: one value a shell, n//2 + 3 of them.
    """
    size = weight.shape[0]
    pad = size / n
    kept = _shell_means(weight, pad, len(prior), prior)
    gain = np.where(kept > 0, 1 / np.where(kept > 0, kept, 1), 0.0)
    total = prior + floor

    def planes(first: int, last: int) -> None:
        for z in range(first, last):
            _divide(data, weight, pad, radius, total, gain, z)

    spread(planes, size, grain=4)


@compiled
def _moments(first: Real, second: Real, pad: float, moments: Real, z: int) -> None:
    """Per shell, over one plane: Re D₁D₂*, W₁W₂, and means over the halves of |D|², W² and W; and a count."""
    middle = first.shape[1] // 2 - 1
    for y in range(first.shape[1]):
        for x in range(1, first.shape[2]):  # the plane x = 0 still lacks its mates
            place = np.sqrt(float((z - middle) ** 2 + (y - middle) ** 2 + x * x)) / pad
            k = int(place + 0.5)
            if k >= moments.shape[0]:
                break
            a, b, sums = first[z, y, x], second[z, y, x], moments[k]
            sums[0] += a[0] * b[0] + a[1] * b[1]
            sums[1] += a[2] * b[2]
            sums[2] += (a[0] * a[0] + a[1] * a[1] + b[0] * b[0] + b[1] * b[1]) / 2
            sums[3] += (a[2] * a[2] + b[2] * b[2]) / 2
            sums[4] += (a[2] + b[2]) / 2
            sums[5] += 1


def _summed_moments(first: Real, second: Real, n: int, size: int) -> Real:
    """The sums of `_moments` (6, n//2 + 3) over all planes."""
    moments = np.zeros((len(first), n // 2 + 3, 6))

    def planes(start: int, last: int) -> None:
        for z in range(start, last):
            _moments(first, second, size / n, moments[z], z)

    spread(planes, len(first), grain=4)
    return np.asarray(moments.sum(axis=0).T)


def noise_per_weight(first: Real, second: Real, n: int, size: int) -> tuple[Real, Real]:
    """σ² = ⟨|D|²⟩/⟨W⟩ of halves that hold noise alone, and their mean weight, each (n//2 + 3,) over shells."""
    _, _, power, _, mean, count = _summed_moments(first, second, n, size)
    noise = np.divide(power, mean, out=np.zeros_like(power), where=mean > 0)
    return noise, np.asarray(mean / np.maximum(count, 1))


def noise_over_signal(first: Real, second: Real, n: int, size: int, cap: float = 10.0) -> Real:
    """τ = σ²/|S|² per shell (n//2 + 3,), in units of the weight, from the cells of two accumulators of halves.

    The halves share the signal and not the noise: ⟨Re D₁D₂*⟩ = |S|²⟨W₁W₂⟩ and ⟨|D|²⟩ = |S|²⟨W²⟩ + σ²⟨W⟩. At most
    ``cap`` mean weights of a half, which is what a shell without signal gets; 0 where nothing fell.
    """
    cross, both, power, square, mean, count = _summed_moments(first, second, n, size)
    signal = np.divide(cross, both, out=np.zeros_like(cross), where=both > 0)
    noise = np.divide(power - signal * square, mean, out=np.zeros_like(cross), where=mean > 0)
    most = cap * mean / np.maximum(count, 1)
    bounded = noise < most * signal
    return np.asarray(np.where(bounded, np.maximum(noise, 0) / np.where(bounded, signal, 1), most))
