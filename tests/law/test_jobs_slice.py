"""underfocus slice: projections that reconstruct takes back to the map, in the views and with the CTF of a file."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import underfocus as uf
from underfocus import cli
from underfocus.base.errors import InputError
from underfocus.data.files import star
from underfocus.maths import filters, fourier, masks, shells, sphere

N, PIXEL = 40, 3.0


def run(*words: Any) -> int:
    return cli.main([str(w) for w in words])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A map, and particles with CTF and shifts made of it."""
    place = tmp_path_factory.mktemp("slice")
    sharp = uf.potential(uf.samples.protein("1ake"), N, PIXEL)
    smooth = filters.apply(sharp.data, lambda k: filters.low_pass(k, 2.5 * PIXEL), PIXEL, 3)
    volume = replace(sharp, data=np.float32(smooth))
    volume.save(place / "map.mrc")
    optics = uf.Optics(defocus=uf.spread(8_000, 20_000, 12), voltage_kv=200.0)
    uf.simulate(volume, uf.Pose.random(12, seed=1, shift=9.0), optics, seed=2).save(place / "particles.star")
    return place


def volume_of(path: Path) -> uf.Volume:
    found = uf.open(path)
    assert isinstance(found, uf.Volume)
    return found


def stack_of(folder: Path) -> np.ndarray:
    found = uf.open(folder / "projections.mrcs")
    assert isinstance(found, uf.Images)
    return np.asarray(found.data)


def same_in_python(folder: Path) -> np.ndarray:
    """The images of a run, which its line of Python makes too."""
    names = dict[str, Any]()
    exec(json.loads((folder / "job.json").read_text())["python"], names)
    made = stack_of(folder)
    assert np.allclose(names["images"], made, atol=2e-6 * np.abs(made).max())
    return made


@pytest.mark.parametrize(("contrast", "tolerance"), [("white", 1e-3), ("dark", None)])
def test_slicing_and_reconstructing_gives_the_map_back(
    folder: Path, tmp_path: Path, contrast: str, tolerance: float | None
) -> None:
    words = ["--tolerance", tolerance] if tolerance else []
    assert run("slice", folder / "map.mrc", "--views", 768, "--contrast", contrast, *words, "-o", tmp_path / "S") == 0
    star_file = tmp_path / "S/particles.star"
    assert run("reconstruct", star_file, "--contrast", contrast, "-o", tmp_path / "R") == 0
    back, truth = volume_of(tmp_path / "R/map.mrc"), volume_of(folder / "map.mrc")
    curve = shells.correlation(fourier.fft3(back.data), fourier.fft3(truth.data), N, 3)
    assert curve[1 : N // 4].min() > 0.99
    ball = masks.sphere(N, N / 2 - 2) > 0
    assert np.corrcoef(back.data[ball], truth.data[ball])[0, 1] > 0.99
    assert np.std(back.data[ball]) == pytest.approx(np.std(truth.data[ball]), rel=0.05)


def test_given_angles_are_relions(folder: Path, tmp_path: Path) -> None:
    assert run("slice", folder / "map.mrc", "--angles", 30, 40, -50, "0,0,0", "-o", tmp_path / "S") == 0
    images = same_in_python(tmp_path / "S")
    truth = volume_of(folder / "map.mrc")
    pose = uf.Pose.from_euler(np.array([30.0, 0.0]), np.array([40.0, 0.0]), np.array([-50.0, 0.0]))
    assert np.allclose(images, uf.project(truth, pose).data, atol=1e-4 * images.max())
    straight = truth.data.sum(0)
    assert np.corrcoef(images[1].ravel(), straight.ravel())[0, 1] > 0.9995
    table = star.read(tmp_path / "S/particles.star")["particles"]
    assert table.columns["rlnAnglePsi"][0] == "-50.000000"
    assert "2 views" in (tmp_path / "S/report.html").read_text()


def test_views_shifts_and_ctf_of_a_file(folder: Path, tmp_path: Path) -> None:
    """The images that simulate made without noise come out again, and without shifts and CTF those of project."""
    particles = uf.open(folder / "particles.star")
    assert isinstance(particles, uf.Particles)
    words = ("--poses", folder / "particles.star", "-o")
    assert run("slice", folder / "map.mrc", "--ctf", *words, tmp_path / "C") == 0
    images = same_in_python(tmp_path / "C")
    assert np.allclose(images, particles.images().data, atol=1e-4 * np.abs(images).max())
    assert run("slice", folder / "map.mrc", "--no-shifts", *words, tmp_path / "P") == 0
    assert particles.pose is not None
    centred = uf.project(volume_of(folder / "map.mrc"), uf.Pose(particles.pose.rotation)).data
    assert np.allclose(same_in_python(tmp_path / "P"), centred, atol=1e-4 * centred.max())
    kept = uf.open(tmp_path / "C/particles.star")
    assert isinstance(kept, uf.Particles)
    assert np.allclose(kept.optics.defocus, particles.optics.defocus, atol=1e-3)
    assert kept.pose is not None
    assert np.allclose(kept.pose.shift, particles.pose.shift, atol=1e-4)


def test_images_of_the_file_may_be_gone(folder: Path, tmp_path: Path) -> None:
    text = (folder / "particles.star").read_text().replace("particles.mrcs", "gone.mrcs")
    (tmp_path / "gone.star").write_text(text)
    assert run("slice", folder / "map.mrc", "--poses", tmp_path / "gone.star", "--ctf", "-o", tmp_path / "S") == 0
    assert len(stack_of(tmp_path / "S")) == 12


def test_a_tolerance_is_kept(folder: Path, tmp_path: Path) -> None:
    assert run("slice", folder / "map.mrc", "--views", 20, "--tolerance", 1e-3, "-o", tmp_path / "S") == 0
    assert run("slice", folder / "map.mrc", "--views", 20, "--pad", 3, "-o", tmp_path / "L") == 0
    fine, linear = same_in_python(tmp_path / "S"), same_in_python(tmp_path / "L")
    x, y, z = sphere.spiral(20).T
    pose = uf.Pose.from_euler(np.degrees(np.arctan2(y, x)), np.degrees(np.arccos(z)), np.zeros(20))
    exact = uf.project(volume_of(folder / "map.mrc"), pose, tolerance=1e-5).data
    scale = np.linalg.norm(exact)
    assert np.linalg.norm(fine - exact) < 1e-3 * scale
    assert 1e-3 * scale < np.linalg.norm(linear - exact) < 2e-2 * scale


def test_even_directions_are_even() -> None:
    for count in (1, 7, 48, 100, 192):
        found = sphere.even(count)
        assert found.shape == (count, 3)
        assert np.allclose(np.linalg.norm(found, axis=1), 1)
        if count > 1:
            assert np.linalg.norm(found.mean(0)) < 1.2 / count
            nearest = np.sort(np.arccos(np.clip(found @ found.T, -1, 1)) + 9 * np.eye(count), axis=1)[:, 0]
            assert nearest.min() > 0.6 * np.sqrt(4 * np.pi / count), "none are closer than an even spread allows"
    with pytest.raises(InputError, match="at least one"):
        sphere.spiral(0)


def test_a_ground_that_is_not_zero_is_told(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    truth = volume_of(folder / "map.mrc")
    replace(truth, data=truth.data + np.float32(truth.data.max())).save(tmp_path / "raised.mrc")
    assert run("slice", tmp_path / "raised.mrc", "--views", 3, "-o", tmp_path / "S") == 0
    assert "shows the box as well" in capsys.readouterr().err


def test_what_is_refused_says_why(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = folder / "map.mrc"
    slab = uf.Volume(np.ones((10, 20, 20), np.float32), 2.0).save(tmp_path / "slab.mrc")
    names = {"rlnImageName": np.array(["1@gone.mrcs", "2@gone.mrcs"])}
    angles = {f"rlnAngle{a}": np.array(["1", "2"]) for a in ("Rot", "Tilt", "Psi")}
    plain = star.write(tmp_path / "plain.star", [star.Block("particles", columns={**names, **angles})])
    blind = star.write(tmp_path / "blind.star", [star.Block("particles", columns=names)])
    cases: list[tuple[tuple[Any, ...], str]] = [
        ((whole,), "none of them was given"),
        ((whole, "--views", 5, "--angles", 1, 2, 3), "--angles and --views was given"),
        ((whole, "--angles", 1, 2), "2 numbers were given"),
        ((whole, "--angles", 1, 2, "x"), "must be a number"),
        ((whole, "--views", 5, "--ctf"), "no particles were given"),
        ((whole, "--poses", plain, "--ctf"), "says nothing of a CTF"),
        ((whole, "--poses", blind), "without orientations"),
        ((whole, "--views", 5, "--pad", 1.5), "whole number"),
        ((slab, "--views", 5), "cubic volume is needed"),
        ((folder / "particles.star", "--views", 5), "a map is needed"),
    ]
    for words, said in cases:
        assert run("slice", *words, "-o", tmp_path / "No") == 2
        assert said in capsys.readouterr().err, words
