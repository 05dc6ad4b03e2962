"""The noise of images as a spectrum, group by group: outside the particle's circle, or what a map leaves unexplained.

A spectrum is the variance a pixel that noise has at each frequency: 1 at all of them for white noise of variance 1, so
that the unnormalised transform of an image of n² pixels has the power n² times it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..base.arrays import to_numpy
from ..base.errors import InputError
from ..data.particles import PIECE, Particles
from ..data.steps import NOISE_SAMPLE, measured_whitening
from .weighting import GROUPS

Real = np.ndarray[Any, Any]


@dataclass(frozen=True)
class NoiseSpectra:
    """``power`` (g, n//2+1) of groups, as variance a pixel, and ``group`` (m,), which says whose each image has."""

    power: Real
    group: Real

    def __post_init__(self) -> None:
        power = np.atleast_2d(np.asarray(self.power, np.float64))
        group = np.asarray(self.group, np.int64)
        if power.ndim != 2 or not np.all(np.isfinite(power)) or np.any(power < 0):
            raise InputError("noise spectra are a row of powers of at least 0 over the shells for each group")
        if group.ndim != 1 or (len(group) and not 0 <= group.min() <= group.max() < len(power)):
            raise InputError(f"each image has one of the {len(power)} noise spectra, counted from 0")
        object.__setattr__(self, "power", power)
        object.__setattr__(self, "group", group)

    def __getitem__(self, index: Any) -> NoiseSpectra:
        """Those of some images."""
        return NoiseSpectra(self.power, self.group[index])

    def each(self) -> Real:
        """The spectrum (m, n//2+1) of each image."""
        return self.power[self.group]

    def mean(self) -> Real:
        """The spectrum (n//2+1,) of an average image."""
        return np.asarray(np.bincount(self.group, minlength=len(self.power)) @ self.power / max(1, len(self.group)))


def groups_of(particles: Particles, apart: bool = True) -> Real:
    """The optics group (m,) of each particle, counted from 0; all 0 where there is none, or they are not kept apart."""
    names = next((particles.columns[k] for k in GROUPS if apart and k in particles.columns), np.zeros(len(particles)))
    return np.asarray(np.unique(names, return_inverse=True)[1])


def sampled(rows: Real, count: int = NOISE_SAMPLE) -> Real:
    """Up to ``count`` of some rows, evenly spread over them: the same ones every time."""
    return np.asarray(rows[np.unique(np.linspace(0, len(rows) - 1, min(len(rows), count)).astype(int))])


def outside(particles: Particles, *, by_group: bool = True) -> NoiseSpectra:
    """Spectra of what is seen in the images' corners, outside the inscribed circle; see `steps.Whiten`.

    Each is measured on up to NOISE_SAMPLE images of its group. Signal that defocus spreads as far as the corners counts
    as noise here. Raises InputError where the corners hold nothing.
    """
    group = groups_of(particles, by_group)
    found = []
    for number in range(group.max() + 1):
        chosen = particles[sampled(np.flatnonzero(group == number))]
        pieces = (np.asarray(to_numpy(c.images().data), np.float64) for c in chosen.chunks(PIECE))
        found.append(np.asarray(measured_whitening(pieces).amplitudes) ** 2)
    return NoiseSpectra(np.stack(found), group)
