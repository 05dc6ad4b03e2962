"""Non-uniform transforms against their sums written out, against the grid, and against each other."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from underfocus.base.errors import InputError
from underfocus.maths import fourier, nonuniform


def points(m: int, dims: int, most: float) -> Any:
    return np.random.default_rng(m).uniform(-most, most, (m, dims))


def noise(seed: int, *shape: int) -> Any:
    rng = np.random.default_rng(seed)
    return rng.standard_normal(shape) + 1j * rng.standard_normal(shape)


def error(found: Any, wanted: Any) -> float:
    return float(np.linalg.norm(found - wanted) / np.linalg.norm(wanted))


@pytest.mark.parametrize("n", [9, 10])
@pytest.mark.parametrize("dims", [1, 2, 3])
@pytest.mark.parametrize("tolerance", [1e-3, 1e-6, 1e-12])
def test_fast_agrees_with_the_sum_to_the_tolerance(n: int, dims: int, tolerance: float) -> None:
    x, c = points(40, dims, n / 2), noise(1, 40)
    assert error(nonuniform.type1(x, c, n, tolerance), nonuniform.type1_plain(x, c, n)) < 3 * tolerance
    q, g = points(50, dims, 0.5), noise(2, *[n] * dims)
    assert error(nonuniform.type2(g, q, tolerance), nonuniform.type2_plain(g, q)) < 3 * tolerance


@pytest.mark.parametrize("dims", [1, 2, 3])
def test_the_two_types_are_adjoint_but_for_the_sign(dims: int) -> None:
    n = 8
    x, c, g = points(30, dims, n / 2), noise(3, 30), noise(4, *[n] * dims)
    left = np.sum(nonuniform.type1(x, c, n, 1e-12) * g)
    assert left == pytest.approx(np.sum(c * nonuniform.type2(g, x / n, 1e-12)), rel=1e-10)


def test_on_the_grid_both_are_the_fft() -> None:
    n = 12
    picture = noise(5, n, n).real
    wanted = fourier.display(fourier.fft2(picture), n)
    axis = np.arange(n) - n // 2
    grid = np.stack([a.ravel() for a in np.meshgrid(axis, axis)], axis=1)
    assert np.allclose(nonuniform.type1(grid, picture.ravel(), n, 1e-12), wanted, atol=1e-9)
    assert np.allclose(nonuniform.type2(picture, grid / n, 1e-12), wanted.ravel(), atol=1e-9)


def test_precision_follows_the_input() -> None:
    x, c = points(20, 2, 4), noise(6, 20)
    assert nonuniform.type1(x, c.astype(np.complex64), 8).dtype == np.complex64
    assert nonuniform.type2(np.ones((8, 8), np.float32), x / 8).dtype == np.complex64
    assert nonuniform.type1(x, c, 8).dtype == np.complex128


def test_threads_change_nothing_but_time() -> None:
    n, m = 64, nonuniform.WORTH_THREADS
    x, c = points(m, 2, n / 2), noise(7, m)
    threaded, alone = nonuniform.type1(x, c, n, 1e-9), nonuniform.type1(x, c, n, 1e-9, workers=1)
    assert error(threaded, alone) < 1e-12


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: nonuniform.type1(np.ones((3, 4)), np.ones(3), 8), "1 to 3"),
        (lambda: nonuniform.type1(np.full((3, 2), 5.0), np.ones(3), 8), "half a box"),
        (lambda: nonuniform.type1(np.ones((3, 2)), np.ones(2), 8), "one value"),
        (lambda: nonuniform.type1(np.full((3, 2), np.nan), np.ones(3), 8), "half a box"),
        (lambda: nonuniform.type2(np.ones((8, 8)), np.full((3, 2), 0.6)), "half a cycle"),
        (lambda: nonuniform.type2(np.ones((8, 9)), np.zeros((3, 2))), "as many samples"),
        (lambda: nonuniform.type2(np.ones(8), np.zeros((3, 2))), "axes"),
        (lambda: nonuniform.type2(np.ones((8, 8), np.float32), np.zeros((3, 2)), 1e-9), "tolerance"),
        (lambda: nonuniform.type2(np.ones((8, 8)), np.zeros((3, 2)), workers=0), "one thread"),
    ],
)
def test_what_cannot_be_transformed_is_refused(call: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        call()
