"""Masks over a transform, as a painter would leave them, and the objects that the chapter turns and moves."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Literal

import numpy as np

from underfocus.maths import fourier, waves

Real = np.ndarray[Any, Any]
Mask = Literal["disc", "outside of a disc", "ring", "wedge", "all but a wedge", "one row"]

#: The waves of the hidden picture: orders (h, k) that the reader is told, and amplitudes that are to be found.
ORDERS = ((1, 0), (0, 2), (3, 1), (2, -3), (0, 6), (5, 5))
HIDDEN = (2.0, 1.2, 0.0, 1.6, 0.8, 0.0)
SIDE = 96


@lru_cache(maxsize=4)
def _plane(n: int, pixel: float) -> tuple[Real, Real]:
    """|s| in 1/Å and the angle from +x in degrees (0 to 180), over the half plane."""
    ky, kx = fourier.frequencies2(n, pixel)
    return fourier.radius2(n, pixel), np.rad2deg(np.arctan2(ky, kx)) % 180


def mask(kind: Mask, n: int, pixel: float, coarse: float, fine: float, angle: float) -> Real:
    """What is kept of a half transform (n, n//2+1): 0 or 1. Lengths in Å; the angle of a wedge or row in degrees.

    A wedge opens 30° about ``angle``; a row runs through the origin along it. The mates of what is kept are kept, since
    the half transform of a real picture knows no other way.
    """
    s, direction = _plane(n, pixel)
    away = np.abs((direction - angle + 90) % 180 - 90)
    inside = {
        "disc": s <= 1 / fine,
        "outside of a disc": s > 1 / coarse,
        "ring": (s > 1 / coarse) & (s <= 1 / fine),
        "wedge": (away <= 15) | (s == 0),
        "all but a wedge": (away > 15) | (s == 0),
        "one row": (s * np.sin(np.deg2rad(away)) <= 0.51 / (n * pixel)),
    }[kind]
    return np.asarray(inside, float)


def painted(picture: Real, kept: Real) -> Real:
    """The picture (n, n) that the kept part of its transform makes."""
    n = picture.shape[0]
    return np.asarray(fourier.ifft2(fourier.fft2(picture) * kept, n))


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
