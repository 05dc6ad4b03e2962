"""What chance does to counts: Poisson's distribution and its moments, signal and noise of a pixel and of averages."""

from __future__ import annotations

from typing import Any

import numpy as np

from underfocus.base.errors import InputError

Real = np.ndarray[Any, Any]


def poisson(mean: float, most: int | None = None) -> Real:
    """Probabilities of 0, 1, 2, … counts, far enough that nothing is left, or up to ``most``."""
    if not mean > 0:
        raise InputError(f"a mean count is above 0, and {mean:g} was given")
    end = int(mean + 12 * np.sqrt(mean) + 25) if most is None else most
    k = np.arange(1, end + 1)
    return np.exp(np.concatenate([[0.0], np.cumsum(np.log(mean / k))]) - mean)


def normal(x: Any, mean: float, sd: float) -> Real:
    """The density of a Gaussian."""
    return np.asarray(np.exp(-0.5 * ((np.asarray(x, float) - mean) / sd) ** 2) / sd / np.sqrt(2 * np.pi))


def moments(probabilities: Real) -> tuple[float, float, float]:
    """Mean, standard deviation and skewness of a distribution over 0, 1, 2, …"""
    k = np.arange(len(probabilities))
    mean = float(k @ probabilities)
    sd = float(np.sqrt((k - mean) ** 2 @ probabilities))
    return mean, sd, float((k - mean) ** 3 @ probabilities) / sd**3


def skewness(values: Real) -> float:
    """Third moment over the third power of the standard deviation; 0 where nothing varies."""
    apart = np.asarray(values, float).ravel() - np.mean(values)
    spread = float(np.sqrt(np.mean(apart**2)))
    return float(np.mean(apart**3) / spread**3) if spread > 0 else 0.0


def histogram(values: Real, reach: float, bins: int) -> tuple[Real, Real]:
    """Places and density of values from −reach to reach in about so many bins.

    Where values come in steps, as recorded ones do, every bin holds the same number of steps: otherwise some would hold
    one more than others, and stand out.
    """
    steps = np.diff(np.unique(values))
    width = 2 * reach / bins
    step = float(np.median(steps)) if len(steps) > 1 else 0.0
    even = step > 0 and bool(np.all(np.abs(steps / step - np.rint(steps / step)) < 0.05))
    if even:
        width = step * max(1.0, np.rint(width / step))
    start = float(values.min()) - (step / 2 if even else 0.0)
    first = start - width * np.ceil((start + reach) / width) if start > -reach else start
    edges = np.arange(first, reach + width, width)
    heights, _ = np.histogram(values, bins=edges)
    return (edges[1:] + edges[:-1]) / 2, heights / values.size / width


def pixel_snr(contrast: float, mean: float) -> float:
    """Signal over noise, as powers, in one pixel: (contrast · mean)² over Poisson's variance, which is the mean."""
    return (contrast * mean) ** 2 / moments(poisson(mean))[1] ** 2


def averages(single: float, wanted: float) -> float:
    """How many images of a ratio of powers ``single`` must be averaged for the ratio ``wanted``: noise power falls as 1/N."""
    return wanted / single
