"""The FSC to expect, from poses, CTFs and noise alone, against the halves that simulated particles really give."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.law.made import density

import underfocus as uf
from underfocus.base.errors import InputError
from underfocus.data.optics import Optics, spread
from underfocus.data.particles import Particles
from underfocus.data.pose import Pose
from underfocus.inference import expected as expecting
from underfocus.inference.accumulate import Lot
from underfocus.inference.imagenoise import NoiseSpectra, outside
from underfocus.inference.information import Information, information
from underfocus.inference.reconstruct import half_sets, reconstruct_halves
from underfocus.inference.scheme import Scheme
from underfocus.inference.weighting import Weighting, by_group
from underfocus.maths import fourier, masks, shells
from underfocus.physics import dose, imaging
from underfocus.samples import views

N, COUNT = 40, 600
SHELLS = slice(3, N // 2 - 2)
TRUTH = density(N)
#: A mean difference of so many times what chance makes of it is no difference.
LIKE_CHANCE = 1.6
OPTICS = Optics(defocus=spread(6_000, 16_000, COUNT))


def made(pose: Pose, snr: float, optics: Optics = OPTICS, seed: int = 3) -> tuple[Particles, float]:
    """Particles, and the true standard deviation of their noise."""
    sigma = imaging.layout(TRUTH, pose, optics, snr=snr, seed=seed).sigma
    return uf.simulate(TRUTH, pose, optics, snr=snr, seed=seed), sigma


def white(sigma: float, count: int = COUNT) -> NoiseSpectra:
    return NoiseSpectra(np.full((1, N // 2 + 1), sigma**2), np.zeros(count, int))


def known(particles: Particles, noise: NoiseSpectra, weighting: Weighting | None = None, **more: Any) -> Information:
    return information(Lot(particles, half_sets(particles), weighting or Weighting()), noise, Scheme(**more))


def miss(particles: Particles, noise: NoiseSpectra, weighting: Weighting | None = None, wiener: float = 0.3) -> float:
    """By how much measured and expected FSC differ over all shells, in units of what chance does; whole and masked."""
    halves = reconstruct_halves(particles, weighting=weighting, wiener=wiener)
    mask = masks.from_density(TRUTH.data, extend=1, edge=3)
    found = uf.fsc(halves.half1, halves.half2, mask)
    hoped = expecting.expected(known(particles, noise, weighting), TRUTH, mask=mask, wiener=wiener)
    assert found.masked is not None
    assert hoped.masked is not None
    ratios = []
    for seen, told, part in ((found.unmasked, hoped.fsc, 1.0), (found.masked, hoped.masked, float(np.mean(mask**2)))):
        chance = (1 - told**2) / np.sqrt(part * shells.shell_counts(N, 3)) * np.sqrt(2 / np.pi)
        ratios.append(np.abs(seen - told)[SHELLS].mean() / (chance[SHELLS].mean() + 2e-3))
    return float(max(ratios))


@pytest.mark.parametrize("snr", [0.3, 0.05, 0.015])
def test_even_views_meet_the_expectation_at_any_noise(snr: float) -> None:
    particles, sigma = made(Pose.random(COUNT, seed=1, shift=5.0), snr)
    assert miss(particles, white(sigma)) < LIKE_CHANCE


def test_twice_the_noise_misses() -> None:
    particles, sigma = made(Pose.random(COUNT, seed=1), 0.05)
    assert miss(particles, white(np.sqrt(2) * sigma)) > 2.5


@pytest.mark.parametrize(("kind", "wiener"), [("top", 0.3), ("side", 0.3), ("mixture", 0.0)])
def test_views_that_crowd_are_weighed_as_they_lie(kind: str, wiener: float) -> None:
    pose = views.views(kind, COUNT, 2, spread=20)
    particles, sigma = made(pose, 0.1)
    assert miss(particles, white(sigma), wiener=wiener) < LIKE_CHANCE


def test_few_slices_leave_voxels_empty_and_that_is_expected() -> None:
    particles, sigma = made(Pose.random(60, seed=4), 2.0, Optics(defocus=spread(6_000, 16_000, 60)))
    assert miss(particles, white(sigma, 60)) < LIKE_CHANCE


def test_two_groups_of_unequal_noise_and_dose_before_each_image() -> None:
    pose, rng = Pose.random(COUNT, seed=5), np.random.default_rng(6)
    clean = imaging.layout(TRUTH, pose, OPTICS)
    exposure, group = rng.uniform(0, 40, COUNT), np.arange(COUNT) // 2 % 2
    s = np.arange(N // 2 + 1) / (N * TRUTH.pixel)
    left = np.exp(-exposure[:, None] / (2 * dose.critical_exposure(s)[None]))
    rings = np.minimum(shells.shell_index(N, 2), N // 2)
    signal = fourier.ifft2(fourier.fft2(clean.signal(slice(None))) * left[:, rings], N)
    sigma = np.array([0.5, 1.5]) * 2.5 * float(signal.std())
    images = signal + sigma[group][:, None, None] * rng.standard_normal(signal.shape)
    columns = {"rlnOpticsGroup": group.astype(str)}
    particles = replace(clean.particles(images.astype(np.float32)), columns=columns)
    true = NoiseSpectra(np.repeat(sigma[:, None] ** 2, N // 2 + 1, axis=1), group)
    assert miss(particles, true, by_group(particles, exposure=exposure)) < LIKE_CHANCE
    alike = Weighting(exposure=exposure)  # unequal noise that the weights do not know of costs what it costs
    assert miss(particles, true, alike) < LIKE_CHANCE
    measured = outside(particles)
    assert measured.power[:, 2:].mean(axis=1) == pytest.approx(sigma**2, rel=0.05)
    assert np.all(measured.group == group)


def test_symmetry_mates_share_their_noise() -> None:
    particles, sigma = made(Pose.random(200, seed=7), 0.05, Optics(defocus=spread(6_000, 16_000, 200)))
    turned = [TRUTH.data, *(np.rot90(TRUTH.data[1:, 1:, 1:], k, axes=(2, 1)) for k in (1, 2, 3))]
    total = np.mean([np.pad(t, (N - len(t), 0)) for t in turned], axis=0)
    fourfold = uf.Volume(total.astype(np.float32), TRUTH.pixel)
    particles = uf.simulate(fourfold, Pose.random(200, seed=7), particles.optics, snr=0.05, seed=2)
    sigma = imaging.layout(fourfold, Pose.random(200, seed=7), particles.optics, snr=0.05, seed=2).sigma
    halves = reconstruct_halves(particles, symmetry="C4")
    found = uf.fsc(halves.half1, halves.half2).unmasked
    hoped = expecting.expected(known(particles, white(sigma, 200), symmetry="C4"), fourfold).fsc
    alone = expecting.expected(known(particles, white(sigma, 200)), fourfold).fsc
    assert np.abs(found - hoped)[SHELLS].mean() < 0.03
    assert (hoped - alone)[SHELLS].mean() > 0.1


def test_even_views_have_the_closed_form() -> None:
    """One CTF of 1 everywhere: the noise of a half is n²σ²·2k/M, a slice having 2πk samples of a shell's 4πk²."""
    count, sigma = 4_000, 3.0
    lens = Optics(defocus=0.0, cs_mm=0.0, amplitude_contrast=1.0)
    particles = Particles(np.zeros((count, N, N), np.float32), 3.0, lens, Pose.random(count, seed=8))
    hoped = expecting.expected(known(particles, white(sigma, count)), TRUTH, wiener=0.0)
    k = np.arange(N // 2 + 1)
    closed = N**2 * sigma**2 * 2 * k / (count / 2)
    assert hoped.noise[SHELLS] / closed[SHELLS] == pytest.approx(1, abs=0.2)
    assert np.mean(hoped.noise[6:18] / closed[6:18]) == pytest.approx(1, abs=0.03)
    power = expecting.signal_power(TRUTH)
    assert hoped.signal[SHELLS] / power[SHELLS] == pytest.approx(1, abs=0.03)
    ratio = power / np.maximum(closed, 1e-9)
    assert hoped.fsc[SHELLS] == pytest.approx((ratio / (1 + ratio))[SHELLS], abs=0.02)


def test_four_times_the_particles_are_expected_as_four_times_the_signal() -> None:
    few, sigma = made(Pose.random(COUNT, seed=9), 0.02)
    many = Particles(np.zeros((4 * COUNT, 1, 1)), few.pixel, Optics(defocus=spread(6_000, 16_000, 4 * COUNT)))
    many = replace(many, stack=np.zeros((4 * COUNT, N, N), np.float32), pose=Pose.random(4 * COUNT, seed=10))
    hoped = expecting.expected(known(few, white(sigma)), TRUTH)
    more = expecting.expected(known(many, white(sigma, 4 * COUNT)), TRUTH)
    assert hoped.resolution(times=4) == pytest.approx(more.resolution(), rel=0.03)
    assert more.resolution() < hoped.resolution()


def test_a_maps_own_noise_is_taken_off_by_the_fsc_of_its_halves() -> None:
    rng = np.random.default_rng(11)
    noise = [30 * float(TRUTH.data.std()) * rng.standard_normal((N, N, N)).astype(np.float32) / 30 for _ in range(2)]
    halves = [uf.Volume(TRUTH.data + x, TRUTH.pixel) for x in noise]
    whole = uf.Volume((halves[0].data + halves[1].data) / 2, TRUTH.pixel)
    curve = uf.fsc(*halves).unmasked
    true, seen = expecting.signal_power(TRUTH), expecting.signal_power(whole)
    freed = expecting.signal_power(whole, curve)
    near = slice(3, 12)
    assert np.mean(freed[near] / true[near]) == pytest.approx(1, abs=0.05)
    assert np.mean(seen[near] / true[near]) > 1.03


def test_the_mean_difference_over_all_cases_is_small() -> None:
    """Over five draws the measured curve lies about the expected one to a hundredth, from few shells to many."""
    total = []
    for seed in range(5):
        particles, sigma = made(Pose.random(300, seed=20 + seed), 0.1, Optics(defocus=spread(6_000, 16_000, 300)), seed)
        halves = reconstruct_halves(particles)
        total.append(uf.fsc(halves.half1, halves.half2).unmasked)
    hoped = expecting.expected(known(particles, white(sigma, 300)), TRUTH).fsc
    assert np.abs(np.mean(total, axis=0) - hoped)[SHELLS].mean() < 0.015


def test_what_cannot_be_expected_is_refused() -> None:
    particles, sigma = made(Pose.random(COUNT, seed=1), 0.1)
    with pytest.raises(InputError, match="needs poses"):
        known(replace(particles, pose=None), white(sigma))
    with pytest.raises(InputError, match="flat slices"):
        known(particles, white(sigma), ewald=1)
    with pytest.raises(InputError, match="noise spectrum"):
        known(particles, white(sigma, 5))
    with pytest.raises(InputError, match="voxels is needed"):
        expecting.expected(known(particles, white(sigma)), density(32))
    with pytest.raises(InputError, match="counted from 0"):
        NoiseSpectra(np.ones((1, 5)), np.array([0, 1]))
    with pytest.raises(InputError, match="at least 0"):
        NoiseSpectra(-np.ones((1, 5)), np.array([0, 0]))
