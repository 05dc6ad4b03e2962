"""Picking particles from a micrograph with a template, and from noise with the same power spectrum."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np

from underfocus.base.errors import InputError
from underfocus.maths import convolution, filters, fourier, sampling
from underfocus.samples import projection

from ..pictures import specimen_image
from .hunting import peaks_of

Real = np.ndarray[Any, Any]
Field = Literal["micrograph", "mine"]
Template = Literal["dark disc", "protein (7PBL)"]
#: Pixels of a picture that are used, by how much they are binned, and beyond which length (Å) its unevenness is taken out.
SIDE, BINNING, UNEVEN = 512, 2, 600.0
#: A template's box over the particle's diameter, and the resolution in Å that a template is given.
BOX, COARSE = 1.5, 25.0


def picture(field: Field, scrambled: bool) -> tuple[Real, float]:
    """A micrograph, binned and levelled, with its pixel in Å; ``scrambled`` gives every wave of it a random phase."""
    if field == "micrograph":
        return _micrograph(scrambled)
    found, pixel = _level(*specimen_image(field, SIDE))
    return (_scrambled(found) if scrambled else found), pixel


@lru_cache(maxsize=2)
def _micrograph(scrambled: bool) -> tuple[Real, float]:
    found, pixel = _level(*specimen_image("micrograph", SIDE))
    return (_scrambled(found) if scrambled else found), pixel


def _level(seen: Real, pixel: float) -> tuple[Real, float]:
    """Binned, without what is coarser than UNEVEN, mean 0 and variance 1, protein as dark as it was."""
    side = 2 * BINNING * (min(seen.shape) // (2 * BINNING))
    small = np.asarray(sampling.bin(sampling.crop(seen, side), BINNING), np.float64)
    pixel = pixel * BINNING
    flat = filters.apply(small, lambda k: 1 - np.exp(-((k * UNEVEN) ** 2)), pixel, 2)
    return np.asarray((flat - flat.mean()) / flat.std()), pixel


def _scrambled(seen: Real) -> Real:
    """A picture with the same amplitudes and the phases of noise: all that a power spectrum knows, and nothing more."""
    n = seen.shape[0]
    noise = fourier.fft2(np.random.default_rng(3).standard_normal((n, n)))
    return np.asarray(fourier.ifft2(np.abs(fourier.fft2(seen)) * np.exp(1j * np.angle(noise)), n))


@lru_cache(maxsize=16)
def template(kind: Template, diameter: float, pixel: float) -> Real:
    """A dark particle of ``diameter`` Å in a box BOX times as wide, no finer than COARSE."""
    n = 2 * max(4, round(BOX * diameter / pixel / 2))
    if kind == "dark disc":
        axis = np.arange(n) - n // 2
        drawn = (np.hypot(axis[:, None], axis[None, :]) * pixel < diameter / 2).astype(float)
    else:  # the molecule is about 130 Å long: it is drawn so large that it fills the diameter
        drawn = np.asarray(projection(n, pixel * 130.0 / diameter).data[0], float)
    return -np.asarray(filters.apply(drawn, lambda k: np.exp(-((k * COARSE) ** 2)), pixel, 2))


@dataclass(frozen=True)
class Picks:
    """Peaks (m, 2) as (y, x) of a correlation map, their heights, and the mean (n, n) of what lies there."""

    found: Real
    peaks: Real
    heights: Real
    mean: Real


def pick(seen: Real, pattern: Real, most: int) -> Picks:
    """The ``most`` highest peaks of a template's correlation, a particle apart, and the mean of the windows about them.

    InputError where the template does not fit into the picture with room for a peak.
    """
    n, half = seen.shape[0], pattern.shape[0] // 2
    if n <= 2 * half:
        raise InputError(f"a template of {2 * half} pixels is too wide for a picture of {n}; take a smaller diameter")
    found = convolution.normalised_correlation(seen, pattern)
    inner = np.full_like(found, -np.inf)
    inner[half : n - half, half : n - half] = found[half : n - half, half : n - half]
    at, heights = peaks_of(inner, most, round(2 * half / BOX))
    kept = np.isfinite(heights)
    windows = [seen[y - half : y + half, x - half : x + half] for y, x in at[kept]]
    return Picks(found, at[kept], heights[kept], np.mean(windows, axis=0))
