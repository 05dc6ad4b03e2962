"""Points without a grid: how they lie, how interpolators do on them, where Delaunay's mesh breaks, what it costs."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Literal

import numpy as np

from underfocus.maths import interpolation, scattered

Real = np.ndarray[Any, Any]
Layout = Literal["random", "jittered grid", "rays", "nearly a line"]


def gaussian(x: Real) -> Real:
    """The smooth truth: exp(−2|x|²) at points (m, d) of the square from −1 to 1."""
    return np.asarray(np.exp(-2 * (np.asarray(x) ** 2).sum(-1)))


def points(layout: Layout, count: int, seed: int = 0, squeeze: float = 1.0) -> Real:
    """About ``count`` points (m, 2) in the square from −1 to 1; ``squeeze`` flattens "nearly a line" across."""
    rng = np.random.default_rng(seed)
    if layout == "random":
        return rng.uniform(-1, 1, (count, 2))
    if layout == "jittered grid":
        n = round(np.sqrt(count))
        axis = (np.arange(n) + 0.5) / n * 2 - 1
        grid = np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2)
        return np.asarray(grid + rng.uniform(-0.6, 0.6, grid.shape) / n)
    if layout == "rays":
        rays = max(3, round(np.sqrt(count / 2)))
        r = np.linspace(-1.3, 1.3, max(3, count // rays))
        angle = np.pi * (np.arange(rays) + 0.01) / rays
        found = np.stack([np.outer(np.cos(angle), r).ravel(), np.outer(np.sin(angle), r).ravel()], 1)
        return np.asarray(found[np.abs(found).max(1) <= 1])
    along = rng.uniform(-1, 1, count)
    return np.stack([along, rng.uniform(-1, 1, count) / squeeze], 1)


def grid(n: int, most: float = 1.0) -> Real:
    """The places (n², 2) of a picture of n² pixels over the square, as (x, y)."""
    axis = np.linspace(-most, most, n)
    return np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2)


def compared(layout: Layout, count: int, noise: float, seed: int, n: int) -> tuple[Real, dict[str, Real]]:
    """The truth (n, n) and what each interpolator makes of noisy values at scattered points; nan outside the hull."""
    x = points(layout, count, seed)
    values = gaussian(x) + noise * np.random.default_rng(seed + 1).standard_normal(len(x))
    q = grid(n)
    found = {
        "Delaunay": scattered.delaunay_linear(x, values, q),
        "inverse distance": scattered.inverse_distance(x, values, q),
        # a grid coarse enough for every sample to be reached, read off finely by a spline
        "gridding": _gridded(x, values, q, max(7, round(0.5 * np.sqrt(len(x))) | 1)),
    }
    return gaussian(q).reshape(n, n), {name: f.reshape(n, n) for name, f in found.items()}


def _gridded(x: Real, values: Real, q: Real, cells: int) -> Real:
    coarse = scattered.gridding(x * (cells - 1) / 2, values, cells, "linear", "count")
    return interpolation.sample(coarse, (q * (cells - 1) / 2 + cells // 2)[:, ::-1], "spline", "reflect")


def worst(found: Real, truth: Real) -> float:
    """The largest error where there is a value at all."""
    return float(np.nanmax(np.abs(found - truth)))


def sliver_error(squeeze: float, count: int = 200, seed: int = 3) -> float:
    """The largest error of linear on Delaunay's triangles, over the truth's range, along the middle of a flattened band.

    The values flatten with the band: in its own measures the truth is always the same smooth hill.
    """
    x = points("nearly a line", count, seed, squeeze)
    values = np.exp(-8 * x[:, 0] ** 2) * np.cos(np.pi * x[:, 1] * squeeze)
    along = np.linspace(-0.8, 0.8, 400)
    q = np.stack([along, np.zeros(400)], 1)
    found = scattered.delaunay_linear(x, values, q)
    return float(np.nanmax(np.abs(found - np.exp(-8 * along**2))))


def outside(layout: Layout, count: int, seed: int = 0, n: int = 64) -> float:
    """The part of the square that lies outside the hull of the points, where griddata says nan."""
    x = points(layout, count, seed)
    return float(np.isnan(scattered.delaunay_linear(x, gaussian(x), grid(n))).mean())


def seconds(work: Callable[[], object], repeats: int = 3) -> float:
    """The quickest of several runs."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def exponent(counts: Any, times: Any) -> float:
    """The slope of log time against log count, by least squares: 1 for linear, a little more for n log n."""
    n, t = np.asarray(counts, float), np.asarray(times, float)
    return float(np.polyfit(np.log(n), np.log(t), 1)[0])


def correction_at_edge(pad: float, axes: int = 1) -> float:
    """The least value of the gridding correction of trilinear insertion along one axis, to a power for corners."""
    return float(scattered.gridding_correction(128, pad)[0] ** axes)


def nearest_at_edge() -> dict[str, float]:
    """What insertion into the nearest voxel would leave: bare, padded twice, and that in a corner."""
    bare, padded = (float(v) for v in interpolation.spectrum("nearest", [0.5, 0.25]))
    return {"bare": bare, "padded": padded, "corner": padded**3}


def kernel_estimate(x: Real, values: Real, q: Real) -> Real:
    """The engine's inverse-distance interpolation, with which a reader's own is compared."""
    return scattered.inverse_distance(np.asarray(x), np.asarray(values), np.asarray(q))
