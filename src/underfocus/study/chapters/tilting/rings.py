"""Sampling of top views on a tilted stage in closed form, and the resolution of the map that they give.

On a stage tilted by θ a view at β from the axis goes round a circle on the sphere; all views of one polar angle γ
sample a direction at angle a from the axis where |cos a cos γ + sin a sin γ cos φ| < 1/(2k), so for the part of all
azimuths φ between two arc cosines. Averages over cones are sums of such circles: smooth in every knob, no chance in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from underfocus.inference.tilt_advice import Limit
from underfocus.physics import tilt_cost
from underfocus.validation import orientation

Real = np.ndarray[Any, Any]
#: Directions at which sampling is judged: equal steps of cos a stand for equal areas.
STEPS = 120
#: Heights in a cone of views, and azimuths of each, that stand for all of them.
HEIGHTS, TURNS = 10, 48
#: FSC with the truth that is called resolved; then the mean Wiener weight is its square.
RESOLVED = 0.5


def angles() -> Real:
    """Angles (a,) in degrees from the axis, each of which stands for an equal area of half the sphere."""
    return np.degrees(np.arccos((np.arange(STEPS) + 0.5) / STEPS))


def circle_sampling(polar: Real, angle: Real, radius: float = orientation.RADIUS) -> Real:
    """Sp (p, a) at ``angle`` (a,) from the axis, of views even round circles at ``polar`` (p,); degrees."""
    band = 1 / (2 * radius)
    p, a = np.radians(np.asarray(polar, float))[:, None], np.radians(np.asarray(angle, float))
    along, across = np.cos(p) * np.cos(a), np.maximum(np.sin(p) * np.sin(a), 1e-12)
    ends = [np.arccos(np.clip((edge - along) / across, -1, 1)) for edge in (-band, band)]
    return np.asarray((ends[0] - ends[1]) / np.pi / band)


@lru_cache(maxsize=256)
def top_sampling(spread: float, tilt: float, radius: float = orientation.RADIUS) -> Real:
    """Sp (a,) at `angles` of top views in a cone of ``spread`` degrees on a stage tilted by ``tilt`` degrees."""
    heights = np.cos(np.radians(spread)) + (1 - np.cos(np.radians(spread))) * (np.arange(HEIGHTS) + 0.5) / HEIGHTS
    turn = (np.arange(TURNS) + 0.5) * np.pi / TURNS
    t, off = np.radians(tilt), np.sqrt(1 - heights**2)
    seen = np.cos(t) * heights[:, None] + np.sin(t) * off[:, None] * np.cos(turn)
    polar = np.degrees(np.arccos(np.clip(seen, -1, 1))).ravel()
    return np.asarray(circle_sampling(polar, angles(), radius).mean(axis=0))


def mixed_sampling(spread: float, tilt: float, fraction: float) -> Real:
    """Sp (a,) where a ``fraction`` of the particles lies in every orientation and the others are top views."""
    return np.asarray(fraction + (1 - fraction) * top_sampling(spread, tilt))


def truth_curve(sp: Real, left: Real, limit: Limit) -> Real:
    """FSC (s,) with the truth of the best map from views of sampling ``sp`` (a,), ``left`` (s,) of their SNR remaining.

    The Wiener weight of a voxel is w = x/(1 + x), x the SSNR of the whole map; the map w(F + N) then correlates with F
    as √⟨w⟩, directions that nobody sampled counted as w = 0.
    """
    x = 2 * limit.ssnr(limit.shells) * left * sp[:, None]
    return np.asarray(np.sqrt((x / (1 + x)).mean(axis=0)))


def half_curve(sp: Real, left: Real, limit: Limit) -> Real:
    """FSC (s,) of the two half maps over whole shells: Σw²/Σw, which unsampled directions do not enter."""
    x = limit.ssnr(limit.shells) * left * sp[:, None]
    w = x / (1 + x)
    return np.asarray((w**2).sum(axis=0) / w.sum(axis=0))


def crossing(s: Real, curve: Real, threshold: float) -> float:
    """The length in Å at which a curve first falls below a threshold; the coarsest shell's where it starts below."""
    below = np.flatnonzero(curve < threshold)
    if not below.size:
        return float(1 / s[-1])
    i = int(below[0])
    if i == 0:
        return float(1 / s[0])
    part = (curve[i - 1] - threshold) / (curve[i - 1] - curve[i])
    return float(1 / (s[i - 1] + part * (s[i] - s[i - 1])))


@dataclass(frozen=True)
class Film:
    """A film of ``thickness`` nm, the mean free path in nm, whether a filter is in, and drift's B in Å² at 45°."""

    thickness: float = 100.0
    drift: float = 10.0
    filtered: bool = False
    free_path: float = tilt_cost.MEAN_FREE_PATH

    def left(self, tilt: float, limit: Limit) -> Real:
        """The part (s,) of an untilted image's SNR that a tilt leaves: ice, and drift."""
        ice = tilt_cost.snr_factor(self.thickness, tilt, self.free_path, filtered=self.filtered)
        return np.asarray(ice * tilt_cost.motion_factor(limit.shells, tilt, self.drift))
