"""cryoSPARC tables: pose and sign conventions, pickles refused, columns kept byte by byte."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from underfocus.base.errors import FormatError, HeaderWarning, MissingFileError, UnusedColumnsWarning
from underfocus.base.knobs import knobs_of
from underfocus.data.files import cryosparc, cryosparc_write, mrc
from underfocus.data.open import open
from underfocus.data.optics import Optics, spread
from underfocus.data.particles import Particles
from underfocus.data.pose import Pose
from underfocus.maths import rotations

COUNT = 4
PLAIN = {
    "uid": np.arange(COUNT, dtype="<u8") + 2**60,
    "blob/path": np.full(COUNT, b">J1/extract/images.mrcs"),
    "blob/idx": np.array([0, 2, 1, 0], "<u4"),
    "blob/psize_A": np.full(COUNT, 2.0, "<f4"),
    "blob/sign": np.full(COUNT, -1.0, "<f4"),
    "ctf/accel_kv": np.full(COUNT, 200.0, "<f4"),
    "ctf/cs_mm": np.full(COUNT, 2.0, "<f4"),
    "ctf/amp_contrast": np.full(COUNT, 0.07, "<f4"),
    "ctf/df1_A": np.array([12000, 13000, 14000, 15000], "<f4"),
    "ctf/df2_A": np.array([11000, 13000, 14000, 15000], "<f4"),
    "ctf/df_angle_rad": np.full(COUNT, np.pi / 6, "<f4"),
    "ctf/phase_shift_rad": np.full(COUNT, np.pi / 2, "<f4"),
    "alignments3D/pose": np.array([[0, 0, np.pi / 3], [0, 0, 0], [0, 1, 0], [3, 0.1, 0.2]], "<f4"),
    "alignments3D/shift": np.array([[1, -2], [0, 0], [0, 0], [0.5, 0.5]], "<f4"),
    "alignments3D/psize_A": np.full(COUNT, 4.0, "<f4"),
    "alignments3D/split": np.array([0, 1, 0, 1], "<u4"),
    "strange/field": np.arange(COUNT * 6, dtype="<i2").reshape(COUNT, 3, 2),
}


def project(folder: Path, **changes: Any) -> Path:
    """A table with its stack of three images, numbered by their values; None leaves a column out."""
    (folder / "J1" / "extract").mkdir(parents=True, exist_ok=True)
    images = np.arange(3, dtype=np.float32)[:, None, None] * np.ones((3, 8, 8), np.float32)
    mrc.write_stack(folder / "J1" / "extract" / "images.mrcs", [images], 3, 8, 2.0)
    columns = {k: v for k, v in {**PLAIN, **changes}.items() if v is not None}
    return cryosparc_write.write_table(folder / "particles.cs", columns)


def opened(path: Path, **more: Any) -> Particles:
    found = open(path, **more)
    assert isinstance(found, Particles)
    return found


def test_conventions_of_cryosparc(tmp_path: Path) -> None:
    found = opened(project(tmp_path))
    assert found.pose is not None
    np.testing.assert_allclose(found.pose.euler()[0], (0, 0, 60), atol=1e-4, err_msg="a turn about z is RELION's psi")
    np.testing.assert_allclose(found.pose.rotation[1], np.eye(3), atol=1e-7)
    view = rotations.view_direction(found.pose.rotation[2])
    np.testing.assert_allclose(view, (np.sin(1), 0, np.cos(1)), atol=1e-6, err_msg="a turn about y is RELION's tilt")
    np.testing.assert_allclose(found.pose.shift[0], (-4.0, 8.0), err_msg="in pixels of the alignment, RELION's sign")
    np.testing.assert_allclose(found.optics.defocus, (11500, 13000, 14000, 15000))
    np.testing.assert_allclose(found.optics.astigmatism, (1000, 0, 0, 0))
    np.testing.assert_allclose(found.optics.astigmatism_angle, 30, atol=1e-5)
    assert found.optics.phase_shift == pytest.approx(90, abs=1e-5)
    assert found.optics.voltage_kv == 200
    assert list(np.asarray(found.half)) == [1, 2, 1, 2]
    assert found.images().data[:, 0, 0].tolist() == [0, 2, 1, 0]
    assert "strange/field" in found.ignored


def test_the_sign_is_the_contrast(tmp_path: Path) -> None:
    assert opened(project(tmp_path)).contrast == "dark"
    assert opened(project(tmp_path), contrast="white").contrast == "white"
    assert opened(project(tmp_path, **{"blob/sign": np.ones(COUNT, "<f4")})).contrast == "white"
    assert opened(project(tmp_path, **{"blob/sign": None})).contrast == "white"
    with pytest.raises(FormatError, match="mixes particles of both signs"):
        opened(project(tmp_path, **{"blob/sign": np.array([1, -1, 1, 1], "<f4")}))


def test_every_byte_survives_a_round_trip(tmp_path: Path) -> None:
    before = opened(project(tmp_path))
    after = opened(before.save(tmp_path / "again.cs", contrast="dark"))
    np.testing.assert_array_equal(after.images().data, before.images().data)
    for name in set(PLAIN) - {"blob/path", "blob/idx"}:
        assert after.columns[name].tobytes() == before.columns[name].tobytes(), name
        assert after.columns[name].dtype == before.columns[name].dtype


def test_our_own_particles_come_back(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    optics = Optics(spread(1e4, 2e4, 5), 300.0, 40.0, 200.0, 1.2, 0.07, 20.0, 50.0)
    data = rng.standard_normal((5, 8, 8)).astype(np.float32)
    before = Particles(data, 1.5, optics, Pose.random(5, 1, 9.0), "dark", [1, 2, 1, 2, 1])
    after = opened(before.save(tmp_path / "a.cs"))
    assert after.contrast == "white"
    np.testing.assert_array_equal(after.images().data, -data)
    assert before.pose is not None
    assert after.pose is not None
    assert rotations.distance(after.pose.rotation, before.pose.rotation).max() < 1e-4
    np.testing.assert_allclose(after.pose.shift, before.pose.shift, atol=1e-5)
    for field, value in ((b.name, getattr(optics, b.name)) for b in knobs_of(Optics)):
        np.testing.assert_allclose(getattr(after.optics, field), value, rtol=1e-6, err_msg=field)


def test_poses_that_changed_are_written_anew(tmp_path: Path) -> None:
    from dataclasses import replace

    before = opened(project(tmp_path))
    turned = replace(before, pose=Pose.random(COUNT, 3, 5.0))
    after = opened(turned.save(tmp_path / "again.cs"))
    assert after.pose is not None
    assert turned.pose is not None
    assert rotations.distance(after.pose.rotation, turned.pose.rotation).max() < 1e-4
    np.testing.assert_allclose(after.pose.shift, turned.pose.shift, atol=1e-5)


def test_a_pickle_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.cs"
    with path.open("wb") as file:
        np.save(file, np.array([{"code": "could run"}], object), allow_pickle=True)
    with pytest.raises(FormatError, match="holds pickled objects, which can run code; export the particles again"):
        open(path)


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"no numpy file", "it is no numpy table"), (None, r"plain array of shape \(3,\), not a cryoSPARC table")],
)
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes | None, words: str) -> None:
    path = tmp_path / "a.cs"
    with path.open("wb") as file:
        if content is None:
            np.save(file, np.zeros(3))
        else:
            file.write(content)
    with pytest.raises(FormatError, match=words):
        open(path)


def test_tables_without_images_or_with_too_few_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="names no images"):
        open(project(tmp_path, **{"blob/path": None}))
    with pytest.raises(FormatError, match=r"asks for image 8 of images\.mrcs, which holds 3"):
        open(project(tmp_path, **{"blob/idx": np.array([0, 7, 1, 0], "<u4")}))
    with pytest.raises(MissingFileError, match=r"names the stack elsewhere\.mrcs"):
        open(project(tmp_path, **{"blob/path": np.full(COUNT, b"elsewhere.mrcs")}))


def test_aberrations_are_named_and_absent_defocus_is_no_ctf(tmp_path: Path) -> None:
    with pytest.warns(UnusedColumnsWarning, match="the result depends on it: ctf/tilt_A"):
        open(project(tmp_path, **{"ctf/tilt_A": np.full((COUNT, 2), 0.3, "<f4")}))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        open(project(tmp_path, **{"ctf/tilt_A": np.zeros((COUNT, 2), "<f4")}))
    with pytest.warns(HeaderWarning, match="has no ctf/df1_A, so its images are taken as free of any CTF"):
        assert opened(project(tmp_path, **{"ctf/df1_A": None})).optics.amplitude_contrast == 1.0


def test_no_poses_are_no_poses(tmp_path: Path) -> None:
    assert opened(project(tmp_path, **{"alignments3D/pose": None})).pose is None


def test_reading_a_table_alone(tmp_path: Path) -> None:
    table = cryosparc.read_table(project(tmp_path))
    assert table["strange/field"].shape == (COUNT, 3, 2)
