"""Masks: spheres, soft edges, and the envelope of a density. Lengths are in pixels; a mask is of its input's kind."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base.arrays import Array, like, to_numpy
from ..base.errors import InputError

Real = np.ndarray[Any, Any]
#: From here on, in parts of the half sides of a box, lies what surrounds a particle.
GROUND_FROM = 0.9
#: Pieces of a mask smaller than this part of the largest are dust.
DUST = 0.05


def falloff(distance: Real, edge: float) -> Real:
    """Raised cosine: 1 at distance ≤ 0, 0 from ``edge`` on; a step where edge is 0."""
    if edge < 0:
        raise InputError(f"the edge of a mask must be at least 0 pixels wide, and {edge:g} was given")
    if edge == 0:
        return (distance <= 0).astype(float)
    return np.asarray(0.5 + 0.5 * np.cos(np.pi * np.clip(distance / edge, 0, 1)))


def sphere(n: int, radius: float, edge: float = 0.0, dims: int = 3) -> Real:
    """A ball (or for dims = 2 a disc) of ``radius`` pixels about n // 2, with a raised-cosine edge outside it."""
    squares = (np.arange(n) - n // 2).astype(float) ** 2
    distance = np.zeros((n,) * dims)
    for axis in range(dims):
        distance += squares.reshape(-1, *[1] * (dims - 1 - axis))
    return falloff(np.sqrt(distance, out=distance) - radius, edge)


def _distance_to(inside: Real) -> Real:
    """How many pixels every place lies from the nearest one inside; 0 within."""
    from scipy.ndimage import distance_transform_edt

    return np.asarray(distance_transform_edt(~inside))


def soften(binary: Array, edge: float) -> Array:
    """A binary mask of any number of axes with a raised-cosine edge of ``edge`` pixels grown outside it.

    Raises InputError where the mask is empty.
    """
    inside = to_numpy(binary).astype(bool)
    if not inside.any():
        raise InputError("this mask is empty; lower its threshold")
    return like(falloff(_distance_to(inside), edge), binary)


def ground(smooth: Array) -> tuple[float, float]:
    """Level and standard deviation of what surrounds a particle: of the values beyond 0.9 of the box's half sides.

    Both are robust (the median, and 1.4826 times the median distance from it), so that a corner of the particle does
    not count. Exact zeros are left out, as of a map that was masked before; where nothing else is there, both are 0.
    """
    values = to_numpy(smooth)
    squares = np.zeros(values.shape)
    for axis, n in enumerate(values.shape):
        along = (np.arange(n) - n // 2) / (n / 2)
        squares += (along**2).reshape(-1, *[1] * (values.ndim - 1 - axis))
    around = values[squares > GROUND_FROM**2]
    around = around[around != 0]
    if not around.size:
        return 0.0, 0.0
    level = float(np.median(around))
    return level, 1.4826 * float(np.median(np.abs(around - level)))


def automatic_threshold(smooth: Array) -> float:
    """Where a smoothed density is cut when no one says: a tenth of its 99.9th percentile, or above its noise.

    The first encloses a single particle on a clean ground; the second, three standard deviations above the level of the
    ground, holds where the ground is noisy (there the first would enclose the box). The higher one is taken, unless
    nothing lies above it, as in a piece cut out of a larger map, whose ground is protein.
    """
    values = to_numpy(smooth)
    clean = 0.1 * float(np.percentile(values, 99.9))
    level, spread = ground(values)
    noisy = level + 3 * spread
    return noisy if clean < noisy < float(values.max()) else clean


def without_dust(inside: Array, smallest: float | None = None) -> Array:
    """A binary mask without its pieces of fewer than ``smallest`` voxels; infinity keeps the largest piece alone.

    By default pieces below a twentieth of the largest go: noise makes such, and detached domains are larger. Voxels
    that share a face are of one piece. Raises InputError where nothing is left.
    """
    from scipy.ndimage import label

    pieces, count = label(to_numpy(inside).astype(bool))
    if count == 0:
        raise InputError("this mask is empty; lower its threshold")
    sizes = np.bincount(pieces.ravel())
    sizes[0] = 0
    largest = int(sizes.max())
    least = DUST * largest if smallest is None else largest if np.isinf(smallest) else smallest
    kept = (sizes >= least) & (sizes > 0)
    if not kept.any():
        raise InputError(
            f"no piece of the mask has {least:g} voxels, the largest has {largest}; let smaller pieces stay"
        )
    return like(kept[pieces], inside)


def grown(inside: Array, extend: float, edge: float) -> Array:
    """A binary mask grown by ``extend`` pixels, with a raised-cosine edge of ``edge`` pixels outside. InputError."""
    if extend < 0:
        raise InputError(f"a mask is grown by at least 0 pixels, and {extend:g} was given; raise the threshold instead")
    binary = to_numpy(inside).astype(bool)
    if not binary.any():
        raise InputError("this mask is empty; lower its threshold")
    return like(falloff(_distance_to(binary) - extend, edge), inside)


def from_density(
    density: Array,
    threshold: float | None = None,
    extend: float = 3.0,
    edge: float = 6.0,
    blur: float | None = None,
    smallest: float | None = None,
) -> Array:
    """A soft mask around a density: above the threshold, grown by ``extend`` pixels, with a cosine edge of ``edge``.

    ``blur`` is the width σ in pixels of a Gaussian that smooths the density first: by default 2 without a threshold and
    none with one. Without a threshold `automatic_threshold` finds it. Pieces of fewer than ``smallest`` voxels are left
    out: see `without_dust`.

    Raises InputError where nothing is above the threshold or ``extend`` is negative.
    """
    return like(grown(envelope(density, threshold, blur, smallest), extend, edge), density)


def envelope(
    density: Array, threshold: float | None = None, blur: float | None = None, smallest: float | None = None
) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """The voxels of `from_density` before they are grown: True where the smoothed density is above the threshold."""
    from scipy.ndimage import gaussian_filter

    smooth = to_numpy(density).astype(float)
    width = (2.0 if threshold is None else 0.0) if blur is None else blur
    if width > 0:
        smooth = gaussian_filter(smooth, width)
    level = automatic_threshold(smooth) if threshold is None else threshold
    inside = smooth > level
    if not inside.any():
        raise InputError(f"no voxel lies above the threshold {level:g}; lower it")
    return np.asarray(without_dust(inside, smallest), bool)
