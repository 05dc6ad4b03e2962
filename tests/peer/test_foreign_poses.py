"""Images with poses from another program: which way its matrices act, and which hand they have."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from underfocus.data.optics import Optics
from underfocus.data.particles import Particles
from underfocus.data.pose import Pose
from underfocus.data.volume import Volume
from underfocus.inference.reconstruct import reconstruct, reconstruct_halves
from underfocus.maths import fourier, rotations, shells
from underfocus.physics.projection import project

pytestmark = pytest.mark.shared
#: Optics whose CTF is 1 for protein white.
NONE = Optics(defocus=0.0, cs_mm=0.0, amplitude_contrast=1.0)


def values(path: Path) -> np.ndarray:
    """The block of an MRC file, read by its header alone."""
    nx, ny, nz = np.fromfile(path, "<i4", 3)
    extended = int(np.fromfile(path, "<i4", 1, offset=92)[0])
    return np.fromfile(path, "<f4", nx * ny * nz, offset=1024 + extended).reshape(nz, ny, nx)


def correlation(a: Volume, b: Volume) -> np.ndarray:
    return np.asarray(shells.correlation(fourier.fft3(a.data), fourier.fft3(b.data), a.n, 3))


def toy(shared: Path) -> tuple[np.ndarray, np.ndarray, Path]:
    folder = shared / "data/particles/toy_projections_1000"
    return values(folder / "toy_projections.mrcs"), np.load(folder / "toy_rot.npy").astype(float), folder


def test_toy_projections(shared: Path) -> None:
    images, matrices, folder = toy(shared)
    halves = reconstruct_halves(Particles(images, 1.0, NONE, Pose(matrices)))
    assert correlation(halves.half1, halves.half2)[:15].min() >= 0.95
    model = values(folder / "toymodel_small_nocenter.mrc")
    assert np.corrcoef(halves.whole.data.ravel(), model.ravel())[0, 1] > 0.97


def test_toy_projections_transposed_fail(shared: Path) -> None:
    images, matrices, folder = toy(shared)
    halves = reconstruct_halves(Particles(images, 1.0, NONE, Pose(np.swapaxes(matrices, -1, -2))))
    assert correlation(halves.half1, halves.half2)[:15].min() < 0.6
    model = values(folder / "toymodel_small_nocenter.mrc")
    assert np.corrcoef(halves.whole.data.ravel(), model.ravel())[0, 1] < 0.7


def hand(shared: Path, name: str) -> tuple[np.ndarray, np.ndarray]:
    folder = shared / "data/particles/hand_100"
    return values(folder / name), np.load(folder / "hand_rot.npy").astype(float)


def test_hand(shared: Path) -> None:
    images, matrices = hand(shared, "hand.mrcs")
    halves = reconstruct_halves(Particles(images, 1.0, NONE, Pose(matrices)))
    assert correlation(halves.half1, halves.half2)[11] > 0.85
    wrong = reconstruct_halves(Particles(images, 1.0, NONE, Pose(np.swapaxes(matrices, -1, -2))))
    assert correlation(wrong.half1, wrong.half2)[11] < 0.3


def test_tilted_twin_tells_the_hand(shared: Path) -> None:
    """The second exposure was tilted by +45° about x: only then do both make the same map."""
    images, matrices = hand(shared, "hand.mrcs")
    tilted, _ = hand(shared, "hand_tilt.mrcs")
    straight = reconstruct(Particles(images, 1.0, NONE, Pose(matrices)))
    plus, minus = (
        reconstruct(Particles(tilted, 1.0, NONE, Pose(rotations.about_x(angle) @ matrices))) for angle in (45.0, -45.0)
    )
    assert correlation(straight, plus)[11] > 0.95
    assert correlation(straight, minus)[11] < 0.3
    views = Pose(rotations.about_x(45.0) @ matrices)
    seen = project(straight, views).data
    agreement = [np.corrcoef(a.ravel(), b.ravel())[0, 1] for a, b in zip(seen, tilted, strict=True)]
    assert np.mean(agreement) > 0.9
