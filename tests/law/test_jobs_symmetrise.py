"""underfocus symmetrise: the averaged map, a verdict on what it was before, and the same in Python."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import underfocus as uf
from underfocus import cli
from underfocus.data.files import star
from underfocus.maths import sampling, symmetry

N, PIXEL = 32, 3.0


def run(*words: Any) -> int:
    return cli.main([str(w) for w in words])


def density(places: np.ndarray) -> np.ndarray:
    """A Gaussian of σ = 1.5 voxels at each place (x, y, z)."""
    along = np.arange(N) - N // 2
    x, y, z = (np.exp(-((along - places[:, axis, None]) ** 2) / 4.5) for axis in range(3))
    return np.float32(np.einsum("az,ay,ax->zyx", z, y, x))


@pytest.fixture
def tetramer(tmp_path: Path) -> Path:
    unit = np.array([[9.0, 1.0, 2.0], [5.0, 4.0, -3.0], [7.0, -2.0, -5.0]])
    data = density(np.concatenate([unit @ g for g in symmetry.operators("C4")]))
    return uf.Volume(data, PIXEL).save(tmp_path / "tetramer.mrc")


def made_by(folder: Path) -> tuple[np.ndarray, dict[str, Any]]:
    """The map of a run, which its line of Python makes too, and the results."""
    record, names = json.loads((folder / "job.json").read_text()), dict[str, Any]()
    exec(record["python"], names)
    found = uf.open(folder / "symmetrised.mrc")
    assert isinstance(found, uf.Volume)
    assert np.array_equal(names["found"].volume.data, found.data)
    assert names["found"].correlation == pytest.approx(record["results"]["correlation_mean"])
    return np.asarray(found.data), record["results"]


def test_a_symmetric_map_stays_and_is_told_to_be(
    tetramer: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("symmetrise", tetramer, "--symmetry", "c4", "-o", tmp_path / "S") == 0
    said = capsys.readouterr()
    assert "The map has C4 about these axes" in said.out
    assert said.err.count("warning") == 0
    data, results = made_by(tmp_path / "S")
    assert np.abs(data - uf.open(tetramer).data).max() < 2e-3 * data.max()
    assert results["symmetric"] is True
    assert results["mates"] == results["mates_that_agree"] == 3
    table = star.read(tmp_path / "S/mates.star")
    assert table["mates"].numbers("ufAngle") == pytest.approx([90, 180, 90])
    assert table["mates"].numbers("ufCorrelation").min() == pytest.approx(results["correlation_least"], abs=1e-5)
    assert len(table["shells"].numbers("rlnResolution")) == N // 2 + 1
    report = (tmp_path / "S/report.html").read_text()
    for words in ("Mate by mate", "By shell", "90° z", "Averaged"):
        assert words in report


def test_a_wrong_group_is_warned_of(tetramer: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("symmetrise", tetramer, "--symmetry", "D4", "-o", tmp_path / "S") == 0
    assert "Only 3 of 7 mates agree" in capsys.readouterr().err
    _, results = made_by(tmp_path / "S")
    assert results["symmetric"] is False
    assert results["mates_that_agree"] == 3
    assert "the symmetry is lower than D4" in (tmp_path / "S/report.html").read_text()


def test_a_helix(tmp_path: Path) -> None:
    angles = np.radians(40.0 * np.arange(-20, 21))
    places = np.stack([7 * np.cos(angles), 7 * np.sin(angles), 2.5 * np.arange(-20, 21)], axis=-1)
    path = uf.Volume(density(places), PIXEL).save(tmp_path / "helix.mrc")
    assert run("symmetrise", path, "--rise", 7.5, "--twist", 40, "--central", 0.6, "-o", tmp_path / "S") == 0
    _, results = made_by(tmp_path / "S")
    assert results["symmetric"] is True
    assert "+7.5 Å" in (tmp_path / "S/report.html").read_text()


def test_what_is_refused_says_why(tetramer: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    slab = uf.Volume(np.ones((8, 12, 12), np.float32), 2.0).save(tmp_path / "slab.mrc")
    flat = uf.Volume(np.ones((12, 12, 12), np.float32), 2.0).save(tmp_path / "flat.mrc")
    holes = np.ones((12, 12, 12), np.float32)
    broken = uf.Volume(holes, 2.0).save(tmp_path / "broken.mrc")
    with broken.open("r+b") as file:
        file.seek(-4, 2)
        file.write(np.float32(np.nan).tobytes())
    cases: list[tuple[tuple[Any, ...], str]] = [
        ((tetramer,), "name a point group"),
        ((tetramer, "--symmetry", "C0"), "no point group"),
        ((tetramer, "--rise", 5), "--twist is missing"),
        ((tetramer, "--twist", 5), "--rise is missing"),
        ((tetramer, "--rise", 5, "--twist", 20, "--symmetry", "O"), "C or D"),
        ((slab, "--symmetry", "C4"), "cubic volume is needed"),
        ((flat, "--symmetry", "C4"), "constant"),
        ((broken, "--symmetry", "C4"), "must hold finite numbers"),
    ]
    for words, said in cases:
        assert run("symmetrise", *words, "-o", tmp_path / "No") == 2
        assert said in capsys.readouterr().err, words


def test_a_real_map_has_its_group_and_no_other(shared: Path, tmp_path: Path) -> None:
    whole = uf.open(shared / "data/volumes/betaGal.mrc")
    small = sampling.fourier_crop(np.asarray(whole.data), 50, 3)
    path = uf.Volume(np.float32(small), 2 * whole.pixel).save(tmp_path / "small.mrc")
    assert run("symmetrise", path, "--symmetry", "D2", "-o", tmp_path / "D") == 0
    assert json.loads((tmp_path / "D/job.json").read_text())["results"]["correlation_least"] > 0.98
    assert run("symmetrise", path, "--symmetry", "T", "-o", tmp_path / "T") == 0
    results = json.loads((tmp_path / "T/job.json").read_text())["results"]
    assert results["mates_that_agree"] == 0
    assert results["correlation_mean"] == pytest.approx(results["correlation_by_chance"], abs=0.15)
