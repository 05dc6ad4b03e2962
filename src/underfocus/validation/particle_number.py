"""How many particles a resolution takes: Rosenthal & Henderson 2003 (J. Mol. Biol. 333, 721), both ways.

    N(d) = (1/N_asym) ⟨S/N⟩² · 30π/(N_e σ_e d) · e^{B/2d²}

B damps amplitudes as exp(−B s²/4), so powers as exp(−B s²/2): to win back what it takes from the ratio of signal power
to noise power costs that factor in particles.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base.errors import InputError
from ..physics import ctf

Real = np.ndarray[Any, Any]
#: Elastic cross-section of a carbon atom at 300 kV in Å², and the least signal over noise, as the paper takes them.
CROSS_SECTION, SIGNAL_TO_NOISE = 0.004, 3.0


def particles(
    resolution: Any,
    bfactor: float,
    *,
    dose: float = 5.0,
    symmetry: int = 1,
    signal_to_noise: float = SIGNAL_TO_NOISE,
    cross_section: float = CROSS_SECTION,
) -> Any:
    """Particles N(d) for a resolution in Å, with B in Å², a useful dose in e/Å² and so many asymmetric units each.

    A perfect microscope has B = 0. Raises InputError where a length, a dose or a number of units is not above 0.
    """
    d = np.asarray(resolution, np.float64)
    if not np.all(d > 0) or not dose > 0 or symmetry < 1:
        raise InputError(
            f"a resolution and a dose lie above 0 and units are 1 at least; {np.min(d):g} Å, {dose:g} e/Å² and "
            f"{symmetry} were given"
        )
    perfect = signal_to_noise**2 * 30 * np.pi / (dose * cross_section * d) / symmetry
    return perfect * np.exp(2 * bfactor / ctf.B_DIVISOR / d**2)


def ratio(coarse: float, fine: float, bfactor: float) -> float:
    """How many times as many particles it takes from ``coarse`` to ``fine`` Å: exp[(B/2)(1/d₂² − 1/d₁²)].

    The exponential alone, as the slope of a plot of ln N against 1/d² is read; `particles` has the factor 1/d besides.
    """
    return float(np.exp(2 * bfactor / ctf.B_DIVISOR * (1 / fine**2 - 1 / coarse**2)))


def reached(numbers: Any, resolution: float, at: float, bfactor: float) -> Any:
    """The resolution in Å of so many particles, from that of ``at`` particles: the inverse of `ratio`.

    InputError where that many cannot be had at any length, which is fewer particles than would give one at all.
    """
    inverse = 1 / resolution**2 + ctf.B_DIVISOR / (2 * bfactor) * np.log(np.asarray(numbers, np.float64) / at)
    if not np.all(inverse > 0):
        raise InputError("so few particles have no resolution by this rule; give more, or a smaller B")
    return 1 / np.sqrt(inverse)


def fitted_bfactor(numbers: Any, resolutions: Any) -> tuple[float, float]:
    """(B in Å², its standard error) from the resolutions in Å of reconstructions of so many particles.

    ln N = c + (B/2)/d²: least squares of the straight line of 1/d² over ln N, whose slope is 2/B. InputError for fewer
    than three points, or a resolution that does not improve.
    """
    x, y = np.log(np.asarray(numbers, np.float64)), 1 / np.asarray(resolutions, np.float64) ** 2
    if x.shape != y.shape or x.size < 3:
        raise InputError(f"a B-factor takes three points at least, and {x.size} numbers, {y.size} lengths were given")
    slope, offset = np.polyfit(x, y, 1)
    if not slope > 0:
        raise InputError("these resolutions do not improve with the number of particles, so there is no B to fit")
    residual = y - slope * x - offset
    error = np.sqrt((residual**2).sum() / (x.size - 2) / ((x - x.mean()) ** 2).sum())
    factor = ctf.B_DIVISOR / 2
    return float(factor / slope), float(factor / slope**2 * error)


def scale_correlation(s: Any, mismatch: float, radius: float) -> Any:
    """What two maps of one particle have in common at s (1/Å) if one's pixel is off by a part ``mismatch`` (0.01: 1 %).

    Detail at a distance r is displaced by r·mismatch; averaged over a particle that fills a ball of so many Å, that
    leaves 3 (sin x − x cos x)/x³ with x = 2π s · mismatch · radius: the transform of the ball at the displacement.
    """
    x = 2 * np.pi * np.asarray(s, np.float64) * abs(mismatch) * radius
    small = x < 1e-3
    safe = np.where(small, 1.0, x)
    return np.where(small, 1 - x**2 / 10, 3 * (np.sin(safe) - safe * np.cos(safe)) / safe**3)


def pooled_gain(s: Any, first: float, second: float, mismatch: float, radius: float) -> Any:
    """Signal to noise of two pooled sets over that of the first alone, at s in 1/Å: (n₁ + n₂ c)/√((n₁ + n₂) n₁).

    c is `scale_correlation` and the noise of particles is independent. Below 1 the second set does harm.
    """
    if not first > 0 or second < 0:
        raise InputError(f"a set has particles, and {first:g} and {second:g} were given")
    return (first + second * scale_correlation(s, mismatch, radius)) / np.sqrt((first + second) * first)
