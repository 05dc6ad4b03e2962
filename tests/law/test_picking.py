"""Picking and extraction on fields whose particles are known: places, contamination, boxes, backgrounds, files."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import underfocus as uf
from underfocus.base.errors import FileError, InputError
from underfocus.cli import main
from underfocus.data.files import coordinates, star
from underfocus.data.images import Images
from underfocus.inference import extraction, picking
from underfocus.jobs import extract
from underfocus.physics.field import scatter

PIXEL, WIDTH, DIAMETER = 2.0, 512, 60.0


def field(seed: int = 1, noise: float = 1.0, count: int = 40) -> tuple[np.ndarray, np.ndarray]:
    """Dark projections of a protein pasted at random places into noise, and the places (x, y) in pixels."""
    box = 32
    volume = uf.potential(uf.samples.protein("1ake"), box, PIXEL, bfactor=40.0)
    places = scatter(count, WIDTH * PIXEL, 75.0, 0.0, seed)
    seen = np.asarray(uf.project(volume, places.pose).data)
    image = noise * np.random.default_rng(seed).standard_normal((WIDTH, WIDTH))
    whole = np.rint(places.centres[:, :2] / PIXEL).astype(int) + WIDTH // 2
    for (x, y), one in zip(whole, seen / seen.std() * 0.8, strict=True):
        image[y - box // 2 : y + box // 2, x - box // 2 : x + box // 2] -= one
    return image.astype(np.float32), whole.astype(float)


def recall(found: np.ndarray, places: np.ndarray, within: float) -> float:
    apart = np.hypot(*(found[:, None, i] - places[None, :, i] for i in (0, 1)))
    return float((apart.min(0) < within).mean()) if len(found) else 0.0


def test_particles_are_found_where_they_are() -> None:
    image, places = field()
    found = picking.pick(image, PIXEL, DIAMETER, threshold=2.5)
    assert recall(found.places, places, DIAMETER / PIXEL / 3) >= 0.95
    assert recall(places, found.places, DIAMETER / PIXEL / 2) >= 0.85
    assert np.all(np.diff(found.scores) <= 0)
    apart = np.hypot(*(found.places[:, None, i] - found.places[None, :, i] for i in (0, 1))) + 1e9 * np.eye(len(found))
    assert apart.min() >= 0.6 * DIAMETER / PIXEL - 2


def test_white_particles_and_templates() -> None:
    image, places = field(2)
    white = picking.pick(-image, PIXEL, DIAMETER, contrast="white")
    assert np.allclose(white.places, picking.pick(image, PIXEL, DIAMETER).places)
    volume = uf.potential(uf.samples.protein("1ake"), 32, PIXEL, bfactor=40.0)
    seen = uf.project(volume, uf.Pose.random(6, seed=3))
    templates = Images(-np.asarray(seen.data), PIXEL)
    found = picking.pick(image, PIXEL, DIAMETER, templates=templates, threshold=2.0, most=60)
    assert recall(found.places, places, DIAMETER / PIXEL / 3) >= 0.9


def test_contamination_is_left_out() -> None:
    image, _ = field(3)
    y, x = np.mgrid[:WIDTH, :WIDTH]
    crystal = np.hypot(y - 150, x - 350) < 80
    image[crystal] -= 25.0
    found = picking.pick(image, PIXEL, DIAMETER)
    whole = np.rint(found.places).astype(int)
    assert not crystal[whole[:, 1], whole[:, 0]].any()
    dirty = picking._nearest(found.dirty, image.shape)
    assert dirty[crystal].mean() > 0.95
    assert dirty[~(np.hypot(y - 150, x - 350) < 140)].mean() < 0.02
    own = np.zeros((WIDTH, WIDTH), bool)
    own[:, : WIDTH // 2] = True
    assert picking.pick(image, PIXEL, DIAMETER, forbidden=own).places[:, 0].min() > WIDTH // 2 - 4


def test_binning_keeps_places() -> None:
    image, places = field(4, noise=0.3)
    fine = np.kron(image, np.ones((2, 2), np.float32))
    found = picking.pick(fine, PIXEL / 2, DIAMETER)
    assert found.factor > 1
    assert recall(found.places, (places + 0.5) * 2 - 0.5, 12.0) >= 0.9


def test_boxes_are_the_micrograph_s_own_pixels() -> None:
    image = np.arange(100 * 120, dtype=np.float32).reshape(100, 120)
    boxes, keep, rest = extraction.extract(image, np.array([[60.3, 50.0], [3.0, 50.0], [60.0, 49.6]]), 16)
    assert keep.tolist() == [0, 2]
    assert np.array_equal(boxes[0], image[42:58, 52:68])
    assert rest[0] == pytest.approx([0.3, 0.0])
    assert rest[1] == pytest.approx([0.0, -0.4])
    mirrored, kept, _ = extraction.extract(image, np.array([[3.0, 50.0]]), 16, border="mirror")
    assert kept.tolist() == [0]
    assert np.array_equal(mirrored[0][:, 5:], image[42:58, 0:11])
    assert np.array_equal(mirrored[0][:, 4], image[42:58, 0])


def test_backgrounds_are_level() -> None:
    random = np.random.default_rng(5)
    y, x = np.mgrid[:64, :64] - 32.0
    boxes = random.standard_normal((4, 64, 64)) * 3 + 0.4 * x - 0.2 * y + 100
    done = extraction.normalised(boxes, 24.0)
    around = np.hypot(y, x) > 24
    assert np.allclose(done[:, around].mean(1), 0, atol=1e-5)
    assert np.allclose(done[:, around].std(1), 1, atol=1e-5)
    assert abs(np.polyfit(x[around], done[0][around], 1)[0]) < 1e-5


def test_what_does_not_fit_is_refused() -> None:
    image = np.zeros((64, 64), np.float32)
    with pytest.raises(InputError, match="does not fit"):
        picking.pick(image, 1.0, 50.0)
    with pytest.raises(InputError, match="cannot be picked"):
        picking.pick(image, 10.0, 40.0)
    with pytest.raises(InputError, match="another binning"):
        extraction.extract(image, np.array([[200.0, 10.0]]), 16)
    with pytest.raises(InputError, match="between 8 and"):
        extraction.extract(image, np.array([[20.0, 10.0]]), 128)
    with pytest.raises(InputError, match="no background"):
        extraction.normalised(np.ones((1, 32, 32)), 40.0)
    with pytest.raises(InputError, match="masked"):
        extraction.normalised(np.ones((1, 32, 32)), 10.0)


def test_coordinates_come_back(tmp_path: Path) -> None:
    places = np.array([[10.25, 20.5], [30.0, 40.75]])
    coordinates.write(tmp_path / "a.star", places, np.array([3.0, 2.0]))
    assert np.allclose(coordinates.read(tmp_path / "a.star").places, places)
    coordinates.write_box(tmp_path / "a.box", places, 64)
    assert np.allclose(coordinates.read(tmp_path / "a.box").places, places, atol=0.06)
    corner = [float(v) for v in (tmp_path / "a.box").read_text().splitlines()[0].split()[:2]]
    assert corner == pytest.approx([10.25 + 0.5 - 32, 20.5 + 0.5 - 32], abs=0.06)
    names = {"rlnMicrographName": np.array(["x/one.mrc", "y/two.mrc"])}
    coordinates.write(tmp_path / "b.star", places, None, names)
    assert np.allclose(coordinates.read(tmp_path / "b.star", "elsewhere/two.mrc").places, places[1:])
    assert np.allclose(coordinates.from_fractions(np.array([[0.5, 0.5]]), (10, 20)), [[9.5, 4.5]])
    (tmp_path / "c.box").write_text("1 2 three 4\n")
    with pytest.raises(FileError, match="EMAN"):
        coordinates.read(tmp_path / "c.box")
    with pytest.raises(FileError, match="no coordinates"):
        coordinates.read(Path(__file__))


def test_micrograph_to_particles_by_the_commands(tmp_path: Path) -> None:
    image, places = field(6)
    Images(image[None], PIXEL).save(tmp_path / "m.mrc")
    numbers = {"rlnDefocusU": "12000", "rlnDefocusV": "11000", "rlnDefocusAngle": "30"}
    numbers |= {"rlnVoltage": "300", "rlnSphericalAberration": "2.7", "rlnAmplitudeContrast": "0.1"}
    table = {k: np.array([v]) for k, v in {"rlnMicrographName": "m.mrc", **numbers}.items()}
    star.write(tmp_path / "ctf.star", [star.Block("micrographs", columns=table)])
    picks, out = tmp_path / "Pick", tmp_path / "Extract"
    assert main(["pick", str(tmp_path / "m.mrc"), "--diameter", "60", "-o", str(picks)]) == 0
    flags = ["--coordinates", str(picks / "coordinates.star"), "--box", "48", "--bin", "1.5", "--diameter", "60"]
    assert main(["extract", str(tmp_path / "m.mrc"), *flags, "--ctf", str(tmp_path / "ctf.star"), "-o", str(out)]) == 0
    particles = uf.open(out / "particles.star")
    assert particles.pixel == pytest.approx(3.0)
    assert particles.n == 32
    assert np.allclose(particles.optics.defocus, 11_500)
    mean = np.asarray(particles.images().data).mean(0)
    y, x = np.mgrid[:32, :32] - 16
    assert mean[np.hypot(y, x) < 5].mean() > 0.3  # protein is white now
    assert abs(mean[np.hypot(y, x) > 11].mean()) < 0.1
    kept = np.column_stack([np.asarray(particles.columns[f"rlnCoordinate{a}"], float) for a in "XY"])
    assert np.array_equal(kept, np.rint(kept))
    known = coordinates.read(picks / "coordinates.star")
    own = extraction.inside(known.places, image.shape, 48)
    block = star.read(out / "particles.star")["particles"]
    origin = np.column_stack([block.numbers(f"rlnOrigin{a}Angst") for a in "XY"])
    assert np.allclose(kept - origin / PIXEL, known.places[own], atol=2e-3)
    scores = [float(v) for v in particles.columns["rlnAutopickFigureOfMerit"]]
    assert np.allclose(scores, known.columns["rlnAutopickFigureOfMerit"][own].astype(float))
    again = tmp_path / "Again"  # the STAR of micrographs in the micrograph's place
    assert main(["extract", str(tmp_path / "ctf.star"), *flags, "-o", str(again)]) == 0
    assert np.array_equal(uf.open(again / "particles.star").images().data, particles.images().data)
    assert (again / "particles.star").read_text() == (out / "particles.star").read_text()
    assert recall(kept, places[extraction.inside(places, image.shape, 48)], 10.0) > 0.9


def test_a_stopped_extraction_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [str(tmp_path / f"{k}.mrc") for k in "ab"]
    for seed, name in enumerate(names):
        Images(field(seed)[0][None], PIXEL).save(Path(name))
    flags = ["--diameter", "60", "--box", "48"]
    assert main(["extract", *names, *flags, "-o", str(tmp_path / "Whole")]) == 0
    calls, cut = [], extract._boxes

    def stopping(knobs: Any, path: Path, *rest: Any) -> Any:
        calls.append(path.name)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return cut(knobs, path, *rest)

    monkeypatch.setattr(extract, "_boxes", stopping)
    command = ["extract", *names, *flags, "-o", str(tmp_path / "Part")]
    with suppress(KeyboardInterrupt):
        main(command)
    assert not (tmp_path / "Part" / "particles.mrcs").exists()
    assert not (tmp_path / "Part" / "DONE").exists()
    assert main(command) == 0
    assert calls == ["a.mrc", "b.mrc", "b.mrc"]
    whole, part = ((tmp_path / f / "particles.mrcs").read_bytes()[1024:] for f in ("Whole", "Part"))
    assert whole == part


def test_the_commands_say_what_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    image, _ = field(7)
    Images(image[None], PIXEL).save(tmp_path / "m.mrc")
    assert main(["extract", str(tmp_path / "m.mrc"), "-o", str(tmp_path / "A")]) != 0
    assert "--coordinates" in capsys.readouterr().err
    coordinates.write(tmp_path / "far.star", np.array([[4000.0, 10.0]]))
    far = ["--coordinates", str(tmp_path / "far.star"), "-o", str(tmp_path / "B")]
    assert main(["extract", str(tmp_path / "m.mrc"), *far]) != 0
    assert "outside of the field" in capsys.readouterr().err
    places = tmp_path / "one.star"
    coordinates.write(places, np.array([[200.0, 200.0]]))
    table = {"rlnMicrographName": np.array(["other.mrc"]), "rlnDefocusU": np.array(["1"]), "rlnDefocusV": ["1"]}
    numbers = {"rlnVoltage": ["300"], "rlnSphericalAberration": ["2.7"], "rlnAmplitudeContrast": ["0.1"]}
    columns = {k: np.array(v) for k, v in {**table, **numbers}.items()}
    star.write(tmp_path / "ctf.star", [star.Block("micrographs", columns=columns)])
    known = ["--coordinates", str(places), "--ctf", str(tmp_path / "ctf.star"), "-o", str(tmp_path / "C")]
    assert main(["extract", str(tmp_path / "m.mrc"), *known]) != 0
    assert "does not name m.mrc" in capsys.readouterr().err
    assert not list((tmp_path / "C").glob("particles*"))
