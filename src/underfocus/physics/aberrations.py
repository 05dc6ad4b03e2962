"""The phase that aberrations beyond defocus and Cs add, over the plane of frequencies.

An even aberration (φ(−s) = φ(s)) bends the sine of the CTF; an odd one shifts each wave of the image by its own
amount, and multiplies the image's transform by exp(iφ). Zernike polynomials are those of RELION, of s in 1/Å:
Z(m, n) = R(|m|, n; s) cos mα for m ≥ 0 and sin |m|α for m < 0. Zivanov, Nakane & Scheres 2020 (IUCrJ 7, 253).
"""

from __future__ import annotations

from math import factorial, isqrt
from typing import Any

import numpy as np

from ..base import units
from ..base.arrays import Array, like, namespace, to_numpy
from ..base.errors import InputError
from ..data.aberrations import STRAIGHT, Aberrations
from ..data.groups import AberrationGroups
from ..data.optics import Optics


def even_index(i: int) -> tuple[int, int]:
    """(m, n) of the i-th even Zernike polynomial in RELION's order: (0, 0), (−2, 2), (0, 2), (2, 2), (−4, 4), …"""
    k = isqrt(i)
    return 2 * (i - k * k - k), 2 * k


def odd_index(i: int) -> tuple[int, int]:
    """(m, n) of the i-th odd one: (−1, 1), (1, 1), (−3, 3), (−1, 3), (1, 3), (3, 3), …"""
    k = int((np.sqrt(1 + 4 * i) - 1) / 2)
    n = 2 * k + 1
    return 2 * (i - k * k - k) - n, n


def zernike(m: int, n: int, ky: Array, kx: Array) -> Array:
    """Z(m, n) at (ky, kx), whatever their unit: polynomials in them, of degree n. InputError for no such polynomial."""
    if n < 0 or abs(m) > n or (n - m) % 2:
        raise InputError(f"there is no Zernike polynomial with m = {m} and n = {n}; |m| is at most n and as even as it")
    xp = namespace(kx)
    s2 = kx * kx + ky * ky
    order = abs(m)
    radial: Any = 0.0
    for k in range((n - order) // 2 + 1):
        weight = (-1) ** k * factorial(n - k)
        weight /= factorial(k) * factorial((n + order) // 2 - k) * factorial((n - order) // 2 - k)
        radial = radial + weight * s2 ** ((n - order) // 2 - k)  # s^|m| comes with the angle, as a polynomial
    cosine, sine = _multiple_angle(order, ky, kx)
    return radial * (cosine if m >= 0 else sine) + 0 * xp.zeros_like(s2)


def _multiple_angle(order: int, ky: Array, kx: Array) -> tuple[Array, Array]:
    """s^m cos mα and s^m sin mα as polynomials: real and imaginary part of (kx + i ky)^m."""
    cosine, sine = 0 * (kx + ky) + 1, 0 * (kx + ky)
    for _ in range(order):
        cosine, sine = cosine * kx - sine * ky, cosine * ky + sine * kx
    return cosine, sine


def stretched(ky: Array, kx: Array, aberrations: Aberrations) -> tuple[Array, Array]:
    """(ky, kx) of the microscope's own frequency M s, where the image is magnified unevenly."""
    if aberrations.magnification == STRAIGHT:
        return ky, kx
    (xx, xy), (yx, yy) = aberrations.magnification
    return yx * kx + yy * ky, xx * kx + xy * ky


def magnifications(optics: Optics, count: int) -> Array | None:
    """The matrices (count, 2, 2) by which image frequencies become the specimen's; None where all are straight."""
    lens = optics.aberrations
    members = lens.members if isinstance(lens, AberrationGroups) else (lens,)
    matrices = np.array([STRAIGHT if member is None else member.magnification for member in members], float)
    if np.all(matrices == STRAIGHT):
        return None
    return matrices[lens.which if isinstance(lens, AberrationGroups) else np.zeros(count, int)]


def carried(rotations: Array, matrices: Array | None) -> tuple[Array, float]:
    """Rotations (m, 3, 3) whose first two rows carry image frequencies k to R's Mᵀ-turned rows, and how far at most.

    The specimen's frequency is R₀₁ᵀ M k, so that the rows become Mᵀ R₀₁; the number is by how much M lengthens a k, at
    least 1, for which a sphere of frequencies must leave room.
    """
    if matrices is None:
        return rotations, 1.0
    xp = namespace(rotations)
    rows = xp.matrix_transpose(like(matrices, rotations)) @ rotations[:, :2]
    reach = max(1.0, float(np.linalg.norm(to_numpy(matrices), 2, axis=(1, 2)).max()))
    return xp.concat([rows, rotations[:, 2:]], axis=1), reach


def even(ky: Array, kx: Array, aberrations: Aberrations) -> Array | float:
    """What even aberrations add to γ, in rad: minus RELION's Σ c Z, since its γ is the negative of ours."""
    total: Any = 0.0
    for i, c in enumerate(aberrations.even_zernike):
        if c:
            total = total - c * zernike(*even_index(i), ky, kx)
    return total


def odd(ky: Array, kx: Array, aberrations: Aberrations, optics: Optics) -> Array | float:
    """The odd phase in rad, by which an image's transform is multiplied as exp(i odd).

    −2πCsλ² s² (s·t) for a beam tilt t, whose defocus, astigmatism and image shift a microscope compensates; trefoil as
    c s³ cos 3α and c s³ sin 3α; and Σ c Z of the odd Zernike polynomials. Glaeser et al. 2011 (J. Struct. Biol. 174,
    1).
    """
    room = (...,) + (None,) * max(np.ndim(ky), np.ndim(kx))
    fields: tuple[Any, ...] = (optics.cs_mm, optics.voltage_kv)
    cs, voltage = (v[room] if np.ndim(v) == 1 else v for v in fields)
    coma = -2e-3 * np.pi * cs * units.MM * units.wavelength(voltage) ** 2
    tilt = aberrations.beam_tilt_x * kx + aberrations.beam_tilt_y * ky
    three, six = _multiple_angle(3, ky, kx)
    total = coma * (kx * kx + ky * ky) * tilt + aberrations.trefoil_x * three + aberrations.trefoil_y * six
    for i, c in enumerate(aberrations.odd_zernike):
        if c:
            total = total + c * zernike(*odd_index(i), ky, kx)
    return total
