"""Images through the lens in one pass against whole arrays of CTF and shifts, and the way back as its adjoint."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from underfocus.data.aberrations import Aberrations
from underfocus.data.groups import AberrationGroups
from underfocus.data.optics import Optics
from underfocus.maths import fourier
from underfocus.physics import passage
from underfocus.physics.ctf import ctf2_plain

PIXEL, SHIFT = 1.7, np.array([[3.1, -8.4], [0.0, 2.0], [-5.5, 0.3]])
LENSES = {
    "perfect": None,
    "tilted beam": Aberrations(beam_tilt_x=0.4, beam_tilt_y=-0.2),
    "groups": AberrationGroups((None, Aberrations(beam_tilt_x=0.5)), np.array([0, 1, 1])),
}


def planes(n: int, m: int = 3) -> Any:
    rng = np.random.default_rng(n)
    return fourier.fft2(rng.normal(size=(m, n, n)).astype(np.float32))


def optics(lens: Any) -> Optics:
    return Optics(defocus=np.array([9_000.0, 14_000.0, 22_000.0]), astigmatism=400.0, bfactor=30.0, aberrations=lens)


@pytest.mark.parametrize("n", [24, 31])
@pytest.mark.parametrize("lens", LENSES)
def test_one_pass_is_ctf_and_shift(n: int, lens: str) -> None:
    given, chosen = planes(n), optics(LENSES[lens])
    textbook = given * ctf2_plain(n, PIXEL, chosen) * fourier.shift_phase2(n, PIXEL, SHIFT)
    right = fourier.ifft2(-textbook, n)
    found = given.astype(np.complex64)
    passage.forward(found, PIXEL, chosen, SHIFT, sign=-1.0)
    images = np.fft.irfft2(found, (n, n))
    np.testing.assert_allclose(images, right, atol=3e-5 * np.abs(right).max())


@pytest.mark.parametrize("lens", LENSES)
def test_the_way_back_is_the_adjoint(lens: str) -> None:
    n, chosen = 20, optics(LENSES[lens])
    x, y = planes(n).astype(np.complex64), planes(n, 6)[3:].astype(np.complex64)
    there, back = x.copy(), y.copy()
    passage.forward(there, PIXEL, chosen, SHIFT)
    squares = passage.adjoint(back, PIXEL, chosen, passage.phases(n, PIXEL, SHIFT))
    assert np.vdot(y, there) == pytest.approx(np.vdot(back, x), rel=1e-5)
    expected = np.abs(ctf2_plain(n, PIXEL, chosen)) ** 2
    np.testing.assert_allclose(squares, expected, atol=1e-6)


def test_what_the_compiled_lens_does_not_know() -> None:
    assert passage.separable(optics(None))
    assert not passage.separable(optics(Aberrations(magnification=((1.02, 0.0), (0.0, 1.0)))))
