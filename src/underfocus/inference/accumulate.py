"""One pass over the particles into the sums of two half sets: chunk by chunk, in threads, on a cluster or on a GPU.

Memory is that of the two accumulators and of a few chunks, however many particles there are. Blocks of particles are
the unit of what is handed to a worker and of what a killed run need not do again.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ..base.arrays import to_numpy
from ..base.errors import InputError
from ..base.parallel import each_on_cluster
from ..base.progress import stage
from ..data.particles import Particles
from . import planes as to_planes
from .scheme import Scheme
from .sums import Sums
from .weighting import Weighting

Real = np.ndarray[Any, Any]
#: How many pixels of images are in memory at once.
CHUNK_PIXELS = 1 << 23
#: Pixels of images in a block: 2,048 of 256² or 8,192 of 128².
BLOCK_PIXELS = 1 << 27
#: Into how many blocks at most a cluster's work is cut: each brings a pair of volumes back.
CLUSTER_BLOCKS = 8
#: Seconds after which what was summed is stored again.
STORE_EVERY = 60.0


@dataclass(frozen=True)
class Lot:
    """Particles, the half set (m,) of each, 0 or 1, and how much they count."""

    particles: Particles
    sets: Real
    weighting: Weighting

    def __len__(self) -> int:
        return len(self.particles)

    def __getitem__(self, some: slice) -> Lot:
        return Lot(self.particles[some], self.sets[some], self.weighting[some])


@dataclass
class _Store:
    """A file in which growing sums are kept now and then; ``path`` None keeps nothing."""

    path: Path | None
    key: str
    last: float

    def keep(self, sums: Sums) -> None:
        if self.path is not None and time.monotonic() - self.last >= STORE_EVERY:
            sums.save(self.path, self.key)
            self.last = time.monotonic()


def accumulate(lot: Lot, scheme: Scheme, *, scheduler: str | None = None, store: Path | None = None) -> Sums:
    """The sums of the two half sets, filled in one pass over the stack.

    ``scheduler`` is the address of a Dask cluster. ``store`` is a file in which sums are kept while they grow, so that
    a run that was killed goes on from there; it is removed at the end. Raises InputError for particles without poses.
    """
    if lot.particles.pose is None:
        raise InputError("a reconstruction needs poses, and these particles have none; refine them first")
    if not len(lot):
        raise InputError("a reconstruction needs particles, and none were given")
    lot = replace(lot, particles=replace(lot.particles, columns={}, groups={}))
    blocks = _blocks(lot.particles, scheduler is not None)
    key = _key(lot, scheme, blocks)
    sums = (Sums.load(store, key, scheme.empty(lot.particles.n)) if store else None) or scheme.empty(lot.particles.n)
    todo = {number: lot[some] for number, some in enumerate(blocks) if number not in sums.done}
    keeper = _Store(store, key, time.monotonic())
    with stage("inserting slices", sum(map(len, todo.values()))) as advance:
        if scheduler is None:
            _here(todo, scheme, sums, keeper, advance)
        else:
            _there(todo, scheme, sums, keeper, advance, scheduler)
    if store is not None:
        store.unlink(missing_ok=True)
    return sums


def _blocks(particles: Particles, cluster: bool) -> list[slice]:
    size = max(256, BLOCK_PIXELS // particles.n**2)
    if cluster:
        size = max(256, -(-len(particles) // CLUSTER_BLOCKS))
    return [slice(first, min(first + size, len(particles))) for first in range(0, len(particles), size)]


def _key(lot: Lot, scheme: Scheme, blocks: list[slice]) -> str:
    """What stored sums must have been made from to be of use: poses, optics, sets, weights, scheme and blocks."""
    particles = lot.particles
    assert particles.pose is not None
    optics = particles.optics
    digest = hashlib.sha256(repr((scheme, blocks, particles.pixel, particles.n, optics.aberrations)).encode())
    weights = (lot.weighting.own, lot.weighting.exposure, lot.weighting.noise)
    lens = (optics.defocus, optics.astigmatism, optics.astigmatism_angle, optics.phase_shift)
    for values in (particles.pose.rotation, particles.pose.shift, lot.sets, *lens, *weights):
        digest.update(b"-" if values is None else np.ascontiguousarray(to_numpy(values), np.float64).tobytes())
    return digest.hexdigest()


def _here(todo: dict[int, Lot], scheme: Scheme, sums: Sums, keeper: _Store, advance: Callable[[int], None]) -> None:
    """Blocks in order, on this machine."""
    for number, lot in todo.items():
        fill(sums, lot, scheme, advance)
        sums.done.add(number)
        keeper.keep(sums)


def _there(
    todo: dict[int, Lot], scheme: Scheme, sums: Sums, keeper: _Store, advance: Callable[[int], None], scheduler: str
) -> None:
    """Blocks on the workers of a cluster, added here as they come; a lost worker's are done again by others."""
    for number, part in each_on_cluster(_part, {k: (lot, scheme) for k, lot in todo.items()}, scheduler):
        sums.add(part)
        sums.done.add(number)
        advance(len(todo[number]))
        keeper.keep(sums)


def _part(lot: Lot, scheme: Scheme) -> Sums:
    """The sums of one block, on a worker."""
    sums = scheme.empty(lot.particles.n)
    fill(sums, lot, scheme, lambda _: None)
    return sums


def fill(sums: Sums, lot: Lot, scheme: Scheme, advance: Callable[[int], None]) -> None:
    """Add particles to the sums, a chunk in memory at a time."""
    done = 0
    for chunk, images in _ahead(lot.particles, max(1, CHUNK_PIXELS // lot.particles.n**2)):
        part = lot[done : done + len(chunk)]
        rotations, reach = to_planes.views(chunk)
        for made in _made(chunk, images, scheme, part.weighting):
            for values, turned in scheme.mates(made.values, rotations, chunk.pixel):
                sums.insert(values, made.squares, turned, part.sets, reach, made.bend)
        done += len(chunk)
        advance(len(chunk))


def _made(chunk: Particles, images: Real, scheme: Scheme, weighting: Weighting) -> list[to_planes.Planes]:
    if scheme.ewald:
        return to_planes.side_planes(chunk, images, scheme.ewald, weighting)
    return [to_planes.planes(chunk, images, weighting)]


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
