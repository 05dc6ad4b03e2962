"""What transforms cost and how exact they are: a DFT against the FFT, an FFT against disk and interpolation, NUFFTs."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from underfocus.maths import fourier, interpolation, nonuniform

from .measure import keep, time_call


def milliseconds(work: Callable[[], Any], runs: int = 7) -> float:
    """The median of several runs after one that does not count."""
    work()
    return round(1000 * float(np.median([time_call(work).wall for _ in range(runs)])), 4)


def sums(sizes: tuple[int, ...]) -> list[dict[str, Any]]:
    """DFT as a matrix product (the matrix made before) against the FFT, in double and single precision."""
    rows = []
    for n in sizes:
        for dtype, complex_dtype in ((np.float64, np.complex128), (np.float32, np.complex64)):
            g = np.random.default_rng(0).standard_normal(n).astype(dtype)
            matrix = fourier.dft1(np.eye(n)).astype(complex_dtype)
            truth = fourier.fft1(g.astype(np.float64))
            slow, fast = milliseconds(lambda a=g, m=matrix: a @ m), milliseconds(lambda a=g: fourier.fft1(a))
            rows.append(
                {
                    "n": n,
                    "precision": np.dtype(dtype).name,
                    "dft_ms": slow,
                    "fft_ms": fast,
                    "ratio": round(slow / fast, 1),
                    "operations_ratio": round(n / np.log2(n), 1),
                    "dft_error": float(f"{np.linalg.norm(g @ matrix - truth) / np.linalg.norm(truth):.2g}"),
                    "fft_error": float(f"{np.linalg.norm(fourier.fft1(g) - truth) / np.linalg.norm(truth):.2g}"),
                }
            )
    return rows


def beside_the_rest(shapes: tuple[tuple[int, ...], ...]) -> list[dict[str, Any]]:
    """An FFT, reading from a file that is in memory, and linear interpolation at as many places; single precision."""
    rows = []
    for shape in shapes:
        rng = np.random.default_rng(0)
        data = rng.standard_normal(shape).astype(np.float32)
        at = rng.uniform(0, shape[0] - 1, (data.size, data.ndim))
        turned = np.sort(at, axis=0)
        forward = fourier.fft2 if data.ndim == 2 else fourier.fft3
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "data"
            data.tofile(file)
            reading = milliseconds(lambda f=file: np.fromfile(f, np.float32), 5)
        fft = milliseconds(lambda d=data, f=forward: f(d), 5)
        rows.append(
            {
                "shape": list(shape),
                "fft_ms": fft,
                "fft_two_threads_ms": milliseconds(lambda d=data, f=forward: f(d, workers=2), 5),
                "read_cached_ms": reading,
                "linear_anywhere_ms": milliseconds(lambda d=data, a=at: interpolation.sample(d, a), 3),
                "linear_in_order_ms": milliseconds(lambda d=data, a=turned: interpolation.sample(d, a), 3),
                "fft_gflops": round(5 * data.size * np.log2(data.size) / fft / 1e6 / 2, 2),
            }
        )
    return rows


def off_the_grid(n: int, points: int) -> list[dict[str, Any]]:
    """Type 2 of a plane at random points: time and error against the sum written out, for several tolerances."""
    rng = np.random.default_rng(0)
    plane, q = rng.standard_normal((n, n)), rng.uniform(-0.5, 0.5, (points, 2))
    some = rng.integers(0, points, 200)
    truth = nonuniform.type2_plain(plane, q[some])
    rows = []
    for tolerance in (1e-2, 1e-4, 1e-6, 1e-9, 1e-12):
        found = nonuniform.type2(plane, q, tolerance)[some]
        rows.append(
            {
                "tolerance": tolerance,
                "error": float(f"{np.linalg.norm(found - truth) / np.linalg.norm(truth):.2g}"),
                "ms": milliseconds(lambda t=tolerance: nonuniform.type2(plane, q, t), 5),
            }
        )
    return rows


def main(arguments: list[str]) -> None:
    """Measure and keep ``results/fourier.json``."""
    argparse.ArgumentParser().parse_args(arguments)
    keep(
        "fourier",
        "the cost and the error of transforms, beside reading and interpolation",
        {
            "sum_against_fft": sums((64, 256, 1024, 4096)),
            "beside_the_rest": beside_the_rest(((1024, 1024), (4096, 4096), (128, 128, 128), (256, 256, 256))),
            "off_the_grid": {"side": 256, "points": 200_000, "rows": off_the_grid(256, 200_000)},
        },
    )


if __name__ == "__main__":
    main([])
