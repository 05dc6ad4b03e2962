"""Insertion of slices that lie on the Ewald sphere: paraboloids that touch the central plane. Imports numba.

No stretch of a row falls into one slab of planes, so that each accumulator is filled by one thread: two half sets keep
two of them busy.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .jit import compiled
from .lanes import add_scaled

Real = np.ndarray[Any, Any]


@compiled
def _insert_curved(
    cells: Real, values: Real, masses: Real, which: Real, rotations: Real, curvature: Real, radius: float, size: int
) -> None:
    n = values.shape[1]
    middle = size // 2
    width, depth = middle + 2, 2 * middle + 2
    next_y, next_z = np.uintp(4 * width), np.uintp(4 * depth * width)
    scale, one, half = np.float32(size / n), np.float32(1), np.float32(0.5)
    for m in which:
        turn = rotations[m]
        bend = np.float32(curvature[m])
        for i in range(n):
            ky = i if i <= (n - 1) // 2 else i - n
            if ky * ky > radius * radius:
                continue
            count = min(int(np.sqrt(radius * radius - ky * ky)), n // 2) + 1
            for j in range(count):
                if j == 0 and ky < 0:
                    continue  # the column kx = 0 holds each point twice: its upper half serves
                kx, kyf = np.float32(j), np.float32(ky)
                kz = bend * (kx * kx + kyf * kyf)
                x = scale * (kx * turn[0, 0] + kyf * turn[1, 0] + kz * turn[2, 0])
                y = scale * (kx * turn[0, 1] + kyf * turn[1, 1] + kz * turn[2, 1])
                z = scale * (kx * turn[0, 2] + kyf * turn[1, 2] + kz * turn[2, 2])
                sign = -one if x < 0 else one
                x, y, z = x * sign, y * sign, z * sign
                x0, y0, z0 = np.floor(x), np.floor(y), np.floor(z)
                if x0 >= middle or abs(y0) >= middle or abs(z0) >= middle:
                    continue
                x, y, z = x - x0, y - y0, z - z0
                value = values[m, i, j]
                re, im, mass = value.real, value.imag * sign, masses[m, i, j]
                if j == 0 and ky == 0:
                    re, im, mass = half * re, half * im, half * mass
                at = np.uintp(4 * (((int(z0) + middle) * depth + int(y0) + middle) * width + int(x0)))
                add_scaled(cells, at, (one - z) * (one - y), one - x, x, re, im, mass)
                add_scaled(cells, at + next_y, (one - z) * y, one - x, x, re, im, mass)
                add_scaled(cells, at + next_z, z * (one - y), one - x, x, re, im, mass)
                add_scaled(cells, at + next_y + next_z, z * y, one - x, x, re, im, mass)


def insert_curved(
    cells: Real,
    images_ft: Real,
    weights: Real,
    rotations: Real,
    curvature: Real,
    radius: float,
    size: int,
    which: Real,
) -> None:
    """Add slices to an accumulator's cells, each bent to k_z = curvature · (k_x² + k_y²), all in image pixels.

    As `numba.Accumulator.insert`, with one curvature (m,) an image: of the sphere of wavelength λ it is ∓λ/(2 n pixel).
    """
    values = np.ascontiguousarray(images_ft, np.complex64)
    masses = np.ascontiguousarray(weights, np.float32)
    views, bends = np.ascontiguousarray(rotations, np.float32), np.ascontiguousarray(curvature, np.float32)
    chosen = np.ascontiguousarray(which, np.int64)
    _insert_curved(cells.reshape(-1), values, masses, chosen, views, bends, radius, size)
