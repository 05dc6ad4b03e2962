"""Slices to a tolerance against the non-uniform transform in double precision, and every operator with its adjoint."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from underfocus.base.errors import InputError
from underfocus.data.pose import Pose
from underfocus.data.volume import Volume
from underfocus.maths import fourier, nonuniform, rotations
from underfocus.maths.kernels import kaiser, linear, nearest, plain, slabs, window
from underfocus.maths.kernels import numba as fast
from underfocus.maths.kernels.grid import gridding, padded_transform
from underfocus.physics import projection

Real = np.ndarray[Any, Any]
SIZES = [(16, 2), (15, 2), (16, 1), (15, 1), (15, 3)]


def noise(n: int, seed: int) -> Real:
    """A box full of white noise: the hardest density for any kernel."""
    return np.random.default_rng(seed).standard_normal((n, n, n))


def planes(n: int, m: int, seed: int) -> Real:
    """Half transforms of random images."""
    return np.fft.rfft2(np.random.default_rng(seed).standard_normal((m, n, n))).astype(np.complex64)


def exact(volume: Real, views: Real, radius: float) -> tuple[Real, Real]:
    """The transform of the voxels at the points of slices, to 1e-12, and which pixels these are."""
    n = len(volume)
    ky, kx = plain._grid(n)
    inside = kx**2 + ky**2 <= radius**2
    points = np.stack([kx[inside], ky[inside]], axis=-1) @ views[:, :2]
    found = nonuniform.type2(volume.astype(complex), points.reshape(-1, 3) / n, 1e-12)
    return found.reshape(points.shape[:2]), inside


def inner(a: Real, b: Real, n: int) -> float:
    """The inner product over whole planes or volumes of which halves are given."""
    return float(np.sum(fourier.half_weights(n) * (a.conj() * b).real.astype(np.float64)))


def off(a: Any, b: Any) -> float:
    """The largest difference over the largest value."""
    return float(np.abs(a - b).max() / np.abs(b).max())


@pytest.mark.parametrize("n", [31, 32])
@pytest.mark.parametrize("tolerance", [1e-1, 1e-2, 1e-3, 1e-4, 1e-5])
def test_the_error_is_below_the_tolerance_and_as_stated(n: int, tolerance: float) -> None:
    volume, views = noise(n, 1), rotations.random(40, 2)
    kernel = window.design(n, tolerance)
    truth, inside = exact(volume, views, plain.default_radius(n, kernel.size))
    found = kaiser.slices(volume, views, tolerance)
    assert found.dtype == np.complex64
    assert not found[:, ~inside].any()
    error = np.linalg.norm(found[:, inside] - truth) / np.linalg.norm(truth)
    assert error < tolerance
    assert error == pytest.approx(kernel.error, rel=0.1, abs=1e-6)


@pytest.mark.parametrize(("n", "tolerance"), [(15, 1e-1), (16, 1e-2), (16, 1e-3), (17, 1e-4), (16, 1e-5)])
def test_back_is_the_adjoint_of_slices(n: int, tolerance: float) -> None:
    volume, images, views = noise(n, 3).astype(np.float32), planes(n, 12, 4), rotations.random(12, 5)
    seen, back = kaiser.slices(volume, views, tolerance), kaiser.back(images, views, tolerance)
    left, right = inner(seen, images, n), float(np.sum(volume.astype(np.float64) * back))
    assert abs(left - right) < 1e-6 * np.linalg.norm(seen) * np.linalg.norm(images)
    assert abs(left) > 1e-4 * np.linalg.norm(seen) * np.linalg.norm(images), "or the test would pass for nothing"


@pytest.mark.parametrize(("n", "pad"), SIZES)
def test_one_and_two_taps_are_the_textbooks_kernels(n: int, pad: int) -> None:
    size, views = n * pad, np.concatenate([np.eye(3)[None], rotations.random(14, 1)])
    half = np.fft.rfftn(noise(size, 2)).astype(np.complex64)
    expected = plain.extract(half, views, n)
    assert off(linear.extract(half, views, n), expected) < 1e-5
    assert off(kaiser.extract(kaiser.lay(half, window.linear(n, size)), views), expected) < 1e-5
    near, tried = nearest.extract(half, views, n), kaiser.extract(kaiser.lay(half, window.nearest(n, size)), views)
    assert np.mean(near != tried) < 1e-3, "points half way between samples may round to either side"


@pytest.mark.parametrize(("n", "pad"), SIZES)
def test_sums_of_two_taps_are_the_textbooks(n: int, pad: int) -> None:
    images, views = planes(n, 14, 1), rotations.random(14, 2)
    weights = np.random.default_rng(3).uniform(size=images.shape).astype(np.float32)
    ours, theirs = kaiser.Accumulator(n, window=window.linear(n, pad * n)), fast.Accumulator(n, pad * n)
    for sums in (ours, theirs):
        sums.insert(images, weights, views)
        sums.insert(images, weights, views, which=np.arange(1, 14, 3), radius=0.3 * n)
    for a, b in zip(ours.totals(), theirs.totals(), strict=True):
        assert a.dtype == b.dtype
        assert off(a, b) < 2e-6
    low, count = ours.window.halo, len(theirs.cells) - 1
    core = ours.cells[low : low + count, low : low + count, 1 : pad * n // 2 + 1]
    assert off(core, theirs.cells[:count, :count, 1:-1]) < 2e-6, "cells lie alike"
    assert ours.correction(n) == pytest.approx(1 / gridding(n, pad * n), rel=1e-12)


@pytest.mark.parametrize(("n", "pad"), SIZES)
def test_insertion_of_the_nearest_is_its_adjoint(n: int, pad: int) -> None:
    size, views, images = n * pad, rotations.random(12, 7), planes(n, 12, 6)
    half = np.fft.rfftn(noise(size, 5)).astype(np.complex64)
    data, weight = np.zeros(half.shape, complex), np.zeros(half.shape)
    nearest.insert(images, np.ones(images.shape), views, data, weight)
    left, right = inner(nearest.extract(half, views, n), images, n), inner(half, data, size)
    assert left == pytest.approx(right, rel=1e-5, abs=1e-6 * float(np.linalg.norm(half) * np.linalg.norm(images)))
    assert data[..., 0] == pytest.approx(np.roll(data[::-1, ::-1, 0], 1, axis=(0, 1)).conj(), abs=1e-9)


@pytest.mark.parametrize("tolerance", [1e-1, 1e-3, 1e-5])
def test_weights_sum_to_the_points_and_grids_hold_what_slices_gave(tolerance: float) -> None:
    """Insertion into the grid, not only into the density, is the adjoint of extraction from it."""
    n, views, images = 16, rotations.random(9, 1), planes(16, 9, 2)
    sums = kaiser.Accumulator(n, tolerance=tolerance)
    sums.insert(images, np.ones(images.shape, np.float32), views)
    data, weight = sums.totals()
    half = np.fft.rfftn(noise(sums.size, 3)).astype(np.complex64)
    seen = kaiser.extract(kaiser.lay(half, sums.window), views)
    left, right = inner(seen, images, n), inner(half, data, sums.size)
    assert abs(left - right) < 1e-6 * np.linalg.norm(seen) * np.linalg.norm(images)
    ky, kx = fourier.frequencies2(n, 1 / n)
    points = 9 * np.sum((kx**2 + ky**2 <= sums.radius**2) * fourier.half_weights(n))
    assert np.sum(weight * fourier.half_weights(sums.size)) == pytest.approx(
        points, rel=2e-3 if tolerance < 0.1 else 0.2
    )


def test_accumulators_add_and_repeat_to_the_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    n, views, images = 24, rotations.random(30, 1), planes(24, 30, 2)
    weights = np.ones(images.shape, np.float32)
    whole, first, second, alone = (kaiser.Accumulator(n, 1.5, tolerance=1e-2) for _ in range(4))
    whole.insert(images, weights, views)
    first.insert(images, weights, views, which=np.arange(0, 30, 2))
    second.insert(images[1::2], weights[1::2], views[1::2])
    first.add(second)
    assert off(first.cells, whole.cells) < 1e-5
    for module in ("jit", "slabs"):
        monkeypatch.setattr(f"underfocus.maths.kernels.{module}.cores", lambda: 1)
    alone.insert(images, weights, views)
    assert np.array_equal(alone.cells, whole.cells)


@pytest.mark.parametrize("tilt", [0.0, 1e-7, 1e-3, 90.0])
@pytest.mark.parametrize("work", [kaiser.slices, linear.extract])
def test_layers_take_each_point_once(work: Callable[..., Real], tilt: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Thin layers and one thick layer agree, for level planes too."""
    n = 48
    turn = np.deg2rad([tilt, 3 * tilt, 90 - tilt])
    views = np.stack([[[1, 0, 0], [0, np.cos(t), np.sin(t)], [0, -np.sin(t), np.cos(t)]] for t in turn])
    views = np.concatenate([views, views[:, [1, 0, 2]], rotations.random(4, 3)])
    half, arguments = noise(n, 1), (views,)
    if work is linear.extract:
        half, arguments = np.fft.rfftn(noise(2 * n, 1)).astype(np.complex64), (views, n)
    thick = work(half, *arguments)
    monkeypatch.setattr(slabs, "LAYER_BYTES", 1)
    assert np.array_equal(work(half, *arguments), thick)
    sums = [kaiser.Accumulator(n, 1.5, tolerance=1e-2) for _ in range(2)]
    images = planes(n, len(views), 4)
    sums[0].insert(images, np.abs(images), views)
    monkeypatch.setattr(slabs, "LAYER_BYTES", 1 << 40)
    monkeypatch.setattr(kaiser, "LAYERS", 1)
    sums[1].insert(images, np.abs(images), views)
    assert off(sums[0].cells, sums[1].cells) < 1e-6


def test_design() -> None:
    for tolerance in (1e-1, 1e-3, 1e-5):
        kernel = window.design(64, tolerance)
        assert kernel.error < tolerance
        assert 1.25 <= kernel.size / 64 <= 2.3
        assert kernel.width <= 6
    assert window.design(64, 1e-3, 2).width == 4
    assert window.design(64, 1e-3, 2).size == 128
    assert window.kaiser(64, 128, 4).error < window.linear(64, 128).error / 50
    with pytest.raises(InputError, match="tolerance lies between"):
        window.design(64, 1e-7)
    with pytest.raises(InputError, match=r"more than six samples an axis at oversampling 1\.25"):
        window.design(64, 1e-5, 1.25)
    with pytest.raises(InputError, match="widths are 2 to 6"):
        window.kaiser(64, 128, 9)


@pytest.mark.parametrize("kernel", [window.kaiser(32, 48, w) for w in (2, 3, 4, 5, 6)] + [window.linear(32, 64)])
def test_the_correction_is_the_kernels_transform(kernel: window.Window) -> None:
    """By brute force over the kernel as it is evaluated; and taps sum to about one everywhere."""
    fine = (np.arange(4000) + 0.5) / 4000 - 0.5
    taps = np.stack([np.polyval(column, fine) for column in kernel.coefficients.T])
    places = fine + (1 - kernel.width) / 2 + np.arange(kernel.width)[:, None]
    x = (np.arange(32) - 16) / kernel.size
    found = np.cos(2 * np.pi * x[:, None, None] * places) * taps
    assert 1 / kernel.correction() == pytest.approx(found.sum(1).mean(-1), abs=1e-7)
    assert taps.sum(0) == pytest.approx(1, abs=0.15 if kernel.width == 2 else 0.03)


@pytest.mark.parametrize(("n", "size"), [(8, 16), (7, 14), (7, 15), (8, 9), (8, 8)])
def test_padded_transform(n: int, size: int) -> None:
    volume = noise(n, 1)
    wide, start = np.zeros((size,) * 3), size // 2 - n // 2
    wide[(slice(start, start + n),) * 3] = volume
    assert padded_transform(volume, size) == pytest.approx(fourier.fft3(wide), abs=1e-11)


def test_projections_to_a_tolerance() -> None:
    volume = Volume(np.pad(noise(20, 1), 6).astype(np.float32), 2.0)
    pose = Pose.random(6, seed=3, shift=4.0)
    fine = projection.project(volume, pose, tolerance=1e-5, radius=15)
    assert fine.data.dtype == np.float32
    assert fine.pixel == 2.0
    for tolerance in (1e-2, 1e-3):
        found = projection.project(volume, pose, tolerance=tolerance, radius=15).data
        assert np.linalg.norm(found - fine.data) < tolerance * np.linalg.norm(fine.data)
        wide = projection.project(volume, pose, tolerance=tolerance, pad=2, radius=15).data
        assert np.linalg.norm(wide - fine.data) < tolerance * np.linalg.norm(fine.data)
    linearly = projection.project(volume, pose, radius=15).data
    assert 1e-3 < np.linalg.norm(linearly - fine.data) / np.linalg.norm(fine.data) < 0.1
    assert projection.project(volume.data.astype(float), pose, tolerance=0.1).data.dtype == np.float64


def test_refusals() -> None:
    volume, views = noise(16, 1), rotations.random(2, 1)
    with pytest.raises(InputError, match="must be a cube"):
        projection.project(volume[:8], Pose(views), tolerance=1e-2)
    with pytest.raises(InputError, match="pads by a whole number"):
        projection.project(volume, Pose(views), pad=1.5)
    with pytest.raises(InputError, match=r"stretch frequencies by 1\.2"):
        kaiser.slices(volume, 1.2 * views)
    assert kaiser.slices(volume, 1.2 * views, radius=6).shape == (2, 16, 9)
    assert kaiser.slices(volume, views[:0]).shape == (0, 16, 9)
    images = planes(16, 2, 1)
    sums = kaiser.Accumulator(16)
    with pytest.raises(InputError, match="stretch"):
        sums.insert(images, np.abs(images), 1.2 * views)
    with pytest.raises(InputError, match="16 pixels are expected"):
        sums.insert(images[:, :8], np.abs(images)[:, :8], views)
    torch = pytest.importorskip("torch")
    with pytest.raises(InputError, match="numpy arrays"):
        projection.project(torch.zeros(8, 8, 8), Pose(views), tolerance=1e-2)
