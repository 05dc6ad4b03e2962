"""Laws of a job's folder: what it keeps, what it removes, whom it refuses, and when it goes on."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import pytest

import underfocus as uf
from underfocus import cli
from underfocus.base.errors import JobError, UnderfocusWarning
from underfocus.jobs import folder as folders
from underfocus.jobs import verbs
from underfocus.jobs.folder import JobFolder
from underfocus.jobs.job import Outcome
from underfocus.jobs.run import plain, run

KNOBS = {"n": 3}


def begin(root: Path, verb: str = "simulate", **changes: Any) -> JobFolder:
    facts: dict[str, Any] = {"knobs": KNOBS, "inputs": [], "overwrite": False} | changes
    return JobFolder.begin(root, verb, facts["knobs"], facts["inputs"], "c", "p", overwrite=facts["overwrite"])


def finished(root: Path, verb: str = "simulate") -> Path:
    begin(root, verb).finish({}, "<html>")
    return root


def test_a_running_job_has_its_folder_alone(tmp_path: Path) -> None:
    first = begin(tmp_path / "job")
    with pytest.raises(JobError, match=r"writing to .* now"):
        begin(tmp_path / "job")
    first.fail("stopped")
    assert begin(tmp_path / "job").resumed


def test_overwriting_removes_what_jobs_wrote_and_nothing_else(tmp_path: Path) -> None:
    root = finished(tmp_path / "job")
    for name in ("particles.mrcs", ".map.mrc.77.part"):
        (root / name).touch()
    (root / "figures").mkdir()
    mine = [root / "notes.txt", root / "figures" / "fsc.star"]
    for path in mine:
        path.touch()
    assert not begin(root, overwrite=True).resumed
    assert all(path.exists() for path in mine)
    left = {p.name for p in root.iterdir()}
    assert left == {"notes.txt", "figures", "job.json", "log.txt"}


def test_a_job_does_not_replace_another_verbs(tmp_path: Path) -> None:
    root = finished(tmp_path / "job")
    with pytest.raises(JobError, match="a job of simulate, which reconstruct does not replace"):
        begin(root, "reconstruct", overwrite=True)
    assert (root / "DONE").exists()


def test_an_input_is_never_replaced(tmp_path: Path) -> None:
    root = finished(tmp_path / "job")
    (root / "truth.mrc").write_bytes(b"map")
    with pytest.raises(JobError, match=r"the input .*truth\.mrc lies in"):
        begin(root, inputs=[root / "truth.mrc"], overwrite=True)
    assert (root / "truth.mrc").read_bytes() == b"map"


def test_only_the_same_job_is_resumed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "model.pdb"
    source.write_text("one")
    root = tmp_path / "job"
    begin(root, inputs=[source]).fail("stopped")
    resumed = begin(root, inputs=[source])
    assert resumed.resumed
    resumed.fail("stopped")
    source.write_text("another")
    changed = begin(root, inputs=[source])
    assert not changed.resumed
    changed.fail("stopped")
    other = begin(root, inputs=[source], knobs={"n": 4})
    assert not other.resumed
    other.fail("stopped")
    monkeypatch.setattr(folders, "versions", lambda: {"underfocus": "99"})
    assert not begin(root, inputs=[source], knobs={"n": 4}).resumed


def test_inputs_that_others_lead_to_are_recorded_once(tmp_path: Path) -> None:
    star, stack = tmp_path / "a.star", tmp_path / "a.mrcs"
    star.write_text("star")
    stack.write_bytes(b"stack")
    job = begin(tmp_path / "job", inputs=[star])
    job.uses([star, stack])
    record = json.loads((tmp_path / "job" / "job.json").read_text())
    assert [(Path(i["path"]).name, i["given"] is None) for i in record["inputs"]] == [
        ("a.star", False),
        ("a.mrcs", True),
    ]


def test_a_large_file_is_known_by_its_ends_and_length(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "SAMPLE_BYTES", 10)
    path = tmp_path / "large"

    def of(data: bytes, sampled: bool) -> str:
        path.write_bytes(data)
        found = folders.fingerprint(path, sampled=sampled)
        assert found["sampled"] is sampled
        return str(found["sha256"])

    base = b"a" * 50
    assert of(base, True) == of(b"a" * 25 + b"b" + b"a" * 24, True)
    assert of(base, False) != of(b"a" * 25 + b"b" + b"a" * 24, False)
    assert len({of(base, True), of(base + b"a", True), of(b"b" + base[1:], True), of(base[1:] + b"b", True)}) == 4


def test_warnings_are_kept_though_the_job_fails(tmp_path: Path) -> None:
    job = verbs.job("tour")
    heard: list[str] = []

    def work(knobs: Any, folder: JobFolder | None) -> Outcome:
        for _ in range(2):
            warnings.warn("the pixel is odd", UnderfocusWarning, stacklevel=2)
        raise RuntimeError("no more")

    broken = type(job)("tour", "", job.knobs, work, lambda knobs: "")
    with pytest.raises(RuntimeError):
        run(broken, job.knobs(), tmp_path / "job", "c", tell=heard.append)
    assert heard == ["the pixel is odd"]
    assert (tmp_path / "job" / "log.txt").read_text().count("warning: the pixel is odd") == 1
    assert json.loads((tmp_path / "job" / "job.json").read_text())["error"] == "RuntimeError: no more"


def test_results_are_what_json_gives_back() -> None:
    import numpy as np

    found = plain({"a": (1, np.float32(0.5)), "b": float("nan"), "c": np.arange(2), "d": Path("x"), "e": True})
    assert found == {"a": [1, 0.5], "b": None, "c": [0, 1], "d": "x", "e": True}
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_a_star_file_in_another_job_is_not_its_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    volume = uf.samples.apoferritin(box=16, pixel=10.0)
    star = uf.simulate(volume, uf.Pose.random(4, seed=1), uf.Optics()).save(tmp_path / "particles.star")
    assert cli.main(["reconstruct", str(star), "-o", str(tmp_path), "--overwrite"]) == 2
    assert "no job of underfocus wrote" in capsys.readouterr().err
    assert star.exists()
