"""Averaging a map over a point group or a helix, and how well it agreed with its mates before.

A map with the symmetry is V(x) = V(g x) for every operator g. How like its mates a map is says little by itself: any
compact body is like itself turned. So each correlation is held against that with the same turns about other axes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..base.arrays import generator, to_numpy
from ..base.errors import InputError
from ..base.progress import track
from ..data.volume import Volume
from ..maths import fourier, helix, masks, rotations, shells, symmetry
from ..maths.turning import Turner

Real = np.ndarray[Any, Any]
#: Turns about other axes with which the mates are compared.
CHANCES = 12
#: Detail is compared from where the same turns about other axes agree by less than this, for a round body is itself
#: about any axis; and down to this many pixels (or, of round bodies, over as many shells again), for noise.
TELLING, COARSE = 0.5, 8
#: A mate agrees that is more than half the way from chance to 1.
AGREES = 0.5
#: Pixels over which the ball of comparison falls off.
EDGE = 4.0
#: Units of a helix that are compared, on one side.
COMPARED = 4


@dataclass(frozen=True, eq=False)
class Mate:
    """The map at R x + t: R (3, 3), t (3,) in Å; ``sums`` (3, n//2+1) by shell: F G*, |F|², |G|² of map and mate."""

    rotation: Real
    step: Real
    sums: Real

    @property
    def curve(self) -> Real:
        """The correlation with the map by shell (n//2+1,), 0 where there is no power."""
        cross, one, other = self.sums
        power = np.sqrt(one * other)
        return np.where(power > 0, cross / np.where(power > 0, power, 1), 0)

    def correlation(self, band: slice) -> float:
        """The correlation with the map over a band of shells."""
        cross, one, other = self.sums[:, band].sum(1)
        return float(cross / max(np.sqrt(one * other), 1e-30))

    @property
    def angle(self) -> float:
        """Degrees of the turn."""
        return float(rotations.distance(self.rotation, np.eye(3)))


@dataclass(frozen=True, eq=False)
class Symmetrised:
    """The averaged map; the mates and, for comparison, the same turns about other axes; the symmetry's name."""

    volume: Volume
    mates: tuple[Mate, ...]
    others: tuple[Mate, ...]
    name: str

    @property
    def band(self) -> slice:
        """The shells that are compared: from where chance stops to agree, see TELLING."""
        chance = np.mean([mate.curve for mate in self.others], 0)
        last = len(chance) - 2
        below = np.flatnonzero(chance[1:last] < TELLING)
        first = int(below[0]) + 1 if len(below) else 1
        end = max(self.volume.n // COARSE, 2 * first, 3)
        return slice(first, min(end, last) + 1)

    @property
    def lengths(self) -> tuple[float, float]:
        """The coarsest and the finest detail compared, in Å."""
        size = self.volume.n * self.volume.pixel
        return size / self.band.start, size / (self.band.stop - 1)

    @property
    def detail(self) -> str:
        """The detail compared, in words."""
        return f"detail from {self.lengths[0]:.3g} to {self.lengths[1]:.3g} Å"

    @property
    def correlations(self) -> tuple[float, ...]:
        """The correlation with each mate."""
        return tuple(mate.correlation(self.band) for mate in self.mates)

    @property
    def correlation(self) -> float:
        """The mean correlation with the mates."""
        return float(np.mean(self.correlations))

    @property
    def chance(self) -> float:
        """The mean correlation with the same turns about other axes."""
        return float(np.mean([mate.correlation(self.band) for mate in self.others]))

    @property
    def agreeing(self) -> int:
        """How many mates are more than half the way from chance to 1."""
        level = self.chance + AGREES * (1 - self.chance)
        return sum(value > level for value in self.correlations)

    @property
    def verdict(self) -> str:
        """Whether the map had the symmetry, in words."""
        numbers = (
            f"the mean correlation with its mates is {self.correlation:.2f}, and {self.chance:.2f} with the same turns "
            f"about other axes ({self.detail})"
        )
        if self.agreeing == len(self.mates):
            return f"The map has {self.name} about these axes: {numbers}"
        if self.agreeing == 0:
            return (
                f"The map is not symmetric about these axes: {numbers}; was it aligned to them, and is {self.name} its "
                "symmetry?"
            )
        return (
            f"Only {self.agreeing} of {len(self.mates)} mates agree: {numbers}; the symmetry is lower than "
            f"{self.name}, or some of its axes lie elsewhere"
        )


def symmetrise(
    volume: Volume,
    group: str = "C1",
    *,
    rise: float | None = None,
    twist: float = 0.0,
    central: float = 0.5,
    seed: int = 0,
) -> Symmetrised:
    """A cubic map averaged over a point group in RELION's axes, or a helix along z, and its agreement before.

    Where some mates of a voxel lie outside of the box, those inside are averaged. A helix has a ``rise`` in Å and a
    right-handed ``twist`` in degrees; all its units within the ``central`` part of the box's length are averaged and
    laid along the whole box, and what no unit reaches is 0; a group along with it is C or D. ``seed`` draws the other
    axes. Raises InputError for no symmetry, an unknown group, a helix none of whose units fits, and maps that are no
    cubes or constant.
    """
    n, data = volume.n, np.asarray(to_numpy(volume.data), np.float32)
    if np.ptp(data) == 0:
        raise InputError("the map is constant; there is nothing to compare or to average")
    operators = symmetry.operators(group)
    if rise is None and len(operators) == 1:
        raise InputError(f"{group} has no mates; name a point group such as C4, D2 or I, or a helix's rise and twist")
    turner = Turner(data)
    if rise is None:
        compare = _Comparison(data, turner, volume.pixel, 0.0)
        average, mates = _over_group(data, turner, compare, operators)
        others = compare.others(operators[1:], np.zeros((len(operators) - 1, 3)), generator(seed), about_z=False)
        name = group.strip().upper()
    else:
        average = _over_helix(turner, operators, rise / volume.pixel, _checked_twist(rise, twist), central, group)
        turns, steps = _compared(rise, twist, n * volume.pixel, operators)
        compare = _Comparison(data, turner, volume.pixel, float(np.abs(steps).max()))
        mates = tuple(compare(r, t) for r, t in zip(turns, steps, strict=True))
        others = compare.others(turns, steps, generator(seed), about_z=True)
        name = f"a helix of {rise:g} Å and {twist:g}°" + ("" if len(operators) == 1 else f" with {group.upper()}")
    return Symmetrised(Volume(average, volume.pixel, volume.origin), mates, others, name)


class _Comparison:
    """A map against itself turned, within a ball that stays in the box when it is moved by ``reach`` Å."""

    def __init__(self, data: Real, turner: Turner, pixel: float, reach: float) -> None:
        self.n, self.pixel, self.turner = len(data), pixel, turner
        radius = max(2.0, self.n / 2 - 1 - EDGE - reach / pixel)
        self.ball = np.asarray(masks.sphere(self.n, radius, EDGE), np.float32)
        self.level = np.float32(masks.ground(data)[0])  # or the ball itself would be what correlates
        self.own = fourier.fft3((data - self.level) * self.ball)

    def __call__(self, rotation: Real, step: Real) -> Mate:
        """Turn and compare."""
        return self.against(self.turner(rotation, step / self.pixel)[0], rotation, step)

    def against(self, turned: Real, rotation: Real, step: Real) -> Mate:
        """Compare with a map that was turned already."""
        other = fourier.fft3((turned - self.level) * self.ball)
        sums = [
            np.asarray(shells.shell_sums(values, self.n, 3))
            for values in ((self.own * np.conj(other)).real, np.abs(self.own) ** 2, np.abs(other) ** 2)
        ]
        return Mate(np.asarray(rotation), np.asarray(step), np.array(sums))

    def others(self, turns: Real, steps: Real, rng: np.random.Generator, *, about_z: bool) -> tuple[Mate, ...]:
        """The same turns about other axes; of a helix, its steps with other twists."""
        found = []
        for number in range(CHANCES):
            chosen = int(rng.integers(len(turns)))
            if about_z:
                turn = rotations.about_z(float(rng.uniform(0, 360))) @ turns[chosen]
            else:
                axes = rotations.random(1, rng)[0]
                turn = axes @ turns[chosen] @ axes.T
            found.append(self(np.asarray(turn), steps[(number if about_z else chosen) % len(steps)]))
        return tuple(found)


def _over_group(data: Real, turner: Turner, compare: _Comparison, operators: Real) -> tuple[Real, tuple[Mate, ...]]:
    """The mean over the operators that stay in the box, and the mates on the way."""
    total, count = data.astype(np.float64), np.ones(data.shape, np.int32)
    mates = []
    for operator in track(list(operators[1:]), "mates", total=len(operators) - 1):
        turned, inside = turner(operator)
        total += np.where(inside, turned, 0)
        count += inside
        mates.append(compare.against(turned, operator, np.zeros(3)))
    return (total / count).astype(np.float32), tuple(mates)


def _checked_twist(rise: float, twist: float) -> float:
    helix.units(rise, twist, 0)  # refuses what is no helix
    return twist


def _over_helix(turner: Turner, operators: Real, rise: float, twist: float, central: float, group: str) -> Real:
    """The mean over the units of the central part, laid along the whole box; ``rise`` in voxels."""
    if group.strip().upper()[0] not in "CD":
        raise InputError(f"a helix may have C or D symmetry about its axis, and {group} was given")
    n = turner.n
    reach = central * n / 2
    if not 0 < central <= 1 or 2 * reach < rise:
        raise InputError(
            f"the central {central:g} of the box is {2 * reach:.3g} voxels long and holds no unit of {rise:.3g}; take "
            "a larger part, at most 1"
        )
    along = (np.arange(n) - n // 2).astype(float)
    total, count = np.zeros((n, n, n)), np.zeros((n, n, n), np.int32)
    most = int((n / 2 + reach) // rise) + 1
    turns, steps = helix.units(rise, twist, most)
    for turn, step in track(list(zip(turns, steps, strict=True)), "units", total=len(turns)):
        planes = np.flatnonzero(np.abs(along + step[2]) <= reach)
        if not len(planes):
            continue
        part = slice(int(planes[0]), int(planes[-1]) + 1)
        for operator in operators:
            values, inside = turner(operator @ turn, operator @ step, part)
            total[part] += np.where(inside, values, 0)
            count[part] += inside
    return np.where(count > 0, total / np.maximum(count, 1), 0).astype(np.float32)


def _compared(rise: float, twist: float, size: float, operators: Real) -> tuple[Real, Real]:
    """The mates of a helix that are compared: some units upwards and the group's operators. InputError for none."""
    units = min(COMPARED, int(size / 4 / rise))
    if units == 0:
        raise InputError(f"a rise of {rise:g} Å is more than a quarter of the box's {size:.4g} Å; take a larger box")
    turns, steps = (values[units + 1 :] for values in helix.units(rise, twist, units))
    return np.concatenate([turns, operators[1:]]), np.concatenate([steps, np.zeros((len(operators) - 1, 3))])
