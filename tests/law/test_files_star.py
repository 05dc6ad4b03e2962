"""STAR files: text that survives, and RELION's conventions turned into the engine's and back."""

from __future__ import annotations

import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from underfocus.base.errors import (
    FormatError,
    HeaderWarning,
    MissingFileError,
    UnderfocusWarning,
    UnsupportedFileError,
)
from underfocus.base.knobs import knobs_of
from underfocus.data.aberrations import Aberrations
from underfocus.data.files import mrc, star
from underfocus.data.groups import AberrationGroups
from underfocus.data.open import open
from underfocus.data.optics import Optics, spread
from underfocus.data.particles import Particles
from underfocus.data.pose import Pose
from underfocus.maths import rotations

OPTICS_31 = """
data_optics

loop_
_rlnOpticsGroup #1
_rlnOpticsGroupName #2
_rlnVoltage #3
_rlnSphericalAberration #4
_rlnAmplitudeContrast #5
_rlnImagePixelSize #6
1 "first one" 300.000 2.700000 0.100 2.000000
2 second 200.000 2.000000 0.070 2.000000
"""
PARTICLES_31 = """
data_particles

loop_
_rlnImageName #1
_rlnOpticsGroup #2
_rlnAngleRot #3
_rlnAngleTilt #4
_rlnAnglePsi #5
_rlnOriginXAngst #6
_rlnOriginYAngst #7
_rlnDefocusU #8
_rlnDefocusV #9
_rlnDefocusAngle #10
_rlnRandomSubset #11
_ucsfUid #12
1@Extract/images.mrcs 1 30 40 50 4 -6 12000 11000 25 1 0007
3@Extract/images.mrcs 2 0.100000 0 0 0 0 15000 15500 0 2 1e-5
"""
PARTICLES_30 = """
data_

loop_
_rlnVoltage #1
_rlnSphericalAberration #2
_rlnAmplitudeContrast #3
_rlnImageName #4
_rlnAngleRot #5
_rlnAngleTilt #6
_rlnAnglePsi #7
_rlnOriginX #8
_rlnOriginY #9
_rlnDefocusU #10
_rlnDefocusV #11
_rlnDefocusAngle #12
_rlnDetectorPixelSize #13
_rlnMagnification #14
300 2.7 0.1 1@Extract/images.mrcs 30 40 50 2 -3 12000 11000 25 5 25000
300 2.7 0.1 3@Extract/images.mrcs 0.1 0 0 0 0 15000 15500 0 5 25000
"""


def project(folder: Path, text: str, name: str = "particles.star") -> Path:
    """A project with three images of 8 pixels, numbered by their values, and a STAR file in a job's folder."""
    (folder / "Extract").mkdir(exist_ok=True)
    (folder / "Refine" / "job1").mkdir(parents=True, exist_ok=True)
    images = np.arange(1, 4, dtype=np.float32)[:, None, None] * np.ones((3, 8, 8), np.float32)
    mrc.write_stack(folder / "Extract" / "images.mrcs", [images], 3, 8, 2.0)
    path = folder / "Refine" / "job1" / name
    path.write_text(text)
    return path


def opened(path: Path, **more: Any) -> Particles:
    found = open(path, **more)
    assert isinstance(found, Particles)
    return found


@pytest.mark.parametrize("text", [OPTICS_31 + PARTICLES_31, PARTICLES_31 + OPTICS_31, PARTICLES_30])
def test_conventions_of_relion(tmp_path: Path, text: str) -> None:
    """RELION 3.1 with its blocks in either order, and 3.0: angles, origin, defocus and pixel mean the same."""
    found = opened(project(tmp_path, text))
    assert found.contrast == "white"
    assert found.pixel == 2.0
    assert found.pose is not None
    expected = [[0.0434, 0.9096, -0.4132], [-0.8296, 0.2633, 0.4924], [0.5567, 0.3214, 0.7660]]
    np.testing.assert_allclose(found.pose.rotation[0], expected, atol=1e-4)
    np.testing.assert_allclose(found.pose.shift[0], (-4.0, 6.0), err_msg="the shift is the negative of the origin")
    np.testing.assert_allclose(found.optics.defocus, (11500, 15250))
    np.testing.assert_allclose(found.optics.astigmatism, (1000, -500))
    np.testing.assert_allclose(found.optics.astigmatism_angle, (25, 0))
    assert found.images().data[:, 0, 0].tolist() == [1, 3]


def test_optics_groups_are_joined(tmp_path: Path) -> None:
    found = opened(project(tmp_path, OPTICS_31 + PARTICLES_31))
    np.testing.assert_allclose(found.optics.voltage_kv, (300, 200))
    np.testing.assert_allclose(found.optics.cs_mm, (2.7, 2.0))
    np.testing.assert_allclose(found.optics.amplitude_contrast, (0.1, 0.07))
    assert list(np.asarray(found.half)) == [1, 2]
    assert found.ignored == ("_ucsfUid"[1:],)


def test_saving_keeps_every_text(tmp_path: Path) -> None:
    """Unknown columns, numbers as they were typed, quoted names: all as they were; only places of images are new."""
    found = opened(project(tmp_path, OPTICS_31 + PARTICLES_31))
    blocks = star.read(found.save(tmp_path / "again.star"))
    before = star.parse(OPTICS_31 + PARTICLES_31)
    for label, values in before["optics"].columns.items():
        np.testing.assert_array_equal(blocks["optics"].columns[label], values, err_msg=label)
    for label, values in before["particles"].columns.items():
        if label != "rlnImageName":
            np.testing.assert_array_equal(blocks["particles"].columns[label], values, err_msg=label)
    assert list(blocks["particles"].columns["rlnImageName"]) == ["000001@again.mrcs", "000002@again.mrcs"]


def test_changed_optics_are_not_hidden_behind_kept_text(tmp_path: Path) -> None:
    from dataclasses import replace

    found = opened(project(tmp_path, OPTICS_31 + PARTICLES_31))
    changed = replace(found, optics=Optics(defocus=np.array([11500.0, 9000.0]), voltage_kv=120.0))
    again = opened(changed.save(tmp_path / "again.star"))
    assert again.optics.voltage_kv == 120.0
    np.testing.assert_allclose(again.optics.defocus, (11500, 9000))


def made(n: int = 6) -> Particles:
    rng = np.random.default_rng(0)
    optics = Optics(spread(1e4, 2e4, n), 300.0, 40.0, 200.0, 1.2, 0.07, 20.0, 50.0)
    data = rng.standard_normal((n, 12, 12)).astype(np.float32)
    return Particles(data, 1.5, optics, Pose.random(n, 1, 9.0), "dark", np.arange(n) % 2 + 1)


@pytest.mark.parametrize("contrast", ["white", "dark"])
def test_saved_and_opened_is_the_same(tmp_path: Path, contrast: Any) -> None:
    before = made()
    after = opened(before.save(tmp_path / "a.star", contrast), contrast=contrast)
    assert after.contrast == contrast
    sign = 1 if contrast == "dark" else -1
    np.testing.assert_array_equal(after.images().data, sign * before.images().data)
    assert before.pose is not None
    assert after.pose is not None
    assert rotations.distance(after.pose.rotation, before.pose.rotation).max() < 1e-5
    np.testing.assert_allclose(after.pose.shift, before.pose.shift, atol=1e-6)
    for field, value in ((b.name, getattr(before.optics, b.name)) for b in knobs_of(Optics)):
        np.testing.assert_allclose(getattr(after.optics, field), value, atol=1e-5, err_msg=field)
    np.testing.assert_array_equal(after.half, before.half)
    assert after.pixel == before.pixel


def test_steps_are_applied_when_saved(tmp_path: Path) -> None:
    small = made().downsample(8)
    after = opened(small.save(tmp_path / "a.star"))
    assert after.n == 8
    assert after.pixel == pytest.approx(2.25)
    np.testing.assert_allclose(after.images().data, -small.images().data, atol=1e-6)


def test_whitened_images_warn_when_saved(tmp_path: Path) -> None:
    with pytest.warns(UnderfocusWarning, match="whitened, and a STAR file cannot say by how much"):
        made(40).whiten().save(tmp_path / "a.star")


@pytest.mark.parametrize(
    ("column", "value", "field", "number"),
    [
        ("rlnBeamTiltX", "0.3", "beam_tilt_x", 0.3),
        ("rlnBeamTiltY", "-0.2", "beam_tilt_y", -0.2),
        ("rlnOddZernike", "[0,0.1,0]", "odd_zernike", (0.0, 0.1)),
        ("rlnEvenZernike", "[0.2]", "even_zernike", (0.2,)),
        ("rlnMagMat01", "0.02", "magnification", ((1.0, 0.02), (0.0, 1.0))),
        ("rlnBeamTiltX", "0.000", None, None),
        ("rlnOddZernike", "[0,0,0]", None, None),
        ("rlnMagMat00", "1.000000", None, None),
    ],
)
def test_aberrations_of_a_group_are_read(tmp_path: Path, column: str, value: str, field: str, number: Any) -> None:
    path = with_optics_column(tmp_path, column, value)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        particles = opened(path)
    assert column in particles.used
    if field is None:
        assert particles.optics.aberrations is None
    else:
        assert particles.optics.aberrations == replace(Aberrations(), **{field: number})
        particles.save(tmp_path / "again.star")
        assert opened(tmp_path / "again.star").optics.aberrations == particles.optics.aberrations


def with_optics_column(folder: Path, column: str, value: str) -> Path:
    """A project whose one optics group says one thing more."""
    text = OPTICS_31.replace("_rlnImagePixelSize #6", f"_rlnImagePixelSize #6\n_{column} #7")
    return project(folder, text.replace("2.000000\n", f"2.000000 {value}\n") + PARTICLES_31)


@pytest.mark.parametrize(
    ("column", "treated"),
    [("rlnCtfDataAreCtfPremultiplied", "multiplied"), ("rlnCtfDataArePhaseFlipped", "flipped")],
)
def test_what_was_done_about_the_ctf_is_read_and_written(tmp_path: Path, column: str, treated: str) -> None:
    particles = opened(with_optics_column(tmp_path, column, "1"))
    assert particles.treated == treated
    fresh = replace(particles, groups={}, columns={})
    fresh.save(tmp_path / "again.star")
    assert opened(tmp_path / "again.star").treated == treated


def test_groups_that_differ_in_their_aberrations_stay_apart(tmp_path: Path) -> None:
    lens = AberrationGroups((None, Aberrations(beam_tilt_x=0.4, odd_zernike=(0.0, 2.5))), np.arange(40) % 2)
    given = made(40)
    given = replace(given, optics=replace(given.optics, aberrations=lens))
    given.save(tmp_path / "two.star")
    found = opened(tmp_path / "two.star").optics
    for rows, own in found.by_aberrations():
        assert own.aberrations == lens.members[int(rows[0]) % 2]
        assert set(rows % 2) == {rows[0] % 2}
    assert found[3].aberrations == lens.members[1]


def test_an_aberration_that_is_no_number_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="says 'x' where an aberration's number is expected"):
        opened(with_optics_column(tmp_path, "rlnOddZernike", "[0,x]"))


def test_without_defocus_there_is_no_ctf(tmp_path: Path) -> None:
    from underfocus.physics.ctf import ctf2

    text = "data_particles\nloop_\n_rlnImageName\n_rlnImagePixelSize\n1@Extract/images.mrcs 2.0\n"
    with pytest.warns(HeaderWarning, match="has no rlnDefocusU, so its images are taken as free of any CTF"):
        found = opened(project(tmp_path, text))
    np.testing.assert_allclose(ctf2(8, 2.0, found.optics), -1, atol=1e-6)
    assert found.pose is None


def test_images_are_found_where_the_house_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = project(tmp_path, OPTICS_31 + PARTICLES_31)
    opened(path)  # in a parent of its folder
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    moved = elsewhere / "moved"
    (tmp_path / "Extract").rename(moved)
    with pytest.raises(MissingFileError, match=r"names the stack Extract/images.mrcs, which is in none of .*--images"):
        opened(path)
    opened(path, images=[moved])  # by its name alone, in a folder that is given
    moved.rename(elsewhere / "Extract")
    opened(path, images=[elsewhere])
    monkeypatch.chdir(elsewhere)
    opened(path)  # from the working directory


def test_quoted_names_are_found(tmp_path: Path) -> None:
    path = project(tmp_path, (OPTICS_31 + PARTICLES_31).replace("Extract/images.mrcs", "Extract/images.mrcs"))
    text = path.read_text().replace("1@Extract/images.mrcs", "'1@Extract/my images.mrcs'")
    (tmp_path / "Extract" / "my images.mrcs").write_bytes((tmp_path / "Extract" / "images.mrcs").read_bytes())
    path.write_text(text)
    assert opened(path).images().data[:, 0, 0].tolist() == [1, 3]


@pytest.mark.parametrize(
    ("old", "new", "error", "words"),
    [
        ("3@Extract", "4@Extract", FormatError, "asks for image 4 of images.mrcs, which holds 3"),
        ("3@Extract", "0@Extract", FormatError, "asks for image 0 of images.mrcs"),
        ("3@Extract", "x@Extract", FormatError, r"must be NUMBER@FILE, and 'x@Extract/images.mrcs' was found"),
        (" 2 0.100000", " 9 0.100000", FormatError, "in optics group 9, which its table does not name"),
        (
            "15500 0 2",
            "deep 0 2",
            FormatError,
            "column rlnDefocusV of block 'particles' holds 'deep', which is no number",
        ),
        (
            "second 200.000 2.000000 0.070 2.0",
            "second 200.000 2.000000 0.070 2.1",
            FormatError,
            "mixes pixels of 2 to 2.1 Å",
        ),
        ("_rlnAngleRot #3", "_rlnAngleTilt #3", FormatError, "names the column rlnAngleTilt twice"),
        ("25 1 0007", "25 1", FormatError, "12 columns are named, and '1@Extract.* has 11 values"),
        ("_rlnImageName", "_rlnMicrographName", FormatError, "holds no particles: no table has rlnImageName"),
        ("_ucsfUid", "_rlnTomoParticleName", UnsupportedFileError, "it lists particles of tomograms"),
    ],
)
def test_broken_files_are_refused_with_the_place(
    tmp_path: Path, old: str, new: str, error: type[Exception], words: str
) -> None:
    text = OPTICS_31 + PARTICLES_31
    assert old in text
    with pytest.raises(error, match=words):
        opened(project(tmp_path, text.replace(old, new)))


def test_what_is_no_star_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.star"
    path.write_text("hello\n")
    with pytest.raises(FormatError, match="no line that begins with data_"):
        star.read(path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FormatError, match="holds bytes that are no text"):
        star.read(path)
    path.write_text("data_a\n_x 1\ndata_a\n_x 2\n")
    with pytest.raises(FormatError, match="names the block data_a twice"):
        star.read(path)
    path.write_text("data_a\n_x 1\nloose\n")
    with pytest.raises(FormatError, match="the line 'loose' is neither a pair nor a comment"):
        star.read(path)


def test_pairs_comments_and_empty_tables(tmp_path: Path) -> None:
    general = "# version 50001\n\ndata_general\n\n_rlnName  'with blanks' # why\n_rlnValue 0.10\n"
    text = general + "\ndata_empty\nloop_\n_rlnA #1\n"
    blocks = star.parse(text)
    assert blocks["general"].pairs == {"rlnName": "'with blanks'", "rlnValue": "0.10"}
    assert star.plain(blocks["general"].pairs["rlnName"]) == "with blanks"
    assert blocks["empty"].rows == 0
    again = star.read(star.write(tmp_path / "a.star", blocks))
    assert again["general"].pairs == blocks["general"].pairs
    assert list(again["empty"].columns) == ["rlnA"]


def test_a_byte_order_mark_and_windows_lines_are_read(tmp_path: Path) -> None:
    path = project(tmp_path, "")
    path.write_bytes(b"\xef\xbb\xbf" + (OPTICS_31 + PARTICLES_31).replace("\n", "\r\n").encode())
    assert len(opened(path)) == 2
