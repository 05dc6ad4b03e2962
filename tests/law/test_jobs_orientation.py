"""underfocus orientation: numbers, pictures and advice from a particles file alone, and the same in Python."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import underfocus as uf
from underfocus import cli
from underfocus.base.errors import InputError
from underfocus.data.files import star
from underfocus.data.pose import Pose
from underfocus.jobs import orientation as job
from underfocus.jobs import simulate
from underfocus.jobs.orientation import OrientationKnobs
from underfocus.jobs.simulate import SimulateKnobs
from underfocus.maths import so3
from underfocus.samples import views
from underfocus.show import globe


def run(*words: Any) -> int:
    return cli.main([str(w) for w in words])


def written(path: Path, pose: Pose) -> Path:
    """A STAR file with orientations whose images are nowhere."""
    names = np.array([f"{i + 1}@gone.mrcs" for i in range(len(pose))])
    labelled = zip(("Rot", "Tilt", "Psi"), pose.euler().T, strict=True)
    angles = {f"rlnAngle{name}": np.array([f"{v:.4f}" for v in column]) for name, column in labelled}
    return star.write(path, [star.Block("particles", columns={"rlnImageName": names, **angles})])


@pytest.fixture
def top(tmp_path: Path) -> Path:
    return written(tmp_path / "top.star", views.views("top", 600, 1, spread=10))


def test_a_folder_with_numbers_pictures_and_advice(top: Path, tmp_path: Path) -> None:
    folder = tmp_path / "Ori"
    assert run("orientation", top, "--thickness", 30, "--diameter", 150, "-o", folder) == 0
    results = json.loads((folder / "job.json").read_text())["results"]
    assert results["particles"] == 600
    assert results["scf"] == 0
    assert results["scf_star"] < results["scf_star_by_chance_low"] < results["scf_star_by_chance"] < 1
    assert results["empty_directions"] > 0.6
    assert abs(results["thinnest_direction"][2]) > 0.9
    assert results["hole_deg"] > 60
    assert results["crowther_views"] == pytest.approx(np.pi * 150 / 4)
    assert results["advised_tilts"][0] >= 40
    assert [t["tilts"] for t in results["tilts"]] == [[10.0 * n] for n in range(7)]
    table = star.read(folder / "sampling.star")["fourier_sampling"]
    assert len(table.columns["ufFourierSampling"]) == 1536
    report = (folder / "report.html").read_text()
    for words in ("Mollweide", "Fourier sampling on the sphere", "SCF*", "Would a tilt help?", "Tilt to"):
        assert words in report
    assert (folder / "DONE").exists()


def test_without_a_folder_it_prints(top: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("orientation", top) == 0
    said = capsys.readouterr().out
    assert "600 particles (C1): the views are not even" in said
    assert "Tilt to" not in said
    assert "--symmetry" in said


def test_even_views_are_said_to_be_even(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path / "even.star", views.views("uniform", 1_500, 3))
    assert run("orientation", path, "--thickness", 30) == 0
    said = capsys.readouterr().out
    assert "the views are even" in said
    assert "Do not tilt" in said


def test_the_python_twin_says_the_same(top: Path, capsys: pytest.CaptureFixture[str]) -> None:
    knobs = OrientationKnobs(particles=top, symmetry="C2", radius=30.0, thickness=50.0, unfiltered=True, drift=40.0)
    results = job.work(knobs, None).results
    found: dict[str, Any] = {"uf": uf}
    exec(job.python(knobs), found)
    assert found["found"].scf_star == results["scf_star"]
    assert list(found["advice"].chosen.tilts) == results["advised_tilts"]


def test_what_is_refused(tmp_path: Path, top: Path) -> None:
    (tmp_path / "map.mrc").write_bytes(b"")
    assert run("orientation", tmp_path / "map.mrc") != 0
    assert run("orientation", tmp_path / "nowhere.star") != 0
    assert run("orientation", top, "--symmetry", "Q3") != 0


def test_simulated_top_views_are_found_again_and_the_python_line_makes_the_same(tmp_path: Path) -> None:
    truth = uf.Volume(np.pad(np.ones((6, 6, 6), np.float32), 5), 4.0).save(tmp_path / "truth.mrc")
    folder = tmp_path / "Sim"
    words = ("--views", "top", "--view-spread", 5, "--tilt", 40, "--shift", 3)
    assert run("simulate", truth, "--n", 60, *words, "-o", folder) == 0
    heights = views.from_particles(folder / "particles.star").rotation[:, 2, 2]
    assert np.abs(np.degrees(np.arccos(heights)) - 40).max() < 5.01
    knobs = SimulateKnobs(model=truth, n=60, views="top", view_spread=5.0, tilt=40.0, shift=3.0)
    found: dict[str, Any] = {"uf": uf}
    exec(simulate.python(knobs), found)
    made = uf.open(folder / "particles.star")
    assert np.allclose(found["particles"].pose.rotation, made.pose.rotation, atol=1e-6)
    assert np.allclose(found["particles"].pose.shift, made.pose.shift, atol=1e-5)
    again = simulate.inputs(SimulateKnobs(model=truth, views=str(folder / "particles.star")))
    assert [p.name for p in again] == ["truth.mrc", "particles.star"]
    assert run("simulate", truth, "--n", 5, "--views", "sideways", "-o", tmp_path / "No") != 0


def test_the_flat_map_shows_a_cell_where_it_lies() -> None:
    values = so3.healpix_directions(3)[:, 2]
    shown = globe.flat(values, 64).data
    assert shown[1, 64] > 0.9
    assert shown[-2, 64] < -0.9
    assert np.isnan(shown[0, 0])
    assert np.isfinite(shown).mean() == pytest.approx(np.pi / 4, abs=0.01)
    with pytest.raises(InputError, match="cells"):
        globe.flat(values[:100])


def test_the_real_proteasome(shared: Path, tmp_path: Path) -> None:
    """Side views alone would have 0.811; these are near it, and far from chance."""
    path = shared / "data/metadata/cryosparc/t20s_P9_J209_000_particles.cs"
    results = job.work(OrientationKnobs(particles=path, symmetry="D7"), None).results
    assert results["scf_star"] == pytest.approx(0.832, abs=0.003)
    assert results["scf_star_by_chance_low"] > 0.99
    assert not results["even"]
