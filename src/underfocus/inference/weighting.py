"""How much each image of a set counts: its own weight, the noise of its group, the dose that came before it.

Least squares divides by the variance of the noise and multiplies by what is left of the signal. Of a tilt series
(Warp and M write its images as particles) each image has its exposure, and ``rlnCtfScalefactor`` for its thickness.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..base.arrays import to_numpy
from ..base.errors import InputError
from ..data.particles import PIECE, Particles
from ..data.steps import NOISE_SAMPLE, measured_whitening
from ..physics import dose

Real = np.ndarray[Any, Any]


#: How many images' curves are in memory at once.
MANY = 4096
#: Columns that name a particle's group.
GROUPS = ("rlnOpticsGroup", "ctf/exp_group_id")


@dataclass(frozen=True)
class Weighting:
    """``own`` (n,) multiplies an image's part in both sums; ``exposure`` (n,) in e/Å² came before each image;
    ``noise`` (g, n//2+1) are spectra |F|² of groups relative to their mean, and ``group`` (n,) says whose is whose.

    All may be None. Raises InputError for weights or exposures below 0.
    """

    own: Real | None = None
    exposure: Real | None = None
    noise: Real | None = None
    group: Real | None = None

    def __post_init__(self) -> None:
        for name in ("own", "exposure"):
            values = getattr(self, name)
            if values is None:
                continue
            values = np.asarray(values, float)
            if values.ndim != 1 or not np.all(np.isfinite(values)) or np.any(values < 0):
                raise InputError(f"{name} needs one number of at least 0 for each particle")
            object.__setattr__(self, name, values)

    def __getitem__(self, index: Any) -> Weighting:
        """That of some particles."""
        own, exposure, group = (None if v is None else v[index] for v in (self.own, self.exposure, self.group))
        return Weighting(own, exposure, self.noise, group)

    def curves(self, particles: Particles) -> tuple[Real, Real] | None:
        """What data and weight are multiplied with, each (m, n//2+1) over shells; None where all is one."""
        signal, precision = self.signal(particles), self._precision(particles)
        if signal is None and precision is None:
            return None
        ones = np.ones((len(particles), particles.n // 2 + 1))
        a, v = ones if signal is None else signal * ones, ones if precision is None else precision * ones
        return a * v, a * a * v

    def total(self, particles: Particles) -> Real:
        """What all images together weigh over shells (n//2+1,) before their CTF: their number, where all is one."""
        found = np.zeros(particles.n // 2 + 1)
        for first in range(0, len(particles), MANY):
            some = slice(first, first + MANY)
            curves = self[some].curves(particles[some])
            found += len(particles[some]) if curves is None else curves[1].sum(axis=0)
        return found

    def signal(self, particles: Particles) -> Real | None:
        """How strong the signal is (m or 1, n//2+1) over shells, beyond the CTF: steps, scale and dose; None for 1."""
        found: Real | None = None
        gain = particles.gain()
        if gain is not None:
            found = gain[None]
        if particles.scale is not None:
            found = (1.0 if found is None else found) * particles.scale[:, None]
        if self.exposure is not None:
            s = np.arange(particles.n // 2 + 1) / (particles.n * particles.pixel)
            voltage = float(np.mean(to_numpy(particles.optics.voltage_kv)))
            kept = np.exp(-self.exposure[:, None] / (2 * dose.critical_exposure(s, voltage)[None]))
            found = (1.0 if found is None else found) * kept
        return found

    def _precision(self, particles: Particles) -> Real | None:
        """One over the variance of the noise over shells, in relative units."""
        if self.own is None and self.noise is None:
            return None
        own = np.ones(len(particles)) if self.own is None else self.own
        if self.noise is None or self.group is None:
            return np.asarray(own[:, None])
        return np.asarray(own[:, None] / self.noise[self.group])


def by_group(particles: Particles, own: Real | None = None, exposure: Real | None = None) -> Weighting:
    """A Weighting with the noise spectrum of each optics group, measured in the corners of its images.

    Spectra are divided by their mean over groups and shells, so that weights stay near one. Groups are those of
    ``rlnOpticsGroup`` or ``ctf/exp_group_id``; a set without them is one group.
    """
    names = next((particles.columns[k] for k in GROUPS if k in particles.columns), np.zeros(len(particles)))
    _, group = np.unique(names, return_inverse=True)
    spectra = np.stack([_spectrum(particles, np.flatnonzero(group == g)) for g in range(group.max() + 1)])
    return Weighting(own, exposure, np.maximum(spectra, 1e-6 * spectra.max()) / spectra.mean(), group)


def _spectrum(particles: Particles, rows: Real) -> Real:
    """Noise power (n//2+1,) over shells of a group, from up to NOISE_SAMPLE of its images spread over it."""
    chosen = rows[np.unique(np.linspace(0, len(rows) - 1, min(len(rows), NOISE_SAMPLE)).astype(int))]
    pieces = (np.asarray(to_numpy(c.images().data), np.float64) for c in particles[chosen].chunks(PIECE))
    return np.asarray(measured_whitening(pieces).amplitudes) ** 2
