"""What the text of the chapter on image formation claims: of the strip, the counter, the camera, the movie, pools."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from underfocus.data.detector import Detector
from underfocus.data.optics import Optics
from underfocus.data.response import Flat
from underfocus.physics import films
from underfocus.study import chapter
from underfocus.study.chapters.image_formation import cameras, chain, counts

OPTICS = Optics(defocus=15_000.0, bfactor=60.0)


@cache
def opened() -> chapter.Chapter:
    return chapter.find("image-formation", "blur")


def told(name: str, **knobs: Any) -> dict[str, float]:
    return {
        r.label: float(r.value) for r in opened().figures[name].draw(**knobs).readouts if not isinstance(r.value, str)
    }


def strip(**off: bool) -> chain.Strip:
    return chain.run(chain.Links(**off), OPTICS, 40.0, 400.0, chain.camera("K2", 0.8), seed=3)


def test_poisson_has_the_moments_of_the_books() -> None:
    for mean in (0.3, 1.0, 40.0, 300.0):
        chances = counts.poisson(mean)
        assert chances.sum() == pytest.approx(1.0, abs=1e-12)
        assert counts.moments(chances) == pytest.approx((mean, mean**0.5, mean**-0.5), rel=1e-9)
    assert counts.skewness(np.zeros(5)) == 0
    with pytest.raises(ValueError, match="above 0"):
        counts.poisson(0.0)


def test_a_protein_in_ice_is_heavier_than_the_ice_and_weak() -> None:
    phase = chain.phase()
    # 480 kDa at 1.22 Å³ a dalton, 3.5 V above the ice, over a disc of 6 nm radius: 0.12 rad, less what its edge shares
    x = np.arange(chain.SIDE) - chain.SIDE // 2
    disc = np.hypot(x[:, None], x) * chain.PIXEL < 60
    assert 0.08 < phase[disc].mean() < 0.13
    assert abs(phase[~disc].mean()) < 0.02
    assert phase.max() < 0.6
    assert chain.phase(False).max() < phase.max()


def test_every_link_does_what_its_switch_says() -> None:
    whole = strip()
    assert strip(specimen=False).clean.std() < 1e-6 * whole.clean.mean()
    assert strip(projection=False).phase.std() < whole.phase.std()
    unlensed = strip(lens=False)
    assert np.corrcoef(unlensed.intensity.ravel(), -unlensed.phase.ravel())[0, 1] > 0.999
    assert abs(np.corrcoef(whole.intensity.ravel(), -whole.phase.ravel())[0, 1]) < 0.8
    still = strip(counting=False)
    assert still.electrons == pytest.approx(still.intensity * 160)
    bare = strip(camera=False)
    np.testing.assert_array_equal(bare.counts, bare.electrons)
    assert np.all(bare.electrons == np.rint(bare.electrons))


def test_the_camera_narrows_the_histogram_and_ties_neighbours() -> None:
    with_camera, without = told("pipeline"), told("pipeline", camera=False)
    assert with_camera["variance over mean"] < 1 < without["variance over mean"]
    assert with_camera["correlation of neighbours"] > without["correlation of neighbours"] + 0.1
    empty = told("pipeline", camera=False, specimen=False, ice=100.0, dose=5.0)
    assert empty["variance over mean"] == pytest.approx(1.0, abs=0.06)


def test_the_counter_counts() -> None:
    one = told("averaging", images=1)["one image"]
    for number in (30, 1000):
        assert told("averaging", images=number)["this average"] == pytest.approx(number * one, rel=0.12)
    shared = told("averaging", images=4000, same_ice=True)["this average"]
    assert shared < 0.05 * 4000 * one


def test_averages_are_averages() -> None:
    # drawn one by one, with a film each: the same power of noise as the counter's shortcut
    n, per_pixel = 40, 20.0
    noise_power = []
    for i in range(n):
        each = chain.averaged(1, per_pixel, 400.0, OPTICS, seed=100 + i)
        noise_power.append(each)
    own = np.mean(noise_power, axis=0)
    clean = chain.imaged(chain.phase(), 400.0, OPTICS) / chain.passed(400.0)
    shortcut = [(chain.averaged(n, per_pixel, 400.0, OPTICS, seed=s) - clean).var() for s in range(8)]
    assert (own - clean).var() == pytest.approx(np.mean(shortcut), rel=0.06)
    expected = (1 / (chain.passed(400.0) * per_pixel) + chain.film_variance(400.0, OPTICS)) / n
    assert np.mean(shortcut) == pytest.approx(expected, rel=0.03)


def test_the_ice_is_silent_where_the_particle_is() -> None:
    zero = float(1 / chain.ctf.zeros(OPTICS, 1)[0])
    s = np.array([1 / zero, 0.8 / zero])
    ice = cameras.film_power(s, "ice", 400.0, 1.0, OPTICS)
    particle = chain.ring_power(s, 1.0, OPTICS)
    assert ice[0] < 1e-9 * ice[1]
    assert particle[0] < 1e-9 * particle[1]


def test_carbon_of_twenty_angstrom_is_one_to_three_hundred_of_ice() -> None:
    s = np.linspace(0.02, 0.2, 40)
    as_ice = films.film("carbon", 20.0)(s) / films.film("ice", 1.0)(s)
    assert as_ice.min() > 80
    assert as_ice.max() < 330


def test_an_mtf_says_little_about_a_dqe() -> None:
    s = np.array([0.5])
    blurred = cameras.along(cameras.with_noise("Falcon 4", "as blurred as the picture"), 10.0, s)
    sharp = cameras.along(cameras.with_noise("K3", "white"), 10.0, s)
    assert blurred[0] < 0.1 < sharp[0]
    assert blurred[2] > 2 * sharp[2]
    assert sharp[2] == pytest.approx(0.8 * sharp[0] ** 2, rel=0.02)


@pytest.mark.parametrize("noise", ["white", "as blurred as the picture", "a K2's DQE"])
@pytest.mark.parametrize("shape", ["square pixel", "K2", "Falcon 4"])
def test_cameras_are_measured_as_they_were_made(shape: Any, noise: Any) -> None:
    made = cameras.with_noise(shape, noise)
    s, mtf = cameras.measured_mtf(made, 40.0, seed=2)
    near = s < 0.4
    assert mtf[near] == pytest.approx(cameras.along(made, 40.0, s)[0][near], abs=0.02)
    rings, dqe, _ = cameras.measured_dqe(made, 40.0, seed=2)
    ideal = cameras.along(made, 40.0, rings)[2]
    assert dqe[3:] == pytest.approx(ideal[3:], rel=0.25, abs=0.02)
    assert np.mean(dqe[3:] / ideal[3:]) == pytest.approx(1.0, abs=0.06)


def test_a_longer_movie_is_worse_without_a_filter_and_never_with_it() -> None:
    plain = [told("movie", total=t, drift=0.0)["at 3 Å, plain and aligned"] for t in (4.0, 12.0, 40.0, 92.0)]
    best = [told("movie", total=t, drift=0.0)["at 3 Å, with the filter"] for t in (4.0, 12.0, 40.0, 92.0)]
    assert plain[1] > max(plain[0], plain[2], plain[3])
    assert all(b >= a for a, b in pairwise(best))
    assert all(f >= p for f, p in zip(best, plain, strict=True))
    drifting = told("movie", drift=4.0)["at 8 Å, this sum"]
    assert drifting < 0.7 * told("movie", drift=4.0, aligned=True)["at 8 Å, this sum"]


def test_half_the_b_is_worth_more_than_ten_times_the_particles() -> None:
    figure = told("rosenthal_henderson")
    assert figure["particles for 2 Å"] / figure["the other set"] == pytest.approx(32.2, rel=0.01)
    assert figure["ten times the particles reach"] > 2.5


def test_a_pool_that_harms_is_not_mended_by_more_of_it() -> None:
    equal, tenfold = told("pooling"), told("pooling", second=10.0)
    assert equal["the pool harms beyond"] == pytest.approx(2.26, abs=0.01)
    assert 1.5 < tenfold["the pool harms beyond"] < equal["the pool harms beyond"]
    assert "the pool harms beyond" not in told("pooling", mismatch=0.0)


def test_a_plain_camera_is_plain() -> None:
    made = Detector(Flat(), Flat())
    assert made.efficiency == 1
    assert cameras.shot_power(40.0) == 0.025


def test_a_histogram_of_steps_has_no_comb() -> None:
    values = np.append(np.rint(np.random.default_rng(0).normal(0, 24, 200_000)), [150.0, 163.0]) / 24
    places, heights = counts.histogram(values, 5.0, 60)
    middle = np.abs(places) < 2
    assert heights[middle] == pytest.approx(counts.normal(places[middle], 0, 1), rel=0.08)
    assert heights.sum() * (places[1] - places[0]) == pytest.approx(1.0, abs=1e-3)
    smooth, density = counts.histogram(np.random.default_rng(1).standard_normal(200_000), 5.0, 60)
    assert density == pytest.approx(counts.normal(smooth, 0, 1), abs=0.01)


def test_no_ice_is_no_noise_of_its_own() -> None:
    bare = opened().figures["spectra"].draw(ice=0.0).readouts
    assert [r.value for r in bare if "equal chance" in r.label] == ["none"]
    assert told("averaging", ice=0.0)["share of the ice in one image's noise"] == 0
