"""Bands and windows of a local resolution: how finely space and frequency can be told apart at once.

A window of L Å sees no frequencies apart that are nearer than about 1/L, so bands are half of that apart, and no window
holds fewer than three waves: for longer ones it widens. What chance alone gives follows from how many independent
samples a window holds in a band.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

from ..base.errors import InputError

Real = np.ndarray[Any, Any]
#: Knots of the bands lie so many 1/L apart.
SPACING = 0.5
#: A window holds at least so many waves, full width at half maximum.
LEAST_WAVES = 3.0
#: The widest window is this part of the box: its foot, 2.74 times its width, must not meet itself across the edge.
WIDEST = 1 / 3
#: Half of the window's foot over its full width at half maximum: cos⁴(πx/2h) is 1/2 at x = 0.364 h.
FOOT = np.pi / (4 * np.arccos(0.5**0.25))
#: How often in a voxel chance alone may reach what counts as agreement.
CHANCE = 1e-3
#: Steps in which a band's integrals are summed.
_STEPS = 512


@dataclass(frozen=True)
class Bands:
    """Overlapping shells around ``knots`` (m,) in 1/Å, up to Nyquist's whole shell, and the window of each in Å.

    ``centres`` (m,) in 1/Å are the mean frequencies of the bands' powers, ``samples`` (m,) how many independent real
    samples a window holds.
    """

    knots: Real
    windows: Real
    centres: Real
    samples: Real

    def __len__(self) -> int:
        return len(self.knots)

    @property
    def below(self) -> float:
        """Where the first band begins, in 1/Å."""
        return float(max(2 * self.knots[0] - self.knots[1], 0.0))

    def top(self, band: int) -> float:
        """Where a band ends, in 1/Å: Nyquist for the last."""
        return float(self.knots[min(band + 1, len(self.knots) - 1)])

    def amplitude(self, s: Real, band: int) -> Real:
        """The filter of a band at frequencies ``s`` in 1/Å: neighbours' squares add up to 1.

        It rises as sin(π/2 sin²(πu/2)) from one knot to the next: the power-complementary slope of the Vorbis codec,
        whose kernel dies away fast. Beyond Nyquist it is 0.
        """
        knots = self.knots
        before = knots[band - 1] if band else self.below
        gain = slope((s - before) / (knots[band] - before))
        if band + 1 < len(knots):
            return np.asarray(gain * slope((knots[band + 1] - s) / (knots[band + 1] - knots[band])))
        return np.where(s <= knots[band] * (1 + 1e-6), gain, 0.0)

    def least(self, threshold: float) -> Real:
        """The FSC (m,) that counts as agreement: the threshold, or what chance reaches once in a thousand if more."""
        return np.maximum(threshold, self.by_chance)

    @property
    def by_chance(self) -> Real:
        """The FSC (m,) that two maps of noise exceed in one voxel in a thousand: 3.09/√samples."""
        return np.asarray(NormalDist().inv_cdf(1 - CHANCE) / np.sqrt(self.samples))


def slope(u: Real) -> Real:
    """sin(π/2 sin²(πu/2)) for u from 0 to 1, clipped: the squares of it and of its mirror image add up to 1."""
    return np.asarray(np.sin(np.pi / 2 * np.sin(np.pi / 2 * np.clip(u, 0, 1)) ** 2))


def bands(n: int, pixel: float, window: float) -> Bands:
    """The bands of maps of n³ voxels of ``pixel`` Å for a window of so many Å, from its own width down to Nyquist.

    InputError where the window is wider than a third of the box, or the box holds too few waves.
    """
    box, nyquist = n * pixel, n // 2 / (n * pixel)
    if not 0 < window <= box * WIDEST * (1 + 1e-6):
        raise InputError(
            f"a window must be above 0 and at most a third of the box, {box * WIDEST:.4g} Å here, and {window:g} Å was "
            "given; narrow it, or pad the maps"
        )
    knots = [max(1 / window, LEAST_WAVES / (box * WIDEST))]
    if knots[0] > 0.7 * nyquist:
        raise InputError(
            f"{n} voxels a side are too few for a local resolution: a third of the box must hold three waves; give "
            "larger boxes"
        )
    while knots[-1] < nyquist:
        knots.append(knots[-1] + SPACING / max(window, LEAST_WAVES / knots[-1]))
    if len(knots) > 2 and knots[-1] - nyquist > nyquist - knots[-2]:
        knots.pop()
    placed = np.array(knots)
    placed *= (nyquist / placed[-1]) ** (np.arange(len(placed)) / (len(placed) - 1))
    windows = np.maximum(window, LEAST_WAVES / placed)
    bare = Bands(placed, windows, placed, placed)
    centres, samples = np.array([_moments(bare, band) for band in range(len(placed))]).T
    return Bands(placed, windows, centres, samples)


def _moments(found: Bands, band: int) -> tuple[float, float]:
    """Mean frequency of a band, and how many independent real samples its window holds.

    The variance of the mean product of two fields of noise is ∫ρ(r)² (p⋆p)(r) d³r, with the fields' correlation ρ and
    the window's weights p; one over it is the number. The weights count as a Gaussian of the same volume
    (Σp)²/Σp² = (36/35 h)³: of cos⁴ windows, (∫cos⁴)²/∫cos⁸ along each axis.
    """
    s = np.linspace(found.knots[band - 1] if band else found.below, found.top(band), _STEPS)
    shell = found.amplitude(s, band) ** 2 * s**2
    shell /= shell.sum()
    width = float(found.windows[band])
    volume = (36 / 35 * FOOT * width) ** 3
    r = np.linspace(0, 4 * width, _STEPS)
    correlation = np.sinc(2 * r[:, None] * s) @ shell
    overlap = np.exp(-np.pi * r**2 / volume ** (2 / 3)) / volume
    variance = float(4 * np.pi * (correlation**2 * overlap) @ r**2 * (r[1] - r[0]))
    return float(shell @ s), 1 / variance


def window_matrix(places: int, samples: int, box: float, width: float) -> Real:
    """Weights (places, samples) of samples along one axis of a periodic box of so many Å, around evenly spaced places.

    cos⁴(πx/2h), of full width at half maximum ``width``: the square of a Hann window of half-width h. Rows add up to 1.
    """
    away = np.arange(places)[:, None] * (box / places) - np.arange(samples) * (box / samples)
    away -= box * np.rint(away / box)
    foot = FOOT * width
    weights = np.where(np.abs(away) < foot, np.cos(np.pi * away / (2 * foot)) ** 4, 0.0)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), np.float32)


def line_matrix(places: int, samples: int) -> Real:
    """Linear interpolation (places, samples) along one axis of a periodic box: from samples to evenly spaced places."""
    at = np.arange(places) * (samples / places)
    low = np.floor(at).astype(int)
    found = np.zeros((places, samples), np.float32)
    found[np.arange(places), low % samples] += (1 - (at - low)).astype(np.float32)
    found[np.arange(places), (low + 1) % samples] += (at - low).astype(np.float32)
    return found


def along_axes(values: Real, matrix: Real) -> Real:
    """The matrix (g, m) applied along each axis of values (m, m, m): (g, g, g)."""
    places, samples = matrix.shape
    first = (matrix @ values.reshape(samples, -1)).reshape(places, samples, samples)
    return np.asarray((matrix @ first) @ matrix.T)
