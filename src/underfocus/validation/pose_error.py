"""What wrong poses do to a map: angles that are off on average, centres that are off for all, grids that are coarse.

A point that each particle puts elsewhere, by u Å (rms along one axis), is smeared by a Gaussian, and a smear is a
B-factor: exp(−2π²u²s²) = exp(−B s²/4) with B = 8π²u². Jensen 2001 (J. Struct. Biol. 133, 143) has
more such errors.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base.errors import InputError
from ..physics import ctf

Real = np.ndarray[Any, Any]


def displacement(degrees: Any, radius: Any) -> Any:
    """How far in Å an error of so many degrees (rms about one axis) moves a point ``radius`` Å from that axis."""
    return np.deg2rad(degrees) * radius


def attenuation(s: Any, moved: Any) -> Any:
    """What is left of amplitudes at s (1/Å) where points are displaced by ``moved`` Å rms along s: exp(−2π²s²u²)."""
    return np.exp(-2 * (np.pi * np.asarray(s, np.float64) * moved) ** 2)


def bfactor(moved: Any) -> Any:
    """The B-factor in Å² of displacements of ``moved`` Å rms along one axis: 8π²u²."""
    return 2 * ctf.B_DIVISOR * (np.pi * np.asarray(moved, np.float64)) ** 2


def degrees_of(b: Any, radius: float) -> Any:
    """The angular error in degrees that has a B-factor of ``b`` Å² at ``radius`` Å: the inverse of the two above."""
    return np.rad2deg(np.sqrt(np.asarray(b, np.float64) / (2 * ctf.B_DIVISOR)) / np.pi / radius)


def off_centre(s: Any, shift: Any) -> Any:
    """What a map of evenly spread views has left at s (1/Å) if all images are ``shift`` Å off their centre: J₀(2πs·d).

    Every view turns the same step in its own plane; a Fourier coefficient averages the phases of all the steps at right
    angles to their views, which is a Bessel function: with its sign.
    """
    from scipy.special import j0

    return j0(2 * np.pi * np.asarray(s, np.float64) * shift)


def orientations(spacing_deg: float) -> float:
    """How many orientations a grid of so many degrees has: 8π²/δ³, the volume of SO(3) over that of a cell.

    Volume is counted such that a turn by δ about a fixed axis has the length δ. InputError for a spacing of 0 or less.
    """
    if not spacing_deg > 0:
        raise InputError(f"a spacing is above 0 degrees, and {spacing_deg:g} was given")
    return float(8 * np.pi**2 / np.deg2rad(spacing_deg) ** 3)


def power_left(s: Any, degrees: float, radii: Any, weights: Any) -> Real:
    """What is left of the power at s (1/Å) of a particle turned by errors of so many degrees rms about each axis.

    A point ``radii`` (p,) Å from the centre moves by r sin θ times the angle along a direction at θ from it, so that
    exp(−4π²s²u²) of its power stays; averaged over directions and over points of these ``weights`` (p,), whose phases
    are taken as unrelated, as they are beyond the particle's own shape. InputError where radii and weights differ.
    """
    r, w, s = (np.asarray(v, np.float64) for v in (radii, weights, s))
    if r.shape != w.shape or r.ndim != 1 or not w.sum() > 0:
        raise InputError(f"points have a radius and a weight each, and {r.shape} and {w.shape} were given")
    cosines = (np.arange(24) + 0.5) / 24
    u2 = (np.deg2rad(degrees) ** 2) * np.outer(r**2, 1 - cosines**2)
    exponents = -((2 * np.pi * s[..., None, None]) ** 2) * u2
    return np.asarray(np.einsum("...pc,p->...", np.exp(exponents), w) / (len(cosines) * w.sum()))


def mean_square_move(degrees: float, radii: Any, weights: Any) -> float:
    """The mean square in Å², along one direction, of what such errors do to points: ⅔⟨r²⟩ times the angle squared."""
    r, w = np.asarray(radii, np.float64), np.asarray(weights, np.float64)
    return float(np.deg2rad(degrees) ** 2 * 2 / 3 * np.sum(w * r**2) / np.sum(w))
