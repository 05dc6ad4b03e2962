"""Fourier sampling, SCF and its null distribution: closed forms, chance, refusals; HEALPix areas and flat maps."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from underfocus.base.errors import InputError
from underfocus.data.pose import Pose
from underfocus.maths import rotations, so3, sphere
from underfocus.samples import views
from underfocus.validation import orientation


def ring(tilt: float, count: int = 20_003) -> np.ndarray:
    """Views evenly round a ring at ``tilt`` from z."""
    around = 2 * np.pi * (np.arange(count) + 0.5) / count
    sine, cosine = np.sin(np.radians(tilt)), np.cos(np.radians(tilt))
    return np.stack([sine * np.cos(around), sine * np.sin(around), cosine + 0 * around], axis=-1)


@pytest.mark.parametrize("order", range(6))
def test_a_centre_lies_in_its_own_cell(order: int) -> None:
    centres = so3.healpix_directions(order)
    assert np.array_equal(sphere.healpix_cells(centres, order), np.arange(len(centres)))


def test_cells_nest_and_have_equal_areas() -> None:
    found = rotations.view_direction(rotations.random(120_000, 3))
    fine, coarse = sphere.healpix_cells(found, 4), sphere.healpix_cells(found, 3)
    assert np.array_equal(fine // 4, coarse)
    counts = np.bincount(coarse, minlength=768)
    assert ((counts - counts.mean()) ** 2).mean() / counts.mean() == pytest.approx(1, abs=0.2)


@given(st.floats(-1, 1), st.floats(-3.14, 3.14))
def test_mollweide_there_and_back(z: float, longitude: float) -> None:
    radius = np.sqrt(max(0.0, 1 - z * z))
    direction = np.array([radius * np.cos(longitude), radius * np.sin(longitude), z])
    place = sphere.mollweide(direction)
    assert (place[0] / 2) ** 2 + place[1] ** 2 <= 1 + 1e-12
    assert np.allclose(sphere.from_mollweide(place * (1 - 1e-15))[0], direction, atol=2e-6)


def test_mollweide_keeps_areas_and_its_printed_places() -> None:
    assert np.allclose(
        sphere.mollweide([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, -1]]), [[0, 0], [1, 0], [0, 1], [0, -1]]
    )
    # Snyder 1987, table 41: at 30° of latitude y = 0.40397 and the parallel is 0.91477 as long as the equator
    half, _ = sphere.mollweide([np.cos(np.radians(30)), 0, np.sin(np.radians(30))])[::-1]
    assert half == pytest.approx(0.40397, abs=2e-5)
    directions, inside = sphere.mollweide_grid(200)
    assert (directions[inside][:, 2] > 0.5).mean() == pytest.approx(0.25, abs=0.003)


def test_side_views_have_the_closed_form() -> None:
    """Sp = 2/(π sin a) and SCF = 8/π² = 0.811."""
    directions = orientation.fourier_directions()
    angle = np.degrees(np.arccos(directions[:, 2]))
    found = orientation.sampling(ring(90), directions, radius=50)
    away = angle > 10
    assert np.allclose(found[away], 2 / (np.pi * np.sin(np.radians(angle[away]))), rtol=0.015)
    assert np.allclose(orientation.ring_sampling(90, angle), 2 / (np.pi * np.sin(np.radians(angle))))
    assert orientation.scf(ring(90)) == pytest.approx(8 / np.pi**2, abs=1e-3)


@pytest.mark.parametrize(("tilt", "printed"), [(15, 0.259), (30, 0.5), (40, 0.643), (45, 0.707), (60, 0.866)])
def test_a_tilted_view_covers_the_sine_of_its_tilt(tilt: float, printed: float) -> None:
    assert orientation.covered(tilt) == pytest.approx(printed, abs=6e-4)
    height, around = (np.arange(2_000) + 0.5) / 2_000, 2.4 * np.arange(2_000)
    radius = np.sqrt(1 - height**2)
    directions = np.stack([radius * np.cos(around), radius * np.sin(around), height], axis=-1)
    found = orientation.sampling(ring(tilt), directions, radius=400)
    assert (found > 0).mean() == pytest.approx(printed, abs=0.005)


def test_ring_sampling_is_what_is_counted_and_averages_to_one() -> None:
    directions = orientation.fourier_directions()
    angle = np.degrees(np.arccos(np.abs(directions[:, 2])))
    found, expected = orientation.sampling(ring(50), directions, radius=50), orientation.ring_sampling(50, angle)
    inner = angle > 45  # the edge of the cone, at 40°, is a singularity
    assert np.allclose(found[inner], expected[inner], rtol=0.02)
    height = (np.arange(200_000) + 0.5) / 200_000
    assert orientation.ring_sampling(50, np.degrees(np.arccos(height))).mean() == pytest.approx(1, abs=0.01)


def test_even_views_are_one_and_top_views_nothing() -> None:
    found = orientation.coverage(views.views("uniform", 8_000, 1))
    assert found.scf > 0.98
    assert found.sampling.mean() == pytest.approx(1, abs=0.01)
    assert found.even
    top = views.views("top", 5_000, 1, spread=5)
    assert orientation.scf(top) == 0
    assert orientation.scf_star(top) < 0.02
    assert not orientation.coverage(top).even


def test_scf_star_equals_scf_without_empty_directions_and_counts_them_as_two_views() -> None:
    full = np.array([0.5, 1.0, 1.5])
    assert orientation.scf_star_of(full, 7.0) == pytest.approx(orientation.scf_of(full))
    # two of four directions empty, 10 views a direction: ⟨1/Sp⟩ = 0.5 where sampled, and (2/2) · 10/2 more
    half = np.array([2.0, 2.0, 0.0, 0.0])
    assert orientation.scf_of(half) == 0
    assert orientation.scf_star_of(half, 10.0) == pytest.approx(1 / 5.5)
    assert orientation.scf_star_of(np.zeros(3), 10.0) == 0


def test_sampling_is_the_textbook_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """Against a double loop written from the definition, in blocks that do not divide the directions."""
    monkeypatch.setattr(orientation, "BLOCK", 700)
    seen, directions = views.views("mixture", 90, 8), orientation.fourier_directions(1)
    found = orientation.sampling(seen, directions, radius=7)
    for d, value in zip(directions, found, strict=True):
        reached = sum(1 for r in seen.rotation if abs(float(d @ r[2])) < 1 / 14)
        assert value == pytest.approx(reached / (90 / 14))


def test_views_rotations_and_poses_are_read_alike_and_signs_do_not_matter() -> None:
    pose = Pose.random(300, seed=2)
    directions = orientation.fourier_directions(2)
    by_pose = orientation.sampling(pose, directions, radius=10)
    assert np.array_equal(by_pose, orientation.sampling(pose.rotation, directions, radius=10))
    v = rotations.view_direction(pose.rotation)
    assert np.array_equal(by_pose, orientation.sampling(-3.0 * v, -directions, radius=10))


def test_symmetry_mates_were_seen_too() -> None:
    """A wedge of views around z is even once its seven-fold mates are counted."""
    rng = np.random.default_rng(5)
    z, around = rng.uniform(-1, 1, 4_000), rng.uniform(0, 2 * np.pi / 7, 4_000)
    radius = np.sqrt(1 - z * z)
    wedge = np.stack([radius * np.cos(around), radius * np.sin(around), z], axis=-1)
    assert orientation.scf(wedge) < 0.9
    assert orientation.coverage(wedge, group="C7").even
    whole = orientation.fourier_directions(3)
    few = orientation.fourier_directions(3, "D7")
    by_hand = orientation.sampling(orientation.view_directions(wedge[:500], "D7"), whole, radius=5)
    assert orientation.sampling(wedge[:500], few, radius=5, group="D7").mean() == pytest.approx(
        by_hand.mean(), rel=0.03
    )


@pytest.mark.parametrize(("count", "group"), [(300, "C1"), (1_500, "C1"), (400, "D2")])
def test_the_noise_floor_is_what_even_views_give(count: int, group: str) -> None:
    floor = orientation.noise_floor(count, group=group, trials=30, seed=3)
    others = np.array([orientation.scf_star(views.views("uniform", count, 100 + s), group=group) for s in range(30)])
    assert floor.mean == pytest.approx(others.mean(), abs=4 * others.std() / np.sqrt(30))
    assert (others < floor.low).sum() <= 6
    assert (others < floor.mean + 2 * (floor.mean - floor.low)).all()
    if group == "C1":
        assert floor.mean == pytest.approx(orientation.expected_scf_star(count), abs=0.004)


def test_the_floor_of_many_particles_is_scaled() -> None:
    few, many = orientation.noise_floor(20_000, trials=3), orientation.noise_floor(80_000, trials=3)
    assert 1 - many.mean == pytest.approx((1 - few.mean) / 4, rel=1e-9)
    assert many.mean == pytest.approx(orientation.expected_scf_star(80_000), abs=5e-4)
    assert many.low < many.mean


def test_slices_per_voxel_and_crowther_as_printed() -> None:
    assert orientation.slices_per_voxel(1000, 32) == pytest.approx(15.6, abs=0.03)
    assert orientation.slices_per_voxel(1000, 64) == pytest.approx(7.8, abs=0.02)
    assert orientation.crowther_views(200, 4) == pytest.approx(157, abs=0.1)
    assert orientation.filled(200, 100) == pytest.approx(1 - np.exp(-1))


def test_the_histogram_counts_every_view_once() -> None:
    pose = views.views("side", 5_000, 4, spread=0)
    found = orientation.histogram(pose, 3)
    assert found.sum() == 5_000
    assert np.abs(so3.healpix_directions(3)[found > 0][:, 2]).max() < 0.1
    assert orientation.histogram_order(100) == 0
    assert orientation.histogram_order(20_000) == 3


def test_the_thinnest_direction_is_the_missing_cone() -> None:
    tilted = views.tilted(views.views("top", 4_000, 0, spread=0), 45, 1)
    found = orientation.coverage(tilted)
    assert abs(found.thinnest[2]) > 0.95
    assert found.hole == pytest.approx(45, abs=4)
    assert orientation.coverage(views.views("uniform", 3_000, 0)).hole == 0


def test_refusals_name_what_was_found() -> None:
    for wrong in (np.zeros((0, 3)), np.zeros(3), np.ones((4, 2)), np.zeros((4, 3))):
        with pytest.raises(InputError):
            orientation.sampling(wrong)
    with pytest.raises(InputError, match="at least 1 Fourier voxel"):
        orientation.scf(np.eye(3), radius=0.2)
    with pytest.raises(InputError, match="none of them negative"):
        orientation.scf_of([1.0, -1.0])
    with pytest.raises(InputError, match="particles and trials"):
        orientation.noise_floor(0)
    with pytest.raises(InputError, match="above 0 Å"):
        orientation.crowther_views(100, 0)


def test_a_real_set_is_biased_and_needs_its_symmetry(shared: Path) -> None:
    """T20S proteasome (EMPIAR-10025), refined with D7: mostly side views, 2.0 times thinner across than by chance."""
    pose = views.from_particles(shared / "data/metadata/cryosparc/t20s_P9_J209_000_particles.cs")
    alone, whole = orientation.coverage(pose), orientation.coverage(pose, group="D7")
    assert len(pose) == 11_764
    assert not alone.even
    assert not whole.even
    assert alone.scf_star < 0.3
    assert whole.scf == pytest.approx(0.832, abs=0.003)
    assert abs(whole.thinnest[2]) < 0.2
