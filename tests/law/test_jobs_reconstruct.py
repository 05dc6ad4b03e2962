"""The reconstruct job: every way to combine the particles, what its report says, and what it refuses."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tests.law.made import density, images_of

import underfocus as uf
from underfocus import cli
from underfocus.data.optics import Optics, spread
from underfocus.data.pose import Pose

COUNT = 240


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Particles of two optics groups with a column of doses and one of weights, and a mask."""
    root = tmp_path_factory.mktemp("reconstruct")
    optics = Optics(defocus=spread(8_000, 22_000, COUNT))
    made = images_of(density(32), Pose.random(COUNT, seed=1, shift=6.0), optics, noise=1.0)
    made.save(root / "particles.star")
    lines = (root / "particles.star").read_text(encoding="utf-8").splitlines()
    labels = [i for i, line in enumerate(lines) if line.startswith("_rln")]
    last = labels[-1]
    number = int(lines[last].split("#")[1]) if "#" in lines[last] else 0
    rows = iter(range(COUNT))
    text = []
    for i, line in enumerate(lines):
        text.append(f"{line} {next(rows) % 40}.0 1.5 word" if i > last and line.strip() else line)
        if i == last:
            names = ("rlnMicrographPreExposure", "rlnWeight", "rlnMicrographName")
            text += [f"_{name} #{number + 1 + k}" for k, name in enumerate(names)]
    (root / "series.star").write_text("\n".join(text) + "\n", encoding="utf-8")
    mask = np.hypot.reduce(np.mgrid[:32, :32, :32] - 16) < 12
    uf.Volume(mask.astype(np.float32), made.pixel).save(root / "mask.mrc")
    return root


def run(folder: Path, name: str, *words: str, star: str = "particles.star") -> dict[str, object]:
    """The results of one run."""
    out = folder / name
    assert cli.main(["reconstruct", str(folder / star), *words, "-o", str(out)]) == 0
    record = json.loads((out / "job.json").read_text(encoding="utf-8"))
    assert (out / "DONE").exists()
    assert not (out / "sums.npz").exists()
    return dict(record["results"])


@pytest.mark.parametrize(
    "words",
    [
        ("--method", "least-squares", "--iterations", "2"),
        ("--method", "sirt", "--mask", "{mask}"),
        ("--method", "weighted-backprojection", "--finest", "9"),
        ("--method", "backprojection", "--pad", "1"),
        ("--ewald", "down", "--mirror"),
        ("--rise", "10", "--twist", "30", "--units", "1"),
        ("--pad", "1.5", "--tolerance", "1e-2"),
        ("--noise", "groups", "--wiener", "0.1"),
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_every_way_makes_a_map(folder: Path, words: tuple[str, ...]) -> None:
    given = [w.format(mask=folder / "mask.mrc") for w in words]
    run(folder, "way" + "_".join(words).replace("{mask}", "m").replace("-", ""), *given)


def test_halves_within_a_mask(folder: Path) -> None:
    plain, masked = run(folder, "plain", "--halves"), run(folder, "masked", "--halves", "--mask", "auto")
    assert not plain["masked"]
    assert masked["masked"]
    assert float(str(masked["fsc_0143_A"])) < float(str(plain["fsc_0143_A"]))


def test_dose_and_weights_come_from_columns(folder: Path) -> None:
    words = ("--exposure", "rlnMicrographPreExposure", "--weights", "rlnWeight")
    run(folder, "series", *words, star="series.star")
    run(folder, "unweighted", star="series.star")
    found, plain = (uf.open(folder / name / "map.mrc") for name in ("series", "unweighted"))
    assert isinstance(found, uf.Volume)
    assert isinstance(plain, uf.Volume)
    assert not np.allclose(found.data, plain.data, atol=0.02 * float(np.abs(plain.data).max()))
    report = (folder / "series" / "report.html").read_text(encoding="utf-8")
    assert "the dose before each image" in report


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--exposure", "rlnNothing"), "no column rlnNothing"),
        (("--weights", "rlnMicrographName"), "holds texts"),
        (("--rise", "0.001"), "rise must be between"),
        (("--finest", "1"), "no detail finer than 6 Å"),
        (("--mask", "missing.mrc", "--method", "sirt"), "missing.mrc"),
        (("--scheduler", "nowhere"), "no scheduler answers"),
    ],
)
def test_refusals(folder: Path, words: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    status = cli.main(["reconstruct", str(folder / "series.star"), *words, "-o", str(folder / "bad"), "--overwrite"])
    assert status != 0
    assert message in capsys.readouterr().err


def test_the_python_of_the_record_makes_the_same_map(folder: Path) -> None:
    words = ("--finest", "8", "--noise", "groups", "--method", "least-squares", "--iterations", "2")
    run(folder, "again", *words)
    record = json.loads((folder / "again" / "job.json").read_text(encoding="utf-8"))
    code = f"import underfocus as uf\n{record['python']}\nvolume.save({str(folder / 'python.mrc')!r})"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=folder)
    one, other = uf.open(folder / "python.mrc"), uf.open(folder / "again" / "map.mrc")
    assert isinstance(one, uf.Volume)
    assert isinstance(other, uf.Volume)
    assert one.data == pytest.approx(other.data, abs=1e-5 * float(np.abs(other.data).max()))
