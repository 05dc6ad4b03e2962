"""The loops of slices on an oversampled grid, layer by layer, out of it and into it. Imports numba: import it lazily.

Half of a transform is laid around its origin with h samples more than it needs on every side: from x = −h on, since
kernels reach across, and −N//2 − h along y and z, so that no tap asks where it is. A layer is what lies between two
heights |z|, above and below: it stays in the processor's cache while all images pass over it. A point and its mate are
in the same layer, so that each row of an image solves for two stretches without asking on which side of x = 0 it is,
and the places of a stretch are found in vector code before any tap is touched.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...base.parallel import cores
from .jit import compiled, inlined, spread
from .taps import gather, scatter

Real = np.ndarray[Any, Any]

#: Bytes of a layer: two of them and what else is going on fit the large cache of a processor.
LAYER_BYTES = 8_000_000
#: Planes of half a layer, at least: as many as a kernel reaches, so that every other layer is out of its way.
FEWEST = 6
#: Points whose places are found at once.
BLOCK = 8


def layers(cells: Real, size: int, least: int = 1) -> Real:
    """Heights |z| (k + 1,) float32 between which the k layers lie, of equal thickness; at least so many if they fit."""
    highest = size // 2 + 1
    thick = max(FEWEST, min(LAYER_BYTES // (2 * cells[0].nbytes), highest // least))
    return np.arange(0, highest + thick, thick).astype(np.float32)


def each_layer(work: Callable[[Any, Any, int, int], None], heights: Real, views: int) -> None:
    """Call ``work(low, high, first, last)`` for every layer and every part of the views, in threads.

    Views are cut into as many parts as make layers times parts enough for every thread.
    """
    count = len(heights) - 1
    parts = max(1, min(-(-8 * cores() // count), views // 16))
    cuts = np.linspace(0, views, parts + 1).astype(int)

    def tasks(first: int, last: int) -> None:
        for layer, part in (divmod(task, parts) for task in range(first, last)):
            work(heights[layer], heights[layer + 1], cuts[part], cuts[part + 1])

    spread(tasks, count * parts)


@inlined
def along(rotation: Real, row: int, scale: Any) -> tuple[Any, Any, Any]:
    """An axis of the image in the specimen's frame, in samples of the grid."""
    return rotation[row, 0] * scale, rotation[row, 1] * scale, rotation[row, 2] * scale


@inlined
def row_of(i: int, n: int, radius: float) -> tuple[int, int]:
    """The frequency ky of row i, and how many of its pixels lie within the radius."""
    ky = i if i <= (n - 1) // 2 else i - n
    if ky * ky > radius * radius:
        return ky, 0
    return ky, min(int(np.sqrt(radius * radius - ky * ky)), n // 2) + 1


@inlined
def steepness(step: Any) -> Any:
    """One over the step of z along a row; 0 for rows that lie level."""
    return np.float32(1) / step if abs(step) > 1e-6 else np.float32(0)


@inlined
def stretch(side: int, start: Any, inverse: Any, low: Any, high: Any, count: int) -> tuple[int, int, Any, Any]:
    """Where a row of ``count`` points, starting at height z, passes a layer: first and one past last, a little wider.

    Side 0 is the layer above, and side 1 the one below; the layer around z = 0 is one, and level rows pass one at most.
    Then two signs of z, of whose products the larger is to lie between low and high.
    """
    one = np.float32(1)
    whole = low <= 0 or inverse == 0
    up, down = (one, -one) if whole else ((one, one) if side == 0 else (-one, -one))
    if whole and (side == 1 or (inverse == 0 and not low - 1 <= abs(start) <= high + 1)):
        return 0, 0, up, down
    if inverse == 0:
        return 0, count, up, down
    a, b = (up * high - start) * inverse, ((-high if whole else up * low) - start) * inverse
    first, last = max(min(a, b), -one), min(max(a, b), np.float32(count))
    return max(0, int(first) - 1), min(count, int(max(last, -one)) + 2), up, down


@compiled
def _places(
    first: int, last: int, start: Any, step: Any, reach: Any, up: Any, down: Any, low: Any, high: Any,
    origin: int, depth: int, width: int, at: Real, sign: Real, x: Real, y: Real, z: Real,
) -> None:  # fmt: skip
    """For points first … last − 1 of a row: where their taps begin, or −1; the sign of x; fractions less ½."""
    half, one = np.float32(0.5), np.float32(1)
    for j in range((last - first + BLOCK - 1) // BLOCK * BLOCK):
        k = np.float32(j + first)
        px, py, pz = start[0] + k * step[0], start[1] + k * step[1], start[2] + k * step[2]
        near = max(up * pz, down * pz)
        turn = -one if px < 0 else one
        px, py, pz = reach - px * turn, reach - py * turn, reach - pz * turn
        x0, y0, z0 = np.floor(px), np.floor(py), np.floor(pz)
        place = origin - (int(z0) * depth + int(y0)) * width - int(x0)
        at[j] = place if (near >= low) & (near < high) else -1
        sign[j] = turn
        x[j], y[j], z[j] = px - x0 - half, py - y0 - half, pz - z0 - half


@inlined
def rooms(n: int) -> tuple[Real, Real, Real, Real, Real]:
    """Room for what is known of the points of a row: cells, signs, and three fractions."""
    m, kind = n + BLOCK, np.float32
    return np.empty(m, np.int64), np.empty(m, kind), np.empty(m, kind), np.empty(m, kind), np.empty(m, kind)


@compiled
def extract_layer(
    cells: Real, rotations: Real, n: int, size: int, halo: int, radius: float, table: Real, taps: Any, steps: Any,
    low: Any, high: Any, m_first: int, m_last: int, out: Real,
) -> None:  # fmt: skip
    """Those points of images m_first … m_last − 1 whose height |z| is at least low and below high."""
    middle = size // 2 + halo
    depth, width = 2 * middle + 2, size // 2 + 2 * halo + 2
    origin = (middle * depth + middle) * width + halo
    scale, reach = np.float32(size / n), np.float32(len(taps) / 2)
    at, sign, x, y, z = rooms(n)
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
                _places(first, last, start, a, reach, up, down, low, high, origin, depth, width, at, sign, x, y, z)
                for j in range(last - first):
                    if at[j] >= 0:
                        re, im = gather(
                            cells, 2 * at[j], 2 * width, 2 * width * depth, x[j], y[j], z[j], table, taps, steps
                        )
                        out[m, i, first + j] = complex(re, sign[j] * im)


@compiled
def insert_layer(
    cells: Real, values: Real, masses: Real, which: Real, rotations: Real, size: int, halo: int, radius: float,
    table: Real, taps: Any, steps: Any, low: Any, high: Any,
) -> None:  # fmt: skip
    """Those points of the images whose height |z| is at least low and below high."""
    n = values.shape[1]
    middle = size // 2 + halo
    depth, width = 2 * middle + 2, size // 2 + 2 * halo + 2
    origin = (middle * depth + middle) * width + halo
    scale, reach, half = np.float32(size / n), np.float32(len(taps) / 2), np.float32(0.5)
    at, sign, x, y, z = rooms(n)
    for m in which:
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
                if ky < 0:
                    first = max(first, 1)  # the column kx = 0 holds each point twice: its upper half serves
                _places(first, last, start, a, reach, up, down, low, high, origin, depth, width, at, sign, x, y, z)
                for j in range(last - first):
                    if at[j] >= 0:
                        share = half if first + j == 0 and ky == 0 else np.float32(1)
                        value, mass = values[m, i, first + j], share * masses[m, i, first + j]
                        scatter(
                            cells, 4 * at[j], 4 * width, 4 * width * depth, x[j], y[j], z[j],
                            share * value.real, share * sign[j] * value.imag, mass, table, taps, steps,
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
