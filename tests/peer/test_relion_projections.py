"""RELION's own projections of a 70S ribosome: Euler angles, shifts, centres of even and odd boxes, and grey scale.

Two things about the files, found by comparison and then exact: RELION turns odd boxes about voxel (n + 1) // 2, so that
its image of an odd box lies one pixel further along x and y than ours; and the volume of 64 voxels behind the even set
is the one of 65 with its transform cropped.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from underfocus.data.pose import Pose
from underfocus.data.volume import Volume
from underfocus.maths import sampling
from underfocus.physics.projection import project

pytestmark = pytest.mark.shared
FOLDER = "data/particles/relion_project_convention"
ODD_CENTRE = {64: 0.0, 65: 1.0}


def values(path: Path, dtype: str = "<f4") -> np.ndarray:
    """The block of an MRC file, read by its header alone."""
    nx, ny, nz = np.fromfile(path, "<i4", 3)
    extended = int(np.fromfile(path, "<i4", 1, offset=92)[0])
    return np.fromfile(path, dtype, nx * ny * nz, offset=1024 + extended).reshape(nz, ny, nx).astype(float)


def table(path: Path) -> dict[str, np.ndarray]:
    """The numbers of the particles' table of a STAR file, by column."""
    text = path.read_text().split("data_particles")[1].splitlines()
    names = [line.split()[0][4:] for line in text if line.startswith("_rln")]
    rows = [line.split() for line in text if "@" in line]
    return {name: np.array([float(r[i]) for r in rows]) for i, name in enumerate(names) if name != "ImageName"}


def poses(path: Path, extra: float) -> Pose:
    """Poses of a STAR file of pixel 1 Å; the shift is the negative of RELION's origin."""
    columns = table(path)
    origin = [columns[f"Origin{a}" if f"Origin{a}" in columns else f"Origin{a}Angst"] for a in "XY"]
    return Pose.from_euler(columns["AngleRot"], columns["AngleTilt"], columns["AnglePsi"], extra - np.stack(origin, -1))


def density(folder: Path, n: int) -> Volume:
    ribosome = values(folder / "clean70SRibosome_vol_65p.mrc")
    return Volume(ribosome if n == 65 else np.asarray(sampling.fourier_crop(ribosome, n, 3)), 1.0)


def correlations(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.array([np.corrcoef(x.ravel(), y.ravel())[0, 1] for x, y in zip(a, b, strict=True)])


@pytest.mark.parametrize("kind", ["centered", "shifted"])
@pytest.mark.parametrize("n", [64, 65])
def test_projections_equal_relion_s(shared: Path, n: int, kind: str) -> None:
    folder, name = shared / FOLDER, f"rln_proj_{n}_{kind}"
    theirs, pose = values(folder / f"{name}.mrcs"), poses(folder / f"{name}.star", ODD_CENTRE[n])
    ours = project(density(folder, n), pose).data
    assert correlations(ours, theirs).min() > 0.9999
    assert np.sum(ours * theirs) / np.sum(ours**2) == pytest.approx(1, abs=1e-3)


def test_five_views_of_the_odd_box(shared: Path) -> None:
    folder = shared / FOLDER
    ours = project(density(folder, 65), poses(folder / "rln_proj_65.star", 1.0)).data
    assert correlations(ours, values(folder / "rln_proj_65.mrcs")).min() > 0.9999


def test_five_views_of_the_even_box(shared: Path) -> None:
    """Here the volume was cropped about its first voxel, which moves the centre from 32 to 32 · 64/65."""
    folder = shared / FOLDER
    pose = poses(folder / "rln_proj_64.star", 0.0)
    theirs = values(folder / "rln_proj_64.mrcs")
    assert correlations(project(density(folder, 64), pose).data, theirs).min() > 0.95
    moved = pose.rotation[:, :2] @ np.full(3, 32 * 64 / 65 - 32)
    assert correlations(project(density(folder, 64), Pose(pose.rotation, moved)).data, theirs).min() > 0.9999


@pytest.mark.parametrize("n", [64, 65])
def test_other_readings_of_the_conventions_fail(shared: Path, n: int) -> None:
    folder = shared / FOLDER
    pose = poses(folder / f"rln_proj_{n}_shifted.star", ODD_CENTRE[n])
    theirs, volume = values(folder / f"rln_proj_{n}_shifted.mrcs"), density(folder, n)
    transposed = Pose(np.swapaxes(pose.rotation, -1, -2), pose.shift)
    opposite = Pose(pose.rotation, 2 * ODD_CENTRE[n] - pose.shift)
    swapped = Pose(pose.rotation, pose.shift[:, ::-1])
    for wrong in (transposed, opposite, swapped):
        assert correlations(project(volume, wrong).data, theirs).max() < 0.9
