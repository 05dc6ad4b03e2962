"""Laws of local resolution: two made regions are told apart, noise has none, and what must not matter does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from tests.law.made_regions import PIXEL, atoms, cut, falling, halves, noise

from underfocus.base.errors import InputError
from underfocus.base.progress import Event, listener
from underfocus.data.volume import Volume
from underfocus.inference import local_filter as filtering
from underfocus.maths import filters, fourier
from underfocus.validation import local, local_bands
from underfocus.validation.local import local_resolution

N = 80


@pytest.mark.parametrize(
    ("made", "snr", "within"),
    [(falling, 10, 0.1), (falling, 50, 0.1), (cut, 1, 0.1), (cut, 10, 0.15)],
    ids=["falling from 10", "falling from 50", "cut off at 1", "cut off at 10: too fine by a band"],
)
def test_two_regions_are_found_within_a_tenth(made: Callable[..., Any], snr: float, within: float) -> None:
    n = 96
    one, other = halves(n, made(6, snr), made(12, snr))
    found = local_resolution(one, other, pixel=PIXEL)
    middle = found.resolution[n // 2 - 3 : n // 2 + 4]
    rim = np.concatenate([found.resolution[:3], found.resolution[-3:]])
    assert np.median(middle) == pytest.approx(6, rel=within)
    assert np.median(rim) == pytest.approx(12, rel=within)
    assert np.quantile(middle, 0.95) < 7 < 9 < np.quantile(rim, 0.05)
    assert found.unresolved == 0
    assert found.quantiles(0.0, 1.0) == pytest.approx((found.resolution.min(), found.resolution.max()))


def test_noise_alone_has_no_resolution() -> None:
    found = local_resolution(noise(1, 64), noise(2, 64), pixel=PIXEL)
    assert found.unresolved > 0.995
    low = local_resolution(noise(3, 64), noise(4, 64), pixel=PIXEL, window=30.0, threshold=0.01)
    assert low.unresolved > 0.95, "chance is beyond so low a threshold, and decides"


def test_chance_is_as_large_as_said() -> None:
    bands = local_bands.bands(64, PIXEL, 24.0)
    ratios, beyond = [], []
    for seed in (1, 3, 5):
        for band, values in enumerate(local.correlations(noise(seed, 64), noise(seed + 1, 64), bands, PIXEL, 16)):
            ratios.append(values.std() * np.sqrt(bands.samples[band]))
            beyond.append((values > bands.by_chance[band]).mean())
    assert np.mean(ratios) == pytest.approx(1, abs=0.06)
    assert np.min(ratios) > 0.7
    assert np.max(ratios) < 1.3
    assert np.mean(beyond) < 4 * local_bands.CHANCE


@pytest.mark.parametrize("n", [40, 41])
def test_equal_halves_reach_nyquist_everywhere(n: int) -> None:
    values = atoms(1, n)
    found = local_resolution(values, values, pixel=PIXEL, window=25.0)
    np.testing.assert_allclose(found.resolution, 2 * PIXEL, rtol=1e-5)
    assert local_resolution(values, -values, pixel=PIXEL, window=25.0).unresolved == 1


@pytest.fixture(scope="module")
def pair() -> tuple[np.ndarray, np.ndarray]:
    return halves(48, falling(7, 10), falling(14, 10))


def test_scale_and_colour_of_a_half_change_nothing(pair: tuple[np.ndarray, np.ndarray]) -> None:
    one, other = pair
    plain = local_resolution(one, other, pixel=PIXEL, window=28.0).resolution
    for changed in (3.5 * other, other + 7, filters.apply(other, lambda k: filters.bfactor(k, 60.0), PIXEL, 3)):
        again = local_resolution(one, changed, pixel=PIXEL, window=28.0).resolution
        assert np.mean(np.abs(again / plain - 1) < 2e-3) > 0.999, "a few lie at the threshold"


def test_it_moves_with_the_maps(pair: tuple[np.ndarray, np.ndarray]) -> None:
    one, other = pair
    here = local_resolution(one, other, pixel=PIXEL, window=28.0, step=1).resolution
    moved = (np.roll(values, (5, -9, 2), (0, 1, 2)) for values in pair)
    there = local_resolution(*moved, pixel=PIXEL, window=28.0, step=1).resolution
    np.testing.assert_allclose(np.roll(here, (5, -9, 2), (0, 1, 2)), there, rtol=2e-3)


def test_steps_are_interpolated(pair: tuple[np.ndarray, np.ndarray]) -> None:
    one, other = pair
    every = local_resolution(one, other, pixel=PIXEL, window=28.0, step=1).resolution
    third = local_resolution(one, other, pixel=PIXEL, window=28.0, step=3).resolution
    np.testing.assert_allclose(third[::3, ::3, ::3], every[::3, ::3, ::3], rtol=1e-4)
    assert np.quantile(np.abs(third / every - 1), 0.95) < 0.05


def test_a_mask_chooses_what_is_judged_and_nothing_else(pair: tuple[np.ndarray, np.ndarray]) -> None:
    one, other = (Volume(values, PIXEL) for values in pair)
    mask = np.zeros(one.data.shape, np.float32)
    mask[20:28] = 1
    within = local_resolution(one, other, Volume(mask, PIXEL), window=28.0)
    everywhere = local_resolution(one, other, window=28.0)
    np.testing.assert_array_equal(within.resolution, everywhere.resolution)
    assert within.quantiles(0.5)[0] < 0.8 * everywhere.quantiles(0.95)[0]
    saved = within.volume()
    assert saved.pixel == PIXEL
    assert np.array_equal(saved.data > 0, mask > 0)


def test_what_is_blank_in_both_halves_is_not_judged() -> None:
    """Beyond the edge of a masked map, filters carry what agrees within it: no word of that may be reported."""
    n = 64
    one, other = halves(n, falling(7, 10), falling(7, 10))
    one[:30], other[:30] = 0.2, -0.1
    found = local_resolution(one, other, pixel=PIXEL, window=20.0)
    assert not found.judged[:30].any()
    assert found.judged[30:].all()
    assert found.volume().data[:30].max() == 0
    assert np.median(found.resolution[45:49]) == pytest.approx(7, rel=0.1)
    mask = np.zeros(one.shape)
    mask[:20] = 1
    with pytest.raises(InputError, match="blank all over this mask"):
        local_resolution(one, other, mask, pixel=PIXEL, window=20.0)


def test_the_default_window_is_five_times_the_resolution(pair: tuple[np.ndarray, np.ndarray]) -> None:
    from underfocus.validation.resolution import fsc

    one, other = halves(N, falling(6, 10), falling(6, 10))
    reached = fsc(one, other, pixel=PIXEL).resolution()
    assert local_resolution(one, other, pixel=PIXEL).window == pytest.approx(5 * reached)
    assert local_resolution(*pair, pixel=PIXEL).window == pytest.approx(32.0), "a third of the box at most"


def test_bands_share_all_power_between_them() -> None:
    bands = local_bands.bands(96, 1.3, 25.0)
    s = np.linspace(bands.knots[0], bands.knots[-1], 1000)
    np.testing.assert_allclose(sum(bands.amplitude(s, k) ** 2 for k in range(len(bands))), 1, atol=1e-12)
    assert bands.knots[-1] == pytest.approx(0.5 / 1.3)
    assert local_bands.bands(97, 1.3, 25.0).knots[-1] == pytest.approx(48 / (97 * 1.3)), "the last whole shell"
    assert np.all(np.diff(bands.centres) > 0)
    assert np.all(bands.windows * bands.knots > 2.99), "no window holds fewer than three waves"
    assert bands.windows[-1] == 25.0
    assert bands.amplitude(np.array([0.5, 0.4]), len(bands) - 1).max() == 0, "nothing beyond Nyquist"


def test_a_window_is_as_wide_as_it_says() -> None:
    rows = local_bands.window_matrix(200, 200, 200.0, 31.0)
    np.testing.assert_allclose(rows.sum(axis=1), 1, rtol=1e-5)
    line = rows[100] / rows[100].max()
    assert np.interp(0.5, line[100:150][::-1], np.arange(50)[::-1]) == pytest.approx(15.5, abs=0.1)
    assert np.count_nonzero(line) == pytest.approx(2 * local_bands.FOOT * 31, abs=2)


def test_progress_is_told_to_the_end(pair: tuple[np.ndarray, np.ndarray]) -> None:
    events: list[Event] = []
    with listener(events.append):
        local_resolution(*pair, pixel=PIXEL, window=28.0)
    assert events[0].done == 0
    assert events[-1].done == events[-1].total


def uniform(n: int, resolution: float, window: float = 25.0) -> local.LocalResolution:
    bands = local_bands.bands(n, PIXEL, window)
    values = np.full((n, n, n), resolution, np.float32)
    return local.LocalResolution(values, np.ones(values.shape, bool), PIXEL, window, 0.143, bands)


@pytest.mark.parametrize("n", [40, 41])
def test_a_map_at_nyquist_passes_unchanged(n: int) -> None:
    volume = Volume(noise(1, n), PIXEL, (3.0, 2.0, 1.0))
    found = filtering.local_filter(volume, uniform(n, 2 * PIXEL))
    np.testing.assert_allclose(found.data, volume.data, atol=1e-4)
    assert found.origin == volume.origin


def test_one_resolution_is_an_ordinary_low_pass() -> None:
    volume = Volume(noise(1, 48), PIXEL)
    found = filtering.local_filter(volume, uniform(48, 9.0))
    ratio = np.abs(fourier.fft3(found.data)) / np.abs(fourier.fft3(volume.data))
    s = fourier.radius3(48, PIXEL)
    np.testing.assert_allclose(ratio[s < 0.8 / 9], 1, atol=1e-3)
    np.testing.assert_allclose(ratio[s > 1.25 / 9], 0, atol=1e-3)
    near = np.abs(s - 1 / 9) < 0.001
    assert ratio[near].mean() == pytest.approx(0.5, abs=0.1)


def test_each_region_is_filtered_by_its_own() -> None:
    n = 64
    local_map = uniform(n, 2 * PIXEL)
    local_map.resolution[: n // 2] = 9.0
    local_map.resolution[0] = n * PIXEL
    volume = Volume(noise(1, n), PIXEL)
    found = filtering.local_filter(volume, local_map).data
    np.testing.assert_allclose(found[n // 2 :], volume.data[n // 2 :], atol=1e-3)
    low = filters.apply(volume.data, lambda k: filters.low_pass(k, 9.0, 0.2), PIXEL, 3)
    assert np.corrcoef(found[4:28].ravel(), low[4:28].ravel())[0, 1] > 0.97
    assert found[0].std() < 0.75 * found[10].std(), "what agrees nowhere keeps the coarsest band alone"


def test_a_b_factor_sharpens_as_elsewhere() -> None:
    volume = Volume(noise(1, 40), PIXEL)
    found = filtering.local_filter(volume, uniform(40, 2 * PIXEL), bfactor=40.0).data
    ratio = np.abs(fourier.fft3(found)) / np.abs(fourier.fft3(volume.data))
    s = fourier.radius3(40, PIXEL)
    np.testing.assert_allclose(ratio[s < 0.25], np.exp(10 * s[s < 0.25] ** 2), rtol=2e-3)


def test_refused_in_words() -> None:
    a, b = noise(1, 32), noise(2, 32)
    ones = np.ones((32, 32, 32), np.float32)
    cases = [
        ((a, noise(2, 40)), {}, "one size"),
        ((a[:16], b[:16]), {}, "cubes"),
        ((Volume(a, 1.0), Volume(b, 1.2)), {}, "one scale"),
        ((a, ones), {}, "constant"),
        ((a, b, np.ones((8, 8, 8))), {}, "maps' shape"),
        ((a, b, 0 * ones), {}, "empty"),
        ((a, b, 0.3 * ones), {}, "above 1/2"),
        ((Volume(a, 1.0), Volume(b, 1.0), Volume(ones, 2.0)), {}, "mask has pixels"),
        ((a, b), {"window": 11.0}, "third of the box"),
        ((a, b), {"window": -3.0}, "third of the box"),
        ((a, b), {"threshold": 1.5}, "threshold"),
        ((a, b), {"window": 10.0, "step": 0}, "step"),
        ((noise(1, 10), noise(2, 10)), {}, "too few"),
    ]
    for given, words, sentence in cases:
        with pytest.raises(InputError, match=sentence):
            local_resolution(*given, **words)
    with pytest.raises(InputError, match="estimate it for this map"):
        filtering.local_filter(Volume(a, 1.0), uniform(40, 9.0))
