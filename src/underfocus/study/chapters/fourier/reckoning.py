"""What the sharpen stream reckons: operations, bytes, errors and times of discrete transforms."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import numpy as np

from underfocus.maths import fourier, interpolation

Real = np.ndarray[Any, Any]
Precision = Literal["double", "single"]


def gaussian(x: Any) -> Real:
    """exp(−πx²), which is its own transform."""
    return np.asarray(np.exp(-np.pi * np.asarray(x) ** 2))


def operations(n: int, dims: int = 1) -> dict[str, float]:
    """Multiply–adds of a sum over all points, of an FFT, and their ratio, for n points on each of ``dims`` axes."""
    points = float(n) ** dims
    return {"sum": points**2, "fft": points * np.log2(points), "ratio": points / np.log2(points)}


def floating_point_operations(n: int, dims: int) -> float:
    """5 N log₂ N: the usual count of a complex FFT of N points (Van Loan 1992, SIAM)."""
    points = float(n) ** dims
    return float(5 * points * np.log2(points))


def megabytes(n: int, half: bool) -> float:
    """Millions of bytes of the transform of n³ values in single precision, whole or as the half that is kept."""
    shape = fourier.fft3(np.zeros((8, 8, 8), np.float32)).shape
    last = n // 2 + 1 if half else n
    assert shape[-1] == 8 // 2 + 1
    return n * n * last * np.dtype(np.complex64).itemsize / 1e6


def dft_error(step: float, box: float = 8.0) -> float:
    """The largest difference between dx times the FFT of exp(−πx²) and the integral, in a box of this width."""
    n = round(box / step)
    x = (np.arange(n) - n // 2) * step
    return float(np.abs(fourier.fft1(gaussian(x)) * step - gaussian(fourier.frequencies1(n, step))).max())


def rounding(n: int, precision: Precision) -> float:
    """The relative difference, in the 2-norm, of an FFT from the truth: the double DFT, or for single the double FFT."""
    g = np.random.default_rng(0).standard_normal(n)
    if precision == "double":
        found, truth = fourier.fft1(g), fourier.dft1(g)
    else:
        found, truth = fourier.fft1(g.astype(np.float32)), fourier.fft1(g.astype(np.float32).astype(float))
    return float(np.linalg.norm(found - truth) / np.linalg.norm(truth))


def milliseconds(work: Callable[[], object], least: float = 0.02) -> float:
    """The quickest of as many runs as fit into ``least`` seconds, after one that does not count."""
    work()
    times: list[float] = []
    end = time.perf_counter() + least
    while not times or time.perf_counter() < end:
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return 1000 * min(times)


def tasks(n: int, dims: int) -> dict[str, float]:
    """Milliseconds of an FFT of n samples an axis in single precision, of reading as many values from a file, and of
    interpolating linearly at as many places. The file is new, so that the system still holds it in memory."""
    rng = np.random.default_rng(0)
    data = rng.standard_normal((n,) * dims).astype(np.float32)
    forward: Callable[..., Any] = fourier.fft2 if dims == 2 else fourier.fft3
    at = rng.uniform(0, n - 1, (data.size, dims))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "values.raw"
        data.tofile(file)
        reading = milliseconds(lambda: np.fromfile(file, np.float32))
    return {
        "FFT": milliseconds(lambda: forward(data)),
        "FFT, two threads": milliseconds(lambda: forward(data, workers=2)),
        "read from memory's copy of a file": reading,
        "linear interpolation": milliseconds(lambda: interpolation.sample(data, at)),
    }


def pattern(kind: str, n: int, width: float) -> Real:
    """A picture (n, n) made by formula; ``width`` in pixels."""
    y, x = np.mgrid[:n, :n] - n // 2
    r = np.hypot(x, y)
    apart = 2 * width
    made = {
        "Gaussian": np.exp(-np.pi * (r / width) ** 2),
        "disc": (r <= width).astype(float),
        "rectangle": ((np.abs(x) <= width) & (np.abs(y) <= width / 3)).astype(float),
        "two discs": sum((np.hypot(x - s * apart, y) <= width / 2).astype(float) for s in (-1, 1)),
        "lattice": sum(
            np.exp(-2 * ((x - a * apart) ** 2 + (y - b * apart - a * apart / 3) ** 2) / (0.3 * width) ** 2)
            for a in range(-4, 5)
            for b in range(-4, 5)
        ),
    }
    return np.asarray(made[kind], float)


def body(kind: str, n: int, stretch: float) -> Real:
    """A density (n, n, n) of which one axis, z, is ``stretch`` times the others."""
    z, y, x = np.mgrid[:n, :n, :n] - n // 2
    if kind == "ellipsoid":
        return np.asarray(1 / (1 + np.exp((np.sqrt(x**2 + y**2 + (z / stretch) ** 2) - n / 9) / 0.6)))
    if kind == "ring":
        return np.asarray(np.exp(-((np.hypot(x, y) - n / 5) ** 2 + (z / stretch) ** 2) / (n / 20) ** 2))
    pitch = n / 3.2 * stretch
    turn = 2 * np.pi * z / pitch
    away = (x - n / 7 * np.cos(turn)) ** 2 + (y - n / 7 * np.sin(turn)) ** 2
    return np.asarray(np.exp(-away / (n / 13) ** 2) * np.exp(-((z / (0.4 * n)) ** 8)))


def dft(g: Any) -> Real:
    """The engine's transform in the order a reader's own has: origin at sample 0, as numpy counts."""
    g = np.asarray(g)
    n = len(g)
    return np.asarray(fourier.dft1(np.roll(g, n // 2)))
