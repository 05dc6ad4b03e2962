"""The FSC that two half maps would have if every pose were right and every particle were one map.

A half map is S̃ + N: the signal S as it comes through the division by weights, and noise N that is drawn once and goes
through the same division, kernel and box (`information`). Half sets share the signal and no noise, so that over a shell

    FSC = Σ S̃₁S̃₂* / √((Σ|S̃₁|² + Σ|N₁|²) (Σ|S̃₂|² + Σ|N₂|²)),

which is SSNR/(1 + SSNR) where all voxels of the shell are alike, with SSNR = |S|² ΣCTF²/(2k n²σ²) for even views: a
slice has 2πk samples in the 4πk² voxels of a shell. Frank & Al-Ali 1975 (Nature 256, 376); Penczek 2002 (J. Struct.
Biol. 138, 34). The sums are over the maps themselves, or over the maps within a mask.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..base.arrays import to_numpy
from ..base.errors import InputError
from ..data.volume import Volume
from ..maths import fourier, shells
from ..maths.kernels.grid import padded_transform
from ..maths.kernels.wiener import divide
from ..validation import ssnr
from ..validation.resolution import HALF_MAPS, crossing
from . import restore
from .information import Information
from .sharpen import figure_of_merit

Real = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Expected:
    """``fsc`` (n//2+1,) of two half maps over the whole box, and ``masked`` within a mask where there is one.

    ``signal`` and ``noise`` are the powers over shells of one half map, over the whole box.
    """

    fsc: Real
    signal: Real
    noise: Real
    n: int
    pixel: float
    masked: Real | None = None

    @property
    def best(self) -> Real:
        """The curve to compare: within the mask where there is one."""
        return self.fsc if self.masked is None else self.masked

    @property
    def frequency(self) -> Real:
        """Frequencies (n//2+1,) in 1/Å."""
        return np.arange(self.n // 2 + 1) / (self.n * self.pixel)

    def resolution(self, threshold: float = HALF_MAPS, times: float = 1.0) -> float:
        """Å at which the curve falls below a threshold; of ``times`` as many particles, by their SSNR, which grows so.

        See `validation.resolution.Fsc`.
        """
        curve = self.best if times == 1 else ssnr.fsc_of(times * ssnr.of_fsc(np.minimum(self.best, 1 - 1e-9)))
        return crossing(curve, threshold, self.n, self.pixel)


def expected(known: Information, volume: Volume, *, mask: Any = None, wiener: float = restore.WIENER) -> Expected:
    """The FSC to expect of images that say so much of voxels, all of them showing one map, on `project`'s grey scale.

    ``wiener`` as in `reconstruct`; ``mask`` (n, n, n) from 0 to 1. InputError where boxes differ.
    """
    data = np.asarray(to_numpy(volume.data), np.float32)
    shape = (known.n,) * 3
    window = None if mask is None else np.asarray(to_numpy(mask.data if isinstance(mask, Volume) else mask), np.float32)
    for name, values in (("map", data), ("mask", window)):
        if values is not None and values.shape != shape:
            raise InputError(f"a {name} of {known.n}³ voxels is needed, as the images have it; this is {values.shape}")
    prior = known.prior(signal_power(volume)) * wiener
    halves = known.summed()
    signals = [_signal(half, data, prior) for half in halves]
    noises = [restore.wiener_density(half, prior) for half in halves]
    box = _powers(signals, noises, None)
    within = None if window is None else _curve(_powers(signals, noises, window))
    noise = (box[3] + box[4]) / 2
    return Expected(_curve(box), box[0], noise, known.n, known.pixel, within)


def signal_power(volume: Volume, fsc: Real | None = None) -> Real:
    """|S|² (n//2+1,) of a map over shells; with the FSC of its two halves, freed from the power of its own noise.

    Of a map of two halves 2 FSC/(1 + FSC) of the power is signal.
    """
    power = shells.shell_mean(np.abs(fourier.fft3(np.asarray(to_numpy(volume.data), np.float32))) ** 2, volume.n, 3)
    return np.asarray(power if fsc is None else power * figure_of_merit(fsc) ** 2)


def _signal(half: restore.Summed, data: Real, prior: Real) -> Real:
    """A noiseless map (n, n, n) as it comes through a half's weights."""
    sums = half.sums
    factor = 1 / np.asarray(sums.correction(sums.n))  # what the kernel takes, and `density` gives back
    for shape in ((-1, 1, 1), (1, -1, 1), (1, 1, -1)):
        data = data * factor.reshape(shape).astype(np.float32)
    _, weight = sums.totals()
    weight = np.asarray(to_numpy(weight))
    transform = padded_transform(data, sums.size).astype(np.complex64, copy=False)
    transform *= weight
    divide(transform, weight, sums.n, sums.radius, prior, restore.FLOOR * half.samples)
    return restore.density(transform, sums)


def _powers(signals: list[Real], noises: list[Real], mask: Real | None) -> Real:
    """Mean powers (5, n//2+1) over shells: of the signals together and each, and of each half's noise."""
    n = len(signals[0])
    a, b, *noise = (fourier.fft3(x if mask is None else x * mask) for x in (*signals, *noises))
    values = ((a * b.conj()).real, *(np.abs(x) ** 2 for x in (a, b, *noise)))
    return np.stack([shells.shell_mean(v, n, 3) for v in values])


def _curve(powers: Real) -> Real:
    """The FSC of such powers; 0 where a shell is empty."""
    shared, first, second, noise1, noise2 = powers
    own = (first + noise1) * (second + noise2)
    return np.asarray(np.where(own > 0, shared / np.sqrt(np.where(own > 0, own, 1)), 0.0))
