"""Error and cost of each interpolation against exact waves and scipy's; then what griddata waits for, with exponents.

Run it as ``OPENBLAS_NUM_THREADS=1 python -m bench interpolation``: with more threads the small systems that griddata
solves, one a triangle, take several times as long, and on a busy machine tens of times. Pairs run in turn, in one
process; ours uses all cores and scipy one, so that ladders are timed in processor time.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from typing import Any, get_args

import numpy as np
from scipy.interpolate import LinearNDInterpolator, RegularGridInterpolator, griddata
from scipy.ndimage import map_coordinates
from scipy.spatial import Delaunay

from underfocus.maths import interpolation, scattered

from .measure import keep, paired, time_call

SIDE = 96
ORDERS: dict[str, int] = {"nearest": 0, "linear": 1, "spline": 3}
#: Highest frequencies of the test volumes, in cycles a sample.
BANDS = {"to a quarter of Nyquist": 0.125, "to half of Nyquist": 0.25, "to 0.9 Nyquist": 0.45}


def waves(band: float, at: Any, seed: int = 0) -> Any:
    """Thirty random waves that repeat after SIDE samples, none beyond ``band``, at positions (m, 3); their rms is 1."""
    rng = np.random.default_rng(seed)
    most = int(band * SIDE)
    k = rng.integers(-most, most + 1, (400, 3))
    k = k[np.linalg.norm(k, axis=1) <= most][:30] / SIDE
    total = np.zeros(len(at))
    for wave, phase in zip(k, rng.uniform(0, 2 * np.pi, len(k)), strict=True):
        total += np.cos(2 * np.pi * (at @ wave) + phase)
    return total * np.sqrt(2 / len(k))


def errors(count: int) -> dict[str, Any]:
    """Rms error of every method at random places of a volume of exact waves; sinc at a few hundred."""
    places = np.stack(np.meshgrid(*[np.arange(SIDE)] * 3, indexing="ij"), -1).reshape(-1, 3)
    at = np.random.default_rng(1).uniform(0, SIDE, (count, 3))
    found: dict[str, Any] = {}
    for name, band in BANDS.items():
        volume = waves(band, places).reshape((SIDE,) * 3)
        for method in get_args(interpolation.Method):
            some = at[:200] if method == "sinc" else at
            error = interpolation.sample(volume, some, method, "wrap") - waves(band, some)
            found.setdefault(method, {})[name] = float(f"{np.sqrt(np.mean(error**2)):.2g}")
    return found


def costs(shape: tuple[int, ...], count: int, rounds: int) -> dict[str, Any]:
    """Nanoseconds a value, float32, at random places; beside scipy's where it has the method."""
    rng = np.random.default_rng(2)
    x = rng.standard_normal(shape).astype(np.float32)
    at = rng.uniform(0, shape[0] - 1, (count, len(shape)))
    found: dict[str, Any] = {}
    for method in interpolation.TAPS:

        def ours(method: Any = method) -> Any:
            return interpolation.sample(x, at, method, "reflect")

        def theirs(method: Any = method) -> Any:
            order: Any = ORDERS[method]
            return map_coordinates(x, at.T, order=order, mode="mirror")

        ours()
        if method in ORDERS:
            found[method] = in_ns(paired(lambda: time_call(ours), lambda: time_call(theirs), rounds), count)
        else:
            found[method] = {"ours_ns": round(1e9 * min(time_call(ours).wall for _ in range(rounds)) / count, 1)}
    grid = RegularGridInterpolator([np.arange(n) for n in shape], x)
    pair = paired(lambda: time_call(lambda: interpolation.sample(x, at)), lambda: time_call(lambda: grid(at)), 3)
    return found | {"linear, RegularGridInterpolator": in_ns(pair, count)}


def in_ns(pair: dict[str, Any], count: int) -> dict[str, Any]:
    """A pair as nanoseconds a value and ratios."""
    return {
        "ours_ns": round(1e9 * pair["ours"]["wall_s"] / count, 1),
        "scipy_ns": round(1e9 * pair["theirs"]["wall_s"] / count, 1),
        "wall_ratio": pair["wall_ratio"],
        "cpu_ratio": pair["cpu_ratio"],
    }


def best(work: Callable[[], Any], rounds: int = 3) -> float:
    """The quickest of several calls, seconds of processor time."""
    return min(time_call(work).cpu for _ in range(rounds))


def exponent(counts: Any, times: list[float]) -> float:
    """The slope of log time against log count."""
    return round(float(np.polyfit(np.log(counts), np.log(times), 1)[0]), 2)


def fresh(mesh: Delaunay) -> Delaunay:
    """A mesh that has forgotten the matrices of its triangles."""
    vars(mesh)["_transform"] = None
    return mesh


def ways(dims: int, n: int) -> tuple[float, dict[str, Callable[[], Any]]]:
    """Simplices a point of a mesh of n points, and what can be done with these points and n places."""
    rng = np.random.default_rng(n)
    x, anywhere = rng.uniform(-1, 1, (n, dims)), rng.uniform(-0.9, 0.9, (n, dims))
    side = round(n ** (1 / dims))
    rows = np.stack(np.meshgrid(*[np.linspace(-0.9, 0.9, side)] * dims, indexing="ij"), -1).reshape(-1, dims)
    values = np.exp(-2 * (x**2).sum(1))
    mesh = Delaunay(x)
    ready = LinearNDInterpolator(mesh, values)
    grid, at = rng.standard_normal((side,) * dims), (anywhere + 1) * (side - 1) / 2
    return len(mesh.simplices) / n, {
        "griddata": lambda: griddata(x, values, rows),
        "griddata, places at random": lambda: griddata(x, values, anywhere),
        "ours, places at random": lambda: scattered.delaunay_linear(x, values, anywhere),
        "mesh alone": lambda: Delaunay(x),
        "matrices of the triangles alone": lambda: fresh(mesh).transform,
        "look up, places row by row": lambda: ready(rows),
        "look up, places at random": lambda: ready(anywhere),
        "inverse distance": lambda: scattered.inverse_distance(x, values, anywhere),
        "gridding": lambda: scattered.gridding(x * (side // 2 - 1), values, side),
        "map_coordinates, order 1": lambda: map_coordinates(grid, at.T, order=1),
        "sample, linear": lambda: interpolation.sample(grid, at),
    }


def growth(dims: int, counts: list[int]) -> dict[str, Any]:
    """Microseconds a point from n scattered points to n places, at the ends of the ladder, and exponents."""
    times: dict[str, list[float]] = {}
    for n in counts:
        simplices, works = ways(dims, n)
        for name, work in works.items():
            times.setdefault(name, []).append(best(work))
    ends = [(0, counts[0]), (-1, counts[-1])]
    return {
        "counts": counts,
        "simplices_a_point": round(simplices, 2),
        "us_a_point_first_last": {name: [round(1e6 * t[i] / n, 3) for i, n in ends] for name, t in times.items()},
        "exponents": {name: exponent(counts, t) for name, t in times.items()},
    }


def same_task(count: int, side: int) -> dict[str, Any]:
    """From values of a 2D Gaussian to a picture of side², with noise and without: milliseconds and rms error."""
    rng = np.random.default_rng(3)
    x = rng.uniform(-1, 1, (count, 2))
    axis = np.linspace(-0.95, 0.95, side)
    q = np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2)
    cells = round(0.5 * np.sqrt(count)) | 1
    coarse = np.linspace(-1, 1, cells)
    noise = rng.standard_normal(count)
    regular = np.stack(np.meshgrid(coarse, coarse), -1).reshape(-1, 2)
    places = ((q + 1) * (cells - 1) / 2)[:, ::-1]

    def gridded(values: Any) -> Any:
        made = scattered.gridding(x * (cells - 1) / 2, values, cells)
        return interpolation.sample(made, places, "spline", "reflect")

    kept = scattered.delaunay_weights(x, q)
    several: dict[str, Callable[[Any], Any]] = {
        "griddata (Delaunay, linear)": lambda values: griddata(x, values, q),
        "ours on the same mesh": lambda values: scattered.delaunay_linear(x, values, q),
        "ours, mesh and weights kept": lambda values: (kept[1] * values[kept[0]]).sum(-1),
        "inverse distance": lambda values: scattered.inverse_distance(x, values, q),
        "gridding, then a spline": gridded,
    }
    truth, found = np.exp(-2 * (q**2).sum(1)), {}
    for name, way in several.items():
        clean, noisy = (np.exp(-2 * (x**2).sum(1)) + level * noise for level in (0.0, 0.1))
        rms = [float(f"{np.sqrt(np.nanmean((way(v) - truth) ** 2)):.2g}") for v in (clean, noisy)]
        ms = round(1e3 * best(partial(way, noisy)), 2)
        found[name] = {"ms": ms, "rms": rms[0], "rms_noise_0.1": rms[1]}
    known = np.exp(-2 * (regular**2).sum(1)).reshape(cells, cells)
    for order in (1, 3):
        read = partial(map_coordinates, known, places.T, order=order)
        error = float(f"{np.sqrt(np.mean((read() - truth) ** 2)):.2g}")
        name = f"map_coordinates, order {order}, from {cells}² samples on a grid"
        found[name] = {"ms": round(1e3 * best(read), 2), "rms": error}
    return found


def main(arguments: list[str]) -> None:
    """Measure and keep ``results/interpolation.json``."""
    import scipy

    parser = argparse.ArgumentParser()
    parser.add_argument("--n", type=int, default=500_000)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args(arguments)
    keep(
        "interpolation",
        f"interpolation on grids and of scattered points; ratio = scipy {scipy.__version__} / underfocus",
        {
            "rms_error_96_cubed": errors(50_000),
            "ns_a_value": {
                "2D, 512²": costs((512, 512), chosen.n, chosen.rounds),
                "3D, 96³": costs((SIDE,) * 3, chosen.n, chosen.rounds),
            },
            "growth_2D": growth(2, [2000, 4000, 8000, 16_000, 32_000, 64_000]),
            "growth_3D": growth(3, [1000, 2000, 4000, 8000, 16_000]),
            "from_16384_points_to_128_squared": same_task(128**2, 128),
        },
    )
