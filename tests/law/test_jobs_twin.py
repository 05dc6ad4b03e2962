"""underfocus twin on small simulated sets: the answer, its files, the same in Python, and what it refuses."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.law.made import density

import underfocus as uf
from underfocus import cli
from underfocus.data.files import relion_write, star
from underfocus.data.optics import Optics, spread
from underfocus.data.pose import Pose
from underfocus.inference.reconstruct import mirrored, reconstruct, reconstruct_halves
from underfocus.jobs import twin as job
from underfocus.jobs.folder import read_record
from underfocus.jobs.twin import TwinKnobs

N, COUNT = 32, 600
TRUTH = density(N)
POSE = Pose.random(COUNT, seed=1, shift=4.0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A set, the same with its centres off, the truth, and its own map."""
    root = tmp_path_factory.mktemp("twin")
    made = uf.simulate(TRUTH, POSE, Optics(defocus=spread(6_000, 16_000, COUNT)), snr=0.1, seed=2)
    made.save(root / "particles.star")
    moved = POSE.shift + 1.5 * np.random.default_rng(3).standard_normal((COUNT, 2))
    off = replace(made, pose=Pose(POSE.rotation, moved))
    star.write(root / "off.star", relion_write.metadata(off, "particles.mrcs"))
    TRUTH.save(root / "truth.mrc")
    halves = reconstruct_halves(off)
    halves.whole.save(root / "own.mrc")
    halves.half1.save(root / "half1.mrc")
    halves.half2.save(root / "half2.mrc")
    return root


def run(folder: Path, name: str, *words: Any) -> dict[str, Any]:
    out = folder / name
    assert cli.main(["twin", *(str(w) for w in words), "-o", str(out)]) == 0
    assert (out / "DONE").exists()
    assert not (out / "sums.npz").exists()
    assert not (out / "twin_sums.npz").exists()
    return dict(read_record(out)["results"])


def test_perfect_particles_are_limited_by_their_number(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results = run(folder, "Good", folder / "particles.star", folder / "truth.mrc", "--keep")
    assert results["limit"] == "particles"
    assert results["fraction"] == pytest.approx(1, abs=0.03)
    assert abs(results["extra_b_A2"]) < max(10, 3 * results["extra_b_error_A2"])
    assert not results["map_from_these_particles"]
    assert results["twin_simulated"]
    said = capsys.readouterr().out
    assert "Data and twin agree" in said
    assert "uf.open" in said
    report = (folder / "Good" / "report.html").read_text(encoding="utf-8")
    for words in (
        "What limits truth.mrc",
        "Data, twin and expectation",
        "Data over twin",
        "Spectra of the noise",
        "hand",
    ):
        assert words in report
    curves = star.read(folder / "Good" / "expected.star")["expected"]
    assert len(curves.columns["ufFscExpected"]) == N // 2 + 1
    difference = np.abs(curves.numbers("ufFscTwin") - curves.numbers("ufFscExpected"))[3:-2]
    assert difference.mean() < 0.05
    kept = uf.open(folder / "Good" / "twin.star")
    assert len(kept) == COUNT
    assert np.allclose(kept.pose.rotation, POSE.rotation, atol=1e-5)
    found = reconstruct(kept)
    assert np.corrcoef(found.data.ravel(), TRUTH.data.ravel())[0, 1] > 0.6


def test_centres_that_are_off_are_found_and_python_says_the_same(folder: Path) -> None:
    results = run(folder, "Off", folder / "off.star", folder / "truth.mrc", "--spectra", "residual")
    assert results["limit"] == "blur"
    assert results["extra_b_A2"] == pytest.approx(8 * np.pi**2 * 1.5**2, rel=0.25)
    assert results["fsc_0143_A"]["data"] >= results["fsc_0143_A"]["twin"]
    knobs = TwinKnobs(particles=folder / "off.star", map=folder / "truth.mrc", spectra="residual")
    space: dict[str, Any] = {}
    exec("import underfocus as uf\n" + job.python(knobs), space)
    assert space["found"].gap.line.amount == pytest.approx(results["extra_b_A2"], rel=1e-6)


@pytest.mark.slow
def test_their_own_map_is_recognised_and_halves_free_a_map_of_its_noise(folder: Path) -> None:
    results = run(folder, "Own", folder / "off.star", folder / "own.mrc", "--n", 500)
    assert results["map_from_these_particles"]
    assert results["limit"] == "particles"
    assert results["particles"] == 500
    halves = ("--half1", folder / "half1.mrc", "--half2", folder / "half2.mrc")
    freed = run(folder, "Halves", folder / "off.star", folder / "own.mrc", *halves, "--undo", 178, "--mask", "none")
    assert freed["undone_b_A2"] == 178
    assert freed["extra_b_A2"] == pytest.approx(178, rel=0.3)
    assert not freed["masked"]


@pytest.mark.slow
def test_a_killed_run_goes_on_where_it_stopped(folder: Path) -> None:
    words = ("twin", str(folder / "particles.star"), str(folder / "truth.mrc"), "--keep", "-o")
    done, again = folder / "Whole", folder / "Cut"
    for out in (done, again):
        assert cli.main([*words, str(out)]) == 0
    whole = (done / "twin.mrcs").read_bytes()
    (again / "DONE").unlink()
    (again / "twin.mrcs").unlink()
    (again / "twin.mrcs.part").write_bytes(whole[: 1024 + N * N * 4 * 300 + 77])  # within the 301st image
    assert cli.main([*words, str(again)]) == 0
    assert (again / "twin.mrcs").read_bytes() == whole
    assert not (again / "twin.mrcs.part").exists()


@pytest.mark.parametrize(
    ("name", "change", "words", "message"),
    [
        ("inverted", lambda v: uf.Volume(-v.data, v.pixel), (), "opposite contrast"),
        ("other pixel", lambda v: uf.Volume(v.data, 3.6), (), "underfocus resample"),
        ("constant", lambda v: uf.Volume(np.zeros_like(v.data), v.pixel), (), "constant"),
        ("undo", lambda v: v, ("--undo", "some"), "guinier or none"),
        ("half", lambda v: v, ("--half1", "x.mrc"), "neither"),
        ("weights", lambda v: v, ("--weights", "rlnNothing"), "no column"),
    ],
)
def test_what_is_refused(
    folder: Path, name: str, change: Any, words: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = change(TRUTH).save(folder / f"{name.replace(' ', '_')}.mrc")
    out = folder / f"Refused {name}"
    assert cli.main(["twin", str(folder / "particles.star"), str(path), *words, "-o", str(out)]) == 2
    assert message in capsys.readouterr().err
    assert (out / "FAILED").exists()


def test_particles_without_poses_and_files_that_are_none(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = uf.open(folder / "particles.star")
    star.write(folder / "poseless.star", relion_write.metadata(replace(made, pose=None, columns={}), "particles.mrcs"))
    assert cli.main(["twin", str(folder / "poseless.star"), str(folder / "truth.mrc"), "-o", str(folder / "P")]) == 2
    assert "refine them first" in capsys.readouterr().err
    assert cli.main(["twin", str(folder / "truth.mrc"), str(folder / "truth.mrc"), "-o", str(folder / "Q")]) == 2
    assert "particles with poses are needed" in capsys.readouterr().err


@pytest.mark.slow
def test_a_mirrored_map_and_another_box_are_told(folder: Path) -> None:
    uf.Volume(np.ascontiguousarray(mirrored(TRUTH.data)), TRUTH.pixel).save(folder / "mirror.mrc")
    results = run(folder, "Mirror", folder / "particles.star", folder / "mirror.mrc")
    assert results["limit"] == "another map"
    assert any("mirror image" in w for w in results["warnings"])
    uf.Volume(np.pad(TRUTH.data, 4), TRUTH.pixel).save(folder / "wide.mrc")
    assert run(folder, "Wide", folder / "particles.star", folder / "wide.mrc")["limit"] == "particles"
    dim = uf.Volume(TRUTH.data / 1000, TRUTH.pixel).save(folder / "dim.mrc")
    scaled = run(folder, "Dim", folder / "particles.star", dim)
    assert scaled["scaled_by"] == pytest.approx(1000, rel=0.05)
    assert scaled["limit"] == "particles"


def test_reconstruct_says_what_was_to_be_expected(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = folder / "Rec"
    words = ["reconstruct", str(folder / "particles.star")]
    assert cli.main([*words, "--halves", "--expect", "-o", str(out)]) == 0
    assert "the reconstruction loses nothing" in capsys.readouterr().out
    results = json.loads((out / "job.json").read_text(encoding="utf-8"))["results"]
    assert results["expected_fsc_0143_A"] == pytest.approx(results["fsc_0143_A"], rel=0.05)
    curves = star.read(out / "expected.star")["expected"]
    assert np.abs(curves.numbers("ufFscData") - curves.numbers("ufFscExpected"))[3:-2].mean() < 0.04
    assert "What was to be expected" in (out / "report.html").read_text(encoding="utf-8")
    assert cli.main([*words, "--expect", "-o", str(folder / "R2")]) == 2
    assert "--halves" in capsys.readouterr().err
