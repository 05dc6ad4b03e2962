"""How certain an FSC is: degrees of freedom of a shell, a band about the curve, and an interval about the resolution.

A shell of N voxels of the full transform of real maps holds N real numbers a map, so that its FSC is a correlation of
N pairs whose mean is known to be 0. What is random in it is the noise; the molecule is the same in every repetition.
With δ the deviations of the three sums, δr = (1 − ρ)(S·n₁ + S·n₂) + n₁·n₂ − ρ(n₁² + n₂²)/2 over the power, whose
variance at a true correlation ρ is

    Var r = (1 − ρ)²(1 + 2ρ − ρ²)/ν,        and on the scale z = [arcosh(√2/(1 − ρ)) − arcosh √2]/√2 it is 1/ν.

Were the signal drawn anew as well, it would be Fisher's (1 − ρ²)²/ν on the scale artanh ρ (Fisher 1915, Biometrika 10,
507; for the FSC: Penczek 2010, Methods Enzymol. 482, 73): the same at ρ = 0, wider by up to √2 towards 1.

The degrees of freedom ν are N where white noise fills the box, wherever the signal lies. A mask, or noise that is not
alike at all places, makes neighbouring voxels alike: with e the variance of the noise by place, voxels q apart have the
correlation |E(q)|/E(0), E its transform. Two sums over a shell then share Σ_q h(q)|E(q)/E(0)|² = N/ν, in which h(q) is
the part of a shell of one voxel's thickness that meets itself when moved by q: 1 − q/2 up to one voxel, 1/2q beyond.
Without h it would be the part of the box that the mask fills, n³Σe²/(Σe)², which takes away far too much: neighbours
across the shell lie outside of it. Of a point group of g turns N/g voxels are free, and on an axis more.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

from ..base.arrays import Array, to_numpy
from ..base.errors import InputError
from ..data.volume import Volume
from ..maths import fourier, shells, symmetry
from .resolution import HALF_MAPS, KEPT_BEYOND, Fsc, crossing

Real = np.ndarray[Any, Any]
LEVEL = 0.95
#: The variance of noise by place is smoothed over the box divided by so many.
FINENESS = 32
#: Whitened halves that differ by less are one map, as it was rounded.
SAME = 1e-4
#: Largest correlation that is put on a scale on which 1 is infinitely far.
MOST = 1 - 1e-9


def stabilised(fsc: Any, *, drawn: bool = False) -> Real:
    """A correlation on the scale on which its error is 1/√ν; Fisher's artanh where the signal is ``drawn`` as well.

    Odd: what is below 0, which is chance alone, mirrors what is above. 0 stays 0 with slope 1.
    """
    values = np.clip(np.asarray(fsc, np.float64), -MOST, MOST)
    if drawn:
        return np.asarray(np.arctanh(values))
    return np.asarray(np.sign(values) * (np.arccosh(np.sqrt(2) / (1 - np.abs(values))) - _START) / np.sqrt(2))


def from_stabilised(scale: Any, *, drawn: bool = False) -> Real:
    """The correlation at a place of that scale: the inverse of `stabilised`."""
    z = np.asarray(scale, np.float64)
    if drawn:
        return np.asarray(np.tanh(z))
    return np.asarray(np.sign(z) * (1 - np.sqrt(2) / np.cosh(np.sqrt(2) * np.abs(z) + _START)))


_START = float(np.arccosh(np.sqrt(2)))


def noise_envelope(half1: Volume | Array, half2: Volume | Array) -> Real:
    """The variance of the noise by place (n, n, n), its mean 1, from the difference of two half maps.

    Both are made equally strong in every shell; their difference, squared, is smoothed by a Gaussian, σ a 32nd of the
    box. Halves that do not differ show no noise, and it is taken as even. InputError where they differ in shape.
    """
    one, other = (to_numpy(v.data if isinstance(v, Volume) else v) for v in (half1, half2))
    if one.shape != other.shape:
        raise InputError(f"two halves of one size are needed, and {one.shape} and {other.shape} were given")
    n = one.shape[0]
    white = whitened(one) - whitened(other)
    if not np.abs(white).max() > SAME:
        return np.ones((n, n, n))
    found = smooth_square(white**2)
    return np.asarray(found / found.mean())


def whitened(values: Real, gain: Array | None = None) -> Real:
    """A map (n, n, n) with all its shells equally strong, its values' variance near 1; beyond Nyquist nothing.

    ``gain`` (n//2+1,) multiplies the shells.
    """
    n = values.shape[0]
    half = fourier.fft3(values)
    power = shells.shell_mean(np.abs(half) ** 2, n, 3)
    wanted = np.ones(n // 2 + 1) if gain is None else np.asarray(gain, np.float64)
    factor = np.append(np.divide(wanted, np.sqrt(power), out=np.zeros(n // 2 + 1), where=power > 0), 0.0)
    return np.asarray(fourier.ifft3(half * factor[np.minimum(shells.shell_index(n, 3), n // 2 + 1)], n) * n**1.5)


def smooth_square(square: Real) -> Real:
    """A variance by place (n, n, n) from squares or products (n, n, n), smoothed, nowhere negative."""
    n = square.shape[0]
    smooth = np.exp(-2 * (np.pi / FINENESS) ** 2 * fourier.radius3(n, 1 / n) ** 2)
    return np.asarray(np.maximum(fourier.ifft3(fourier.fft3(square) * smooth, n), 0))


def unevenness(half1: Volume | Array, half2: Volume | Array, group: str = "C1") -> Real:
    """How many voxels (n//2+1,) one free voxel stands for because noise is stronger in some directions than in others.

    Of powers σ² by voxel (Σσ²)²/Σσ⁴ are free. Of the difference d of two halves N Σ|d|⁴/2(Σ|d|²)² is the inverse of
    that part; what it has above 1 by chance, three standard errors, is not counted. 1 where noise is alike.
    """
    one, other = (to_numpy(v.data if isinstance(v, Volume) else v) for v in (half1, half2))
    n = one.shape[0]
    power = np.abs(fourier.fft3(one - other)).astype(np.float64) ** 2
    mean, square = shells.shell_mean(power, n, 3), shells.shell_mean(power**2, n, 3)
    ratio = np.divide(square, 2 * mean**2, out=np.ones_like(mean), where=mean > 0)
    chance = 3 * np.sqrt(2 * len(symmetry.operators(group)) / shells.shell_counts(n, 3))
    return np.asarray(1 + np.maximum(ratio - 1 - chance, 0))


def freedom(n: int, envelope: Array | None = None, group: str = "C1") -> Real:
    """Degrees of freedom ν (n//2+1,) of the shells of maps of n voxels a side, by the formulas at the top of this file.

    ``envelope`` (n, n, n) is the variance of the noise by place, such as a mask squared; None where it fills the box.
    A point group leaves (ν + 2(g − 1))/g: each turn but the identity keeps the two places of its axis. Raises
    InputError for an envelope of another shape, one that is negative, or empty.
    """
    counts = shells.shell_counts(n, 3)
    free = counts if envelope is None else counts / _alike(to_numpy(envelope), n)
    turns = len(symmetry.operators(group))
    return np.asarray(np.minimum(free, (free + 2 * (turns - 1)) / turns))


def _alike(envelope: Real, n: int) -> Real:
    """How many voxels (n//2+1,) of its own shell each is alike: Σ_q h(q)|E(q)/E(0)|²."""
    if envelope.shape != (n, n, n):
        raise InputError(f"the noise's variance by place has the maps' shape {(n, n, n)}, not {envelope.shape}")
    if not envelope.max() > 0 or envelope.min() < 0:
        raise InputError("the variance of noise by place is nowhere negative, and somewhere above 0")
    correlation = np.abs(fourier.fft3(envelope)) ** 2 * fourier.half_weights(n)
    apart = fourier.radius3(n, 1 / n)
    met = np.where(apart <= 1, 1 - apart / 2, 0.5 / np.maximum(apart, 1))
    # by distance in halves of a voxel, so that for each shell those that lie beyond its other side can be left out
    place = np.rint(2 * apart).astype(int)
    sums = np.bincount(place.ravel(), weights=(correlation / correlation[0, 0, 0] * met).ravel())
    across = 2 * np.arange(n // 2 + 1)[:, None]
    reached = np.clip((across + 1 - np.arange(len(sums)) / 2) / 2, 0, 1)
    return np.asarray(np.maximum(reached @ sums, 1.0))


def ends(fsc: Any, free: Any, level: float = LEVEL, *, drawn: bool = False) -> tuple[Real, Real]:
    """The lower and upper end of the band about measured correlations, of this coverage at each shell.

    On the stabilised scale the error is 1/√(ν − 2), Fisher's for few pairs, and the middle lies lower by what chance
    adds in the mean: to second order ρ(3 + ρ)/(2ν√(1 + 2ρ − ρ²)), or Fisher's ρ/2ν. InputError unless 0 < level < 1.
    """
    reach, positive = _quantile(level) * _spread(free), np.clip(np.asarray(fsc, np.float64), 0, 1)
    added = positive / 2 if drawn else positive * (3 + positive) / 2 / np.sqrt(1 + 2 * positive - positive**2)
    z = stabilised(fsc, drawn=drawn) - added / np.maximum(np.asarray(free, np.float64), 1.0)
    return from_stabilised(z - reach, drawn=drawn), from_stabilised(z + reach, drawn=drawn)


def _quantile(level: float) -> float:
    if not 0 < level < 1:
        raise InputError(f"a band covers a part between 0 and 1, and {level:g} was given; 0.95 is usual")
    return NormalDist().inv_cdf(0.5 + level / 2)


def _spread(free: Any) -> Real:
    return np.asarray(1 / np.sqrt(np.maximum(np.asarray(free, np.float64) - 2, 1.0)))


@dataclass(frozen=True)
class Band:
    """A curve with the ends ``low`` and ``high`` (n//2+1,) of its band, and its ``freedom``; covers ``level``."""

    curve: Fsc
    low: Real
    high: Real
    freedom: Real
    level: float

    def interval(self, threshold: float = HALF_MAPS) -> tuple[float, float]:
        """The finest and the coarsest resolution in Å at which the threshold lies within the band about the crossing.

        The finest is Nyquist where the upper end stays above, the coarsest the box where the lower end is never above.
        """
        n, size = self.curve.n, self.curve.n * self.curve.pixel
        at = size / crossing(self.curve.best, threshold, n, self.curve.pixel)
        return size / self._upper(threshold, at), size / self._lower(threshold, at)

    def _upper(self, threshold: float, at: float) -> float:
        """The shell, from ``at`` on, beyond which the upper end is below the threshold."""
        for shell in range(max(2, int(np.ceil(at))), len(self.high)):
            if self.high[shell] < threshold:
                return max(at, _between(self.high, shell - 1, threshold))
        return float(len(self.high) - 1)

    def _lower(self, threshold: float, at: float) -> float:
        """The shell, from ``at`` down, up to which the lower end is above the threshold."""
        for shell in range(int(at), 1, -1):
            if self.low[shell] >= threshold:
                return float(shell) if shell == len(self.low) - 1 else min(at, _between(self.low, shell, threshold))
        return 1.0

    def columns(self) -> dict[str, Real]:
        """The band as columns for a STAR table, beside those of the curve."""
        return {
            "ufFourierShellCorrelationLow": self.low,
            "ufFourierShellCorrelationHigh": self.high,
            "ufDegreesOfFreedom": self.freedom,
        }


def _between(values: Real, shell: int, threshold: float) -> float:
    """Where the line from one shell to the next meets the threshold."""
    before, after = float(values[shell]), float(values[shell + 1])
    return shell + float(np.clip((before - threshold) / (before - after), 0, 1)) if before != after else float(shell)


def band(
    curve: Fsc,
    half1: Volume | Array,
    half2: Volume | Array,
    mask: Volume | Array | None = None,
    *,
    group: str = "C1",
    level: float = LEVEL,
) -> Band:
    """The band of `Fsc.best` of these two half maps, within the ``mask`` that the curve was made with.

    It assumes that the noise of the halves is independent and Gaussian, its envelope and `unevenness` as measured, that
    both maps are ``group``-symmetric, and that mask and poses owe nothing to the noise. The corrected curve has also
    the error of its one draw of random phases. A mask that was made from these halves, or halves that were aligned to
    one reference, are not as good as the band says. InputError where only one of curve and band has a mask.
    """
    if (mask is None) != (curve.masked is None):
        raise InputError("a curve and its band take the same mask; give the one with which the curve was made, or none")
    envelope = noise_envelope(half1, half2)
    if mask is not None:
        envelope = envelope * to_numpy(mask.data if isinstance(mask, Volume) else mask) ** 2
    free = np.maximum(freedom(curve.n, envelope, group) / unevenness(half1, half2, group), 1.0)
    if curve.masked is None or curve.randomised is None:
        low, high = ends(curve.unmasked, free, level)
    else:
        low, high = _of_corrected(curve, free, level)
    return Band(curve, low, high, free, level)


def _of_corrected(curve: Fsc, free: Real, level: float) -> tuple[Real, Real]:
    """The band of 1 − (1 − t)/(1 − r): that of t over 1 − r, and in quadrature with it the error of r."""
    masked, value = np.asarray(curve.masked), curve.best
    low, high = ends(masked, free, level)
    start = 0 if curve.randomised_from is None else curve.randomised_from + KEPT_BEYOND
    taken = np.where(np.arange(len(masked)) < start, 0.0, np.minimum(np.asarray(curve.randomised), 1 - 1e-6))
    error = _quantile(level) * _spread(free) * (1 - taken**2) * (1 - value) / (1 - taken)
    error[:start] = 0.0
    down, up = np.hypot((masked - low) / (1 - taken), error), np.hypot((high - masked) / (1 - taken), error)
    return np.maximum(value - down, -1.0), np.minimum(value + up, 1.0)
