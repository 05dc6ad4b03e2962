"""What the beam does to the specimen: critical exposures, the signal that is left, and the exposure filter.

Grant & Grigorieff 2015 (eLife 4, e06980). Exposures N are in e/Å², frequencies s in 1/Å; numpy or torch.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

from ..base import units
from ..base.arrays import Array, is_torch, like, namespace
from ..base.errors import InputError
from ..maths import fourier

Real = np.ndarray[Any, Any]
#: N_e(s) = A s^POWER + C e/Å² at 300 kV.
A, POWER, C = 0.24499, -1.6649, 2.8141
#: What exposures are worth at other voltages: the same damage at so many times the exposure of 300 kV. The value at
#: 100 kV is the one that cisTEM takes.
FACTORS = {100.0: 0.532, 200.0: 0.8, 300.0: 1.0}


def voltage_factor(voltage_kv: float) -> float:
    """Critical exposure over that at 300 kV: 0.8 at 200 kV and 0.532 at 100 kV.

    Damage goes with the electron's energy loss, nearly as 1/β²: between the known voltages the factor is a straight
    line in β², beyond them proportional to it.
    """
    known = sorted(FACTORS)
    beta2, at = units.speed(voltage_kv) ** 2, [units.speed(kv) ** 2 for kv in known]
    end = known[0] if voltage_kv < known[0] else known[-1]
    if known[0] <= voltage_kv <= known[-1]:
        return float(np.interp(beta2, at, [FACTORS[kv] for kv in known]))
    return float(FACTORS[end] * beta2 / units.speed(end) ** 2)


def critical_exposure(s: Array, voltage_kv: float = 300.0) -> Array:
    """N_e(s) in e/Å²: after it 1/√e of an amplitude at s is left. Without end at s = 0, as the mean is never lost."""
    if not is_torch(s):
        s = np.asarray(s, np.float64)
    xp = namespace(s)
    safe = xp.where(s > 0, s, xp.ones_like(s))
    found = (A * safe**POWER + C) * voltage_factor(voltage_kv)
    return xp.where(s > 0, found, xp.full_like(found, np.inf))


def weight(s: Array, exposure: float, voltage_kv: float = 300.0) -> Array:
    """exp(−N / 2N_e(s)): what is left of amplitudes after N e/Å²."""
    exponent = -exposure / (2 * critical_exposure(s, voltage_kv))
    return namespace(exponent).exp(exponent)


def remaining(s: Array, start: float, stop: float, voltage_kv: float = 300.0) -> Array:
    """The mean of `weight` from ``start`` to ``stop``: what one frame records of an amplitude."""
    if not 0 <= start < stop:
        raise InputError(f"a frame begins at 0 e/Å² or later and ends later still, and {start:g} to {stop:g} was given")
    half = (stop - start) / (4 * critical_exposure(s, voltage_kv))
    xp = namespace(half)
    safe = xp.where(half > 1e-6, half, xp.ones_like(half))
    mean = xp.where(half > 1e-6, xp.sinh(safe) / safe, xp.ones_like(half))
    return weight(s, (start + stop) / 2, voltage_kv) * mean


@cache
def optimum_factor() -> float:
    """x > 0 with e^{x/2} = 1 + x: 2.51286. So many critical exposures make the best single image (no filter).

    Its signal, ∫ e^{−N/2N_e} dN, grows ever more slowly, its noise as √N; Newton's method finds where the ratio peaks.
    """
    x = 2.5
    for _ in range(8):
        x -= (np.exp(x / 2) - 1 - x) / (np.exp(x / 2) / 2 - 1)
    return float(x)


def optimum_exposure(s: Array, voltage_kv: float = 300.0) -> Array:
    """The exposure in e/Å² at which an unfiltered sum has its best signal-to-noise ratio at s."""
    return optimum_factor() * critical_exposure(s, voltage_kv)


def edges(total: float, frames: int, before: float = 0.0) -> Real:
    """Exposures (frames+1,) at which equal frames of ``total`` e/Å² begin and end, ``before`` having gone by."""
    if not total > 0 or frames < 1 or before < 0:
        raise InputError(f"a movie has a dose above 0 and a frame at least; {total:g} e/Å² in {frames} was given")
    return before + np.linspace(0, total, frames + 1)


def filter_weights(s: Array, exposures: Array, voltage_kv: float = 300.0) -> Array:
    """Weights (frames, *s.shape) of an exposure-filtered sum, for the exposures (frames+1,) between frames.

    wᵢ = qᵢ √(ΣN / Σ qⱼ²Nⱼ), with qᵢ what frame i of the exposure Nᵢ has left: the best signal to noise that a sum can
    have at every frequency, and noise as strong as in the plain sum of all frames, so that its spectrum stays white.
    Between equal frames it makes no difference at which moment of a frame its weight is taken: the factor is common.
    """
    bounds = np.asarray(exposures, np.float64)
    if bounds.ndim != 1 or len(bounds) < 2 or not np.all(np.diff(bounds) > 0):
        raise InputError(f"exposures must rise from frame to frame, {len(bounds)} values for one frame fewer")
    each = [remaining(s, a, b, voltage_kv) for a, b in pairwise(bounds)]
    lengths = np.diff(bounds)
    power = sum(d * q * q for d, q in zip(lengths, each, strict=True))
    scale = namespace(power).sqrt(lengths.sum() / power)
    return namespace(power).stack([q * scale for q in each])


def filtered_sum(frames: Array, pixel: float, exposures: Array, voltage_kv: float = 300.0) -> Array:
    """The exposure-filtered sum (n, n) of aligned frames (f, n, n), for the exposures (f+1,) between them.

    pixel in Å. One frame at a time, so that a long movie costs no more memory than itself. numpy or torch.
    """
    n, bounds = frames.shape[-1], np.asarray(exposures, np.float64)
    if len(frames) != len(bounds) - 1:
        raise InputError(f"{len(frames)} frames lie between {len(frames) + 1} exposures, and {len(bounds)} were given")
    ring, back = _rings(n, pixel)
    weights = filter_weights(ring, bounds, voltage_kv)
    total: Any = 0
    for frame, w in zip(frames, weights, strict=True):
        half = fourier.fft2(frame)
        total = total + half * like(w.astype(np.float32)[back], half)
    return fourier.ifft2(total, n)


def damaged(image: Array, pixel: float, start: float, stop: float, voltage_kv: float = 300.0) -> Array:
    """Images (…, n, n) as the frame from ``start`` to ``stop`` e/Å² sees them: amplitudes times `remaining`."""
    n = image.shape[-1]
    ring, back = _rings(n, pixel)
    half = fourier.fft2(image)
    return fourier.ifft2(half * like(remaining(ring, start, stop, voltage_kv)[back], half), n)


def _rings(n: int, pixel: float) -> tuple[Real, Real]:
    """The distinct |k| of a half plane in 1/Å, and which of them each value has: looking up is quicker than a power."""
    rows = np.minimum(np.arange(n), n - np.arange(n))[:, None]
    squares = rows**2 + np.arange(n // 2 + 1)[None] ** 2
    found, back = np.unique(squares, return_inverse=True)
    return np.sqrt(found) / (n * pixel), back.reshape(squares.shape)
