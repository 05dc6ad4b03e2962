"""Laws of resolution: FSC of equal, independent and half-equal maps, crossings, and what a mask adds by itself."""

from __future__ import annotations

import numpy as np
import pytest

from underfocus.base.errors import InputError
from underfocus.data.volume import Volume
from underfocus.maths import fourier, masks, shells
from underfocus.validation import resolution
from underfocus.validation.resolution import Fsc, corrected, crossing, fsc, randomisation_shell

N = 48


def noise(seed: int, n: int = N) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((n, n, n)).astype(np.float32)


def low_pass(values: np.ndarray, shell: float, edge: float = 0.0) -> np.ndarray:
    n = values.shape[0]
    return np.asarray(fourier.ifft3(fourier.fft3(values) * masks.falloff(fourier.radius3(n, 1 / n) - shell, edge), n))


def curve_of(values: np.ndarray, n: int = 40, pixel: float = 2.0) -> Fsc:
    return Fsc(np.arange(n // 2 + 1) / (n * pixel), values, pixel, n)


@pytest.mark.parametrize("n", [20, 21])
def test_a_map_correlates_with_itself_at_any_scale(n: int) -> None:
    a = noise(1, n)
    for other, expected in ((a, 1), (3.5 * a, 1), (-a, -1)):
        np.testing.assert_allclose(fsc(a, other, pixel=2.0).unmasked, expected, atol=1e-5)


def test_independent_noise_does_not_correlate() -> None:
    found = fsc(noise(1), noise(2)).unmasked[1:]
    spread = 1 / np.sqrt(shells.shell_counts(N, 3)[1:] / 2)  # mates are no news
    assert np.all(np.abs(found) < 4.5 * spread)
    assert (found / spread).std() == pytest.approx(1, abs=0.35)


@pytest.mark.parametrize(("ssnr", "expected"), [(1 / 6, 0.143), (1.0, 0.5), (9.0, 0.9)])
def test_fsc_of_halves_is_ssnr_over_one_plus_ssnr(ssnr: float, expected: float) -> None:
    signal = np.sqrt(ssnr) * noise(3)
    found = fsc(signal + noise(4), signal + noise(5)).unmasked
    counts = shells.shell_counts(N, 3)
    assert np.average(found[2:], weights=counts[2:]) == pytest.approx(expected, abs=0.01)


def test_resolution_is_read_between_shells() -> None:
    values = np.ones(21)
    values[10:] = [0.643, 0.0, *[0.9] * 9]  # crosses 0.143 seven ninths after shell 10, and rises again
    expected = 80 / (10 + (0.643 - 0.143) / 0.643)
    assert curve_of(values).resolution() == pytest.approx(expected)
    assert curve_of(values).resolution(0.5) == pytest.approx(80 / (10 + 0.143 / 0.643))
    assert not curve_of(values).reaches_nyquist()


def test_resolution_is_never_beyond_nyquist_nor_below_the_box() -> None:
    assert curve_of(np.ones(21)).resolution() == 4.0
    assert curve_of(np.ones(21)).reaches_nyquist()
    assert curve_of(np.zeros(21)).resolution() == 80.0
    first_bad = np.ones(21)
    first_bad[1] = -0.2  # one shell of eighteen values decides nothing
    assert curve_of(first_bad).resolution() == 4.0
    last = np.ones(21)
    last[20] = 0.0
    assert 4.0 < curve_of(last).resolution() < 80 / 19
    assert crossing(last, 0.5, 40, 2.0) == pytest.approx(80 / 19.5)


def test_a_known_cut_is_found() -> None:
    signal = 4 * low_pass(noise(6), 12)
    curve = fsc(Volume(signal + noise(7), 1.5), Volume(signal + noise(8), 1.5))
    assert curve.resolution(0.143) == pytest.approx(N * 1.5 / 12.4, rel=0.04)
    np.testing.assert_allclose(curve.frequency[12], 12 / (N * 1.5))


def test_a_mask_of_ones_changes_nothing() -> None:
    signal = 3 * low_pass(noise(1), 10)
    curve = fsc(signal + noise(2), signal + noise(3), np.ones((N, N, N)))
    assert curve.masked is not None
    np.testing.assert_allclose(curve.masked, curve.unmasked, atol=1e-5)


def test_a_sharp_mask_inflates_and_randomised_phases_tell() -> None:
    """Common signal to shell 8 alone: a tight, hard mask smears it over all shells, and the correction takes it off."""
    signal = 30 * low_pass(noise(1) + 2, 8)
    mask = masks.sphere(N, 9)
    curve = fsc(signal + noise(2), signal + noise(3), mask)
    assert curve.masked is not None
    assert curve.randomised is not None
    assert curve.corrected is not None
    beyond = slice(14, 22)
    assert np.abs(curve.unmasked[beyond]).mean() < 0.05
    assert curve.masked[beyond].mean() > 0.25, "the mask alone makes maps agree"
    assert np.abs(curve.corrected[beyond]).mean() < 0.3 * curve.masked[beyond].mean()
    assert curve.best is curve.corrected
    assert curve.randomised_from == 9


def test_correction_is_chens_beyond_two_shells_and_nothing_before() -> None:
    masked, randomised = np.linspace(1, 0.3, 12), np.linspace(0.9, 0.05, 12)
    found = corrected(masked, randomised, 5)
    np.testing.assert_array_equal(found[:7], masked[:7])
    np.testing.assert_allclose(found[7:], (masked[7:] - randomised[7:]) / (1 - randomised[7:]))


def test_randomisation_begins_where_the_unmasked_curve_falls() -> None:
    assert randomisation_shell(np.array([1, 0.99, 0.9, 0.79, 0.85, 0.1])) == 3
    assert randomisation_shell(np.ones(6)) == 5


@pytest.mark.parametrize("n", [24, 25])
def test_random_phases_keep_amplitudes_and_what_lies_below(n: int) -> None:
    half = fourier.fft3(noise(1, n))
    changed = resolution._randomised(half, n, 5, np.random.default_rng(0))
    again = fourier.fft3(fourier.ifft3(changed, n))
    np.testing.assert_allclose(np.abs(again), np.abs(half), atol=1e-4 * np.abs(half).max())
    index = shells.shell_index(n, 3)
    np.testing.assert_array_equal(changed[index < 5], half[index < 5])
    assert np.abs(shells.correlation(changed, half, n, 3)[6:]).max() < 0.2


def test_a_seed_repeats_the_phases() -> None:
    signal = 3 * low_pass(noise(1), 6)
    a, b, mask = signal + noise(2), signal + noise(3), masks.sphere(N, 10, 4)
    first, again, other = (fsc(a, b, mask, seed=s).randomised for s in (1, 1, 2))
    assert first is not None
    np.testing.assert_array_equal(first, again)
    assert other is not None
    assert not np.array_equal(first, other)


def test_columns_carry_relions_labels() -> None:
    plain = fsc(noise(1), noise(2))
    assert list(plain.columns()) == [
        "rlnSpectralIndex",
        "rlnResolution",
        "rlnFourierShellCorrelationUnmaskedMaps",
    ]
    masked = fsc(noise(1), noise(2), masks.sphere(N, 12, 4)).columns()
    assert len(masked) == 6
    assert {len(v) for v in masked.values()} == {N // 2 + 1}


def test_refused_in_words() -> None:
    a = noise(1, 16)
    cases = [
        ((a, noise(2, 18)), "one size"),
        ((a[:, :8], a[:, :8]), "one size"),
        ((Volume(a, 1.0), Volume(a, 1.1)), "one scale"),
        ((a, np.ones_like(a)), "constant"),
        ((a, np.where(a > 3, np.nan, a)), "finite"),
        ((a, a, np.ones((8, 8, 8))), "maps' shape"),
        ((a, a, np.zeros_like(a)), "empty"),
        ((Volume(a, 1.0), Volume(a, 1.0), Volume(np.ones_like(a), 2.0)), "mask has pixels"),
    ]
    for given, sentence in cases:
        with pytest.raises(InputError, match=sentence):
            fsc(*given)
