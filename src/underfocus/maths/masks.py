"""Masks: spheres, soft edges, and the envelope of a density."""

from __future__ import annotations

from typing import Any

import numpy as np

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
    axis = np.arange(n) - n // 2
    distance = np.sqrt(sum(np.meshgrid(*[axis.astype(float) ** 2] * dims, indexing="ij")))
    return falloff(distance - radius, edge)


def soften(binary: Real, edge: float) -> Real:
    """A binary mask with a raised-cosine edge of ``edge`` pixels grown outside it."""
    from scipy.ndimage import distance_transform_edt

    if not np.any(binary):
        raise InputError("this mask is empty; lower its threshold")
    return falloff(np.asarray(distance_transform_edt(~np.asarray(binary, bool))), edge)


def from_density(density: Real, threshold: float | None = None, extend: float = 3.0, edge: float = 6.0) -> Real:
    """A soft mask around a density: above the threshold, grown by ``extend`` pixels, with a cosine edge of ``edge``.

    Without a threshold the density is blurred by 2 pixels and cut at a tenth of its 99.9th percentile, which encloses a
    single particle on an empty ground. Raises InputError where nothing is above the threshold.
    """
    from scipy.ndimage import distance_transform_edt, gaussian_filter

    if threshold is None:
        density = gaussian_filter(np.asarray(density, float), 2.0)
        threshold = 0.1 * float(np.percentile(density, 99.9))
    inside = np.asarray(density) > threshold
    if not inside.any():
        raise InputError(f"no voxel lies above the threshold {threshold:g}; lower it")
    return falloff(np.asarray(distance_transform_edt(~inside)) - extend, edge)
