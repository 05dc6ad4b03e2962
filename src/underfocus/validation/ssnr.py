"""Signal over noise, shell by shell, and what the correlation of two half maps says of it.

Both halves hold the signal S and noise N of their own, so that FSC = S/(S + N): Frank & Al-Ali 1975 (Nature 256, 376).
Scheres 2012 (J. Mol. Biol. 415, 406) takes τ² = SSNR · σ² for the prior of a regularised map.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base.arrays import Array, to_numpy
from ..base.errors import InputError
from ..data.volume import Volume
from ..maths import fourier, shells

Real = np.ndarray[Any, Any]


def of_fsc(fsc: Any, *, whole: bool = False) -> Real:
    """Signal power over noise power, FSC/(1 − FSC), of one half map; twice that of the ``whole`` map, their mean.

    ∞ where the halves are the same; negative FSC, which is chance, gives 0. InputError for an FSC above 1.
    """
    values = np.asarray(fsc, np.float64)
    if np.any(values > 1 + 1e-6):
        raise InputError(f"a correlation is 1 at most, and {values.max():g} was given")
    kept = np.clip(values, 0, 1)
    with np.errstate(divide="ignore"):
        return np.asarray((2 if whole else 1) * kept / (1 - kept))


def fsc_of(ssnr: Any) -> Real:
    """What two maps of this signal over noise each correlate with one another: SSNR/(1 + SSNR)."""
    return np.asarray(1 - 1 / (1 + _not_negative(ssnr)))


def truth_correlation(ssnr: Any) -> Real:
    """What a map of this signal over noise correlates with the noiseless truth: √(SSNR/(1 + SSNR)).

    For the whole map of two halves that is C_ref = √(2 FSC/(1 + FSC)): Rosenthal & Henderson 2003 (J. Mol. Biol. 333,
    721).
    """
    return np.asarray(np.sqrt(fsc_of(ssnr)))


def _not_negative(ssnr: Any) -> Real:
    values = np.asarray(ssnr, np.float64)
    if np.any(values < 0):
        raise InputError(f"a ratio of powers is not negative, and {values.min():g} was given")
    return values


def powers(half1: Volume | Array, half2: Volume | Array) -> tuple[Real, Real]:
    """Power of the signal τ² and of one half's noise σ² over shells (n//2+1,), from two half maps.

    ⟨Re A B*⟩, to which independent noise adds nothing on average, and ½⟨|A − B|²⟩, in which the signal cancels. By
    chance τ² may be negative where there is no signal. InputError where the halves differ in shape.
    """
    first, second = (to_numpy(v.data if isinstance(v, Volume) else v) for v in (half1, half2))
    if first.shape != second.shape:
        raise InputError(f"two halves of one size are needed, and {first.shape} and {second.shape} were given")
    n = first.shape[0]
    a, b = fourier.fft3(first), fourier.fft3(second)
    signal = shells.shell_mean((a * b.conj()).real, n, 3)
    noise = shells.shell_mean(np.abs(a - b) ** 2, n, 3) / 2
    return np.asarray(signal), np.asarray(noise)
