"""Laws of sampling, shells and masks."""

from __future__ import annotations

import numpy as np
import pytest

from underfocus.base.errors import InputError
from underfocus.maths import fourier, masks, sampling, shells


def noise(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape)


@pytest.mark.parametrize("n", [8, 9])
@pytest.mark.parametrize("m", [12, 13])
@pytest.mark.parametrize("dims", [2, 3])
def test_pad_then_crop_is_nothing_and_the_origin_stays(n: int, m: int, dims: int) -> None:
    x = noise(2, *[n] * dims)
    padded = sampling.pad(x, m, dims)
    assert np.array_equal(sampling.crop(padded, n, dims), x)
    assert np.array_equal(padded[(slice(None), *[m // 2] * dims)], x[(slice(None), *[n // 2] * dims)])


@pytest.mark.parametrize(("n", "m"), [(16, 12), (16, 11), (15, 10), (15, 9)])
@pytest.mark.parametrize("dims", [2, 3])
def test_fourier_crop_keeps_the_mean_and_every_frequency_below(n: int, m: int, dims: int) -> None:
    x = noise(*[n] * dims)
    small = sampling.fourier_crop(x, m, dims)
    assert small.mean() == pytest.approx(x.mean())
    wave = np.cos(2 * np.pi * 2 * (np.arange(n) - n // 2) / n)
    wave = np.broadcast_to(wave, [n] * dims)
    expected = np.broadcast_to(np.cos(2 * np.pi * 2 * (np.arange(m) - m // 2) / m), [m] * dims)
    assert np.allclose(sampling.fourier_crop(wave, m, dims), expected)
    assert np.allclose(sampling.fourier_crop(sampling.fourier_pad(small, n, dims), m, dims), small)


def test_torch_agrees() -> None:
    torch = pytest.importorskip("torch")
    x = noise(2, 12, 12)
    t = torch.tensor(x)
    for operation in (
        lambda v: sampling.fourier_crop(v, 8),
        lambda v: sampling.pad(v, 15),
        lambda v: sampling.bin(v, 3),
    ):
        assert np.allclose(operation(t).numpy(), operation(x))


def test_bin_averages() -> None:
    assert np.allclose(sampling.bin(np.arange(16.0).reshape(4, 4), 2), [[2.5, 4.5], [10.5, 12.5]])


def test_nyquist_and_alias() -> None:
    assert sampling.nyquist(1.06) == pytest.approx(2.12)
    assert 1 / abs(sampling.alias(1 / 1.5, 1.0)) == pytest.approx(3.0)


@pytest.mark.parametrize("bad", [0, 20])
def test_sizes_that_cannot_be(bad: int) -> None:
    with pytest.raises(InputError, match="was asked for"):
        sampling.crop(noise(8, 8), bad)


@pytest.mark.parametrize("n", [12, 13])
@pytest.mark.parametrize("dims", [2, 3])
def test_shells_count_the_whole_transform(n: int, dims: int) -> None:
    axis = np.round(np.fft.fftfreq(n) * n)
    radius = np.rint(np.sqrt(sum(np.meshgrid(*[axis**2] * dims, indexing="ij"))))
    direct = [(radius == r).sum() for r in range(n // 2 + 1)]
    assert np.allclose(shells.shell_counts(n, dims), direct)


def test_correlation_of_a_map_with_itself_is_one_and_with_noise_none() -> None:
    a, b = noise(24, 24, 24), noise(24, 24, 24, seed=1)
    fa, fb = fourier.fft3(a), fourier.fft3(b)
    assert np.allclose(shells.correlation(fa, 3 * fa, 24, 3), 1)
    assert np.allclose(shells.correlation(fa, -fa, 24, 3), -1)
    assert np.abs(shells.correlation(fa, fb, 24, 3)[3:]).max() < 0.25


def test_white_noise_has_a_flat_spectrum() -> None:
    power = np.abs(fourier.fft2(noise(200, 32, 32))) ** 2
    means = shells.shell_mean(power.mean(0), 32, 2) / 32**2
    assert np.allclose(means, 1, atol=0.25)  # the innermost shell is one value an image: 10 % standard deviation
    assert np.allclose(means[4:], 1, atol=0.05)


def test_radial_average_of_a_radial_function() -> None:
    axis = np.arange(17) - 8
    r = np.hypot(*np.meshgrid(axis, axis))
    assert np.allclose(shells.radial_average(np.rint(r)), np.arange(9))


def test_a_sphere_has_its_volume_and_a_soft_edge() -> None:
    ball = masks.sphere(64, 20)
    assert ball.sum() == pytest.approx(4 / 3 * np.pi * 20**3, rel=0.01)
    soft = masks.sphere(64, 20, edge=4)
    assert soft[32, 32, 32 + 22] == pytest.approx(0.5)
    assert soft[32, 32, 32 + 24] == 0


def test_a_density_mask_holds_the_density_and_grows() -> None:
    density = masks.sphere(48, 8)
    mask = masks.from_density(density, threshold=0.5, extend=3, edge=4)
    assert mask[density > 0].min() == 1
    assert mask[24, 24, 24 + 10] == 1
    assert 0 < mask[24, 24, 24 + 13] < 1
    assert mask[24, 24, 24 + 17] == 0
    with pytest.raises(InputError, match="lower it"):
        masks.from_density(density, threshold=2.0)
    assert masks.soften(density > 0.5, 4)[24, 24, 24 + 10] == pytest.approx(0.5, abs=0.01)


def gaussian(n: int, pixel: float, at: float = 0.0) -> np.ndarray:
    axis = (np.arange(n) - n // 2) * pixel - at
    return np.exp(-(axis[:, None] ** 2 + axis[None, :] ** 2) / (2 * 3.0**2))


@pytest.mark.parametrize(("n", "m"), [(60, 30), (60, 45), (61, 40), (60, 41), (61, 51)])
def test_resampling_scales_the_pixel_and_keeps_the_origin(n: int, m: int) -> None:
    fine, coarse = gaussian(n, 1.0, at=2.0), gaussian(m, n / m, at=2.0)
    assert np.allclose(sampling.fourier_crop(fine, m), coarse, atol=2e-4)
    assert np.allclose(sampling.fourier_pad(coarse, n), fine, atol=2e-4)


def test_nothing_beyond_the_new_nyquist_comes_back_as_an_alias() -> None:
    wave = np.cos(2 * np.pi * 10 * np.arange(24) / 24) * np.ones((24, 1))
    assert np.allclose(sampling.fourier_crop(wave, 16), 0, atol=1e-12)
    assert not np.allclose(sampling.bin(wave, 2), 0, atol=0.1), "binning lets it through"


def test_zero_filling_interpolates() -> None:
    x = noise(9, 9)
    assert np.allclose(sampling.fourier_pad(x, 27)[1::3, 1::3], x)


@pytest.mark.parametrize(("n", "factor"), [(24, 2), (24, 3), (27, 3), (25, 2)])
def test_where_binning_puts_the_origin(n: int, factor: int) -> None:
    line = np.arange(n, dtype=float) - n // 2
    m = n // factor
    centres = np.arange(m) * factor + (factor - 1) / 2 - n // 2
    assert np.allclose(sampling.bin(np.broadcast_to(line, (n, n)), factor)[0], centres)


def test_precision_padding_value_and_refusals() -> None:
    x = noise(2, 8, 8).astype(np.float32)
    assert sampling.fourier_crop(x, 6).dtype == np.float32
    assert sampling.fourier_pad(x, 11).dtype == np.float32
    assert sampling.fourier_crop(x, 8) is x
    assert sampling.pad(np.zeros((2, 2)), 4, value=3.0).sum() == 36
    for refused in (
        lambda: sampling.pad(x, 7),
        lambda: sampling.fourier_crop(x, 9),
        lambda: sampling.fourier_pad(x, 7),
        lambda: sampling.fourier_crop(x, 6, dims=4),
        lambda: sampling.bin(x, 9),
    ):
        with pytest.raises(InputError):
            refused()


@pytest.mark.parametrize(("n", "m"), [(5, 8), (8, 5), (6, 4)])
def test_gradients_of_resampling(n: int, m: int) -> None:
    torch = pytest.importorskip("torch")
    t = torch.tensor(noise(n, n), requires_grad=True)
    change = sampling.fourier_crop if m < n else sampling.fourier_pad
    assert torch.autograd.gradcheck(lambda v: change(v, m), (t,))
    cube = torch.tensor(noise(n, n, n))
    assert np.allclose(change(cube, m, 3).numpy(), change(cube.numpy(), m, 3))


@pytest.mark.parametrize(("frequency", "seen"), [(0.2, 0.2), (0.7, -0.3), (-0.9, 0.1), (3.0, 0.0)])
def test_alias_lies_within_nyquist(frequency: float, seen: float) -> None:
    assert sampling.alias(frequency, 1.0) == pytest.approx(seen)
    x = np.arange(50)
    assert np.allclose(np.exp(2j * np.pi * frequency * x), np.exp(2j * np.pi * seen * x))


@pytest.mark.parametrize(("n", "m"), [(16, 12), (15, 12), (12, 16), (12, 15)])
def test_the_smaller_nyquist_is_dropped(n: int, m: int) -> None:
    change = sampling.fourier_crop if m < n else sampling.fourier_pad
    half, edge = fourier.fft2(change(noise(n, n), m)), min(n, m) // 2
    assert np.allclose(half[edge], 0, atol=1e-12)
    assert np.allclose(half[-edge], 0, atol=1e-12)
    assert np.allclose(half[:, edge], 0, atol=1e-12)
    assert np.abs(half[edge - 1, : edge - 1]).min() > 1e-6
