"""A tilted specimen: which defocus each place has, what that spreads over a field, and how finely a field must be cut.

The specimen's plane is turned by ``tilt`` about an axis in the image plane at ``axis`` degrees from +x towards +y,
right-handed. A point at r = (x, y) of the image then lies z = tan(tilt) n·r further along the beam, n = (−sin, cos) of
the axis. An underfocused lens is focused on a plane before the specimen, so what lies further down is further from it:
Δf(r) = Δf + tan(tilt) n·r, as `multislice` has it. With the axis at 90°, along +y, defocus grows towards −x.
Coordinates are of the image, in Å from the sample n // 2; the specimen is its projection.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any

import numpy as np

from ..base import units
from ..base.errors import InputError
from ..base.knobs import knob, knobs_of
from ..data.optics import Optics

Real = np.ndarray[Any, Any]

TiltAngle = Annotated[
    float,
    knob(
        "°",
        -60,
        60,
        "How far the specimen's plane is turned out of the horizontal: defocus then changes across the image.",
        valid=(-85, 85),
        step=1,
        chapter="phase-contrast",
    ),
]
TiltAxis = Annotated[
    float,
    knob(
        "°",
        0,
        180,
        "Direction of the tilt axis in the image, from +x towards +y; along it the defocus stays the same.",
        valid=(-360, 360),
        step=1,
        chapter="phase-contrast",
    ),
]


@dataclass(frozen=True)
class Tilt:
    """A tilt in degrees about an axis in the image plane. KnobError beyond ±85°."""

    tilt: TiltAngle = 0.0
    axis: TiltAxis = 90.0

    def __post_init__(self) -> None:
        for bound in knobs_of(Tilt):
            bound.knob.check(bound.name, getattr(self, bound.name))

    @property
    def slope(self) -> Real:
        """(2,) change of defocus with x and y of the image, in Å an Å."""
        return np.asarray(tangent(self.tilt) * self.uphill)

    @property
    def uphill(self) -> Real:
        """(2,) the unit vector in the image towards more defocus, for a positive tilt: across the axis."""
        angle = np.radians(self.axis)
        return np.array([-np.sin(angle), np.cos(angle)])

    def defocus_change(self, points: Real) -> Real:
        """Defocus (…) in Å at points (…, 2) in Å, as (x, y) from the origin, less that at the origin."""
        return np.asarray(np.asarray(points, float) @ self.slope)

    def matrix(self) -> Real:
        """The rotation (3, 3) that tilts the specimen."""
        from ..maths import rotations

        angle = np.radians(self.axis)
        return np.asarray(rotations.from_axis_angle(np.array([np.cos(angle), np.sin(angle), 0.0]), self.tilt))


def tangent(tilt: float) -> float:
    """tan of degrees."""
    return float(np.tan(np.radians(tilt)))


def defocus_changes(n: int, pixel: float, tilt: Tilt) -> Real:
    """The change of defocus (n, n) in Å at every pixel of an image, 0 at its origin n // 2."""
    along = (np.arange(n) - n // 2) * pixel
    slope = tilt.slope
    return np.asarray(slope[0] * along[None, :] + slope[1] * along[:, None])


def optics_at(points: Real, optics: Optics, tilt: Tilt) -> Optics:
    """The optics of particles at points (m, 2) in Å of a tilted field: each with the defocus of its own place."""
    found = np.asarray(points, float)
    if found.ndim != 2 or found.shape[1] != 2:
        raise InputError(
            f"points in an image are (m, 2), as (x, y) in Å, and an array of shape {found.shape} was given"
        )
    return replace(optics, defocus=optics.defocus + tilt.defocus_change(found))


def spread(field: float, tilt: float) -> float:
    """Largest less smallest defocus in Å over a field in Å across the axis: field · |tan tilt|."""
    return float(field * abs(tangent(tilt)))


def path_factor(tilt: float) -> float:
    """How much longer the way through a tilted slab is: 1 / cos tilt."""
    return float(1 / np.cos(np.radians(tilt)))


def tolerance(length: float, voltage_kv: float, phase: float = np.pi / 4) -> float:
    """The error of defocus in Å that turns γ by ``phase`` at a length d in Å: phase d²/(πλ), or d²/(4λ) for π/4."""
    if length <= 0:
        raise InputError(f"a resolution is a length above 0 Å, and {length:g} was given")
    return float(phase * length**2 / (np.pi * units.wavelength(voltage_kv)))


def half_width(length: float, voltage_kv: float, tilt: float, phase: float = np.pi / 4) -> float:
    """How far from its middle line, in Å across the axis, a strip of one defocus holds the tolerance; ∞ untilted."""
    rise = abs(tangent(tilt))
    return tolerance(length, voltage_kv, phase) / rise if rise else float("inf")


def strips_needed(field: float, length: float, voltage_kv: float, tilt: float, phase: float = np.pi / 4) -> int:
    """How many strips of one defocus keep γ within ``phase`` of the truth over a field in Å, at a length in Å."""
    return max(1, int(np.ceil(field / (2 * half_width(length, voltage_kv, tilt, phase)) - 1e-9)))
