"""Tilted specimens: the printed numbers, the laws of the operators, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from underfocus.base.errors import InputError, KnobError
from underfocus.data.aberrations import Aberrations
from underfocus.data.optics import Optics
from underfocus.physics import ctf, thickness, tilt, tilt_bands, tilt_levels, tilt_thick, tilted
from underfocus.physics.tilt import Tilt

LENS = Optics(defocus=9_000.0, astigmatism=500.0, astigmatism_angle=70.0, bfactor=40.0)
PIXEL = 3.0


def white(n: int, seed: int = 0) -> Any:
    return np.random.default_rng(seed).standard_normal((n, n))


def test_printed_spreads_and_paths() -> None:
    """Over 4096 Å, and the way through a slab."""
    assert [round(tilt.spread(4096, t)) for t in (15, 30, 40, 60)] == [1098, 2365, 3437, 7094]
    assert [round(tilt.path_factor(t), 3) for t in (15, 30, 40, 60)] == [1.035, 1.155, 1.305, 2.0]


def test_printed_tolerances_and_strips() -> None:
    """π/4 at 3 and 4 Å, 300 kV; ± 198 Å across at 30°, 11 strips for 4096 Å."""
    assert tilt.tolerance(3.0, 300.0) == pytest.approx(114, abs=0.5)
    assert tilt.tolerance(4.0, 300.0) == pytest.approx(203, abs=0.5)
    assert tilt.half_width(3.0, 300.0, 30.0) == pytest.approx(198, abs=0.5)
    assert tilt.strips_needed(4096, 3.0, 300.0, 30.0) == 11
    assert tilt.strips_needed(4096, 3.0, 300.0, 0.0) == 1


def test_printed_patch() -> None:
    """512 Å at 30°: 296 Å of defocus, and the mean over them keeps 0.837 at 3 Å."""
    spread = tilt.spread(512, 30)
    assert spread == pytest.approx(296, abs=0.5)
    assert thickness.damping(1 / 3, spread, 300.0) == pytest.approx(0.837, abs=5e-4)


def test_defocus_is_what_the_right_handed_turn_puts_before_a_point() -> None:
    """An underfocused lens is focused before the specimen: what lies further down the beam has Δf + z."""
    at = Tilt(33.0, 20.0)
    flat = np.column_stack([white(5)[:, :2] * 100, np.zeros(5)])
    turned = flat @ at.matrix().T
    np.testing.assert_allclose(at.defocus_change(turned[:, :2]), turned[:, 2], atol=1e-9)
    np.testing.assert_allclose(Tilt(30.0, 90.0).slope, [-np.tan(np.pi / 6), 0.0], atol=1e-12)


def test_a_map_of_defocus_is_the_slope_and_particles_read_it() -> None:
    at = Tilt(25.0, 110.0)
    changes = tilt.defocus_changes(32, PIXEL, at)
    points = np.array([[(20 - 16) * PIXEL, (5 - 16) * PIXEL], [0.0, 0.0]])
    found = tilt.optics_at(points, LENS, at).defocus
    np.testing.assert_allclose(found, [9_000 + changes[5, 20], 9_000.0])


@pytest.mark.parametrize("n", [32, 33])
@pytest.mark.parametrize("at", [Tilt(40.0, 90.0), Tilt(-30.0, 17.0)])
def test_imaging_and_its_transpose(n: int, at: Tilt) -> None:
    """⟨Ax, y⟩ = ⟨x, Aᵀy⟩, for both fast ways."""
    x, y = white(n, 1), white(n, 2)
    ways = (
        (tilt_bands.imaged_by_bands, tilt_bands.local_by_bands, {"tolerance": 1e-9}),
        (tilt_levels.imaged_by_levels, tilt_levels.local_by_levels, {}),
    )
    for forward, back, more in ways:
        there = np.vdot(forward(x, PIXEL, LENS, at, **more), y)
        again = np.vdot(x, back(y, PIXEL, LENS, at, "transpose", **more))
        assert there == pytest.approx(again, abs=2e-3 * n)


@pytest.mark.parametrize("sums", ["fast", "textbook"])
def test_bands_made_ready_are_each_others_transpose(sums: Any) -> None:
    bands = tilt_bands.SideBands.of(21, PIXEL, LENS, Tilt(50.0, 33.0), sums, tolerance=1e-10)
    x, y = white(21, 1), white(21, 2)
    assert np.vdot(bands.image(x), y) == pytest.approx(np.vdot(x, bands.transpose(y)), rel=1e-8)


def test_single_precision_stays_single() -> None:
    picture = white(32).astype(np.float32)
    for method in ("bands", "polynomials", "strips"):
        found = tilted.image(picture, PIXEL, LENS, Tilt(30.0), method, 4 if method == "strips" else None)
        assert found.dtype == np.float32, method


def test_without_tilt_all_are_the_ctf() -> None:
    from underfocus.maths import fourier

    picture = white(48)
    right = fourier.ifft2(fourier.fft2(picture) * ctf.ctf2_plain(48, PIXEL, LENS), 48)
    for method in ("bands", "polynomials", "level"):
        np.testing.assert_allclose(tilted.image(picture, PIXEL, LENS, Tilt(0.0), method), right, atol=1e-3)


def test_a_side_band_shifts_by_half_lambda_s_squared_slope() -> None:
    """A plane wave of the specimen leaves as two waves, apart by λ s² tan tilt across the axis at first order."""
    n, order, at = 256, 40, Tilt(60.0, -90.0)
    s = order / (n * PIXEL)
    moved = tilt_bands.shifts(np.full((1, 1), np.pi * 0.0196875 * s**2), at, PIXEL)[0, 0] / PIXEL
    np.testing.assert_allclose(moved, [0.5 * 0.0196875 * s**2 * np.tan(np.pi / 3), 0.0], rtol=1e-5, atol=1e-15)


def test_turning_field_and_axis_together_turns_the_image() -> None:
    """A quarter turn of an odd field."""
    n, at = 33, Tilt(35.0, 20.0)
    round_lens = Optics(defocus=7_000.0)
    turned = np.rot90(white(n), -1)  # +x goes to +y, as arrays have y downwards
    one = np.rot90(tilted.image(white(n), PIXEL, round_lens, at, "polynomials"), -1)
    other = tilted.image(np.ascontiguousarray(turned), PIXEL, round_lens, Tilt(35.0, 110.0), "polynomials")
    np.testing.assert_allclose(one, other, atol=1e-3)


def test_the_series_are_the_filters() -> None:
    gamma = np.linspace(0, 2 * np.pi, 101)
    for how in ("Wiener", "soft flip"):
        terms = tilt_bands.harmonics(how, 0.2, np.full(101, 0.8), 1e-9)
        series = -sum(w * np.sin(m * gamma) for m, w in terms)
        from underfocus.physics.tilt_plain import factor

        np.testing.assert_allclose(series, factor(how, 0.2)(gamma, np.full(101, 0.8)), atol=1e-7)


def test_particles_are_corrected_for_their_own_place() -> None:
    """A patch far from the axis, flipped with its own defocus, comes back better than with the field's."""
    n, box, pixel, at, lens = 256, 64, 1.5, Tilt(60.0, 90.0), Optics(defocus=2_500.0)
    field = np.zeros((n, n))
    cut = (slice(96, 96 + box), slice(176, 176 + box))
    field[cut][16:48, 16:48] = white(32)
    picture = tilted.image(field, pixel, lens, at)[cut][None]
    points = np.array([[(176 + box // 2 - n // 2) * pixel, 0.0]])

    def likeness(place: Any) -> float:
        back = tilted.correct_particles(picture, place, pixel, lens, at)[0]
        return float(np.corrcoef(back.ravel(), field[cut].ravel())[0, 1])

    assert likeness(points) > 0.8
    assert likeness(points) > likeness(0 * points) + 0.1


def test_gradients_through_the_levels_are_the_differences() -> None:
    torch = pytest.importorskip("torch")
    field = torch.tensor(white(24), dtype=torch.float64, requires_grad=True)
    defocus = torch.tensor(6_000.0, dtype=torch.float64, requires_grad=True)
    target, at = torch.tensor(white(24, 5)), Tilt(40.0, 60.0)

    def of(x: Any, d: Any) -> Any:
        return ((tilt_levels.imaged_by_levels(x, PIXEL, Optics(defocus=d), at, count=24) - target) ** 2).sum()

    of(field, defocus).backward()
    with torch.no_grad():
        slope = (of(field, defocus + 1.0) - of(field, defocus - 1.0)) / 2
        nudge = torch.zeros_like(field)
        nudge[7, 11] = 1e-4
        pixel_slope = (of(field + nudge, defocus) - of(field - nudge, defocus)) / 2e-4
    assert float(defocus.grad) == pytest.approx(float(slope), rel=1e-5)
    assert float(field.grad[7, 11]) == pytest.approx(float(pixel_slope), rel=1e-5)


def test_what_cannot_be_is_refused() -> None:
    picture = white(16)
    with pytest.raises(KnobError):
        Tilt(89.0)
    with pytest.raises(InputError, match="one square image"):
        tilted.image(picture[:8], PIXEL, LENS, Tilt(10.0))
    with pytest.raises(InputError, match="methods"):
        tilted.image(picture, PIXEL, LENS, Tilt(10.0), "magic")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="soft flip"):
        tilted.corrected(picture, PIXEL, LENS, Tilt(10.0), "flip", method="bands")
    with pytest.raises(InputError, match="count"):
        tilted.corrected(picture, PIXEL, LENS, Tilt(10.0), "flip", method="lines")
    with pytest.raises(InputError, match="above 0"):
        tilted.corrected(picture, PIXEL, LENS, Tilt(10.0), "Wiener", k=0.0)
    with pytest.raises(InputError, match="one optics"):
        tilted.image(picture, PIXEL, Optics(defocus=np.array([1e4, 2e4])), Tilt(10.0))
    with pytest.raises(InputError, match="odd aberrations"):
        tilted.image(picture, PIXEL, Optics(aberrations=Aberrations(beam_tilt_x=1.0)), Tilt(10.0))
    with pytest.raises(InputError, match="harmonics"):
        tilted.corrected(picture, PIXEL, LENS, Tilt(10.0), "soft flip", k=1e-9, method="bands")
    with pytest.raises(InputError, match="steps do not reach"):
        tilted.inverse(picture, PIXEL, LENS, Tilt(10.0), k=1e-3, tolerance=1e-5, most=2)
    with pytest.raises(InputError, match="as many voxels"):
        tilt_thick.imaged_volume(np.zeros((3, 4, 4)), PIXEL, LENS)
    with pytest.raises(InputError, match="map of defocus"):
        tilt_levels.imaged_by_levels(picture, PIXEL, LENS, np.zeros((4, 4)))
    with pytest.raises(InputError, match="blended"):
        tilt_levels.imaged_by_levels(picture, PIXEL, LENS, Tilt(1.0), "stripes")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="at least one level"):
        tilt_levels.imaged_by_levels(picture, PIXEL, LENS, Tilt(1.0), "strips", 0)
    with pytest.raises(InputError, match="one point each"):
        tilted.correct_particles(picture, np.zeros((1, 2)), PIXEL, LENS, Tilt(10.0))


def test_a_tilted_slab_under_multislice_has_the_local_defocus() -> None:
    """A few weak atoms in a tilted plane, imaged by multislice: the tilted image of their projection, of this hand."""
    from underfocus.data.atoms import Atoms
    from underfocus.physics import lens, slicing, tilted

    n, pixel, at = 96, 2.0, Tilt(50.0, 60.0)
    random = np.random.default_rng(11)
    flat = np.column_stack([random.uniform(-55, 55, (14, 2)), np.zeros(14)])
    atoms = Atoms(flat @ at.matrix().T, ["C"] * 14, np.full(14, 150.0), np.full(14, 0.5))
    optics = Optics(defocus=3_000.0, voltage_kv=60.0, cs_mm=0.0, amplitude_contrast=0.1)
    cut = slicing.cut(atoms, n, pixel, 2.0, extent=(-60.0, 60.0))
    seen = lens.form(cut, optics, "multislice").astype(float) - 1
    projection = np.asarray(slicing.projected(cut), float)
    tilts = (at, Tilt(0.0, at.axis), Tilt(-at.tilt, at.axis))
    right, level, wrong = (tilted.image(projection, pixel, optics, t) for t in tilts)
    scale = float((seen * right).sum() / (right * right).sum())
    away = [float(np.linalg.norm(seen - scale * v) / np.linalg.norm(seen)) for v in (right, level, wrong)]
    assert away[0] < 0.05
    assert away[1] > 1.3 * away[0]
    assert away[2] > 2 * away[0]
