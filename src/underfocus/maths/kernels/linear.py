"""Central slices by trilinear interpolation, layer by layer: the fast twin of `plain.extract`. Imports numba.

The transform is read as it stands, origin in the corner. See `slabs` for what layers are.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .jit import compiled
from .plain import checked_radius
from .slabs import BLOCK, along, each_layer, layers, rooms, row_of, steepness, stretch
from .taps import gather, lanes
from .window import linear

Real = np.ndarray[Any, Any]


@compiled
def _places(
    first: int, last: int, start: Any, step: Any, up: Any, down: Any, low: Any, high: Any, size: int,
    at: Real, edge: Real, sign: Real, x: Real, y: Real, z: Real,
) -> None:  # fmt: skip
    """For points first … last − 1 of a row: the sample below or −1; whether y (1) or z (2) wraps; ½ − fractions."""
    half, one, width = np.float32(0.5), np.float32(1), size // 2 + 1
    for j in range((last - first + BLOCK - 1) // BLOCK * BLOCK):
        k = np.float32(j + first)
        px, py, pz = start[0] + k * step[0], start[1] + k * step[1], start[2] + k * step[2]
        near = max(up * pz, down * pz)
        turn = -one if px < 0 else one
        px, py, pz = px * turn, py * turn, pz * turn
        x0, y0, z0 = np.floor(px), np.floor(py), np.floor(pz)
        iy, iz = int(y0), int(z0)
        line = (iz + size if iz < 0 else iz) * size + (iy + size if iy < 0 else iy)
        at[j] = line * width + int(x0) if (near >= low) & (near < high) else -1
        edge[j] = (1 if iy == -1 else 0) + (2 if iz == -1 else 0)
        sign[j] = turn
        x[j], y[j], z[j] = half - (px - x0), half - (py - y0), half - (pz - z0)


@compiled
def _extract(
    volume: Real, rotations: Real, n: int, size: int, radius: float, table: Real, taps: Any, steps: Any,
    low: Any, high: Any, m_first: int, m_last: int, out: Real,
) -> None:  # fmt: skip
    """Those points of images m_first … m_last − 1 whose height |z| is at least low and below high."""
    line, scale = 2 * (size // 2 + 1), np.float32(size / n)
    plane = size * line
    at, sign, x, y, z = rooms(n)
    edge = np.empty(len(at), np.int64)
    for m in range(m_first, m_last):
        a, b = along(rotations[m], 0, scale), along(rotations[m], 1, scale)
        if low > radius * np.sqrt(a[2] * a[2] + b[2] * b[2]) + 1:
            continue
        inverse = steepness(a[2])
        for i in range(n):
            ky, count = row_of(i, n, radius)
            k = np.float32(ky)
            start = k * b[0], k * b[1], k * b[2]
            for side in range(2):
                first, last, up, down = stretch(side, start[2], inverse, low, high, count)
                _places(first, last, start, a, up, down, low, high, size, at, edge, sign, x, y, z)
                for j in range(last - first):
                    if at[j] >= 0:
                        next_y = line - plane if edge[j] & 1 else line
                        next_z = plane - size * plane if edge[j] & 2 else plane
                        re, im = gather(volume, 2 * at[j], next_y, next_z, x[j], y[j], z[j], table, taps, steps)
                        out[m, i, first + j] = complex(re, sign[j] * im)


def extract(volume_ft: Real, rotations: Real, n: int, radius: float | None = None) -> Real:
    """Central slices, complex64 (m, n, n//2+1), of a half transform (N, N, N//2+1); see `plain.extract`."""
    size = volume_ft.shape[0]
    reach = checked_radius(n, size, radius)
    volume = np.ascontiguousarray(volume_ft, np.complex64)
    views = np.ascontiguousarray(rotations, np.float32)
    out = np.zeros((len(views), n, n // 2 + 1), np.complex64)
    flat, heights = volume.view(np.float32).reshape(-1), layers(volume, size)
    table = np.zeros((2, lanes(2)), np.float32)
    table[:] = linear(n, size).coefficients

    def work(low: float, high: float, first: int, last: int) -> None:
        _extract(flat, views, n, size, reach, table, (0, 0), (0,), low, high, first, last, out)

    each_layer(work, heights, len(views))
    return out
