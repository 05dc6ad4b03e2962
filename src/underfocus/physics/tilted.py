"""Images of tilted specimens, and their correction, by any of the methods: one door to `tilt_bands`, `tilt_levels`, …

method         what it computes                                            error           cost
"plain"        every pixel with its own CTF, as it stands                  none            n⁴
"bands"        the tilted contrast imaging function, non-uniform FFT       1e-4, as asked  an FFT and a spreading
"polynomials"  levels that go with Chebyshev's polynomials of the defocus  1e-4            a dozen FFTs
"lines"        levels of defocus, blended                                  1/levels²       an FFT a level
"strips"       levels of defocus, each where it is nearest                 1/levels        an FFT a level
"level"        one defocus for all, as if nothing were tilted              large           one FFT
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, get_args

import numpy as np

from ..base.errors import InputError
from ..data.optics import Optics
from ..maths import fourier
from . import ctf
from .tilt import Tilt, optics_at
from .tilt_bands import SideBands, imaged_by_bands, local_by_bands
from .tilt_levels import imaged_by_levels, local_by_levels
from .tilt_plain import How, check_filter, checked, filtered, imaged_plain, local_plain

Real = np.ndarray[Any, Any]
Method = Literal["plain", "bands", "polynomials", "lines", "strips", "level"]


def image(
    specimen: Real, pixel: float, optics: Optics, tilt: Tilt, method: Method = "bands", levels: int | None = None
) -> Real:
    """The image (n, n), protein dark, of a tilted specimen's projection (n, n); periodic at its edges, no noise.

    ``levels`` for lines and strips, and optional for polynomials. Raises InputError.
    """
    _known(method)
    if method == "plain":
        return imaged_plain(specimen, pixel, optics, tilt)
    if method == "bands":
        return imaged_by_bands(specimen, pixel, optics, tilt)
    blend, count = ("strips", 1) if method == "level" else (method, levels)
    return np.asarray(imaged_by_levels(specimen, pixel, optics, tilt, blend, count))


def corrected(
    picture: Real,
    pixel: float,
    optics: Optics,
    tilt: Tilt,
    how: How = "Wiener",
    k: float = 0.1,
    method: Method = "polynomials",
    levels: int | None = None,
) -> Real:
    """The image (n, n) with the CTF of each place undone: phases flipped, or Wiener's with noise over signal ``k``.

    By default what `tilt_plain.local_plain` computes pixel by pixel. A hard flip needs levels. Raises InputError.
    """
    _known(method)
    if method == "plain":
        return local_plain(picture, pixel, optics, tilt, how, k)
    if method == "bands":
        return local_by_bands(picture, pixel, optics, tilt, how, k)
    blend, count = ("strips", 1) if method == "level" else (method, levels)
    return np.asarray(local_by_levels(picture, pixel, optics, tilt, how, k, blend, count))


def inverse(
    picture: Real, pixel: float, optics: Optics, tilt: Tilt, k: float = 0.1, tolerance: float = 1e-4, most: int = 200
) -> Real:
    """The specimen (n, n) that minimises |image of it − picture|² + k |it|²: Wiener's filter of the whole field.

    Conjugate gradients with the exact image and its transpose, until the residual is below ``tolerance`` of the first.
    Filtering each pixel for its own place takes the CTF to be the same a delocalisation away; this does not.
    Raises InputError where ``most`` steps are not enough.
    """
    n = checked(picture, pixel, optics)
    check_filter("Wiener", k)
    bands = SideBands.of(n, pixel, optics, tilt, tolerance=max(tolerance / 10, 1e-6))

    def normal(x: Real) -> Real:
        return bands.transpose(bands.image(x)) + np.float32(k) * x

    return _conjugate_gradients(normal, bands.transpose(picture), tolerance, most)


def _conjugate_gradients(normal: Callable[[Real], Real], right: Real, tolerance: float, most: int) -> Real:
    x, rest = np.zeros_like(right), right
    step, energy = rest, float(np.vdot(rest, rest))
    enough = tolerance**2 * energy
    for _ in range(most):
        if energy <= enough:
            return x
        pushed = normal(step)
        length = energy / float(np.vdot(step, pushed))
        x, rest = x + length * step, rest - length * pushed
        before, energy = energy, float(np.vdot(rest, rest))
        step = rest + energy / before * step
    raise InputError(f"{most} steps do not reach a residual of {tolerance:g}; take a larger k, or more steps")


def correct_particles(
    boxes: Real, points: Real, pixel: float, optics: Optics, tilt: Tilt, how: How = "flip", k: float = 0.1
) -> Real:
    """Boxes (m, n, n) cut at points (m, 2) in Å of a tilted field, each corrected with the defocus of its own place.

    What is left is the change of defocus inside a box: `tilt.spread` of its side. Raises InputError.
    """
    if np.ndim(boxes) != 3 or len(boxes) == 0 or len(boxes) != len(points):
        raise InputError(
            f"boxes are (m, n, n) with one point each, and {np.shape(boxes)} came with {len(points)} points"
        )
    n = checked(boxes[0], pixel, optics)
    check_filter(how, k)
    values = ctf.ctf2(n, pixel, optics_at(points, optics, tilt), envelope=how != "soft flip")
    return np.asarray(fourier.ifft2(fourier.fft2(boxes) * filtered(values, 1.0, how, k), n))


def _known(method: str) -> None:
    if method not in get_args(Method):
        raise InputError(f"the methods for tilted images are {', '.join(get_args(Method))}, and {method!r} was given")
