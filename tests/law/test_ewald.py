"""The Ewald sphere: printed limits, the flat case, and multislice's own first order as the independent truth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import underfocus as uf
from underfocus.data.optics import Optics
from underfocus.data.volume import Volume
from underfocus.physics import ctf, ewald, lens, slicing

N, PIXEL = 48, 1.0
RNG = np.random.default_rng(6)


def blob(weight: float = 1.0) -> Volume:
    """A few Gaussian atoms, well within the box and without anything near Nyquist."""
    z, y, x = np.meshgrid(*[np.arange(N) - N // 2] * 3, indexing="ij")
    data = sum(np.exp(-((x - a) ** 2 + (y - b) ** 2 + (z - c) ** 2) / (2 * 1.6**2)) for a, b, c in RNG_PLACES)
    return Volume((weight * data).astype(np.float32), PIXEL)


RNG_PLACES = RNG.integers(-9, 10, (14, 3))


@pytest.mark.parametrize(("thickness", "voltage", "limit", "whole"), [(150, 300, 1.45, 1.72), (300, 300, 2.05, 2.43), (700, 300, 3.14, 3.71)])  # fmt: skip  # noqa: E501
def test_printed_limits(thickness: float, voltage: float, limit: float, whole: float) -> None:
    assert ewald.resolution_limit(thickness, voltage) == pytest.approx(limit, abs=6e-3)
    assert ewald.resolution_limit(thickness, voltage, 1.0) == pytest.approx(whole, abs=6e-3)
    assert ewald.depth_of_field(ewald.resolution_limit(thickness, voltage, 1.0), voltage) == pytest.approx(thickness)


def test_at_100_kv() -> None:
    found = [ewald.resolution_limit(t, 100.0) for t in (150, 300, 700)]
    assert found == pytest.approx([1.99, 2.82, 4.30], abs=6e-3)


def test_side_bands_add_to_the_ctf() -> None:
    ky, kx = np.meshgrid(np.linspace(-0.3, 0.3, 9), np.linspace(0, 0.3, 5), indexing="ij")
    optics = Optics(defocus=7000.0, astigmatism=900.0, bfactor=30.0)
    p, q = ewald.side_bands(ky, kx, optics)
    assert np.allclose(p + q, ctf.image_transfer(ky, kx, optics))


def test_a_flat_specimen_knows_no_curvature() -> None:
    data = np.zeros((N, N, N), np.float32)
    data[N // 2] = blob().data[N // 2]
    flat, pose = Volume(data, PIXEL), uf.Pose(np.eye(3)[None], np.zeros((1, 2)))
    optics = Optics(defocus=5000.0, voltage_kv=100.0)
    curved, mirrored = (ewald.project(flat, pose, optics, sign=s)[0] for s in (1, -1))
    assert np.allclose(curved, mirrored, atol=1e-4 * np.abs(curved).max())


def test_multislice_of_a_weak_specimen_is_the_curved_slice() -> None:
    """Its first order; a flat projection is several times further away, and so is the other hand."""
    weak = blob(0.3)
    # a low voltage, so that 48 Å are thick
    optics = Optics(defocus=3000.0, voltage_kv=20.0, cs_mm=0.0, amplitude_contrast=0.05)
    seen = lens.form(slicing.cut(weak, thickness=1.0), optics, "multislice").astype(float) - 1
    sigma = lens.linear(weak.data.sum(0) * PIXEL, PIXEL, optics) - 1
    pose = uf.Pose(np.eye(3)[None], np.zeros((1, 2)))
    scale = 2 * uf_interaction(20.0) * PIXEL
    right, wrong = (ewald.project(weak, pose, optics, sign=s)[0] * scale for s in (1, -1))
    errors = [np.linalg.norm(seen - other) / np.linalg.norm(seen) for other in (right, sigma, wrong)]
    assert errors[0] < 0.05
    assert errors[1] > 3 * errors[0]
    assert errors[2] > errors[1]


def uf_interaction(voltage: float) -> float:
    from underfocus.base import units

    return float(units.interaction(voltage))


def test_poses_and_shifts_are_those_of_projections() -> None:
    volume, pose = blob(), uf.Pose.random(3, seed=1, shift=4.0)
    optics = Optics(defocus=np.array([4000.0, 9000.0, 15_000.0]), voltage_kv=300.0)
    curved = ewald.project(volume, pose, optics)
    flat = uf.simulate(volume, pose, optics, contrast="dark").images().data
    for one, other in zip(curved, flat, strict=True):
        assert np.corrcoef(one.ravel(), np.asarray(other).ravel())[0, 1] > 0.98
    single = ewald.project(volume, pose[1], replace(optics[1]))
    assert np.allclose(single[0], curved[1])
