"""Tilted specimens: every fast way agrees with the textbook, pixel by pixel, to the error that it states."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from underfocus.data.aberrations import Aberrations
from underfocus.data.optics import Optics
from underfocus.physics import tilt_bands, tilt_levels, tilt_plain, tilt_thick, tilted
from underfocus.physics.tilt import Tilt, defocus_changes

Real = np.ndarray[Any, Any]
PIXEL = 4.0
LENS = Optics(defocus=6_000.0, astigmatism=800.0, astigmatism_angle=30.0, bfactor=30.0)
LENSES = {
    "plain lens": Optics(defocus=6_000.0),
    "astigmatism and a B-factor": LENS,
    "fourth order": replace(LENS, aberrations=Aberrations(even_zernike=(0.0,) * 4 + (900.0,) * 5)),
}
TILTS = {"about y": Tilt(30.0, 90.0), "oblique": Tilt(-45.0, 25.0), "level": Tilt(0.0, 10.0)}


def apart(found: Real, right: Real) -> float:
    return float(np.linalg.norm(found - right) / np.linalg.norm(right))


@cache
def white(n: int) -> Real:
    return np.random.default_rng(n).standard_normal((n, n))


@pytest.mark.parametrize("n", [24, 25])
@pytest.mark.parametrize("at", TILTS)
@pytest.mark.parametrize("lens", LENSES)
def test_images_agree_with_the_brute_force(n: int, at: str, lens: str) -> None:
    optics, tilt = LENSES[lens], TILTS[at]
    right = tilted.image(white(n), PIXEL, optics, tilt, "plain")
    exact = tilt_bands.imaged_by_bands(white(n), PIXEL, optics, tilt, sums="textbook")
    assert apart(exact, right) < 1e-12
    assert apart(tilted.image(white(n), PIXEL, optics, tilt, "bands"), right) < 3e-4
    assert apart(tilted.image(white(n), PIXEL, optics, tilt, "polynomials"), right) < 1e-4


@pytest.mark.parametrize("how", ["transpose", "Wiener", "soft flip"])
@pytest.mark.parametrize("n", [24, 25])
def test_corrections_agree_with_the_brute_force(n: int, how: Any) -> None:
    tilt = TILTS["oblique"]
    picture = tilted.image(white(n), PIXEL, LENS, tilt)
    right = tilted.corrected(picture, PIXEL, LENS, tilt, how, method="plain")
    exact = tilt_bands.local_by_bands(picture, PIXEL, LENS, tilt, how, sums="textbook", tolerance=1e-10)
    assert apart(exact, right) < 1e-9
    assert apart(tilted.corrected(picture, PIXEL, LENS, tilt, how, method="bands"), right) < 3e-4
    assert apart(tilted.corrected(picture, PIXEL, LENS, tilt, how, method="polynomials"), right) < 1e-4


def test_a_hard_flip_by_levels_comes_to_the_brute_force() -> None:
    """It jumps where the CTF is zero, so the error falls as the count to the power of 3/2 at best, and not faster."""
    tilt = TILTS["oblique"]
    picture = tilted.image(white(24), PIXEL, LENS, tilt)
    right = tilted.corrected(picture, PIXEL, LENS, tilt, "flip", method="plain")

    def left(count: int) -> float:
        return apart(tilted.corrected(picture, PIXEL, LENS, tilt, "flip", method="lines", levels=count), right)

    assert left(600) < 1e-3
    assert left(20) > 2 * left(600)


@pytest.mark.parametrize("count", [4, 8, 16, 32])
def test_strips_err_as_stated(count: int) -> None:
    tilt = Tilt(45.0, 90.0)
    right = tilt_bands.imaged_by_bands(white(64), PIXEL, LENS, tilt, tolerance=1e-8)
    found = apart(tilted.image(white(64), PIXEL, LENS, tilt, "strips", count), right)
    assert found == pytest.approx(tilt_levels.strip_error(64, PIXEL, LENS, tilt, count), rel=0.1)


def test_strips_and_lines_fall_as_one_over_count_and_its_square() -> None:
    tilt = Tilt(45.0, 90.0)
    right = tilt_bands.imaged_by_bands(white(64), PIXEL, LENS, tilt, tolerance=1e-8)

    def left(method: Any, count: int) -> float:
        return apart(tilted.image(white(64), PIXEL, LENS, tilt, method, count), right)

    assert left("strips", 8) / left("strips", 16) == pytest.approx(2.0, rel=0.1)
    assert left("lines", 9) / left("lines", 17) == pytest.approx(4.0, rel=0.1)
    assert left("level", 1) > 5 * left("strips", 8)


def test_a_bent_film_is_as_easy() -> None:
    """A map of defocus that is no plane, against the sum over pixels."""
    bent = 400.0 * np.sin(defocus_changes(24, PIXEL, Tilt(45.0)) / 20.0)
    right = tilt_plain.imaged_plain(white(24), PIXEL, LENS, bent)
    assert apart(tilt_levels.imaged_by_levels(white(24), PIXEL, LENS, bent), right) < 1e-4


def test_the_inverse_is_the_dense_one() -> None:
    n, tilt, k = 12, TILTS["oblique"], 0.1
    columns = [tilted.image(e.reshape(n, n), PIXEL, LENS, tilt, "plain").ravel() for e in np.eye(n * n)]
    matrix, picture = np.array(columns).T, white(n)
    right = np.linalg.solve(matrix.T @ matrix + k * np.eye(n * n), matrix.T @ picture.ravel()).reshape(n, n)
    assert apart(tilted.inverse(picture, PIXEL, LENS, tilt, k), right) < 1e-3


def test_thick_specimens_are_sums_of_layers() -> None:
    volume = np.random.default_rng(3).standard_normal((16, 16, 16))
    right = tilt_thick.imaged_volume_plain(volume, PIXEL, LENS)
    assert apart(tilt_thick.imaged_volume(volume, PIXEL, LENS), right) < 1e-4
    upright = tilt_thick.imaged_volume(volume, PIXEL, LENS, np.eye(3))
    assert apart(upright, right) < 1e-4


def test_a_tilted_layer_of_a_volume_is_a_tilted_specimen() -> None:
    """Points in the plane z = 0, turned by the tilt: each where its foreshortened place and its own defocus say."""
    from underfocus.maths import fourier

    n, tilt = 16, TILTS["oblique"]
    volume = np.zeros((n, n, n))
    rng = np.random.default_rng(4)
    index = rng.integers(3, 13, (6, 2))
    volume[n // 2, index[:, 1], index[:, 0]] = rng.standard_normal(6)
    placed = np.column_stack([(index - n // 2) * PIXEL, np.zeros(6)]) @ tilt.matrix().T
    np.testing.assert_allclose(placed[:, 2], tilt.defocus_change(placed[:, :2]), atol=1e-9)
    gamma, an_angstrom, damped = tilt_plain.phases(n, PIXEL, LENS)
    ky, kx = fourier.frequencies2(n, PIXEL)
    total = sum(
        v * np.exp(-2j * np.pi * (kx * x + ky * y)) * -np.sin(gamma + an_angstrom * z)
        for v, (x, y, z) in zip(volume[n // 2, index[:, 1], index[:, 0]], placed, strict=True)
    )
    found = tilt_thick.imaged_volume(volume, PIXEL, LENS, tilt.matrix())
    inside = np.hypot(kx, ky) < 0.9 / (2 * PIXEL)
    np.testing.assert_allclose(fourier.fft2(found)[inside], (total * damped)[inside], atol=2e-4)
