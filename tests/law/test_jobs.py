"""Laws of jobs: folders, records, resuming after a kill, repeating, refusing, and the report that stands alone."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import underfocus as uf
from underfocus import cli
from underfocus.data.files.stack_writer import StackWriter
from underfocus.jobs import verbs

SMALL = ["--n", "40", "--box", "24", "--pixel", "3", "--snr", "1", "--seed", "5"]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A structure file that a user might have."""
    path = tmp_path_factory.mktemp("model") / "ubiquitin.pdb"
    atoms = uf.samples.protein("1ubi")
    rows = zip(atoms.positions, atoms.elements, strict=True)
    lines = [
        f"ATOM  {i:5d}  {e:<3} ALA A{i % 999:4d}    {x:8.3f}{y:8.3f}{z:8.3f}  1.00 20.00          {e:>2}\n"
        for i, ((x, y, z), e) in enumerate(rows, 1)
    ]
    path.write_text("".join(lines) + "END\n")
    return path


@pytest.fixture(scope="module")
def simulated(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("jobs") / "Sim"
    assert cli.main(["simulate", str(model), *SMALL, "-o", str(folder)]) == 0
    return folder


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_simulation_leaves_a_whole_folder(simulated: Path) -> None:
    names = {p.name for p in simulated.iterdir()}
    assert names == {
        *("particles.star", "particles.mrcs", "truth.mrc"),
        *("job.json", "log.txt", "report.html", "DONE"),
    }
    record = json.loads((simulated / "job.json").read_text())
    assert record["results"]["particles"] == 40
    assert record["inputs"][0]["sha256"]
    assert record["versions"]["numpy"] == np.__version__
    particles = uf.open(simulated / "particles.star")
    assert isinstance(particles, uf.Particles)
    assert (len(particles), particles.n, particles.pixel) == (40, 24, 3.0)


def test_what_is_written_is_what_the_library_makes(simulated: Path) -> None:
    from underfocus.jobs import simulate
    from underfocus.jobs.specimen import specimen

    record = json.loads((simulated / "job.json").read_text())
    knobs = simulate.SimulateKnobs(**record["knobs"])
    imaging = simulate.plan(knobs, specimen(knobs.model, knobs.box, knobs.pixel))
    particles = uf.open(simulated / "particles.star")
    assert isinstance(particles, uf.Particles)
    assert np.array_equal(particles.images().data, imaging.images(0, 40))
    assert particles.pose is not None
    assert np.allclose(particles.pose.rotation, imaging.pose.rotation, atol=1e-6)
    assert np.allclose(particles.optics.defocus, imaging.optics.defocus, atol=1e-3)


@pytest.mark.parametrize(
    "more", [[], ["--astigmatism", "500", "--voltage", "200", "--contrast", "dark", "--shift", "3"]]
)
def test_the_same_thing_in_python_is_the_same_thing(model: Path, tmp_path: Path, more: list[str]) -> None:
    out = tmp_path / "Sim"
    assert cli.main(["simulate", str(model), *SMALL, *more, "-o", str(out)]) == 0
    space: dict[str, object] = {}
    exec(json.loads((out / "job.json").read_text())["python"], space)
    ours = space["particles"]
    assert isinstance(ours, uf.Particles)
    found = uf.open(out / "particles.mrcs")
    assert isinstance(found, uf.Images)
    assert np.array_equal(found.data, ours.images().data)


def test_reconstruct_resolution_and_their_numbers(
    simulated: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = digest(simulated / "particles.star")
    out = tmp_path / "Rec"
    assert cli.main(["reconstruct", str(simulated / "particles.star"), "--halves", "-o", str(out), "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["halves_from"] == "rlnRandomSubset"
    assert {"map.mrc", "half1.mrc", "half2.mrc", "fsc.star"} <= {p.name for p in out.iterdir()}
    assert cli.main(["resolution", str(out / "half1.mrc"), str(out / "half2.mrc"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["fsc_0143_A"] == pytest.approx(made["fsc_0143_A"])
    assert digest(simulated / "particles.star") == before


def test_a_report_loads_nothing(simulated: Path) -> None:
    text = (simulated / "report.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in text
    addresses = re.findall(r"""(?:src|href)=["']([^"']+)""", text)
    assert addresses
    assert all(a.startswith("data:") for a in addresses)
    assert "simulated" in text
    assert "import underfocus as uf" in text


def test_again_finds_no_difference_and_then_one(
    simulated: Path, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["again", str(simulated), "-o", str(tmp_path / "same"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["differences"] == []
    assert digest(tmp_path / "same" / "particles.mrcs") == digest(simulated / "particles.mrcs")
    text = model.read_text()
    try:
        model.write_text(text.replace("20.00", "80.00"))
        assert cli.main(["again", str(simulated), "-o", str(tmp_path / "other"), "--json"]) == 0
    finally:
        model.write_text(text)
    differences = " ".join(json.loads(capsys.readouterr().out)["differences"])
    assert "content has changed" in differences
    assert "particles.mrcs: its bytes differ" in differences


def test_a_finished_job_is_kept(simulated: Path, model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = digest(simulated / "particles.mrcs")
    assert cli.main(["simulate", str(model), *SMALL, "-o", str(simulated)]) == 2
    assert "--overwrite" in capsys.readouterr().err
    assert digest(simulated / "particles.mrcs") == before


def test_a_strangers_folder_is_never_touched(model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    assert cli.main(["simulate", str(model), *SMALL, "-o", str(tmp_path), "--overwrite"]) == 2
    assert "no job of underfocus wrote" in capsys.readouterr().err
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_a_failed_job_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "bad.star"
    bad.write_text("data_\nloop_\n_rlnCoordinateX #1\n1.0\n")
    out = tmp_path / "Rec"
    assert cli.main(["reconstruct", str(bad), "-o", str(out)]) == 2
    assert (out / "FAILED").exists()
    assert not (out / "DONE").exists()
    assert "no particles" in json.loads((out / "job.json").read_text())["error"]
    assert "no particles" in capsys.readouterr().err


def test_a_stack_continues_where_it_was_cut(tmp_path: Path) -> None:
    images = np.random.default_rng(0).normal(size=(10, 16, 16)).astype(np.float32)
    path = tmp_path / "stack.mrcs"
    writer = StackWriter(path, 10, 16, 2.0)
    writer.add(images[:6])
    with writer.part.open("r+b") as file:
        file.truncate(writer.part.stat().st_size - 100)
    assert not path.exists()
    with StackWriter(path, 10, 16, 2.0, resume=True) as writer:
        assert writer.written == 5
        writer.add(images[5:])
    found = uf.open(path)
    assert isinstance(found, uf.Images)
    assert np.array_equal(found.data, images)


def test_a_killed_simulation_resumes_to_the_same_bytes(model: Path, tmp_path: Path) -> None:
    out = tmp_path / "Killed"
    arguments = ["simulate", str(model), "--n", "6000", "--box", "64", "--pixel", "2", "--seed", "3", "-o", str(out)]
    process = subprocess.Popen([sys.executable, "-c", f"from underfocus.cli import main; main({arguments!r})"])
    part = out / "particles.mrcs.part"
    deadline = time.monotonic() + 60
    while not (part.exists() and part.stat().st_size > 10_000_000) and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.005)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert not (out / "particles.mrcs").exists()
    assert not (out / "DONE").exists()
    written = part.stat().st_size
    assert written > 10_000_000
    assert cli.main(arguments) == 0
    assert "resumed" in (out / "log.txt").read_text()
    whole = tmp_path / "Whole"
    assert cli.main([*arguments[:-1], str(whole)]) == 0
    assert digest(out / "particles.mrcs") == digest(whole / "particles.mrcs")


def test_every_job_has_documented_knobs() -> None:
    for verb in verbs.JOBS:
        job = verbs.job(verb)
        names = {b.name for b in job.knobs.bounds()}
        assert names == set(job.knobs.model_fields), f"{verb}: a field without a knob"
        for bound in job.knobs.bounds():
            assert len(bound.knob.what) > 15, f"{verb}: {bound.name} says too little"
