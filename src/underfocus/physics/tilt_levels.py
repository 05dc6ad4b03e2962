"""A defocus that changes from place to place, by a few level images: strips, lines, Chebyshev's polynomials.

Any C(k; Δf(r)) is a sum of products, filters of k times weights of r: Σ_j F_j(k) w_j(Δf(r)). Filtering is then a few
transforms, whatever the shape of the field (a bent film as well as a plane):

- ``strips``: the filters of some defoci, each where it is nearest. The error falls as 1/count (see `strip_error`).
- ``lines``: the same, blended from one defocus to the next. It falls as 1/count².
- ``polynomials``: filters that go with Chebyshev's polynomials of it. As e^{izx} = Σ (2 − δ) i^j J_j(z) T_j(x),
  the j-th is the Bessel function J_j(z) of the largest phase z = πλs²·(half the spread), and beyond j ≈ z they fall
  faster than any power: a dozen are enough where strips need thousands.

The aim is that of Voortman, Franken, van Vliet & Rieger 2012 (Ultramicroscopy 118, 26); the expansion is our own.
numpy and torch, with gradients.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any, Literal, get_args

import numpy as np

from ..base.arrays import Array, is_torch, like, namespace
from ..base.errors import InputError
from ..data.optics import Optics
from ..maths import fourier
from . import ctf
from .tilt import Tilt, defocus_changes
from .tilt_bands import harmonics
from .tilt_plain import How, check_filter, checked, filtered, phases

Real = np.ndarray[Any, Any]
Blend = Literal["strips", "lines", "polynomials"]
#: Relative error for which the count is chosen where none is given.
TOLERANCE = 1e-4


def imaged_by_levels(
    specimen: Array,
    pixel: float,
    optics: Optics,
    changes: Tilt | Array,
    blend: Blend = "polynomials",
    count: int | None = None,
) -> Array:
    """The image (n, n) of a specimen (n, n) whose defocus changes as a tilt or a map (n, n) in Å says.

    ``count`` levels; by default as many polynomials as a relative error of 1e-4 takes. Raises InputError.
    """
    n, places = _laid_out(specimen, pixel, optics, changes)
    total: Any = 0.0
    for transfer, weights in _terms(specimen, pixel, optics, places, blend, count, "transpose", 0.1):
        total = total + transfer * fourier.fft2(specimen * weights)
    return fourier.ifft2(total, n)


def local_by_levels(
    image: Array,
    pixel: float,
    optics: Optics,
    changes: Tilt | Array,
    how: How = "Wiener",
    k: float = 0.1,
    blend: Blend = "polynomials",
    count: int | None = None,
) -> Array:
    """The image (n, n) filtered at every pixel for the defocus of its own place. A hard ``flip`` needs a ``count``."""
    n, places = _laid_out(image, pixel, optics, changes)
    transform, total = fourier.fft2(image), 0.0
    for transfer, weights in _terms(image, pixel, optics, places, blend, count, how, k):
        total = total + weights * fourier.ifft2(transfer * transform, n)
    return total


def levels_needed(n: int, pixel: float, optics: Optics, reach: float, how: How, k: float, tolerance: float) -> int:
    """How many polynomials hold a relative error (2-norm) on white images over ± ``reach`` Å of defocus.

    At the phase z the j-th takes 2 w_m J_j(mz) of the m-th harmonic, and the error is the sum of those left out; rings
    of the plane of frequencies count by their length.
    """
    from scipy.special import jv

    _, an_angstrom, damped = phases(n, pixel, _plain(optics))
    diagonal = np.unique(np.linspace(1, n // 2, 24).astype(int))
    at = (diagonal, diagonal)
    terms = harmonics(how, k, damped[at][:, None], tolerance)
    largest = an_angstrom[at][:, None] * reach
    most = int(np.ceil(terms[-1][0] * largest.max())) + 40
    orders, weights = np.array([m for m, _ in terms]), np.array([w for _, w in terms])
    sizes = ((weights * jv(np.arange(most), orders[:, None, None] * largest)) ** 2).sum(0)
    left = np.cumsum((sizes * diagonal[:, None]).sum(0)[::-1])[::-1]
    whole = (weights**2).sum(0)[:, 0] @ diagonal
    enough = left < (tolerance / 2) ** 2 * whole
    return int(np.argmax(enough)) if enough.any() else most


def strip_error(n: int, pixel: float, optics: Optics, changes: Tilt | Array, count: int) -> float:
    """The relative error (2-norm) that strips leave on the image of a white specimen: √(2 − 2⟨sinc(u h / π)⟩).

    h is half the step of defocus between strips and u = πλs²; the mean is over the plane, weighted by the envelope.
    The phase is then uniform within ± u h, and its cosine has the mean sinc(u h / π). It is h ⟨u²⟩^½ / √3 for small h.
    """
    _, an_angstrom, damped = phases(n, pixel, optics)
    places = defocus_changes(n, pixel, changes) if isinstance(changes, Tilt) else changes
    half_step = float(places.max() - places.min()) / count / 2
    weights = fourier.half_weights(n) * damped**2
    lost = 1 - np.sinc(an_angstrom * half_step / np.pi)
    return float(np.sqrt(2 * (weights * lost).sum() / weights.sum()))


def _laid_out(image: Array, pixel: float, optics: Optics, changes: Tilt | Array) -> tuple[int, Array]:
    n = checked(image, pixel, optics)
    places = defocus_changes(n, pixel, changes) if isinstance(changes, Tilt) else changes
    if tuple(places.shape) != (n, n):
        raise InputError(f"a map of defocus has the image's shape ({n}, {n}), and {tuple(places.shape)} was given")
    return n, places


def _terms(
    image: Array,
    pixel: float,
    optics: Optics,
    places: Array,
    blend: Blend,
    count: int | None,
    how: How,
    k: float,
) -> Iterator[tuple[Array, Array]]:
    """(filter (n, n//2+1), weights (n, n)) of each term."""
    if blend not in get_args(Blend):
        raise InputError(f"levels are blended as {', '.join(get_args(Blend))}, and {blend!r} was given")
    check_filter(how, k)
    n = image.shape[-1]
    low, high = float(places.min()), float(places.max())
    middle, reach = (low + high) / 2, max((high - low) / 2, 1e-9)
    if count is None:
        if blend != "polynomials" or how == "flip":
            raise InputError("strips, lines and hard flips never reach a tolerance: give the count of levels")
        count = levels_needed(n, pixel, optics, reach, how, k, TOLERANCE)
    if count < 1:
        raise InputError(f"at least one level is needed, and {count} were asked for")
    at, changed = _nodes(blend, count), _as_image((like(places, image) - middle) / reach, image)
    _, _, damped = phases(n, pixel, _plain(optics))

    def at_defoci(some: Real) -> Array:
        moved = middle + reach * some
        deep = optics.defocus + (like(moved, optics.defocus) if is_torch(optics.defocus) else moved)
        bare = ctf.ctf2(n, pixel, replace(optics, defocus=deep), envelope=False)
        kept = _as_image(like(damped, bare), bare)
        return filtered(bare * kept, kept, how, k)

    if blend == "polynomials":
        return zip(_spectral(at_defoci(at), at, image), _chebyshev(changed, count), strict=True)
    filters = (like(at_defoci(at[j : j + 1])[0], image) for j in range(count))
    return zip(filters, _pieces(changed, at, blend), strict=True)


def _as_image(weights: Array, image: Array) -> Array:
    """Weights in the image's precision; an image of whole numbers leaves them as they are."""
    if is_torch(image):
        return weights.to(image.dtype) if image.is_floating_point() else weights
    return weights.astype(image.dtype) if np.issubdtype(image.dtype, np.floating) else weights


def _plain(optics: Optics) -> Optics:
    """The optics as numbers; the envelope is taken without a gradient."""
    found: dict[str, Any] = {f.name: getattr(optics, f.name) for f in fields(optics)}
    numbers: dict[str, Any] = {name: float(v.detach()) if is_torch(v) else v for name, v in found.items()}
    return Optics(**numbers)


def _nodes(blend: Blend, count: int) -> Real:
    """Where on −1 … 1 the filters are computed: middles of strips, ends of lines, or Chebyshev's points."""
    if blend == "strips" or count == 1:
        return np.asarray((2 * np.arange(count) + 1) / count - 1)
    if blend == "lines":
        return np.linspace(-1, 1, count)
    return np.asarray(np.cos(np.pi * (np.arange(count) + 0.5) / count))


def _pieces(changed: Array, at: Real, blend: Blend) -> Iterator[Array]:
    """Weights of strips, 1 where a level is the nearest, or of lines, falling to 0 at the neighbouring level."""
    count, xp = len(at), namespace(changed)
    if count == 1:
        yield xp.ones_like(changed)
    elif blend == "strips":
        nearest = xp.clip(xp.floor((changed + 1) / 2 * count), 0, count - 1)
        for j in range(count):
            yield xp.astype(nearest == j, changed.dtype)
    else:
        for place in at:
            yield xp.clip(1 - abs(changed - float(place)) / float(at[1] - at[0]), 0, None)


def _chebyshev(x: Array, count: int) -> Iterator[Array]:
    """T_0, T_1, … of x by their recurrence."""
    before, now = namespace(x).ones_like(x), x
    for _ in range(count):
        yield before
        before, now = now, 2 * x * now - before


def _spectral(filters: Array, at: Real, image: Array) -> Array:
    """Filters at Chebyshev's points (count, n, n//2+1) as coefficients of his polynomials: a cosine transform."""
    count = len(at)
    matrix = 2 / count * np.cos(np.outer(np.arange(count), np.arccos(at)))
    matrix[0] /= 2
    rows = filters.reshape(count, -1)
    made = like(matrix, rows).to(rows.dtype) if is_torch(rows) else matrix.astype(rows.dtype)
    return like((made @ rows).reshape(filters.shape), image)
