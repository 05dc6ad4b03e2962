"""From sums to a density: Wiener's division with a prior from the halves, or back-projection with and without ramp.

The sums are D = Σ CTF* F and W = Σ CTF², both over noise; see `accumulate`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..base.arrays import to_numpy
from ..maths import fourier
from ..maths.kernels.grid import cropped_inverse
from .sums import Sums

Real = np.ndarray[Any, Any]

#: How much of the noise over signal, measured over the whole box, is added to the weight. 1 would be Wiener's filter
#: for a specimen that fills the box; one that fills a third of it has three times the signal where it is.
WIENER = 0.3
#: The part of the sampling density that is added to the weight, where all CTFs of a shell vanish.
FLOOR = 1e-5


@dataclass(frozen=True)
class Summed:
    """The sums of one set: an accumulator, and over shells (n//2+1,) how many slices went in, times their weight."""

    sums: Any
    slices: Real

    @property
    def samples(self) -> Real:
        """Samples a cell over shells (n//2+3,): a slice has 2πρ cells of the 4πρ² of a shell."""
        n, size = self.sums.n, self.sums.size
        shell = np.maximum(np.arange(n // 2 + 3), 0.5)
        return np.asarray(np.pad(self.slices, (0, 2), mode="edge") / (2 * (size / n) ** 3 * shell))


def noise_over_signal(sums: Sums) -> Real:
    """σ²/|S|² per shell (n//2+3,), in units of the weight, from what the two half sets share and what they do not."""
    from ..maths.kernels import wiener

    first, second = sums.halves
    return wiener.noise_over_signal(to_numpy(first.cells), to_numpy(second.cells), sums.n, sums.size)


def wiener_density(summed: Summed, prior: Real) -> Real:
    """Direct Fourier inversion, (n, n, n) float32: D g / (W + prior + floor); see `maths.kernels.wiener`."""
    from ..maths.kernels.wiener import divide

    data, weight = summed.sums.totals()
    divide(data, weight, summed.sums.n, summed.sums.radius, prior, FLOOR * summed.samples)
    return density(data, summed.sums)


def back_projection(summed: Summed, ramp: bool) -> Real:
    """The images smeared back along their beams and added, (n, n, n) float32; with the ramp |k| where it is asked for.

    Without it, D over the number of slices: a density that is blurred by the 1/|k| with which slices crowd around the
    origin. With it, D over the samples that views spread evenly would give a cell: what weighted back-projection does
    when it knows nothing of where the views lie (Radermacher 1992, Electron Tomography, ch. 8). No CTF is divided.
    """
    n, size, radius = summed.sums.n, summed.sums.size, summed.sums.radius
    data, _ = summed.sums.totals()
    rho = fourier.radius3(size, 1 / n)
    divisor = np.interp(rho, np.arange(n // 2 + 1), summed.slices) / (2 * (size / n) ** 3)
    if ramp:
        divisor /= np.maximum(rho, 0.5)
    data *= ((rho <= radius) / np.maximum(divisor, 1e-30)).astype(np.float32)
    return density(data, summed.sums)


def density(transform: Real, sums: Any) -> Real:
    """The centred density of a padded half transform, freed from the kernel it was gridded with; overwrites."""
    box = cropped_inverse(transform, sums.n)
    factor = sums.correction(sums.n).astype(np.float32)
    for shape in ((-1, 1, 1), (1, -1, 1), (1, 1, -1)):
        box *= factor.reshape(shape)
    return np.ascontiguousarray(box, np.float32)
