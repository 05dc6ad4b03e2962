"""Boxes cut out of a micrograph at given places, binned and normalised as RELION wants its particles.

A place is rounded to a whole pixel, and what was rounded off is given back, so that no interpolation blurs the image.
Boxes that reach over the border are left out, or filled with the border's own pixels mirrored.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from ..base.errors import InputError
from ..maths import sampling

Real = np.ndarray[Any, Any]
Border = Literal["leave out", "mirror"]


def inside(places: Real, shape: tuple[int, int], box: int) -> Real:
    """Which places (m, 2), (x, y) in pixels, have their whole box of ``box`` pixels within a field (ny, nx)."""
    whole = np.rint(np.asarray(places, float)).astype(int)
    corner = whole - box // 2
    return np.asarray(((corner >= 0) & (corner + box <= np.array(shape[::-1]))).all(1))


def extract(image: Real, places: Real, box: int, *, border: Border = "leave out") -> tuple[Real, Real, Real]:
    """Boxes (m, box, box) float32, which of the places they are (m,), and what rounding left (m, 2) in pixels (x, y).

    The place lies at the pixel box // 2 of its box, plus what is left. InputError for a box beyond the field.
    """
    ny, nx = np.shape(image)
    if box < 8 or box > min(ny, nx):
        raise InputError(f"a box of {box} pixels does not fit a field of {nx} × {ny}; take between 8 and {min(ny, nx)}")
    places = np.asarray(places, float).reshape(-1, 2)
    outside = (places < -0.5) | (places > np.array([nx, ny]) - 0.5)
    if outside.any():
        first = places[outside.any(1)][0]
        raise InputError(
            f"{int(outside.any(1).sum())} places lie outside of the field of {nx} × {ny}, such as "
            f"({first[0]:.0f}, {first[1]:.0f}); are they of another binning?"
        )
    keep = np.flatnonzero(inside(places, (ny, nx), box)) if border == "leave out" else np.arange(len(places))
    whole = np.rint(places[keep]).astype(int)
    source = np.asarray(image, np.float32)
    if border == "mirror":
        source, whole = np.pad(source, box // 2 + 1, mode="symmetric"), whole + box // 2 + 1
    out = np.empty((len(keep), box, box), np.float32)
    for i, (x, y) in enumerate(whole - box // 2):
        out[i] = source[y : y + box, x : x + box]
    return out, keep, places[keep] - np.rint(places[keep])


def binned(boxes: Real, factor: float) -> tuple[Real, float]:
    """Boxes with their transforms cropped so that pixels are about ``factor`` times as large, and the factor taken."""
    n = boxes.shape[-1]
    m = int(2 * np.rint(n / factor / 2))
    if factor < 1 or m < 8:
        raise InputError(f"a box of {n} pixels cannot be binned {factor:g} times; a factor is at least 1 and leaves 8")
    if m == n:
        return boxes, 1.0
    return np.asarray(sampling.fourier_crop(boxes, m), np.float32), n / m


def normalised(boxes: Real, radius: float) -> Real:
    """Boxes (m, n, n) whose background, beyond ``radius`` pixels, has mean 0, no slope and variance 1."""
    n = boxes.shape[-1]
    y, x = (v.astype(float) - n // 2 for v in np.mgrid[:n, :n])
    around = np.hypot(y, x) > radius
    if around.sum() < 16:
        raise InputError(
            f"a particle of radius {radius:g} pixels leaves no background in a box of {n}; take a larger box"
        )
    plane = np.stack([np.ones(int(around.sum())), x[around], y[around]], axis=1)
    fit, *_ = np.linalg.lstsq(plane, boxes[:, around].T.astype(float), rcond=None)
    slope = fit[0][:, None, None] + fit[1][:, None, None] * x + fit[2][:, None, None] * y
    level = boxes - slope
    spread = level[:, around].std(axis=1)
    if np.any(spread <= 1e-9 * np.abs(boxes).max()):
        raise InputError("a box has the same value all over its background; was the micrograph masked there?")
    return np.asarray(level / spread[:, None, None], np.float32)
