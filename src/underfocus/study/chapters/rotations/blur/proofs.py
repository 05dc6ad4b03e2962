"""The living derivations of the chapter: from a complex number to a matrix, and what a small turn is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from underfocus.base.knobs import knob
from underfocus.maths import rotations
from underfocus.study.derivations import Derivation, Line

Real = np.ndarray[Any, Any]
Turn = Annotated[float, knob("°", -90.0, 90.0, "how far the plane is turned", valid=(-360.0, 360.0), step=0.5)]
Across = Annotated[float, knob("", -5.0, 5.0, "x of the point", valid=(-100.0, 100.0), step=0.5)]
Up = Annotated[float, knob("", -5.0, 5.0, "y of the point", valid=(-100.0, 100.0), step=0.5)]


@dataclass(frozen=True)
class Point:
    """A point of the plane and the angle in radians by which it is turned."""

    angle: float
    x: float
    y: float


def point(turn: Turn = 12.0, across: Across = 3.0, up: Up = 4.0) -> Point:
    """The point and its turn."""
    return Point(float(np.radians(turn)), across, up)


def _pair(z: complex) -> Real:
    return np.array([z.real, z.imag])


def _product(p: Point) -> Real:
    c, s = np.cos(p.angle), np.sin(p.angle)
    return np.array([p.x * c - p.y * s, p.x * s + p.y * c])


PLANE = Derivation(
    id="number-to-matrix",
    title="From a complex number to a matrix, and to a small turn",
    state=point,
    lines=(
        Line(
            "e^{i\\theta}\\,z",
            "The point as a complex number, times one of modulus one.",
            lambda p: _pair(np.exp(1j * p.angle) * complex(p.x, p.y)),
        ),
        Line(
            "=(\\cos\\theta+i\\sin\\theta)(x+iy)",
            "Euler's formula: the exponential is a point of the unit circle.",
            lambda p: _pair(complex(np.cos(p.angle), np.sin(p.angle)) * complex(p.x, p.y)),
        ),
        Line(
            "=(x\\cos\\theta-y\\sin\\theta)+i\\,(x\\sin\\theta+y\\cos\\theta)",
            "Multiplied out, with i² = −1.",
            _product,
        ),
        Line(
            "=\\begin{pmatrix}\\cos\\theta&-\\sin\\theta\\\\\\sin\\theta&\\cos\\theta\\end{pmatrix}\\begin{pmatrix}x\\\\y\\end{pmatrix}",
            "Real and imaginary part are the two rows of a matrix.",
            lambda p: (np.asarray(rotations.about_z(np.degrees(p.angle))) @ [p.x, p.y, 0.0])[:2],
        ),
        Line(
            "\\approx\\begin{pmatrix}x\\\\y\\end{pmatrix}+\\theta\\begin{pmatrix}-y\\\\x\\end{pmatrix}",
            "For a small angle the cosine is 1 and the sine is the angle: a step sideways.",
            lambda p: np.array([p.x - p.angle * p.y, p.y + p.angle * p.x]),
            approximates=True,
        ),
    ),
    explanation="The first steps are one turn written four times. The last is its first term: its error grows with the square of the "
    "angle, and the point leaves its circle.",
    serves=("M11.r3", "M11.q1"),
)

DERIVATIONS = (PLANE,)
