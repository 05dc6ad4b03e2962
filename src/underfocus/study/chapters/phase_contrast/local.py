"""The defocus of places of a real picture: spectra of overlapping tiles, gathered in strips, each with its own fit."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Literal

import numpy as np

from underfocus.data.optics import Optics
from underfocus.maths import fourier
from underfocus.physics.tilt import Tilt
from underfocus.samples import micrograph
from underfocus.study import specimens

from . import measured, tilting

Real = np.ndarray[Any, Any]
Source = Literal["simulated", "micrograph", "mine"]
#: Largest side of a tile in pixels; side and pixel (Å) of the simulated field.
TILE = 192
SIDE, PIXEL = 512, 2.5
SIMULATED = Optics(defocus=20_000.0)
#: The tilt axis of the simulated field, which the figure does not tell.
AXIS = 60.0


@lru_cache(maxsize=4)
def _simulated(tilt: float) -> tuple[Real, float]:
    picture = tilting.amorphous(SIDE, PIXEL, SIMULATED, Tilt(tilt, AXIS), 300.0)
    return picture + 1.0 * tilting.white(SIDE, 5), PIXEL


@lru_cache(maxsize=8)
def _spectra(source: Source, tilt: float, own: specimens.Specimen | None) -> tuple[Real, Real, float]:
    """(power spectra (m, n, n), places of the tiles' middles (m, 2) in Å as (x, y), pixel in Å) of a picture."""
    if source == "simulated":
        picture, pixel = _simulated(tilt)
    elif own is not None:
        picture, pixel = own.data, own.pixel
    else:
        found = micrograph()
        picture, pixel = found.data[0], found.pixel
    side = min(TILE, min(picture.shape) // 3 * 2)
    rows, columns = (np.arange(0, size - side + 1, max(1, side * 5 // 24)) for size in picture.shape)
    soft = np.hanning(side)[:, None] * np.hanning(side)[None, :]
    corners = [(x, y) for y in rows for x in columns]
    tiles = [picture[y : y + side, x : x + side] for x, y in corners]
    power = np.array([fourier.power2((t - t.mean()) * soft) for t in tiles])
    middle = np.array([picture.shape[1] // 2, picture.shape[0] // 2])
    return power, (np.array(corners) + side // 2 - middle) * pixel, pixel


def spectra(source: Source, tilt: float) -> tuple[Real, Real, float]:
    """The tiles of a source, kept; ``tilt`` matters to the simulated one alone."""
    own = specimens.mine() if source == "mine" else None
    return _spectra(source, tilt if source == "simulated" else 0.0, own)


def by_strip(power: Real, places: Real, pixel: float, axis: float, count: int) -> tuple[Real, Real, Real, Real]:
    """Tiles gathered in strips along an axis: (distance across it (c,), defocus (c,), s, rings (c, m)).

    Distances are those of the tiles in each strip on average; a strip without a tile is left out.
    """
    across = places @ Tilt(0.0, axis).uphill
    edges = np.linspace(across.min(), across.max(), count + 1)
    which = np.clip(np.searchsorted(edges, across, side="right") - 1, 0, count - 1)
    used = [j for j in range(count) if (which == j).any()]
    found = [measured.flattened(power[which == j].mean(0), pixel)[:2] for j in used]
    s = found[0][0]
    defoci = [measured.best_defocus(s, average) for _, average in found]
    return np.array([across[which == j].mean() for j in used]), np.array(defoci), s, np.array([r for _, r in found])


def plane(distances: Real, defoci: Real) -> tuple[float, float, float]:
    """A line through local defoci: (tilt in degrees, its standard error, defocus in Å at the middle).

    The error is that of independent strips; tiles overlap, so it is rather larger.
    """
    if len(distances) < 3:
        return 0.0, 90.0, float(defoci.mean())
    slope, middle = np.polyfit(distances, defoci, 1)
    rest = defoci - (slope * distances + middle)
    error = np.sqrt((rest**2).sum() / (len(rest) - 2) / ((distances - distances.mean()) ** 2).sum())
    return float(np.degrees(np.arctan(slope))), float(np.degrees(error / (1 + slope**2))), float(middle)
