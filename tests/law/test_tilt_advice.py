"""Views with a preference, what a tilt costs, and advice on one: closed forms, and maps that are better for it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.law.made import NONE, density, images_of

from underfocus.base.errors import FormatError, InputError, UnsupportedFileError
from underfocus.data.pose import Pose
from underfocus.inference import tilt_advice
from underfocus.inference.reconstruct import reconstruct_halves
from underfocus.inference.tilt_advice import Limit, advise
from underfocus.maths import rotations
from underfocus.physics import tilt, tilt_cost
from underfocus.samples import views
from underfocus.validation import orientation
from underfocus.validation.directional import conical


def heights(pose: Pose) -> np.ndarray:
    """Cosines of the angle between views and z."""
    return np.asarray(rotations.view_direction(pose.rotation))[:, 2]


@pytest.mark.parametrize("spread", [0.0, 10.0, 60.0])
def test_top_views_fill_their_cone_evenly(spread: float) -> None:
    found = heights(views.views("top", 4_000, 1, spread=spread))
    least = np.cos(np.radians(spread))
    assert found.min() >= least - 1e-9
    assert found.mean() == pytest.approx((1 + least) / 2, abs=0.01)


def test_side_views_lie_about_the_plane() -> None:
    assert np.abs(heights(views.views("side", 1_000, 1, spread=0))).max() < 1e-9
    found = heights(views.views("side", 4_000, 1, spread=20))
    assert 0.99 * np.sin(np.radians(20)) < np.abs(found).max() <= np.sin(np.radians(20)) + 1e-9


def test_a_mixture_has_its_fraction_in_random_order() -> None:
    found = heights(views.views("mixture", 4_000, 2, spread=5, fraction=0.25)) < np.cos(np.radians(5.001))
    assert found.mean() == pytest.approx(0.25, abs=0.01)
    assert found[:2_000].mean() == pytest.approx(0.25, abs=0.04)


def test_seeds_repeat() -> None:
    one, same, other = (views.views("top", 50, s).rotation for s in (3, 3, 4))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_tilting_the_stage_puts_one_view_on_a_ring() -> None:
    found = views.tilted(views.views("top", 3_000, 0, spread=0), 35, 1)
    v = np.asarray(rotations.view_direction(found.rotation))
    assert np.allclose(v[:, 2], np.cos(np.radians(35)))
    around = np.arctan2(v[:, 1], v[:, 0])
    assert np.abs(np.exp(1j * around).mean()) < 0.05
    # the film's normal, which was the beam, turns about the microscope's x
    plain = views.views("top", 1, 0, spread=0)
    turned = views.tilted(plain, 35, 7).rotation[0] @ plain.rotation[0, 2]
    assert np.allclose(turned, rotations.about_x(35.0) @ [0, 0, 1])


def test_even_views_stay_even_when_tilted() -> None:
    assert orientation.coverage(views.tilted(views.views("uniform", 4_000, 5), 40, 6)).even


def test_poses_come_from_a_star_without_its_images(tmp_path: Path) -> None:
    star = tmp_path / "p.star"
    rows = "1@gone.mrcs 10 20 30\n2@gone.mrcs 40 50 60\n"
    labels = "_rlnImageName\n_rlnAngleRot\n_rlnAngleTilt\n_rlnAnglePsi\n"
    star.write_text(f"data_particles\n\nloop_\n{labels}{rows}")
    found = views.from_particles(star)
    assert np.allclose(found.euler(), [[10, 20, 30], [40, 50, 60]])
    assert len(views.from_particles(star, 7, 0)) == 7
    bare = tmp_path / "bare.star"
    bare.write_text("data_particles\n\nloop_\n_rlnImageName\n1@gone.mrcs\n")
    with pytest.raises(FormatError, match="without orientations"):
        views.from_particles(bare)
    (tmp_path / "map.mrc").write_bytes(b"")
    with pytest.raises(UnsupportedFileError, match="no orientations"):
        views.from_particles(tmp_path / "map.mrc")


def test_a_film_is_its_kind_tilted_or_a_file(tmp_path: Path) -> None:
    found = views.film("top", 500, 3, spread=0, tilt=30)
    assert np.allclose(heights(found), np.cos(np.radians(30)))
    star = tmp_path / "p.star"
    star.write_text("data_\n\nloop_\n_rlnImageName\n_rlnAngleRot\n_rlnAngleTilt\n_rlnAnglePsi\n1@gone.mrcs 0 90 0\n")
    assert np.allclose(heights(views.film(star, 20, 3)), 0)
    with pytest.raises(InputError, match="no kind of views"):
        views.film("sideways", 10)


def test_costs_as_printed() -> None:
    """30 nm at 30° is 34.6 nm; at 40° the longer way costs exp(−9.16/320) = 0.972."""
    assert tilt_cost.ice_path(30, 30) == pytest.approx(34.64, abs=0.005)
    assert tilt_cost.snr_factor(30, 40) == pytest.approx(0.972, abs=5e-4)
    assert tilt_cost.snr_factor(30, 40) == pytest.approx(np.exp(-9.16 / 320), abs=2e-5)
    assert tilt_cost.snr_factor(30, 40, filtered=False) == pytest.approx(tilt_cost.snr_factor(30, 40) ** 2)
    assert tilt_cost.no_loss(30, 40) == pytest.approx(tilt_cost.no_loss(30) * tilt_cost.snr_factor(30, 40))
    assert tilt_cost.ice_path(1.0, 25) == pytest.approx(tilt.path_factor(25))
    assert tilt_cost.dose_factor(30, 40) == pytest.approx(1 / 0.9718, abs=1e-4)
    assert tilt_cost.field_factor(60) == pytest.approx(2)
    assert tilt_cost.motion_factor(0.25, 45, 100.0) == pytest.approx(np.exp(-100 * 0.0625 / 2))
    assert tilt_cost.snr_factor(30, 0) == tilt_cost.motion_factor(0.25, 0, 100.0) == 1


def test_costs_refuse_what_is_no_film() -> None:
    for call in (
        lambda: tilt_cost.ice_path(30, 88),
        lambda: tilt_cost.ice_path(-1, 10),
        lambda: tilt_cost.snr_factor(30, 10, 0.0),
        lambda: tilt_cost.motion_factor(0.1, 10, -1.0),
        lambda: views.views("bottom", 10),
        lambda: views.views("top", 0),
        lambda: views.views("top", 10, spread=91),
        lambda: views.views("mixture", 10, fraction=1.5),
        lambda: views.tilted(Pose.random(2, 0), 100),
        lambda: advise(Pose.random(10, 0), 30, tilts=()),
        lambda: advise(Pose.random(10, 0), 30, tilts=((),)),
        lambda: Limit(0.0),
    ):
        with pytest.raises(InputError):
            call()


def test_even_views_are_left_alone_and_top_views_are_tilted() -> None:
    even, top = (advise(views.views(kind, 2_000, 1), 30) for kind in ("uniform", "top"))
    assert even.chosen.tilts == (0.0,)
    assert "Do not tilt" in even.sentence
    assert even.chosen.cfar > 0.8
    assert top.chosen.tilts[0] >= 40
    assert top.chosen.cfar >= 2 * top.untilted.cfar
    assert "Tilt to" in top.sentence
    assert [t.snr for t in top.table] == sorted((t.snr for t in top.table), reverse=True)


def test_thick_ice_and_drift_make_the_advised_tilt_gentler() -> None:
    side = views.views("side", 2_000, 1)
    thin, thick = (max(advise(side, t).chosen.tilts) for t in (20, 400))
    assert thick < thin
    assert max(advise(side, 20, motion_b=300.0).chosen.tilts) < thin


def test_of_many_particles_some_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    pose = views.views("top", 6_000, 1)
    whole = advise(pose, 30, tilts=(50,), group="C2")
    monkeypatch.setattr(tilt_advice, "MOST", 6_000)
    part = advise(pose, 30, tilts=(50,), group="C2")
    assert part.chosen.tilts == whole.chosen.tilts
    assert 0 < abs(part.chosen.bits - whole.chosen.bits) < 0.02 * whole.chosen.bits


def test_schemes_share_the_particles() -> None:
    found = advise(views.views("top", 2_000, 1), 30, tilts=(40, (0, 40)))
    names = {t.name: t for t in found.table}
    assert set(names) == {"0°", "40°", "0° + 40°"}
    mixed = names["0° + 40°"]
    assert names["40°"].snr < mixed.snr < 1
    assert names["40°"].worst_bits >= mixed.worst_bits


def test_a_predicted_curve_is_ssnr_over_one_more_where_sampling_is_even() -> None:
    directions, x = orientation.fourier_directions(3), np.array([[0.2, 3.0]])
    found = tilt_advice.predicted_curves(np.repeat(x, len(directions), 0), directions, np.eye(3))
    assert np.allclose(found, x / (1 + x))
    limit = Limit(5.0, 80.0)
    s = np.array([0.2])
    assert limit.ssnr(s) / (1 + limit.ssnr(s)) == pytest.approx(0.143)


@pytest.mark.parametrize("spread", [10.0, 30.0])
def test_the_advice_at_least_doubles_cfar_of_top_views(spread: float) -> None:
    """3,000 top views of 32², noise of three times the signal: half maps, and the map against the truth."""
    truth, pose = density(32), views.views("top", 3_000, 3, spread=spread)
    advice = advise(pose, 30, radius=12.0, limit=Limit(9.0, 50.0))
    tilted = views.tilted(pose, advice.chosen.tilts[0], 4)
    noise = 3.0 / np.sqrt(advice.chosen.snr)
    plain = reconstruct_halves(images_of(truth, pose, NONE, noise=3.0))
    helped = reconstruct_halves(images_of(truth, tilted, NONE, noise=noise))
    measured = conical(helped.half1, helped.half2)
    assert measured.cfar > max(2 * conical(plain.half1, plain.half2).cfar, 0.4)
    assert conical(helped.whole, truth).cfar > max(2 * conical(plain.whole, truth).cfar, 0.3)
    assert advice.chosen.cfar > 2 * advice.untilted.cfar
    # what is predicted is less: in so small a box, the rim of a hole leaks into it and correlates there
    assert measured.cfar - 0.35 < advice.chosen.cfar < measured.cfar
