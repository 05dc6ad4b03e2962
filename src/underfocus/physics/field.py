"""A field of view: particles at random places, turned at random, in a sheet of ice, cut into slices.

Each particle is sliced in a small box of its own and laid into the field at its place, so that a field of 4096² with a
hundred particles costs little more than the ice's own transforms. Coordinates are kept as the truth.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np

from ..base.errors import InputError
from ..data.atoms import Atoms
from ..data.pose import Pose
from . import ice
from .factors import Table
from .slicing import AtomSlices, cut

Real = np.ndarray[Any, Any]
Ice = Literal["none", "constant", "random"]
#: Å around a particle in its own box, for its atoms' tails.
MARGIN = 8.0
#: Places that are tried for each particle before the field counts as full.
TRIES = 2000


@dataclass(frozen=True)
class Places:
    """Where particles lie, ``centres`` (m, 3) in Å as (x, y, z) about the middle of the field, and how they turn."""

    centres: Real
    pose: Pose

    def __len__(self) -> int:
        return len(self.centres)


def scatter(
    count: int, width: float, distance: float, depth: float, seed: int | None = None, *, edge: float | None = None
) -> Places:
    """``count`` particles in a square field of ``width`` Å, ``distance`` apart and ``edge`` from its border, at random.

    They lie at random heights within ``depth`` Å. The border defaults to half the distance. InputError where fewer fit.
    """
    from scipy.spatial import cKDTree

    random = np.random.default_rng(seed)
    reach = width / 2 - (distance / 2 if edge is None else edge)
    if reach <= 0:
        raise InputError(f"particles of {distance:g} Å do not fit into a field of {width:g} Å; make it wider")
    found = np.empty((0, 2))
    for _ in range(TRIES):
        if len(found) >= count:
            break
        fresh = random.uniform(-reach, reach, (max(count, 16), 2))
        for place in fresh[: 4 * count]:
            if not len(found) or cKDTree(found).query(place)[0] >= distance:
                found = np.concatenate([found, place[None]])
            if len(found) == count:
                break
    if len(found) < count:
        raise InputError(
            f"{len(found)} particles {distance:g} Å apart fit into {width:g} Å, and {count} were asked for"
        )
    heights = random.uniform(-depth / 2, depth / 2, count) if depth > 0 else np.zeros(count)
    pose_seed = int(random.integers(2**31))
    return Places(np.column_stack([found[:count], heights]), Pose.random(count, pose_seed))


@dataclass(frozen=True)
class FieldSlices:
    """Slices of a field of particles in ice, towards the detector; see `field`."""

    shape: tuple[int, int]
    pixel: float
    thickness: float
    count: int
    particle: AtomSlices
    places: Places
    ice: Ice
    seed: int

    @property
    def tensor(self) -> bool:
        """Never."""
        return False

    def __len__(self) -> int:
        return self.count

    @property
    def _low(self) -> float:
        return -self.count * self.thickness / 2

    @property
    def exit_z(self) -> float:
        """Å."""
        return -self._low + self.thickness / 2

    @cached_property
    def _laid(self) -> list[tuple[AtomSlices, int, int, int]]:
        """For each particle its slices, the first of the field's that they meet, and the pixel of its box's corner."""
        found = []
        half = self.particle.shape[0] // 2
        for (x, y, z), rotation in zip(self.places.centres, np.asarray(self.places.pose.rotation), strict=True):
            column, row = (int(np.rint(v / self.pixel)) for v in (x, y))
            offset = np.array([x - column * self.pixel, y - row * self.pixel, z])
            atoms = self.particle.atoms.rotated(rotation).moved(offset)
            low, high = atoms.positions[:, 2].min(), atoms.positions[:, 2].max()
            first = max(0, int((low - self._low) // self.thickness))
            last = min(self.count - 1, int((high - self._low) // self.thickness))
            own = self.particle.turned(atoms, self._low + first * self.thickness, last - first + 1)
            found.append((own, first, row + self.shape[0] // 2 - half, column + self.shape[1] // 2 - half))
        return found

    def __getitem__(self, index: int) -> Real:
        values = self._ground(index)
        ny, nx = self.shape
        for own, first, top, left in self._laid:
            if not 0 <= index - first < len(own):
                continue
            small = own[index - first]
            rows, columns = slice(max(0, -top), ny - top), slice(max(0, -left), nx - left)
            part = small[rows, columns]
            y, x = max(0, top), max(0, left)
            values[y : y + part.shape[0], x : x + part.shape[1]] += part
        return values

    def _ground(self, index: int) -> Real:
        """The ice of one slice: its fluctuations; its mean shifts the phase of all alike, and is left out."""
        if self.ice != "random":
            return np.zeros(self.shape, np.float32)
        stream = np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=(index,)))
        return ice.random_field(self.shape, self.pixel, self.thickness, stream)


def field(
    atoms: Atoms,
    places: Places,
    n: int,
    pixel: float,
    thickness: float,
    *,
    slice_thickness: float = 10.0,
    table: Table = "peng",
    bfactor: float | None = None,
    in_ice: Ice = "random",
    seed: int = 0,
) -> FieldSlices:
    """n² pixels of ``pixel`` Å of copies of a structure at ``places`` in a sheet of ice of ``thickness`` Å.

    With any ice the potential of the displaced ice is taken off the particles'. ``in_ice`` "random" adds the ice's own
    graininess (`ice.random_field`). Raises InputError where particles reach out of the ice.
    """
    centred = atoms.centred()
    reach = float(np.linalg.norm(centred.positions, axis=1).max())
    highest = float(np.abs(places.centres[:, 2]).max(initial=0.0)) + reach
    count = max(1, int(np.ceil(thickness / slice_thickness)))
    if highest > count * slice_thickness / 2 + MARGIN:
        raise InputError(
            f"particles reach {highest:.0f} Å from the middle of a sheet of ice of {thickness:g} Å; make it at least "
            f"{2 * highest:.0f} Å thick"
        )
    box = 2 * int(np.ceil((reach + MARGIN) / pixel)) + 2
    solvent = ice.mean_inner_potential(ice.WATER, ice.DENSITY, table) if in_ice != "none" else 0.0
    particle = cut(centred, box, pixel, slice_thickness, table=table, bfactor=bfactor, solvent=solvent)
    assert isinstance(particle, AtomSlices)
    return FieldSlices((n, n), pixel, slice_thickness, count, particle, places, in_ice, seed)
