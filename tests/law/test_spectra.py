"""Power spectra: white noise is flat, a wave is a point, and the layouts agree."""

from __future__ import annotations

import numpy as np
import pytest

from underfocus.base.errors import InputError
from underfocus.maths import fourier, sampling, spectra, waves


@pytest.mark.parametrize("dims", [2, 3])
def test_white_noise_has_its_variance_at_every_frequency(dims: int) -> None:
    noise = 3 * np.random.default_rng(0).standard_normal((32,) * dims)
    s, mean = spectra.radial(noise, 2.0, dims)
    assert s[-1] == pytest.approx(0.25)
    assert np.average(mean[4:], weights=np.arange(4, 17)) == pytest.approx(9, rel=0.1)
    assert np.allclose(spectra.amplitude(noise, 2.0, dims)[1], np.sqrt(mean * 32**dims))


def test_a_wave_lies_in_its_ring() -> None:
    _, mean = spectra.radial(waves.wave(32, (3, 4)))
    assert int(np.argmax(mean)) == 5
    assert mean[5] > 1e6 * np.delete(mean, 5).max()


def test_a_window_takes_away_the_cross_of_unequal_edges() -> None:
    ramp = np.mgrid[:64, :64][1].astype(np.float32)
    cross = spectra.power(ramp)[1:, 0].sum() + spectra.power(ramp)[0, 1:].sum()
    soft = spectra.windowed(ramp)
    assert soft.dtype == np.float32
    assert abs(soft[0]).max() < 0.05 * abs(ramp - ramp.mean()).max()
    assert spectra.power(soft)[0, 12:].sum() < 0.01 * cross
    assert np.allclose(spectra.windowed(ramp, 0.0), ramp - ramp.mean())


@pytest.mark.parametrize("n", [7, 8])
def test_layouts_hold_the_same_transform(n: int) -> None:
    picture = np.random.default_rng(1).standard_normal((n, n))
    half = fourier.fft2(picture)
    full = fourier.full2(half, n)
    assert np.allclose(full, np.fft.fft2(np.roll(picture, (-(n // 2), -(n // 2)), (0, 1))))
    assert np.allclose(fourier.half2(full), half)
    line = picture[0]
    assert np.allclose(fourier.half_fft1(line), fourier.fft1(line)[: n // 2 + 1])
    assert np.allclose(fourier.half_ifft1(fourier.half_fft1(line), n), line)


def test_a_rescaled_picture_keeps_its_field_and_its_waves() -> None:
    picture = waves.wave(60, (3, 4))
    small, pixel = sampling.rescale(picture, 1.0, 1.52)
    assert small.shape == (39, 39)
    assert pixel == pytest.approx(60 / 39)
    assert np.allclose(small, waves.wave(39, (3, 4)))
    large, finer = sampling.rescale(small, pixel, 1.0)
    assert finer == pytest.approx(1.0)
    assert np.allclose(large, picture)


def test_refusals() -> None:
    for call in (
        lambda: spectra.power(np.ones(4), 1),
        lambda: spectra.windowed(np.ones((4, 4)), 0.7),
        lambda: sampling.rescale(np.ones((4, 4)), 1.0, 0.0),
        lambda: sampling.rescale(np.ones((4, 4)), 1.0, 5.0),
    ):
        with pytest.raises(InputError):
            call()
