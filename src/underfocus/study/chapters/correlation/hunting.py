"""Fields with hidden particles, what finds them, and the map that the chapter filters."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from underfocus.data.volume import Volume
from underfocus.maths import convolution, filters, fourier
from underfocus.physics.potential import potential
from underfocus.samples import projection, protein

Real = np.ndarray[Any, Any]
#: Field of the hunt: pixels, Å a pixel, particles hidden in it, and the pixels of a particle's own box.
FIELD, PIXEL, HIDDEN, PARTICLE = 256, 4.0, 9, 40
#: The map of the Guinier plot and of the shells: voxels and Å.
BOX, VOXEL = 96, 1.5


@lru_cache(maxsize=1)
def particle() -> Real:
    """A projection of PDB 7PBL (n, n), mean 0 and variance 1 over its box."""
    drawn = projection(PARTICLE, PIXEL).data[0].astype(float)
    return np.asarray((drawn - drawn.mean()) / drawn.std())


@lru_cache(maxsize=4)
def places(seed: int) -> Real:
    """Where the particles lie: (HIDDEN, 2) as (y, x), apart from each other and from the edge."""
    rng = np.random.default_rng(seed)
    found: list[Real] = []
    while len(found) < HIDDEN:
        at = rng.integers(PARTICLE // 2 + 4, FIELD - PARTICLE // 2 - 4, 2)
        if all(np.hypot(*(at - other)) > 1.2 * PARTICLE for other in found):
            found.append(at)
    return np.array(found)


def field(noise: float, turned: float, seed: int) -> Real:
    """Particles on noise of standard deviation ``noise``, every one turned in the plane by up to ``turned`` degrees."""
    from scipy import ndimage

    rng = np.random.default_rng(seed + 1000)
    out = noise * rng.standard_normal((FIELD, FIELD))
    half = PARTICLE // 2
    for y, x in places(seed):
        angle = float(rng.uniform(-1, 1)) * turned
        drawn = ndimage.rotate(particle(), angle, reshape=False, order=1) if angle else particle()
        out[y - half : y + half, x - half : x + half] += drawn
    return out


@dataclass(frozen=True)
class Hunt:
    """Peaks (m, 2) as (y, x) of a correlation map, their heights, and which of them lie on a hidden particle."""

    peaks: Real
    heights: Real
    right: Real


def peaks_of(found: Real, most: int, apart: int) -> tuple[Real, Real]:
    """The ``most`` highest samples of a map that are at least ``apart`` samples from a higher one, and their heights."""
    left = found.copy()
    places_found, heights = [], []
    disc = np.hypot(*np.mgrid[1 - apart : apart, 1 - apart : apart]) < apart
    for _ in range(most):
        at = np.unravel_index(int(np.argmax(left)), left.shape)
        y, x = (int(i) for i in at)
        places_found.append([y, x])
        heights.append(float(left[at]))
        top, side = max(0, y - apart + 1), max(0, x - apart + 1)
        near = left[top : y + apart, side : x + apart]
        inside = disc[top - y + apart - 1 :, side - x + apart - 1 :][: near.shape[0], : near.shape[1]]
        near[inside] = -np.inf
    return np.array(places_found), np.array(heights)


def hunt(seen: Real, template: Real, seed: int) -> tuple[Real, Hunt]:
    """The normalised correlation of a template with a field, and what its highest peaks found."""
    found = convolution.normalised_correlation(seen, template)
    at, heights = peaks_of(found, HIDDEN, PARTICLE // 2)
    away = np.hypot(*(at[:, None] - places(seed)[None]).transpose(2, 0, 1)).min(1)
    return found, Hunt(at, heights, away <= 3)


def ringed(picture: Real, at: Real, value: float, radius: int) -> Real:
    """A copy of a picture with a ring of this value about each place."""
    out = picture.copy()
    y, x = np.mgrid[: picture.shape[0], : picture.shape[1]]
    for row, column in at:
        out[np.abs(np.hypot(y - row, x - column) - radius) < 0.8] = value
    return out


@lru_cache(maxsize=1)
def molecule() -> Volume:
    """The potential of PDB 7PBL with all atoms at rest (B = 0)."""
    return potential(protein("7pbl"), BOX, VOXEL, bfactor=0.0)


@lru_cache(maxsize=8)
def blurred(b: float) -> Volume:
    """The molecule with a B-factor in Å²."""
    whole = molecule()
    return Volume(filters.apply(whole.data, lambda k: filters.bfactor(k, b), VOXEL, 3), VOXEL)


@lru_cache(maxsize=1)
def _half() -> Real:
    return np.asarray(fourier.fft3(molecule().data.astype(np.float64)))


def shell(length: float, width: float, scrambled: bool) -> Real:
    """The middle section of what one shell of the map's transform makes, ``width`` of the frequency wide.

    ``scrambled`` draws random phases in place of the map's (its Friedel mates agree, since the noise is real).
    """
    k = filters.radius((BOX,) * 3, VOXEL)
    centre = 1 / length
    inside = (k >= centre * (1 - width / 2)) & (k <= centre * (1 + width / 2))
    half = _half()
    if scrambled:
        noise = fourier.fft3(np.random.default_rng(0).standard_normal((BOX, BOX, BOX)))
        half = np.abs(half) * np.exp(1j * np.angle(noise))
    return np.asarray(fourier.ifft3(half * inside, BOX)[BOX // 2])
