"""filter, transform and resample: right on waves whose answer is known, the same in Python, refusing what cannot be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import underfocus as uf
from underfocus import cli
from underfocus.jobs import filter as filter_job
from underfocus.jobs import resample as resample_job
from underfocus.jobs import transform as transform_job
from underfocus.maths import waves

PIXEL = 2.0


def namespace(code: str) -> dict[str, Any]:
    """What the printed Python leaves behind."""
    found: dict[str, Any] = {"uf": uf}
    exec(code, found)
    return found


@pytest.fixture
def stack(tmp_path: Path) -> Path:
    """Three images of two waves each, 48² at 2 Å: one of 24 Å, one of 6 Å."""
    coarse, fine = waves.wave(48, (4, 0)), waves.wave(48, (0, 16))
    return uf.Images(np.stack([coarse + fine, coarse, 5 + fine]).astype(np.float32), PIXEL).save(tmp_path / "in.mrcs")


@pytest.fixture
def micrograph(tmp_path: Path) -> Path:
    """One image with unequal sides, 60 × 40."""
    noise = np.random.default_rng(0).standard_normal((1, 40, 60)).astype(np.float32)
    return uf.Images(noise, PIXEL).save(tmp_path / "m.mrc")


@pytest.fixture
def volume(tmp_path: Path) -> Path:
    """A map of one wave of 12 Å, away from the origin of its coordinates."""
    return uf.Volume(waves.wave(24, (2, 0, 0)).astype(np.float32), 1.0, (10.0, 20.0, 30.0)).save(tmp_path / "v.mrc")


def run(*words: Any) -> int:
    return cli.main([str(w) for w in words])


def test_a_low_pass_keeps_the_coarse_wave_and_its_twin_in_python_agrees(stack: Path, tmp_path: Path) -> None:
    assert run("filter", stack, "--low-pass", 12, "-o", tmp_path / "F") == 0
    found = uf.open(tmp_path / "F" / "filtered.mrcs")
    coarse = waves.wave(48, (4, 0))
    assert found.pixel == PIXEL
    assert np.allclose(found.data[0], coarse, atol=1e-5)
    assert np.allclose(found.data[2], 5, atol=1e-5)
    python = filter_job.python(filter_job.FilterKnobs(file=stack, low_pass=12.0))
    assert np.array_equal(namespace(python)["filtered"], found.data)


def test_filters_are_multiplied(volume: Path, tmp_path: Path) -> None:
    words = ("--high-pass", 100, "--gaussian", 1.5, "--b-factor", 20, "--butterworth", 4)
    assert run("filter", volume, *words, "-o", tmp_path / "F") == 0
    found = uf.open(tmp_path / "F" / "filtered.mrc")
    s = 1 / 12
    gain = (1 - (1 + (100 * s) ** 8) ** -0.5) * np.exp(-2 * np.pi**2 * 1.5**2 * s**2 - 5 * s**2)
    assert np.allclose(found.data, gain * waves.wave(24, (2, 0, 0)), atol=1e-5)
    assert found.origin == pytest.approx((10, 20, 30))
    knobs = filter_job.FilterKnobs(file=volume, high_pass=100.0, gaussian=1.5, bfactor=20.0, butterworth=4)
    assert np.array_equal(namespace(filter_job.python(knobs))["filtered"], found.data)


def test_a_rectangular_micrograph_is_filtered(micrograph: Path, tmp_path: Path) -> None:
    assert run("filter", micrograph, "--low-pass", 10, "-o", tmp_path / "F") == 0
    found = uf.open(tmp_path / "F" / "filtered.mrc")
    half = np.fft.rfft2(found.data[0])
    k = np.hypot(np.fft.fftfreq(40, PIXEL)[:, None], np.fft.rfftfreq(60, PIXEL))
    assert found.data.shape == (1, 40, 60)
    assert np.abs(half[k > 0.106]).max() < 1e-3 * np.abs(half).max()
    assert (tmp_path / "F" / "report.html").is_file()


def test_white_noise_has_a_flat_spectrum(micrograph: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("transform", micrograph, "--tile", 32, "--no-window", "-o", tmp_path / "T") == 0
    assert "Power spectrum of 60 × 40 × 1" in capsys.readouterr().out
    spectrum = uf.open(tmp_path / "T" / "spectrum.mrc")
    assert spectrum.data.shape == (1, 32, 32)
    assert spectrum.data.mean() == pytest.approx(1, rel=0.1)
    found = namespace(transform_job.python(transform_job.TransformKnobs(file=micrograph, tile=32, window=False)))
    assert found["profile"][4:].mean() == pytest.approx(1, rel=0.1)


def test_the_profile_of_a_wave_peaks_in_its_ring(volume: Path, tmp_path: Path) -> None:
    from underfocus.data.files import star

    assert run("transform", volume, "-o", tmp_path / "T") == 0
    block = star.read(tmp_path / "T" / "profile.star")["profile"]
    power, lengths = block.numbers("underfocusPower"), block.numbers("rlnAngstromResolution")
    assert lengths[int(np.argmax(power))] == pytest.approx(12.0)


def test_tiles_reach_every_edge() -> None:
    image = np.arange(70 * 50.0).reshape(70, 50)
    found = transform_job.tiles(image, 32)
    assert {float(found.min()), float(found.max())} == {0.0, 70 * 50 - 1.0}
    assert found.shape[1:] == (32, 32)


def test_a_resampled_map_keeps_its_waves_and_its_place(volume: Path, tmp_path: Path) -> None:
    assert run("resample", volume, "--to", 1.5, "-o", tmp_path / "R") == 0
    found = uf.open(tmp_path / "R" / "resampled.mrc")
    assert found.pixel == pytest.approx(1.5)
    assert np.allclose(found.data, waves.wave(16, (2, 0, 0)), atol=1e-5)
    # the middle voxel is where it was: 10 + 12 · 1 Å along x
    assert found.origin[0] + 8 * 1.5 == pytest.approx(22)
    knobs = resample_job.ResampleKnobs(file=volume, to=1.5)
    assert np.array_equal(namespace(resample_job.python(knobs))["smaller"], found.data)


@pytest.mark.parametrize("method", ["linear", "spline"])
def test_interpolation_comes_close_to_fourier(stack: Path, tmp_path: Path, method: str) -> None:
    assert run("resample", stack, "--box", 96, "--method", method, "-o", tmp_path / "R") == 0
    found = uf.open(tmp_path / "R" / "resampled.mrcs")
    wanted = waves.wave(96, (4, 0))
    assert found.data.shape == (3, 96, 96)
    inside = (slice(8, -8), slice(8, -8))
    assert np.abs(found.data[1] - wanted)[inside].max() < {"linear": 0.05, "spline": 0.01}[method]


def test_a_rectangular_micrograph_is_resampled(micrograph: Path, tmp_path: Path) -> None:
    assert run("resample", micrograph, "--to", 4, "-o", tmp_path / "R") == 0
    found = uf.open(tmp_path / "R" / "resampled.mrc")
    assert found.data.shape == (1, 20, 30)
    assert found.pixel == pytest.approx(4)
    assert found.data.mean() == pytest.approx(uf.open(micrograph).data.mean(), abs=1e-6)


def test_particles_are_made_smaller_with_their_table(tmp_path: Path) -> None:
    protein = uf.samples.apoferritin(box=32, pixel=6.0)
    pose = uf.Pose.random(5, seed=1, shift=4.0)
    uf.simulate(protein, pose, uf.Optics(defocus=15_000.0), seed=2).save(tmp_path / "p.star")
    assert run("resample", tmp_path / "p.star", "--to", 8, "-o", tmp_path / "R") == 0
    found = uf.open(tmp_path / "R" / "particles.star")
    assert found.n == 24
    assert found.pixel == pytest.approx(8.0)
    assert np.allclose(found.pose.shift, pose.shift, atol=1e-4)
    assert run("resample", tmp_path / "p.star", "--box", 64, "-o", tmp_path / "S") == 2


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("filter", "{stack}"), "no filter was asked for"),
        (("filter", "{stack}", "--low-pass", "50", "--high-pass", "20"), "leave nothing"),
        (("filter", "{stack}", "--low-pass", "2"), "finer than these pixels carry"),
        (("filter", "{nothing}", "--low-pass", "20"), "nothing.mrc"),
        (("transform", "{stack}", "--tile", "64"), "do not fit"),
        (("resample", "{stack}"), "give either --to"),
        (("resample", "{stack}", "--to", "3", "--box", "9"), "give either --to"),
        (("resample", "{stack}", "--to", "90"), "holds no two pixels"),
    ],
)
def test_what_cannot_be_done_is_said(
    words: tuple[str, ...], sentence: str, stack: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = {"stack": str(stack), "nothing": str(tmp_path / "nothing.mrc")}
    assert run(*[w.format(**names) for w in words], "-o", tmp_path / "X") == 2
    assert sentence in capsys.readouterr().err
    assert not list((tmp_path / "X").glob("*.mrc*")) if (tmp_path / "X").exists() else True
