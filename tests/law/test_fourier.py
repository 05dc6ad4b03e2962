"""Laws of the transforms: textbook twin, Parseval, Friedel, shift, linearity, convolution, closed forms, layouts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from underfocus.maths import fourier

SIZES = [8, 9, 16, 15]


def noise(*shape: int, seed: int = 0) -> np.ndarray[Any, Any]:
    return np.random.default_rng(seed).normal(size=shape)


@pytest.mark.parametrize("n", SIZES)
def test_fft1_is_the_textbook_sum(n: int) -> None:
    g = noise(3, n) + 1j * noise(3, n, seed=1)
    assert np.allclose(fourier.fft1(g), fourier.dft1(g), atol=1e-12)
    assert np.allclose(fourier.ifft1(fourier.fft1(g)), g)


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("dims", [2, 3])
def test_transforms_go_there_and_back(n: int, dims: int) -> None:
    x = noise(2, *[n] * dims)
    there, back = (fourier.fft2, fourier.ifft2) if dims == 2 else (fourier.fft3, fourier.ifft3)
    assert np.allclose(back(there(x), n), x)


@pytest.mark.parametrize("n", SIZES)
def test_parseval_with_the_half_planes_weights(n: int) -> None:
    x = noise(n, n)
    total = (np.abs(fourier.fft2(x)) ** 2 * fourier.half_weights(n)).sum()
    assert total == pytest.approx(n * n * (x**2).sum())


@pytest.mark.parametrize("n", SIZES)
def test_display_is_the_centred_full_plane(n: int) -> None:
    x = noise(2, n, n)
    full = fourier.display(fourier.fft2(x), n)
    axis = np.arange(n) - n // 2
    kernel = np.exp(-2j * np.pi * np.outer(axis, axis) / n)
    assert np.allclose(full, kernel @ x @ kernel.T)
    if n % 2:  # Friedel: F(−k) is the conjugate of F(k)
        assert np.allclose(full, full[..., ::-1, ::-1].conj())


@pytest.mark.parametrize("n", SIZES)
def test_a_centred_point_has_a_flat_transform(n: int) -> None:
    x = np.zeros((n, n))
    x[n // 2, n // 2] = 1
    assert np.allclose(fourier.fft2(x), 1)


@given(shift=st.tuples(st.integers(-3, 3), st.integers(-3, 3)))
@settings(max_examples=20, deadline=None)
def test_shift_theorem(shift: tuple[int, int]) -> None:
    n, pixel = 12, 1.7
    x = noise(n, n)
    phase = fourier.shift_phase2(n, pixel, np.array(shift) * pixel)
    # the line at Nyquist cannot be moved by parts of a pixel, but whole pixels are exact
    moved = fourier.ifft2(fourier.fft2(x) * phase, n)
    assert np.allclose(moved, np.roll(x, (shift[1], shift[0]), axis=(0, 1)))


@given(a=st.floats(-5, 5), b=st.floats(-5, 5))
@settings(max_examples=20, deadline=None)
def test_linearity(a: float, b: float) -> None:
    x, y = noise(9, 9), noise(9, 9, seed=3)
    assert np.allclose(fourier.fft2(a * x + b * y), a * fourier.fft2(x) + b * fourier.fft2(y))


def test_convolution_theorem() -> None:
    n = 16
    g, h = noise(n), noise(n, seed=1)
    product = fourier.ifft1(fourier.fft1(g) * fourier.fft1(h)).real
    origin = n // 2
    direct = [sum(g[j] * h[(i - j + origin) % n] for j in range(n)) for i in range(n)]
    assert np.allclose(product, direct)


@pytest.mark.parametrize("width", [1.0, 2.0])
def test_gaussian_of_width_a(width: float) -> None:
    n, pixel = 128, 0.125
    x = (np.arange(n) - n // 2) * pixel
    u = fourier.frequencies1(n, pixel)
    found = fourier.fft1(np.exp(-np.pi * (x / width) ** 2)) * pixel
    assert np.allclose(found, width * np.exp(-np.pi * (width * u) ** 2), atol=1e-10)


def test_single_precision_stays_single() -> None:
    assert fourier.fft2(noise(8, 8).astype(np.float32)).dtype == np.complex64
    assert fourier.fft3(noise(8, 8, 8).astype(np.float32)).dtype == np.complex64


@pytest.mark.parametrize("n", [8, 9])
def test_torch_agrees_and_has_gradients(n: int) -> None:
    torch = pytest.importorskip("torch")
    x = noise(2, n, n)
    t = torch.tensor(x, requires_grad=True)
    assert np.allclose(fourier.fft2(t).detach().numpy(), fourier.fft2(x))
    assert np.allclose(fourier.display(fourier.fft2(t), n).detach().numpy(), fourier.display(fourier.fft2(x), n))
    assert torch.autograd.gradcheck(lambda v: fourier.fft2(v).abs().square().sum(), (t,))


@pytest.mark.parametrize("n", SIZES)
def test_projection_is_a_central_line(n: int) -> None:
    image = noise(n, n)
    line = fourier.fft1(image.sum(axis=0))[: n // 2 + 1]
    assert np.allclose(fourier.fft2(image)[0], line)
