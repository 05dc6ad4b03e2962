"""CTF estimation on fields whose truth is known: made layer by layer, with nothing of the fit's own model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import underfocus as uf
from underfocus.base.errors import InputError
from underfocus.cli import main
from underfocus.data.files import star
from underfocus.data.images import Images
from underfocus.inference import ctffit, ctftilt, thon
from underfocus.physics.tilt import Tilt
from underfocus.samples import fields

GUESS = uf.Optics(amplitude_contrast=0.07)


def truth(seed: int, **more: float) -> uf.Optics:
    random = np.random.default_rng(seed)
    values = {
        "defocus": random.uniform(8_000, 30_000),
        "astigmatism": random.uniform(50, 800),
        "astigmatism_angle": random.uniform(0, 180),
        "bfactor": random.uniform(40, 90),
    }
    return uf.Optics(amplitude_contrast=0.07, **(values | more))


@pytest.mark.parametrize("seed", range(4))
def test_defocus_and_astigmatism_are_found(seed: int) -> None:
    optics = truth(seed)
    found = ctffit.fit(fields.amorphous(1024, 1.4, optics, noise=0.15, seed=seed), 1.4, GUESS)
    assert found.trustworthy
    assert abs(found.optics.defocus - optics.defocus) < 50
    assert abs(found.optics.astigmatism - optics.astigmatism) < 120
    if optics.astigmatism > 300:
        turned = (found.optics.astigmatism_angle - optics.astigmatism_angle + 90) % 180 - 90
        assert abs(turned) < 8
    assert found.error < 40


def test_the_error_is_of_the_size_it_says() -> None:
    errors, said = [], []
    for seed in range(10, 18):
        optics = truth(seed)
        found = ctffit.fit(fields.amorphous(768, 1.4, optics, noise=0.2, seed=seed), 1.4, GUESS)
        errors.append(found.optics.defocus - optics.defocus)
        said.append(found.error)
    ratio = float(np.sqrt(np.mean((np.array(errors) / np.array(said)) ** 2)))
    assert 0.2 < ratio < 4


def test_a_phase_shift_is_found_beside_the_defocus() -> None:
    optics = truth(3, phase_shift=70.0, defocus=9_000.0, astigmatism=100.0)
    found = ctffit.fit(fields.amorphous(1024, 1.4, optics, noise=0.1, seed=3), 1.4, GUESS, phase_shift=True)
    assert found.optics.phase_shift == pytest.approx(70.0, abs=8)
    assert found.optics.defocus == pytest.approx(9_000.0, abs=120)


@pytest.mark.parametrize("thickness", [900.0, 1500.0])
def test_thickness_is_found_to_a_tenth(thickness: float) -> None:
    optics = truth(5, defocus=20_000.0, bfactor=40.0)
    image = fields.amorphous(1024, 1.3, optics, thickness=thickness, noise=0.1, seed=5)
    found = ctffit.fit(image, 1.3, GUESS, thick=True)
    assert found.thickness == pytest.approx(thickness, rel=0.1)
    assert found.optics.defocus == pytest.approx(20_000.0, abs=50)


def test_a_thin_field_is_not_thick() -> None:
    found = ctffit.fit(fields.amorphous(1024, 1.3, truth(6), noise=0.1, seed=6), 1.3, GUESS, thick=True)
    assert found.thickness < 300


@pytest.mark.parametrize(("angle", "axis"), [(0.0, 90.0), (25.0, 40.0), (40.0, -70.0)])
def test_a_tilt_is_found_to_two_degrees(angle: float, axis: float) -> None:
    optics = truth(7, defocus=18_000.0, astigmatism=0.0, bfactor=60.0)
    image = fields.amorphous(1536, 1.8, optics, tilt=Tilt(angle, axis), noise=0.15, seed=7)
    found = ctffit.fit(image, 1.8, GUESS)
    tilt = ctftilt.fit_tilt(image, 1.8, found)
    assert abs(tilt.tilt.tilt - angle) < 2
    assert tilt.optics.defocus == pytest.approx(18_000.0, abs=80)
    if angle:
        assert tilt.tilt.uphill @ Tilt(angle, axis).uphill > np.cos(np.radians(5))
        assert tilt.score > tilt.level + 0.02


def test_the_slope_of_a_tilt_comes_back() -> None:
    for angle, axis in ((30.0, 20.0), (12.0, -140.0), (60.0, 95.0)):
        again = ctftilt.tilt_of(Tilt(angle, axis).slope)
        assert np.allclose(again.slope, Tilt(angle, axis).slope, atol=1e-9)


def test_noise_alone_is_not_trusted() -> None:
    image = np.random.default_rng(0).standard_normal((1024, 1024)).astype(np.float32)
    found = ctffit.fit(image, 1.4, GUESS)
    assert found.score < 0.05 or found.resolution > 12
    assert not found.trustworthy


def test_rings_have_the_pixel_s_own_scale() -> None:
    image = fields.amorphous(768, 1.4, truth(1), noise=0.1, seed=1)
    found = thon.rings(image, 1.4, box=300.0, each=True)
    assert found.power.shape[0] == found.tiles == len(found.centres)
    assert np.allclose(found.centres.mean(0), 0, atol=3)
    assert found.n * found.step / 2 == pytest.approx(1 / 2.8, rel=0.02)
    assert found.mean().power.shape == found.power.shape[1:]


def test_what_cannot_be_fitted_is_refused() -> None:
    image = np.ones((32, 32), np.float32)
    with pytest.raises(InputError, match="too small"):
        ctffit.fit(image, 1.0, GUESS)
    with pytest.raises(InputError, match="pixel"):
        ctffit.fit(image, None, GUESS)
    with pytest.raises(InputError, match="less to more"):
        ctffit.fit(np.random.default_rng(0).normal(size=(128, 128)), 1.0, GUESS, defocus=(3e4, 1e4))
    bad = np.random.default_rng(0).normal(size=(512, 512))
    bad[100, 100] = np.nan
    with pytest.raises(InputError, match="finite"):
        ctffit.fit(bad, 1.4, GUESS)


def test_the_command_fits_several_and_names_what_it_cannot(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    optics = truth(2)
    Images(fields.amorphous(768, 1.4, optics, noise=0.1, seed=2)[None], 1.4).save(tmp_path / "a.mrc")
    Images(np.zeros((5, 64, 64), np.float32), 1.4).save(tmp_path / "b.mrcs")
    files = [str(tmp_path / name) for name in ("a.mrc", "b.mrcs")]
    out = tmp_path / "Ctf"
    assert main(["ctf", *files, "--voltage", "300", "-o", str(out)]) == 0
    said = capsys.readouterr().out
    assert "left out" in said
    assert "b.mrcs holds 5 images" in said
    table = star.read(out / "micrographs.star")["micrographs"]
    assert table.rows == 1
    mean = (table.numbers("rlnDefocusU") + table.numbers("rlnDefocusV")) / 2
    assert mean[0] == pytest.approx(optics.defocus, abs=50)
    assert (out / "report.html").stat().st_size > 20_000


def test_the_command_asks_for_a_voltage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Images(np.ones((1, 128, 128), np.float32), 1.4).save(tmp_path / "a.mrc")
    assert main(["ctf", str(tmp_path / "a.mrc"), "-o", str(tmp_path / "Ctf")]) != 0
    assert "--voltage" in capsys.readouterr().err
