"""Deconvolution: exact without noise, hopeless by division with it, best by Wiener at the true ratio."""

from __future__ import annotations

import numpy as np
import pytest

from underfocus.base.errors import InputError
from underfocus.maths import convolution, deconvolution, stencils

N = 64
SIGMA = 1.2


def blurred(noise: float, dims: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:  # type: ignore[type-arg]
    rng = np.random.default_rng(7)
    truth = rng.standard_normal((N,) * dims)
    axis = np.exp(-0.5 * ((np.arange(N) - N // 2) / SIGMA) ** 2)
    kernel = axis / axis.sum() if dims == 1 else np.outer(axis, axis) / axis.sum() ** 2
    seen = convolution.convolve(truth, kernel, "wrap", "fft")
    return truth, kernel, seen + noise * rng.standard_normal(seen.shape)


@pytest.mark.parametrize("dims", [1, 2])
def test_without_noise_a_division_brings_everything_back(dims: int) -> None:
    truth, kernel, seen = blurred(0.0, dims)
    assert np.allclose(deconvolution.naive(seen, kernel), truth, atol=1e-6)
    assert np.allclose(deconvolution.wiener(seen, kernel, 1e12), truth, atol=0.1)


def test_with_noise_wiener_is_best_at_the_true_ratio() -> None:
    truth, kernel, seen = blurred(0.05, 2)
    errors = {
        snr: float(np.mean((deconvolution.wiener(seen, kernel, snr) - truth) ** 2)) for snr in (4.0, 400.0, 40_000.0)
    }
    assert min(errors, key=lambda snr: errors[snr]) == 400.0
    assert np.mean((deconvolution.naive(seen, kernel) - truth) ** 2) > 100 * errors[400.0]


def test_the_printed_explosion() -> None:
    assert deconvolution.naive_gain(np.exp(-np.pi * np.array([4.0])))[0] == pytest.approx(286_751, rel=1e-5)


def test_gains_in_closed_form() -> None:
    h = np.array([1.0, 0.5, -0.2, 0.1j])
    assert np.allclose(deconvolution.wiener_gain(h, np.inf), 1 / h)
    assert np.allclose(deconvolution.wiener_gain(h, 4.0), np.conj(h) / (np.abs(h) ** 2 + 0.25))
    assert deconvolution.wiener_gain(np.zeros(1), 4.0)[0] == 0


def test_what_cannot_be_undone_is_refused() -> None:
    line = np.ones(8)
    with pytest.raises(InputError, match="zero at some frequency"):
        deconvolution.naive_gain(stencils.transfer(stencils.box(3, 1), 48).round(12))
    with pytest.raises(InputError, match="must be positive"):
        deconvolution.wiener(line, line, 0.0)
    with pytest.raises(InputError, match="shape"):
        deconvolution.naive(line, np.ones(3))
