"""The loops of slices on an oversampled grid, slab by slab, out of it and into it. Imports numba: import it lazily.

Half of a transform is laid around its origin with h samples more than it needs on every side: from x = −h on, since
kernels reach across, and −N//2 − h along y and z, so that no tap asks where it is. A slab of z planes stays in the
processor's cache while all images pass over it; each row of an image solves for the stretch of it that falls into the
slab, and the places of a stretch are found in vector code before any tap is touched.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...base.parallel import cores
from .jit import compiled, inlined
from .taps import gather, scatter

Real = np.ndarray[Any, Any]

#: Bytes of a slab: two of them and what else is going on fit the large cache of a processor.
SLAB_BYTES = 4_000_000
#: Planes of a slab, at least: more than a kernel reaches.
FEWEST = 8


def thickness(cells: Real) -> int:
    """Planes of a slab."""
    return int(max(FEWEST, SLAB_BYTES // cells[0].nbytes))


def shares(slabs: int, views: int) -> int:
    """Into how many parts views are cut, so that slabs times parts are work enough for every thread."""
    return max(1, min(-(-8 * cores() // slabs), views // 16))


@inlined
def stretch(start: Any, step: Any, low: Any, high: Any, count: int) -> tuple[int, int]:
    """Where low ≤ start + step·j ≤ high for j in 0…count−1, as first and one past last, one wider for rounding."""
    if abs(step) < 1e-6:
        if low - 1 <= start <= high + 1:
            return 0, count
        return 0, 0
    a, b = (low - start) / step, (high - start) / step
    first, last = min(a, b), max(a, b)
    return max(0, int(max(first, -1.0)) - 1), min(count, int(max(min(last, count + 1.0), -3.0)) + 3)


@compiled
def _places(
    first: int, last: int, start: Any, step: Any, sign: Any, reach: Any, low: int, high: int,
    origin: int, depth: int, width: int, at: Real, x: Real, y: Real, z: Real,
) -> None:  # fmt: skip
    """For points first … last − 1 of a row: the cell at which their taps begin, or −1, and their fractions less ½."""
    half = np.float32(0.5)
    for j in range(last - first):
        k = np.float32(j + first)
        px, py, pz = start[0] + k * step[0], start[1] + k * step[1], start[2] + k * step[2]
        mate = px < 0
        px, py, pz = reach - px * sign, reach - py * sign, reach - pz * sign
        x0, y0, z0 = np.floor(px), np.floor(py), np.floor(pz)
        plane = -int(z0)
        meant = (mate == (sign < 0)) & (plane >= low) & (plane < high)
        at[j] = origin - (int(z0) * depth + int(y0)) * width - int(x0) if meant else -1
        x[j], y[j], z[j] = px - x0 - half, py - y0 - half, pz - z0 - half


@inlined
def row(i: int, n: int, radius: float) -> tuple[int, int]:
    """The frequency ky of row i, and how many of its pixels lie within the radius."""
    ky = i if i <= (n - 1) // 2 else i - n
    if ky * ky > radius * radius:
        return ky, 0
    return ky, min(int(np.sqrt(radius * radius - ky * ky)), n // 2) + 1


@inlined
def along(rotation: Real, row: int, scale: Any) -> tuple[Any, Any, Any]:
    """An axis of the image in the specimen's frame, in samples of the grid."""
    return rotation[row, 0] * scale, rotation[row, 1] * scale, rotation[row, 2] * scale


@compiled
def extract_slab(
    cells: Real, rotations: Real, n: int, size: int, halo: int, radius: float, table: Real, taps: Any, steps: Any,
    low: int, high: int, m_first: int, m_last: int, out: Real,
) -> None:  # fmt: skip
    """Those points of images m_first … m_last − 1 whose taps begin in the planes low … high − 1, origin at 0."""
    middle = size // 2 + halo
    depth, width = 2 * middle + 2, size // 2 + 2 * halo + 2
    origin = (middle * depth + middle) * width + halo
    scale, reach = np.float32(size / n), np.float32(len(taps) / 2)
    z_low, z_high = low + reach - 1, high + reach
    at, x, y, z = np.empty(n, np.int64), np.empty(n, np.float32), np.empty(n, np.float32), np.empty(n, np.float32)
    for m in range(m_first, m_last):
        a, b = along(rotations[m], 0, scale), along(rotations[m], 1, scale)
        highest = radius * np.sqrt(a[2] * a[2] + b[2] * b[2]) + 1
        if z_low > highest or z_high < -highest:
            continue
        for i in range(n):
            ky, count = row(i, n, radius)
            k = np.float32(ky)
            start = k * b[0], k * b[1], k * b[2]
            for side in range(2):
                sign = np.float32(1 - 2 * side)
                x_first, x_last = stretch(sign * start[0], sign * a[0], 0.0, 1e9, count)
                z_first, z_last = stretch(sign * start[2], sign * a[2], z_low, z_high, count)
                first, last = max(x_first, z_first), min(x_last, z_last)
                _places(first, last, start, a, sign, reach, low, high, origin, depth, width, at, x, y, z)
                for j in range(last - first):
                    if at[j] >= 0:
                        re, im = gather(
                            cells, 2 * at[j], 2 * width, 2 * width * depth, x[j], y[j], z[j], table, taps, steps
                        )
                        out[m, i, first + j] = complex(re, sign * im)


@compiled
def insert_slab(
    cells: Real, values: Real, masses: Real, which: Real, rotations: Real, size: int, halo: int, radius: float,
    table: Real, taps: Any, steps: Any, low: int, high: int,
) -> None:  # fmt: skip
    """Those points of the images whose taps begin in the planes low … high − 1, origin at 0."""
    n = values.shape[1]
    middle = size // 2 + halo
    depth, width = 2 * middle + 2, size // 2 + 2 * halo + 2
    origin = (middle * depth + middle) * width + halo
    scale, reach, half = np.float32(size / n), np.float32(len(taps) / 2), np.float32(0.5)
    z_low, z_high = low + reach - 1, high + reach
    at, x, y, z = np.empty(n, np.int64), np.empty(n, np.float32), np.empty(n, np.float32), np.empty(n, np.float32)
    for m in which:
        a, b = along(rotations[m], 0, scale), along(rotations[m], 1, scale)
        highest = radius * np.sqrt(a[2] * a[2] + b[2] * b[2]) + 1
        if z_low > highest or z_high < -highest:
            continue
        for i in range(n):
            ky, count = row(i, n, radius)
            k = np.float32(ky)
            start = k * b[0], k * b[1], k * b[2]
            for side in range(2):
                sign = np.float32(1 - 2 * side)
                x_first, x_last = stretch(sign * start[0], sign * a[0], 0.0, 1e9, count)
                z_first, z_last = stretch(sign * start[2], sign * a[2], z_low, z_high, count)
                # the column kx = 0 holds each point twice: its upper half serves
                first, last = max(x_first, z_first, 1 if ky < 0 else 0), min(x_last, z_last)
                _places(first, last, start, a, sign, reach, low, high, origin, depth, width, at, x, y, z)
                for j in range(last - first):
                    if at[j] >= 0:
                        share = half if first + j == 0 and ky == 0 else np.float32(1)
                        value, mass = values[m, i, first + j], share * masses[m, i, first + j]
                        scatter(
                            cells, 4 * at[j], 4 * width, 4 * width * depth, x[j], y[j], z[j],
                            share * value.real, share * sign * value.imag, mass, table, taps, steps,
                        )  # fmt: skip


@compiled
def lay(half: Real, cells: Real, size: int, halo: int, first: int, last: int) -> None:
    """A half transform with its origin in the corner, periodic, put around the middle of the cells (…, 2)."""
    middle = size // 2
    around = middle + halo
    for row in range(first, last):
        z, mate_z = (row - around) % size, (around - row) % size
        for column in range(cells.shape[1]):
            y, mate_y = (column - around) % size, (around - column) % size
            line = cells[row, column]
            for i in range(halo):
                value = half[mate_z, mate_y, min(halo - i, middle)]
                line[i, 0], line[i, 1] = value.real, -value.imag
            for i in range(middle + 1):
                value = half[z, y, i]
                line[halo + i, 0], line[halo + i, 1] = value.real, value.imag
            for i in range(middle + 1, cells.shape[2] - halo):
                value = half[mate_z, mate_y, max(size - i, 0)]
                line[halo + i, 0], line[halo + i, 1] = value.real, -value.imag


@compiled
def fold(cells: Real, halo: int) -> None:
    """What kernels carried across x = 0 goes to its mate, conjugated; cells (…, 4)."""
    last = cells.shape[0] - 2
    for z in range(last + 1):
        for y in range(last + 1):
            for i in range(halo):
                here, mate = cells[z, y, i], cells[last - z, last - y, 2 * halo - i]
                mate[0] += here[0]
                mate[1] -= here[1]
                mate[2] += here[2]
                here[:] = 0


@compiled
def unfold(cells: Real, data: Real, weight: Real, halo: int, z_first: int, z_last: int) -> None:
    """Cells, periodic, added to half transforms with the origin in the corner; both edges of x receive their mates."""
    size = data.shape[0]
    middle, depth = size // 2, cells.shape[0]
    around = middle + halo
    for z in range(z_first, z_last):
        for y in range(size):
            for row in range((z + around) % size, depth, size):
                for column in range((y + around) % size, depth, size):
                    line = cells[row, column, halo:]
                    for x in range(middle + 1):
                        data[z, y, x] += complex(line[x, 0], line[x, 1])
                        weight[z, y, x] += line[x, 2]
            for row in range((around - z) % size, depth, size):
                for column in range((around - y) % size, depth, size):
                    line = cells[row, column, halo:]
                    data[z, y, 0] += complex(line[0, 0], -line[0, 1])
                    weight[z, y, 0] += line[0, 2]
                    for x in range(max(1, size + 1 - len(line)), middle + 1):
                        data[z, y, x] += complex(line[size - x, 0], -line[size - x, 1])
                        weight[z, y, x] += line[size - x, 2]
