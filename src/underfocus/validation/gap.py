"""The gap between particles and their twin: how much less signal two half maps share, shell by shell, and why.

Half maps share the signal, of power τ² over a shell, and not their noise σ² (`ssnr.powers`). Of particles and of their
twin, which were reconstructed by the same code from the same poses, CTFs and noise, the ratio of the τ² is what poses,
particles and damage have taken:

    τ²(data)/τ²(twin) = q² exp(−B s²/2)

Errors of centres and angles, motion and disorder smear the map by a B-factor (`pose_error`). Where some particles show
nothing, or something unrelated, the part q of the others is left in amplitude at every frequency, since their sum is
divided by the CTF² of all. It is a line in s², as a Guinier plot has. Errors of angles smear the rim more than the
middle, which bends the line: they are fitted as well, with the particle's own radii.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..base.arrays import Array, to_numpy
from ..base.errors import InputError
from ..data.volume import Volume
from ..maths import shells
from . import pose_error, ssnr
from .resolution import HALF_MAPS, crossing

Real = np.ndarray[Any, Any]
#: The first shell of a fit; shells with a lower correlation than this, in either, are beyond its end.
FIRST, LEAST = 3, 0.12
#: Below this uncertainty of ln τ² other errors, such as interpolation's, take over.
FLOOR = 0.04
#: A fit needs so many shells.
FEWEST = 5


@dataclass(frozen=True)
class Measured:
    """Powers (n//2+1,) of signal and of one half's noise over shells, from two half maps, and their correlation.

    ``counts`` is how many independent numbers a shell holds: fewer within a mask.
    """

    fsc: Real
    signal: Real
    noise: Real
    counts: Real
    n: int
    pixel: float

    @property
    def frequency(self) -> Real:
        """Frequencies (n//2+1,) in 1/Å."""
        return np.arange(self.n // 2 + 1) / (self.n * self.pixel)

    @property
    def resolution(self) -> float:
        """Å at which the correlation falls below 0.143."""
        return crossing(self.fsc, HALF_MAPS, self.n, self.pixel)

    @property
    def error(self) -> Real:
        """Error (n//2+1,) of ln τ² by chance: √(2/count · (1/x + 1/2x²)), x being signal over noise of one half."""
        x = np.maximum(self.signal, 0) / np.maximum(self.noise, 1e-30)
        safe = np.maximum(x, 1e-6)
        return np.asarray(np.sqrt(2 / np.maximum(self.counts, 1) * (1 / safe + 1 / (2 * safe**2))))


def measured(half1: Volume, half2: Volume, mask: Array | Volume | None = None) -> Measured:
    """Two half maps' powers and correlation over shells, within a mask where one is given. InputError by shape."""
    first, second = (np.asarray(to_numpy(h.data), np.float32) for h in (half1, half2))
    part = 1.0
    if mask is not None:
        window = np.asarray(to_numpy(mask.data if isinstance(mask, Volume) else mask), np.float32)
        if window.shape != first.shape:
            raise InputError(f"a mask has the maps' shape {first.shape}, and this one has {window.shape}")
        first, second, part = first * window, second * window, float(np.mean(window**2))
    signal, noise = ssnr.powers(first, second)
    n = half1.n
    total = signal + noise
    # ⟨Re A B*⟩ over ½⟨|A|² + |B|²⟩, which is what FSC becomes where the halves are equally strong
    fsc = np.where(total > 0, signal / np.where(total > 0, total, 1), 0.0)
    return Measured(fsc, signal, noise, part * shells.shell_counts(n, 3), n, half1.pixel)


@dataclass(frozen=True)
class Fit:
    """One explanation of a gap: ``fraction`` q, ``amount`` (B in Å², or degrees), their errors, and χ² a shell."""

    fraction: float
    fraction_error: float
    amount: float
    amount_error: float
    chi2: float


@dataclass(frozen=True)
class Gap:
    """ln τ²(data)/τ²(twin) over shells with its ``error``, which shells were fitted, and the two fits.

    ``line`` has B in Å² as its amount; ``turned``, where the particle's radii are known, has degrees rms an axis.
    """

    s2: Real
    log_ratio: Real
    error: Real
    chosen: Real
    line: Fit
    turned: Fit | None = None

    def fitted(self) -> Real:
        """The line (n//2+1,) over all shells."""
        return np.asarray(2 * np.log(self.line.fraction) - self.line.amount / 2 * self.s2)


def gap(data: Measured, twin: Measured, radii: tuple[Real, Real] | None = None) -> Gap:
    """The gap of data from their twin; ``radii`` (Å, weights) of the particle's points also fit errors of angles.

    InputError where boxes differ, or fewer than five shells have signal in both.
    """
    if data.n != twin.n:
        raise InputError(f"data and twin are compared in one box, and {data.n} and {twin.n} voxels were given")
    shell = np.arange(data.n // 2 + 1)
    good = (data.fsc > LEAST) & (twin.fsc > LEAST) & (data.signal > 0) & (twin.signal > 0)
    beyond = np.flatnonzero(~good & (shell >= FIRST))
    end = min(int(beyond[0]) if len(beyond) else len(shell), data.n // 2 - 1)
    chosen = (shell >= FIRST) & (shell < end)
    if chosen.sum() < FEWEST:
        raise InputError(
            f"a gap is fitted over {FEWEST} shells with signal in both data and twin, and there are "
            f"{int(chosen.sum())}; take more particles, or a larger box"
        )
    both = (data.signal > 0) & (twin.signal > 0)
    ratio = np.where(both, data.signal / np.where(both, twin.signal, 1), 1.0)
    error = np.sqrt(data.error**2 + twin.error**2 + FLOOR**2)
    s2 = data.frequency**2
    found = np.where(both, np.log(ratio), np.nan)
    line = _line(s2[chosen], found[chosen], error[chosen])
    turned = None if radii is None else _turned(data.frequency[chosen], found[chosen], error[chosen], radii)
    return Gap(s2, found, error, chosen, line, turned)


def _line(x: Real, y: Real, error: Real) -> Fit:
    """Least squares of y = 2 ln q − (B/2) x."""
    weight = 1 / error**2
    design = np.stack([np.ones_like(x), x], axis=-1)
    covariance = np.linalg.inv(design.T @ (design * weight[:, None]))
    offset, slope = covariance @ (design.T @ (weight * y))
    chi2 = float(np.sum(weight * (y - offset - slope * x) ** 2) / max(1, len(x) - 2))
    fraction = float(np.exp(offset / 2))
    errors = np.sqrt(np.diag(covariance) * max(1.0, chi2))
    return Fit(fraction, float(fraction * errors[0] / 2), float(-2 * slope), float(2 * errors[1]), chi2)


def _turned(s: Real, y: Real, error: Real, radii: tuple[Real, Real]) -> Fit:
    """The same with the power that errors of angles leave in place of the exponential; degrees by a search."""
    from scipy.optimize import minimize_scalar

    weight = 1 / error**2

    def misfit(degrees: float) -> tuple[float, float]:
        left = np.log(np.maximum(pose_error.power_left(s, degrees, *radii), 1e-12))
        offset = float(np.sum(weight * (y - left)) / np.sum(weight))
        return float(np.sum(weight * (y - left - offset) ** 2)), offset

    best = minimize_scalar(lambda d: misfit(d)[0], bounds=(0.0, 30.0), method="bounded", options={"xatol": 1e-4})
    least, offset = misfit(float(best.x))
    chi2 = least / max(1, len(s) - 2)
    step = max(0.02, 0.05 * float(best.x))
    curvature = (misfit(best.x + step)[0] + misfit(max(best.x - step, 0))[0] - 2 * least) / step**2
    spread = np.sqrt(2 / max(curvature, 1e-12) * max(1.0, chi2))
    fraction = float(np.exp(offset / 2))
    return Fit(fraction, fraction / 2 / float(np.sqrt(weight.sum())), float(best.x), float(min(spread, 30.0)), chi2)


def radii_of(volume: Volume, mask: Array | None = None, bins: int = 24) -> tuple[Real, Real]:
    """How far a particle's density lies from the box's centre: radii in Å and how much lies there, within a mask."""
    data = np.maximum(np.asarray(to_numpy(volume.data), np.float64), 0)
    if mask is not None:
        data = data * np.asarray(to_numpy(mask))
    axis = np.arange(volume.n) - volume.n // 2
    r = volume.pixel * np.sqrt(axis[:, None, None] ** 2 + axis[:, None] ** 2 + axis**2)
    edges = np.linspace(0, float(r.max()), bins + 1)
    weight = np.histogram(r, edges, weights=data)[0]
    kept = weight > 0
    if not kept.any():
        raise InputError("this map has no density above 0, so its radius is unknown")
    return ((edges[1:] + edges[:-1]) / 2)[kept], weight[kept]


def fall_off(curve: Measured) -> float | None:
    """B in Å² by which ln SSNR falls with s² up to the resolution, from half of it; None where no line can be drawn."""
    s, limit = curve.frequency, 1 / curve.resolution
    good = (curve.fsc > LEAST) & (s >= limit / 2) & (s <= limit) & (np.arange(len(s)) < curve.n // 2 - 1)
    if good.sum() < 3:
        return None
    ratio = ssnr.of_fsc(np.minimum(curve.fsc[good], 1 - 1e-9))
    slope = float(np.polyfit(s[good] ** 2, np.log(ratio), 1)[0])
    return -2 * slope if slope < 0 else None
