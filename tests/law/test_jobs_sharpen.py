"""underfocus sharpen: B is found and undone, its guards speak, and the line of Python does the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import underfocus as uf
from underfocus import cli
from underfocus.data.files import star
from underfocus.inference.sharpen import guinier
from underfocus.maths import fourier, masks, shells

N, PIXEL, B = 64, 2.0, 120.0


def run(*words: Any) -> int:
    return cli.main([str(w) for w in words])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The truth, two noisy halves of it after a blur, a mask, and a detector's table."""
    place = tmp_path_factory.mktemp("sharpen")
    still = uf.potential(uf.samples.protein("1ake"), N, PIXEL)
    blur = np.exp(-B * fourier.radius3(N, PIXEL) ** 2 / 4)
    blurred = fourier.ifft3(fourier.fft3(still.data) * blur, N)
    rng = np.random.default_rng(7)
    for half in (1, 2):
        noisy = blurred + blurred.std() * rng.standard_normal(blurred.shape)
        uf.Volume(np.float32(noisy), PIXEL, (1.0, 2.0, 3.0)).save(place / f"half{half}.mrc")
    still.save(place / "truth.mrc")
    uf.Volume(np.float32(masks.from_density(blurred)), PIXEL).save(place / "mask.mrc")
    rows = {"rlnResolutionInversePixel": np.array(["0", "0.5"]), "rlnMtfValue": np.array(["1", "0.5"])}
    star.write(place / "mtf.star", [star.Block("mtf", columns=rows)])
    return place


def halves(folder: Path) -> tuple[Path, Path]:
    return folder / "half1.mrc", folder / "half2.mrc"


def results_of(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "job.json").read_text())["results"]
    return found


def same_in_python(folder: Path) -> dict[str, Any]:
    """What the recorded line of Python leaves; its map is the file's."""
    names = dict[str, Any]()
    exec(json.loads((folder / "job.json").read_text())["python"], names)
    made = uf.open(folder / "sharpened.mrc")
    assert isinstance(made, uf.Volume)
    assert np.allclose(names["found"].after.data, made.data, atol=1e-6 * float(np.abs(made.data).max()))
    return names


def test_half_maps_come_back_nearer_to_the_truth(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("sharpen", *halves(folder), "--mask", folder / "mask.mrc", "-o", tmp_path / "S") == 0
    results, said = results_of(tmp_path / "S"), capsys.readouterr().out
    truth = uf.open(folder / "truth.mrc")
    assert isinstance(truth, uf.Volume)
    own = guinier(truth, results["resolution_A"]).bfactor
    assert results["bfactor_fitted_A2"] - own == pytest.approx(B, abs=3 * results["bfactor_error_A2"] + 10)
    assert f"± {results['bfactor_error_A2']:.1f} Å²" in said
    assert results["files"] == ["sharpened.mrc", "masked.mrc", "mask.mrc", "fsc.star", "guinier.star"]
    made, before = uf.open(tmp_path / "S/sharpened.mrc"), uf.open(folder / "half1.mrc")
    assert isinstance(made, uf.Volume)
    assert isinstance(before, uf.Volume)
    assert made.origin == pytest.approx((1, 2, 3))
    fine = round(N * PIXEL / results["resolution_A"]) - 2

    def falls(volume: uf.Volume) -> float:
        mask = uf.open(folder / "mask.mrc").data
        power = shells.shell_mean(np.abs(fourier.fft3(volume.data * mask)) ** 2, N, 3)
        return float(np.log(power[12] / power[fine]) / 2)

    assert abs(falls(made)) < 0.5 < falls(before)
    plot = star.read(tmp_path / "S/guinier.star")["guinier"]
    s2, line = plot.numbers("rlnResolutionSquared"), plot.numbers("ufLogAmplitudesFitted")
    assert -4 * np.polyfit(s2, line, 1)[0] == pytest.approx(results["bfactor_fitted_A2"], rel=1e-3)
    report = (tmp_path / "S/report.html").read_text()
    assert "Guinier plot" in report
    assert "Fourier shell correlation" in report


@pytest.mark.parametrize(
    "words",
    [
        ("--mask", "none", "--no-weight"),
        ("--bfactor", 80, "--resolution", 6),
        ("--fit-from", 12, "--mtf", "mtf.star", "--mtf-pixel", 1.0),
    ],
    ids=lambda w: " ".join(map(str, w)),
)
def test_options_and_the_python_twin(folder: Path, tmp_path: Path, words: tuple[Any, ...]) -> None:
    words = tuple(folder / w if w == "mtf.star" else w for w in words)
    assert run("sharpen", *halves(folder), *words, "-o", tmp_path / "S") == 0
    results = results_of(tmp_path / "S")
    same_in_python(tmp_path / "S")
    assert results["masked"] is ("none" not in words)
    assert results["weighted"] is ("--no-weight" not in words)
    if "--bfactor" in words:
        assert results["bfactor_undone_A2"] == 80
        assert results["bfactor_fitted_A2"] != 80
        assert results["resolution_A"] == 6


def test_one_map_with_a_resolution_or_a_curve(folder: Path, tmp_path: Path) -> None:
    half = halves(folder)[0]
    assert run("sharpen", half, "--resolution", 6, "-o", tmp_path / "R") == 0
    assert results_of(tmp_path / "R")["weighted"] is False
    same_in_python(tmp_path / "R")
    assert run("resolution", *halves(folder), "--mask", "auto", "-o", tmp_path / "Res") == 0
    assert run("sharpen", half, "--fsc", tmp_path / "Res/fsc.star", "-o", tmp_path / "F") == 0
    found = results_of(tmp_path / "F")
    assert found["weighted"] is True
    assert found["resolution_A"] == pytest.approx(results_of(tmp_path / "Res")["fsc_0143_A"], rel=1e-4)
    same_in_python(tmp_path / "F")


def test_a_map_that_was_sharpened_before_is_left_as_it_is(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    truth = uf.open(folder / "truth.mrc")
    assert isinstance(truth, uf.Volume)
    uf.sharpen(truth, 150.0, 4.2).save(tmp_path / "sharp.mrc")
    assert run("sharpen", tmp_path / "sharp.mrc", "--resolution", 4.5, "-o", tmp_path / "S") == 0
    assert "was sharpened before" in capsys.readouterr().err
    found = results_of(tmp_path / "S")
    assert found["bfactor_fitted_A2"] < 0
    assert found["bfactor_undone_A2"] == 0


def test_another_programs_sign_is_told(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("sharpen", *halves(folder), "--bfactor", -80, "-o", tmp_path / "S") == 0
    assert "cryoSPARC write as -80 is 80" in capsys.readouterr().err


def test_what_is_refused_says_why(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, two = halves(folder)
    flat = uf.Volume(np.ones((N, N, N - 2), np.float32), PIXEL).save(tmp_path / "flat.mrc")
    coarse = uf.Volume(uf.open(one).data, 3.0).save(tmp_path / "coarse.mrc")
    high = uf.Volume(np.full((N, N, N), 4.0, np.float32), PIXEL).save(tmp_path / "high.mrc")
    nothing = uf.Volume(np.zeros((N, N, N), np.float32), PIXEL).save(tmp_path / "nothing.mrc")
    short = star.write(
        tmp_path / "short.star",
        [star.Block("fsc", columns={"rlnFourierShellCorrelationCorrected": np.array(["1", "0.5", "0"])})],
    )
    cases: list[tuple[tuple[Any, ...], str]] = [
        ((one,), "add --resolution or --fsc"),
        ((one, two, one), "3 files were given"),
        ((one, two, "--fsc", short), "--fsc belongs to one map"),
        ((one, "--fsc", short), "has 3 shells"),
        ((one, "--fsc", folder / "mtf.star"), "has no FSC"),
        ((one, "--resolution", 3), "beyond Nyquist"),
        ((one, two, "--resolution", 9.5), "at least three shells"),
        ((one, two, "--mask", high), "its values go from 4 to 4"),
        ((one, two, "--mask", nothing), "this mask is empty"),
        ((one, two, "--mtf-pixel", 1), "no --mtf was given"),
        ((one, two, "--mtf", folder / "mtf.star", "--mtf-pixel", 4), "no larger than the map's"),
        ((one, coarse), "pixels of 2 and 3"),
        ((flat, "--resolution", 6), "cubic volume is needed"),
    ]
    for words, said in cases:
        assert run("sharpen", *words, "-o", tmp_path / "No") == 2
        assert said in capsys.readouterr().err, words
