"""The laser phase plate: its limits, where it cuts on, and that the straight beam alone meets it whole."""

from __future__ import annotations

import numpy as np
import pytest

from underfocus.base.errors import KnobError
from underfocus.data.optics import Optics
from underfocus.physics import ctf, lens
from underfocus.physics.exit_wave import ExitWave
from underfocus.physics.phase_plate import LaserPlate

ACROSS = np.linspace(0, 0.2, 400)


def test_nothing_at_the_origin_and_the_peak_far_from_the_light() -> None:
    plate = LaserPlate(90.0)
    assert plate.phase_shift(np.zeros(1), np.zeros(1), 300.0)[0] == pytest.approx(0.0, abs=1e-12)
    assert plate.phase_shift(np.array([0.2]), np.zeros(1), 300.0)[0] == pytest.approx(np.pi / 2, abs=1e-6)


def test_beyond_the_light_it_is_a_constant_plate() -> None:
    optics, plate = Optics(defocus=8_000.0), LaserPlate(70.0)
    found = ctf.image_transfer(ACROSS, 0 * ACROSS, optics, plate=plate)
    constant = ctf.image_transfer(ACROSS, 0 * ACROSS, Optics(defocus=8_000.0, phase_shift=70.0))
    far = ACROSS > 0.05
    assert np.abs(found - constant)[far].max() < 1e-3
    assert abs(found[0] + 0.1) < 1e-12


def test_half_of_the_phase_is_reached_at_the_cut_on() -> None:
    plate = LaserPlate(90.0, focal_length_mm=10.0)
    s = 1 / plate.cut_on(300.0)
    assert plate.phase_shift(np.array([s]), np.zeros(1), 300.0)[0] == pytest.approx(np.pi / 4, rel=1e-6)
    assert LaserPlate(focal_length_mm=20.0).cut_on(300.0) == pytest.approx(2 * plate.cut_on(300.0))


def test_along_the_light_there_are_fringes_half_a_wave_apart() -> None:
    plate = LaserPlate(90.0, angle=90.0)
    step = 1.064e4 / 2 / (0.019687489 * 20e7)  # half a light wave, as a frequency
    shifts = plate.phase_shift(step * np.arange(4), np.zeros(4), 300.0)
    between = plate.phase_shift(step * (np.arange(4) + 0.5), np.zeros(4), 300.0)
    assert np.all(shifts < 0.05)
    assert np.allclose(between, np.pi / 2, atol=1e-6)


def test_the_wave_and_the_linear_image_agree() -> None:
    n, pixel, plate, optics = 64, 2.0, LaserPlate(90.0), Optics(defocus=3_000.0, amplitude_contrast=0.0)
    phase = 0.01 * np.random.default_rng(0).standard_normal((n, n))
    phase -= phase.mean()
    seen = lens.image(ExitWave(np.exp(1j * phase), pixel, 300.0), optics, plate) - 1
    ky, kx = np.fft.fftfreq(n, pixel)[:, None], np.fft.rfftfreq(n, pixel)[None]
    transfer = ctf.image_transfer(*np.broadcast_arrays(ky, kx), optics, plate=plate)
    expected = 2 * np.fft.irfft2(np.fft.rfft2(phase) * transfer, (n, n))
    assert np.abs(seen - expected).max() < 0.05 * np.abs(expected).max()


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(KnobError):
        LaserPlate(aperture=0.0)
