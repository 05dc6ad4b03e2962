"""The words on what limits a map: each kind is named from curves that are made to have it, with its numbers."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from underfocus.maths import shells
from underfocus.validation import gap as gaps
from underfocus.validation import limits, pose_error

N, PIXEL = 64, 2.0
RADII = (np.linspace(2, 50, 20), np.linspace(2, 50, 20) ** 2)
SETTING = limits.Setting(10_000, radius=39.0, edge=49.0, hoped=4.5)
FREQUENCY = np.arange(N // 2 + 1) / (N * PIXEL)
COUNTS = shells.shell_counts(N, 3)


def measured(signal: np.ndarray, seed: int = 0) -> gaps.Measured:
    """Powers with the scatter that their counts make."""
    noise = np.ones_like(signal)
    x = signal / noise
    scatter = np.sqrt(2 / COUNTS * (1 / x + 1 / (2 * x**2)))
    drawn = signal * (1 + scatter * np.random.default_rng(seed).standard_normal(len(signal)))
    return gaps.Measured(np.maximum(drawn, 0) / (np.maximum(drawn, 0) + noise), drawn, noise, COUNTS, N, PIXEL)


TWIN = measured(200 * np.exp(-160 * FREQUENCY**2), 1)


def said(left: Any = 1.0, **more: Any) -> limits.Verdict:
    """The verdict on data of which so much of the twin's signal power is left."""
    data = measured(200 * np.exp(-160 * FREQUENCY**2) * left, 2)
    return limits.verdict(gaps.gap(data, TWIN, RADII), data, TWIN, replace(SETTING, **more))


def test_no_gap_is_the_number_of_particles_and_says_what_more_would_bring() -> None:
    found = said()
    assert found.kind == "particles"
    assert "limited by their number, 10,000" in found.words
    assert "4 × 10,000 would bring about 4.50 Å" in found.words
    assert found.more is not None
    data = measured(200 * np.exp(-160 * FREQUENCY**2), 2)
    b = 320.0  # ln SSNR = −160 s²
    assert found.more == pytest.approx((data.resolution**-2 + 2 / b * np.log(4)) ** -0.5, rel=0.02)


def test_centres_and_angles_are_named_with_their_amounts() -> None:
    found = said(np.exp(-4 * np.pi**2 * 0.8**2 * FREQUENCY**2))
    assert found.kind == "blur"
    amount = re.search(r"extra B of (\d+) ± (\d+)", found.words)
    assert amount is not None
    assert int(amount[1]) == pytest.approx(pose_error.bfactor(0.8), abs=3 * int(amount[2]))
    centres = re.search(r"centres that are off by ([\d.]+) Å", found.words)
    assert centres is not None
    assert float(centres[1]) == pytest.approx(0.8, abs=0.1)
    assert "cannot tell these apart" in found.words
    assert "To separate them" in found.words
    angles = said(pose_error.power_left(FREQUENCY, 2.0, *RADII))
    assert angles.kind == "blur"
    assert "Angles that are off by 2.0 ±" in angles.words or "Angles that are off by 1.9 ±" in angles.words


def test_a_fraction_is_named_by_amplitude_and_by_power() -> None:
    found = said(0.49)
    assert found.kind == "fraction"
    assert "0.70 of the amplitude and 0.49 of the power" in found.words
    assert "70 % of the particles showing the map and 30 %" in found.words
    assert said(0.49, scaled=True).kind == "particles", "on a fitted grey scale a fraction means nothing"
    assert "30 % of them showed nothing" in said(0.49, absent=0.3, absent_error=0.02).words
    assert "about equally strongly" in said(0.49, absent=0.0, absent_error=0.02).words


def test_both_at_once() -> None:
    found = said(0.49 * np.exp(-4 * np.pi**2 * FREQUENCY**2))
    assert found.kind == "blur and fraction"
    assert "extra B" in found.words
    assert "of the particles showing the map" in found.words


def test_what_is_neither_is_said_to_be_neither() -> None:
    found = said(1 - 0.5 * np.exp(-(((FREQUENCY - 0.06) / 0.02) ** 2)))
    assert found.kind == "uneven"
    assert "Neither one B-factor nor one fraction" in found.words
    assert "mixture of conformations" in found.words


def test_more_signal_than_the_twin_is_no_error_of_particles() -> None:
    found = said(np.exp(40 * FREQUENCY**2))
    assert found.kind == "surplus"
    assert "fall off more slowly by a B of" in found.words


def test_another_map_and_the_other_hand_conclude_nothing() -> None:
    assert said(other_hand=True).kind == "another map"
    assert "mirror image agrees better" in said(other_hand=True).words
    strange = said(likeness=0.3)
    assert strange.kind == "another map"
    assert "nothing is concluded" in strange.words


def test_an_own_map_says_that_agreement_proves_nothing_of_poses() -> None:
    found = said(own=True, guinier=90.0)
    assert found.kind == "particles"
    assert "agreement says nothing of the poses" in found.words
    assert "falls by a B of 90 Å²" in found.words
    assert "no better map" not in found.words
    undone = said(np.exp(-45 * FREQUENCY**2), own=True, undone=90.0)
    assert undone.kind == "blur"
    assert "a B of 90 Å² was undone" in undone.sentences[1]


def test_nyquist_comes_before_more_particles() -> None:
    fine = measured(np.full(N // 2 + 1, 50.0))
    found = limits.verdict(gaps.gap(fine, fine), fine, fine, SETTING)
    assert "a smaller pixel comes before more particles" in found.words
