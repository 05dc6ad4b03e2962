"""The chapter's living derivations: what moving and what turning a picture do to its transform."""

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

#: The side of the picture that is turned, and its Gaussian blobs: place (x, y), width, in pixels, and strength. They are
#: so wide that nothing is left at Nyquist, and so narrow that nothing is left at the box's edge: sums are integrals.
WIDE = 48
BLOBS = ((3.0, 1.0, 2.8, 1.0), (-2.0, 3.0, 2.5, 0.7), (-1.0, -3.5, 2.6, -0.5))
Turn = Annotated[float, knob("°", -180.0, 180.0, "how far the picture is turned", valid=(-720.0, 720.0), step=1)]


@dataclass(frozen=True)
class Turned:
    """A picture of three blobs, and an angle in degrees from +x towards +y."""

    angle: float

    def back(self, x: Real, y: Real) -> tuple[Real, Real]:
        """Coordinates turned back by the angle."""
        c, s = np.cos(np.deg2rad(self.angle)), np.sin(np.deg2rad(self.angle))
        return c * x + s * y, c * y - s * x

    def grid(self) -> tuple[Real, Real]:
        """The places (x, y) of all pixels."""
        x, y = np.meshgrid(np.arange(WIDE) - WIDE // 2, np.arange(WIDE) - WIDE // 2)
        return x.astype(float), y.astype(float)

    def points(self) -> tuple[Real, Real]:
        """The places (kx, ky) in 1/pixel of the half transform's points within Nyquist's circle, one of four."""
        ky, kx = np.broadcast_arrays(*fourier.frequencies2(WIDE))
        inside = np.hypot(kx, ky) <= 0.5
        return kx[inside][::4], ky[inside][::4]

    def sum(self, picture: Real, k: tuple[Real, Real]) -> Real:
        """The transform of a picture (n, n), summed as it is defined, at any points k, on the grid of pixels or off it."""
        axis = np.arange(WIDE) - WIDE // 2
        along, down = (np.exp(-2j * np.pi * np.multiply.outer(v, axis)) for v in k)
        return np.asarray(np.sum((down @ picture) * along, axis=-1))

    def sum_ahead(self, picture: Real, k: tuple[Real, Real]) -> Real:
        """The same where each pixel stands at its place turned ahead."""
        x, y = Turned(-self.angle).back(*self.grid())
        turns = np.outer(k[0], x) + np.outer(k[1], y)
        return np.asarray(np.exp(-2j * np.pi * turns) @ picture.ravel())


def turned(angle: Turn = 35.0) -> Turned:
    """A picture and how far it turns."""
    return Turned(angle)


def _blobs(x: Real, y: Real) -> Real:
    """The picture at places in pixels."""
    parts = (a * np.exp(-((x - px) ** 2 + (y - py) ** 2) / (2 * w**2)) for px, py, w, a in BLOBS)
    return np.asarray(sum(parts, np.zeros(x.shape)))


def _spectrum(kx: Real, ky: Real) -> Real:
    """The transform of the blobs, by formula: a Gaussian each, and the phase of its place."""
    parts = (
        a * 2 * np.pi * w**2 * np.exp(-2 * np.pi**2 * w**2 * (kx**2 + ky**2) - 2j * np.pi * (kx * px + ky * py))
        for px, py, w, a in BLOBS
    )
    return np.asarray(sum(parts, np.zeros(kx.shape, complex)))


ROTATION = Derivation(
    id="turn-in-two-dimensions",
    title="A picture that turns turns its transform",
    state=turned,
    lines=(
        Line(
            "F'(\\mathbf k)=\\sum_{\\mathbf r} g(R^{-1}\\mathbf r)\\,e^{-2\\pi i\\,\\mathbf k\\cdot\\mathbf r}",
            "The transform of the turned picture: what is now at r was at the place turned back.",
            lambda s: s.sum(_blobs(*s.back(*s.grid())), s.points()),
        ),
        Line(
            "=\\sum_{\\mathbf r} g(\\mathbf r)\\,e^{-2\\pi i\\,\\mathbf k\\cdot R\\mathbf r}",
            "Turn your head with the picture: put Rr for r. Pixels do not fall on pixels, but for a smooth picture that ends within "
            "the box either sum is the integral.",
            lambda s: s.sum_ahead(_blobs(*s.grid()), s.points()),
        ),
        Line(
            "=\\sum_{\\mathbf r} g(\\mathbf r)\\,e^{-2\\pi i\\,(R^{-1}\\mathbf k)\\cdot\\mathbf r}",
            "To turn one of two vectors is to turn the other one back: their angle is the same. That is all there is to it.",
            lambda s: s.sum(_blobs(*s.grid()), s.back(*s.points())),
        ),
        Line(
            "=F(R^{-1}\\mathbf k)",
            "And that is the old transform at the point turned back. Here by formula, since the blobs' transform is known everywhere.",
            lambda s: _spectrum(*s.back(*s.points())),
        ),
        Line(
            "\\approx F(\\lfloor R^{-1}\\mathbf k\\rceil)",
            "A computer has the old transform on its grid only, and takes the nearest point.",
            lambda s: _spectrum(*(np.rint(v * WIDE) / WIDE for v in s.back(*s.points()))),
            approximates=True,
        ),
    ),
    explanation="The transform turns with the picture, in the same direction and by the same angle. It works for the same reason in three "
    "dimensions, and it is why a projection of a turned particle is a tilted plane of its transform. On a grid the turned points "
    "fall between the samples, which is where interpolation comes in: the nearest one is the crudest.",
    serves=("M24.r2",),
)

DERIVATIONS = (ROTATION, SHIFT)
