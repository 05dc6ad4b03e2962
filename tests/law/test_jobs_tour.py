"""Laws of the tour: the chain finds what was put in, and its report tells every stage."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from underfocus import cli


@pytest.fixture(scope="module")
def tour(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tour") / "Tour"
    words = ["--n", "1500", "--box", "64", "--pixel", "2.5", "--snr", "0.5"]
    assert cli.main(["tour", *words, "-o", str(folder)]) == 0
    return folder


def test_the_tour_is_true(tour: Path) -> None:
    results = json.loads((tour / "job.json").read_text())["results"]
    assert 5.0 <= results["fsc_0143_A"] < 7.0
    assert results["truth_fsc_05_A"] == pytest.approx(results["fsc_0143_A"], rel=0.1)
    assert results["fsc_05_A"] > results["fsc_0143_A"]
    assert results["bfactor_found_A2"] == pytest.approx(results["bfactor_put_in_A2"], abs=10)
    assert all((tour / name).is_file() for name in results["files"])
    assert {"potential", "particles", "half maps", "validation", "sharpening", "total"} == set(results["timings"])


def test_its_report_tells_every_stage(tour: Path) -> None:
    text = (tour / "report.html").read_text(encoding="utf-8")
    assert "simulated" in text
    for number in range(1, 7):
        assert f"<h2>{number}. " in text
    for words in ("Guinier plot", "Fourier shell correlation", "Power spectrum", "View directions", "160 Å wide"):
        assert words in text
    assert text.count("<img src=") == 13
    outside = set(re.findall(r"https?://[^\s\"'<]+", text))
    assert outside == {"http://www.w3.org/2000/svg"}  # a name, which is never loaded


def test_a_tour_too_coarse_to_sharpen_says_so(tmp_path: Path) -> None:
    out = tmp_path / "Tour"
    assert cli.main(["tour", "--n", "20", "--box", "32", "--pixel", "6", "-o", str(out)]) == 0
    results = json.loads((out / "job.json").read_text())["results"]
    assert results["bfactor_found_A2"] is None
    assert not (out / "sharpened.mrc").exists()
    assert "Not sharpened" in (out / "report.html").read_text(encoding="utf-8")
