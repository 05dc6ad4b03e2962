"""Laws of noise: its moments and spectrum, and that cutting a set into pieces changes no image."""

from __future__ import annotations

import numpy as np
import pytest

from underfocus.base.errors import InputError
from underfocus.maths import fourier, shells
from underfocus.physics import noise


def test_white_noise_has_the_variance_asked_for_at_every_frequency() -> None:
    images = noise.white((200, 32, 32), 3.0, seed=4)
    assert images.dtype == np.float32
    assert abs(images.mean()) < 4 * 3.0 / np.sqrt(images.size)
    assert images.var() == pytest.approx(9.0, rel=0.02)
    power = (np.abs(fourier.fft2(images)) ** 2).mean(axis=0) / 32**2
    np.testing.assert_allclose(shells.shell_mean(power, 32, 2)[1:], 9.0, rtol=0.12)


def test_cutting_a_set_changes_nothing() -> None:
    whole = noise.white((9, 8, 8), 1.5, seed=11)
    parts = [noise.white((k, 8, 8), 1.5, seed=11, first=first) for first, k in ((0, 4), (4, 1), (5, 4))]
    np.testing.assert_array_equal(np.concatenate(parts), whole)


def test_images_and_seeds_are_independent() -> None:
    one, other = noise.white((40, 32, 32), 1.0, seed=1), noise.white((40, 32, 32), 1.0, seed=2)
    flat = np.concatenate([one, other]).reshape(80, -1)
    correlations = np.corrcoef(flat)[np.triu_indices(80, 1)]
    assert np.abs(correlations).max() < 5 / np.sqrt(flat.shape[1])


def test_without_a_seed_every_draw_is_new() -> None:
    assert not np.array_equal(noise.white((1, 8, 8), 1.0), noise.white((1, 8, 8), 1.0))


def test_counts_have_the_variance_of_their_mean() -> None:
    expected = np.repeat([0.0, 0.5, 20.0], 40_000).reshape(3, -1)
    counts = noise.poisson(expected, seed=3)
    np.testing.assert_allclose(counts.mean(axis=1), [0, 0.5, 20], rtol=0.02)
    np.testing.assert_allclose(counts.var(axis=1), [0, 0.5, 20], rtol=0.04)
    np.testing.assert_array_equal(counts, noise.poisson(expected, seed=3))


def test_sigma_for_snr() -> None:
    assert noise.sigma_for_snr(4.0, 0.25) == 4.0


def test_refused_in_words() -> None:
    with pytest.raises(InputError, match="at least 0"):
        noise.white((1, 4, 4), -1.0)
    with pytest.raises(InputError, match="counts must be at least 0"):
        noise.poisson(np.array([1.0, -0.1]))
    with pytest.raises(InputError, match="above 0"):
        noise.sigma_for_snr(1.0, 0.0)
