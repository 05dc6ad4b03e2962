"""Laws of the transforms: textbook twin, Parseval, Friedel, shift, linearity, convolution, closed forms, layouts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from underfocus.base.errors import InputError
from underfocus.maths import fourier

SIZES = [8, 9, 16, 15]


def noise(*shape: int, seed: int = 0) -> np.ndarray[Any, Any]:
    return np.random.default_rng(seed).normal(size=shape)


@pytest.mark.parametrize("n", SIZES)
def test_fft1_is_the_textbook_sum(n: int) -> None:
    g = noise(3, n) + 1j * noise(3, n, seed=1)
    assert np.allclose(fourier.fft1(g), fourier.dft1(g), atol=1e-12)
    assert np.allclose(fourier.fft1(g), fourier.direct1(g), atol=1e-12)
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


@pytest.mark.parametrize("n", SIZES)
def test_projection_of_a_volume_is_a_central_plane(n: int) -> None:
    volume = noise(n, n, n)
    assert np.allclose(fourier.fft3(volume)[0], fourier.fft2(volume.sum(axis=0)))


@pytest.mark.parametrize("n", SIZES)
def test_parseval_in_the_volume(n: int) -> None:
    x = noise(n, n, n)
    total = (np.abs(fourier.fft3(x)) ** 2 * fourier.half_weights(n)).sum()
    assert total == pytest.approx(n**3 * (x**2).sum())


@pytest.mark.parametrize("n", SIZES)
def test_friedel_mates_are_conjugate(n: int) -> None:
    """G(−u) = G(u)* of real samples, Nyquist of an even number included, which is its own mate."""
    transform = fourier.fft1(noise(n))
    assert np.allclose(transform[-np.arange(n) % n], transform.conj())
    column = fourier.fft2(noise(n, n))[:, 0]
    assert np.allclose(column[-np.arange(n) % n], column.conj())


@given(x=st.floats(-4, 4), y=st.floats(-4, 4), n=st.sampled_from([48, 49]))
@settings(max_examples=20, deadline=None)
def test_shifts_are_x_then_y_in_angstrom_and_of_any_fraction(x: float, y: float, n: int) -> None:
    pixel, width = 0.5, 1.5
    axis = (np.arange(n) - n // 2) * pixel

    def gaussian(at_x: float, at_y: float) -> np.ndarray[Any, Any]:
        return np.exp(-((axis[:, None] - at_y) ** 2 + (axis[None, :] - at_x) ** 2) / (2 * width**2))

    phase = fourier.shift_phase2(n, pixel, np.array([[x, y], [-x, -y]]))
    moved = fourier.ifft2(fourier.fft2(gaussian(0, 0)) * phase, n)
    assert np.allclose(moved, [gaussian(x, y), gaussian(-x, -y)], atol=1e-6)


def test_frequencies_of_128_pixels_of_1_angstrom() -> None:
    u = fourier.half_frequencies1(128, 1.0)
    assert u[1] == 0.0078125
    assert u[-1] == 0.5
    assert 1 / u[[1, 2, 3]] == pytest.approx([128, 64, 42.67], abs=0.005)
    assert 1 / u[[61, 62, 63]] == pytest.approx([2.098, 2.065, 2.032], abs=5e-4)
    assert fourier.frequencies1(5, 2.0) == pytest.approx(np.array([0, 1, 2, -2, -1]) / 10)
    assert (np.abs(fourier.frequencies1(128)) * 128 >= 64).sum() == 1, "Nyquist of an even number is there once"


@pytest.mark.parametrize(("low", "high", "plane", "volume"), [(12.8, 25.6, 1552, 61_586), (25.6, 51.2, 6184, 492_348)])
def test_values_between_two_resolutions(low: float, high: float, plane: int, volume: int) -> None:
    """How many values of a 128 Å box at 1 Å lie between 10 and 5 Å, and between 5 and 2.5 Å."""
    n = 128
    weights = fourier.half_weights(n)
    for radius, count in ((fourier.radius2(n, 1 / n), plane), (fourier.radius3(n, 1 / n), volume)):
        assert (((radius >= low) & (radius < high)) * weights).sum() == count


@pytest.mark.parametrize(("step", "error"), [(1.0, 0.458), (0.5, 0.0432), (0.25, 3.5e-6)])
def test_error_of_the_sampled_gaussian_is_its_alias(step: float, error: float) -> None:
    n = round(8 / step)
    x, u = (np.arange(n) - n // 2) * step, fourier.frequencies1(n, step)
    found = fourier.fft1(np.exp(-np.pi * x**2)) * step
    assert np.abs(found - np.exp(-np.pi * u**2)).max() == pytest.approx(error, rel=0.01)


def test_two_gaussians_of_opposite_sign_beat() -> None:
    """exp(−π(x−2)²) − exp(−π(x+2)²) has the transform −2i sin(4πu) exp(−πu²), −1.9042i at 1/8."""
    n, step = 256, 1 / 8
    x, u = (np.arange(n) - n // 2) * step, fourier.frequencies1(n, step)
    found = fourier.fft1(np.exp(-np.pi * (x - 2) ** 2) - np.exp(-np.pi * (x + 2) ** 2)) * step
    assert np.allclose(found, -2j * np.sin(4 * np.pi * u) * np.exp(-np.pi * u**2), atol=1e-10)
    assert found[4] == pytest.approx(-1.9042j, abs=5e-5)


@pytest.mark.parametrize("n", SIZES)
def test_power_spectrum_is_centred(n: int) -> None:
    wave = np.cos(2 * np.pi * 3 * (np.arange(n) - n // 2) / n)[None, :] * np.ones((n, 1))
    power = fourier.power2(wave)
    at = {tuple(int(i) for i in place) for place in np.argwhere(power > 1e-6)}
    assert at == {(n // 2, n // 2 - 3), (n // 2, n // 2 + 3)}
    assert power.max() == pytest.approx(n**4 / 4)


def test_an_n_that_does_not_fit_is_refused() -> None:
    with pytest.raises(InputError, match="half transform of 9 samples"):
        fourier.ifft2(fourier.fft2(noise(8, 8)), 9)
    with pytest.raises(InputError, match="half transform of 10 samples"):
        fourier.ifft3(fourier.fft3(noise(8, 8, 8)), 10)


@pytest.mark.parametrize("n", [4, 5])
def test_every_transform_has_a_torch_twin_with_gradients(n: int) -> None:
    torch = pytest.importorskip("torch")
    g, v, shift = (torch.tensor(a, requires_grad=True) for a in (noise(n), noise(n, n, n), noise(2, 2)))
    assert np.allclose(fourier.dft1(g).detach().numpy(), fourier.dft1(g.detach().numpy()))
    assert np.allclose(fourier.fft1(g).detach().numpy(), fourier.fft1(g.detach().numpy()))
    assert np.allclose(fourier.fft3(v).detach().numpy(), fourier.fft3(v.detach().numpy()))
    phase = fourier.shift_phase2(n, 1.5, shift)
    assert np.allclose(phase.detach().numpy(), fourier.shift_phase2(n, 1.5, shift.detach().numpy()))
    assert torch.autograd.gradcheck(lambda a: fourier.ifft1(fourier.fft1(a) ** 2).real, (g,))
    assert torch.autograd.gradcheck(lambda a: fourier.ifft3(fourier.fft3(a) ** 2, n), (v,))
    assert torch.autograd.gradcheck(lambda a: torch.view_as_real(fourier.shift_phase2(n, 1.5, a)), (shift,))
    single = torch.ones(n, n)
    assert fourier.fft2(single).dtype == torch.complex64
    assert fourier.radius2(n, 1.0, like=fourier.fft2(single)).dtype == torch.float32


def test_the_error_of_a_textbook_sum_is_that_of_its_angles() -> None:
    g = np.random.default_rng(4).standard_normal(1024)
    truth = fourier.fft1(g)
    tabled, naive = (np.linalg.norm(f(g) - truth) / np.linalg.norm(truth) for f in (fourier.direct1, fourier.dft1))
    assert tabled < 3e-15
    assert naive > 10 * tabled
    batch = g.reshape(4, 256)
    assert np.allclose(fourier.direct1(batch), fourier.fft1(batch), atol=1e-12)


@pytest.mark.parametrize("n", [6, 7])
def test_the_full_cube_is_the_full_transform(n: int) -> None:
    values = np.random.default_rng(3).standard_normal((n, n, n))
    expected = np.fft.fftshift(np.fft.fftn(np.fft.ifftshift(values)))
    np.testing.assert_allclose(fourier.display3(fourier.fft3(values), n), expected, atol=1e-12)
