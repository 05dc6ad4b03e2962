"""The map of a twin: in the images' box, judged against the particles' own reconstruction, and freed from its noise.

A map that was made from the particles carries what their errors cost, and their noise. It is known by that noise: the
truth correlates with two halves' mean as C_ref = √(2 FSC/(1 + FSC)) (`sharpen.figure_of_merit`), and a map of the same
images as 1, also where the FSC is low.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..base.arrays import to_numpy
from ..base.errors import InputError
from ..data.volume import Volume
from ..maths import fourier, sampling, shells
from ..validation.resolution import PIXEL_TOLERANCE
from . import sharpen as sharpening
from .reconstruct import Halves, mirrored
from .sharpen import figure_of_merit

Real = np.ndarray[Any, Any]
#: Shells of these FSCs tell a map's own noise: below there is nothing to compare, above too little noise.
NOISY = (0.1, 0.97)
#: A map that has less than this part of the disagreement that noise would cause was made from the same images.
OWN = 0.5
#: Grey scales between these are one scale, on which a fraction of particles can be read.
SAME_GREY = (0.4, 1.25)
#: By how much a mirrored map must agree better.
OTHER_HAND = 0.15
#: The first shell of comparisons.
FIRST = 3


def in_box(volume: Volume, n: int, pixel: float, name: str = "the map") -> Volume:
    """A map cropped or padded to n³ voxels about its centre. InputError for a map of another pixel."""
    if abs(volume.pixel / pixel - 1) > PIXEL_TOLERANCE:
        raise InputError(
            f"{name} has voxels of {volume.pixel:g} Å and the images pixels of {pixel:g} Å; bring it to their scale: "
            f"underfocus resample {name if name.endswith('.mrc') else 'MAP.mrc'} --to {pixel:g} -o Scaled/"
        )
    data = np.asarray(to_numpy(volume.data), np.float32)
    if volume.n != n:
        data = sampling.crop(data, n, 3) if volume.n > n else sampling.pad(data, n, 3)
    if not np.ptp(data) > 0:
        raise InputError(f"{name} is constant, so that there is nothing to make a twin of")
    return Volume(np.ascontiguousarray(data), pixel)


@dataclass(frozen=True)
class Judged:
    """How a map agrees with the particles' reconstruction, over shells (n//2+1,) within a mask.

    ``grey`` is the factor by which the reconstruction holds the map at low frequency; ``own`` whether the map was made
    from the same images; ``other_hand`` whether its mirror image agrees better; ``likeness`` the mean correlation over
    C_ref, which an independent map of the truth has as 1.
    """

    correlation: Real
    grey: float
    own: bool
    other_hand: bool
    likeness: float

    @property
    def same_grey(self) -> bool:
        """Whether the map is on the images' grey scale, so far as that can be seen."""
        return SAME_GREY[0] <= self.grey <= SAME_GREY[1]


def judged(volume: Volume, halves: Halves, fsc: Real, mask: Real | None = None) -> Judged:
    """A map against the reconstruction of particles whose halves correlate as ``fsc`` (n//2+1,) within the mask."""
    n = volume.n
    window = 1.0 if mask is None else np.asarray(mask, np.float32)
    model, whole = (fourier.fft3(np.asarray(to_numpy(v.data), np.float32) * window) for v in (volume, halves.whole))
    found = shells.correlation(model, whole, n, 3)
    shell = np.arange(n // 2 + 1)
    inside = (shell >= FIRST) & (shell < n // 2 - 1)
    strong = inside & (np.minimum.accumulate(np.where(shell < FIRST, 1, fsc)) > 0.5)
    low = strong & (shell < max(FIRST + 3, int(strong.sum()) // 3 + FIRST))
    grey = 1.0
    if low.any():
        shared = shells.shell_sums((whole * model.conj()).real, n, 3)[low].sum()
        grey = float(shared / shells.shell_sums(np.abs(model) ** 2, n, 3)[low].sum())
    noisy = inside & (fsc > NOISY[0]) & (fsc < NOISY[1])
    hoped = 1 - figure_of_merit(fsc) ** 2
    own = bool(noisy.sum() >= 3 and np.sum(1 - found[noisy] ** 2) < OWN * np.sum(hoped[noisy]))
    likeness = float(np.mean(found[strong] / figure_of_merit(fsc[strong]))) if strong.any() else 1.0
    return Judged(found, grey, own, _other_hand(volume, whole, strong & ~low, found, window), likeness)


def _other_hand(volume: Volume, whole: Real, shell: Real, found: Real, window: Any) -> bool:
    """Whether the mirrored map agrees better over some shells."""
    if shell.sum() < 3:
        return False
    data = np.ascontiguousarray(mirrored(np.asarray(to_numpy(volume.data), np.float32)))
    other = shells.correlation(fourier.fft3(data * window), whole, volume.n, 3)
    return bool(np.mean(other[shell]) > np.mean(found[shell]) + OTHER_HAND)


def freed(volume: Volume, fsc: Real, mask: Real | None = None) -> Volume:
    """A map without the power of its own noise: within the mask, and times C_ref of the FSC of its halves."""
    return weakened(volume, figure_of_merit(fsc), mask)


def weakened(volume: Volume, factor: Real, mask: Real | None = None) -> Volume:
    """A map within a mask, its shells times a factor (n//2+1,)."""
    data = np.asarray(to_numpy(volume.data), np.float32)
    if mask is not None:
        data = data * np.asarray(mask, np.float32)
    index = np.minimum(shells.shell_index(volume.n, 3), volume.n // 2)
    data = fourier.ifft3(fourier.fft3(data) * np.asarray(factor, np.float32)[index], volume.n)
    return Volume(np.asarray(data, np.float32), volume.pixel)


def guinier_b(volume: Volume, resolution: float) -> float | None:
    """B in Å² of a map by Guinier's line from 10 Å to the resolution; None where no line can be drawn there."""
    try:
        return sharpening.guinier(volume, resolution).bfactor
    except InputError:
        return None


def undone(volume: Volume, bfactor: float, resolution: float) -> Volume:
    """A map with a B-factor undone as far as the resolution, and cut softly there; unlike `sharpen` without an FSC."""
    return sharpening.sharpen(volume, bfactor, max(resolution, 2 * volume.pixel))
