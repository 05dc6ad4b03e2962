"""The twin of a set of particles: images simulated from one map in the set's own poses, with its own CTFs and noise.

What the particles' metadata say is taken at its word: rotation, shift, CTF, aberrations, scale, dose, and what was done
to the images before they were stored. Noise is Gaussian with the spectrum measured on the particles themselves. Twin
images are made when they are read and never kept, so that a set of any size needs no room; the same image always comes
out the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from ..base.arrays import to_numpy
from ..base.errors import InputError
from ..data.particles import Particles
from ..data.volume import Volume
from ..maths import fourier, shells
from ..physics import noise as noises
from ..physics import projection
from ..physics.aberrations import magnifications
from ..physics.ctf import ctf2
from ..validation.resolution import PIXEL_TOLERANCE
from .accumulate import Lot
from .imagenoise import NoiseSpectra
from .information import before_multiplication
from .planes import moved
from .weighting import Weighting

Real = np.ndarray[Any, Any]
#: Images made at a time: 256 of 256² with their transforms are 0.3 GB.
CHUNK = 256
#: What sets the random numbers of twins apart from those of simulations.
TWIN = 0x7A11


@dataclass(frozen=True)
class Twin:
    """Particles whose images are to be imitated, the map that all of them show, and their noise.

    ``volume`` has the images' box and is on `project`'s grey scale; ``weighting`` says what dose took from the signal.
    Raises InputError for particles without poses or whitened ones, and for a map of another box or pixel.
    """

    particles: Particles
    volume: Volume
    noise: NoiseSpectra
    weighting: Weighting
    seed: int = 0

    def __post_init__(self) -> None:
        p, volume = self.particles, self.volume
        if p.pose is None:
            raise InputError("a twin is made in the particles' poses, and these have none; refine them first")
        if p.gain() is not None:
            raise InputError("a twin is made of images as their file has them, and these are whitened; leave that out")
        if volume.n != p.n or abs(volume.pixel / p.pixel - 1) > PIXEL_TOLERANCE:
            raise InputError(
                f"a twin needs a map in the images' box of {p.n} pixels of {p.pixel:g} Å, and this one has {volume.n} "
                f"of {volume.pixel:g} Å; crop, pad or resample it"
            )
        if len(self.noise.group) != len(p) or self.noise.power.shape[1] != p.n // 2 + 1:
            raise InputError(f"{len(p)} images need a noise spectrum each, and {len(self.noise.group)} were given")

    def __len__(self) -> int:
        return len(self.particles)

    def signal(self, rows: Real) -> Real:
        """Transforms (m, n, n//2+1) of the noiseless images of some particles."""
        some = self.particles[rows]
        assert some.pose is not None
        optics = some.optics.spread_to(len(some))
        stretch = magnifications(optics, len(some))
        planes = projection.slices(self._transform, some.pose, some.n, some.pixel, magnification=stretch)
        planes *= _transfer(some, ctf2(some.n, some.pixel, optics)).astype(np.complex64)
        left = self.weighting[rows].signal(some)
        if left is not None:
            planes *= left.astype(np.float32)[:, self._rings]
        return np.asarray(planes)

    def draw(self, rows: Real) -> Real:
        """Transforms (m, n, n//2+1) of the noise of some images; each has its own stream of random numbers."""
        n = self.particles.n
        one = [noises.white((1, n, n), 1.0, self._stream, first=int(row))[0] for row in rows]
        found = fourier.fft2(np.stack(one))
        found *= np.sqrt(self._noise.power[self._noise.group[rows]]).astype(np.float32)[:, self._rings]
        if self.particles.treated == "multiplied":
            some = self.particles[rows]
            found *= np.abs(ctf2(n, some.pixel, some.optics.spread_to(len(some))))
        return np.asarray(found)

    def images(self, rows: Real) -> Real:
        """Twin images (m, n, n) of some particles, float32."""
        out = np.empty((len(rows), self.particles.n, self.particles.n), np.float32)
        for first in range(0, len(rows), CHUNK):
            some = rows[first : first + CHUNK]
            out[first : first + CHUNK] = fourier.ifft2(self.signal(some) + self.draw(some), self.particles.n)
        return out

    def imitation(self) -> Particles:
        """The particles with twin images in place of their own, which are made when they are read."""
        stack = TwinStack(self, np.arange(len(self)))
        return replace(self.particles, stack=stack, steps=())

    @cached_property
    def _stream(self) -> int:
        """A seed of the twin's own: a simulation of the same seed must not come out with the same noise."""
        return int.from_bytes(np.random.SeedSequence([self.seed, TWIN]).generate_state(4).tobytes(), "little")

    @cached_property
    def _transform(self) -> Any:
        return projection.transform(np.asarray(to_numpy(self.volume.data), np.float32))

    @cached_property
    def _noise(self) -> NoiseSpectra:
        if self.particles.treated != "multiplied":
            return self.noise
        return before_multiplication(Lot(self.particles, np.zeros(len(self), int), self.weighting), self.noise)

    @cached_property
    def _rings(self) -> Real:
        n = self.particles.n
        return np.minimum(shells.shell_index(n, 2), n // 2)


@dataclass(frozen=True)
class TwinStack:
    """Twin images as a stack, made when they are read."""

    twin: Twin
    rows: Real

    @property
    def shape(self) -> tuple[int, int, int]:
        """(m, n, n)."""
        n = self.twin.particles.n
        return (len(self.rows), n, n)

    def __getitem__(self, index: Any) -> TwinStack:
        """Some of the images; makes nothing."""
        return TwinStack(self.twin, self.rows[index])

    def read(self) -> Real:
        """The images (m, n, n), float32."""
        return self.twin.images(self.rows)


def _transfer(particles: Particles, contrast: Real) -> Real:
    """What became of the signal on its way into the stored images: the CTF, and what was done about it there.

    Flipped phases leave |c|, images that were multiplied c²; odd aberrations stay in both, as `planes` takes them.
    """
    sign = 1.0 if particles.contrast == "dark" else -1.0
    if particles.treated == "nothing":
        return sign * contrast
    strength = np.abs(contrast) if particles.treated == "flipped" else np.abs(contrast) ** 2
    if np.iscomplexobj(contrast):
        strength = strength * moved(particles.n, particles.pixel, particles.optics.spread_to(len(contrast)))
    return np.asarray(sign * strength)
