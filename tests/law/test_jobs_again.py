"""Laws of repeating: from anywhere, with the very inputs, and every difference said."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import underfocus as uf
from underfocus import cli


def noise(path: Path, seed: int) -> Path:
    path.parent.mkdir(exist_ok=True)
    return uf.Volume(np.random.default_rng(seed).normal(size=(16, 16, 16)), 2.0).save(path)


def differences(words: list[str], capsys: pytest.CaptureFixture[str]) -> list[str]:
    capsys.readouterr()
    assert cli.main([*words, "--json"]) == 0
    found: list[str] = json.loads(capsys.readouterr().out)["differences"]
    return found


def test_a_job_is_repeated_from_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder, seed in (("A", 1), ("B", 2)):
        noise(tmp_path / folder / "half.mrc", seed)
    noise(tmp_path / "mask.mrc", 3)
    monkeypatch.chdir(tmp_path)
    assert cli.main(["resolution", "A/half.mrc", "B/half.mrc", "--mask", "mask.mrc", "-o", "Res"]) == 0
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    assert differences(["again", "../Res", "-o", "same"], capsys) == []
    noise(tmp_path / "mask.mrc", 4)
    found = differences(["again", "../Res", "-o", "other"], capsys)
    assert any("mask.mrc: its content has changed" in line for line in found)


def test_a_changed_stack_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    volume = uf.samples.apoferritin(box=16, pixel=10.0)
    particles = uf.simulate(volume, uf.Pose.random(8, seed=1), uf.Optics(), snr=1.0, seed=1)
    star = particles.save(tmp_path / "particles.star")
    assert cli.main(["reconstruct", str(star), "-o", str(tmp_path / "Rec")]) == 0
    stack = tmp_path / "particles.mrcs"
    stack.write_bytes(stack.read_bytes()[:-4] + b"\0\0\0\0")
    found = differences(["again", str(tmp_path / "Rec")], capsys)
    assert found == ["input particles.mrcs: its content has changed", "map.mrc: its bytes differ"]
    assert (tmp_path / "Rec_again" / "DONE").exists()


def test_versions_and_new_knobs_are_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    halves = [str(noise(tmp_path / name, seed)) for seed, name in enumerate(("a.mrc", "b.mrc"))]
    assert cli.main(["resolution", *halves, "-o", str(tmp_path / "Res")]) == 0
    path = tmp_path / "Res" / "job.json"
    record = json.loads(path.read_text())
    record["versions"]["numpy"] = "0.1"
    record["results"]["fsc_0143_A"] = 1.0
    del record["knobs"]["seed"]
    path.write_text(json.dumps(record))
    found = " / ".join(differences(["again", str(tmp_path / "Res")], capsys))
    assert "version of numpy: 0.1 then" in found
    assert "fsc_0143_A: 1 then" in found
    assert "knob seed: not in the record, 0 now" in found


def test_an_unfinished_job_is_not_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, other = noise(tmp_path / "a.mrc", 1), tmp_path / "none.mrc"
    assert cli.main(["resolution", str(one), str(other), "-o", str(tmp_path / "Res")]) == 2
    assert cli.main(["again", str(tmp_path / "Res")]) == 2
    assert "did not finish" in capsys.readouterr().err


def test_a_missing_input_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    halves = [noise(tmp_path / name, seed) for seed, name in enumerate(("a.mrc", "b.mrc"))]
    assert cli.main(["resolution", *map(str, halves), "-o", str(tmp_path / "Res")]) == 0
    halves[1].unlink()
    assert cli.main(["again", str(tmp_path / "Res")]) == 2
    assert "no longer there" in capsys.readouterr().err
