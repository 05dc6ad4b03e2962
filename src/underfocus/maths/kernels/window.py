"""Kernels of gridding: which width and oversampling a tolerance asks for, their polynomials, and their transforms.

A kernel of w samples joins a grid of N samples to points between them. It is a polynomial between samples, so that its
transform, which the density is divided by, is exact for the kernel as it is evaluated. What remains is alias: from
positions x + mN onto x. Its root mean square over a box full of white noise is the error that a `Window` states; a
density that keeps to the middle of its box has less.

The shape is that of Kaiser and Bessel with the exponent that makes this error least. Jackson et al. 1991 (IEEE
Trans. Med. Imaging 10, 473); Fessler & Sutton 2003 (IEEE Trans. Signal Process. 51, 560); Barnett 2021 (ACHA 51, 1).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from ...base.errors import InputError

Real = np.ndarray[Any, Any]

#: Widths that are tried, each with the degree of its polynomials: their misfit is within the alias at pad 2.
DEGREES = {2: 3, 3: 4, 4: 5, 5: 6, 6: 7}
#: Oversampling that is tried where none is asked for.
LEAST, MOST = 1.25, 2.2
#: The part of a tolerance that alias may take; the rest is for single precision.
SHARE = 0.9


@dataclass(frozen=True, eq=False)
class Window:
    """A kernel between a box of ``n`` voxels and a transform of ``size``.

    ``coefficients`` (degree + 1, width): the weight of the tap at distance u + ½ − w/2 + j of a point is
    Σ coefficients[i, j] u^(degree − i), |u| ≤ ½.
    """

    n: int
    size: int
    coefficients: Real

    @property
    def width(self) -> int:
        """How many samples along an axis a point touches."""
        return int(self.coefficients.shape[1])

    @property
    def degree(self) -> int:
        """The degree of the polynomials."""
        return len(self.coefficients) - 1

    @property
    def halo(self) -> int:
        """Samples beyond the transform's own that points within its sphere can touch."""
        return self.width // 2 + 1

    def correction(self, n: int | None = None) -> Real:
        """What each of the n positions x − n//2 along an axis is multiplied by: one over the kernel's transform."""
        n = self.n if n is None else n
        return np.asarray(1 / _transform(self.coefficients, (np.arange(n) - n // 2) / self.size))

    @property
    def error(self) -> float:
        """The relative error, root mean square, of slices of a box full of white noise."""
        positions = (np.arange(self.n) - self.n // 2) / self.size
        return float(np.sqrt((1 + np.mean(_alias(self.coefficients, positions))) ** 3 - 1))


@lru_cache(maxsize=1)
def _gauss() -> tuple[Real, Real]:
    """Abscissae in (−½, ½) and weights that integrate a kernel's pieces, times a cosine, to double precision."""
    u, weights = np.polynomial.legendre.leggauss(24)
    return u / 2, weights / 2


def _pieces(coefficients: Real) -> tuple[Real, Real, Real]:
    """Abscissae in (−½, ½), their weights, and the kernel's taps (…, width) there."""
    u, weights = _gauss()
    return u, weights, np.stack([np.polyval(column, u) for column in coefficients.T], axis=1)


def _transform(coefficients: Real, frequency: Real) -> Real:
    """The kernel's transform at frequencies in cycles a sample; it is even, and so real."""
    u, weights, taps = _pieces(coefficients)
    width = coefficients.shape[1]
    places = u[:, None] + (1 - width) / 2 + np.arange(width)
    waves = np.cos(2 * np.pi * np.multiply.outer(frequency, places))
    return np.asarray(np.einsum("xuw,u,uw->x", waves, weights, taps))


def _alias(coefficients: Real, x: Real) -> Real:
    """Σ over m ≠ 0 of |φ̂(x + m)/φ̂(x)|² at positions over N, through φ's autocorrelation at whole steps."""
    _, weights, taps = _pieces(coefficients)
    width = taps.shape[1]
    gram = taps.T @ (weights[:, None] * taps)
    both = sum(np.trace(gram, k) * (1 if k == 0 else 2) * np.cos(2 * np.pi * k * x) for k in range(width))
    return np.asarray(np.maximum(both / _transform(coefficients, x) ** 2 - 1, 0))


def _polynomials(width: int, degree: int, exponent: float) -> Real:
    """The taps of Kaiser and Bessel's kernel, fitted at the Chebyshev points of each interval between samples."""
    u = np.cos(np.pi * (np.arange(4 * degree) + 0.5) / (4 * degree)) / 2
    places = u[:, None] + (1 - width) / 2 + np.arange(width)
    shape = np.i0(exponent * np.sqrt(np.maximum(1 - (2 * places / width) ** 2, 0)))
    shape[np.abs(places) > width / 2] = 0
    found = np.stack([np.polyfit(u, column, degree) for column in shape.T], axis=1)
    found = (found + found[:, ::-1] * (-1.0) ** np.arange(degree, -1, -1)[:, None]) / 2  # even to the last bit
    return np.asarray(found / _transform(found, np.zeros(1)))


@lru_cache(maxsize=256)
def kaiser(n: int, size: int, width: int) -> Window:
    """The kernel of a width whose error is least between a box of n and a transform of ``size`` voxels."""
    if width not in DEGREES or size < n:
        raise InputError(f"widths are {min(DEGREES)} to {max(DEGREES)} and no box is wider than its transform, and "
                         f"{width} with {n} in {size} was asked for")  # fmt: skip
    guess = np.pi * width * (1 - n / (2 * size))
    low, high = 0.7 * guess, 1.05 * guess
    positions = (np.arange(24) + 0.5) * n / (48 * size)  # half a box, as finely as tells one shape from another
    for _ in range(2):  # the error has one minimum
        tried = np.linspace(low, high, 8)
        shapes = [_polynomials(width, DEGREES[width], exponent) for exponent in tried]
        best = int(np.argmin([np.mean(_alias(shape, positions)) for shape in shapes]))
        low, high = tried[max(best - 1, 0)], tried[min(best + 1, 7)]
    return Window(n, size, shapes[best])


def linear(n: int, size: int) -> Window:
    """Linear interpolation: a triangle over two samples."""
    return Window(n, size, np.array([[1.0, -1.0], [0.5, 0.5]]))


def nearest(n: int, size: int) -> Window:
    """The nearest sample alone."""
    return Window(n, size, np.ones((1, 1)))


@lru_cache(maxsize=64)
def design(n: int, tolerance: float, pad: float | None = None) -> Window:
    """The quickest kernel whose relative error is below the tolerance, which lies between 1e-5 and 0.5.

    ``pad`` sets the oversampling; without it the best from 1.25 to 2.2 is taken. InputError where no kernel of up to
    six taps reaches the tolerance.
    """
    if not 1e-5 <= tolerance <= 0.5:
        raise InputError(f"a tolerance lies between 1e-5 and 0.5 in single precision, and {tolerance:g} was given")
    sizes = [even(pad * n)] if pad is not None else _sizes(n)
    found = [window for size in sizes if (window := _narrowest(n, size, tolerance)) is not None]
    if not found:
        raise InputError(
            f"a tolerance of {tolerance:g} takes more than six samples an axis at oversampling {sizes[-1] / n:.3g}; "
            "allow a larger error or more oversampling"
        )
    return min(found, key=cost)


def _narrowest(n: int, size: int, tolerance: float) -> Window | None:
    for width in DEGREES:
        if (window := kaiser(n, size, width)).error <= SHARE * tolerance:
            return window
    return None


def cost(window: Window) -> float:
    """About the time a point takes: w² rows of taps and what each point asks for besides, in planes of that size."""
    return (window.width**2 + 12) * window.size**2


def even(size: float) -> int:
    """The smallest even whole number that is not below ``size``, but for rounding."""
    return 2 * int(np.ceil(size / 2 - 1e-9))


def _sizes(n: int) -> list[int]:
    """Even sizes without prime factors above eleven, from 1.25 n to 2.2 n and the first beyond."""
    found = []
    for size in range(even(LEAST * n), 4 * n + 8, 2):
        rest = size
        for prime in (2, 3, 5, 7, 11):
            while rest % prime == 0:
                rest //= prime
        if rest == 1:
            found.append(size)
            if size >= MOST * n:
                break
    return found
