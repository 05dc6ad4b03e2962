"""Laws of the chapter on complex numbers and defocus: what its figures claim, beyond their pictures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from underfocus.data.optics import Optics
from underfocus.physics import scattering
from underfocus.study.chapters.background import fates, focus, phasors
from underfocus.study.chapters.background.blur import fate_problems, figures


def reading(figure: str, label: str, **knobs: object) -> float:
    panels = getattr(figures, figure).draw(**knobs)
    return float(next(r.value for r in panels.readouts if r.label == label))


@pytest.mark.parametrize("count", [2, 3, 5, 12])
def test_arrows_close_to_a_ring_where_the_closed_form_says(count: int) -> None:
    turns = np.array([10.0, 73.0, 360 / count])
    lengths = phasors.length_of_sum(1.0, turns, count)
    assert lengths == pytest.approx(phasors.chord(count, np.deg2rad(turns)), abs=1e-12)
    assert lengths[-1] == pytest.approx(0, abs=1e-12)
    assert abs(phasors.chain(2.0, 10.0, count)[-1]) == pytest.approx(2 * lengths[0])


def test_the_series_ends_on_the_circle_and_its_start_on_the_tangent() -> None:
    angles = np.linspace(-6, 6, 25)
    assert phasors.series(angles, 40) == pytest.approx(np.exp(1j * angles), abs=1e-10)
    assert phasors.series(angles, 2) == pytest.approx(1 + 1j * angles)
    assert np.all(phasors.straight_error(angles) <= angles**2 / 2 + 1e-12)


def test_the_three_read_outs_of_a_phasor_agree() -> None:
    knobs = {"eps": 0.3, "defocus": 1800.0, "spacing": 9.0}
    exact, first, error = (
        reading("phasor_contrast", label, **knobs) for label in ("exact |ψ|²", "first order", "error")
    )
    assert error == pytest.approx(-(0.3**2))
    assert exact == pytest.approx(first + 0.09)
    chi = np.deg2rad(reading("phasor_contrast", "χ", **knobs))
    assert exact == pytest.approx(1 - 0.6 * np.sin(chi) + 0.09)


def test_lines_vanish_in_focus_and_are_darkest_a_quarter_wave_away() -> None:
    rows, defoci = focus.strip(0.1, 10.0, 5000.0, focus.pure(0.0))
    first, second = focus.harmonic(rows, 1), focus.harmonic(rows, 2)
    middle = len(defoci) // 2
    assert defoci[middle] == 0
    assert first[middle] == pytest.approx(0, abs=1e-12)
    assert second == pytest.approx(np.full_like(second, 0.1**2 / 2), abs=1e-12)
    assert np.interp(focus.quarter(10.0), defoci, first) == pytest.approx(-0.2, abs=2e-3)
    assert first == pytest.approx(-first[::-1], abs=1e-12)
    turned, _ = focus.strip(0.8, 10.0, 5000.0, focus.pure(0.0), whole=True)
    assert turned[middle] == pytest.approx(np.ones(240), abs=1e-12)  # a turn keeps the wave's length
    aberrated, _ = focus.strip(0.1, 4.0, 5000.0, replace(focus.pure(0.0), cs_mm=2.7))
    assert abs(focus.harmonic(aberrated, 1)[middle]) > 0.01


def test_a_tile_shows_what_the_phasor_says() -> None:
    tile, chi = focus.tiles(0.2, np.array([1200.0]), 10.0), focus.shift(1200.0, 10.0)
    assert (tile.min(), tile.max()) == pytest.approx([float(focus.exact(e, chi)) for e in (0.2, -0.2)])


def test_a_protein_is_dark_under_focus_and_first_order_holds_while_it_is_weak() -> None:
    phase = focus.protein_phase()
    for eps, worst in ((0.01, 0.02), (0.1, 0.2)):
        seen, first = focus.pictured(eps, 6000.0)
        assert np.abs(seen - first).max() < worst * np.abs(first - 1).max()
    seen, _ = focus.pictured(0.1, 6000.0)
    assert np.corrcoef(seen.ravel(), phase.ravel())[0, 1] < -0.2
    assert np.abs(focus.pictured(0.1, 0.0)[0] - 1).max() < 1e-9  # a pure phase, all of it, in perfect focus


def test_shares_and_their_angles_are_inverse() -> None:
    found = scattering.elastic("C", scattering.angles(), 200.0)
    assert fates.share(found, fates.angle_within(found, 0.3)) == pytest.approx(0.3, abs=1e-3)
    assert fates.ranks((3.0, 0.5, 9.0)) == (1, 0, 2)
    assert sorted(fates.ranks(fates.typical_angles())) == list(range(6))
    narrow, wide = (reading("where_they_go", "inelastic", aperture=a) for a in (0.1, 10.0))
    assert narrow < 30 < 90 < wide


def test_the_words_of_the_fates_hold() -> None:
    inner, near, outer, back, field, nothing = (1e3 * angle for angle in fates.typical_angles())
    assert (outer, inner) == (pytest.approx(0.041, abs=1e-3), pytest.approx(0.58, abs=5e-3))
    assert 8 < field < 10
    assert 60 < near < 70
    assert (back, nothing) == (pytest.approx(1e3 * np.pi), 0)
    assert 0.01 < float(scattering.recoil(near / 1e3, 300.0, 12.011)) < 1
    lost = scattering.inelastic("C", scattering.angles(), 300.0, fates.MEAN_LOSS)
    assert fates.share(lost, focus.angle_of(3.0) / 1e3) > 0.88
    assert "71 eV" in fate_problems._model_answer()


def test_a_crowd_scatters_as_one_straight_ahead_and_as_strangers_aside() -> None:
    s, gain, forward = fates.together()
    assert gain[s < 1 / 400] == pytest.approx(forward, rel=0.5)
    assert 0.6 < gain[(s > 0.3) & (s < 0.6)].mean() < 1.2
    assert forward > 15_000


def test_the_strip_bends_with_the_voltage() -> None:
    slow, _ = focus.strip(0.1, 8.0, 5000.0, Optics(voltage_kv=100.0, cs_mm=0.0, amplitude_contrast=0.0))
    fast, _ = focus.strip(0.1, 8.0, 5000.0, Optics(voltage_kv=300.0, cs_mm=0.0, amplitude_contrast=0.0))
    crossings = [int(np.sum(np.diff(np.sign(focus.harmonic(rows, 1))) != 0)) for rows in (slow, fast)]
    assert crossings[0] > crossings[1]
