"""Whether cFAR tells of uneven sampling: what two half maps of even sampling would show by chance.

Of the smallest and the largest of 256 areas, each of 6 % of every shell, the one is low and the other high by chance
alone, so that even maps have a cFAR below 1. How far below is drawn here: fields of Gaussian signal and noise, alike in
all directions, with the measured whole-shell FSC. The signal lies where the maps' signal lies and the noise where their
noise lies: a particle that fills a part of the box has speckles in Fourier space that are wider than a voxel, a cone
holds few of them, and by them alone directions differ. Shuffling the measured voxels within shells would need no such
model, but would tear the speckles apart and call even maps uneven.

What no null can know from the correlation is whether a direction lacks signal because it was not seen or because the
molecule has little there: a hollow shell, a rod or a stack of sheets has a low cFAR though its views were even. The
noise can tell: a map divides by how often a direction was seen, so that noise is strong where views were few, and gone
where there were none. The noise by direction, the least over the greatest, stands beside chance as cFAR does.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from ..base.arrays import Array, generator, to_numpy
from ..base.errors import InputError
from ..data.volume import Volume
from ..maths import fourier, shells, symmetry
from . import cones, directional
from .confidence import noise_envelope, smooth_square, whitened
from .directional import Conical

Real = np.ndarray[Any, Any]
#: Values of fields that are kept at a time, over all draws of a batch.
AT_ONCE = 60_000_000
#: A direction without symmetry, by which one of a voxel's mates is chosen.
GENERIC = np.array([0.2673, 0.5345, 0.8018])


@dataclass(frozen=True)
class CfarFloor:
    """cFAR (trials,) and evenness of the noise (trials,) of half maps of even sampling and the same whole-shell FSC."""

    cfar: Real
    noise: Real

    @property
    def mean(self) -> float:
        """cFAR that chance gives in the mean."""
        return float(self.cfar.mean())

    @property
    def low(self) -> float:
        """cFAR below which one in twenty pairs of even half maps falls: a value above it shows no uneven sampling.

        Mean less 1.645 standard deviations, which few trials tell better than their own twentieth part.
        """
        return _low(self.cfar)

    @property
    def noise_low(self) -> float:
        """The same for the noise by direction, the least over the greatest."""
        return _low(self.noise)


def _low(values: Real) -> float:
    return float(values.mean() - 1.645 * values.std(ddof=min(1, len(values) - 1)))


@dataclass(frozen=True)
class Evenness:
    """The FSC by direction beside what chance gives.

    ``conical`` curves, their ``floor``, the ``whole`` shells' FSC (n//2+1,), and the ``noise`` power in each cone (d,)
    over that of the whole shells.
    """

    conical: Conical
    floor: CfarFloor
    whole: Real
    noise: Real

    @property
    def cfar(self) -> float:
        """The smallest area over the largest."""
        return self.conical.cfar

    @property
    def even(self) -> bool:
        """Whether cFAR is one that evenly sampled halves of this FSC give by chance."""
        return self.cfar >= self.floor.low

    @property
    def noise_evenness(self) -> float:
        """The least noise of a cone over the greatest; 1 where all are alike."""
        return float(self.noise.min() / self.noise.max()) if self.noise.max() > 0 else 1.0


def noise_by_direction(sums: Real, held: Real) -> Real:
    """The power (…, d) of the halves' difference in each cone over its mean, from `cones.sums`.

    Shells are made equally strong and count by their voxels; the first two, which hold few, are left out.
    """
    power = sums[..., 1, :, :] + sums[..., 2, :, :] - 2 * sums[..., 0, :, :]
    total, voxels = power.sum(axis=-2, keepdims=True), held.sum(axis=0)
    ratio = np.divide(power * voxels, total, out=np.zeros_like(power), where=total > 0)[..., 2:]
    return np.asarray(ratio.sum(axis=-1) / np.maximum(held[:, 2:].sum(axis=-1), 1))


def cfar_floor(
    fsc: Array,
    n: int,
    *,
    signal: Array | None = None,
    noise: Array | None = None,
    group: str = "C1",
    half_angle: float = directional.HALF_ANGLE,
    directions: int | Array = directional.DIRECTIONS,
    trials: int = 20,
    seed: int | np.random.Generator | None = 0,
) -> CfarFloor:
    """The null distribution of cFAR for maps of n voxels a side with this ``fsc`` (n//2+1,), from ``trials`` draws.

    ``signal`` and ``noise`` (n, n, n) are their variances by place, None where they fill the box; ``group`` is imposed
    on both. InputError for another number of shells, and without trials.
    """
    wanted = np.clip(to_numpy(fsc).astype(np.float64), 0, 1)
    if len(wanted) != n // 2 + 1 or trials < 1:
        raise InputError(f"a floor needs {n // 2 + 1} shells and a trial, and {len(wanted)} and {trials} were given")
    rng, axes = generator(seed), cones.axes_of(directions)
    shares = np.append(wanted, 0.0)[np.minimum(shells.shell_index(n, 3), n // 2 + 1)]
    own, other = np.sqrt(shares).astype(np.float32), np.sqrt(1 - shares).astype(np.float32)
    found: list[float] = []
    noises: list[float] = []
    while len(found) < trials:
        batch = min(trials - len(found), max(1, AT_ONCE // (2 * own.size)))
        pairs = []
        for _ in range(batch):
            common = own * _field(rng, n, signal)
            halves = [_alike(common + other * _field(rng, n, noise), n, group) for _ in range(2)]
            pairs.append((halves[0], halves[1]))
        sums, held = cones.sums(pairs, n, axes, half_angle)
        frequency = np.arange(n // 2 + 1) / n
        found += [Conical(axes, frequency, c, 1.0, n).cfar for c in cones.curves(sums, held)]
        spread = noise_by_direction(sums, held)
        noises += list(spread.min(axis=-1) / np.maximum(spread.max(axis=-1), 1e-300))
    return CfarFloor(np.array(found), np.array(noises))


def _field(rng: np.random.Generator, n: int, envelope: Array | None) -> Any:
    """The half transform of white noise with a variance by place, in the mean of power 1 in each voxel."""
    drawn = rng.standard_normal((n, n, n), dtype=np.float32)
    if envelope is None:
        return fourier.fft3(drawn) * np.float32(n**-1.5)
    variance = to_numpy(envelope)
    return fourier.fft3(drawn * np.sqrt(variance / variance.sum()).astype(np.float32))


def _alike(half: Any, n: int, group: str) -> Any:
    """A half transform in which symmetry mates have one value: that of the mate in one asymmetric unit."""
    if len(symmetry.operators(group)) == 1:
        return half
    place, mirrored = _mates(n, group.upper())
    chosen = half.reshape(-1)[place]
    return np.where(mirrored, chosen.conj(), chosen).reshape(half.shape)


@lru_cache(maxsize=1)
def _mates(n: int, group: str) -> tuple[Any, Any]:
    """For every voxel (m,) of a half transform the place of its mate, and whether the mate at −k is meant."""
    z, y, x = (v.ravel() for v in np.broadcast_arrays(*fourier.frequencies3(n, 1 / n)))
    k = np.stack([x, y, z], axis=-1).astype(np.float32)
    best, reach = k, np.abs(k @ GENERIC.astype(np.float32))
    for turn in symmetry.operators(group)[1:]:
        mate = k @ turn.T.astype(np.float32)
        further = np.abs(mate @ GENERIC.astype(np.float32))
        better = further > reach
        best, reach = np.where(better[:, None], mate, best), np.maximum(reach, further)
    near = np.rint(best).astype(np.int64)
    mirrored = near[:, 0] < 0
    near = np.where(mirrored[:, None], -near, near)
    column = np.minimum(near[:, 0], n // 2)
    return ((near[:, 2] % n) * n + near[:, 1] % n) * (n // 2 + 1) + column, mirrored


def signal_envelope(half1: Any, half2: Any, fsc: Any) -> Real:
    """The variance of the signal by place (n, n, n), its mean 1, from two half maps and their FSC (n//2+1,).

    Each shell is made equally strong and weighted by its FSC; the product of the halves, to which their noise adds
    nothing in the mean, is smoothed as in `confidence.noise_envelope`. Even over the box where nothing correlates.
    """
    weight = np.clip(np.asarray(fsc, np.float64), 0, 1)
    found = smooth_square(whitened(half1, weight) * whitened(half2, weight))
    return found / found.mean() if found.max() > 0 else np.ones_like(found)


def evenness(
    half1: Volume | Array,
    half2: Volume | Array,
    mask: Volume | Array | None = None,
    *,
    group: str = "C1",
    half_angle: float = directional.HALF_ANGLE,
    directions: int | Array = directional.DIRECTIONS,
    pixel: float = 1.0,
    trials: int = 20,
    seed: int = 0,
) -> Evenness:
    """The FSC of two half maps by direction, as `directional.conical`, with what even sampling gives by chance.

    ``group`` is the symmetry of the molecule, imposed on the maps or not. It assumes Gaussian signal and noise with the
    measured envelopes, the signal alike in all directions but for its speckles. Raises InputError as `conical` does.
    """
    found = directional.conical(half1, half2, mask, half_angle=half_angle, directions=directions, pixel=pixel)
    one, other = (to_numpy(v.data if isinstance(v, Volume) else v) for v in (half1, half2))
    soft = 1.0 if mask is None else to_numpy(mask.data if isinstance(mask, Volume) else mask)
    noise = noise_envelope(one, other) * soft**2
    one, other = one * soft, other * soft
    halves = fourier.fft3(one), fourier.fft3(other)
    whole = np.asarray(shells.correlation(*halves, found.n, 3))
    spread = noise_by_direction(*_own(halves, found, half_angle))
    floor = cfar_floor(
        whole,
        found.n,
        signal=signal_envelope(one, other, whole),
        noise=noise,
        group=group,
        half_angle=half_angle,
        directions=found.directions,
        trials=trials,
        seed=seed,
    )
    return Evenness(found, floor, whole, spread)


def _own(halves: tuple[Any, Any], found: Conical, half_angle: float) -> tuple[Real, Real]:
    sums, held = cones.sums([halves], found.n, found.directions, half_angle)
    return sums[0], held
