"""Direct Fourier inversion: images with known poses and optics to a density, whole or in halves, in one pass.

Each image's transform, times its CTF and moved back by its shift, is added trilinearly into the transform of a padded
volume, and the squared CTF into its weight; the quotient is transformed back and freed from the interpolation's kernel.
The particles' noise is taken as white and of equal strength. Penczek 2010 (Methods Enzymol. 482, 1) reviews the method.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..base.arrays import to_numpy
from ..base.errors import InputError
from ..base.parallel import cores
from ..base.progress import stage
from ..data.particles import Particles
from ..data.volume import Volume
from ..maths import fourier, shells
from ..maths import symmetry as point_groups
from ..maths.kernels.grid import cropped_inverse, ungrid
from ..physics import ctf

if TYPE_CHECKING:
    from ..maths.kernels.numba import Accumulator

Real = np.ndarray[Any, Any]

#: How much of the noise over signal, measured over the whole box, is added to the weight. 1 would be Wiener's filter
#: for a specimen that fills the box; one that fills a third of it has three times the signal where it is.
WIENER = 0.3
#: The part of the sampling density that is added to the weight, where all CTFs of a shell vanish.
FLOOR = 1e-5
#: How many pixels of images are in memory at once.
CHUNK_PIXELS = 1 << 23


@dataclass(frozen=True)
class Halves:
    """Two maps from disjoint halves of the particles, and the map from all of them."""

    half1: Volume
    half2: Volume
    whole: Volume


def reconstruct(
    particles: Particles, *, symmetry: str = "C1", pad: int = 2, wiener: float = WIENER, radius: float | None = None
) -> Volume:
    """The density seen by the particles, on the scale of the voxel sums that `project` makes: protein positive.

    symmetry: a point group in RELION's axes; every image is inserted once for each of its operators. pad: oversampling
    of the transform. wiener: how much of the noise over signal, measured between two halves, is added to the weight; it
    does not change the grey scale, and 0 leaves it out. radius: the highest frequency in image pixels.
    Raises InputError for particles without poses.
    """
    sets = np.arange(len(particles)) % 2
    first, second = _accumulate(particles, sets, symmetry, pad, radius)
    prior = _prior(first, second, wiener)
    first.add(second)
    return _density(first, particles, len(particles), symmetry, prior)


def reconstruct_halves(
    particles: Particles, *, symmetry: str = "C1", pad: int = 2, wiener: float = WIENER, radius: float | None = None
) -> Halves:
    """Maps of the two half sets and of all particles, from one pass over the images; see `reconstruct`.

    The half sets are those of the metadata (``rlnRandomSubset``); without them even and odd particles.
    """
    sets = half_sets(particles)
    first, second = _accumulate(particles, sets, symmetry, pad, radius)
    prior = _prior(first, second, wiener)
    half1, half2 = (
        _density(sums, particles, int(np.sum(sets == number)), symmetry, prior)
        for number, sums in enumerate((first, second))
    )
    first.add(second)
    return Halves(half1, half2, _density(first, particles, len(particles), symmetry, prior))


def half_sets(particles: Particles) -> Real:
    """0 or 1 for each particle: its half set by its metadata, or else alternating. InputError for an empty half."""
    count = len(particles)
    sets = np.arange(count) % 2 if particles.half is None else np.asarray(particles.half, int) - 1
    sizes = [int(np.sum(sets == s)) for s in (0, 1)]
    if sum(sizes) != count or 0 in sizes:
        raise InputError(
            f"half sets must be numbered 1 and 2 and hold particles, and of {count} particles {sizes[0]} are in 1 and "
            f"{sizes[1]} in 2; correct rlnRandomSubset, or remove it to alternate"
        )
    return sets


def _accumulate(particles: Particles, sets: Real, symmetry: str, pad: int, radius: float | None) -> list[Accumulator]:
    """An accumulator for each of the two sets, filled in one pass over the stack."""
    from ..maths.kernels.numba import Accumulator

    if particles.pose is None:
        raise InputError("a reconstruction needs poses, and these particles have none; refine them first")
    if not len(particles):
        raise InputError("a reconstruction needs particles, and none were given")
    n = particles.n
    operators = point_groups.operators(symmetry)
    sums = [Accumulator(n, pad * n, radius) for _ in range(2)]
    done = 0
    with stage("inserting slices", len(particles)) as advance:
        for chunk, images in _ahead(particles, max(1, CHUNK_PIXELS // (n * n))):
            values, squares = slices(chunk, images)
            part = sets[done : done + len(chunk)]
            assert chunk.pose is not None
            rotations = to_numpy(chunk.pose.rotation)
            for number, accumulator in enumerate(sums):
                for operator in operators:
                    accumulator.insert(values, squares, rotations @ operator, np.flatnonzero(part == number))
            done += len(chunk)
            advance(len(chunk))
    return sums


def _ahead(particles: Particles, size: int) -> Iterator[tuple[Particles, Real]]:
    """Chunks and their images, the next one being read while the last is worked on."""

    def read(chunk: Particles) -> tuple[Particles, Real]:
        return chunk, np.asarray(to_numpy(chunk.images().data), np.float32)

    with ThreadPoolExecutor(1) as reader:
        pending = None
        for chunk in particles.chunks(size):
            following = reader.submit(read, chunk)
            if pending is not None:
                yield pending.result()
            pending = following
        if pending is not None:
            yield pending.result()


def slices(particles: Particles, images: Real) -> tuple[Real, Real]:
    """CTF times the images' transforms, centred and moved back by their shifts, and CTF²: each (m, n, n//2+1)."""
    from scipy import fft

    from ..maths.kernels.modulate import modulate

    assert particles.pose is not None
    m, n, pixel = len(images), images.shape[-1], particles.pixel
    ky, kx = (np.ascontiguousarray(np.ravel(k), np.float64) for k in fourier.frequencies2(n, pixel))
    shift = to_numpy(particles.pose.shift) + n // 2 * pixel  # the way to the origin is one shift more
    phases = [np.exp(2j * np.pi * k * shift[:, axis, None]).astype(np.complex64) for k, axis in ((ky, 1), (kx, 0))]
    optics = particles.optics.spread_to(m)
    gain_y, gain_x = ctf.gains(n, pixel, optics.bfactor)
    sign = 1 if particles.contrast == "dark" else -1
    values = fft.rfft2(images, workers=cores())
    forms = ctf.forms(ctf.coefficients(optics), optics.bfactor)
    squares = modulate(values, forms, ky, kx, sign * gain_y, gain_x, *phases)
    gain = particles.gain()
    if gain is not None:
        plane = gain[np.minimum(shells.shell_index(n, 2), n // 2)].astype(np.float32)
        values *= plane
        squares *= plane * plane
    return values, squares


def _prior(first: Accumulator, second: Accumulator, wiener: float) -> Real:
    """What is added to the weights, one value a shell."""
    from ..maths.kernels.wiener import noise_over_signal

    return wiener * noise_over_signal(first.cells, second.cells, first.n, first.size)


def _density(sums: Accumulator, particles: Particles, count: int, symmetry: str, prior: Real) -> Volume:
    """The density behind an accumulator of ``count`` particles."""
    from ..maths.kernels.wiener import divide

    n, size = sums.n, sums.size
    data, weight = sums.totals()
    inserted = count * len(point_groups.operators(symmetry))
    shell = np.maximum(np.arange(n // 2 + 3), 0.5)
    samples = inserted / (2 * (size / n) ** 3 * shell)  # 2πρ cells of a slice among the 4πρ² of a shell
    gain = particles.gain()
    if gain is not None:
        samples *= np.pad(gain, (0, 2), mode="edge") ** 2
    divide(data, weight, n, sums.radius, prior, FLOOR * samples)
    return Volume(np.ascontiguousarray(ungrid(cropped_inverse(data, n), size), np.float32), particles.pixel)
