"""Laws of image formation: what SNR means, which sign protein has, and that an image never depends on its company."""

from __future__ import annotations

import numpy as np
import pytest

from underfocus.base.errors import InputError
from underfocus.data.optics import Optics
from underfocus.data.pose import Pose
from underfocus.data.volume import Volume
from underfocus.maths import fourier
from underfocus.physics import imaging
from underfocus.physics.ctf import ctf2_plain
from underfocus.physics.imaging import layout, simulate, simulate_chunks
from underfocus.physics.projection import project

#: Optics whose CTF is −1 at every frequency: pure amplitude contrast in focus.
ABSORPTION = Optics(defocus=0.0, cs_mm=0.0, amplitude_contrast=1.0)


@pytest.fixture(scope="module")
def blob() -> Volume:
    n = 24
    axis = np.arange(n) - n // 2
    z, y, x = np.meshgrid(axis, axis, axis, indexing="ij")
    lump = np.exp(-((x - 3.0) ** 2 + (y + 2.0) ** 2 + z**2) / 8) + 0.6 * np.exp(-(x**2 + y**2 + (z - 4.0) ** 2) / 5)
    return Volume(lump.astype(np.float32), 2.5)


def several(m: int) -> tuple[Pose, Optics]:
    rng = np.random.default_rng(7)
    optics = Optics(defocus=rng.uniform(8_000, 20_000, m), astigmatism=300.0, bfactor=rng.uniform(20, 90, m))
    return Pose.random(m, seed=2, shift=4.0), optics


def test_protein_is_white_or_dark_as_said(blob: Volume) -> None:
    """Where the CTF is −1 the dark image is the negative of the projection, and the white one the projection."""
    pose = Pose.random(3, seed=1)
    expected = project(blob, pose).data
    white = simulate(blob, pose, ABSORPTION)
    dark = simulate(blob, pose, ABSORPTION, contrast="dark")
    np.testing.assert_allclose(white.images().data, expected, atol=2e-6 * expected.max())
    np.testing.assert_array_equal(dark.images().data, -white.images().data)
    assert (white.contrast, dark.contrast) == ("white", "dark")


def test_an_image_is_the_projection_under_its_own_ctf(blob: Volume) -> None:
    pose, optics = several(5)
    planes = fourier.fft2(project(blob, pose).data.astype(float))
    expected = fourier.ifft2(-planes * ctf2_plain(blob.n, blob.pixel, optics), blob.n)
    found = simulate(blob, pose, optics).images().data
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=1e-5 * np.abs(expected).max())


@pytest.mark.parametrize("snr", [0.05, 1.0])
def test_snr_is_variance_of_the_modulated_signal_over_that_of_the_noise(blob: Volume, snr: float) -> None:
    pose, optics = several(60)
    signal = simulate(blob, pose, optics).images().data
    added = simulate(blob, pose, optics, snr=snr, seed=3).images().data - signal
    assert signal.var(axis=(1, 2)).mean() / added.var() == pytest.approx(snr, rel=0.03)
    bare = project(blob, pose).data.var(axis=(1, 2)).mean()
    assert bare > 1.5 * signal.var(axis=(1, 2)).mean(), "the projections' own variance would be another SNR"


def test_chunks_and_seeds(blob: Volume, monkeypatch: pytest.MonkeyPatch) -> None:
    pose, optics = several(11)
    whole = simulate(blob, pose, optics, snr=0.2, seed=5).images().data
    monkeypatch.setattr(imaging, "CHUNK", 4)
    np.testing.assert_array_equal(simulate(blob, pose, optics, snr=0.2, seed=5).images().data, whole)
    plan = layout(blob, pose, optics, snr=0.2, seed=5)
    np.testing.assert_array_equal(np.concatenate(list(simulate_chunks(plan, start=6))), whole[6:])
    np.testing.assert_array_equal(plan.images(3, 5), whole[3:5])
    other = simulate(blob, pose, optics, snr=0.2, seed=6).images().data
    assert np.corrcoef((whole - other).ravel(), whole.ravel())[0, 1] > 0.5, "another seed is other noise"


def test_without_a_seed_noise_is_new_but_of_one_draw(blob: Volume, monkeypatch: pytest.MonkeyPatch) -> None:
    pose, optics = several(6)
    plan = layout(blob, pose, optics, snr=0.1)
    np.testing.assert_array_equal(plan.images(0, 6)[4:], plan.images(4, 6))
    assert layout(blob, pose, optics, snr=0.1).seed != plan.seed


def test_particles_know_everything(blob: Volume) -> None:
    pose, optics = several(7)
    particles = simulate(blob, pose, optics, snr=0.5, seed=1)
    assert particles.pixel == blob.pixel
    assert particles.half is not None
    np.testing.assert_array_equal(particles.half, [1, 2, 1, 2, 1, 2, 1])
    np.testing.assert_array_equal(particles[::2].optics.defocus, np.asarray(optics.defocus)[::2])
    assert particles.pose is not None
    np.testing.assert_array_equal(particles.pose.shift, pose.shift)


def test_a_single_pose_is_one_particle(blob: Volume) -> None:
    one = simulate(blob, Pose(np.eye(3)), Optics())
    np.testing.assert_array_equal(
        one.images().data, simulate(blob, Pose(np.eye(3)[None]), Optics(defocus=np.array([15_000.0]))).images().data
    )


def test_gradients_reach_density_pose_and_optics(blob: Volume) -> None:
    torch = pytest.importorskip("torch")
    pose, optics = several(2)
    expected = simulate(blob, pose, optics).images().data
    density = torch.tensor(blob.data, dtype=torch.float64, requires_grad=True)
    rotation = torch.tensor(pose.rotation, requires_grad=True)
    defocus = torch.tensor(np.asarray(optics.defocus), requires_grad=True)
    for given in (
        (Volume(density, blob.pixel), pose, optics),
        (blob, Pose(rotation, torch.tensor(pose.shift)), optics),
        (blob, pose, Optics(defocus=defocus, astigmatism=300.0, bfactor=torch.tensor(np.asarray(optics.bfactor)))),
    ):
        images = simulate(*given).images().data
        np.testing.assert_allclose(images.detach().numpy(), expected, atol=1e-4 * expected.max())
        (images**2).sum().backward()
    for tensor in (density, rotation, defocus):
        assert tensor.grad is not None
        assert float(tensor.grad.abs().max()) > 0
    with pytest.raises(InputError, match="leave snr out"):
        simulate(Volume(density, blob.pixel), pose, optics, snr=0.1)


def test_refused_in_words(blob: Volume) -> None:
    pose = Pose.random(3, seed=1)
    with pytest.raises(InputError, match="3 poses need as many optics"):
        simulate(blob, pose, Optics(defocus=np.array([1e4, 2e4])))
    with pytest.raises(InputError, match="white or dark"):
        simulate(blob, pose, Optics(), contrast="grey")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="above 0"):
        simulate(blob, pose, Optics(), snr=0.0)
    with pytest.raises(InputError, match="cubic"):
        simulate(Volume(np.ones((4, 4, 5)), 1.0), pose, Optics())
