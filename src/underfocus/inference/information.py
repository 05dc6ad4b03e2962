"""What images in their poses say of each voxel of a half map: how many samples, of which transfer, against which noise.

Direct inversion makes D/W of two sums over the samples near a cell: W = Σ t a²v c², and D, which of pure noise has the
variance Σ t² a²v² c² σ². Here c is the CTF, t what the kernel gives a cell, a how strong the signal is in an image
beyond the CTF (dose, scale), v the weight that it was given, and σ² the power of its noise. W is summed as the
reconstruction sums it, and one draw of the noise with it, so that views which crowd, voxels that stay empty, symmetry
mates that share their noise, and the kernel's own correlations are all as they are there; the signal is left out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..base.arrays import to_numpy
from ..base.errors import InputError
from ..base.progress import stage
from ..maths import shells
from ..maths.kernels import wiener
from ..physics.ctf import ctf2
from . import planes as to_planes
from .accumulate import CHUNK_PIXELS, Lot
from .imagenoise import NoiseSpectra, sampled
from .restore import Summed
from .scheme import Scheme
from .sums import Sums

Real = np.ndarray[Any, Any]
#: On so many images the mean square of the CTF is taken, where images came multiplied by it.
SAMPLE = 1_000
#: A shell without signal gets a prior of so many mean weights, as a reconstruction's own.
CAP = 10.0


@dataclass(frozen=True)
class Information:
    """Sums of two half sets whose data are one draw of the images' noise, and how many slices went into each half.

    ``slices`` are two arrays (n//2+1,) over shells; ``pixel`` in Å.
    """

    sums: Sums
    slices: tuple[Real, Real]
    pixel: float

    @property
    def n(self) -> int:
        """Voxels a side of the maps."""
        return self.sums.n

    def summed(self) -> tuple[Summed, Summed]:
        """The two halves as `restore` takes them."""
        first, second = (Summed(half, own) for half, own in zip(self.sums.halves, self.slices, strict=True))
        return first, second

    def prior(self, signal: Real) -> Real:
        """The noise over signal (n//2+3,), in units of the weight, that a reconstruction of such data would measure.

        ``signal`` (n//2+1,) is |S|² over shells.
        """
        first, second = (to_numpy(half.cells) for half in self.sums.halves)
        per_weight, weight = wiener.noise_per_weight(first, second, self.n, self.sums.size)
        strength = np.pad(np.asarray(signal, np.float64), (0, 2), mode="edge")
        known = strength * CAP * weight > per_weight
        return np.asarray(np.where(known, per_weight / np.where(known, strength, 1), CAP * weight))


def information(lot: Lot, noise: NoiseSpectra, scheme: Scheme | None = None, seed: int = 0) -> Information:
    """What the images of a lot say, their noise being as given; no image is read.

    ``scheme`` is that of the reconstruction, with flat slices. Raises InputError for particles without poses, another
    number of noise spectra, and the Ewald sphere.
    """
    scheme = scheme or Scheme()
    particles = lot.particles
    if scheme.ewald:
        raise InputError("an expectation is reckoned for flat slices; leave the Ewald sphere out")
    if particles.pose is None:
        raise InputError("an expectation needs poses, and these particles have none; refine them first")
    if len(noise.group) != len(particles) or noise.power.shape[1] != particles.n // 2 + 1:
        raise InputError(
            f"{len(particles)} images of {particles.n} pixels need a noise spectrum each over {particles.n // 2 + 1} "
            f"shells, and {len(noise.group)} over {noise.power.shape[1]} were given"
        )
    if particles.treated == "multiplied":
        noise = before_multiplication(lot, noise)
    lot = replace(lot, particles=replace(particles, columns={}, groups={}))
    sums = scheme.empty(particles.n)
    size = max(1, CHUNK_PIXELS // particles.n**2)
    with stage("weighing slices", len(lot)) as advance:
        for first in range(0, len(lot), size):
            some = slice(first, first + size)
            _weigh(sums, lot[some], noise[some], scheme, np.random.default_rng([seed, first]))
            advance(len(lot[some]))
    slices = []
    for half in (0, 1):
        rows = np.flatnonzero(lot.sets == half)
        slices.append(scheme.copies * lot.weighting[rows].total(lot.particles[rows]))
    return Information(sums, (slices[0], slices[1]), particles.pixel)


def before_multiplication(lot: Lot, noise: NoiseSpectra) -> NoiseSpectra:
    """The noise that images had before they were multiplied by their CTF: what is left over ⟨c²⟩, group by group."""
    found = noise.power.copy()
    for number in range(len(found)):
        rows = sampled(np.flatnonzero(noise.group == number), SAMPLE)
        if len(rows):
            some = lot.particles[rows]
            squares = np.abs(ctf2(some.n, some.pixel, some.optics.spread_to(len(some)))) ** 2
            mean = shells.shell_mean(squares.mean(axis=0, dtype=np.float64), some.n, 2)
            found[number] /= np.maximum(mean, 1e-3 * mean.max())
    return NoiseSpectra(found, noise.group)


def _weigh(sums: Sums, lot: Lot, noise: NoiseSpectra, scheme: Scheme, rng: np.random.Generator) -> None:
    """Add the weights of some images and, in place of their data, a draw of the noise that comes with these."""
    particles = lot.particles
    n = particles.n
    index = np.minimum(shells.shell_index(n, 2), n // 2)
    strength = np.abs(ctf2(n, particles.pixel, particles.optics.spread_to(len(particles))))
    curves, amplitude = lot.weighting.curves(particles), n * np.sqrt(noise.each())
    if curves is not None:
        amplitude = amplitude * curves[0]
    draw = rng.standard_normal((*strength.shape, 2), dtype=np.float32).view(np.complex64)[..., 0]
    draw *= (amplitude / np.sqrt(2)).astype(np.float32)[:, index] * strength
    squares = strength**2
    if curves is not None:
        squares *= curves[1].astype(np.float32)[:, index]
    rotations, reach = to_planes.views(particles)
    for planes, turned in scheme.mates(draw, rotations, particles.pixel):
        sums.insert(planes, squares, turned, lot.sets, reach)
