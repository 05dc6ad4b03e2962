"""A protein's map as views of uneven sampling give it: each voxel kept by its Wiener weight, with or without noise."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from underfocus.base.arrays import generator, to_numpy
from underfocus.inference.tilt_advice import Limit
from underfocus.maths import fourier, shells
from underfocus.samples import apoferritin

from . import spheres

Real = np.ndarray[Any, Any]
#: Voxels, and Å a voxel, of the map: apoferritin, 120 Å wide, a hollow ball.
BOX, PIXEL = 48, 4.0
#: Even views on a flat stage would resolve the map to 10 Å.
LIMIT = Limit(10.0, 400.0)


@lru_cache(maxsize=1)
def truth() -> Real:
    """The density (48, 48, 48), its mean taken off and its spread made 1."""
    found = to_numpy(apoferritin(BOX, PIXEL).data).astype(np.float64)
    return np.asarray((found - found.mean()) / found.std())


@lru_cache(maxsize=1)
def _grid() -> tuple[Real, Real, Real]:
    """The truth's transform, each voxel's shell, and the place of its direction in `spheres.half_directions`."""
    z, y, x = np.broadcast_arrays(*fourier.frequencies3(BOX, PIXEL))
    k = np.stack([x, y, z], axis=-1)
    k[0, 0, 0] = (0, 0, 1)
    index = shells.shell_index(BOX, 3)
    return fourier.fft3(truth()), np.minimum(index, BOX // 2), spheres.looked_up(k)


@lru_cache(maxsize=1)
def _even() -> Real:
    """S (25,): the SSNR of half maps from even views, by shell."""
    s = np.maximum(np.arange(BOX // 2 + 1), 1) / (BOX * PIXEL)
    return LIMIT.ssnr(s)


def ssnr(sp: Real, left: float = 1.0) -> Real:
    """SSNR (48, 48, 25) of a half map's voxels where sampling at `spheres.half_directions` is ``sp``."""
    _, index, place = _grid()
    found = left * _even()[index] * sp[place]
    found[0, 0, 0] = np.inf
    return np.asarray(found)


def _weights(x: Real) -> Real:
    return np.asarray(1 / (1 + 1 / np.maximum(x, 1e-12)))


def expected(sp: Real, left: float = 1.0) -> Real:
    """The map (48, 48, 48) of all particles without its noise: every voxel of the truth by its Wiener weight."""
    return np.asarray(fourier.ifft3(_grid()[0] * _weights(2 * ssnr(sp, left)), BOX))


def halves(sp: Real, left: float = 1.0, seed: int = 0) -> tuple[Real, Real]:
    """Two half maps (48, 48, 48), each with noise of its own, weighted by Wiener's filter."""
    transform, index, _ = _grid()
    x, rng = ssnr(sp, left), generator(seed)
    power = np.sqrt(_powers()[np.minimum(index, BOX // 2)] / np.maximum(x, 1e-9))
    w = _weights(x)
    one, other = (fourier.ifft3((transform + power * _unit_noise(rng)) * w, BOX) for _ in range(2))
    return np.asarray(one), np.asarray(other)


@lru_cache(maxsize=1)
def _powers() -> Real:
    """The mean power of the truth by shell (25,)."""
    return to_numpy(shells.shell_mean(np.abs(_grid()[0]) ** 2, BOX, 3)).real


def _unit_noise(rng: np.random.Generator) -> Real:
    """The transform of white noise, of power 1 a voxel in the mean."""
    return np.asarray(fourier.fft3(rng.standard_normal((BOX, BOX, BOX))) / BOX**1.5)


def section(volume: Real) -> Real:
    """The plane (z, x) through the middle, +z on top."""
    return np.asarray(volume[::-1, volume.shape[1] // 2])
