"""Interpolation: what each method reproduces, its kernel and spectrum, its adjoint, its printed numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from underfocus.base.errors import InputError
from underfocus.maths import interpolation

METHODS = ("nearest", "linear", "catmull-rom", "spline", "kaiser-bessel", "sinc")
WEIGHED = METHODS[:-1]
#: The highest power of x that each reproduces far from an edge.
DEGREES = {"nearest": 0, "linear": 1, "catmull-rom": 2, "spline": 3}


@pytest.mark.parametrize("method", METHODS)
def test_the_samples_themselves_are_kept(method: Any) -> None:
    x = np.random.default_rng(0).standard_normal((7, 8))
    at = np.stack(np.meshgrid(np.arange(7), np.arange(8), indexing="ij"), -1).reshape(-1, 2)
    for boundary in ("zero", "wrap", "reflect"):
        assert np.allclose(interpolation.sample(x, at, method, boundary), x.ravel())  # type: ignore[arg-type]


@given(st.sampled_from(WEIGHED), st.floats(0, 0.999))
def test_weights_are_a_partition_of_unity(method: Any, t: float) -> None:
    w = interpolation.weights(method, t)
    assert w.shape == (interpolation.TAPS[method],)
    assert w.sum() == pytest.approx(1)


@pytest.mark.parametrize(("method", "degree"), DEGREES.items())
def test_polynomials_are_reproduced_to_a_degree_and_not_beyond(method: Any, degree: int) -> None:
    x = np.arange(96.0) / 48 - 1
    at = np.random.default_rng(1).uniform(40, 56, 50)
    for power in range(degree + 2):
        error = np.abs(interpolation.sample(x**power, at, method) - (at / 48 - 1) ** power).max()
        assert (error < 1e-11) == (power <= degree), power


def test_sinc_is_exact_for_what_the_samples_can_hold() -> None:
    n = 21
    at = np.random.default_rng(2).uniform(-10, 40, 80)
    wave = lambda x: 0.3 + np.cos(2 * np.pi * 9 * x / n + 1) + np.sin(2 * np.pi * 4 * x / n)  # noqa: E731
    assert np.allclose(interpolation.sample(wave(np.arange(n)), at, "sinc", "wrap"), wave(at))


def test_printed_numbers() -> None:
    assert interpolation.weights("catmull-rom", 0.5) == pytest.approx([-1 / 16, 9 / 16, 9 / 16, -1 / 16])
    assert interpolation.weights("catmull-rom", 0.25) == pytest.approx([-0.0703, 0.8672, 0.2266, -0.0234], abs=5e-5)
    corners = np.array([[10.0, 20.0], [30.0, 50.0]])
    assert interpolation.sample(corners, [[0.5, 0.25]])[0] == pytest.approx(23.75)
    costs = {("linear", 2): 4, ("catmull-rom", 2): 16, ("linear", 3): 8, ("spline", 3): 64}
    for (method, dims), taps in costs.items():
        assert interpolation.taps_of(method, dims) == taps  # type: ignore[arg-type]
    f = np.array([0.1, 0.25])
    assert interpolation.spectrum("linear", f) == pytest.approx([0.968, 0.811], abs=5e-4)
    assert interpolation.spectrum("nearest", f) == pytest.approx([0.984, 0.900], abs=5e-4)


@pytest.mark.parametrize(("f", "gain"), [(0.1, 0.951), (0.25, 0.707)])
def test_half_way_between_samples_linear_keeps_cos_pi_f(f: float, gain: float) -> None:
    x = np.cos(2 * np.pi * f * (np.arange(40) - 20.5))
    assert interpolation.sample(x, [20.5])[0] == pytest.approx(gain, abs=5e-4)


@pytest.mark.parametrize("method", WEIGHED)
def test_the_spectrum_is_the_transform_of_the_kernel(method: Any) -> None:
    t = (np.arange(-40_000, 40_000) + 0.5) / 1000
    h = interpolation.kernel(method, t)
    f = np.array([0.0, 0.1, 0.3, 0.7, 1.2])
    wanted = np.cos(2 * np.pi * np.outer(f, t)) @ h / 1000
    assert np.allclose(interpolation.spectrum(method, f), wanted, atol=2e-4)


@given(st.sampled_from(WEIGHED), st.sampled_from(["zero", "wrap", "reflect"]), st.integers(0, 50))
def test_spreading_is_the_adjoint(method: Any, boundary: Any, seed: int) -> None:
    if method == "spline":
        return  # of the spline it is the adjoint of weighing coefficients, not samples
    rng = np.random.default_rng(seed)
    x, c, at = rng.standard_normal((6, 7)), rng.standard_normal(9), rng.uniform(-3, 9, (9, 2))
    left = np.dot(interpolation.sample(x, at, method, boundary), c)
    assert left == pytest.approx(np.sum(x * interpolation.spread(c, at, (6, 7), method, boundary)), abs=1e-9)


def test_phasors_cancel_half_way() -> None:
    for degrees, left in ((45.0, 0.924), (90.0, 0.707), (180.0, 0.0)):
        pair = np.exp(1j * np.deg2rad([0.0, degrees]))
        assert abs(interpolation.sample(pair, [0.5])[0]) == pytest.approx(left, abs=5e-4)


def test_a_resized_field_keeps_its_origin() -> None:
    y, x = np.mgrid[:32, :32] - 16.0
    small, large = np.exp(-(x**2 + y**2) / 40), np.exp(-((x / 2) ** 2 + (y / 2) ** 2) / 40)
    again = interpolation.resize(small, 64, "spline")
    assert again.shape == (64, 64)
    assert np.allclose(again[16:48, 16:48], large, atol=1e-3)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: interpolation.sample(np.ones(4), [0.5], "cubic"), "method must be"),  # type: ignore[arg-type]
        (lambda: interpolation.sample(np.ones(4), [0.5], "linear", "edge"), "boundary must be"),  # type: ignore[arg-type]
        (lambda: interpolation.sample(np.ones((4, 4)), [0.5]), r"positions \(m, 2\)"),
        (lambda: interpolation.sample(np.ones(4), [np.nan]), "not finite"),
        (lambda: interpolation.weights("sinc", 0.5), "no weights"),
        (lambda: interpolation.taps_of("sinc", 2), "all samples"),
        (lambda: interpolation.resize(np.ones(4), 0), "one sample or more"),
        (lambda: interpolation.spread(np.ones(2), [0.5], (4,), "linear"), "one value a position"),
    ],
)
def test_what_cannot_be_interpolated_is_refused(call: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        call()
