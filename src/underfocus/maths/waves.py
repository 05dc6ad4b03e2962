"""Single waves in a periodic box of two or three dimensions: what one point of a transform, and its mate, stand for.

A wave of orders (h, k) or (h, k, l) runs h times along x, k times along y, l times along z. Its real samples are
A cos(2π(hx + ky + lz)/n + φ) with the origin at n // 2; its transform is two points, (A/2) e^{±iφ} nᵈ at ±(h, k, l).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base.errors import InputError
from . import fourier

Real = np.ndarray[Any, Any]


def _orders(orders: tuple[float, ...]) -> Real:
    found = np.asarray(orders, float)
    if found.shape not in ((2,), (3,)):
        raise InputError(f"a wave has orders (h, k) or (h, k, l), and {orders} was given")
    return found


def wave(n: int, orders: tuple[float, ...], amplitude: float = 1.0, phase: float = 0.0) -> Real:
    """Samples (n, n) or (n, n, n) of a wave of orders (h, k[, l]); ``phase`` in degrees moves it against its normal."""
    turns = np.deg2rad(phase)
    axis = (np.arange(n) - n // 2) / n
    total = np.zeros((1,) * len(orders))
    for place, order in enumerate(_orders(orders)):
        shape = [1] * len(orders)
        shape[-1 - place] = n
        total = total + order * axis.reshape(shape)
    return np.asarray(amplitude * np.cos(2 * np.pi * total + turns))


def period(side: float, orders: tuple[float, ...]) -> float:
    """Distance in Å from crest to crest in a box ``side`` Å wide; infinite for orders of zero."""
    length = float(np.linalg.norm(_orders(orders)))
    return side / length if length else float("inf")


def normal(orders: tuple[float, float]) -> float:
    """Direction in degrees, from +x towards +y, in which a plane wave (h, k) runs."""
    h, k = _orders(orders)
    return float(np.rad2deg(np.arctan2(k, h)))


def spin(orders: tuple[float, float], angle: float) -> tuple[float, float]:
    """The orders of a wave (h, k) that is turned by ``angle`` degrees, from +x towards +y."""
    h, k = _orders(orders)
    c, s = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    return float(c * h - s * k), float(s * h + c * k)


def phase_of_shift(n: int, orders: tuple[float, ...], shift: tuple[float, ...]) -> float:
    """By how many degrees a wave's phase changes where the picture moves by ``shift`` pixels (x, y[, z]).

    −360 (h sx + k sy [+ l sz]) / n, not brought into one turn: the shift property of the transform.
    """
    return float(-360 * np.dot(_orders(orders), np.asarray(shift, float)) / n)


def strongest(image: Real, count: int) -> tuple[Real, Real]:
    """The picture (n, n) made of the mean and its ``count`` strongest waves, and their orders (count, 2) as (h, k).

    A wave is a point of the half plane together with its mate; ties fall in the order of the array.
    """
    n = image.shape[-1]
    half = fourier.fft2(image)
    power = np.abs(half) ** 2
    power[0, 0] = -1
    rows = fourier.frequencies1(n, 1 / n)
    # in the columns that hold both points of a pair, the one with k < 0 is the mate of another
    for column in (0, n // 2) if n % 2 == 0 else (0,):
        power[(rows < 0) & (rows > -n / 2), column] = -1
    chosen = np.argsort(-power, axis=None, kind="stable")[:count]
    chosen = chosen[power.ravel()[chosen] >= 0]
    keep = np.zeros(half.size, bool)
    keep[chosen] = True
    keep = keep.reshape(half.shape)
    keep[0, 0] = True
    mates = (-np.arange(n)) % n
    for column in (0, n // 2) if n % 2 == 0 else (0,):
        keep[:, column] |= keep[mates, column]
    y, x = np.unravel_index(chosen, half.shape)
    return np.asarray(fourier.ifft2(half * keep, n)), np.stack([x, rows[y]], axis=1).astype(int)


def count_within(n: int, pixel: float, resolution: float, dims: int) -> tuple[int, int]:
    """(points of the full transform with |k| ≤ 1/resolution, independent waves among them besides the mean).

    For real values a point and its mate are one wave, hence half of all points but the origin's. InputError where the
    resolution in Å lies beyond Nyquist.
    """
    if resolution < 2 * pixel:
        raise InputError(f"pixels of {pixel} Å carry lengths down to {2 * pixel} Å, and {resolution} Å was asked for")
    axis = np.arange(n) - n // 2
    square = np.asarray(sum(np.meshgrid(*[axis**2] * (dims - 1), indexing="ij", sparse=True)))
    room = (n * pixel / resolution) ** 2 * (1 + 1e-12) - square
    # row by row: from −reach to reach along the last axis, as far as the grid goes on either side
    reach = np.sqrt(room[room >= 0]).astype(int)
    points = int(np.sum(np.minimum(reach, n // 2) + np.minimum(reach, (n - 1) // 2) + 1))
    return points, (points - 1) // 2


def count_between(n: int, pixel: float, coarse: float, fine: float, dims: int) -> int:
    """Points of the full transform whose lengths lie from ``coarse`` down to ``fine`` Å, both ends included."""
    axis = np.arange(n) - n // 2
    square = sum(np.meshgrid(*[axis**2] * dims, indexing="ij", sparse=True))
    low, high = n * pixel / coarse, n * pixel / fine
    return int(np.count_nonzero((square >= low**2 * (1 - 1e-12)) & (square <= high**2 * (1 + 1e-12))))
