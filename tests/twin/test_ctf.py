"""The compiled CTF against the textbook."""

from __future__ import annotations

import numpy as np
import pytest

from underfocus.data.optics import Optics, spread
from underfocus.maths import fourier
from underfocus.maths.kernels.sine import sines
from underfocus.physics import ctf


@pytest.mark.parametrize("n", [255, 256])
@pytest.mark.parametrize("bfactor", [0.0, 70.0, np.linspace(-20, 150, 40)])
def test_fast_equals_textbook(n: int, bfactor: object) -> None:
    m = 40
    optics = Optics(
        defocus=spread(-2_000, 40_000, m, seed=1),
        astigmatism=spread(0, 2_000, m, seed=2),
        astigmatism_angle=spread(0, 180, m, seed=3),
        amplitude_contrast=0.08,
        phase_shift=spread(0, 180, m, seed=4),
        bfactor=bfactor,
    )
    assert m * n * (n // 2 + 1) > ctf.FAST_FROM, "the compiled path is meant"
    fast, textbook = ctf.ctf2(n, 1.0, optics), ctf.ctf2_plain(n, 1.0, optics)
    assert (fast.dtype, textbook.dtype) == (np.float32, np.float64)
    assert fast.shape == textbook.shape == (m, n, n // 2 + 1)
    assert np.abs(fast - textbook).max() <= 1e-6 * max(1, np.abs(textbook).max())


def test_one_image_is_the_stack_s_row() -> None:
    defocus = spread(10_000, 20_000, 70)
    stack = ctf.ctf2(128, 1.5, Optics(defocus=defocus, bfactor=50))
    assert ctf.ctf2(128, 1.5, Optics(defocus=defocus[11], bfactor=50)) == pytest.approx(stack[11], abs=1e-6)
    assert ctf.ctf2(128, 1.5, Optics(defocus=defocus[:3], bfactor=50)) == pytest.approx(stack[:3], abs=1e-6)


def test_only_the_b_factor_differs_between_particles() -> None:
    stack = ctf.ctf2(128, 1.5, Optics(bfactor=np.linspace(0, 100, 70)))
    assert stack.shape == (70, 128, 65)
    assert stack[69] == pytest.approx(ctf.ctf2_plain(128, 1.5, Optics(bfactor=100.0)), abs=1e-6)
    undamped = ctf.ctf2(128, 1.5, Optics(bfactor=np.linspace(0, 100, 70)), envelope=False)
    assert undamped[69] == pytest.approx(ctf.ctf2_plain(128, 1.5, Optics()), abs=1e-6)


def test_curve_is_the_row_of_the_plane() -> None:
    optics = Optics(defocus=12_000, bfactor=30)
    curve = ctf.ctf1(fourier.half_frequencies1(64, 2.0), optics)
    assert ctf.ctf2_plain(64, 2.0, optics)[0] == pytest.approx(curve, abs=1e-9)
    assert ctf.ctf1(np.zeros(5), Optics(defocus=[1e4, 2e4, 3e4])).shape == (3, 5)


def test_sine_is_right_for_thousands_of_turns() -> None:
    """The polynomial's own error is 4e-9; folding in double keeps it there for any defocus in use."""
    forms = np.array([[0, 0, 0, 0, c] for c in np.linspace(-4_000, 4_000, 999)])
    one = np.ones((1, 1))
    values = sines(forms, np.zeros(1), np.zeros(1), one, one).ravel()
    assert np.abs(values - np.sin(2 * np.pi * forms[:, 4])).max() < 7e-8
