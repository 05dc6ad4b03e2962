"""The chapter's living derivation: moving a picture turns the phase of each of its waves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from underfocus.base.knobs import knob
from underfocus.maths import fourier, waves
from underfocus.study.derivations import Derivation, Line

Real = np.ndarray[Any, Any]
SIDE = 32
#: Orders, amplitudes and phases of the waves of the picture that is moved.
PARTS = (((2, 1), 1.0, 30.0), ((-3, 4), 0.7, -80.0), ((5, 2), 0.5, 120.0), ((0, 6), 0.4, 10.0))
Move = Annotated[float, knob("px", -6.0, 6.0, "how far the picture moves", valid=(-16.0, 16.0), step=0.1)]


@dataclass(frozen=True)
class Moved:
    """A picture of four waves, and a shift (x, y) in pixels."""

    shift: tuple[float, float]

    def picture(self, shift: tuple[float, float] = (0.0, 0.0)) -> Real:
        """The picture moved by formula, wave by wave."""
        parts = (
            waves.wave(SIDE, orders, amplitude, phase + waves.phase_of_shift(SIDE, orders, shift))
            for orders, amplitude, phase in PARTS
        )
        return np.asarray(sum(parts, np.zeros((SIDE, SIDE))))


def moved(move_x: Move = 2.3, move_y: Move = -1.4) -> Moved:
    """A picture and how far it moves."""
    return Moved((move_x, move_y))


def _sum(picture: Real) -> Real:
    """The transform of a picture, summed point by point as it is defined, on the half plane."""
    axis = np.arange(SIDE) - SIDE // 2
    ky, kx = fourier.frequencies2(SIDE)
    rows = np.exp(-2j * np.pi * np.outer(ky.ravel(), axis))
    columns = np.exp(-2j * np.pi * np.outer(axis, kx.ravel()))
    return np.asarray(rows @ picture @ columns)


SHIFT = Derivation(
    id="shift-in-two-dimensions",
    title="A picture that moves turns its phases",
    state=moved,
    lines=(
        Line(
            "F'(h,k)=\\sum_{x,y} g(x-x_0,\\,y-y_0)\\,e^{-2\\pi i(hx+ky)/n}",
            "The transform of the moved picture, as it is defined: every pixel times a wave, added.",
            lambda s: _sum(s.picture(s.shift)),
        ),
        Line(
            "=\\sum_{x,y} g(x,y)\\,e^{-2\\pi i(h(x+x_0)+k(y+y_0))/n}",
            "Walk with the picture: put x + x₀ for x and y + y₀ for y. The sum runs over whole turns, so its ends do not matter.",
            lambda s: _sum(s.picture()) * fourier.shift_phase2(SIDE, 1.0, np.array(s.shift)),
        ),
        Line(
            "=e^{-2\\pi i(hx_0+ky_0)/n}\\;F(h,k)",
            "What does not depend on x and y comes out of the sum: one phase a wave.",
            lambda s: fourier.fft2(s.picture()) * fourier.shift_phase2(SIDE, 1.0, np.array(s.shift)),
        ),
        Line(
            "\\approx e^{-2\\pi i(h\\lfloor x_0\\rceil+k\\lfloor y_0\\rceil)/n}\\;F(h,k)",
            "Pixels can only be moved by whole numbers: the shift is rounded.",
            lambda s: fourier.fft2(np.roll(s.picture(), (round(s.shift[1]), round(s.shift[0])), axis=(0, 1))),
            approximates=True,
        ),
    ),
    explanation="A shift is exact in Fourier space for any fraction of a pixel, as long as the picture holds no wave beyond "
    "Nyquist. Moving pixels is only exact for whole ones. This is why programs align by phases.",
    serves=("M24.r2",),
)

DERIVATIONS = (SHIFT,)
