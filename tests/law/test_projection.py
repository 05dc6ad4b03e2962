"""Laws of projection: the slice theorem, shifts, sums, quarter turns, hands and gradients."""

from __future__ import annotations

import numpy as np
import pytest

from underfocus.base.errors import InputError
from underfocus.data.pose import Pose
from underfocus.data.volume import Volume
from underfocus.maths import fourier, rotations
from underfocus.physics import projection

WIDTH = 2.2


def gaussians(n: int, centres: np.ndarray) -> np.ndarray:
    """Gaussians of width `WIDTH` at centres (k, xyz) in voxels from the origin n // 2."""
    along = np.arange(n) - n // 2
    z, y, x = np.meshgrid(along, along, along, indexing="ij")
    return sum(np.exp(-((x - cx) ** 2 + (y - cy) ** 2 + (z - cz) ** 2) / (2 * WIDTH**2)) for cx, cy, cz in centres)


CENTRES = np.array([[5.0, -2.0, 3.0], [-4.0, 6.0, 1.0], [1.0, 2.0, -6.0]])


def projected(n: int, pose: Pose, centres: np.ndarray = CENTRES) -> np.ndarray:
    """The analytic projections of `gaussians`: a Gaussian's centre goes to R c + shift (pixel 1 Å)."""
    along = np.arange(n) - n // 2
    y, x = np.meshgrid(along, along, indexing="ij")
    images = []
    for rotation, shift in zip(pose.rotation, pose.shift, strict=True):
        seen = centres @ rotation.T
        parts = (np.exp(-((x - a - shift[0]) ** 2 + (y - b - shift[1]) ** 2) / (2 * WIDTH**2)) for a, b, _ in seen)
        images.append(WIDTH * np.sqrt(2 * np.pi) * sum(parts))
    return np.stack(images)


@pytest.mark.parametrize("n", [40, 41])
def test_projections_of_gaussians_are_analytic(n: int) -> None:
    pose = Pose.random(6, seed=5, shift=3.0)
    images = projection.project(gaussians(n, CENTRES), pose).data
    expected = projected(n, pose)
    assert np.linalg.norm(images - expected) < 0.025 * np.linalg.norm(expected), "linear interpolation at pad 2"
    finer = projection.project(gaussians(n, CENTRES), pose, pad=4).data
    assert np.linalg.norm(finer - expected) < 0.007 * np.linalg.norm(expected)
    transposed = Pose(np.swapaxes(pose.rotation, -1, -2), pose.shift)
    wrong = projection.project(gaussians(n, CENTRES), transposed).data
    assert np.linalg.norm(wrong - expected) > 0.3 * np.linalg.norm(expected)


@pytest.mark.parametrize("n", [24, 25])
def test_slice_theorem(n: int) -> None:
    """The transform of the projection along z is the plane kz = 0 of the volume's, within the radius."""
    volume = np.random.default_rng(1).standard_normal((n, n, n))
    image = projection.project(volume, Pose(np.eye(3)), pad=2).data[0]
    plane, expected = fourier.fft2(image), fourier.fft3(volume)[0]
    ky, kx = fourier.frequencies2(n, 1 / n)
    inside = kx**2 + ky**2 <= (n // 2 - 1) ** 2
    # On the grid of the padded transform nothing is interpolated; only the gridding correction differs.
    corrected = fourier.fft3(volume / np.prod(np.meshgrid(*[_kernel(n)] * 3, indexing="ij"), axis=0))[0]
    assert plane[inside] == pytest.approx(corrected[inside], rel=1e-4, abs=1e-3 * np.abs(expected).max())


def _kernel(n: int) -> np.ndarray:
    return np.sinc((np.arange(n) - n // 2) / (2 * n)) ** 2


@pytest.mark.parametrize("n", [24, 25])
def test_slice_theorem_by_rays(n: int) -> None:
    volume = np.random.default_rng(1).standard_normal((n, n, n))
    image = projection.rays(volume, Pose(np.eye(3)), order=1).data[0]
    assert fourier.fft2(image) == pytest.approx(fourier.fft3(volume)[0], abs=1e-8 * n**2)


@pytest.mark.parametrize("n", [24, 25])
def test_quarter_turns_turn_the_image(n: int) -> None:
    volume = gaussians(n, CENTRES * 0.6)
    straight, turned = projection.project(volume, Pose(np.stack([np.eye(3), rotations.about_z(90.0)]))).data
    # x goes to y and y to −x: what was at (x, y) is seen at (−y, x).
    along = np.arange(1, n - 1) - n // 2
    y, x = np.meshgrid(along, along, indexing="ij")
    inside = np.abs(x) < n // 2 - 1
    assert turned[x + n // 2, -y + n // 2][inside] == pytest.approx(straight[y + n // 2, x + n // 2][inside], abs=1e-4)


def test_shift_moves_towards_larger_x_and_y() -> None:
    volume = gaussians(32, np.zeros((1, 3)))
    image = projection.project(Volume(volume, 2.0), Pose(np.eye(3), np.array([6.0, -8.0]))).data[0]
    assert np.unravel_index(np.argmax(image), image.shape) == (16 - 4, 16 + 3)


def test_every_view_holds_the_same_sum() -> None:
    volume = gaussians(32, CENTRES * 0.7)
    sums = projection.project(volume, Pose.random(10, seed=1)).data.sum(axis=(1, 2))
    assert sums == pytest.approx(sums[0], rel=1e-6)
    assert sums == pytest.approx(volume.sum(), rel=0.03)


def test_view_from_behind_is_the_mirror_image() -> None:
    n, pose = 33, Pose.random(1, seed=8)
    behind = Pose(rotations.about_y(180.0) @ pose.rotation)
    volume = gaussians(n, CENTRES)
    front, back = projection.project(volume, pose).data[0], projection.project(volume, behind).data[0]
    assert back == pytest.approx(front[:, ::-1], abs=1e-3 * front.max())


def test_gradients_to_density_and_pose() -> None:
    torch = pytest.importorskip("torch")
    volume = torch.from_numpy(gaussians(8, np.array([[1.0, 0.5, -1.0]]))).requires_grad_()
    pose = Pose.random(2, seed=2, shift=1.0)
    rotation, shift = (torch.from_numpy(v.copy()).requires_grad_() for v in (pose.rotation, pose.shift))

    def images(volume: object, rotation: object, shift: object) -> object:
        return projection.slices(projection.transform(volume), _Bare(rotation, shift), 8, 1.0).abs()

    assert torch.autograd.gradcheck(images, (volume, rotation, shift), eps=1e-6, atol=1e-3, fast_mode=True)
    angle = torch.tensor(20.0, dtype=torch.float64, requires_grad=True)
    loss = (projection.project(volume, Pose(rotations.about_z(angle))).data ** 2).sum()
    loss.backward()
    assert angle.grad is not None


class _Bare:
    """A pose without its checks, which a difference quotient would fail."""

    def __init__(self, rotation: object, shift: object) -> None:
        self.rotation, self.shift = rotation, shift


def test_errors() -> None:
    with pytest.raises(InputError, match="must be a cube"):
        projection.project(np.zeros((4, 4, 5)), Pose(np.eye(3)))
    with pytest.raises(InputError, match="pad must be"):
        projection.project(np.zeros((4, 4, 4)), Pose(np.eye(3)), pad=0)
