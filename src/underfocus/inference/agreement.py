"""How images agree with a map's projections in their poses: how strong it is in each, and what it leaves unexplained.

The factor α of a projection p in an image x, by least squares against the noise σ²: α = Σ Re(x p*)/σ² / Σ|p|²/σ² over
the half plane's frequencies, of variance 1/Σ(|p|²/n²σ²). Images that show the map have α = 1 on its grey scale, those
that show nothing 0, and all have −1 where one of the two has the other contrast.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..base.arrays import to_numpy
from ..data.particles import Particles
from ..maths import fourier, shells
from .imagenoise import NoiseSpectra
from .twin import CHUNK, Twin

Real = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Agreement:
    """``strength`` (m,) of the map in each image and the ``error`` (m,) that noise alone gives it.

    ``share`` (n//2+1,) is the factor of the map over shells of all images together; ``residual`` the spectra of what
    the map, so scaled, leaves unexplained, over the whole image.
    """

    strength: Real
    error: Real
    share: Real
    residual: NoiseSpectra

    @property
    def mean(self) -> float:
        """The mean strength, each image counted by its own error."""
        weight = 1 / self.error**2
        return float(np.sum(self.strength * weight) / np.sum(weight))

    @property
    def mean_error(self) -> float:
        """The error of the mean strength, from how much images differ."""
        weight = 1 / self.error**2
        spread = np.sum(weight**2 * (self.strength - self.mean) ** 2)
        return float(np.sqrt(spread) / np.sum(weight))

    @property
    def excess(self) -> tuple[float, float]:
        """By how much more the strengths vary than noise makes them, as a variance, and the error of that."""
        variance = float(np.var(self.strength, ddof=1)) if len(self.strength) > 1 else 0.0
        return variance - float(np.mean(self.error**2)), variance * float(np.sqrt(2 / max(1, len(self.strength) - 1)))

    @property
    def absent(self) -> float:
        """The part of images that would show nothing if the others were alike: v/(v + m²), v the excess, m the mean."""
        v = max(self.excess[0], 0.0)
        return v / (v + self.mean**2) if v > 0 else 0.0


def agreement(particles: Particles, twin: Twin, rows: Real) -> Agreement:
    """How some of the particles agree with the map of their twin; ``particles`` are the data, or the twin's imitation.

    One pass over those images, a chunk in memory at a time.
    """
    n = particles.n
    rings = np.minimum(shells.shell_index(n, 2), n // 2)
    inside = (shells.shell_index(n, 2) >= 1) & (shells.shell_index(n, 2) < n // 2)
    full = fourier.half_weights(n) * inside
    noise = n**2 * twin.noise.each()[rows]
    strengths, errors = [], []
    count = len(twin.noise.power)
    cross, power, total, images = (np.zeros((count, n // 2 + 1)) for _ in range(4))
    for first in range(0, len(rows), CHUNK):
        some = rows[first : first + CHUNK]
        seen = fourier.fft2(np.asarray(to_numpy(particles[some].images().data), np.float32))
        model = twin.signal(some)
        both, own = (seen * model.conj()).real, np.abs(model) ** 2
        weight = full / np.maximum(noise[first : first + CHUNK], 1e-30)[:, rings]
        information = np.sum(own * weight, axis=(1, 2))
        strengths.append(np.sum(both * weight, axis=(1, 2)) / np.maximum(information, 1e-30))
        errors.append(1 / np.sqrt(np.maximum(information, 1e-30)))
        of_group = twin.noise.group[some]
        for target, values in ((cross, both), (power, own), (total, np.abs(seen) ** 2)):
            np.add.at(target, of_group, shells.shell_mean(values.astype(np.float64), n, 2))
        np.add.at(images, of_group, 1.0)
    share = cross.sum(axis=0) / np.maximum(power.sum(axis=0), 1e-30)
    left = total - 2 * share * cross + share**2 * power
    residual = np.maximum(left, 0) / np.maximum(images, 1) / n**2
    return Agreement(
        np.concatenate(strengths), np.concatenate(errors), share, NoiseSpectra(residual, twin.noise.group[rows])
    )
