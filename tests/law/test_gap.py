"""What a gap between particles and their twin says: errors that are put in are found again, by kind and amount."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

import underfocus as uf
from underfocus.base.errors import InputError
from underfocus.data.optics import Optics, spread
from underfocus.data.particles import Particles
from underfocus.data.pose import Pose
from underfocus.inference.agreement import Agreement, agreement
from underfocus.inference.imagenoise import outside, sampled
from underfocus.inference.reconstruct import reconstruct_halves
from underfocus.inference.twin import Twin
from underfocus.inference.weighting import Weighting
from underfocus.maths import masks, so3
from underfocus.samples.molecules import protein
from underfocus.validation import gap as gaps
from underfocus.validation import pose_error

N, PIXEL, COUNT = 40, 4.5, 1_200
TRUTH = uf.potential(protein("7pbl").centred(), n=N, pixel=PIXEL)
MASK = masks.from_density(TRUTH.data, extend=2, edge=4)
RADII = gaps.radii_of(TRUTH, MASK)
POSE = Pose.random(COUNT, seed=1, shift=4.0)
OPTICS = Optics(defocus=spread(8_000, 18_000, COUNT))
Harm = Callable[[Particles, np.random.Generator], Particles]


def found(harm: Harm) -> tuple[gaps.Gap, Agreement, gaps.Measured, gaps.Measured]:
    """Harmed particles against their twin."""
    particles = harm(uf.simulate(TRUTH, POSE, OPTICS, snr=0.08, seed=2), np.random.default_rng(3))
    twin = Twin(particles, TRUTH, outside(particles), Weighting(), seed=4)
    seen = agreement(particles, twin, sampled(np.arange(COUNT)))
    data, made = (
        gaps.measured(h.half1, h.half2, MASK) for h in (reconstruct_halves(p) for p in (particles, twin.imitation()))
    )
    return gaps.gap(data, made, RADII), seen, data, made


def turned(degrees: float) -> Harm:
    def harm(p: Particles, rng: np.random.Generator) -> Particles:
        error = so3.exp(degrees * rng.standard_normal((len(p), 3)))
        return replace(p, pose=Pose(error @ POSE.rotation, POSE.shift))

    return harm


def moved(angstrom: float) -> Harm:
    def harm(p: Particles, rng: np.random.Generator) -> Particles:
        return replace(p, pose=Pose(POSE.rotation, POSE.shift + angstrom * rng.standard_normal((len(p), 2))))

    return harm


def junk(part: float) -> Harm:
    def harm(p: Particles, rng: np.random.Generator) -> Particles:
        images = p.images().data.copy()
        rows = rng.permutation(len(p))[: round(part * len(p))]
        sigma = np.sqrt(outside(p).mean()[4:].mean())
        images[rows] = sigma * rng.standard_normal((len(rows), N, N))
        return p.with_images(images)

    return harm


def mixed(p: Particles, rng: np.random.Generator) -> Particles:
    """Half of the particles have lost the half of the molecule above the middle."""
    part = TRUTH.data.copy()
    part[N // 2 + 2 :] = 0
    other = uf.simulate(uf.Volume(part, PIXEL), POSE, OPTICS, seed=2).images().data
    clean = uf.simulate(TRUTH, POSE, OPTICS, seed=2).images().data
    rows = rng.permutation(len(p))[: len(p) // 2]
    images = p.images().data.copy()
    images[rows] += other[rows] - clean[rows]
    return p.with_images(images)


def test_perfect_particles_are_their_twins() -> None:
    gap, seen, data, made = found(lambda p, _: p)
    assert gap.line.fraction == pytest.approx(1, abs=0.03)
    assert abs(gap.line.amount) < max(15, 3 * gap.line.amount_error)
    assert gap.line.chi2 < 2
    assert data.resolution == pytest.approx(made.resolution, rel=0.03)
    assert seen.mean == pytest.approx(1, abs=0.02)
    assert seen.absent < 0.01
    assert np.mean(data.noise[3:16] / made.noise[3:16]) == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("degrees", [1.5, 3.0])
def test_errors_of_angles_are_found(degrees: float) -> None:
    gap, _, data, made = found(turned(degrees))
    assert gap.turned is not None
    assert gap.turned.amount == pytest.approx(degrees, rel=0.12)
    assert gap.turned.fraction == pytest.approx(1, abs=0.05)
    put_in = pose_error.bfactor(np.sqrt(pose_error.mean_square_move(degrees, *RADII)))
    # the middle is smeared less than the mean, and is what is left at high resolution
    assert 0.6 * put_in < gap.line.amount < 1.1 * put_in
    assert data.resolution >= made.resolution


@pytest.mark.parametrize("angstrom", [1.0, 2.0])
def test_errors_of_centres_are_found(angstrom: float) -> None:
    gap, *_ = found(moved(angstrom))
    assert gap.line.amount == pytest.approx(pose_error.bfactor(angstrom), rel=0.2)
    assert gap.line.fraction == pytest.approx(1, abs=0.03)


def test_particles_that_show_nothing_are_counted_twice_over() -> None:
    """The signal's amplitude is left by 0.7, its power by 0.49; and single images tell how many there are."""
    gap, seen, *_ = found(junk(0.3))
    assert gap.line.fraction == pytest.approx(0.7, rel=0.05)
    assert np.exp(np.mean(gap.log_ratio[gap.chosen])) == pytest.approx(0.49, rel=0.1)
    assert abs(gap.line.amount) < max(20, 3 * gap.line.amount_error)
    assert seen.absent == pytest.approx(0.3, abs=0.05)


def test_a_mixture_is_neither_a_b_factor_nor_a_fraction() -> None:
    gap, seen, *_ = found(mixed)
    assert gap.line.chi2 > 2.5
    assert gap.turned is not None
    assert gap.turned.chi2 > 2.5
    assert seen.mean < 0.95


def test_power_that_is_left_of_points_on_a_sphere() -> None:
    rng = np.random.default_rng(5)
    point = 40.0 * np.array([0.6, 0.0, 0.8])
    turns = so3.exp(2.0 * rng.standard_normal((100_000, 3))) @ point - point
    assert np.mean(turns**2) == pytest.approx(pose_error.mean_square_move(2.0, [40.0], [1.0]), rel=0.02)
    directions = rng.standard_normal((60, 3))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    s = 1 / 14
    amplitudes = np.abs(np.exp(2j * np.pi * s * turns @ directions.T).mean(axis=0))
    assert np.mean(amplitudes**2) == pytest.approx(pose_error.power_left(s, 2.0, [40.0], [1.0]), abs=0.04)
    assert pose_error.power_left(np.array([0.0, 0.1]), 0.0, [40.0], [1.0]) == pytest.approx([1, 1])


def test_errors_of_the_measured_powers_are_what_draws_scatter_by() -> None:
    rng, n = np.random.default_rng(6), 24
    signal = rng.standard_normal((n, n, n)).astype(np.float32)
    logs, told = [], []
    for _ in range(40):
        halves = [uf.Volume(signal + rng.standard_normal((n, n, n)).astype(np.float32), 2.0) for _ in range(2)]
        one = gaps.measured(*halves)
        logs.append(np.log(one.signal[4:11]))
        told.append(one.error[4:11])
    assert np.mean(np.std(logs, axis=0) / np.mean(told, axis=0)) == pytest.approx(1, abs=0.15)


def test_what_cannot_be_compared_is_refused() -> None:
    rng = np.random.default_rng(7)
    noise = [uf.Volume(rng.standard_normal((24, 24, 24)).astype(np.float32), 2.0) for _ in range(2)]
    empty = gaps.measured(*noise)
    with pytest.raises(InputError, match="shells with signal in both"):
        gaps.gap(empty, empty)
    other = gaps.measured(*(uf.Volume(np.asarray(v.data)[:20, :20, :20], 2.0) for v in noise))
    with pytest.raises(InputError, match="in one box"):
        gaps.gap(empty, other)
    with pytest.raises(InputError, match="shape"):
        gaps.measured(*noise, mask=np.ones((8, 8, 8)))
    with pytest.raises(InputError, match="no density above 0"):
        gaps.radii_of(uf.Volume(-np.ones((8, 8, 8), np.float32), 2.0))
    with pytest.raises(InputError, match="a radius and a weight"):
        pose_error.power_left(0.1, 1.0, [1.0, 2.0], [1.0])
