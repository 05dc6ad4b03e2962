"""The living derivation of the chapter: what side views cost, from counting them to 8/π²."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from underfocus.base.knobs import knob
from underfocus.study.derivations import Derivation, Line
from underfocus.validation import orientation

from .. import rings

Real = np.ndarray[Any, Any]
Radius = Annotated[
    float, knob("voxels", 5.0, 200.0, "the shell's radius in the transform", valid=(2.0, 5000.0), step=1)
]
Tilt = Annotated[
    float,
    knob("°", 60.0, 90.0, "the angle between the axis and all views; 90° are side views", valid=(50.0, 90.0), step=1),
]
#: Gauss's places ψ (80,) between 0 and π/2, and what each stands for.
PSI, STEP = (np.pi / 4 * (v + shift) for v, shift in zip(np.polynomial.legendre.leggauss(80), (1.0, 0.0), strict=True))


@dataclass(frozen=True)
class Views:
    """Views on a ring at ``tilt`` degrees from the axis, judged in a shell of ``radius`` voxels."""

    radius: float
    tilt: float

    @property
    def reach(self) -> float:
        """sin(tilt): the greatest height, on a sphere of radius 1, at which directions are sampled."""
        return float(np.sin(np.radians(self.tilt)))

    @property
    def angle(self) -> Real:
        """Angles (80,) in radians from the axis to the directions that are sampled, their heights reach · sin ψ."""
        return np.asarray(np.arccos(self.reach * np.sin(PSI)))

    @property
    def area(self) -> Real:
        """sin a da (80,) of those angles: what each stands for of half the sphere, whose area is taken as 1."""
        return np.asarray(self.reach * np.cos(PSI) * STEP)


def around(radius: Radius = 100.0, tilt: Tilt = 90.0) -> Views:
    """Views about an axis."""
    return Views(radius, tilt)


def _counted(s: Views) -> Real:
    """The mean of 1/Sp over the sphere with Sp counted, as the part of azimuths within half a voxel."""
    band = 1 / (2 * s.radius)
    along = np.cos(s.angle) * np.cos(np.radians(s.tilt))
    across = np.sin(s.angle) * s.reach
    second, first = (np.arccos(np.clip((edge - along) / across, -1, 1)) for edge in (-band, band))
    return np.asarray(np.sum(s.area * band * np.pi / (second - first)))


def _circles(s: Views) -> Real:
    """The same with the sampling that the figures draw."""
    sp = rings.circle_sampling(np.array([s.tilt]), np.degrees(s.angle), s.radius)[0]
    return np.asarray(np.sum(s.area / sp))


def _thin(s: Views) -> Real:
    """The same with the engine's closed form of a thin band."""
    return np.asarray(np.sum(s.area / orientation.ring_sampling(s.tilt, np.degrees(s.angle))))


def _heights(s: Views) -> Real:
    """π/2 times the area of a quarter of a disc, as an integral over heights."""
    heights = s.reach * np.sin(PSI)
    return np.asarray(np.pi / 2 * np.sum(np.sqrt(s.reach**2 - heights**2) * s.reach * np.cos(PSI) * STEP))


SIDE_VIEWS = Derivation(
    id="side-views-cost",
    title="What side views cost",
    state=around,
    lines=(
        Line(
            "\\langle 1/\\mathrm{Sp}\\rangle = \\int_{a_0}^{\\pi/2} \\frac{1/2k}{\\frac{1}{\\pi}\\left(\\varphi_2 - \\varphi_1\\right)}\\,\\sin a\\,da,\\quad a_0 = \\tfrac{\\pi}{2} - \\theta",
            "Views at $\\theta$ from the axis, at every azimuth: the ones within half a voxel of a direction's plane lie between two azimuths, $\\cos\\varphi_{1,2} = (\\pm 1/2k - \\cos a\\cos\\theta)/(\\sin a\\sin\\theta)$. Directions that get none are left out.",
            _counted,
        ),
        Line(
            "= \\int_{a_0}^{\\pi/2} \\frac{\\sin a}{\\mathrm{Sp}(a)}\\,da",
            "That ratio is the sampling: views there, over views that an even spread would put there.",
            _circles,
        ),
        Line(
            "\\approx \\int_{a_0}^{\\pi/2} \\frac{\\pi}{2}\\sqrt{\\sin^2\\theta - \\cos^2 a}\\;\\sin a\\,da",
            "A thin band: the width over the slope of $\\cos\\varphi$ at its middle.",
            _thin,
            approximates=True,
        ),
        Line(
            "= \\frac{\\pi}{2}\\int_0^{\\sin\\theta}\\sqrt{\\sin^2\\theta - u^2}\\,du",
            "Heights $u = \\cos a$ instead of angles.",
            _heights,
        ),
        Line(
            "= \\frac{\\pi^2}{8}\\sin^2\\theta",
            "A quarter of a disc of radius $\\sin\\theta$.",
            lambda s: np.asarray(np.pi**2 / 8 * s.reach**2),
        ),
    ),
    explanation="One approximation, the thin band; it fails within half a voxel of the axis, where the count is finite and the closed form is not, and improves as the shell grows. At 90° nothing is left out, and SCF = 8/π² = 0.811.",
)

DERIVATIONS = (SIDE_VIEWS,)
