"""Projections by central slices against rays through the voxels, and the compiled path against the textbook."""

from __future__ import annotations

import numpy as np
import pytest

from underfocus.data.pose import Pose
from underfocus.data.volume import Volume
from underfocus.maths import fourier
from underfocus.physics import projection


def blobs(n: int) -> np.ndarray:
    """A lopsided smooth density that stays well inside its box."""
    along = np.arange(n) - n // 2
    z, y, x = np.meshgrid(along, along, along, indexing="ij")
    places = [(0.10, -0.05, 0.12, 1.0), (-0.14, 0.08, -0.02, 0.7), (0.02, 0.15, -0.12, 1.3)]
    width = (0.055 * n) ** 2
    return sum(
        a * np.exp(-((x - n * px) ** 2 + (y - n * py) ** 2 + (z - n * pz) ** 2) / (2 * width))
        for px, py, pz, a in places
    )


@pytest.mark.parametrize("n", [32, 33])
def test_slices_are_rays(n: int) -> None:
    volume = Volume(blobs(n), 2.0)
    pose = Pose.random(4, seed=1, shift=5.0)
    by_slices, by_rays = projection.project(volume, pose).data, projection.rays(volume, pose).data
    assert np.linalg.norm(by_slices - by_rays) < 0.02 * np.linalg.norm(by_rays)


def test_more_padding_comes_closer_to_the_rays() -> None:
    volume, pose = Volume(blobs(32), 1.0), Pose.random(4, seed=2)
    rays = projection.rays(volume, pose, order=5).data
    errors = [np.linalg.norm(projection.project(volume, pose, pad=pad).data - rays) for pad in (1, 2, 4)]
    assert errors[0] > 3 * errors[1] > 9 * errors[2] / 2


def test_compiled_path(monkeypatch: pytest.MonkeyPatch) -> None:
    volume, pose = Volume(blobs(31).astype(np.float32), 1.5), Pose.random(9, seed=3, shift=4.0)
    textbook = projection.project(volume, pose).data
    monkeypatch.setattr(projection, "FAST_FROM", 0)
    compiled = projection.project(volume, pose).data
    assert textbook.dtype == compiled.dtype == np.float32
    assert np.abs(compiled - textbook).max() < 1e-5 * np.abs(textbook).max()


def test_torch_path() -> None:
    torch = pytest.importorskip("torch")
    volume, pose = blobs(16), Pose.random(3, seed=4, shift=2.0)
    tensors = Pose(torch.from_numpy(pose.rotation), torch.from_numpy(pose.shift))
    images = projection.project(torch.from_numpy(volume), tensors).data
    assert images.numpy() == pytest.approx(projection.project(volume, pose).data, abs=1e-6)


def test_one_pose_gives_a_stack_of_one() -> None:
    images = projection.project(Volume(blobs(16), 3.0), Pose(np.eye(3)))
    assert images.data.shape == (1, 16, 16)
    assert images.pixel == 3.0
    assert fourier.fft2(images.data).shape == (1, 16, 9)
