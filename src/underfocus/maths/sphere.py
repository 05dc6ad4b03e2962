"""Directions on the sphere: in which of HEALPix's equal areas one lies, and flat maps that keep areas (Mollweide's).

Directions are unit vectors (x, y, z). Longitude is counted from +x towards +y, latitude from the equator to +z.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base.errors import InputError
from . import so3

Real = np.ndarray[Any, np.dtype[np.float64]]
Whole = np.ndarray[Any, np.dtype[np.int64]]
#: Newton's steps for Mollweide's angle: from Whittaker's start they reach double precision away from the poles.
STEPS = 12


def unit(directions: Any) -> Real:
    """Directions (…, 3) at length 1. InputError for other shapes, and for vectors that have no direction."""
    found = np.asarray(directions, np.float64)
    if found.ndim < 1 or found.shape[-1] != 3:
        raise InputError(f"directions have the shape (…, 3), and {found.shape} was given")
    length = np.linalg.norm(found, axis=-1, keepdims=True)
    if found.size and not (np.isfinite(length).all() and length.min() > 0):
        raise InputError("a direction needs finite components that are not all zero, and others were given")
    return np.asarray(found / np.where(length > 0, length, 1.0), np.float64)


def spiral(n: int) -> Real:
    """n directions (n, 3) spread evenly, one for each of n belts of equal area, a golden angle from belt to belt.

    For any number, where HEALPix has 12·4^k. Swinbank & Purser 2006 (Q. J. R. Meteorol. Soc. 132, 1769). InputError for
    no directions.
    """
    if n < 1:
        raise InputError(f"at least one direction is spread, and {n} were asked for")
    number = np.arange(n)
    return _golden(number, 1 - (2 * number + 1) / n)


def _golden(number: Whole, z: Real) -> Real:
    """Directions (n, 3) at heights z, a golden angle from each number to the next."""
    longitude, reach = number * np.pi * (3 - np.sqrt(5)), np.sqrt(1 - z**2)
    return np.stack([reach * np.cos(longitude), reach * np.sin(longitude), z], axis=-1)


def half_spiral(n: int) -> Real:
    """n directions (n, 3) spread evenly over the half sphere z > 0, from the equator up: one of each ± pair.

    A `spiral` of which the other half is left out. InputError for no directions.
    """
    if n < 1:
        raise InputError(f"at least one direction is spread, and {n} were asked for")
    number = np.arange(n)
    return _golden(number, (number + 0.5) / n)


def even(n: int) -> Real:
    """n directions (n, 3) spread evenly: HEALPix's centres where there are as many (12·4^k), a `spiral` otherwise."""
    order = round(np.log(max(n, 12) / 12) / np.log(4))
    return so3.healpix_directions(order) if n == 12 * 4**order else spiral(n)


def _spaced(numbers: Whole, order: int) -> Whole:
    """The bits of a number with a zero between every two."""
    return np.asarray(sum(((numbers >> n) & 1) << (2 * n) for n in range(order)) + 0 * numbers, np.int64)


def _belt(z: Real, quarter: Real, side: int) -> tuple[Whole, Whole, Whole]:
    """Face, column and row of directions between the latitudes ± 41.8°."""
    along, height = side * (0.5 + quarter), 0.75 * side * z
    falling, rising = np.floor(along - height).astype(np.int64), np.floor(along + height).astype(np.int64)
    first, second = falling // side, rising // side
    face = np.where(first == second, first | 4, np.where(first < second, first, second + 8))
    return face, rising % side, side - falling % side - 1


def _cap(z: Real, quarter: Real, side: int) -> tuple[Whole, Whole, Whole]:
    """Face, column and row of directions nearer to a pole."""
    which = np.minimum(quarter.astype(np.int64), 3)
    reach = side * np.sqrt(3 * (1 - np.abs(z)))
    falling = np.minimum(((quarter - which) * reach).astype(np.int64), side - 1)
    rising = np.minimum(((1 - quarter + which) * reach).astype(np.int64), side - 1)
    north = z >= 0
    x, y = np.where(north, side - rising - 1, falling), np.where(north, side - falling - 1, rising)
    return np.where(north, which, which + 8), x, y


def healpix_cells(directions: Any, order: int) -> Whole:
    """Which of the 12·4^order equal areas, in nested order, each direction (…, 3) lies in (Górski et al. 2005).

    The numbers are those of `maths.so3.healpix_directions`, which gives the areas' centres. InputError as there.
    """
    side = 2 ** so3.checked_order(order)
    d = unit(directions)
    z = d[..., 2]
    quarter = np.mod(np.arctan2(d[..., 1], d[..., 0]), 2 * np.pi) / (np.pi / 2) % 4
    belt, cap = _belt(z, quarter, side), _cap(z, quarter, side)
    face, x, y = (np.where(np.abs(z) <= 2 / 3, b, c) for b, c in zip(belt, cap, strict=True))
    return np.asarray(face * side * side + _spaced(x, order) + 2 * _spaced(y, order), np.int64)


def mollweide(directions: Any) -> Real:
    """Places (…, 2) of directions (…, 3) on Mollweide's map: x from −2 to 2 (west to east), y from −1 to 1 (to +z).

    Areas are kept: the ellipse holds 2π of them for the sphere's 4π. Newton's method on 2t + sin 2t = π sin(latitude)
    (Snyder 1987, Map Projections, USGS Prof. Paper 1395, eqs 31-1 to 31-4).
    """
    d = unit(directions)
    wanted = np.pi * np.clip(d[..., 2], -1, 1)
    # near the poles the root is a cube root: there Newton starts from its leading term
    pole = np.pi / 2 - np.cbrt(0.75 * (np.pi - np.abs(wanted)))
    t = np.where(np.abs(d[..., 2]) > 0.7, np.sign(wanted) * pole, wanted / 4)
    for _ in range(STEPS):
        slope = 2 + 2 * np.cos(2 * t)
        t = t - np.where(slope > 1e-12, (2 * t + np.sin(2 * t) - wanted) / np.maximum(slope, 1e-12), 0)
    longitude = np.arctan2(d[..., 1], d[..., 0])
    return np.stack([2 / np.pi * longitude * np.cos(t), np.sin(t)], axis=-1)


def from_mollweide(places: Any) -> tuple[Real, np.ndarray[Any, np.dtype[np.bool_]]]:
    """Directions (…, 3) at places (…, 2) of Mollweide's map, and whether (…) a place lies on it at all.

    Beyond the ellipse the direction is that of the nearest longitude ± 180°, so that pictures can be filled first and
    cut afterwards.
    """
    p = np.asarray(places, np.float64)
    x, y = p[..., 0], np.clip(p[..., 1], -1, 1)
    t = np.arcsin(y)
    z = np.clip((2 * t + np.sin(2 * t)) / np.pi, -1, 1)
    longitude = np.clip(np.pi * x / (2 * np.maximum(np.cos(t), 1e-12)), -np.pi, np.pi)
    radius = np.sqrt((1 - z) * (1 + z))
    inside = (p[..., 0] / 2) ** 2 + p[..., 1] ** 2 <= 1
    return np.stack([radius * np.cos(longitude), radius * np.sin(longitude), z], axis=-1), inside


def mollweide_grid(height: int) -> tuple[Real, np.ndarray[Any, np.dtype[np.bool_]]]:
    """Directions (height, 2·height, 3) of a picture of the whole sphere, row 0 at +z, and which pixels show it."""
    if height < 2:
        raise InputError(f"a map of the sphere needs at least 2 rows, and {height} were asked for")
    y = 1 - (np.arange(height) + 0.5) * 2 / height
    x = (np.arange(2 * height) + 0.5) * 2 / height - 2
    return from_mollweide(np.stack(np.meshgrid(x, y), axis=-1))
