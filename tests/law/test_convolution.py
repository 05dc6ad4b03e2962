"""Convolution and correlation: their laws, their printed sequences, and what they refuse."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from underfocus.base.errors import InputError
from underfocus.maths import convolution, fourier, stencils

sizes = st.integers(1, 9)
seeds = st.integers(0, 999)
boundaries = st.sampled_from(["zero", "wrap", "reflect"])


def draw(seed: int, *shape: int) -> Any:
    return np.random.default_rng(seed).standard_normal(shape)


def test_printed_sequences() -> None:
    f, g = np.array([1.0, 2, 3]), np.array([0, 1, 0.5])
    assert convolution.full(f, g) == pytest.approx([0, 1, 2.5, 4, 1.5])
    assert convolution.full_correlation(f, g) == pytest.approx([0.5, 2, 3.5, 3, 0])
    assert convolution.padded_size(256, 15) == 270


@given(sizes, sizes, sizes, seeds)
def test_it_commutes_associates_and_is_linear(a: int, b: int, c: int, seed: int) -> None:
    f, g, h = draw(seed, a), draw(seed + 1, b), draw(seed + 2, c)
    full = convolution.full
    assert np.allclose(full(f, g), full(g, f))
    assert np.allclose(full(full(f, g), h), full(f, full(g, h)))
    assert np.allclose(full(2 * f, g) - 3 * full(f, g), -full(f, g))
    assert np.allclose(full(f, g), np.convolve(f, g))


@given(st.integers(9, 14), sizes, boundaries, seeds)
def test_a_delta_changes_nothing_and_a_moved_one_moves(n: int, k: int, boundary: Any, seed: int) -> None:
    f = draw(seed, n)
    assert np.allclose(convolution.convolve(f, stencils.identity(k, 1), boundary), f)
    moved = np.zeros(3)
    moved[2] = 1
    assert np.allclose(convolution.convolve(f, moved, "wrap"), np.roll(f, 1))


@given(st.integers(9, 14), sizes, boundaries, seeds)
def test_correlation_is_the_adjoint_of_convolution(n: int, k: int, boundary: Any, seed: int) -> None:
    f, g, h = draw(seed, n), draw(seed + 1, n), draw(seed + 2, k)
    if boundary == "reflect":
        return  # a mirrored edge weighs some samples twice: the operator is not its own mirror image
    left = np.dot(convolution.convolve(f, h, boundary), g)
    assert left == pytest.approx(np.dot(f, convolution.correlate(g, h, boundary)), abs=1e-9)


@pytest.mark.parametrize("n", [15, 16])
def test_the_theorem(n: int) -> None:
    f, g = draw(1, n, n), draw(2, n, n)
    product = fourier.ifft2(fourier.fft2(f) * fourier.fft2(g), n)
    assert np.allclose(convolution.convolve(f, g, "wrap", "direct"), product)


def test_a_kernel_of_fifteen_corrupts_a_border_of_seven() -> None:
    line, kernel = draw(3, 256), draw(4, 15)
    linear = convolution.convolve(line, kernel, "zero")
    circular = convolution.convolve(line, kernel, "wrap")
    wrong = np.flatnonzero(np.abs(linear - circular) > 1e-9)
    assert wrong.tolist() == [*range(7), *range(249, 256)]


@given(st.integers(-6, 6), st.integers(-6, 6), seeds)
def test_the_peak_finds_a_whole_shift(down: int, right: int, seed: int) -> None:
    picture = draw(seed, 24, 25)
    found = convolution.peak_shift(picture, np.roll(picture, (-down, -right), (0, 1)))
    assert np.allclose(found, (down, right), atol=0.3)
    assert np.array_equal(np.rint(found), (down, right))


def test_the_peak_finds_a_fraction() -> None:
    y, x = np.mgrid[:64, :64] - 32.0
    a, b = (np.exp(-((x - dx) ** 2 + (y - dy) ** 2) / 50) for dx, dy in ((3.4, -2.7), (0, 0)))
    assert convolution.peak_shift(a, b) == pytest.approx([-2.7, 3.4], abs=0.01)


def test_a_template_is_found_whatever_the_light() -> None:
    picture = draw(5, 60, 70)
    template = picture[20:31, 30:45]
    found = convolution.normalised_correlation(7 + 3 * picture, template)
    at = np.unravel_index(int(found.argmax()), found.shape)
    assert at == (20 + 11 // 2, 30 + 15 // 2)
    assert found.max() == pytest.approx(1)
    assert np.abs(found).max() <= 1 + 1e-9
    upside_down = convolution.normalised_correlation(-picture, template)
    assert upside_down[at] == pytest.approx(-1)
    assert not convolution.normalised_correlation(np.ones((9, 9)), template[:3, :3]).any()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: convolution.convolve(np.ones((4, 4)), np.ones(3)), "one number of axes"),
        (lambda: convolution.convolve(np.ones(4), np.ones(3), "mirror"), "boundary must be"),  # type: ignore[arg-type]
        (lambda: convolution.convolve(np.ones(4), np.ones(5), "wrap"), "smaller kernel"),
        (lambda: convolution.convolve(np.ones((5, 5)), draw(1, 3, 3), method="separable"), "no product"),
        (lambda: convolution.convolve(np.ones(5), np.ones(3), method="slow"), "method must be"),  # type: ignore[arg-type]
        (lambda: convolution.full(np.ones(5), np.ones((3, 3))), "same number"),
        (lambda: convolution.peak_shift(np.ones(5), np.ones(4)), "one shape"),
        (lambda: convolution.normalised_correlation(np.ones((5, 5)), np.ones((3, 3))), "contrast"),
    ],
)
def test_what_cannot_be_convolved_is_refused(call: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        call()
