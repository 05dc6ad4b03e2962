"""The textbook of tilted specimens: every pixel with the CTF of its own place, summed in double precision.

Two sums, each over all pixels r and all frequencies k of the half plane (n, n//2+1):

- forward:  I(k) = Σ_r o(r) C(k; Δf(r)) e^{−2πik·r}, every point of the specimen spread by its own CTF;
- local:    x(r) = n⁻² Σ_k w(k) Re[I(k) F(k; Δf(r)) e^{2πik·r}], every pixel of the result filtered for its own place.

They take n⁴ steps. Everything faster (`tilt_bands`, `tilt_levels`) is held to them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Literal, get_args

import numpy as np

from ..base.arrays import Array, namespace
from ..base.errors import InputError
from ..data.optics import Optics
from ..maths import fourier
from . import ctf, envelopes
from .tilt import Tilt, defocus_changes

Real = np.ndarray[Any, Any]
#: CTF values that are held at once.
AT_ONCE = 1 << 22
#: What multiplies an amplitude of the image, c being the CTF with its envelope: c itself (the transpose of imaging),
#: its sign, a sign with soft steps (2/π) atan(c / (E √K)), or c / (c² + K) of Wiener.
How = Literal["transpose", "flip", "soft flip", "Wiener"]


def checked(image: Any, pixel: float, optics: Optics) -> int:
    """The side of a square image in a field with one optics. InputError where it is none."""
    if np.ndim(image) != 2 or image.shape[0] != image.shape[1]:
        raise InputError(
            f"a tilted field is one square image (n, n), and an array of shape {np.shape(image)} was given"
        )
    if pixel <= 0:
        raise InputError(f"a pixel is above 0 Å, and {pixel:g} was given")
    if optics.n is not None:
        raise InputError(f"a field has one optics, and those of {optics.n} particles were given; index them first")
    if optics.aberrations is not None and optics.aberrations.odd:
        raise InputError("odd aberrations (beam tilt, trefoil) move the image: correct for them before the tilt")
    return int(image.shape[0])


def phases(n: int, pixel: float, optics: Optics) -> tuple[Real, Real, Real]:
    """(γ + asin w, πλ s², E) on the half plane (n, n//2+1): the phase at the origin, its change an Å of defocus, and
    the envelope, which is that of the origin everywhere."""
    ky, kx = fourier.frequencies2(n, pixel)
    bare = ctf.phase(ky, kx, optics)
    deeper = ctf.phase(ky, kx, replace(optics, defocus=optics.defocus + 1e4))
    s = fourier.radius2(n, pixel)
    damped = ctf.envelope(s, optics.bfactor)
    if optics.coherence is not None:
        damped = damped * envelopes.coherent(ky, kx, optics, optics.coherence)
    return bare + ctf.coefficients(optics).amplitude, (deeper - bare) / 1e4, damped


def factor(how: How, k: float) -> Callable[[Real, Real], Real]:
    """F of the CTF's phase γ′ and the envelope E, as `How` says, with the constant ``k``. Raises InputError."""
    check_filter(how, k)
    return lambda gamma, damped: filtered(ctf.GAMMA_SIGN * np.sin(gamma) * damped, damped, how, k)


def check_filter(how: How, k: float) -> None:
    """InputError for a filter that is not there, or a constant that it cannot take."""
    if how not in get_args(How):
        raise InputError(f"a tilted image is corrected by {', '.join(get_args(How)[1:])}, and {how!r} was given")
    if how in ("Wiener", "soft flip") and k <= 0:
        raise InputError(f"Wiener's constant, noise over signal power, is above 0, and {k:g} was given")


def filtered(value: Array, damped: Array, how: How, k: float) -> Array:
    """What a filter makes of the CTF (…) with its envelope; numpy or torch."""
    xp = namespace(value)
    if how == "transpose":
        return value
    if how == "flip":
        return xp.sign(value)
    if how == "soft flip":
        return 2 / np.pi * xp.atan(value / damped / k**0.5)
    return value / (value**2 + k)


def waves(n: int) -> tuple[Real, Real]:
    """e^{−2πik·r} as a product of a factor along y (rows of r, n) and one along x (columns of r, n//2+1).

    The angles are looked up among the n roots of unity, so that none is large.
    """
    roots, at = np.exp(-2j * np.pi * np.arange(n) / n), np.arange(n) - n // 2
    return roots[np.outer(at, np.arange(n)) % n], roots[np.outer(at, np.arange(n // 2 + 1)) % n]


def _spans(n: int, rows: slice) -> Iterator[tuple[int, slice]]:
    """(row, columns): every pixel of some rows of an image, some columns at a time, so that memory stays small."""
    width = max(1, AT_ONCE // (n * (n // 2 + 1)))
    for row in range(n)[rows]:
        for start in range(0, n, width):
            yield row, slice(start, min(start + width, n))


def imaged_plain(specimen: Real, pixel: float, optics: Optics, changes: Tilt | Real) -> Real:
    """The image (n, n) of a projected specimen (n, n), its defocus changing as a tilt or a map (n, n) in Å says."""
    n = checked(specimen, pixel, optics)
    gamma, an_angstrom, damped = phases(n, pixel, optics)
    places = defocus_changes(n, pixel, changes) if isinstance(changes, Tilt) else changes
    down, across = waves(n)
    total = np.zeros((n, n // 2 + 1), complex)
    for row, columns in _spans(n, slice(None)):
        local = ctf.GAMMA_SIGN * np.sin(gamma + an_angstrom * places[row, columns][:, None, None])
        total += down[row][:, None] * np.einsum("x,xkl,xl->kl", specimen[row, columns], local, across[columns])
    return np.asarray(fourier.ifft2(total * damped, n))


def local_plain(
    image: Real, pixel: float, optics: Optics, tilt: Tilt, how: How, k: float = 0.1, rows: slice = slice(None)
) -> Real:
    """The image (n, n) filtered at every pixel for the defocus of its own place: the local sum; or some rows of it."""
    n = checked(image, pixel, optics)
    gamma, an_angstrom, damped = phases(n, pixel, optics)
    transform = fourier.fft2(np.asarray(image, float)) * fourier.half_weights(n) / n**2
    places, of, (down, across) = defocus_changes(n, pixel, tilt), factor(how, k), waves(n)
    found = np.zeros((n, n))
    for row, columns in _spans(n, rows):
        local = of(gamma + an_angstrom * places[row, columns][:, None, None], damped)
        there = transform * down[row].conj()[:, None]
        found[row, columns] = np.einsum("xkl,kl,xl->x", local, there, across[columns].conj()).real
    return found[rows]
