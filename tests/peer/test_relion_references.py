"""Small projections by RELION 3.1.3 that ship with the tests: Euler angles, origins, CTF sign, even and odd boxes.

Made by ``python -m bench.relion_references`` from PDB 1AKE. RELION draws the CTF with protein white, and puts the
image of an odd box one pixel further in x and y than its even ones.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import underfocus as uf
from underfocus.data.files import star
from underfocus.physics.imaging import layout

HERE = Path(__file__).parent / "relion"
PIXEL = 3.0


def given(name: str, n: int) -> tuple[uf.Pose, uf.Optics, np.ndarray]:
    """Poses and optics of a reference, and RELION's images."""
    block = star.read(HERE / f"{name}{n}.star")["particles"]
    rot, tilt, psi = (block.numbers(f"rlnAngle{a}") for a in ("Rot", "Tilt", "Psi"))
    x, y = (block.numbers(f"rlnOrigin{a}Angst") for a in "XY")
    odd = PIXEL if n % 2 else 0.0
    pose = uf.Pose.from_euler(rot, tilt, psi, np.stack([odd - x, odd - y], axis=-1))
    u, v = block.numbers("rlnDefocusU"), block.numbers("rlnDefocusV")
    optics = uf.Optics(
        defocus=(u + v) / 2,
        astigmatism=u - v,
        astigmatism_angle=block.numbers("rlnDefocusAngle"),
        phase_shift=block.numbers("rlnPhaseShift"),
    )
    images = uf.open(HERE / f"{name}{n}.mrcs", pixel=PIXEL)
    assert isinstance(images, uf.Images)
    return pose, optics, np.asarray(images.data, float)


def volume(n: int) -> uf.Volume:
    found = uf.open(HERE / f"map{n}.mrc")
    assert isinstance(found, uf.Volume)
    return found


def correlations(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    a, b = (x - x.mean(axis=(1, 2), keepdims=True) for x in (a, b))
    return np.asarray((a * b).sum((1, 2)) / np.sqrt((a**2).sum((1, 2)) * (b**2).sum((1, 2))))


@pytest.mark.parametrize("n", [32, 33])
def test_projections_are_relions(n: int) -> None:
    pose, _, theirs = given("plain", n)
    ours = np.asarray(uf.project(volume(n), pose).data)
    assert correlations(ours, theirs).min() > 0.998
    assert np.sum(ours * theirs) / np.sum(theirs**2) == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("n", [32, 33])
def test_a_wrong_convention_would_show(n: int) -> None:
    pose, _, theirs = given("plain", n)
    transposed = uf.Pose(np.swapaxes(pose.rotation, -1, -2), pose.shift)
    mirrored = uf.Pose(pose.rotation, -pose.shift)
    for wrong in (transposed, mirrored):
        found = correlations(np.asarray(uf.project(volume(n), wrong).data), theirs)
        assert np.median(found) < 0.95


@pytest.mark.parametrize("n", [32, 33])
def test_images_with_ctf_are_relions(n: int) -> None:
    pose, optics, theirs = given("ctf", n)
    plan = layout(volume(n), pose, optics, contrast="white")
    assert correlations(np.asarray(plan.signal(slice(None))), theirs).min() > 0.995
    dark = replace(plan, contrast="dark")
    assert correlations(np.asarray(dark.signal(slice(None))), theirs).max() < -0.995
