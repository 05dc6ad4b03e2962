"""Transforms of images through the lens in one pass: times CTF and shift, forwards or as the adjoint.

The compiled twin of what `ctf.ctf2` and `fourier.shift_factors2` do with whole arrays. Image formation goes through it
forwards; reconstruction, whose planes are the adjoint of image formation, goes back. The origin of images at n // 2 is
in the phases, so that the library's own transforms serve without a copy of every image.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ..data.aberrations import Aberrations
from ..data.groups import AberrationGroups
from ..data.optics import Optics
from ..maths import fourier
from . import aberrations, ctf

Real = np.ndarray[Any, Any]


def separable(optics: Optics) -> bool:
    """Whether the compiled CTF serves: no coherence beyond B, and no uneven magnification."""
    return optics.coherence is None and aberrations.magnifications(optics, 1) is None


def phases(n: int, pixel: float, shift: Real) -> tuple[Real, Real]:
    """Factors along y and x, complex64 (m, n) and (m, n//2+1), that move particles from n // 2 + shift to the corner.

    ``shift`` (m, 2) in Å as (x, y). Their conjugates move a particle that lies in the corner to its place.
    """
    way = shift + n // 2 * pixel
    ky, kx = (np.ravel(k) for k in fourier.frequencies2(n, pixel))
    along_y, along_x = (np.exp(2j * np.pi * k * way[:, i, None]).astype(np.complex64) for k, i in ((ky, 1), (kx, 0)))
    return along_y, along_x


def forward(planes: Real, pixel: float, optics: Optics, shift: Real, sign: float = 1.0) -> None:
    """Central slices (m, n, n//2+1) complex64 become, in place, transforms of images with their origin in the corner.

    Times sign · CTF and moved to n // 2 + shift; ``optics`` of the m images, `separable`.
    """
    back = [factor.conj() for factor in phases(planes.shape[1], pixel, shift)]
    _modulated(planes, pixel, optics, back, sign, squared=False, undone=False)


def adjoint(values: Real, pixel: float, optics: Optics, moves: tuple[Real, Real], sign: float = 1.0) -> Real:
    """The adjoint of `forward`, in place, and the squares of the CTF (m, n, n//2+1) float32; ``moves`` are `phases`."""
    return _modulated(values, pixel, optics, list(moves), sign, squared=True, undone=True)


def _modulated(
    values: Real, pixel: float, optics: Optics, moves: list[Real], sign: float, *, squared: bool, undone: bool
) -> Real:
    from ..maths.kernels.modulate import modulate

    n = values.shape[1]
    ky, kx = (np.ascontiguousarray(np.ravel(k), np.float64) for k in fourier.frequencies2(n, pixel))
    gain_y, gain_x = ctf.gains(n, pixel, optics.bfactor)
    forms = ctf.forms(ctf.coefficients(optics), optics.bfactor)
    tables = _tables(n, pixel, optics, undone)
    return modulate(values, forms, ky, kx, sign * gain_y, gain_x, *moves, *tables, squared=squared)


def _tables(n: int, pixel: float, optics: Optics, undone: bool) -> tuple[Any, ...]:
    """Even aberrations in turns, odd ones as waves, and each image's group; nothing where every lens is perfect."""
    if optics.aberrations is None:
        return ()
    grouped = optics.aberrations
    if not isinstance(grouped, AberrationGroups):
        grouped = AberrationGroups((grouped,), np.zeros(len(np.atleast_1d(optics.defocus)), int))
    ky, kx = fourier.frequencies2(n, pixel)
    shape = (len(grouped.members), n, n // 2 + 1)
    turns, waves = np.zeros(shape), np.ones(shape, np.complex64)
    for number, member in enumerate(grouped.members):
        rows = np.flatnonzero(grouped.which == number)
        if member is None or not len(rows):
            continue
        turns[number] = aberrations.even(ky, kx, member) / (2 * np.pi)
        wave = odd_waves(ky, kx, replace(optics, aberrations=None)[int(rows[0])], member)
        waves[number] = wave if undone else wave.conj()
    return turns, waves, grouped.which


def odd_waves(ky: Real, kx: Real, optics: Optics, member: Aberrations) -> Real:
    """exp(i odd) of one group at frequencies in 1/Å that broadcast."""
    return np.asarray(np.exp(1j * aberrations.odd(ky, kx, member, optics)))
