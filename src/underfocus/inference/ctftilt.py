"""The tilt of a micrograph from its rings: each tile's own defocus, on a plane through the field.

The rings of every tile are averaged over the ellipses of the field's astigmatism; the plane is the one whose defocus
at each tile's centre makes all tiles' rings correlate best at once, found on a grid of slopes and refined. Elferich,
Kong, Zottig & Grigorieff 2024 (eLife 13, RP97227) fit the same in ctffind5.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..base.errors import InputError
from ..data.optics import Optics
from ..physics.tilt import Tilt
from .ctffit import COARSEST, CtfFit, pattern, ring_mean
from .thon import Rings, polynomials, rings, without

Real = np.ndarray[Any, Any]
#: Å of a tile: small, so that its own spread of defocus leaves its rings, and as large as rings need.
BOX = 700.0
#: Slopes (tan of the tilt) of the first search: polar grid.
TILTS, AZIMUTHS = np.arange(0, 66, 3.0), np.arange(0, 360, 15.0)


@dataclass(frozen=True)
class TiltFit:
    """The plane that was found: the optics at the field's middle, the tilt, and how much better it is than level.

    ``score`` is the mean correlation of the tiles' rings, ``level`` that of the best level field.
    """

    optics: Optics
    tilt: Tilt
    score: float
    level: float


def fit_tilt(image: Real, pixel: float, found: CtfFit) -> TiltFit:
    """Fit the tilt of a micrograph (ny, nx) of ``pixel`` Å whose mean CTF was fitted. InputError for few tiles."""
    tiles = rings(image, pixel, box=min(BOX, pixel * min(np.shape(image)) / 3), each=True)
    if tiles.tiles < 9:
        raise InputError(f"a tilt needs at least 9 tiles of about {BOX:g} Å, and the field holds {tiles.tiles}")
    # astigmatism is what a plane's spread of defocus leaves of itself in a mean over the field: small tiles decide
    finest = float(np.clip(found.resolution, 4.0, 12.0))
    s, curves = _curves(tiles, found.optics, finest)
    places, level = tiles.centres, replace(found.optics, astigmatism=0.0)
    start = _searched(s, curves, places, level)
    middle, slope = _refined(s, curves, places, level, *start)
    angle = float(np.rad2deg(np.arctan(np.hypot(*slope))))
    tilt = tilt_of(slope) if angle > 0 else Tilt(0.0)
    flat = max(_score(s, curves, places, level, level.defocus + d, np.zeros(2)) for d in np.arange(-300, 301, 25.0))
    score = _score(s, curves, places, level, middle, slope)
    return TiltFit(replace(found.optics, defocus=middle), tilt, score, flat)


def tilt_of(slope: Real) -> Tilt:
    """The tilt, of a positive angle, whose defocus changes by ``slope`` (x, y) Å an Å of the image."""
    angle = float(np.rad2deg(np.arctan(np.hypot(*slope))))
    axis = float(np.rad2deg(np.arctan2(slope[1], slope[0]))) - float(
        np.rad2deg(np.arctan2(*Tilt(1.0, 0.0).uphill[::-1]))
    )
    return Tilt(angle, (axis + 180) % 360 - 180)


def _curves(tiles: Rings, optics: Optics, finest: float) -> tuple[Real, Real]:
    """s and each tile's rings without background (tiles, m), of norm 1."""
    found = []
    for power in tiles.power:
        s, curve = ring_mean(Rings(power, tiles.step, tiles.centres[:1], 1), optics)
        keep = (s >= 1 / COARSEST) & (s <= 1 / finest)
        found.append(curve[keep])
    s = s[keep]
    values = without(np.array(found), polynomials(s, min(5, max(2, len(s) // 8))))
    return s, values / np.linalg.norm(values, axis=1, keepdims=True)


def _score(s: Real, curves: Real, places: Real, level: Optics, middle: float, slope: Real) -> float:
    """Mean correlation of the tiles' rings with those of a plane."""
    local = np.maximum(middle + places @ slope, 500.0)
    targets = without(
        pattern(np.zeros_like(s), s, replace(level, defocus=local)), polynomials(s, min(5, max(2, len(s) // 8)))
    )
    return float((targets * curves).sum() / np.linalg.norm(targets, axis=1).sum())


def _searched(s: Real, curves: Real, places: Real, level: Optics) -> tuple[float, Real]:
    """The best slope on the polar grid, with the defocus of the middle within 400 Å of the mean's."""
    best: tuple[float, float, Real] = (-2.0, float(level.defocus), np.zeros(2))
    for tilt in TILTS:
        for azimuth in AZIMUTHS if tilt else (0.0,):
            along = np.deg2rad(azimuth)
            slope = np.tan(np.deg2rad(tilt)) * np.array([np.cos(along), np.sin(along)])
            for change in (-300.0, -100.0, 100.0, 300.0):
                score = _score(s, curves, places, level, float(level.defocus) + change, slope)
                if score > best[0]:
                    best = (score, float(level.defocus) + change, slope)
    return best[1], best[2]


def _refined(s: Real, curves: Real, places: Real, level: Optics, middle: float, slope: Real) -> tuple[float, Real]:
    """The simplex in the middle's defocus and both slopes."""
    from scipy.optimize import minimize

    def cost(x: Real) -> float:
        return -_score(s, curves, places, level, x[0] * 1000, x[1:])

    begin = np.array([middle / 1000, *slope])
    simplex = np.stack([begin, *(begin + np.diag([0.1, 0.05, 0.05]))])
    options: Any = {"initial_simplex": simplex, "xatol": 1e-3, "fatol": 1e-8, "maxiter": 400}
    x = minimize(cost, begin, method="Nelder-Mead", options=options).x
    return float(x[0] * 1000), np.asarray(x[1:])
