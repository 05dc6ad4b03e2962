"""Functions whose transforms are known in closed form, and counts of Fourier bins: what figures and problems share."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from underfocus.maths import fourier

Real = np.ndarray[Any, Any]
SHAPES = ("Gaussian", "box", "pair", "comb")
Name = Literal["Gaussian", "box", "pair", "comb"]
#: Teeth of the comb, and how wide the lobes of pair and comb are beside their spacing.
TEETH, LOBE = 5, 6.0


def _centres(shape: Name, width: float) -> Real:
    """Where the lobes of a pair (± half the width apart) or a comb (a width apart) stand."""
    if shape == "pair":
        return np.array([-width / 2, width / 2])
    return width * (np.arange(TEETH) - TEETH // 2)


def gaussian(x: Any, a: float) -> Any:
    """exp(−π(x/a)²), whose transform is a·exp(−πa²u²)."""
    return np.exp(-np.pi * (np.asarray(x) / a) ** 2)


def samples(shape: Name, width: float, move: float, n: int, pixel: float) -> tuple[Real, Real]:
    """Positions (n,) in Å about the middle of the box, and g there."""
    x = (np.arange(n) - n // 2) * pixel
    moved = x - move
    if shape == "Gaussian":
        return x, gaussian(moved, width)
    if shape == "box":
        return x, _box(moved, width, pixel)
    return x, sum(gaussian(moved - c, width / LOBE) for c in _centres(shape, width))


def _box(x: Real, width: float, pixel: float) -> Real:
    """1 within the width: each sample is the mean over its pixel, so that the edge has a place between samples."""
    return np.clip((width / 2 - np.abs(x)) / pixel + 0.5, 0, 1)


def closed_form(shape: Name, width: float, move: float, u: Real) -> Real:
    """G(u) of the same functions, with the phase that moving them brings."""
    phase = np.exp(-2j * np.pi * u * move)
    if shape == "Gaussian":
        return np.asarray(width * gaussian(u, 1 / width) * phase)
    if shape == "box":
        return np.asarray(width * np.sinc(width * u) * phase)
    lobe = width / LOBE
    teeth = sum(np.exp(-2j * np.pi * u * c) for c in _centres(shape, width))
    return np.asarray(lobe * gaussian(u, 1 / lobe) * teeth * phase)


def bins_between(n: int, pixel: float, coarse: float, fine: float, dims: int = 1) -> int:
    """Fourier samples with 1/coarse < |k| ≤ 1/fine (lengths in Å): one side in 1D, whole ring or shell in 2D and 3D."""
    if dims == 1:
        u = fourier.half_frequencies1(n, pixel)
        return int(np.sum((u > 1 / coarse) & (u <= 1 / fine)))
    radius = fourier.radius2(n, pixel) if dims == 2 else fourier.radius3(n, pixel)
    inside = (radius > 1 / coarse) & (radius <= 1 / fine)
    return int((inside * fourier.half_weights(n)).sum())


def bin_lengths(n: int, pixel: float, k: int) -> tuple[float, float]:
    """The lengths in Å at the two ends of bin k, which reaches from k to k + 1 spacings; infinite for k = 0."""
    size = n * pixel
    return (np.inf if k == 0 else size / k), size / (k + 1)


def square_wave(x: Real, terms: int) -> Real:
    """(4/π) Σ sin(2π(2k+1)x)/(2k+1) over the first ``terms`` odd harmonics."""
    odd = 2 * np.arange(terms)[:, None] + 1
    return np.asarray((4 / np.pi * np.sin(2 * np.pi * odd * x) / odd).sum(axis=0))


def gibbs(terms: int) -> float:
    """Overshoot of a partial sum beside the jump, as a share of the jump (which is 2)."""
    x = np.linspace(0, 0.5, 40 * terms + 400)
    return float((square_wave(x, terms).max() - 1) / 2)


def gibbs_limit() -> float:
    """The overshoot that remains for ever: (2/π ∫₀^π sin t/t dt − 1)/2 of the jump."""
    from scipy.special import sici

    return float((2 / np.pi * sici(np.pi)[0] - 1) / 2)
