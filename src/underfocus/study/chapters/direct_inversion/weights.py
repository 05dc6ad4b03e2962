"""How slices fill the shells of a Fourier cube, and how the noise of a map falls as they do."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

import numpy as np

from underfocus.data.optics import Optics, spread
from underfocus.inference.scheme import Scheme
from underfocus.maths import fourier, shells
from underfocus.physics import ctf
from underfocus.samples.views import views
from underfocus.validation import orientation

from . import growing

Real = np.ndarray[Any, Any]
#: Voxels a side of the cube whose weights are counted.
CELLS = 64
#: Å a pixel of the images whose CTF is squared.
PIXEL = 2.5
#: The shells on which empty voxels are counted.
COUNTED = (2, 4, 6, 8, 12, 16, 20, 24, 28, 31)
#: Numbers of views at which the noise of a map is measured.
LADDER = (8, 16, 32, 64, 128, 256, 512, 1024, 2048)


@cache
def _squares() -> Real:
    """CTF² (views, n, n//2+1) of images whose defocus differs."""
    optics = Optics(defocus=spread(8_000.0, 20_000.0, growing.MOST, growing.SEED))
    return np.asarray(ctf.ctf2(CELLS, PIXEL, optics) ** 2, np.float32)


@lru_cache(maxsize=32)
def weight(kind: str, count: int, lens: bool = False) -> Real:
    """What ``count`` slices leave in every voxel (n, n, n//2+1): how many passed, or the sum of their CTF²."""
    squares = np.ones((count, CELLS, CELLS // 2 + 1), np.float32)
    if lens:
        squares = _squares()[:count]
    sums = Scheme(pad=1).empty(CELLS)
    pose = growing.poses(kind, count)
    sets = np.zeros(count, int)
    sums.insert(squares.astype(np.complex64), squares, np.asarray(pose.rotation), sets)
    _, found = sums.whole().totals()
    return np.asarray(found)


def by_shell(weights: Real) -> Real:
    """The mean over each shell (n//2+1,)."""
    return np.asarray(shells.shell_mean(weights, CELLS, 3))


def section(weights: Real) -> Real:
    """The plane kx–kz (n, n) of a weight, +kz on top."""
    return np.asarray(fourier.display(weights[:, 0], CELLS)[::-1])


@lru_cache(maxsize=32)
def reached(kind: str, count: int) -> Real:
    """The part of the voxels of each of the `COUNTED` shells that some slice passes through."""
    pose = growing.poses(kind, count)
    return np.array([np.mean(orientation.sampling(pose, radius=float(k)) > 0) for k in COUNTED])


@lru_cache(maxsize=4)
def white(count: int) -> Real:
    """White images (count, n, n) of variance 1."""
    rng = np.random.default_rng(growing.SEED + 2)
    return rng.standard_normal((count, growing.BOX, growing.BOX), dtype=np.float32)


@lru_cache(maxsize=32)
def noise_map(count: int) -> Real:
    """The map (n, n, n) of so many images of noise of variance 1, in even orientations and without a prior."""
    pose = views("uniform", count, growing.SEED)
    return growing.inverted(white(count), pose, wiener=0.0)


def noise_deviation(count: int) -> float:
    """The standard deviation of that map within the sphere that the box holds."""
    n = growing.BOX
    z, y, x = np.indices((n, n, n)) - n // 2
    inside = x**2 + y**2 + z**2 < (n // 2 - 2) ** 2
    return float(noise_map(count)[inside].std())


def noise_ratio(fewer: int, more: int) -> float:
    """The noise of a map of more views over that of a map of fewer: measured in two reconstructions."""
    return noise_deviation(more) / noise_deviation(fewer)


@cache
def ladder() -> Real:
    """The noise of a map at each number of the `LADDER`."""
    return np.array([noise_deviation(count) for count in LADDER])


def read_off(count: int) -> float:
    """The noise of a map of ``count`` views by the `ladder`, straight between its points on logarithmic scales."""
    return float(np.exp(np.interp(np.log(count), np.log(LADDER), np.log(ladder()))))
