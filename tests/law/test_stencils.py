"""Kernels: sums, transfers in closed form, and which fall apart into axes."""

from __future__ import annotations

import numpy as np
import pytest

from underfocus.base.errors import InputError
from underfocus.maths import convolution, fourier, stencils

N = 48


def test_what_keeps_the_mean_sums_to_one() -> None:
    for kernel in (
        stencils.box(3),
        stencils.box(4, 3),
        stencils.gaussian(2.5),
        stencils.sharpen(),
        stencils.identity(5),
    ):
        assert kernel.sum() == pytest.approx(1)
    for kernel in (stencils.sobel(), stencils.sobel(0), stencils.laplacian()):
        assert kernel.sum() == pytest.approx(0, abs=1e-12)


def test_a_box_of_three_turns_contrast_over() -> None:
    f = fourier.half_frequencies1(N)
    found = stencils.transfer(stencils.box(3, 1), N)
    assert np.allclose(found, (1 + 2 * np.cos(2 * np.pi * f)) / 3)
    assert found[N // 3] == pytest.approx(0, abs=1e-12)
    assert found[-1] == pytest.approx(-1 / 3)


def test_sharpen_gains_one_in_the_middle_and_nine_in_the_corner() -> None:
    found = stencils.transfer(stencils.sharpen(), N)
    assert found[0, 0] == pytest.approx(1)
    assert found[N // 2, N // 2] == pytest.approx(9)


def test_a_gaussian_has_the_transfer_of_a_gaussian() -> None:
    f = fourier.half_frequencies1(N)
    found = stencils.transfer(stencils.gaussian(2.0, 1, half=14), N)
    assert np.allclose(
        found, np.exp(-2 * np.pi**2 * 4 * f**2), atol=4e-9
    )  # the alias at Nyquist is as large as the signal


def test_a_transfer_is_what_convolution_does() -> None:
    picture = np.random.default_rng(0).standard_normal((N, N))
    kernel = np.random.default_rng(1).standard_normal((4, 5))
    found = fourier.ifft2(fourier.fft2(picture) * stencils.transfer(kernel, N), N)
    assert np.allclose(found, convolution.convolve(picture, kernel, "wrap"))


def test_sobel_measures_a_slope() -> None:
    y, x = np.mgrid[:12, :12].astype(float)
    inside = (slice(1, -1), slice(1, -1))
    for axis, slope in ((1, 3.0), (0, -2.0)):
        found = convolution.convolve(3 * x - 2 * y, stencils.sobel(axis))[inside]
        assert np.allclose(found, slope)


def test_what_falls_apart_into_axes() -> None:
    for kernel in (stencils.gaussian(1.5), stencils.box(4, 3), stencils.sobel(), np.zeros((3, 3)), -stencils.box(3)):
        factors = stencils.separable(kernel)
        assert factors is not None
        whole = factors[0]
        for factor in factors[1:]:
            whole = np.multiply.outer(whole, factor)
        assert np.allclose(whole, kernel)
    for kernel in (stencils.sharpen(), stencils.laplacian(), np.random.default_rng(2).standard_normal((3, 3))):
        assert stencils.separable(kernel) is None


def test_what_makes_no_kernel_is_refused() -> None:
    for call in (
        lambda: stencils.box(0),
        lambda: stencils.gaussian(0),
        lambda: stencils.gaussian(1, 4),
        lambda: stencils.transfer(np.ones(9), 8),
    ):
        with pytest.raises(InputError):
            call()
