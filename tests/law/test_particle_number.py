"""Laws of particle numbers: the printed ratios, the fit that inverts them, and pools with two pixel sizes."""

from __future__ import annotations

import numpy as np
import pytest

from underfocus.base.errors import InputError
from underfocus.validation import particle_number as law


def test_printed_ratios() -> None:
    assert law.ratio(3.0, 2.0, 100.0) == pytest.approx(1037, rel=1e-3)
    assert law.ratio(3.0, 2.0, 50.0) == pytest.approx(32.2, rel=2e-3)
    assert law.ratio(4.0, 3.0, 100.0) == pytest.approx(11.4, rel=5e-3)


def test_the_full_formula_has_the_length_besides() -> None:
    assert law.particles(3.0, 0.0) == pytest.approx(9 * 30 * np.pi / (5 * 0.004 * 3))
    assert law.particles(2.0, 80.0) / law.particles(3.0, 80.0) == pytest.approx(1.5 * law.ratio(3.0, 2.0, 80.0))
    assert law.particles(3.0, 80.0, symmetry=24) == pytest.approx(law.particles(3.0, 80.0) / 24)
    # where the number comes from: amplitudes fall as exp(−B s²/4), the power that noise must be beaten by as its square
    assert law.ratio(1e9, 4.0, 60.0) == pytest.approx(np.exp(-60 / 16 / 4) ** -2)


def test_reached_and_ratio_undo_each_other() -> None:
    numbers = np.array([1e4, 1e5, 1e6])
    lengths = law.reached(numbers, 3.5, 1e5, 90.0)
    assert lengths[1] == pytest.approx(3.5)
    assert law.ratio(lengths[0], lengths[2], 90.0) == pytest.approx(100.0)


def test_a_b_factor_is_fitted_with_its_error() -> None:
    rng = np.random.default_rng(4)
    numbers = np.geomspace(2e3, 2e5, 8)
    found = [
        law.fitted_bfactor(
            numbers, 1 / np.sqrt(law.reached(numbers, 3.0, 2e5, 100.0) ** -2 + 2e-3 * rng.normal(size=8))
        )
        for _ in range(400)
    ]
    values, errors = np.array(found).T
    assert values.mean() == pytest.approx(100.0, abs=2.0)
    assert np.sqrt((errors**2).mean()) == pytest.approx(values.std(), rel=0.25)
    assert law.fitted_bfactor(numbers, law.reached(numbers, 3.0, 2e5, 100.0)) == pytest.approx((100.0, 0.0), abs=1e-6)


def test_what_a_wrong_pixel_leaves_is_measured_on_balls_of_noise() -> None:
    # random points in a ball, and the same points 3 % further out: the correlation of their transforms
    rng = np.random.default_rng(7)
    radius, mismatch = 30.0, 0.03
    points = rng.uniform(-radius, radius, (60_000, 3))
    points = points[(points**2).sum(axis=1) < radius**2]
    weights = rng.standard_normal(len(points))
    direction = rng.standard_normal((4000, 3))
    direction /= np.linalg.norm(direction, axis=1, keepdims=True)
    for s in (0.05, 0.2, 0.4):
        phases = np.exp(-2j * np.pi * s * points[:2000] @ direction.T)
        scaled = np.exp(-2j * np.pi * s * (1 + mismatch) * points[:2000] @ direction.T)
        one, other = weights[:2000] @ phases, weights[:2000] @ scaled
        found = (one * other.conj()).real.sum() / np.sqrt((np.abs(one) ** 2).sum() * (np.abs(other) ** 2).sum())
        assert found == pytest.approx(float(law.scale_correlation(s, mismatch, radius)), abs=0.06)


def test_pools() -> None:
    assert law.scale_correlation(np.array([0.0]), 0.01, 100.0)[0] == 1
    assert law.pooled_gain(0.3, 1.0, 1.0, 0.0, 100.0) == pytest.approx(np.sqrt(2))
    assert law.pooled_gain(0.3, 4.0, 0.0, 0.02, 100.0) == pytest.approx(1.0)
    # equal sets: harm begins where (1 + c)/√2 = 1
    s = np.linspace(0.01, 0.6, 6000)
    gain = law.pooled_gain(s, 1.0, 1.0, 0.01, 100.0)
    first = s[np.argmax(gain < 1)]
    assert law.scale_correlation(first, 0.01, 100.0) == pytest.approx(np.sqrt(2) - 1, abs=1e-3)
    assert 1 / first == pytest.approx(2 * np.pi / 2.77, rel=5e-3)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: law.particles(0.0, 50.0), "lie above 0"),
        (lambda: law.reached(1.0, 3.0, 1e6, 50.0), "so few particles"),
        (lambda: law.fitted_bfactor([1, 2], [3, 4]), "three points"),
        (lambda: law.fitted_bfactor([1e3, 1e4, 1e5], [3, 4, 5]), "do not improve"),
        (lambda: law.pooled_gain(0.1, 0.0, 1.0, 0.01, 50.0), "a set has particles"),
    ],
)
def test_refused_in_words(make, said: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match=said):
        make()
