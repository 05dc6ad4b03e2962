"""What the chapter on interpolation measures: gains half way, phasors, sizes of an array for griddata."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from underfocus.maths import fourier, interpolation

Real = np.ndarray[Any, Any]


def through(samples: Real, x: Real, method: interpolation.Method | Literal["polynomial"]) -> Real:
    """The curve that a scheme draws through samples, at places x among them; one polynomial through all as well."""
    if method == "polynomial":
        places = np.arange(len(samples))
        return np.asarray(np.polynomial.Polynomial.fit(places, samples, len(samples) - 1)(x))
    return interpolation.sample(samples, x, method)


def gain_half_way(method: interpolation.Method, f: float) -> float:
    """What is left of a cosine's crest that falls half way between two samples, at f cycles a sample."""
    n = 240
    wave = np.cos(2 * np.pi * f * (np.arange(n) - n / 2 - 0.5))
    return float(interpolation.sample(wave, [n / 2 + 0.5], method)[0])


def mean_gain(method: interpolation.Method, f: float) -> float:
    """The mean gain over all places between samples: the kernel's spectrum."""
    return float(interpolation.spectrum(method, np.array([f]))[0])


def phasor_left(degrees: float) -> float:
    """The length of the linear mean of two unit phasors so many degrees apart."""
    pair = np.exp(1j * np.deg2rad([0.0, degrees]))
    return float(np.abs(interpolation.sample(pair, [0.5], "linear"))[0])


def degrees_a_bin(off_centre: float, n: int = 128) -> float:
    """Degrees between the phases of neighbouring Fourier samples of a point ``off_centre`` boxes from the origin."""
    point = np.zeros(n)
    point[round(n // 2 + off_centre * n) % n] = 1
    values = fourier.fft1(point)
    return float(np.abs(np.rad2deg(np.angle(values[1] / values[0]))))


def griddata_sizes(images: int, side: int) -> dict[str, float]:
    """Rows of points and xi, and gigabytes of points in double precision, to grid images of side² into a cube."""
    rows = images * side**2
    return {"points": rows, "gigabytes": rows * 3 * np.dtype(float).itemsize / 1e9, "queries": side**3}


def bilinear(corners: tuple[float, float, float, float], across: float, down: float) -> float:
    """The value at a place among four corners: upper left, upper right, lower left, lower right."""
    square = np.array(corners, float).reshape(2, 2)
    return float(interpolation.sample(square, [[down, across]], "linear")[0])
