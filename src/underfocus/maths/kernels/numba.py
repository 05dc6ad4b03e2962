"""The fast twins of plain.py on processors: compiled, threaded, and the same to the last bit on any number of threads.

Insertion works slab by slab: a slab of z planes stays in the processor's cache while all images of a chunk pass over
it, and each row of a slice solves for the stretch of it that falls into the slab. Slabs are independent of each other
but for the one plane that neighbours share, so even and odd slabs take turns. Imports numba: import it lazily.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...base.errors import InputError
from .grid import gridding
from .jit import compiled, inlined, spread
from .lanes import add_scaled
from .plain import checked_radius

Real = np.ndarray[Any, Any]

#: Points of a row are taken so far apart that one's sums are stored before the next overlapping one's are read.
STRIDE = 8
#: Planes of a slab: 8 MB of cells for boxes of 128 padded to 256, so that two slabs share a large cache.
SLAB = 16


@inlined
def _stretch(start: float, step: float, low: float, high: float, count: int) -> tuple[int, int]:
    """Where low ≤ start + step·j ≤ high for j in 0…count−1, as first and one past last, one wider for rounding."""
    if abs(step) < 1e-6:
        if low - 1 <= start <= high + 1:
            return 0, count
        return 0, 0
    a, b = (low - start) / step, (high - start) / step
    first, last = min(a, b), max(a, b)
    return max(0, int(max(first, -1.0)) - 1), min(count, int(max(min(last, count + 1.0), -3.0)) + 3)


@inlined
def _row(volume: Real, at: Any, near: float, far: float, share: float) -> tuple[float, float]:
    """The share of two neighbours along x, each (re, im)."""
    re = near * volume[at] + far * volume[at + np.uintp(2)]
    im = near * volume[at + np.uintp(1)] + far * volume[at + np.uintp(3)]
    return share * re, share * im


@compiled
def _extract(
    volume: Real, size: int, rotations: Real, n: int, radius: float, out: Real, m_first: int, m_last: int
) -> None:
    width = size // 2 + 1
    scale, one = np.float32(size / n), np.float32(1)
    for m in range(m_first, m_last):
        ax, ay, az = rotations[m, 0, 0] * scale, rotations[m, 0, 1] * scale, rotations[m, 0, 2] * scale
        bx, by, bz = rotations[m, 1, 0] * scale, rotations[m, 1, 1] * scale, rotations[m, 1, 2] * scale
        for i in range(n):
            ky = i if i <= (n - 1) // 2 else i - n
            out[m, i, :] = 0
            if ky * ky > radius * radius:
                continue
            count = min(int(np.sqrt(radius * radius - ky * ky)), n // 2) + 1
            rx, ry, rz = np.float32(ky) * bx, np.float32(ky) * by, np.float32(ky) * bz
            for j in range(count):
                kx = np.float32(j)
                x, y, z = rx + kx * ax, ry + kx * ay, rz + kx * az
                sign = -one if x < 0 else one
                x, y, z = x * sign, y * sign, z * sign
                x0, y0, z0 = np.floor(x), np.floor(y), np.floor(z)
                x, y, z = x - x0, y - y0, z - z0
                iy, iz = int(y0), int(z0)
                iy1, iz1 = iy + 1, iz + 1
                iy, iy1 = iy + size if iy < 0 else iy, iy1 + size if iy1 < 0 else iy1
                iz, iz1 = iz + size if iz < 0 else iz, iz1 + size if iz1 < 0 else iz1
                ix = int(x0)
                a, b = _row(volume, np.uintp(2 * ((iz * size + iy) * width + ix)), one - x, x, (one - z) * (one - y))
                c, d = _row(volume, np.uintp(2 * ((iz * size + iy1) * width + ix)), one - x, x, (one - z) * y)
                e, f = _row(volume, np.uintp(2 * ((iz1 * size + iy) * width + ix)), one - x, x, z * (one - y))
                g, h = _row(volume, np.uintp(2 * ((iz1 * size + iy1) * width + ix)), one - x, x, z * y)
                out[m, i, j] = complex((a + c) + (e + g), sign * ((b + d) + (f + h)))


def extract(volume_ft: Real, rotations: Real, n: int, radius: float | None = None) -> Real:
    """Central slices, complex64 (m, n, n//2+1); see `plain.extract`."""
    size = volume_ft.shape[0]
    reach = checked_radius(n, size, radius)
    volume = np.ascontiguousarray(volume_ft, np.complex64).view(np.float32).reshape(-1)
    views = np.ascontiguousarray(rotations, np.float32)
    out = np.empty((len(views), n, n // 2 + 1), np.complex64)
    spread(lambda first, last: _extract(volume, size, views, n, reach, out, first, last), len(views))
    return out


@compiled
def _insert(
    cells: Real, values: Real, masses: Real, which: Real, rotations: Real, radius: float, size: int, slab: int
) -> None:
    n = values.shape[1]
    middle = size // 2
    width = middle + 2
    depth = 2 * middle + 2
    next_y, next_z = np.uintp(4 * width), np.uintp(4 * depth * width)
    low, high = slab * SLAB - middle, (slab + 1) * SLAB - middle
    scale = np.float32(size / n)
    one, half = np.float32(1), np.float32(0.5)
    for m in which:
        ax, ay, az = rotations[m, 0, 0] * scale, rotations[m, 0, 1] * scale, rotations[m, 0, 2] * scale
        bx, by, bz = rotations[m, 1, 0] * scale, rotations[m, 1, 1] * scale, rotations[m, 1, 2] * scale
        highest = radius * np.sqrt(az * az + bz * bz) + 1
        if low > highest or high < -highest:
            continue
        for i in range(n):
            ky = i if i <= (n - 1) // 2 else i - n
            if ky * ky > radius * radius:
                continue
            kyf = np.float32(ky)
            count = min(int(np.sqrt(radius * radius - ky * ky)), n // 2) + 1
            rx, ry, rz = kyf * bx, kyf * by, kyf * bz
            for side in range(2):
                sign = np.float32(1 - 2 * side)
                x_first, x_last = _stretch(sign * rx, sign * ax, 0.0, 1e9, count)
                z_first, z_last = _stretch(sign * rz, sign * az, low, high, count)
                first = max(x_first, z_first)
                if ky < 0 and first == 0:
                    first = 1  # the column kx = 0 holds each point twice: its upper half serves
                for phase in range(STRIDE):
                    for j in range(first + phase, min(x_last, z_last), STRIDE):
                        kx = np.float32(j)
                        x, y, z = rx + kx * ax, ry + kx * ay, rz + kx * az
                        if (x < 0) != (side == 1):
                            continue
                        x, y, z = x * sign, y * sign, z * sign
                        z0 = np.floor(z)
                        iz = int(z0)
                        if iz < low or iz >= high:
                            continue
                        x0, y0 = np.floor(x), np.floor(y)
                        x, y, z = x - x0, y - y0, z - z0
                        value = values[m, i, j]
                        re, im, mass = value.real, value.imag * sign, masses[m, i, j]
                        if j == 0 and ky == 0:
                            re, im, mass = half * re, half * im, half * mass
                        at = np.uintp(4 * (((iz + middle) * depth + int(y0) + middle) * width + int(x0)))
                        add_scaled(cells, at, (one - z) * (one - y), one - x, x, re, im, mass)
                        add_scaled(cells, at + next_y, (one - z) * y, one - x, x, re, im, mass)
                        add_scaled(cells, at + next_z, z * (one - y), one - x, x, re, im, mass)
                        add_scaled(cells, at + next_y + next_z, z * y, one - x, x, re, im, mass)


@compiled
def _unfold(cells: Real, data: Real, weight: Real, z_first: int, z_last: int) -> None:
    """Cells around the origin to half transforms with the origin in the corner; x = 0 receives its mates."""
    size, middle = data.shape[0], data.shape[0] // 2
    for z in range(z_first, z_last):
        dz = z if z <= middle else z - size
        for y in range(size):
            dy = y if y <= middle else y - size
            row = cells[dz + middle, dy + middle]
            for x in range(middle + 1):
                data[z, y, x] += complex(row[x, 0], row[x, 1])
                weight[z, y, x] += row[x, 2]
            mate = cells[middle - dz, middle - dy, 0]
            data[z, y, 0] += complex(mate[0], -mate[1])
            weight[z, y, 0] += mate[2]


class Accumulator:
    """Sums of slices and of their weights on the padded half volume of ``size`` voxels a side, side by side in a cell.

    ``cells`` is (z, y, x, 4) float32, z and y running from −N//2 to N//2 + 1 and x from 0 to N//2 + 1; the four are the
    real part, the imaginary part, the weight, and nothing, so that two cells are one aligned vector.
    """

    def __init__(self, n: int, size: int, radius: float | None = None) -> None:
        self.n, self.size = n, size
        self.radius = checked_radius(n, size, radius)
        middle = size // 2
        self.cells: Real = np.zeros((2 * middle + 2, 2 * middle + 2, middle + 2, 4), np.float32)

    def insert(
        self,
        images_ft: Real,
        weights: Real,
        rotations: Real,
        which: Real | None = None,
        radius: float | None = None,
    ) -> None:
        """Add slices (m, n, n//2+1), already times CTF and shift phase, and their weights; see `plain.insert`.

        ``which`` lists the images that are meant, so that a half set needs no copy; None means all. A smaller
        ``radius`` than the accumulator's own leaves room for rotations that also stretch.
        """
        if images_ft.shape[1:] != (self.n, self.n // 2 + 1) or weights.shape != images_ft.shape:
            raise InputError(f"slices of {self.n} pixels are expected, and shape {images_ft.shape} was given")
        values = np.ascontiguousarray(images_ft, np.complex64)
        masses = np.ascontiguousarray(weights, np.float32)
        views = np.ascontiguousarray(rotations, np.float32)
        chosen = np.arange(len(values)) if which is None else np.ascontiguousarray(which, np.int64)
        slabs = -(-self.cells.shape[0] // SLAB)
        flat = self.cells.reshape(-1)
        reach = self.radius if radius is None else min(radius, self.radius)

        def every_other(start: int) -> Callable[[int, int], None]:
            def work(first: int, last: int) -> None:
                for k in range(first, last):
                    _insert(flat, values, masses, chosen, views, reach, self.size, 2 * k + start)

            return work

        for start in (0, 1):
            spread(every_other(start), (slabs + 1 - start) // 2)

    def correction(self, n: int) -> Real:
        """One over the transform of the kernel along an axis of n voxels about the origin, (n,) float64."""
        return 1 / gridding(n, self.size)

    def add(self, other: Accumulator) -> None:
        """Add the sums of another accumulator of the same box."""
        self.cells += other.cells

    def totals(self) -> tuple[Real, Real]:
        """The sums as half transforms (N, N, N//2+1): data complex64 and weight float32, origin in the corner."""
        shape = (self.size, self.size, self.size // 2 + 1)
        data, weight = np.zeros(shape, np.complex64), np.zeros(shape, np.float32)
        self.unfold(data, weight)
        return data, weight

    def unfold(self, data: Real, weight: Real) -> None:
        """Add the sums to half transforms (N, N, N//2+1) with the origin in the corner."""
        spread(lambda first, last: _unfold(self.cells, data, weight, first, last), self.size)


def insert(
    images_ft: Real, weights: Real, rotations: Real, data: Real, weight: Real, radius: float | None = None
) -> None:
    """Add slices and their weights into data and weight; see `plain.insert`. Many chunks go into an `Accumulator`."""
    sums = Accumulator(images_ft.shape[1], data.shape[0], radius)
    sums.insert(images_ft, weights, rotations)
    sums.unfold(data, weight)
