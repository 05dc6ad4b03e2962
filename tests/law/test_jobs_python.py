"""The Python that a run prints is the same thing: executed, it makes what the run made."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import underfocus as uf
from underfocus import cli


@pytest.fixture(scope="module")
def half_maps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("python")
    volume = uf.samples.apoferritin(box=24, pixel=6.0)
    optics = uf.Optics(defocus=uf.spread(8_000, 20_000, 200))
    uf.simulate(volume, uf.Pose.random(200, seed=1), optics, snr=0.5, seed=2).save(folder / "particles.star")
    volume.save(folder / "map.mrc")
    assert cli.main(["reconstruct", str(folder / "particles.star"), "--halves", "-o", str(folder / "Rec")]) == 0
    return folder


def executed(folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The names that the recorded Python leaves, and the results of the run."""
    record = json.loads((folder / "job.json").read_text())
    names: dict[str, Any] = {}
    exec(record["python"], names)
    return names, record["results"]


def same(volume: Any, path: Path) -> bool:
    found = uf.open(path)
    assert isinstance(found, uf.Volume)
    return np.allclose(volume.data, found.data, atol=1e-6 * float(np.abs(found.data).max()))


def test_of_reconstruct_in_halves(half_maps: Path) -> None:
    names, _ = executed(half_maps / "Rec")
    assert same(names["maps"].half1, half_maps / "Rec" / "half1.mrc")
    assert same(names["maps"].whole, half_maps / "Rec" / "map.mrc")


def test_of_reconstruct_with_options(half_maps: Path, tmp_path: Path) -> None:
    words = ["--symmetry", "O", "--contrast", "dark", "--pixel", "5", "--images", str(half_maps), "-o"]
    assert cli.main(["reconstruct", str(half_maps / "particles.star"), *words, str(tmp_path / "Rec")]) == 0
    names, _ = executed(tmp_path / "Rec")
    assert names["volume"].pixel == 5.0
    assert same(names["volume"], tmp_path / "Rec" / "map.mrc")


@pytest.mark.parametrize("mask", [None, "auto", "file"])
def test_of_resolution(half_maps: Path, tmp_path: Path, mask: str | None) -> None:
    halves = [str(half_maps / "Rec" / f"half{i}.mrc") for i in (1, 2)]
    words = [] if mask is None else ["--mask", mask if mask == "auto" else str(half_maps / "map.mrc")]
    assert cli.main(["resolution", *halves, *words, "--seed", "3", "-o", str(tmp_path / "Res")]) == 0
    names, results = executed(tmp_path / "Res")
    assert names["curve"].resolution(0.143) == pytest.approx(results["fsc_0143_A"], abs=1e-9)
    assert list(names["band"].interval(0.143)) == pytest.approx(results["fsc_0143_interval_A"], abs=1e-9)
    assert results["masked"] is (mask is not None)


def test_of_resolution_by_direction(half_maps: Path, tmp_path: Path) -> None:
    halves = [str(half_maps / "Rec" / f"half{i}.mrc") for i in (1, 2)]
    words = ["--directional", "--cone", "30", "--symmetry", "O", "--seed", "4", "-o", str(tmp_path / "Res")]
    assert cli.main(["resolution", *halves, *words]) == 0
    names, results = executed(tmp_path / "Res")
    assert names["found"].cfar == pytest.approx(results["cfar"])
    assert names["found"].floor.low == pytest.approx(results["cfar_by_chance_low"])
    assert list(names["band"].interval(0.143)) == pytest.approx(results["fsc_0143_interval_A"], abs=1e-9)


@pytest.mark.parametrize(
    "words", [[], ["--box", "40"], ["--pixel", "8"], ["--box", "20", "--pixel", "4.5", "--bfactor", "50"]]
)
def test_of_simulate_from_a_map(half_maps: Path, tmp_path: Path, words: list[str]) -> None:
    shared = ["--n", "6", "--defocus", "12000:13000", "--cs", "1.2"]
    assert cli.main(["simulate", str(half_maps / "map.mrc"), *shared, *words, "-o", str(tmp_path / "Sim")]) == 0
    names, results = executed(tmp_path / "Sim")
    found = uf.open(tmp_path / "Sim" / "particles.mrcs")
    assert isinstance(found, uf.Images)
    assert np.array_equal(found.data, names["particles"].images().data)
    assert found.pixel == pytest.approx(results["pixel_A"])
    assert same(names["volume"], tmp_path / "Sim" / "truth.mrc")


def test_of_explain(capsys: pytest.CaptureFixture[str]) -> None:
    from underfocus.jobs import explain

    exec(explain.python(explain.ExplainKnobs(name="snr")))
    assert "signal to noise" in capsys.readouterr().out


def test_of_inspect(half_maps: Path) -> None:
    from underfocus.jobs import inspect

    names: dict[str, Any] = {}
    exec(inspect.python(inspect.InspectKnobs(files=(half_maps / "map.mrc",))), names)
    assert names["found"][0]["kind"] == "map"
