"""The textbook's local FSC, for tests: a soft window laid on two half maps at one place, and the FSC of what is in it.

As blocres and RELION slide it (Cardone et al. 2013, J. Struct. Biol. 184, 226): two
transforms of the whole box a place.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..maths import fourier
from .local_bands import FOOT, Bands

Real = np.ndarray[Any, Any]


def windowed_fsc(one: Real, other: Real, place: tuple[int, int, int], found: Bands, pixel: float) -> Real:
    """FSC (m,) of two maps (n, n, n) in Hann windows about the voxel ``place`` (z, y, x), in double precision.

    Each band has its own window and weights its shells by its filter's square, so that it measures what
    `local.correlations` does at that voxel, but with the window laid on before the band is cut out.
    """
    n = len(one)
    s = fourier.radius3(n, pixel)
    mates = fourier.half_weights(n)
    curve = []
    for band, width in enumerate(found.windows):
        window = hann(n, place, float(width) / pixel)
        first, second = (fourier.fft3(values.astype(float) * window) for values in (one, other))
        weight = found.amplitude(s, band) ** 2 * mates
        powers = [(weight * np.abs(half) ** 2).sum() for half in (first, second)]
        curve.append((weight * (first * second.conj()).real).sum() / np.sqrt(powers[0] * powers[1]))
    return np.array(curve)


def hann(n: int, place: tuple[int, int, int], width: float) -> Real:
    """A Hann window (n, n, n) about a voxel of a periodic box; its square is ``width`` voxels wide at half maximum."""
    total = np.ones((n, n, n))
    for axis, centre in enumerate(place):
        away = (np.arange(n) - centre + n / 2) % n - n / 2
        line = np.where(np.abs(away) < FOOT * width, np.cos(np.pi * away / (2 * FOOT * width)) ** 2, 0)
        total *= line.reshape([-1 if i == axis else 1 for i in range(3)])
    return total
