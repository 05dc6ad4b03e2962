"""How evenly particles' views sample Fourier space: sampling by direction, SCF and SCF*, and what chance alone gives.

A view along v fills the central plane across v. Of a shell of k Fourier voxels it reaches the direction d where
|d·v| < 1/(2k), half a voxel to either side. Sp(d) is the number of views that reach d over the M/(2k) that even views
would give, and the sampling compensation factor SCF = 1/⟨1/Sp⟩ is the factor by which uneven sampling lowers the SSNR
of a shell (Baldwin & Lyumkis 2020, Prog. Biophys. Mol. Biol. 150, 160; 2021, 160, 53). Even views have SCF = 1, side
views about one axis 8/π² = 0.81, and views along one axis alone 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..base.arrays import generator, to_numpy
from ..base.errors import InputError
from ..maths import rotations, so3, sphere, symmetry

Real = np.ndarray[Any, np.dtype[np.float64]]
Whole = np.ndarray[Any, np.dtype[np.int64]]
#: The radius in Fourier voxels at which sampling is judged, as Baldwin & Lyumkis's program does.
RADIUS = 50.0
#: HEALPix order of the directions that are averaged over: 1,536 of them on half a sphere.
ORDER = 4
#: Fewest directions that an average may rest on; high symmetry leaves few of a coarse grid.
FEWEST = 400
#: Products d·v at a time: so many stay in the processor's cache.
BLOCK = 60_000
#: More slices than this are not simulated for the null distribution: by then 1 − SCF falls as their inverse.
SIMULATED = 20_000


def view_directions(views: Any, group: str = "C1") -> Real:
    """Unit view directions (m·g, 3) in the specimen's frame, with their symmetry mates.

    ``views`` are directions (m, 3), rotations (m, 3, 3) or a `Pose`. InputError for other shapes and for none at all.
    """
    given = to_numpy(getattr(views, "rotation", views))
    if given.ndim == 3 and given.shape[1:] == (3, 3):
        given = to_numpy(rotations.view_direction(given))
    if given.ndim != 2 or given.shape[-1] != 3 or not len(given):
        raise InputError(f"views are directions (m, 3) or rotations (m, 3, 3) of some particles, not {given.shape}")
    found = sphere.unit(given)
    operators = symmetry.operators(group)
    return found if len(operators) == 1 else np.concatenate([found @ g.T for g in operators])


def fourier_directions(order: int = ORDER, group: str = "C1") -> Real:
    """Directions (d, 3) of equal weight, one of each ± d and of symmetry mates; finer than ``order`` if few remain."""
    operators = symmetry.operators(group)
    while 6 * 4**order / len(operators) < FEWEST and order < 12:
        order += 1
    grid = so3.healpix_directions(order)
    # the mate that points most towards one fixed, generic direction stands for all
    towards = np.array([0.2673, 0.5345, 0.8018]) @ operators
    reach = np.abs(grid @ towards.T).max(axis=1)
    own = grid @ towards[0]
    return np.asarray(grid[own >= reach - 1e-12])


def _band(radius: float) -> float:
    if not (np.isfinite(radius) and radius >= 1):
        raise InputError(f"sampling is judged at a radius of at least 1 Fourier voxel, and {radius:g} was given")
    return 1 / (2 * float(radius))


def _counts(views: Real, directions: Real, band: float) -> Real:
    """How many views (m, 3) reach each direction (d, 3)."""
    v, d = np.ascontiguousarray(views.T, np.float32), directions.astype(np.float32)[:, :, None]
    step, found = max(1, BLOCK // v.shape[1]), np.zeros(len(d))
    for i in range(0, len(d), step):
        part = d[i : i + step]
        # written out: a matrix product with three columns spends its time in waking the library's threads
        along = part[:, 0] * v[0]
        along += part[:, 1] * v[1]
        along += part[:, 2] * v[2]
        found[i : i + step] = np.count_nonzero(np.abs(along, out=along) < band, axis=1)
    return found


def sampling(views: Any, directions: Any = None, *, radius: float = RADIUS, group: str = "C1") -> Real:
    """Sp (d,): how many views reach each direction, over the mean number M/(2k); 1 for endless even views.

    ``views`` as for `view_directions`; ``directions`` (d, 3), by default `fourier_directions`; ``radius`` k in Fourier
    voxels; ``group`` a point group. InputError for wrong shapes and a radius below one voxel.
    """
    band = _band(radius)
    found = view_directions(views, group)
    d = fourier_directions(group=group) if directions is None else sphere.unit(directions)
    counts = _counts(found, d.reshape(-1, 3), band)
    return np.asarray(counts / (len(found) * band), np.float64).reshape(d.shape[:-1])


def ring_sampling(tilt: Any, angle: Any) -> Real:
    """Sp in closed form for views spread evenly round a ring at ``tilt`` from an axis, ``angle`` from it, in degrees.

    2/(π √(sin²tilt − cos²angle)), and 0 in the missing cone, where |cos angle| > sin tilt. At 90°, side views about
    one axis, it is 2/(π sin angle).
    """
    inside = np.sin(np.radians(np.asarray(tilt, float))) ** 2 - np.cos(np.radians(np.asarray(angle, float))) ** 2
    return np.asarray(np.where(inside > 0, 2 / (np.pi * np.sqrt(np.maximum(inside, 1e-300))), 0.0), np.float64)


def covered(tilt: Any) -> Any:
    """sin(tilt): the part of all Fourier directions that one view, tilted at every azimuth, reaches (degrees)."""
    return np.sin(np.radians(np.asarray(tilt, float)))


def scf_of(sp: Any) -> float:
    """SCF = 1/⟨1/Sp⟩ of sampling values (d,) of equal weight; 0 where any direction is empty."""
    values = np.asarray(sp, np.float64)
    if not values.size or values.min() < 0:
        raise InputError("sampling values are needed, none of them negative")
    return 0.0 if values.min() == 0 else float(1 / np.mean(1 / values))


def scf_star_of(sp: Any, per_direction: float) -> float:
    """SCF* of sampling values (d,): as SCF, but an empty direction counts as two views, so that it costs but is finite.

    With SCF₀ of the part p of directions that are sampled, q = 1 − p, and ``per_direction`` = M/(2k) views in the mean:
    1/SCF* = 1/SCF₀ + (q/p)(M/2k)/2, as in the program of Baldwin & Lyumkis 2021. Without empty directions it is SCF.
    """
    values = np.asarray(sp, np.float64)
    there = values > 0
    if not there.any():
        return 0.0
    empty = 1 - there.mean()
    return float(1 / (np.mean(1 / values[there]) + empty / (1 - empty) * per_direction / 2))


def scf(views: Any, *, radius: float = RADIUS, group: str = "C1") -> float:
    """The sampling compensation factor 1/⟨1/Sp⟩ of views; 0 where any direction is empty (then see `scf_star`)."""
    return scf_of(sampling(views, radius=radius, group=group))


def scf_star(views: Any, *, radius: float = RADIUS, group: str = "C1") -> float:
    """SCF* of views, which is finite where directions are empty; see `scf_star_of`. Below 0.81 views are uneven."""
    found = view_directions(views, group)
    sp = sampling(found, fourier_directions(group=group), radius=radius)
    return scf_star_of(sp, slices_per_voxel(len(found), radius))


def slices_per_voxel(views: float, radius: float) -> float:
    """M/(2k): how many of M evenly spread slices pass through a voxel at radius k in Fourier voxels, in the mean."""
    return float(views) * _band(radius)


def filled(views: float, radius: float) -> float:
    """1 − exp(−M/2k): the part of a shell's voxels that M random slices reach at all."""
    return float(-np.expm1(-slices_per_voxel(views, radius)))


def crowther_views(diameter: float, resolution: float) -> float:
    """πD/d: equally spaced views about one axis for a particle of D Å at d Å (Crowther, DeRosier & Klug 1970)."""
    if not (diameter > 0 and resolution > 0):
        raise InputError(f"lengths are above 0 Å, and {diameter:g} and {resolution:g} were given")
    return float(np.pi * diameter / resolution)


def histogram(views: Any, order: int, group: str = "C1") -> Whole:
    """How many view directions (12·4^order,) fall into each of HEALPix's equal areas, in nested order."""
    found = view_directions(views, group)
    return np.asarray(np.bincount(sphere.healpix_cells(found, order), minlength=12 * 4**order), np.int64)


def histogram_order(views: int, per_cell: float = 12.0) -> int:
    """The finest order, up to 5, whose areas hold ``per_cell`` of evenly spread views; fewer show chance alone."""
    return int(np.clip(np.floor(np.log2(max(views, 1) / (12 * per_cell)) / 2), 0, 5))


def expected_scf_star(views: int, radius: float = RADIUS) -> float:
    """SCF* of evenly random views, in closed form: each direction is reached a Poisson number of times, mean M/(2k)."""
    mean = slices_per_voxel(views, radius)
    reach = np.arange(1, int(mean + 12 * np.sqrt(mean) + 30))
    logs = reach * np.log(mean) - mean - np.concatenate([[0.0], np.cumsum(np.log(reach[1:]))])
    empty = np.exp(-mean)
    inverse = mean * np.sum(np.exp(logs) / reach) / (1 - empty)
    return float(1 / (inverse + empty / (1 - empty) * mean / 2))


@dataclass(frozen=True)
class NoiseFloor:
    """SCF and SCF* (trials,) of evenly random views of one number of particles, from a seeded simulation."""

    particles: int
    scf: Real
    scf_star: Real

    @property
    def mean(self) -> float:
        """SCF* that chance gives in the mean."""
        return float(self.scf_star.mean())

    @property
    def low(self) -> float:
        """SCF* below which one in twenty sets of even views falls: a value above it shows no preferred orientation.

        Mean less 1.645 standard deviations, which few trials tell better than their own twentieth part.
        """
        return float(self.scf_star.mean() - 1.645 * self.scf_star.std(ddof=min(1, len(self.scf_star) - 1)))


def noise_floor(
    particles: int,
    *,
    radius: float = RADIUS,
    group: str = "C1",
    trials: int = 20,
    seed: int | np.random.Generator | None = 0,
) -> NoiseFloor:
    """What SCF and SCF* are for ``particles`` views that chance spread evenly: the null distribution of both.

    A seeded simulation of ``trials`` sets. Beyond 20,000 slices (symmetry mates counted) those of 20,000 are scaled:
    1 − SCF falls as the inverse of their number once directions are reached often, and its spread, to be on the safe
    side, as the root of that. InputError without particles or trials.
    """
    if particles < 1 or trials < 1:
        raise InputError(f"a noise floor needs particles and trials, and {particles} and {trials} were given")
    rng, made = generator(seed), min(int(particles), max(1, SIMULATED // len(symmetry.operators(group))))
    d, found = fourier_directions(group=group), []
    for _ in range(trials):
        views = view_directions(rng.standard_normal((made, 3)), group)
        sp = sampling(views, d, radius=radius)
        found.append((scf_of(sp), scf_star_of(sp, slices_per_voxel(len(views), radius))))
    drawn, share = np.array(found).T, made / particles
    middle = drawn.mean(axis=1, keepdims=True)
    plain, star = 1 - (1 - middle) * share + (drawn - middle) * np.sqrt(share)
    return NoiseFloor(int(particles), plain, star)


@dataclass(frozen=True)
class Coverage:
    """What a set of views samples: Sp (d,) over ``directions`` (d, 3) and what follows from it."""

    particles: int
    group: str
    radius: float
    directions: Real
    sampling: Real
    floor: NoiseFloor

    @property
    def scf(self) -> float:
        """1/⟨1/Sp⟩; 0 where a direction is empty."""
        return scf_of(self.sampling)

    @property
    def scf_star(self) -> float:
        """SCF* where directions are empty; SCF where none is."""
        return scf_star_of(self.sampling, self.slices_per_voxel)

    @property
    def empty(self) -> float:
        """The part of directions that no view reaches."""
        return float((self.sampling == 0).mean())

    @property
    def thinnest(self) -> Real:
        """The direction (3,) in the specimen's frame about which, within 12°, sampling is least: a hole's centre."""
        # a kernel without an end, so that of a wide hole the middle wins and not any of its empty directions
        near = np.abs(self.directions @ self.directions.T) ** 32
        return np.asarray(self.directions[int(np.argmin(near @ self.sampling / near.sum(axis=1)))])

    @property
    def hole(self) -> float:
        """Degrees about the thinnest direction within which no view reaches any: 0 where none is empty there."""
        mates = symmetry.operators(self.group) @ self.thinnest
        nearest = np.abs(self.directions[self.sampling > 0] @ mates.T)
        return float(np.degrees(np.arccos(np.clip(nearest.max(), 0, 1)))) if nearest.max() < 1 - 1e-9 else 0.0

    @property
    def slices_per_voxel(self) -> float:
        """Slices through a voxel at the radius, in the mean, symmetry mates counted."""
        return slices_per_voxel(self.particles * len(symmetry.operators(self.group)), self.radius)

    @property
    def even(self) -> bool:
        """Whether SCF* is one that evenly spread views of this number give by chance."""
        return self.scf_star >= self.floor.low


def coverage(views: Any, *, radius: float = RADIUS, group: str = "C1", seed: int = 0) -> Coverage:
    """Sampling, SCF, SCF* and their noise floor of views (m, 3), rotations (m, 3, 3) or a `Pose`, in one piece."""
    own = view_directions(views)
    d = fourier_directions(group=group)
    sp = sampling(own, d, radius=radius, group=group)
    floor = noise_floor(len(own), radius=radius, group=group, seed=seed)
    return Coverage(len(own), group, float(radius), d, sp, floor)
