"""Central slices to a tolerance, out of a transform and into sums, with the kernels of `window`. Imports numba.

The fast twin of a non-uniform transform for points that lie on planes; `slabs` holds the loops. Extraction reads from
anywhere at once; layers of insertion take turns, even and odd, and sums are the same to the last bit on any number of
threads.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...base.errors import InputError
from . import slabs
from . import window as windows
from .grid import cropped_inverse, padded_transform
from .jit import spread
from .plain import checked_radius
from .taps import lanes
from .window import Window

Real = np.ndarray[Any, Any]

#: Layers of insertion, at least, where they fit: half of them at a time are there to be shared out among threads.
LAYERS = 8


@dataclass(frozen=True, eq=False)
class Grid:
    """Samples of a half transform around its origin, (D, D, X, 2) float32 with D = 2 (N//2 + h) + 2, for slices."""

    cells: Real
    window: Window


def _empty(window: Window, values: int) -> Real:
    """Zeros for a window's cells; behind them is room for the lanes that a row of taps reads too many."""
    middle, halo = window.size // 2, window.halo
    shape = (2 * (middle + halo) + 2, 2 * (middle + halo) + 2, middle + 2 * halo + 2, values)
    count = int(np.prod(shape))
    return np.zeros(count + 8 * values, np.float32)[:count].reshape(shape)


def _table(window: Window) -> tuple[Real, tuple[int, ...], tuple[int, ...]]:
    """The polynomials as compiled code reads them; tuples as long as the kernel is wide and as its degree is high."""
    table = np.zeros((window.degree + 1, lanes(window.width)), np.float32)
    table[:, : window.width] = window.coefficients
    return table, (0,) * window.width, (0,) * window.degree


def lay(half: Real, window: Window) -> Grid:
    """A half transform (N, N, N//2+1), origin in the corner, of a density already corrected, ready for slices."""
    half = np.ascontiguousarray(half, np.complex64)
    cells = _empty(window, 2)
    spread(lambda first, last: slabs.lay(half, cells, window.size, window.halo, first, last), len(cells))
    return Grid(cells, window)


def transform(volume: Real, window: Window) -> Grid:
    """The transform of a density (n, n, n), divided beforehand by the kernel's own, ready for slices."""
    return lay(padded_transform(_corrected(volume, window), window.size), window)


def _corrected(volume: Real, window: Window) -> Real:
    factor = window.correction().astype(np.float32)
    return np.asarray(volume, np.float32) * (factor[:, None, None] * (factor[:, None] * factor))


def extract(grid: Grid, rotations: Real, radius: float | None = None) -> Real:
    """Central slices, complex64 (m, n, n//2+1), zero beyond ``radius`` image pixels; see `plain.extract`."""
    window = grid.window
    views = np.ascontiguousarray(rotations, np.float32)
    reach = _checked(window, views, checked_radius(window.n, window.size, radius))
    out = np.zeros((len(views), window.n, window.n // 2 + 1), np.complex64)
    flat, arguments = grid.cells.reshape(-1), (window.n, window.size, window.halo, reach, *_table(window))

    def work(low: float, high: float, first: int, last: int) -> None:
        slabs.extract_layer(flat, views, *arguments, low, high, first, last, out)

    slabs.each_layer(work, slabs.layers(grid.cells, window.size), len(views))
    return out


def _checked(window: Window, views: Real, radius: float) -> float:
    """The radius, if no view carries it out of the transform; InputError where one stretches it too far."""
    if not len(views):
        return radius
    plane = views[:, :2].astype(np.float64)
    stretch = float(np.sqrt(np.linalg.eigvalsh(plane @ plane.transpose(0, 2, 1)).max()))
    if not stretch * radius <= window.n / 2 * (1 + 1e-4):
        raise InputError(
            f"views that stretch frequencies by {stretch:.4g} carry a radius of {radius:g} out of the transform of "
            f"{window.n} pixels; ask for at most {window.n / 2 / max(stretch, 1e-9):.4g}"
        )
    return radius


class Accumulator:
    """Sums of slices and of their weights on an oversampled half volume, gridded to a tolerance.

    Does what `numba.Accumulator` does, with a kernel of more taps. ``pad`` is the oversampling, None for the quickest;
    ``size`` is the voxels a side that it comes to. ``cells`` (z, y, x, 4) is laid out as there, with more room around.
    """

    def __init__(
        self, n: int, pad: float | None = None, radius: float | None = None, tolerance: float = 1e-3,
        window: Window | None = None,
    ) -> None:  # fmt: skip
        self.window = windows.design(n, tolerance, pad) if window is None else window
        self.n, self.size = n, self.window.size
        self.radius = checked_radius(n, self.size, radius)
        self._all = _empty(self.window, 4)

    @property
    def cells(self) -> Real:
        """The cells with x ≥ 0: real part, imaginary part, weight, and nothing; those at x = 0 lack their mates."""
        return self._all[:, :, self.window.halo :]

    def insert(
        self, images_ft: Real, weights: Real, rotations: Real, which: Real | None = None, radius: float | None = None
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
        reach = _checked(self.window, views[chosen], self.radius if radius is None else min(radius, self.radius))
        flat, heights = self._all.reshape(-1), slabs.layers(self._all, self.size, LAYERS)
        arguments = (self.size, self.window.halo, reach, *_table(self.window))

        def every_other(start: int) -> Callable[[int, int], None]:
            def work(first: int, last: int) -> None:
                for layer in range(2 * first + start, 2 * last + start, 2):
                    low, high = heights[layer : layer + 2]
                    slabs.insert_layer(flat, values, masses, chosen, views, *arguments, low, high)

            return work

        for start in (0, 1):
            spread(every_other(start), (len(heights) - start) // 2)
        slabs.fold(self._all, self.window.halo)

    def add(self, other: Accumulator) -> None:
        """Add the sums of another accumulator of the same box and kernel."""
        self._all += other._all

    def totals(self) -> tuple[Real, Real]:
        """The sums as half transforms (N, N, N//2+1): data complex64 and weight float32, origin in the corner."""
        shape = (self.size, self.size, self.size // 2 + 1)
        data, weight = np.zeros(shape, np.complex64), np.zeros(shape, np.float32)
        self.unfold(data, weight)
        return data, weight

    def unfold(self, data: Real, weight: Real) -> None:
        """Add the sums to half transforms (N, N, N//2+1) with the origin in the corner."""
        halo = self.window.halo
        spread(lambda first, last: slabs.unfold(self._all, data, weight, halo, first, last), self.size)

    def correction(self, n: int | None = None) -> Real:
        """What positions x − n//2 along each axis of the density are multiplied by: one over the kernel's transform."""
        return self.window.correction(n)


def slices(volume: Real, rotations: Real, tolerance: float = 1e-3, radius: float | None = None) -> Real:
    """Transforms (m, n, n//2+1) of the projections of a density (n, n, n), complex64, to a relative tolerance."""
    return extract(transform(volume, windows.design(len(volume), tolerance)), rotations, radius)


def back(images_ft: Real, rotations: Real, tolerance: float = 1e-3, radius: float | None = None) -> Real:
    """The exact adjoint of `slices`: half transforms (m, n, n//2+1), standing for whole ones, to (n, n, n) float32."""
    n = images_ft.shape[1]
    sums = Accumulator(n, None, radius, tolerance)
    sums.insert(images_ft, np.zeros(images_ft.shape, np.float32), rotations)
    return _corrected(cropped_inverse(sums.totals()[0], n) * np.float32(sums.size) ** 3, sums.window)
