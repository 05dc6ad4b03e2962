"""Schemes of tilting: the views they take, which directions they leave out, and how a map lengthens for it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Literal, get_args

import numpy as np

from underfocus.base.errors import InputError
from underfocus.maths import sphere
from underfocus.validation import orientation

Real = np.ndarray[Any, Any]
Scheme = Literal["single axis", "two axes", "cone"]
#: Directions that shares are counted over.
GRID = 20_000


def views(scheme: str, reach: float, step: float) -> Real:
    """View directions (m, 3) of a scheme that tilts up to ``reach`` degrees, an image every ``step`` degrees.

    A tilt series turns about y, a second one about x; a cone keeps the tilt and turns about z, as particles that lie at
    random azimuths do it for us. InputError for another scheme.
    """
    if scheme not in get_args(Scheme):
        raise InputError(f"{scheme!r} is no scheme; known are {', '.join(get_args(Scheme))}")
    if scheme == "cone":
        turn = np.radians(np.arange(0, 360, step))
        t = np.radians(reach)
        return np.stack([np.sin(t) * np.cos(turn), np.sin(t) * np.sin(turn), np.cos(t) + 0 * turn], axis=-1)
    half = np.arange(0, reach + 1e-9, step)
    t = np.radians(np.concatenate([-half[:0:-1], half]))
    series = np.stack([np.sin(t), 0 * t, np.cos(t)], axis=-1)
    return series if scheme == "single axis" else np.concatenate([series, series[:, [1, 0, 2]]])


def reached(scheme: str, reach: float, directions: Real) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which directions (d, 3) some view of the scheme samples, if its steps are fine enough."""
    d = np.abs(sphere.unit(directions))
    if scheme == "cone":
        return np.asarray(d[..., 2] <= orientation.covered(reach))
    slope = np.tan(np.radians(min(reach, 90 - 1e-9)))
    first = d[..., 2] <= slope * d[..., 0]
    return np.asarray(first if scheme == "single axis" else first | (d[..., 2] <= slope * d[..., 1]))


@lru_cache(maxsize=1)
def _directions() -> Real:
    """Directions (d, 3) on a spiral, each of an equal share of half the sphere: heights in even steps, golden turns."""
    return sphere.half_spiral(GRID)


def share(scheme: str, reach: float) -> float:
    """The part of all Fourier directions that a scheme reaches, counted over a spiral of them."""
    return float(reached(scheme, reach, _directions()).mean())


def elongation(directions: Real, weights: Real) -> float:
    """How many times longer a point is along the worst axis than along the best: √(λ₁/λ₃) of Σ w d dᵀ.

    ``directions`` (d, 3) of equal area, ``weights`` (d,) with which the map passes them. The curvature of a point's
    image at its peak along an axis is the mean of w k² along it, so widths go as the inverse root. For a cone this is
    √((3 − sin²θ)/(2 sin²θ)), for one axis √((α + sin α cos α)/(α − sin α cos α)) (Radermacher 1988).
    """
    d = sphere.unit(directions)
    values = np.linalg.eigvalsh(np.einsum("d,di,dj->ij", np.asarray(weights, float), d, d))
    return float(np.sqrt(values[2] / max(values[0], 1e-12)))


def scheme_elongation(scheme: str, reach: float) -> float:
    """The elongation of a map by a scheme of fine steps."""
    return elongation(_directions(), reached(scheme, reach, _directions()))
