"""What the figures on interpolation say, against formulas that stand on their own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.interpolate import BarycentricInterpolator

from underfocus.study.chapters.interpolation import between
from underfocus.study.chapters.interpolation.blur import figures


@pytest.mark.parametrize("f", [0.05, 0.1, 0.25, 0.4])
def test_a_crest_half_way_keeps_cos_pi_f(f: float) -> None:
    assert between.gain_half_way("linear", f) == pytest.approx(np.cos(np.pi * f))
    assert between.gain_half_way("catmull-rom", f) == pytest.approx((9 * np.cos(np.pi * f) - np.cos(3 * np.pi * f)) / 8)


@pytest.mark.parametrize("degrees", [0.0, 45.0, 90.0, 180.0])
def test_phasors_keep_cos_of_half_their_angle(degrees: float) -> None:
    assert between.phasor_left(degrees) == pytest.approx(abs(np.cos(np.deg2rad(degrees) / 2)), abs=1e-12)


@pytest.mark.parametrize("off", [0.0, 0.125, 0.25, 0.5])
def test_an_object_off_centre_turns_its_phases(off: float) -> None:
    assert between.degrees_a_bin(off) == pytest.approx(360 * off, abs=1e-9)


def test_the_polynomial_goes_through_all_samples_and_wild_at_the_ends() -> None:
    samples = np.array([0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0])
    x = np.linspace(0, 8, 161)
    found = between.through(samples, x, "polynomial")
    assert np.allclose(found, BarycentricInterpolator(np.arange(9.0), samples)(x), atol=1e-9)
    assert np.abs(found[:20]).max() > 1 > np.abs(between.through(samples, x, "spline")[:20]).max()


def test_a_full_circle_spares_the_spline_and_blurs_linear() -> None:
    before, _ = figures._protein()
    schemes: tuple[Any, ...] = ("linear", "catmull-rom", "spline")
    linear, cubic, spline = (np.corrcoef(figures._turned(m).ravel(), before.ravel())[0, 1] for m in schemes)
    assert linear < cubic < spline
    assert linear < 0.96
    assert spline > 0.98
