"""Compiled interpolation against samples added one by one, and against scipy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.ndimage import map_coordinates

from underfocus.maths import interpolation, nonuniform

METHODS = ("nearest", "linear", "catmull-rom", "spline", "kaiser-bessel", "sinc")


def draw(seed: int, shape: tuple[int, ...], dtype: str = "f8") -> Any:
    rng = np.random.default_rng(seed)
    real = rng.standard_normal(shape)
    return (real + 1j * rng.standard_normal(shape) if dtype[0] == "c" else real).astype(dtype)


@pytest.mark.parametrize("dtype", ["f4", "f8", "c8", "c16"])
@pytest.mark.parametrize("boundary", ["zero", "wrap", "reflect"])
@pytest.mark.parametrize("method", METHODS)
def test_fast_agrees_with_plain(method: Any, boundary: Any, dtype: str) -> None:
    for shape in ((9,), (8, 7), (5, 6, 7)):
        x = draw(1, shape, dtype)
        at = np.random.default_rng(2).uniform(-4, 12, (60, len(shape)))
        found = interpolation.sample(x, at, method, boundary)
        assert found.dtype == x.dtype
        wanted = interpolation.sample_plain(x, at, method, boundary)
        assert np.allclose(found, wanted, atol=1e-5 if dtype in ("f4", "c8") else 1e-12)


@pytest.mark.parametrize(("method", "order"), [("linear", 1), ("spline", 3)])
@pytest.mark.parametrize(
    ("boundary", "mode"), [("wrap", "grid-wrap"), ("reflect", "mirror"), ("zero", "grid-constant")]
)
def test_agrees_with_scipy(method: Any, order: int, boundary: Any, mode: str) -> None:
    x = draw(3, (20, 21, 22))
    at = np.random.default_rng(4).uniform(0, 19, (200, 3))
    assert np.allclose(interpolation.sample(x, at, method, boundary), map_coordinates(x, at.T, order=order, mode=mode))


@pytest.mark.parametrize("n", [9, 10])
def test_sinc_agrees_with_the_arrays_own_waves(n: int) -> None:
    x = draw(5, (n, n), "c16")
    at = np.random.default_rng(6).uniform(-3, n + 3, (50, 2))
    modes = np.fft.fftn(x) / x.size
    if n % 2 == 0:  # the wave at Nyquist stands for both signs of its frequency
        waves = np.fft.fftfreq(n, 1 / n)
        cosine = np.where(waves == -n / 2, 0.5, 1.0)
        both = [(s, t) for s in (-1, 1) for t in (-1, 1)]
        total = np.zeros(len(at), complex)
        for s, t in both:
            ky, kx = np.where(waves == -n / 2, s * n / 2, waves), np.where(waves == -n / 2, t * n / 2, waves)
            share = np.outer(cosine, cosine) * modes
            share = share * np.where(waves == -n / 2, 1, 0.5)[:, None] * np.where(waves == -n / 2, 1, 0.5)
            phase = np.exp(2j * np.pi * (at[:, 0, None, None] * ky[:, None] + at[:, 1, None, None] * kx) / n)
            total += (phase * share).sum((1, 2))
        wanted = total
    else:
        shifted = np.fft.fftshift(modes)
        turns = (at / n + 0.5) % 1 - 0.5
        wanted = nonuniform.type2_plain(shifted, -turns[:, ::-1])
    assert np.allclose(interpolation.sample(x, at, "sinc", "wrap"), wanted)


@pytest.mark.parametrize("method", ["linear", "catmull-rom", "spline", "kaiser-bessel"])
def test_tables_hold_the_weights(method: Any) -> None:
    t = np.linspace(0, 1, 2001)[:-1]
    found = [np.polyval(column, t) for column in interpolation._table(method).T]
    assert np.abs(np.stack(found, -1) - interpolation.weights(method, t)).max() < 1e-13


@pytest.mark.parametrize("boundary", ["zero", "wrap", "reflect"])
@pytest.mark.parametrize("method", METHODS)
def test_a_resized_array_is_sampled_axis_by_axis(method: Any, boundary: Any) -> None:
    for n, m in ((7, 12), (8, 5), (1, 3), (2, 4)):
        x = draw(9, (n, n), "c16")
        axis = (np.arange(m) - m // 2) * n / m + n // 2
        at = np.stack(np.meshgrid(axis, axis, indexing="ij"), -1).reshape(-1, 2)
        wanted = interpolation.sample(x, at, method, boundary).reshape(m, m)
        assert np.allclose(interpolation.resize(x, m, method, boundary), wanted)
        assert interpolation.resize(x.real.astype("f4"), m, method, boundary).dtype == np.float32


def test_what_lies_out_of_reach_does_not_matter() -> None:
    x = draw(7, (12, 12))
    x[0, 0] = np.nan
    at = np.random.default_rng(8).uniform(4.1, 14, (80, 2))
    assert np.isfinite(interpolation.sample(x, at, "kaiser-bessel")).all()
    assert np.isnan(interpolation.sample(x, [[0.2, 0.3]], "linear")[0])
