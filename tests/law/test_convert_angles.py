"""Laws of ``convert-angles``: numbers, STAR and .cs files and plain rows in; a table, a folder or JSON out."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from underfocus import cli
from underfocus.data.files import star
from underfocus.jobs import convert_angles
from underfocus.maths import conventions, rotations

ANGLES = np.array([[30.0, 40.0, 50.0], [-100.0, 0.0, 20.0], [170.0, 179.0, -90.0]])


def converted(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, object]:
    assert cli.main(["convert-angles", *words, "--json"]) == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


@pytest.fixture
def particles(tmp_path: Path) -> Path:
    columns = {label: ANGLES[:, n].astype(str) for n, label in enumerate(convert_angles.RELION_LABELS)}
    return star.write(tmp_path / "particles.star", [star.Block("particles", columns=columns)])


@pytest.fixture
def poses(tmp_path: Path) -> Path:
    vectors = conventions.convert(ANGLES, "relion", "cryosparc")
    table = np.zeros(3, dtype=[("uid", "u8"), ("alignments3D/pose", "f8", 3)])
    table["alignments3D/pose"] = vectors
    with (tmp_path / "particles.cs").open("wb") as file:
        np.save(file, table)
    return tmp_path / "particles.cs"


def test_relion_to_eman2_as_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["convert-angles", "--from", "relion", "--to", "eman2", "30", "40", "50"]) == 0
    said = capsys.readouterr().out
    assert "az, alt, phi = 120, 40, -40" in said
    assert "0.55667   0.32139   0.76604" in said
    assert "same thing in Python" in said
    assert converted(capsys, "--to", "eman2", "30,40,50")["values"] == [pytest.approx([120, 40, -40])]


def test_negative_numbers_are_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    back = converted(capsys, "--from", "eman2", "120", "40", "-40")
    assert back["values"] == [pytest.approx([30, 40, 50])]
    assert back["names"] == ["rot", "tilt", "psi"]
    turned = converted(capsys, "--from", "quaternion", "--to", "rotation-vector", "0.5", "0.5", "0.5", "-0.5")
    assert turned["values"] == [pytest.approx(np.array([1, 1, -1]) * 120 / 3**0.5)]


def test_gimbal_lock_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["convert-angles", "--to", "ZYZ", "30", "0", "50"]) == 0
    assert "gimbal lock" in capsys.readouterr().out
    assert cli.main(["convert-angles", "--to", "XYZ", "30", "0", "50"]) == 0
    assert "gimbal lock" not in capsys.readouterr().out


def test_a_star_and_a_cs_of_the_same_poses_agree(
    particles: Path, poses: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, other = (converted(capsys, "--to", "quaternion", str(path))["values"] for path in (particles, poses))
    same = np.abs((np.array(one) * np.array(other)).sum(-1))
    assert np.allclose(same, 1)
    assert cli.main(["convert-angles", "--to", "eman2", str(particles)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "# az\talt\tphi"
    assert np.allclose([float(v) for v in lines[1].split("\t")], [120, 40, -40])


def test_cryosparcs_poses_are_read_as_the_file_door_reads_them(poses: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from underfocus.data.files import cryosparc

    table = cryosparc.read_table(poses)
    pose = cryosparc.pose_of({name: table[name] for name in table.dtype.names or ()}, 1.0)
    assert pose is not None
    angles = np.array(converted(capsys, str(poses))["values"])
    assert np.allclose(rotations.from_euler(*angles.T), pose.rotation, atol=1e-9)


def test_a_folder_holds_tables_that_are_read_again(
    poses: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "Angles"
    assert cli.main(["convert-angles", str(poses), "-o", str(out)]) == 0
    assert {"angles.txt", "angles.star", "job.json", "DONE"} <= {p.name for p in out.iterdir()}
    written = rotations.from_euler(*convert_angles.read(out / "angles.star").T)
    assert np.allclose(written, rotations.from_euler(*ANGLES.T), atol=1e-6)
    capsys.readouterr()
    again = converted(capsys, "--from", "relion", "--to", "cryosparc", str(out / "angles.txt"))
    assert np.allclose(again["values"], conventions.convert(ANGLES, "relion", "cryosparc"), atol=1e-5)


def test_the_python_that_is_printed_says_the_same(particles: Path) -> None:
    knobs = convert_angles.ConvertAnglesKnobs(values=(particles,), to_convention="eman2")
    assert "from underfocus.maths import conventions" in convert_angles.python(knobs)
    values, source, _ = convert_angles.given(knobs)
    assert np.allclose(conventions.convert(values, source, "eman2")[0], [120, 40, -40])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("30", "40"), "takes 3 numbers"),
        (("--from", "relio", "1", "2", "3"), "known are relion"),
        (("nowhere.star",), "neither a number nor a file"),
        (("1", "2", "nowhere.star"), "one file"),
        (("rows.txt",), "add --from"),
        (("particles.star", "--from", "eman2"), "relion angles by its kind"),
        (("ragged.txt", "--from", "relion"), "unequal length"),
        (("words.txt", "--from", "relion"), "no number"),
        (("empty.star",), "rlnAngleRot"),
    ],
)
def test_what_cannot_be_converted_is_answered_with_a_sentence(
    words: tuple[str, ...],
    said: str,
    particles: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(particles.parent)
    Path("rows.txt").write_text("1 2 3\n")
    Path("ragged.txt").write_text("1 2 3\n4 5\n")
    Path("words.txt").write_text("1 2 three\n")
    star.write("empty.star", [star.Block("optics", columns={"rlnVoltage": np.array(["300"])})])
    assert cli.main(["convert-angles", *words]) == 2
    assert said in capsys.readouterr().err


def test_rows_with_comments_and_commas(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "rows.txt"
    path.write_text("# rot, tilt, psi\n30, 40, 50\n\n0 0 0  # the identity\n")
    found = converted(capsys, "--from", "relion", "--to", "frealign", str(path))
    assert np.allclose(found["values"], [[50, 40, 30], [0, 0, 0]])
