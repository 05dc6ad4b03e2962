"""Convolution of an image as the kernel grows: direct, through the transform, axis by axis, each paired with scipy."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import ndimage, signal

from underfocus.maths import convolution, stencils

from .measure import Run, keep, paired, time_call


def repeated(work: Callable[[], Any], times: int) -> Callable[[], Run]:
    """One timed run of several calls, as long as a clock needs."""

    def run() -> Run:
        return time_call(lambda: [work() for _ in range(times)])

    return run


def pair(side: int, k: int, rounds: int) -> dict[str, Any]:
    """Milliseconds a call of the three ways and of their scipy twins, single precision, one size of kernel."""
    image = np.random.default_rng(0).standard_normal((side, side)).astype(np.float32)
    kernel = stencils.gaussian(max(k / 6, 0.4), 2, k // 2).astype(np.float32)
    line = stencils.gaussian(max(k / 6, 0.4), 1, k // 2).astype(np.float32)
    any_kernel = kernel + np.eye(k, dtype=np.float32) * 1e-3
    ways: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {
        "direct": (
            lambda: convolution.convolve(image, any_kernel, "reflect", "direct"),
            lambda: ndimage.convolve(image, any_kernel, mode="mirror"),
        ),
        "fft": (
            lambda: convolution.convolve(image, any_kernel, "zero", "fft"),
            lambda: signal.fftconvolve(image, any_kernel, mode="same"),
        ),
        "separable": (
            lambda: convolution.convolve(image, kernel, "reflect", "separable"),
            lambda: ndimage.convolve1d(ndimage.convolve1d(image, line, 0, mode="mirror"), line, 1, mode="mirror"),
        ),
    }
    found: dict[str, Any] = {"kernel": k}
    for name, (ours, theirs) in ways.items():
        assert np.allclose(ours(), theirs(), atol=1e-3), name
        times = max(1, round(0.02 / max(time_call(ours).wall, 1e-5)))
        both = paired(repeated(ours, times), repeated(theirs, times), rounds)
        found[name] = {
            "ours_ms": round(1000 * both["ours"]["wall_s"] / times, 3),
            "scipy_ms": round(1000 * both["theirs"]["wall_s"] / times, 3),
            "ratio": both["wall_ratio"],
        }
    return found


def main(arguments: list[str]) -> None:
    """Measure and keep ``results/convolution.json``."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--side", type=int, default=512)
    parser.add_argument("--kernels", default="3,7,11,15,21,31,41")
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args(arguments)
    sizes = [int(k) for k in chosen.kernels.split(",")]
    rows = [pair(chosen.side, k, chosen.rounds) for k in sizes]
    crossing = next((r["kernel"] for r in rows if r["direct"]["ours_ms"] > r["fft"]["ours_ms"]), None)
    claim = "a convolution of an image in single precision as the kernel grows; ratio = scipy / underfocus"
    keep("convolution", claim, {"side": chosen.side, "rows": rows, "transform_wins_from": crossing})


if __name__ == "__main__":
    main([])
