"""Central slices by trilinear interpolation, slab by slab: the fast twin of `plain.extract`. Imports numba.

The transform is read as it stands, origin in the corner. A slab of z planes stays in the processor's cache while all
images pass over it, and each row of an image solves for the stretch of it that falls into the slab.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from . import slabs
from .jit import compiled, spread
from .plain import checked_radius
from .taps import gather, lanes
from .window import linear

Real = np.ndarray[Any, Any]


@compiled
def _places(
    first: int, last: int, start: Any, step: Any, sign: Any, low: int, high: int, size: int,
    at: Real, edge: Real, x: Real, y: Real, z: Real,
) -> None:  # fmt: skip
    """For points first … last − 1 of a row: the sample below or −1, whether y (1) or z (2) wraps, ½ − fractions."""
    half, width = np.float32(0.5), size // 2 + 1
    for j in range(last - first):
        k = np.float32(j + first)
        px, py, pz = start[0] + k * step[0], start[1] + k * step[1], start[2] + k * step[2]
        mate = px < 0
        px, py, pz = px * sign, py * sign, pz * sign
        x0, y0, z0 = np.floor(px), np.floor(py), np.floor(pz)
        iy, iz = int(y0), int(z0)
        meant = (mate == (sign < 0)) & (iz >= low) & (iz < high)
        line = (iz + size if iz < 0 else iz) * size + (iy + size if iy < 0 else iy)
        at[j] = line * width + int(x0) if meant else -1
        edge[j] = (1 if iy == -1 else 0) + (2 if iz == -1 else 0)
        x[j], y[j], z[j] = half - (px - x0), half - (py - y0), half - (pz - z0)


@compiled
def _extract(
    volume: Real, rotations: Real, n: int, size: int, radius: float, table: Real, taps: Any, steps: Any,
    low: int, high: int, m_first: int, m_last: int, out: Real,
) -> None:  # fmt: skip
    """Those points of images m_first … m_last − 1 that lie between the planes low and high, counted from the origin."""
    line, scale = 2 * (size // 2 + 1), np.float32(size / n)
    plane = size * line
    at, x, y, z = np.empty(n, np.int64), np.empty(n, np.float32), np.empty(n, np.float32), np.empty(n, np.float32)
    edge = np.empty(n, np.int64)
    for m in range(m_first, m_last):
        a, b = slabs.along(rotations[m], 0, scale), slabs.along(rotations[m], 1, scale)
        highest = radius * np.sqrt(a[2] * a[2] + b[2] * b[2]) + 1
        if low > highest or high < -highest:
            continue
        for i in range(n):
            ky, count = slabs.row(i, n, radius)
            k = np.float32(ky)
            start = k * b[0], k * b[1], k * b[2]
            for side in range(2):
                sign = np.float32(1 - 2 * side)
                x_first, x_last = slabs.stretch(sign * start[0], sign * a[0], 0.0, 1e9, count)
                z_first, z_last = slabs.stretch(sign * start[2], sign * a[2], low, high, count)
                first, last = max(x_first, z_first), min(x_last, z_last)
                _places(first, last, start, a, sign, low, high, size, at, edge, x, y, z)
                for j in range(last - first):
                    if at[j] >= 0:
                        next_y = line - plane if edge[j] & 1 else line
                        next_z = plane - size * plane if edge[j] & 2 else plane
                        re, im = gather(volume, 2 * at[j], next_y, next_z, x[j], y[j], z[j], table, taps, steps)
                        out[m, i, first + j] = complex(re, sign * im)


def extract(volume_ft: Real, rotations: Real, n: int, radius: float | None = None) -> Real:
    """Central slices, complex64 (m, n, n//2+1), of a half transform (N, N, N//2+1); see `plain.extract`."""
    size = volume_ft.shape[0]
    reach = checked_radius(n, size, radius)
    volume = np.ascontiguousarray(volume_ft, np.complex64)
    views = np.ascontiguousarray(rotations, np.float32)
    out = np.zeros((len(views), n, n // 2 + 1), np.complex64)
    flat, thick = volume.view(np.float32).reshape(-1), slabs.thickness(volume)
    count = -(-size // thick)
    parts = slabs.shares(count, len(views))
    cuts = np.linspace(0, len(views), parts + 1).astype(int)
    table = np.zeros((2, lanes(2)), np.float32)
    table[:] = linear(n, size).coefficients

    def work(first: int, last: int) -> None:
        for task in range(first, last):
            low, part = task // parts * thick - size // 2, task % parts
            _extract(
                *(flat, views, n, size, reach, table, (0, 0), (0,)),
                *(low, low + thick, cuts[part], cuts[part + 1], out),
            )

    spread(work, count * parts)
    return out
