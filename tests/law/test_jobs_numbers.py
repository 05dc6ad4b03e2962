"""Growing numbers of particles: the line's B is the one put in, and the verb makes, records and draws it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import underfocus as uf
from underfocus import cli
from underfocus.jobs import particle_numbers
from underfocus.validation import confidence
from underfocus.validation.resolution import Fsc


def band(length: float, box: int = 400) -> confidence.Band:
    """A curve that falls through 0.143 at ``length`` Å, of pixels of 1 Å."""
    shell = np.arange(box // 2 + 1)
    values = np.clip(0.143 + (box / length - shell) / 20, -0.05, 1)
    curve = Fsc(shell / box, values, 1.0, box)
    return confidence.Band(curve, *confidence.ends(values, 2_000.0), np.full(len(shell), 2_000.0), 0.95)


def test_the_line_has_the_b_that_was_put_in() -> None:
    numbers = (1_000, 2_000, 4_000, 8_000)
    lengths = [(1 / 36 + 2 / 90 * np.log(n / 1_000)) ** -0.5 for n in numbers]
    found = particle_numbers.fitted(numbers, tuple(band(d) for d in lengths))
    assert found.resolutions == pytest.approx(lengths, rel=1e-3)
    assert found.bfactor == pytest.approx(90, rel=0.01)
    assert f"B = {found.bfactor:.0f}" in found.sentence
    drawn = particle_numbers.plot(found)
    points = drawn.points(drawn.lines[0])
    assert np.polyfit(*points, 1)[0] == pytest.approx(45, rel=0.02)


def test_numbers_that_reach_nyquist_are_not_fitted() -> None:
    found = particle_numbers.fitted((100, 200, 400), (band(8.0), band(6.0), band(1.0)))
    assert found.used == (0, 1)
    assert found.bfactor is None
    assert "no B: a B-factor takes three points" in found.sentence


def test_the_verb(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    volume = uf.samples.apoferritin(box=24, pixel=5.0)
    optics = uf.Optics(defocus=uf.spread(8_000, 20_000, 320))
    uf.simulate(volume, uf.Pose.random(320, seed=1), optics, snr=0.02, seed=2).save(tmp_path / "particles.star")
    words = ["reconstruct", str(tmp_path / "particles.star"), "--numbers"]
    assert cli.main([*words, "-o", str(tmp_path / "No")]) == 2
    assert "add --halves" in capsys.readouterr().err
    assert cli.main([*words, "--halves", "-o", str(tmp_path / "Rec")]) == 0
    record = json.loads((tmp_path / "Rec" / "job.json").read_text())["results"]
    assert record["numbers"] == [20, 40, 80, 160, 320]
    assert record["numbers_fsc_0143_A"][-1] == record["fsc_0143_A"]
    assert record["numbers_fsc_0143_A"][0] > record["fsc_0143_A"]
    assert "Particles against resolution" in (tmp_path / "Rec" / "report.html").read_text()
