"""Scattered data: exact where a method promises it, even where density is not, and refused where there is no mesh."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.interpolate import griddata

from underfocus.base.errors import InputError
from underfocus.maths import scattered


def points(m: int, dims: int, seed: int = 0) -> Any:
    return np.random.default_rng(seed).uniform(-1, 1, (m, dims))


def gaussian(x: Any) -> Any:
    return np.exp(-2 * (x**2).sum(-1))


@pytest.mark.parametrize("dims", [1, 2, 3])
def test_triangles_reproduce_planes_and_griddata(dims: int) -> None:
    x, q = points(200, dims), 0.5 * points(60, dims, 1)
    slope = np.arange(1, dims + 1)
    assert np.allclose(scattered.delaunay_linear(x, 2 + x @ slope, q), 2 + q @ slope)
    values = gaussian(x) * np.exp(3j * x[:, 0])
    wanted = griddata(x, values, q, "linear").ravel()
    assert np.allclose(scattered.delaunay_linear(x, values, q), wanted)
    assert np.isnan(scattered.delaunay_linear(x, values, np.full((1, dims), 5.0)))[0]


@pytest.mark.parametrize("dims", [1, 2, 3])
def test_weights_of_a_mesh_are_those_of_each_place(dims: int) -> None:
    x, q = points(300, dims), 1.2 * points(400, dims, 5)
    corners, w = scattered.delaunay_weights(x, q)
    inside = np.isfinite(w[:, 0])
    assert 100 < inside.sum() < 400
    assert w[inside].min() > -1e-12
    assert np.allclose(w[inside].sum(-1), 1)
    assert np.allclose((w[..., None] * x[corners]).sum(1)[inside], q[inside])
    assert np.allclose(scattered.delaunay_linear(x, gaussian(x), x), gaussian(x))
    again = (w * gaussian(x)[corners]).sum(-1)
    assert np.array_equal(again, scattered.delaunay_linear(x, gaussian(x), q), equal_nan=True)


@pytest.mark.parametrize("dims", [2, 3])
def test_meshes_with_flat_simplices_are_walked_as_well(dims: int) -> None:
    axis = np.arange(8.0)
    x = np.stack(np.meshgrid(*[axis] * dims), -1).reshape(-1, dims)
    x = np.concatenate([x, x[:5]])  # and points given twice
    values = np.random.default_rng(6).standard_normal(len(x))
    q = np.random.default_rng(7).uniform(-0.5, 7.5, (3000, dims))
    found, wanted = scattered.delaunay_linear(x, values, q), griddata(x, values, q)
    inside = ((q > 0) & (q < 7)).all(1)
    assert np.isfinite(found[inside]).all()
    assert np.isnan(found[~inside]).all()
    assert np.allclose(found[inside], wanted[inside])


@pytest.mark.parametrize("squeeze", [1e3, 1e8])
def test_a_flattened_mesh_is_walked_as_griddata_walks_it(squeeze: float) -> None:
    x = points(300, 2) / [1, squeeze]
    q = 0.5 * points(200, 2, 1) / [1, squeeze]
    found, wanted = scattered.delaunay_linear(x, x[:, 0], q), griddata(x, x[:, 0], q)
    assert np.allclose(found, wanted, equal_nan=True)


@pytest.mark.parametrize("dims", [1, 2, 3])
def test_inverse_distances_are_exact_at_points_and_stay_between_values(dims: int) -> None:
    x = points(300, dims)
    values = gaussian(x)
    assert np.allclose(scattered.inverse_distance(x, values, x), values)
    found = scattered.inverse_distance(x, values, points(50, dims, 2))
    assert values.min() <= found.min() <= found.max() <= values.max()


def test_errors_fall_with_the_number_of_points() -> None:
    q = 0.6 * points(200, 2, 3)
    for method in (scattered.delaunay_linear, scattered.inverse_distance):
        few, many = (np.abs(method(x, gaussian(x), q) - gaussian(q)).max() for x in (points(200, 2), points(8000, 2)))
        assert many < 0.3 * few


def test_gridding_of_grid_points_is_the_grid() -> None:
    n = 12
    axis = np.arange(n) - n // 2
    x = np.stack([a.ravel() for a in np.meshgrid(axis, axis)], 1)
    values = np.random.default_rng(4).standard_normal(n * n)
    for density in ("count", "iterate", np.ones(n * n)):
        found = scattered.gridding(x, values, n, "linear", density)
        assert np.allclose(found, values.reshape(n, n), atol=1e-9)


@pytest.mark.parametrize("kernel", ["linear", "kaiser-bessel"])
@pytest.mark.parametrize("density", ["count", "iterate"])
def test_constants_stay_wherever_the_points_lie(kernel: Any, density: Any) -> None:
    x = np.random.default_rng(8).uniform(-8, 7, (4000, 2))
    found = scattered.gridding(x, np.full(len(x), 3.0), 16, kernel, density)[2:-2, 2:-2]
    # a count divides the constant out; even densities only hold as far as there are weights to hold them
    assert np.abs(found - 3).max() < (1e-9 if density == "count" else 0.3)


@pytest.mark.parametrize(("kernel", "allowed"), [("linear", 1e-4), ("kaiser-bessel", 3e-5)])
def test_spreading_over_a_padded_transform_and_correcting_gives_the_object_back(kernel: Any, allowed: float) -> None:
    n, pad = 32, 2
    place = np.arange(n) - n // 2
    thing = np.exp(-((place - 5.0) ** 2) / 8)
    k = np.sort(np.random.default_rng(9).uniform(-0.5, 0.5, 6000)) * n * pad  # cycles over the padded box
    values = np.exp(-2j * np.pi * np.outer(k, place) / (n * pad)) @ thing
    share = np.gradient(k)  # what length of the line each stands for
    found = scattered.gridding(k, values, n * pad + 8, kernel, share)
    where = np.arange(len(found)) - len(found) // 2
    back = (np.exp(2j * np.pi * np.outer(place, where) / (n * pad)) @ found).real / (n * pad)
    assert np.abs(back / scattered.gridding_correction(n, pad, kernel) - thing).max() < allowed


@pytest.mark.parametrize("kernel", ["linear", "kaiser-bessel"])
def test_windows_are_positive_and_their_transforms_are_the_correction(kernel: Any) -> None:
    n = 64
    t = (np.arange(-40_000, 40_000) + 0.5) / 10_000
    h = scattered.window(kernel, t)
    assert h.min() >= 0
    r = (np.arange(n) - n // 2) / n
    assert np.allclose(
        np.cos(2 * np.pi * np.outer(r, t)) @ h / 10_000, scattered.gridding_correction(n, 1, kernel), atol=1e-4
    )


@pytest.mark.parametrize("kernel", ["linear", "kaiser-bessel"])
@pytest.mark.parametrize("density", ["count", "iterate"])
def test_density_is_evened_out(density: Any, kernel: Any) -> None:
    n = 24
    # a radial sampling, as of projections: ten times as many points in the middle as at the rim
    r, a = np.meshgrid(np.arange(-11, 11.1, 0.5), np.arange(0, np.pi, np.pi / 40))
    x = np.stack([(r * np.cos(a)).ravel(), (r * np.sin(a)).ravel()], 1)
    values = np.exp(-(x**2).sum(1) / 30)
    found = scattered.gridding(x, values, n, kernel, density)
    grid = np.stack(np.meshgrid(np.arange(n) - n // 2, np.arange(n) - n // 2), -1)
    inside = (grid**2).sum(-1) <= 81
    wanted = np.exp(-(grid**2).sum(-1) / 30)
    assert np.abs(found - wanted)[inside].max() < 0.12
    uneven = scattered.gridding(x, values, n, kernel, np.ones(len(x)))
    assert np.abs(uneven - wanted)[inside].max() > 1


def test_printed_corrections() -> None:
    assert scattered.gridding_correction(64)[0] == pytest.approx(0.405, abs=5e-4)
    assert scattered.gridding_correction(64, 2)[0] == pytest.approx(0.811, abs=5e-4)
    assert scattered.gridding_correction(64, 2)[0] ** 3 == pytest.approx(0.533, abs=5e-4)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: scattered.delaunay_linear(np.arange(10.0)[:, None] * [1, 2], np.ones(10), np.ones((1, 2))), "no mesh"),
        (lambda: scattered.delaunay_linear([0.5], [1.0], [0.5]), "two or more"),
        (lambda: scattered.delaunay_linear(points(5, 2), np.ones(4), points(1, 2)), "one value"),
        (lambda: scattered.delaunay_linear(points(5, 2), np.ones(5), points(1, 3)), "one width"),
        (lambda: scattered.inverse_distance(points(5, 2), np.full(5, np.nan), points(1, 2)), "not finite"),
        (lambda: scattered.inverse_distance(points(5, 2), np.ones(5), points(1, 2), power=0), "must be positive"),
        (lambda: scattered.gridding(points(5, 2), np.ones(5), 8, "cubic"), "kernel must be"),  # type: ignore[arg-type]
        (lambda: scattered.gridding(points(5, 2), np.ones(5), 8, "linear", "none"), "density must be"),  # type: ignore[arg-type]
        (lambda: scattered.gridding(points(5, 2), np.ones(5), 8, "linear", np.ones(4)), "one weight"),
        (lambda: scattered.gridding_correction(8, 0.5), "1 or more"),
    ],
)
def test_what_cannot_be_interpolated_is_refused(call: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        call()
