"""underfocus mask: around a density or a ball, joined and inverted, with its volume, and the same in Python."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import underfocus as uf
from underfocus import cli
from underfocus.base import units
from underfocus.maths import masks

N, PIXEL = 40, 2.0


def run(*words: Any) -> int:
    return cli.main([str(w) for w in words])


def made(path: Path, data: np.ndarray, pixel: float = PIXEL) -> Path:
    return uf.Volume(data.astype(np.float32), pixel, (3.0, 4.0, 5.0)).save(path)


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """A large ball of density and a small one beside it."""
    x = np.arange(N) - N // 2
    large = np.hypot(np.hypot(x[:, None, None], x[:, None]), x + 5) < 8
    small = np.hypot(np.hypot(x[:, None, None], x[:, None]), x - 11) < 3
    return made(tmp_path / "two.mrc", large + small)


def made_by(folder: Path) -> tuple[np.ndarray, dict[str, Any], dict[str, Any]]:
    """The mask of a run, its results, and the names that its line of Python leaves."""
    record, names = json.loads((folder / "job.json").read_text()), dict[str, Any]()
    exec(record["python"], names)
    found = uf.open(folder / "mask.mrc")
    assert isinstance(found, uf.Volume)
    assert found.origin == pytest.approx((3, 4, 5))
    return np.asarray(found.data), record["results"], names


WORDS = [
    (),
    ("--threshold", 0.5, "--extend", 3, "--edge", 5),
    ("--low-pass", 12, "--keep", "largest"),
    ("--threshold", 0.5, "--dust", 1),
    ("--threshold", 0.5, "--extend", 0, "--edge", 0, "--invert"),
    ("--sphere", 20),
]


@pytest.mark.parametrize("words", WORDS, ids=lambda w: " ".join(map(str, w)) or "plain")
def test_the_python_twin_makes_the_same(two: Path, tmp_path: Path, words: tuple[Any, ...]) -> None:
    assert run("mask", two, *words, "-o", tmp_path / "M") == 0
    found, results, names = made_by(tmp_path / "M")
    assert np.allclose(names["mask"], found, atol=1e-6)
    assert results["mask_volume_A3"] == pytest.approx(found.sum() * PIXEL**3, rel=1e-5)
    assert 0 <= found.min() <= found.max() <= 1
    report = (tmp_path / "M" / "report.html").read_text()
    assert "Section across z" in report
    assert ("protein of that volume" in report) is ("--sphere" not in words)


def test_volume_mass_and_lengths_are_in_angstrom(two: Path, tmp_path: Path) -> None:
    assert (
        run("mask", two, "--threshold", 0.5, "--extend", 4, "--edge", 6, "--keep", "largest", "-o", tmp_path / "M") == 0
    )
    found, results, _ = made_by(tmp_path / "M")
    ball = 4 / 3 * np.pi * 16**3
    assert results["density_volume_A3"] == pytest.approx(ball, rel=0.03)
    assert results["density_kDa"] == pytest.approx(ball / units.PROTEIN_VOLUME / 1e3, rel=0.03)
    assert results["pieces"] == 1
    assert results["pieces_left_out"] == 1
    row = found[N // 2, N // 2]
    assert row[N // 2 - 5 + 7] == row[N // 2 - 5 + 9] == 1, "8 pixels of density and 2 of growth, its last at 7"
    assert row[N // 2 - 5 + 10] == pytest.approx(0.75)
    assert row[N // 2 - 5 + 12] == 0


def test_joining_and_dust(two: Path, tmp_path: Path) -> None:
    plain = ("--threshold", 0.5, "--extend", 0, "--edge", 0)
    assert run("mask", two, *plain, "--keep", "largest", "-o", tmp_path / "Large") == 0
    assert run("mask", two, *plain, "--dust", 0, "-o", tmp_path / "Both") == 0
    both, results, _ = made_by(tmp_path / "Both")
    assert results["pieces"] == 2
    assert run("mask", two, *plain, "--intersect", tmp_path / "Large/mask.mrc", "-o", tmp_path / "I") == 0
    assert (
        run("mask", two, "--sphere", 8, "--edge", 0, "--union", tmp_path / "Large/mask.mrc", "-o", tmp_path / "U") == 0
    )
    large, joined = made_by(tmp_path / "Large")[0], made_by(tmp_path / "U")[0]
    assert np.array_equal(made_by(tmp_path / "I")[0], large)
    assert np.array_equal(joined, np.maximum(large, masks.sphere(N, 4)))
    assert np.allclose(made_by(tmp_path / "U")[2]["mask"], joined)
    assert large.sum() < both.sum()


def test_boxes_that_are_no_cubes_and_masks_that_reach_the_edge(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = np.zeros((20, 30, 40))
    data[6:14, 4:26, 1:30] = 1
    path = made(tmp_path / "slab.mrc", data)
    assert run("mask", path, "--low-pass", 6, "-o", tmp_path / "M") == 0
    assert "of the six faces" in capsys.readouterr().err
    assert made_by(tmp_path / "M")[0].shape == (20, 30, 40)
    assert run("mask", path, "--sphere", 20, "-o", tmp_path / "S") == 2
    assert "cubic volume is needed" in capsys.readouterr().err


def test_what_is_refused_says_why(two: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = made(tmp_path / "other.mrc", np.ones((N, N, N)), 3.0)
    negative = made(tmp_path / "map.mrc", 5 * np.ones((N, N, N)))
    outside = made(tmp_path / "outside.mrc", 1 - masks.sphere(N, 19.0))
    blank = made(tmp_path / "blank.mrc", np.zeros((N, N, N)))
    cases: list[tuple[tuple[Any, ...], str]] = [
        ((two, "--threshold", 7), "no voxel lies above the threshold 7"),
        ((two, "--sphere", 30, "--threshold", 0.5), "give it to --intersect"),
        ((two, "--keep", "largest", "--dust", 3), "give one of them"),
        ((two, "--low-pass", 3), "finest length is 4"),
        ((two, "--dust", 900, "--threshold", 0.5), "no piece of the mask has"),
        ((two, "--intersect", other), "voxels of 3 Å"),
        ((two, "--union", negative), "its values go from 5 to 5"),
        ((two, "--sphere", 10, "--edge", 0, "--intersect", outside), "does not overlap"),
        ((blank,), "no voxel lies above"),
        ((tmp_path / "nowhere.mrc",), "is not there"),
    ]
    for words, said in cases:
        assert run("mask", *words, "-o", tmp_path / "No") == 2
        assert said in capsys.readouterr().err, words
