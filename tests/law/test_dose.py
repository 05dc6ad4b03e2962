"""Laws of dose: Grant & Grigorieff's numbers, the best weights there are, noise that stays, movies that add up."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from underfocus.base.errors import InputError
from underfocus.maths import fourier, shells
from underfocus.physics import dose, fractions

N, PIXEL = 48, 1.5


def smooth(seed: int = 0) -> np.ndarray:
    noise = np.random.default_rng(seed).standard_normal((N, N))
    keep = np.exp(-((fourier.radius2(N, PIXEL) * 8) ** 4))
    return np.asarray(1 + fourier.ifft2(fourier.fft2(noise) * keep, N))


def test_critical_exposures_and_weights_as_published() -> None:
    lengths = np.array([2.0, 3.0, 4.0, 5.0, 10.0, 20.0])
    printed = [3.59094, 4.33993, 5.27740, 6.38571, 14.13936, 38.72557]
    assert dose.critical_exposure(1 / lengths) == pytest.approx(printed, rel=2e-6)
    assert dose.weight(np.array([1 / 3, 0.1]), 40.0) == pytest.approx([0.009968, 0.243049], abs=5e-7)
    assert dose.critical_exposure(1 / lengths, 200.0) == pytest.approx(0.8 * np.array(printed), rel=2e-6)
    assert dose.critical_exposure(1 / lengths, 100.0) == pytest.approx(0.532 * np.array(printed), rel=2e-6)
    # what RELION rounds to
    assert dose.critical_exposure(1 / lengths) == pytest.approx(0.245 * lengths**1.665 + 2.81, rel=2e-3)


def test_voltages_between_and_beyond_are_ordered() -> None:
    kilovolts = [60.0, 100.0, 120.0, 200.0, 250.0, 300.0, 400.0]
    factors = [dose.voltage_factor(kv) for kv in kilovolts]
    assert factors == sorted(factors)
    assert dose.voltage_factor(120.0) == pytest.approx(0.5959, abs=5e-4)


def test_the_optimum_solves_its_equation_and_is_one() -> None:
    x = dose.optimum_factor()
    assert x == pytest.approx(2.51286, abs=5e-6)
    assert np.exp(x / 2) == pytest.approx(1 + x, rel=1e-14)
    s = 0.25
    critical = float(dose.critical_exposure(np.array(s)))

    def worse(total: float) -> float:
        # signal to noise of a plain sum: ∫ weight dN over √N
        return float(-total * dose.remaining(np.array(s), 0.0, total) / np.sqrt(total))

    best = minimize_scalar(worse, bounds=(1.0, 60.0), method="bounded").x
    assert best == pytest.approx(x * critical, rel=1e-4)
    assert dose.optimum_exposure(np.array(s)) == pytest.approx(x * critical)


def test_the_mean_is_never_lost() -> None:
    assert dose.weight(np.array([0.0, 1e-3]), 500.0) == pytest.approx([1.0, 1.0], abs=0.02)
    assert dose.remaining(np.zeros(1), 10.0, 60.0)[0] == 1.0


def test_a_frame_records_the_mean_over_its_exposure() -> None:
    s = np.array([0.05, 0.2, 0.45])
    fine = dose.edges(12.0, 4000, before=7.0)
    many = np.mean([dose.weight(s, (a + b) / 2) for a, b in pairwise(fine)], axis=0)
    assert dose.remaining(s, 7.0, 19.0) == pytest.approx(many, rel=1e-7)


def test_the_filter_keeps_the_noise_and_no_other_weights_do_better() -> None:
    s = np.array([0.02, 0.1, 0.25, 0.4])
    bounds = np.array([0.0, 1.0, 3.0, 6.0, 12.0, 40.0])
    spans = np.diff(bounds)[:, None]
    weights = dose.filter_weights(s, bounds)
    assert (weights**2 * spans).sum(axis=0) == pytest.approx(spans.sum(), rel=1e-12)
    left = np.stack([dose.remaining(s, a, b) for a, b in pairwise(bounds)])

    def quality(w: np.ndarray) -> np.ndarray:
        return np.asarray((w * spans * left).sum(axis=0) / np.sqrt((w**2 * spans).sum(axis=0)))

    best = quality(weights)
    assert np.all(best > quality(np.ones_like(weights)))
    rng = np.random.default_rng(3)
    for _ in range(50):
        assert np.all(best >= quality(weights * np.exp(0.3 * rng.standard_normal(weights.shape))) - 1e-12)


def test_a_filtered_sum_of_noise_stays_white() -> None:
    bounds = dose.edges(40.0, 10)
    frames = np.random.default_rng(1).standard_normal((60, 10, N, N)).astype(np.float32)
    sums = np.stack([dose.filtered_sum(f, PIXEL, bounds) for f in frames])
    assert sums.dtype == np.float32
    power = (np.abs(fourier.fft2(sums)) ** 2).mean(axis=0) / N**2
    assert shells.shell_mean(power, N, 2)[1:] == pytest.approx(10.0, rel=0.12)


def test_a_filtered_sum_is_the_weighted_sum_by_the_book() -> None:
    bounds = dose.edges(30.0, 4, before=2.0)
    frames = np.random.default_rng(2).standard_normal((4, N, N))
    weights = dose.filter_weights(fourier.radius2(N, PIXEL), bounds, 200.0)
    book = fourier.ifft2((fourier.fft2(frames) * weights).sum(axis=0), N)
    assert dose.filtered_sum(frames, PIXEL, bounds, 200.0) == pytest.approx(book, abs=1e-5)


def test_movies_add_up() -> None:
    scene, bounds = smooth(), dose.edges(24.0, 6)
    still = np.zeros((6, 2))
    frames = fractions.movie(scene, PIXEL, still, bounds)
    assert frames.shape == (6, N, N)
    whole = dose.damaged(scene, PIXEL, 0.0, 24.0)
    assert fractions.summed(frames, PIXEL) / 6 == pytest.approx(whole, abs=1e-12)
    assert dose.damaged(scene, PIXEL, 0.0, 1e-9) == pytest.approx(scene, abs=1e-9)


def test_drift_blurs_a_sum_and_alignment_undoes_it() -> None:
    scene = smooth()
    moves = fractions.path(12, 6.0, 3.0, angle=30.0)
    assert moves.mean(axis=0) == pytest.approx([0, 0], abs=1e-12)
    steps = np.linalg.norm(np.diff(moves, axis=0), axis=1)
    assert np.all(np.diff(steps) < 0)
    assert steps[0] == pytest.approx(6.0)
    frames = fractions.shifted(np.repeat(scene[None], 12, axis=0), PIXEL, moves)
    aligned = fractions.summed(frames, PIXEL, moves) / 12
    assert aligned == pytest.approx(scene, abs=1e-9)
    blurred = fractions.summed(frames, PIXEL) / 12
    assert blurred.std() < 0.9 * scene.std()
    # evenly along a line, the sum is what a sinc leaves
    even = np.stack([np.linspace(-4, 4, 401), np.zeros(401)], axis=1)
    order, x = 5, (np.arange(N) - N // 2) / N
    wave = np.cos(2 * np.pi * order * x) * np.ones((N, 1))
    total = fractions.summed(fractions.shifted(np.repeat(wave[None], 401, axis=0), PIXEL, even), PIXEL) / 401
    assert total.max() == pytest.approx(np.sinc(8 * order / (N * PIXEL)), abs=2e-3)


def test_gradients_flow_to_image_and_path() -> None:
    torch = pytest.importorskip("torch")
    scene = torch.tensor(smooth()[:12, :12].copy(), requires_grad=True)
    moves = torch.tensor(fractions.path(3, 1.0, 2.0), requires_grad=True)
    bounds = dose.edges(9.0, 3)

    def image(x, m):  # type: ignore[no-untyped-def]
        return fractions.summed(fractions.movie(x, PIXEL, m, bounds), PIXEL)

    assert torch.autograd.gradcheck(image, (scene, moves))
    told = fractions.movie(scene.detach().numpy(), PIXEL, moves.detach().numpy(), bounds)
    assert fractions.movie(scene, PIXEL, moves, bounds).detach().numpy() == pytest.approx(told, abs=1e-12)
    assert dose.filtered_sum(torch.tensor(told), PIXEL, bounds).numpy() == pytest.approx(
        dose.filtered_sum(told, PIXEL, bounds), abs=1e-6
    )


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: dose.edges(0.0, 4), "dose above 0"),
        (lambda: dose.remaining(np.ones(2), 5.0, 5.0), "ends later"),
        (lambda: dose.filter_weights(np.ones(2), [1.0, 1.0]), "must rise"),
        (lambda: dose.filtered_sum(np.ones((3, 8, 8)), 1.0, dose.edges(9.0, 4)), "3 frames lie between 4"),
        (lambda: fractions.movie(np.ones((8, 8)), 1.0, np.zeros((2, 2)), dose.edges(9.0, 3)), "2 frames lie"),
        (lambda: fractions.path(0, 1.0, 1.0), "a frame at least"),
    ],
)
def test_refused_in_words(make, said: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match=said):
        make()
