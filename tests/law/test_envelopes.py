"""Envelopes against the printed digits, against each other's definitions, and against a sum over many images."""

from __future__ import annotations

import numpy as np
import pytest

from underfocus.base import units
from underfocus.data.aberrations import Coherence
from underfocus.data.optics import Optics
from underfocus.physics import ctf, envelopes


def test_focal_spread_of_the_printed_gun() -> None:
    """300 kV, Cc 2.7 mm, 0.7 eV: 63.00 Å, and 77.30 Å with the relativistic factor."""
    assert envelopes.focal_spread(2.7, 300.0, energy_spread=0.7) == pytest.approx(63.00, abs=5e-3)
    assert envelopes.focal_spread(2.7, 300.0, energy_spread=0.7, relativistic=True) == pytest.approx(77.30, abs=5e-3)


def test_rms_and_fwhm_differ_as_printed() -> None:
    s = np.array([0.5])
    assert envelopes.temporal(s, 63.0, 300.0)[0] == pytest.approx(0.6222, abs=5e-5)
    assert envelopes.temporal_fwhm(s, 63.0, 300.0)[0] == pytest.approx(0.9180, abs=5e-5)


def test_three_widths_of_one_gaussian_are_one_envelope() -> None:
    s = np.linspace(0, 0.5, 7)
    rms = 40.0
    one = envelopes.temporal(s, rms, 300.0)
    assert np.allclose(one, envelopes.temporal_fwhm(s, rms * 2 * np.sqrt(2 * np.log(2)), 300.0))
    assert np.allclose(one, envelopes.temporal_e(s, rms * np.sqrt(2), 300.0))
    wavelength = units.wavelength(300.0)
    assert np.allclose(one, np.exp(-0.25 * (np.pi * wavelength * rms * np.sqrt(2) * s**2) ** 2))


@pytest.mark.parametrize(("alpha", "length", "left"), [(0.03, 2, 0.7114), (0.03, 3, 0.8278), (0.01, 2, 0.9629), (0.01, 3, 0.9792)])  # fmt: skip  # noqa: E501
def test_spatial_envelope_as_printed(alpha: float, length: float, left: float) -> None:
    value = envelopes.spatial(np.array([1 / length]), alpha, Optics(defocus=15_000.0))[0]
    assert value == pytest.approx(left, abs=6e-5)


def test_temporal_envelope_is_the_mean_over_a_gaussian_of_foci() -> None:
    s, rms = np.linspace(0.05, 0.4, 9), 80.0
    shifts = np.linspace(-6, 6, 4001) * rms
    weights = np.exp(-0.5 * (shifts / rms) ** 2)
    gamma = np.pi * units.wavelength(300.0) * shifts[:, None] * s**2
    mean = (weights[:, None] * np.exp(1j * gamma)).sum(0) / weights.sum()
    assert np.allclose(envelopes.temporal(s, rms, 300.0), mean.real, atol=1e-9)


def test_drift_is_the_mean_of_shifted_waves_and_vibration_a_b_factor() -> None:
    s, length = np.linspace(0, 0.4, 9), 4.0
    places = (np.arange(20_000) + 0.5) / 20_000 * length - length / 2
    assert np.allclose(envelopes.drift(s, length), np.cos(2 * np.pi * s[:, None] * places).mean(1), atol=1e-7)
    assert np.allclose(envelopes.vibration(s, 0.5), ctf.envelope(s, 8 * np.pi**2 * 0.25))


def test_focus_vibration_is_the_mean_over_a_period() -> None:
    s, amplitude = np.linspace(0, 0.4, 9), 150.0
    turn = np.sin(2 * np.pi * (np.arange(2000) + 0.5) / 2000)
    gamma = np.pi * units.wavelength(300.0) * amplitude * s[:, None] ** 2 * turn
    assert np.allclose(envelopes.focus_vibration(s, amplitude, 300.0), np.cos(gamma).mean(1), atol=1e-9)


def test_lens_current_enters_twice() -> None:
    """exp(−(πCcλ s² 2 dI/I)² / 16 ln 2), the form of Jiang and Chiu."""
    s, ripple = np.linspace(0, 0.5, 5), 1e-6
    factor = np.pi * 2.7e7 * units.wavelength(300.0) * s**2 * 2 * ripple
    assert np.allclose(envelopes.lens_current(s, ripple, 2.7, 300.0), np.exp(-(factor**2) / (16 * np.log(2))))


def test_coherence_of_the_optics_is_the_product_of_its_envelopes() -> None:
    n, pixel = 64, 1.5
    optics = Optics(defocus=9000.0, coherence=Coherence(energy_spread_fwhm=0.9, convergence_mrad=0.05, vibration=0.3))
    plain = Optics(defocus=9000.0)
    s = np.fft.rfftfreq(n, pixel)
    rms = envelopes.focal_spread(2.7, 300.0, energy_spread=0.9) / envelopes.FWHM_PER_RMS
    each = envelopes.temporal(s, rms, 300.0) * envelopes.spatial(s, 0.05, plain) * envelopes.vibration(s, 0.3)
    assert np.allclose(ctf.ctf2(n, pixel, optics)[0], ctf.ctf2(n, pixel, plain)[0] * each, atol=1e-6)
    assert np.allclose(ctf.ctf1(s, optics), ctf.ctf1(s, plain) * each, atol=1e-9)


def test_spatial_envelope_follows_the_gradient_of_gamma_under_astigmatism() -> None:
    optics = Optics(defocus=12_000.0, astigmatism=3000.0, astigmatism_angle=25.0, cs_mm=2.7)
    ky, kx, step, alpha = 0.11, 0.17, 1e-6, 0.08

    def gamma(dy: float, dx: float) -> float:
        return float(ctf.phase(np.array(ky + dy), np.array(kx + dx), optics))

    gradient = [(gamma(*d) - gamma(*(-x for x in d))) / (2 * step) for d in ((step, 0.0), (0.0, step))]
    expected = np.exp(-((alpha * 1e-3 / (2 * units.wavelength(300.0))) ** 2) * sum(g**2 for g in gradient))
    found = envelopes.coherent(np.array(ky), np.array(kx), optics, Coherence(convergence_mrad=alpha))
    assert found == pytest.approx(expected, rel=1e-6)


def test_one_envelope_an_image_for_optics_of_many() -> None:
    optics = Optics(defocus=np.array([8000.0, 20_000.0]), coherence=Coherence(convergence_mrad=0.1))
    both = ctf.ctf2(32, 2.0, optics)
    single = ctf.ctf2(32, 2.0, optics[1])
    assert np.allclose(both[1], single, atol=1e-6)
