"""What the sharpen stream measures: noise after a deconvolution, borders, shortened kernels, the time of each way."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from underfocus.maths import convolution, deconvolution, fourier, stencils
from underfocus.samples import micrograph

from ..pictures import specimen_image

Real = np.ndarray[Any, Any]
SIDE, PIXEL = 128, 2.0


@lru_cache(maxsize=4)
def sharp() -> Real:
    """The picture that is blurred and brought back: a projection of PDB 7PBL, mean 0 and variance 1."""
    return np.asarray(specimen_image("protein", SIDE, PIXEL)[0], float)


@lru_cache(maxsize=16)
def point_spread(sigma: float) -> Real:
    """A Gaussian of σ pixels as wide as the picture, of sum 1."""
    axis = np.exp(-0.5 * ((np.arange(SIDE) - SIDE // 2) / sigma) ** 2)
    return np.asarray(np.outer(axis, axis) / axis.sum() ** 2)


@lru_cache(maxsize=16)
def blurred(sigma: float, noise: float) -> Real:
    """The picture after the point spread, periodic, with white noise."""
    seen = convolution.convolve(sharp(), point_spread(sigma), "wrap", "fft")
    return np.asarray(seen + noise * np.random.default_rng(1).standard_normal(seen.shape))


def error(found: Real) -> float:
    """The root mean square difference from the sharp picture, in its standard deviations."""
    return float(np.sqrt(np.mean((found - sharp()) ** 2)))


@lru_cache(maxsize=16)
def errors(sigma: float, noise: float) -> tuple[Real, Real]:
    """Wiener constants (m,) and the error that each leaves."""
    constants = np.geomspace(1e-9, 10, 41)
    seen, spread = blurred(sigma, noise), point_spread(sigma)
    return constants, np.array([error(deconvolution.wiener(seen, spread, 1 / c)) for c in constants])


def field(side: int = 160) -> tuple[Real, Real]:
    """A real micrograph's corner (side, side) as if it ended there, and the wider field (2·side, …) it was cut from."""
    whole = micrograph().data[0].astype(float)
    wide = whole[: 2 * side, : 2 * side]
    part = slice(side // 2, side // 2 + side)
    return wide[part, part], wide


def true_blur(wide: Real, kernel: Real, side: int = 160) -> Real:
    """The blur of the corner by one who knew what lies beyond its edges."""
    part = slice(side // 2, side // 2 + side)
    return np.asarray(convolution.convolve(wide, kernel, "zero")[part, part])


@lru_cache(maxsize=1)
def _sharp_transform() -> Real:
    return np.asarray(fourier.fft2(sharp()))


def _gaussian_transfer(sigma: float, half: int | None) -> Real:
    """The transfer (n, n//2+1) of a Gaussian of σ pixels that ends ``half`` pixels out, or never: a product of lines."""
    kernel = stencils.gaussian(sigma, 1, SIDE // 2 - 1 if half is None else half)
    line = stencils.transfer(kernel, SIDE).real
    return np.outer(np.concatenate([line, line[-2:0:-1]]), line)


def cut_gaussian(sigma: float, half: int) -> tuple[float, Real]:
    """(relative error, its transform) of a protein blurred with a Gaussian that ends ``half`` pixels out."""
    whole = _sharp_transform() * _gaussian_transfer(sigma, None)
    difference = _sharp_transform() * _gaussian_transfer(sigma, half) - whole
    weights = fourier.half_weights(SIDE)
    error = np.sqrt(np.sum(weights * np.abs(difference) ** 2) / np.sum(weights * np.abs(whole) ** 2))
    return float(error), difference


def best_of(work: Callable[[], object], least: float = 0.03, most: int = 40) -> float:
    """Milliseconds of the quickest of several runs: as many as fit into ``least`` seconds."""
    work()
    times: list[float] = []
    end = time.perf_counter() + least
    while not times or (time.perf_counter() < end and len(times) < most):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return 1000 * min(times)


def corrupted(n: int, k: int, pad: int) -> int:
    """How many of n samples a circular convolution with a kernel of k gets wrong, after ``pad`` zeros were added."""
    rng = np.random.default_rng(2)
    line, kernel = rng.standard_normal(n), rng.standard_normal(k)
    linear = convolution.convolve(line, kernel, "zero", "direct")
    circular = convolution.convolve(np.pad(line, (0, pad)), kernel, "wrap", "direct")[:n]
    return int(np.sum(np.abs(linear - circular) > 1e-9))


def low_pass(picture: Real, sigma: float) -> Real:
    """The engine's answer to the coding problem: a Gaussian of σ pixels, by the transform, mirrored at the edges."""
    return convolution.convolve(np.asarray(picture, float), stencils.gaussian(sigma), "reflect", "fft")


def noise_gain(u: float) -> float:
    """By how much dividing by exp(−πu²) multiplies what is at frequency u."""
    return float(deconvolution.naive_gain(np.exp(-np.pi * np.array([u]) ** 2))[0])


def box_transfer(k: int, f: float) -> float:
    """The transfer of a box of k samples at f cycles a sample."""
    n = 240
    return float(stencils.transfer(stencils.box(k, 1), n)[round(f * n)].real)


def sharpen_gain(corner: bool) -> float:
    """The gain of the five-point sharpening kernel at zero, or at the corner of the transform."""
    found = stencils.transfer(stencils.sharpen(), 64)
    return float(np.abs(fourier.display(found, 64))[(0, 0) if corner else (32, 32)])
