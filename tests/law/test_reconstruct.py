"""Laws of direct Fourier inversion: it undoes projection, CTF, shift, contrast and whitening, on the truth's scale."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.law.made import NONE, PIXEL, correlation, density, images_of, peak, scale

from underfocus.base import progress
from underfocus.base.errors import InputError
from underfocus.data.optics import Optics, spread
from underfocus.data.particles import Particles
from underfocus.data.pose import Pose
from underfocus.data.volume import Volume
from underfocus.inference import accumulate as accumulation
from underfocus.inference.reconstruct import half_sets, reconstruct, reconstruct_halves
from underfocus.maths import fourier, symmetry


@pytest.fixture(scope="module")
def truth() -> Volume:
    return density(32)


@pytest.fixture(scope="module")
def particles(truth: Volume) -> Particles:
    count = 1_500
    pose = Pose.random(count, seed=1, shift=9.0)
    optics = Optics(defocus=spread(8_000, 22_000, count), astigmatism=600.0, astigmatism_angle=25.0, bfactor=20.0)
    return images_of(truth, pose, optics, noise=1.0)


@pytest.mark.parametrize("n", [31, 32])
def test_projections_give_the_density_back(n: int) -> None:
    truth = density(n)
    found = reconstruct(images_of(truth, Pose.random(1_200, seed=2), NONE))
    assert found.pixel == PIXEL
    assert found.data.dtype == np.float32
    assert correlation(found, truth)[: n // 2 - 1].min() > 0.995
    assert scale(found, truth) == pytest.approx(1, abs=0.02)


def test_microscope_images_give_the_density_back(particles: Particles, truth: Volume) -> None:
    found = reconstruct(particles)
    assert correlation(found, truth)[:11].min() > 0.95
    assert scale(found, truth) == pytest.approx(1, abs=0.02)


def test_scale_holds_for_any_strength_of_the_wiener_term(particles: Particles, truth: Volume) -> None:
    for strength in (0.0, 0.1, 1.0):
        assert scale(reconstruct(particles, wiener=strength), truth) == pytest.approx(1, abs=0.03)


def test_wiener_term_helps_thin_data(truth: Volume) -> None:
    pose = Pose.random(60, seed=4)
    few = images_of(truth, pose, Optics(defocus=spread(8_000, 22_000, 60)), noise=2.0)
    plain, held = (correlation(reconstruct(few, wiener=w), truth)[1:14].mean() for w in (0.0, 0.5))
    assert held > plain + 0.02


def test_wrong_geometry_is_noticed(particles: Particles, truth: Volume) -> None:
    pose = particles.pose
    assert pose is not None
    turned = Pose(np.swapaxes(pose.rotation, -1, -2), pose.shift)
    opposite = Pose(pose.rotation, -pose.shift)
    mirrored = Pose(np.diag([1, 1, -1]) @ pose.rotation @ np.diag([1, 1, -1]), pose.shift)
    for wrong in (turned, opposite, mirrored):
        assert correlation(reconstruct(replace(particles, pose=wrong)), truth)[3:12].mean() < 0.7


def test_contrast(truth: Volume) -> None:
    pose, optics = Pose.random(300, seed=6), Optics(defocus=spread(8_000, 22_000, 300))
    white, dark = (images_of(truth, pose, optics, contrast=c) for c in ("white", "dark"))
    assert np.allclose(white.images().data, -dark.images().data)
    assert reconstruct(dark).data == pytest.approx(reconstruct(white).data, abs=1e-4)
    assert scale(reconstruct(replace(dark, contrast="white")), truth) < -0.9


def test_halves_are_disjoint_and_the_whole_is_all(particles: Particles) -> None:
    halves = reconstruct_halves(particles, wiener=0.0)
    for found, rows in (
        (halves.half1, slice(0, None, 2)),
        (halves.half2, slice(1, None, 2)),
        (halves.whole, slice(None)),
    ):
        alone = reconstruct(particles[rows], wiener=0.0)
        assert found.data == pytest.approx(alone.data, abs=1e-4 * peak(alone))
    assert correlation(halves.half1, halves.half2)[:9].min() > 0.9


def test_half_sets_follow_the_metadata(particles: Particles) -> None:
    numbers = np.random.default_rng(5).permutation(np.arange(len(particles)) % 2) + 1
    chosen = replace(particles, half=numbers)
    assert np.array_equal(half_sets(chosen), numbers - 1)
    first = reconstruct_halves(chosen, wiener=0.0).half1
    alone = reconstruct(particles[numbers == 1], wiener=0.0)
    assert first.data == pytest.approx(alone.data, abs=1e-4 * peak(alone))
    with pytest.raises(InputError, match="numbered 1 and 2"):
        reconstruct_halves(replace(particles, half=np.zeros(len(particles), int)))
    with pytest.raises(InputError, match="hold particles"):
        reconstruct_halves(particles[:1])


def test_chunks_make_no_difference(particles: Particles, monkeypatch: pytest.MonkeyPatch) -> None:
    some = particles[:300]
    at_once = reconstruct(some)
    monkeypatch.setattr(accumulation, "CHUNK_PIXELS", 70 * 32 * 32)
    events: list[progress.Event] = []
    with progress.listener(events.append):
        in_chunks = reconstruct(some)
    assert in_chunks.data == pytest.approx(at_once.data, abs=1e-5 * peak(at_once))
    assert [event.done for event in events] == [0, 70, 140, 210, 280, 300]


def test_whitened_images_give_the_same_density(particles: Particles, truth: Volume) -> None:
    louder = particles.with_images(40.0 * particles.images().data)
    found = reconstruct(louder.whiten())
    assert correlation(found, truth)[:11].min() > 0.95
    assert scale(found, truth) == pytest.approx(40, rel=0.03)


def test_symmetry_fills_in_the_missing_views(truth: Volume) -> None:
    operators = symmetry.operators("C4")
    n = truth.n
    turned = [np.rot90(truth.data[1:, 1:, 1:], k, axes=(1, 2)) for k in range(4)]
    data = np.zeros((n, n, n), np.float32)
    data[1:, 1:, 1:] = sum(turned)
    symmetric = Volume(data, PIXEL)
    few = images_of(symmetric, Pose.random(60, seed=9), NONE)
    once, four = reconstruct(few), reconstruct(few, symmetry="C4")
    assert len(operators) == 4
    assert correlation(four, symmetric)[1:14].mean() > correlation(once, symmetric)[1:14].mean() + 0.02
    rotated = np.rot90(four.data[1:, 1:, 1:], axes=(1, 2))
    assert rotated == pytest.approx(four.data[1:, 1:, 1:], abs=1e-3 * peak(four))


def test_radius_cuts_the_transform(particles: Particles) -> None:
    found = fourier.fft3(reconstruct(particles[:200], radius=8).data)
    power = np.abs(found) ** 2
    beyond = fourier.radius3(32, 1 / 32) > 10
    assert power[beyond].sum() < 2e-3 * power.sum()


def test_one_image_gives_a_map(particles: Particles) -> None:
    assert np.isfinite(reconstruct(particles[:1]).data).all()


def test_errors(particles: Particles) -> None:
    with pytest.raises(InputError, match="needs poses"):
        reconstruct(replace(particles, pose=None))
    with pytest.raises(InputError, match="none were given"):
        reconstruct(particles[:0])
