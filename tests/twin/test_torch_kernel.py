"""Insertion by torch against the compiled one, on the processor."""

from __future__ import annotations

import numpy as np
import pytest

from underfocus.base.errors import InputError
from underfocus.maths import rotations
from underfocus.maths.kernels import numba as fast

torch = pytest.importorskip("torch")
from underfocus.maths.kernels import torch as on_device  # noqa: E402  (needs torch)


def lot(n: int, m: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Transforms of random images, weights, views."""
    rng = np.random.default_rng(seed)
    images = np.fft.rfft2(rng.standard_normal((m, n, n))).astype(np.complex64)
    return images, rng.uniform(size=images.shape).astype(np.float32), rotations.random(m, seed)


def off(a: np.ndarray, b: np.ndarray) -> float:
    """The largest difference over the largest value."""
    return float(np.abs(a - b).max() / np.abs(b).max())


@pytest.mark.parametrize(("n", "pad"), [(16, 2), (15, 2), (16, 1), (15, 3)])
def test_the_same_cells(n: int, pad: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(on_device, "POINTS", 500)  # several parts
    images, weights, views = lot(n, 14, 1)
    ours, theirs = on_device.Accumulator(n, pad * n), fast.Accumulator(n, pad * n)
    for sums in (ours, theirs):
        sums.insert(images, weights, views, radius=0.4 * n)
        sums.insert(images, weights, views, which=np.arange(1, 14, 3))
    assert ours.cells.numpy().shape == theirs.cells.shape
    assert off(ours.cells.numpy(), theirs.cells) < 2e-6
    assert ours.correction(n) == pytest.approx(theirs.correction(n))
    for a, b in zip(ours.totals(), theirs.totals(), strict=True):
        assert a.dtype == b.dtype
        assert off(a, b) < 2e-6


def test_tensors_are_taken_and_sums_added() -> None:
    images, weights, views = lot(16, 10, 2)
    whole, first, second = (on_device.Accumulator(16, 32, device="cpu") for _ in range(3))
    whole.insert(images, weights, views)
    tensors = (torch.from_numpy(each) for each in (images, weights, views))
    first.insert(*tensors, which=torch.arange(0, 10, 2))
    second.insert(images[1::2], weights[1::2], views[1::2])
    first.add(second)
    assert torch.allclose(first.cells, whole.cells, atol=1e-5 * float(whole.cells.abs().max()))


def test_refusals() -> None:
    with pytest.raises(InputError, match="torch finds no device 'abacus'"):
        on_device.Accumulator(16, 32, device="abacus")
    with pytest.raises(InputError, match="reach to radius"):
        on_device.Accumulator(16, 32, radius=9)
    images, weights, views = lot(16, 2, 3)
    with pytest.raises(InputError, match="16 pixels are expected"):
        on_device.Accumulator(16, 32).insert(images[:, :8], weights[:, :8], views)
