"""The living derivation of the chapter: from q p q⁻¹ to Rodrigues' formula, to the matrix, to a small turn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from underfocus.base.knobs import knob
from underfocus.maths import quaternions, rotations
from underfocus.study.derivations import Derivation, Line

from .. import covers

Real = np.ndarray[Any, Any]
Turn = Annotated[float, knob("°", -180.0, 180.0, "how far the point is turned", valid=(-720.0, 720.0), step=1)]
Polar = Annotated[float, knob("°", 0.0, 180.0, "the axis, counted from z", valid=(0.0, 180.0), step=1)]
#: The point that is turned.
POINT = np.array([1.0, 2.0, -0.5])


@dataclass(frozen=True)
class Turned:
    """A unit axis, an angle in radians, and a point."""

    axis: Real
    angle: float
    point: Real

    @property
    def half(self) -> tuple[float, float]:
        """Cosine and sine of half the angle."""
        return float(np.cos(self.angle / 2)), float(np.sin(self.angle / 2))


def turned(turn: Turn = 15.0, axis_from_z: Polar = 50.0) -> Turned:
    """A point and its rotation."""
    return Turned(covers.axis_at(axis_from_z, 20.0), float(np.radians(turn)), POINT)


def _sandwich(t: Turned) -> Real:
    c, s = t.half
    return np.asarray(quaternions.rotate(np.array([c, *(s * t.axis)]), t.point))


def _expanded(t: Turned) -> Real:
    """c² p + cs (np − pn) − s² npn, with Hamilton's products."""
    c, s = t.half
    n, p = quaternions.pure(t.axis), quaternions.pure(t.point)
    left, right = quaternions.multiply(n, p), quaternions.multiply(p, n)
    whole = c * c * p + c * s * (left - right) - s * s * quaternions.multiply(left, n)
    return np.asarray(whole[1:])


def _vectors(t: Turned) -> Real:
    """The same with dot and cross products."""
    c, s = t.half
    n, p = t.axis, t.point
    return np.asarray(c * c * p + 2 * c * s * np.cross(n, p) - s * s * (p - 2 * (n @ p) * n))


def _rodrigues(t: Turned) -> Real:
    c, s = np.cos(t.angle), np.sin(t.angle)
    n, p = t.axis, t.point
    return np.asarray(c * p + s * np.cross(n, p) + (1 - c) * (n @ p) * n)


RODRIGUES = Derivation(
    id="from-sandwich-to-matrix",
    title="From q p q⁻¹ to Rodrigues' formula, and to the matrix",
    state=turned,
    lines=(
        Line(
            "q\\,p\\,q^{-1},\\quad q=c+s\\,n",
            "The point between a quaternion and its inverse; c and s are the cosine and sine of half the angle, n is the axis as a quaternion.",
            _sandwich,
        ),
        Line(
            "=c^2\\,p+cs\\,(np-pn)-s^2\\,npn",
            "Multiplied out, with q⁻¹ = c − s n. The order of the factors is kept.",
            _expanded,
        ),
        Line(
            "=c^2\\,p+2cs\\;n\\times p-s^2\\left(p-2(n\\cdot p)\\,n\\right)",
            "A product of two vectors is −(dot) + (cross): so np − pn is twice the cross product, and npn is p mirrored.",
            _vectors,
        ),
        Line(
            "=\\cos\\theta\\;p+\\sin\\theta\\;n\\times p+(1-\\cos\\theta)(n\\cdot p)\\,n",
            "Half angles become whole ones: c² − s² is the cosine, 2cs the sine, 2s² is 1 − cosine. Rodrigues' formula.",
            _rodrigues,
        ),
        Line(
            "=R\\,p",
            "Linear in p: its nine numbers are the rotation matrix.",
            lambda t: np.asarray(rotations.from_axis_angle(t.axis, np.degrees(t.angle))) @ t.point,
        ),
        Line(
            "\\approx p+\\theta\\;n\\times p",
            "For a small angle: a step at right angles to the axis and to the point.",
            lambda t: t.point + t.angle * np.cross(t.axis, t.point),
            approximates=True,
        ),
    ),
    explanation="Five exact lines: the two half turns of the quaternion are one turn of Rodrigues and one matrix. The last line is what a step "
    "of an optimisation assumes, and exp is what makes it a rotation again.",
    serves=("M12.r1", "M12.q3", "M12.r6"),
)

DERIVATIONS = (RODRIGUES,)
