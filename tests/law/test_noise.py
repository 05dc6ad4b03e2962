"""Laws of noise: its moments and spectrum, and that cutting a set into pieces changes no image."""

from __future__ import annotations

import numpy as np
import pytest

from underfocus.base import units
from underfocus.base.errors import InputError
from underfocus.data.atoms import Atoms
from underfocus.data.optics import Optics
from underfocus.maths import fourier, shells
from underfocus.physics import films, noise
from underfocus.physics.ctf import ctf2
from underfocus.physics.factors import scattering_factor
from underfocus.physics.potential import potential

#: What makes a scattering factor in Å a potential in V Å³.
K = units.POTENTIAL_PER_SCATTERING_LENGTH


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


def test_coloured_noise_has_the_power_asked_for_whatever_the_pixel() -> None:
    def power(s: np.ndarray) -> np.ndarray:
        return 4.0 / (1 + (s / 0.1) ** 2)

    for pixel in (1.0, 2.0):
        fields = noise.coloured((300, 32, 32), pixel, power, seed=2)
        assert fields.dtype == np.float32
        found = (np.abs(fourier.fft2(fields)) ** 2).mean(axis=0) / 32**2 * pixel**2
        expected = shells.shell_mean(power(fourier.radius2(32, pixel)), 32, 2)
        np.testing.assert_allclose(shells.shell_mean(found, 32, 2)[1:], expected[1:], rtol=0.12)


def test_structural_noise_carries_the_ctf_and_shot_noise_does_not() -> None:
    n, pixel, optics = 64, 2.0, Optics(defocus=12_000.0, bfactor=40.0)
    fields = noise.structural((200, n, n), pixel, optics, films.film("ice", 300.0), seed=3)
    found = shells.shell_mean((np.abs(fourier.fft2(fields)) ** 2).mean(axis=0), n, 2)
    transfer = (2 * ctf2(n, pixel, optics)) ** 2 * films.film("ice", 300.0)(fourier.radius2(n, pixel)) / pixel**2
    np.testing.assert_allclose(found, shells.shell_mean(transfer * n**2, n, 2), rtol=0.25)
    shot = noise.poisson(np.full((200, n, n), 40.0), seed=1) / 40.0 - 1
    flat = shells.shell_mean((np.abs(fourier.fft2(shot)) ** 2).mean(axis=0), n, 2)[1:]
    assert np.ptp(flat) < 0.3 * flat.mean()
    assert found[1:].max() > 10 * found[1:].min()


def test_a_film_is_a_crowd_of_atoms() -> None:
    # carbon atoms thrown into a box: the power of their projected phases, without any order between them
    n, pixel, thickness, density = 32, 2.0, 64.0, 0.02
    side, rng = n * pixel, np.random.default_rng(9)
    count = round(density * side**2 * thickness)
    found = 0
    for _ in range(12):
        places = rng.uniform(-side / 2, side / 2, (count, 3)) * [1, 1, thickness / side]
        atoms = Atoms(positions=places, elements=np.full(count, "C"), bfactors=np.zeros(count))
        projected = potential(atoms, n, pixel).data.sum(axis=0) * pixel * units.interaction(300.0)
        found = found + np.abs(fourier.fft2(projected)) ** 2 / n**2 * pixel**2 / 12
    s = np.arange(n // 2 + 1) / side
    gas = density * thickness * (units.interaction(300.0) * K * scattering_factor("C", s)) ** 2
    np.testing.assert_allclose(shells.shell_mean(found, n, 2)[3:-1], gas[3:-1], rtol=0.3)
    # the film is this crowd at its own density, calmer at long lengths
    carbon = films.film("carbon", thickness)(s)
    np.testing.assert_allclose(carbon[:3] / gas[:3], films.CALM * films.CARBON / density, rtol=0.02)
    np.testing.assert_allclose(films.film("carbon", 2 * thickness)(s), 2 * carbon)


def test_unknown_films_are_refused() -> None:
    with pytest.raises(InputError, match="there are ice and carbon"):
        films.film("mud", 10.0)
    with pytest.raises(InputError, match="0 Å thick or more"):
        films.film("ice", -1.0)
