"""underfocus local-resolution: maps, table and pictures of two half maps, the same in Python, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.law.made_regions import PIXEL, falling, halves, noise

import underfocus as uf
from underfocus import cli
from underfocus.data.files import star
from underfocus.jobs import local_pictures
from underfocus.jobs import local_resolution as job
from underfocus.jobs.local_resolution import LocalResolutionKnobs
from underfocus.maths import masks
from underfocus.show import report, scale_svg, specs

N = 64


def run(*words: Any) -> int:
    return cli.main([str(w) for w in words])


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Half maps with an origin: a ball of random atoms, of which one half along z is finer than the other."""
    folder = tmp_path_factory.mktemp("halves")
    ball = masks.sphere(N, 22, 9).astype(np.float32)
    made = []
    for i, values in enumerate(halves(N, falling(6, 20), falling(11, 20))):
        density = np.roll(values, N // 4, 0) * ball + 2 * ball + 0.3 * noise(7 + i, N)
        made.append(uf.Volume(density, PIXEL, (4.0, 8.0, 12.0)).save(folder / f"half{i + 1}.mrc"))
    return made[0], made[1]


def test_a_folder_with_maps_table_and_report(
    pair: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "Loc"
    assert run("local-resolution", *pair, "--window", 30, "-o", folder) == 0
    said = capsys.readouterr().out
    results = json.loads((folder / "job.json").read_text())["results"]
    assert f"median {results['median_A']:.2f} Å" in said
    assert results["finest_5_percent_A"] < 7.5 < 9 < results["coarsest_5_percent_A"]
    assert (folder / "DONE").exists()

    found, filtered = uf.open(folder / "local_resolution.mrc"), uf.open(folder / "filtered.mrc")
    assert found.origin == filtered.origin == (4.0, 8.0, 12.0)
    assert found.pixel == filtered.pixel == PIXEL
    assert found.data[0, 0, 0] == 0, "outside the mask"
    resolved = found.data[(found.data > 0) & (found.data < N * PIXEL)]
    assert np.median(resolved) == pytest.approx(results["median_A"], rel=1e-3)
    whole = (uf.open(pair[0]).data + uf.open(pair[1]).data) / 2
    assert np.std(filtered.data) < np.std(whole)

    table = star.read(folder / "local_resolution.star")["local_resolution"]
    assert table.numbers("ufVoxels").sum() == resolved.size
    assert table.numbers("ufPartAsFine")[-1] == 1
    page = (folder / "report.html").read_text(encoding="utf-8")
    for word in ("Section across z", "The map&#x27;s surface", "Voxels by resolution", "Colours from"):
        assert word in page


def test_noise_says_so_and_still_leaves_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pair = [uf.Volume(noise(i, 40), 2.0).save(tmp_path / f"{i}.mrc") for i in (1, 2)]
    assert run("local-resolution", *pair, "--mask", "none", "-o", tmp_path / "No") == 0
    assert "agree nowhere beyond chance" in capsys.readouterr().out
    results = json.loads((tmp_path / "No" / "job.json").read_text())["results"]
    assert results["unresolved"] == 1
    assert results["median_A"] is None
    assert np.all(uf.open(tmp_path / "No" / "local_resolution.mrc").data == 80), "the length of the box"


def test_the_python_twin_says_the_same(pair: tuple[Path, Path], tmp_path: Path) -> None:
    mask = uf.Volume(masks.sphere(N, 20, 3).astype(np.float32), PIXEL).save(tmp_path / "mask.mrc")
    for choice in ("auto", "none", str(mask)):
        words: dict[str, Any] = {"mask": choice, "window": 30.0, "threshold": 0.5, "step": 4, "bfactor": 20.0}
        knobs = LocalResolutionKnobs(half1=pair[0], half2=pair[1], **words)
        results = job.work(knobs, None).results
        found: dict[str, Any] = {"uf": uf}
        exec(job.python(knobs), found)
        assert found["found"].quantiles(0.5)[0] == results["median_A"]
        assert found["filtered"].n == N
    assert [p.name for p in job.inputs(knobs)] == ["half1.mrc", "half2.mrc", "mask.mrc"]


def test_a_threshold_of_a_half_is_coarser(pair: tuple[Path, Path]) -> None:
    knobs = LocalResolutionKnobs(half1=pair[0], half2=pair[1], window=30.0)
    loose, strict = (job.work(knobs.replace(threshold=t), None).results["median_A"] for t in (0.143, 0.5))
    assert strict > 1.1 * loose


def test_what_is_refused(pair: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small = uf.Volume(noise(1, 40), PIXEL).save(tmp_path / "small.mrc")
    wrong = uf.Volume(noise(1, N), 1.5).save(tmp_path / "wrong.mrc")
    empty = uf.Volume(np.zeros((N, N, N), np.float32), PIXEL).save(tmp_path / "empty.mrc")
    cases = (
        ((pair[0], small), "two halves of one reconstruction"),
        ((pair[0], wrong), "bring them to one scale"),
        ((pair[0], tmp_path / "nowhere.mrc"), "nowhere.mrc"),
        ((*pair, "--mask", small), "maps' shape"),
        ((*pair, "--mask", empty), "empty"),
        ((*pair, "--mask", "atuo"), "atuo"),
        ((*pair, "--window", 60), "third of the box"),
        ((*pair, "--threshold", 2), "threshold must be between"),
        ((*pair, "--step", 40), "step must be between"),
    )
    for words, sentence in cases:
        assert run("local-resolution", *words) != 0
        assert sentence in capsys.readouterr().err


def test_half_maps_that_are_one_file_are_told(pair: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert run("local-resolution", pair[0], pair[0], "--window", 30) == 0
    assert "100% agree up to Nyquist" in capsys.readouterr().out


def test_a_surface_carries_the_resolution_where_it_is(pair: tuple[Path, Path]) -> None:
    from underfocus.validation.local import local_resolution

    found = local_resolution(uf.open(pair[0]), uf.open(pair[1]), window=30.0)
    places = np.array([[0.0, 0.0, 0.0], [6.0, -4.0, 10.0]])
    right = [found.resolution[32, 32, 32], found.resolution[37, 30, 35]]
    np.testing.assert_allclose(local_pictures.at(found, places), right, rtol=1e-5)
    panels = local_pictures.surface(found, uf.open(pair[0]))
    assert len(panels.pictures) == 2
    flat = uf.Volume(np.zeros((N, N, N), np.float32), PIXEL)
    assert not local_pictures.surface(found, flat).pictures


def test_pictures_with_a_unit_show_what_their_colours_stand_for() -> None:
    spec = specs.image(np.array([[2.0, 8.0]]), unit="Å", colour="viridis")
    drawn = scale_svg.scale(spec, 300)
    assert 'aria-label="Colours from 2 to 8 Å"' in drawn
    assert drawn.count("<text") >= 4
    for item, shown in ((spec, True), (specs.image(np.ones((2, 2)), unit="Å"), False)):
        page = report.render(report.Report("t", "", (report.Section("s", panels=specs.beside(item)),), {"a": 1}))
        assert ("Colours from" in page) is shown
        assert "<section><h2>Record</h2><table>" in page, "the record shows on narrow pages as well"
