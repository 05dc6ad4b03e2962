"""A camera at work: a 4096² exposure through equation 7, and 40 frames of 1024² filtered by exposure."""

from __future__ import annotations

import argparse
import resource
from dataclasses import replace
from typing import Any

import numpy as np
import scipy.fft

from underfocus.data.detector import DETECTORS, Detector
from underfocus.data.response import Radial
from underfocus.maths import fourier
from underfocus.physics import detector, dose, fractions

from .measure import Run, keep, paired, summary, time_call

PIXEL = 1.0


def plain_filter(frames: np.ndarray, bounds: np.ndarray) -> np.ndarray:
    """The sum as one would write it down: weights for every pixel of every frame, all transforms at once."""
    weights = dose.filter_weights(fourier.radius2(frames.shape[-1], PIXEL), bounds).astype(np.float32)
    half = scipy.fft.rfft2(frames) * weights
    return np.asarray(scipy.fft.irfft2(half.sum(axis=0)))


def exposures(side: int, rounds: int) -> dict[str, Any]:
    """Seconds of one exposure by camera, and of its parts."""
    scene = np.ones((side, side), np.float32)
    scene[: side // 2] = 0.98
    table = np.linspace(0, 0.5, 64)
    measured = replace(DETECTORS["K2"], mtf=Radial(table, DETECTORS["K2"].mtf.at(0 * table, table)))
    cameras: dict[str, Detector] = {
        "integrating, square pixel": Detector(),
        "counting, square pixel": DETECTORS["ideal"],
        "counting, K2 curves": DETECTORS["K2"],
        "counting, K2 with a table for its MTF": measured,
    }
    found: dict[str, Any] = {}
    for name, camera in cameras.items():
        runs = [time_call(lambda camera=camera: detector.record(scene, 40.0, camera, seed=1)) for _ in range(rounds)]  # type: ignore[misc]
        found[name] = summary(runs)
    found["peak_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    drawing = [time_call(lambda: np.random.default_rng(1).poisson(np.full((side, side), 40.0))) for _ in range(rounds)]
    found["of which Poisson's draw alone"] = summary(drawing)
    found["what is expected, no draw (K2)"] = summary(
        [time_call(lambda: detector.expected(scene, 40.0, DETECTORS["K2"])) for _ in range(rounds)]
    )
    return found


def sums(side: int, count: int, rounds: int) -> dict[str, Any]:
    """The exposure-filtered sum against the one written down plainly, and the frames moved back."""
    frames = np.random.default_rng(0).poisson(1.0, (count, side, side)).astype(np.float32)
    bounds, moves = dose.edges(40.0, count), fractions.path(count, 3.0, 5.0)
    apart = np.abs(dose.filtered_sum(frames, PIXEL, bounds) - plain_filter(frames, bounds)).max()

    def ours() -> Run:
        return time_call(lambda: dose.filtered_sum(frames, PIXEL, bounds))

    return {
        "filtered sum": paired(ours, lambda: time_call(lambda: plain_filter(frames, bounds)), rounds),
        "largest difference": float(apart),
        "frames moved back and summed": summary(
            [time_call(lambda: fractions.summed(frames, PIXEL, moves)) for _ in range(rounds)]
        ),
    }


def main(arguments: list[str]) -> None:
    """Measure and keep ``results/detector.json``."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--side", type=int, default=4096)
    parser.add_argument("--frames", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args(arguments)
    found: dict[str, Any] = {f"exposure of {chosen.side}²": exposures(chosen.side, chosen.rounds)}
    found[f"{chosen.frames} frames of 1024²"] = sums(1024, chosen.frames, chosen.rounds)
    keep(
        "detector",
        "an exposure through equation 7 and an exposure-filtered sum; theirs is the sum written plainly",
        found,
    )
