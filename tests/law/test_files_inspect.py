"""Facts of a file: what it is, what it holds, and every doubt as a sentence; plain values that JSON can carry."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from underfocus.base.errors import MissingFileError, UnsupportedFileError
from underfocus.data.files import mrc, star
from underfocus.data.files.inspect import facts
from underfocus.data.open import open
from underfocus.data.optics import Optics, spread
from underfocus.data.particles import Particles
from underfocus.data.pose import Pose
from underfocus.data.volume import Volume


def saved(folder: Path, name: str, n: int = 5) -> Path:
    data = np.random.default_rng(0).standard_normal((n, 8, 8)).astype(np.float32)
    optics = Optics(defocus=spread(1e4, 2e4, n))
    return Particles(data, 1.5, optics, Pose.random(n, 1), half=np.arange(n) % 2 + 1).save(folder / name)


def plain(path: Path) -> dict[str, Any]:
    found = facts(path)
    assert json.loads(json.dumps(found)) == found, "facts are what JSON can carry"
    assert found["file"] == str(path)
    assert found["bytes"] == path.stat().st_size
    return found


def test_a_map(tmp_path: Path) -> None:
    data = np.arange(60, dtype=np.float32).reshape(3, 4, 5)
    found = plain(Volume(data, 2.0, (1.0, 2.0, 3.0)).save(tmp_path / "a.mrc"))
    assert found["kind"] == "map"
    assert found["shape"] == [3, 4, 5]
    assert found["pixel_A"] == 2.0
    assert found["size_A"] == [6, 8, 10]
    assert found["origin_A"] == [1, 2, 3]
    assert found["type"] == "float32 (mode 2)"
    assert found["statistics"]["mean"] == pytest.approx(29.5)
    assert found["statistics"]["std"] == pytest.approx(data.std())
    assert found["statistics"]["from"] == "all values"
    assert found["warnings"] == []


def test_a_stack_and_its_doubts(tmp_path: Path) -> None:
    images = np.zeros((3, 8, 8), np.float32)
    images[1, 2, 3] = np.inf
    found = plain(mrc.write_stack(tmp_path / "a.mrcs", [images], 3, 8, 1.0))
    assert found["kind"] == "stack of images"
    assert found["size_A"] == [8, 8]
    assert [w.split(",")[0].split(";")[0] for w in found["warnings"]] == [
        "the pixel is exactly 1 Å",
        "1 values are not finite numbers",
        "all values are equal",
    ]


@pytest.mark.parametrize("name", ["a.star", "a.cs"])
def test_particles(tmp_path: Path, name: str) -> None:
    found = plain(saved(tmp_path, name))
    assert found["kind"].startswith("particles")
    assert (found["particles"], found["stacks"], found["poses"]) == (5, 1, True)
    assert found["pixel_A"] == pytest.approx(1.5)
    assert found["halves"] == {"1": 3, "2": 2}
    assert found["voltage_kv"] == 300
    low, high = found["defocus"]
    assert 1e4 <= low < high <= 2e4
    assert found["warnings"] == []


@pytest.mark.parametrize("name", ["a.star", "a.cs"])
def test_particles_without_their_stack_are_still_described(tmp_path: Path, name: str) -> None:
    path = saved(tmp_path, name)
    (tmp_path / "a.mrcs").unlink()
    found = plain(path)
    assert found["particles"] == 5
    assert found["warnings"] == ["1 of 1 stacks were not found: a.mrcs"]


def test_tables_and_stacks_that_disagree(tmp_path: Path) -> None:
    path = saved(tmp_path, "a.star")
    mrc.write_stack(tmp_path / "a.mrcs", [np.ones((4, 8, 8))], 4, 8, 2.0)
    warnings = plain(path)["warnings"]
    assert "image 5 of a.mrcs is asked for, which holds 4" in warnings
    assert "the pixel is 1.5 Å here and 2 Å in a.mrcs" in warnings
    part = open(saved(tmp_path, "b.star"))
    assert isinstance(part, Particles)
    blocks = star.read(tmp_path / "b.star")
    columns = {k: v[:3] for k, v in blocks["particles"].columns.items()}
    star.write(tmp_path / "b.star", [blocks["optics"], star.Block("particles", columns=columns)])
    assert plain(tmp_path / "b.star")["warnings"] == ["3 of the 5 images in b.mrcs are named"]


def test_tables_of_another_kind(tmp_path: Path) -> None:
    (tmp_path / "fsc.star").write_text("data_general\n_rlnA 1\ndata_fsc\nloop_\n_rlnB\n_rlnC\n1 2\n3 4\n")
    found = plain(tmp_path / "fsc.star")
    assert found["kind"] == "STAR tables"
    assert found["tables"] == {"general": "1 values", "fsc": "2 rows of 2"}


def test_a_structure(tmp_path: Path) -> None:
    atom = "ATOM  {:5d}  CA  ALA A{:4d}    {:8.3f}   0.000   0.000  1.00 20.00           C"
    (tmp_path / "a.pdb").write_text("\n".join([atom.format(i, i, 4.0 * i) for i in range(1, 4)]) + "\nEND\n")
    found = plain(tmp_path / "a.pdb")
    assert found["kind"] == "structure"
    assert (found["atoms"], found["chains"], found["models"]) == (3, 1, 1)
    assert found["elements"] == {"C": 3}
    assert found["size_A"] == [8, 0, 0]
    assert found["warnings"] == ["it holds Cα atoms alone; a potential made of it has no side chains"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("a.pkl", "a pickle can run code when it is opened; export STAR, .cs or MRC"),
        ("a.npy", "a bare array says neither units nor conventions"),
        ("a.eer", "it is EER; convert it to MRC"),
        ("a.dm4", "it is Gatan's; convert it to MRC"),
        ("a.xyz", r"of a kind that is not read \(.xyz\); known are .mrc, "),
        ("a", r"of a kind that is not read \(no suffix\)"),
    ],
)
def test_other_kinds_are_refused_by_name(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / name).write_bytes(b"anything")
    for door in (facts, open):
        with pytest.raises(UnsupportedFileError, match=words):
            door(tmp_path / name)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    for door in (facts, open):
        with pytest.raises(MissingFileError, match=r"none\.star is not there"):
            door(tmp_path / "none.star")
