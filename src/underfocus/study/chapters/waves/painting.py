"""Masks over a transform, as a painter would leave them; the objects, boards and lattices of the chapter."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from underfocus.maths import filters, fourier, waves

Real = np.ndarray[Any, Any]
Mask = Literal["disc", "outside of a disc", "ring", "half", "wedge", "all but a wedge", "spot", "one row"]

#: The waves of the hidden picture: orders (h, k) that the reader is told, and amplitudes that are to be found.
ORDERS = ((1, 0), (0, 2), (3, 1), (2, -3), (0, 6), (5, 5))
HIDDEN = (2.0, 1.2, 0.0, 1.6, 0.8, 0.0)
SIDE = 96


def mask(
    kind: Mask, k: tuple[Real, Real], step: float, coarse: float, fine: float, angle: float, edge: float = 0.0
) -> Real:
    """What a painter keeps, 0 to 1, of the points k = (kx, ky) in 1/Å of a transform whose points lie ``step`` apart.

    Disc and ring end at the lengths ``coarse`` and ``fine`` in Å, softly over ``edge`` of the cut-off. A wedge opens
    30° about the direction ``angle`` in degrees; a row runs through the origin along it; a spot and its mate of five
    points across lie on it at the length ``coarse``; a half is what lies on its side (its border counts half).
    """
    kx, ky = k
    s, direction = np.hypot(kx, ky), np.deg2rad(angle)
    along, aside = kx * np.cos(direction) + ky * np.sin(direction), ky * np.cos(direction) - kx * np.sin(direction)
    away = np.rad2deg(np.arctan2(np.abs(aside), np.abs(along)))
    if kind == "disc":
        return np.asarray(filters.low_pass(s, fine, edge))
    if kind == "outside of a disc":
        return np.asarray(filters.high_pass(s, coarse, edge))
    if kind == "ring":
        return np.asarray(filters.low_pass(s, fine, edge) * filters.high_pass(s, coarse, edge))
    if kind == "half":
        return np.asarray(0.5 + 0.5 * np.sign(np.where(np.abs(along) < 1e-9 * step, 0.0, along)))
    inside = {
        "wedge": (away <= 15) | (s == 0),
        "all but a wedge": (away > 15) | (s == 0),
        "spot": np.hypot(np.abs(along) - 1 / coarse, aside) <= 2.5 * step,
        "one row": np.abs(aside) <= 0.51 * step,
    }[kind]
    return np.asarray(inside, float)


def full_plane(n: int, pixel: float) -> tuple[Real, Real]:
    """(kx, ky) in 1/Å of a whole transform (n, n), its origin in the middle, as it is shown."""
    axis = (np.arange(n) - n // 2) / (n * pixel)
    kx, ky = np.meshgrid(axis, axis)
    return kx, ky


def painted(picture: Real, pixel: float, kind: Mask, *marks: float) -> Real:
    """The picture (n, n) that the kept part makes, its real part; ``marks`` are the numbers of `mask` after the step.

    The real part of what a mask m leaves is what (m(k) + m(−k))/2 leaves, since F(−k) is the conjugate of F(k).
    """
    n = picture.shape[0]
    ky, kx = (np.broadcast_to(v, (n, n // 2 + 1)) for v in fourier.frequencies2(n, pixel))
    step = 1 / (n * pixel)
    even = 0.5 * (mask(kind, (kx, ky), step, *marks) + mask(kind, (-kx, -ky), step, *marks))
    return np.asarray(fourier.ifft2(fourier.fft2(picture) * even, n))


def lattice(radius: float, half: int = 12) -> tuple[Real, Real]:
    """Points (h, k, l) within ``radius`` of the origin, which is left out: one of each pair, and the mates."""
    axis = np.arange(-half, half + 1)
    h, k, order = (v.ravel() for v in np.meshgrid(axis, axis, axis))
    first = (order > 0) | ((order == 0) & ((k > 0) | ((k == 0) & (h > 0))))
    inside = h**2 + k**2 + order**2 <= radius**2 * (1 + 1e-9)
    own = np.stack([h, k, order], 1)[first & inside]
    return own, -own


#: Blobs of an object without symmetry: place (x, y), widths along and across, all in boxes, and tilt in degrees.
BLOBS = ((-0.12, 0.02, 0.13, 0.045, 20.0), (0.08, -0.10, 0.05, 0.05, 0.0), (0.12, 0.10, 0.09, 0.03, -50.0))


def object_at(n: int, angle: float, shift: tuple[float, float]) -> Real:
    """An object (n, n) of three blobs turned by ``angle`` degrees about the centre, then moved by (x, y) pixels.

    Made by formula at every turn and place, so that nothing is interpolated.
    """
    axis = np.arange(n) - n // 2
    x, y = axis[None, :] - shift[0], axis[:, None] - shift[1]
    c, s = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    u, v = (c * x + s * y) / n, (-s * x + c * y) / n
    total = np.zeros((n, n))
    for px, py, along, across, tilt in BLOBS:
        ct, st = np.cos(np.deg2rad(tilt)), np.sin(np.deg2rad(tilt))
        a, b = ct * (u - px) + st * (v - py), -st * (u - px) + ct * (v - py)
        total += np.exp(-2 * ((a / along) ** 2 + (b / across) ** 2))
    return total


def checkerboard(n: int, across: int) -> Real:
    """A board (n, n) of ``across`` squares a side in −1 and 1, its samples in the middle of the pixels."""
    place = np.floor((np.arange(n) + 0.5) * across / n).astype(int)
    return np.where((place[:, None] + place[None, :]) % 2 == 0, 1.0, -1.0)


def six_waves(amplitudes: tuple[float, ...], n: int = SIDE) -> Real:
    """The sum (n, n) of the chapter's six waves in these amplitudes."""
    parts = (waves.wave(n, orders, a) for orders, a in zip(ORDERS, amplitudes, strict=True) if a)
    return np.asarray(sum(parts, np.zeros((n, n))))
