"""Laws of the chapter on tilting: closed forms against counted views, schemes, what the figures claim in words."""

from __future__ import annotations

import numpy as np
import pytest

from underfocus.base.errors import InputError
from underfocus.maths import fourier, rotations, shells
from underfocus.samples import views
from underfocus.study.chapters.tilting import maps, real_set, rings, schemes, spheres
from underfocus.study.chapters.tilting.blur import (
    chain_figures,
    cone_problems,
    cost_figures,
    real_figures,
    scheme_figures,
)
from underfocus.validation import orientation


@pytest.mark.parametrize(("spread", "tilt"), [(0.0, 45.0), (15.0, 40.0), (25.0, 0.0), (30.0, 70.0)])
def test_circles_in_closed_form_are_what_is_counted(spread: float, tilt: float) -> None:
    pose = views.tilted(views.views("top", 4000, 1, spread=spread), tilt, 2)
    angle = np.radians(rings.angles()[::4])
    meridian = np.stack([np.sin(angle), 0 * angle, np.cos(angle)], axis=-1)
    turned = [meridian @ np.asarray(rotations.about_z(t)).T for t in np.linspace(0, 360, 24)]
    counted = np.mean([orientation.sampling(pose, d) for d in turned], axis=0)
    closed = rings.top_sampling(spread, tilt)[::4]
    assert np.abs(counted - closed).mean() < 0.04  # what 4,000 views leave to chance; of 40,000 it is a third
    assert rings.top_sampling(spread, tilt).mean() == pytest.approx(1.0, abs=0.002)


@pytest.mark.parametrize(("spread", "tilt"), [(0.0, 45.0), (3.0, 20.0), (25.0, 0.0), (60.0, 50.0), (90.0, 70.0)])
def test_a_tilted_cone_s_circles_have_its_mean_height_and_spread(spread: float, tilt: float) -> None:
    """⟨cos γ⟩ = c₁ cos θ and ⟨P₂(cos γ)⟩ = c₂ P₂(cos θ), with c₁ and c₂ those of the cone about its own axis."""
    polar, share = rings.cone_polars(spread, tilt)
    low, t, g = (np.cos(np.radians(v)) for v in (spread, tilt, polar))
    assert share.sum() == pytest.approx(1.0)
    assert share @ g == pytest.approx((1 + low) / 2 * t, abs=1e-4)
    assert share @ (1.5 * g**2 - 0.5) == pytest.approx(low * (1 + low) / 2 * (1.5 * t**2 - 0.5), abs=1e-4)


def test_circles_become_the_engines_ring_in_a_thin_band() -> None:
    at = np.array([50.0, 60.0, 75.0, 90.0])
    found = rings.circle_sampling(np.array([45.0]), at, radius=5000.0)[0]
    assert found == pytest.approx(orientation.ring_sampling(45.0, at), rel=1e-5)


def test_schemes_leave_out_a_third_and_a_cone() -> None:
    assert schemes.share("single axis", 60.0) == pytest.approx(2 / 3, abs=2e-4)
    assert schemes.share("cone", 60.0) == pytest.approx(np.sin(np.pi / 3), abs=1e-4)
    single, double = (schemes.share(s, 60.0) for s in ("single axis", "two axes"))
    assert single < double < 1
    assert schemes.scheme_elongation("two axes", 89.999) == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize("scheme", ["single axis", "two axes", "cone"])
def test_what_a_scheme_reaches_is_what_its_views_sample(scheme: str) -> None:
    seen = schemes.views(scheme, 50.0, 0.5)
    sampled = orientation.sampling(seen, spheres.half_directions(), radius=20.0) > 0
    assert (sampled == schemes.reached(scheme, 50.0, spheres.half_directions())).mean() > 0.96


def test_an_unknown_scheme_is_refused() -> None:
    with pytest.raises(InputError, match="known are single axis"):
        schemes.views("spiral", 60.0, 3.0)


def test_waves_held_by_a_fine_series_are_those_within_reach() -> None:
    held = scheme_figures.filled("single axis", 60.0, 1.0)
    assert scheme_figures._share_held(held) == pytest.approx(2 / 3, abs=0.03)
    coarse = scheme_figures.filled("single axis", 60.0, 10.0)
    assert not (coarse & ~held).any()
    assert coarse.sum() < held.sum()


def test_looked_up_directions_are_near_and_alike_at_both_ends() -> None:
    d = np.random.default_rng(3).standard_normal((500, 3))
    d /= np.linalg.norm(d, axis=1, keepdims=True)
    found = spheres.half_directions()[spheres.looked_up(d)]
    assert np.abs(np.sum(found * d, axis=1)).min() > np.cos(np.radians(4.0))
    assert (spheres.looked_up(d) == spheres.looked_up(-d)).all()


def test_half_maps_of_even_views_reach_their_limit_and_no_noise_leaves_the_truth() -> None:
    even = np.ones(len(spheres.half_directions()))
    one, other = maps.halves(even)
    curve = shells.correlation(fourier.fft3(one), fourier.fft3(other), maps.BOX, 3)
    shell = round(maps.BOX * maps.PIXEL / maps.LIMIT.resolution)
    assert curve[shell] == pytest.approx(0.143, abs=0.06)
    kept = maps.expected(1e9 * even)
    assert kept == pytest.approx(maps.truth(), abs=1e-5)


def test_the_claims_of_the_text() -> None:
    assert cost_figures.LIMIT.resolution == 4.0
    assert cost_figures.claimed(0.0) < 3.5
    assert cost_figures.reached(0.0) == pytest.approx(7.4, abs=0.1)
    assert 25 <= cost_figures.best_tilt() <= 32
    assert cost_figures.reached(cost_figures.best_tilt()) < 4.25
    still = rings.Film(thickness=30.0, drift=0.0, filtered=True)
    assert cost_figures.best_tilt(still) > 45
    assert rings.crossing(cost_figures.LIMIT.shells, np.full(40, 0.4), 0.5) == 1 / cost_figures.LIMIT.shells[0]


def test_even_views_agree_with_the_truth_to_the_limit() -> None:
    limit = cost_figures.LIMIT
    curve = rings.truth_curve(np.ones(rings.STEPS), np.ones(len(limit.shells)), limit)
    assert rings.crossing(limit.shells, curve, rings.RESOLVED) == pytest.approx(limit.resolution, rel=0.005)


def test_odd_views_and_tilts_shorten_the_map_as_the_text_says() -> None:
    def longer(**knobs: object) -> float:
        return float({r.label: r.value for r in chain_figures.chain.draw(**knobs).readouts}["a point is longer, times"])

    assert longer() == pytest.approx(7, abs=0.5)
    assert longer(kind="mixture", fraction=0.05) == pytest.approx(3, abs=0.3)
    assert longer(tilt=45.0) < longer(kind="mixture", fraction=0.4)
    side = {r.label: r.value for r in chain_figures.chain.draw(kind="side").readouts}
    assert side["SCF"] == pytest.approx(0.77, abs=0.02)
    assert float(side["cFAR, predicted"]) < 0.4


def test_only_cubic_symmetry_fills_what_tops_leave_empty() -> None:
    seven, dihedral, octahedral = cone_problems.empty_by_group()
    assert seven == pytest.approx(dihedral, abs=0.05)
    assert octahedral < 0.6
    assert seven > 0.75


def test_the_sum_over_areas_is_what_is_counted() -> None:
    """3,000 views about an odd axis: sampling from their histogram against that of the poses, flat and tilted."""
    turned = np.asarray(rotations.from_euler(20.0, 60.0, 0.0))
    pose = views.views("top", 3_000, 7, spread=12.0)
    lying = type(pose)(np.asarray(pose.rotation) @ turned)
    own = orientation.view_directions(lying)
    for group, tilt in (("C1", 0.0), ("C1", 40.0), ("D3", 40.0)):
        found = real_set.sampled(real_set._counted(own.tobytes(), group), tilt)
        counted = orientation.sampling(
            views.tilted(lying, tilt, 8) if tilt else lying, spheres.half_directions(), group=group
        )
        assert np.corrcoef(found, counted)[0, 1] > 0.95
        assert found.mean() == pytest.approx(1.0, abs=0.02)
        # areas are 3.7° wide, and a hole is narrower by as much
        assert 0 <= (counted == 0).mean() - (found < 0.05).mean() < np.sin(np.radians(3.7))


def test_what_the_text_says_of_the_proteasomes() -> None:
    flat, tilted = (real_set.sampled(real_set.seen("T20S proteasome", "D7"), t) for t in (0.0, 30.0))
    assert orientation.scf_of(flat) == pytest.approx(0.83, abs=0.01)
    assert flat.max() / flat.min() == pytest.approx(8, abs=0.6)
    assert tilted.max() / tilted.min() < 2.5
    heights = np.abs(real_set.directions("T20S proteasome")[:, 2])
    assert (heights < 0.5).mean() > 0.9
    alone = real_set.sampled(real_set.seen("T20S proteasome", "C1"), 0.0)
    assert orientation.scf_of(alone) == pytest.approx(0.2, abs=0.03)
    assert 1 / 40 < alone.min() < 1 / 20
    d = spheres.half_directions()
    along, across = (flat[np.argmax(np.abs(d @ axis))] for axis in np.eye(3)[[2, 0]])
    assert along > 3 * across
    longer = {r.label: r.value for r in real_figures.real_views.draw().readouts}["a point is longer, times"]
    assert 1.1 < float(longer) < 1.4
