"""From images to what is inserted: their transforms times the CTF, centred and moved back, and the squares of the CTF.

This is the adjoint of image formation up to the slice: F* = CTF* e^{+2πik·shift} · noise⁻¹. Images whose phases were
flipped or that were multiplied by their CTF already are taken as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..base.arrays import to_numpy
from ..base.parallel import cores
from ..base.units import wavelength
from ..data.groups import AberrationGroups
from ..data.optics import Optics
from ..data.particles import Particles
from ..maths import fourier, shells
from ..physics import aberrations, ctf, ewald, passage
from .weighting import Weighting

Real = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Planes:
    """``values`` and ``squares`` (m, n, n//2+1) to be inserted, and ``bend`` (m,) of the plane, in 1/image pixels."""

    values: Real
    squares: Real
    bend: Real | None = None


def planes(particles: Particles, images: Real, weighting: Weighting | None = None) -> Planes:
    """The planes of images (m, n, n) float32 that belong to the particles."""
    values, phases = _centred(particles, images)
    sign = 1.0 if particles.contrast == "dark" else -1.0
    optics = particles.optics.spread_to(len(images))
    if particles.treated == "nothing" and passage.separable(optics):
        squares = passage.adjoint(values, particles.pixel, optics, phases, sign)
    else:
        squares = _plain(values, phases, optics, particles, sign)
    _weigh(values, squares, particles, weighting)
    return Planes(values, squares)


def side_planes(particles: Particles, images: Real, hand: int, weighting: Weighting | None = None) -> list[Planes]:
    """The two side bands of each image, on the two halves of the Ewald sphere; see `physics.ewald`.

    ``hand`` −1 bends the sphere the other way. Each side is inserted on its own ("simple insertion": Russo & Henderson
    2018, Ultramicroscopy 187, 56). What it sees of the other's wave is weighed in as far as the two agree for a
    specimen that fills half the box, so that thin ones come out as with flat slices; the rest is left as noise, which
    defoci spread.
    """
    n, pixel = images.shape[-1], particles.pixel
    ky, kx = fourier.frequencies2(n, pixel)
    values, phases = _centred(particles, images)
    values *= phases[0][:, :, None] * phases[1][:, None, :]
    sign = 1.0 if particles.contrast == "dark" else -1.0
    height = wavelength(to_numpy(particles.optics.spread_to(len(images)).voltage_kv)) / (2 * n * pixel)
    p, q = _side_bands(ky, kx, particles.optics.spread_to(len(images)))
    shared = _alike(np.hypot(ky, kx) * n * pixel, height.reshape(-1, 1, 1), n) * (p.conj() * q).real
    found = []
    for band, side in ((p, -1), (q, 1)):
        squares = (np.abs(band) ** 2 + shared).astype(np.float32)
        turned = (sign * band.conj()).astype(np.complex64) * values
        _weigh(turned, squares, particles, weighting)
        found.append(Planes(turned, squares, side * hand * height))
    return found


def _alike(k: Real, height: Real, n: int) -> Real:
    """How alike the transform is on the two sides of the sphere, for a ball of half the box: its transform there.

    ``k`` in image pixels, ``height`` (m, 1, 1) the bend in 1/image pixels; the two sides are 2 height k² apart.
    """
    x = np.pi * np.abs(height) * k**2  # π · distance · diameter, both in pixels of a box of n: 2 h k² and n/2 over n
    x = np.maximum(x, 1e-2)
    return np.asarray(3 * (np.sin(x) - x * np.cos(x)) / x**3)


def _side_bands(ky: Real, kx: Real, optics: Optics) -> tuple[Real, Real]:
    """P and Q of particles (m, n, n//2+1), the odd aberrations of each group with them."""
    shape = (len(np.atleast_1d(optics.defocus)), *np.broadcast_shapes(ky.shape, kx.shape))
    bands = np.empty((2, *shape), complex)
    for rows, own in optics.by_aberrations():
        wave = passage.odd_waves(ky, kx, own[0], ctf.single(own))
        chosen = rows if isinstance(optics.aberrations, AberrationGroups) else slice(None)
        for number, i in enumerate(np.arange(shape[0])[chosen]):
            for side, band in enumerate(ewald.side_bands(ky, kx, own[number])):
                bands[side, i] = band * wave
    return bands[0], bands[1]


def views(particles: Particles) -> tuple[Real, float]:
    """Rotations (m, 3, 3) that carry image frequencies to the specimen's, and by how much at most they lengthen one."""
    assert particles.pose is not None
    rotations = to_numpy(particles.pose.rotation)
    return aberrations.carried(rotations, aberrations.magnifications(particles.optics, len(rotations)))


def _centred(particles: Particles, images: Real) -> tuple[Real, tuple[Real, Real]]:
    """Transforms, and the phases along y and x (m, ·) that move each particle from its place to the origin."""
    from scipy import fft

    assert particles.pose is not None
    phases = passage.phases(images.shape[-1], particles.pixel, to_numpy(particles.pose.shift))
    return fft.rfft2(images, workers=cores()), phases


def _plain(values: Real, phases: tuple[Real, Real], optics: Optics, particles: Particles, sign: float) -> Real:
    """The same as `passage.adjoint` with whole arrays, for what its kernel does not know."""
    contrast = sign * ctf.ctf2(values.shape[1], particles.pixel, optics)
    strength = np.abs(contrast)
    values *= phases[0][:, :, None] * phases[1][:, None, :]
    if particles.treated == "nothing":
        values *= contrast.conj().astype(values.dtype)
        return np.asarray(strength**2, np.float32)
    if np.iscomplexobj(contrast):  # waves that odd aberrations moved are moved back, whatever was done to amplitudes
        values *= moved(values.shape[1], particles.pixel, optics).conj()
    if particles.treated == "flipped":
        values *= sign * strength.astype(np.float32)
    else:
        values *= sign
    return np.asarray(strength**2, np.float32)


def moved(n: int, pixel: float, optics: Optics) -> Real:
    """exp(i odd) of each particle (m, n, n//2+1)."""
    ky, kx = fourier.frequencies2(n, pixel)
    found = np.ones((len(np.atleast_1d(optics.defocus)), n, n // 2 + 1), np.complex64)
    for rows, own in optics.by_aberrations():
        lens = ctf.single(own)
        chosen = rows if isinstance(optics.aberrations, AberrationGroups) else slice(None)
        found[chosen] = passage.odd_waves(*aberrations.stretched(ky, kx, lens), own[0], lens)
    return found


def _weigh(values: Real, squares: Real, particles: Particles, weighting: Weighting | None) -> None:
    """Multiply both in place by what the image counts over shells."""
    curves = (weighting or Weighting()).curves(particles)
    if curves is None:
        return
    n = values.shape[1]
    index = np.minimum(shells.shell_index(n, 2), n // 2)
    for target, curve in zip((values, squares), curves, strict=True):
        target *= curve.astype(np.float32)[:, index]
