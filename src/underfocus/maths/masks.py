"""Masks: spheres, soft edges, and the envelope of a density. Lengths are in pixels; a mask is of its input's kind."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base.arrays import Array, like, to_numpy
from ..base.errors import InputError

Real = np.ndarray[Any, Any]


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


def from_density(
    density: Array,
    threshold: float | None = None,
    extend: float = 3.0,
    edge: float = 6.0,
    blur: float | None = None,
) -> Array:
    """A soft mask around a density: above the threshold, grown by ``extend`` pixels, with a cosine edge of ``edge``.

    ``blur`` is the width σ in pixels of a Gaussian that smooths the density first: by default 2 without a threshold and
    none with one. Without a threshold the smoothed density is cut at a tenth of its 99.9th percentile, which encloses a
    single particle on an empty ground.

    Raises InputError where nothing is above the threshold or ``extend`` is negative.
    """
    from scipy.ndimage import gaussian_filter

    if extend < 0:
        raise InputError(f"a mask is grown by at least 0 pixels, and {extend:g} was given; raise the threshold instead")
    smooth = to_numpy(density).astype(float)
    width = (2.0 if threshold is None else 0.0) if blur is None else blur
    if width > 0:
        smooth = gaussian_filter(smooth, width)
    level = 0.1 * float(np.percentile(smooth, 99.9)) if threshold is None else threshold
    inside = smooth > level
    if not inside.any():
        raise InputError(f"no voxel lies above the threshold {level:g}; lower it")
    return like(falloff(_distance_to(inside) - extend, edge), density)
