"""The Fourier transform as an integral: by adaptive quadrature of a function, and the sum that a DFT makes of it.

G(u) = ∫ g(x) e^{−2πiux} dx. The sum over samples dx Σ g(x) e^{−2πiux} differs from it in two ways: it ends with the box
(truncation) and it repeats every 1/dx (aliasing).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..base.errors import InputError

Real = np.ndarray[Any, Any]


def transform(
    g: Callable[[Real], Any], u: Any, limits: tuple[float, float] = (-np.inf, np.inf), tolerance: float = 1e-10
) -> tuple[Real, float]:
    """G(u) (…) of a function over ``limits`` (Å), for frequencies u (…) in 1/Å, and the largest estimated error.

    g takes an array of positions. Adaptive Gauss–Kronrod quadrature (scipy's quad_vec), to ``tolerance`` of the largest
    value. InputError where it does not settle: the function jumps too often, or does not fall off.
    """
    from scipy.integrate import quad_vec

    frequencies = np.asarray(u, float)

    def integrand(x: float) -> Real:
        return np.asarray(np.asarray(g(np.asarray(x)), complex) * np.exp(-2j * np.pi * frequencies.ravel() * x))

    with np.errstate(all="ignore"):  # what overflows does not settle, which is said below
        found, error, more = quad_vec(
            integrand, *limits, epsabs=tolerance, epsrel=tolerance, norm="max", full_output=True
        )
    if not more.success or not np.isfinite(found).all():
        raise InputError(
            f"the integral did not settle to {tolerance:g} (error {error:.2g}); give limits within which the function "
            "is smooth, or a larger tolerance"
        )
    return np.asarray(found).reshape(frequencies.shape), float(error)


def riemann(samples: Any, x: Any, u: Any) -> Real:
    """dx Σ g(x) e^{−2πiux} for evenly spaced x (n,) in Å and any frequencies u (…): what a DFT computes at its own."""
    g, places, frequencies = np.asarray(samples), np.asarray(x, float), np.asarray(u, float)
    steps = np.diff(places)
    if places.ndim != 1 or g.shape != places.shape or len(places) < 2 or not np.allclose(steps, steps[0]):
        raise InputError("samples and their evenly spaced positions must be two lists of one length, two at least")
    phases = np.exp(-2j * np.pi * np.multiply.outer(frequencies, places))
    return np.asarray(phases @ g * steps[0])
