"""Filters: their values at the cut-off, what they leave of a wave, and their gradients."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from underfocus.base.errors import InputError
from underfocus.maths import convolution, filters, fourier, stencils, waves

N, PIXEL = 48, 1.5
lengths = st.floats(3.5, 60)


@given(lengths, st.floats(0, 1))
def test_a_cut_off_is_half_way_and_low_and_high_are_the_whole(length: float, edge: float) -> None:
    k = np.linspace(0, 0.4, 300)
    low, high = filters.low_pass(k, length, edge), filters.high_pass(k, length, edge)
    assert np.allclose(low + high, 1)
    assert np.all(np.diff(low) <= 1e-12)
    assert filters.low_pass(np.array([0.0]), length, edge)[0] == 1
    if edge > 0.01:
        assert filters.low_pass(np.array([1 / length]), length, edge)[0] == pytest.approx(0.5)


def test_printed_values() -> None:
    assert filters.butterworth(np.array([0.1]), 10.0)[0] == pytest.approx(2**-0.5)
    assert filters.bfactor(np.array([0.2]), 100.0)[0] == pytest.approx(np.exp(-1))
    # a blur by 5 Å is 1/e at 22.2 Å, and a B-factor of 1974 Å²
    assert filters.gaussian(np.array([1 / 22.2144]), 5.0)[0] == pytest.approx(np.exp(-1), rel=1e-4)
    k = np.linspace(0, 0.2, 9)
    assert np.allclose(filters.gaussian(k, 5.0), filters.bfactor(k, 1973.92), atol=1e-6)
    assert filters.wiener(np.array([0.5]), 4.0)[0] == pytest.approx(1.0)


@pytest.mark.parametrize("dims", [1, 2, 3])
@pytest.mark.parametrize("n", [15, 16])
def test_a_filter_scales_each_wave_by_its_transfer(n: int, dims: int) -> None:
    # an even number of samples keeps a wave below Nyquist whole; phases are arbitrary
    orders = (3, -2, 4)[:dims]
    wave = waves.wave(n, orders, 1.0, 25.0) if dims > 1 else np.cos(2 * np.pi * 3 * np.arange(n) / n + 0.4)
    k = np.linalg.norm(orders) / (n * PIXEL)
    found = filters.apply(wave, lambda k: filters.gaussian(k, 2.0), PIXEL, dims)
    assert np.allclose(found, wave * np.exp(-2 * np.pi**2 * 4 * k**2))


def test_a_blur_by_filter_is_a_convolution() -> None:
    picture = np.random.default_rng(0).standard_normal((N, N))
    blurred = filters.apply(picture, lambda k: filters.gaussian(k, 2.0 * PIXEL), PIXEL)
    assert np.allclose(blurred, convolution.convolve(picture, stencils.gaussian(2.0, 2, 14), "wrap"), atol=1e-6)


def test_filters_commute_and_a_sharp_one_is_a_projection() -> None:
    picture = np.random.default_rng(1).standard_normal((N, N)).astype(np.float32)
    sharp = lambda k: filters.low_pass(k, 9.0, 0.0)  # noqa: E731
    soft = lambda k: filters.butterworth(k, 12.0, 3)  # noqa: E731
    once = filters.apply(picture, sharp, PIXEL)
    assert once.dtype == np.float32
    assert np.allclose(filters.apply(once, sharp, PIXEL), once, atol=1e-5)
    both = filters.apply(once, soft, PIXEL)
    assert np.allclose(filters.apply(filters.apply(picture, soft, PIXEL), sharp, PIXEL), both, atol=1e-5)
    assert np.allclose(filters.apply(picture, filters.then(sharp, soft), PIXEL), both, atol=1e-5)


def test_values_on_the_half_transform_are_a_filter_too() -> None:
    picture = np.random.default_rng(2).standard_normal((N, N))
    moved = filters.apply(picture, fourier.shift_phase2(N, PIXEL, np.array([2 * PIXEL, -PIXEL])), PIXEL)
    assert np.allclose(moved, np.roll(picture, (-1, 2), (0, 1)))


def test_gradients_pass() -> None:
    torch = pytest.importorskip("torch")
    picture = torch.randn(8, 8, dtype=torch.float64, requires_grad=True)
    b = torch.tensor(30.0, dtype=torch.float64, requires_grad=True)

    def sharpened(x: Any, b: Any) -> Any:
        return filters.apply(x, lambda k: filters.bfactor(k, b) * filters.low_pass(k, 4.0), PIXEL)

    assert torch.autograd.gradcheck(sharpened, (picture, b))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda k: filters.low_pass(k, 0.0), "must be positive"),
        (lambda k: filters.low_pass(k, 5.0, 3.0), "part of its cut-off"),
        (lambda k: filters.band_pass(k, 5.0, 10.0), "from the longer"),
        (lambda k: filters.gaussian(k, -1.0), "must be positive"),
        (lambda k: filters.wiener(k, 0.0), "must be positive"),
        (lambda k: filters.apply(k, lambda s: s, dims=4), "lines, images and volumes"),
    ],
)
def test_what_is_no_filter_is_refused(call: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        call(np.linspace(0, 0.5, 9))
