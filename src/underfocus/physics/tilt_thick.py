"""The image of a thick specimen, every layer with its own defocus, upright or tilted.

A layer at z (along the beam) has the defocus Δf + z, so its image at k carries e^{± i(γ′ + πλs² z)}, and the sum
over all layers is the transform V of the whole specimen on two paraboloids, Ewald's sphere and its mirror image:

    I(k) = −(E / 2i) [e^{iγ′} V(k, −½λs²) − e^{−iγ′} V(k, ½λs²)].

A tilt turns the points at which V is asked for, and nothing else; a specimen of one layer gives back the tilted
contrast imaging function. DeRosier 2000 (Ultramicroscopy 81, 83); Voortman et al. 2011 (Ultramicroscopy 111, 1029).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base.errors import InputError
from ..data.optics import Optics
from ..maths import fourier, nonuniform
from . import ctf
from .tilt_plain import checked, phases

Real = np.ndarray[Any, Any]
#: Relative error that the fast sums are asked for.
TOLERANCE = 1e-5


def imaged_volume(
    volume: Real, pixel: float, optics: Optics, rotation: Real | None = None, tolerance: float = TOLERANCE
) -> Real:
    """The image (n, n) of a density (n, n, n), turned by ``rotation`` (3, 3) where one is given; voxels are summed.

    The specimen is weak, and what leaves the box on one side comes in on the other. Raises InputError.
    """
    n = _side(volume, pixel, optics)
    gamma, an_angstrom, damped = phases(n, pixel, optics)
    ky, kx = fourier.frequencies2(n)
    bend = an_angstrom * pixel / (2 * np.pi)
    level = np.stack(np.broadcast_arrays(kx, ky, 0 * bend), axis=-1)
    up = np.stack([0 * bend, 0 * bend, bend], axis=-1)
    turns = np.stack([level - up, level + up]).reshape(-1, 3)
    if rotation is not None:
        turns = turns @ np.asarray(rotation, float)
    inside = (np.abs(turns) <= 0.5).all(-1)
    values = np.zeros(len(turns), complex)
    values[inside] = nonuniform.type2(np.asarray(volume, np.complex128), turns[inside], tolerance)
    one, other = values.reshape(2, *gamma.shape)
    wave = np.exp(1j * gamma)
    return np.asarray(fourier.ifft2(ctf.GAMMA_SIGN / 2j * damped * (wave * one - wave.conj() * other), n))


def imaged_volume_plain(volume: Real, pixel: float, optics: Optics) -> Real:
    """The textbook twin of an upright one: layer by layer, each with the CTF of its defocus."""
    n = _side(volume, pixel, optics)
    gamma, an_angstrom, damped = phases(n, pixel, optics)
    total: Any = 0.0
    for j, layer in enumerate(volume):
        depth = (j - n // 2) * pixel
        total = total + fourier.fft2(layer) * np.sin(gamma + an_angstrom * depth)
    return np.asarray(fourier.ifft2(ctf.GAMMA_SIGN * damped * total, n))


def _side(volume: Real, pixel: float, optics: Optics) -> int:
    if np.ndim(volume) != 3:
        raise InputError(f"a thick specimen is a density (n, n, n), and an array of shape {np.shape(volume)} was given")
    n = checked(volume[0], pixel, optics)
    if len(volume) != n:
        raise InputError(f"a density has as many voxels on each axis, and its shape is {np.shape(volume)}")
    return n
