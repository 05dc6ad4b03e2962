"""Sampling of top views on a tilted stage in closed form, and the resolution of the map that they give.

On a stage tilted by θ a view at β from the axis goes round a circle on the sphere; all views of one polar angle γ
sample a direction at angle a from the axis where |cos a cos γ + sin a sin γ cos φ| < 1/(2k), so for the part of all
azimuths φ between two arc cosines. A cone of views is a sum of such circles: smooth in every knob, no chance in it.
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
#: Polar angles that stand for all those of a tilted cone of views.
POLARS = 360
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
    return cone_sampling(spread, tilt, angles(), radius)


def cone_sampling(spread: float, tilt: float, angle: Real, radius: float = orientation.RADIUS) -> Real:
    """Sp (a,) at ``angle`` (a,) from the axis of a cone of ``spread`` degrees that views fill, tilted by ``tilt``."""
    polar, weight = cone_polars(spread, tilt)
    return np.asarray(weight @ circle_sampling(polar, angle, radius))


def cone_polars(spread: float, tilt: float) -> tuple[Real, Real]:
    """Polar angles (p,) in degrees of the views that fill a cone evenly, the cone's axis tilted, and their shares (p,).

    Of the circle at polar angle γ the cone holds the azimuths to either side of its axis up to
    arccos((cos spread − cos γ cos tilt)/(sin γ sin tilt)): none or all where that is beyond ±1.
    """
    if spread < 0.05:
        return np.array([tilt]), np.ones(1)
    least, most = max(0.0, tilt - spread), min(180.0, tilt + spread)
    polar = least + (most - least) * (np.arange(POLARS) + 0.5) / POLARS
    g, t = np.radians(polar), np.radians(tilt)
    across = np.maximum(np.sin(g) * np.sin(t), 1e-12)
    held = np.arccos(np.clip((np.cos(np.radians(spread)) - np.cos(g) * np.cos(t)) / across, -1, 1))
    weight = held * np.sin(g)
    return polar, weight / weight.sum()


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
