"""Gimbals: three rings that carry each other, the readings of them, and how a rotation is printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from underfocus.maths import euler, rotations

Real = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Reading:
    """How a program reads three angles: their names, the axes turned about, whether its matrix is the transpose."""

    names: tuple[str, str, str]
    order: str
    transposed: bool


READINGS = {
    "RELION": Reading(("rot", "tilt", "psi"), "zyz", True),
    "EMAN2": Reading(("az", "alt", "phi"), "zxz", True),
    "ZYZ": Reading(("first", "second", "third"), "zyz", False),
    "ZYX": Reading(("yaw", "pitch", "roll"), "zyx", False),
}


def turned(reading: str, angles: tuple[float, float, float]) -> Real:
    """The innermost ring's axes as columns: the product of the three turns."""
    return np.asarray(euler.matrix(angles, READINGS[reading].order))


def written(reading: str, angles: tuple[float, float, float]) -> Real:
    """The matrix as the program uses it: of RELION and EMAN2 the transpose, from specimen to microscope."""
    product = turned(reading, angles)
    return product.T if READINGS[reading].transposed else product


def axes_of(reading: str, angles: tuple[float, float, float]) -> Real:
    """The three axes (3, 3), one a row, about which the rings turn as they stand now."""
    order = READINGS[reading].order
    about = {axis: getattr(rotations, f"about_{axis}") for axis in "xyz"}
    carried, found = np.eye(3), []
    for axis, angle in zip(order, angles, strict=True):
        found.append(carried[:, "xyz".index(axis)])
        carried = carried @ about[axis](angle)
    return np.array(found)


def from_lock(reading: str, second: float) -> float:
    """Degrees between the second angle and the nearest one at which the first and third axes are parallel."""
    order = READINGS[reading].order
    middle = second if order[0] == order[2] else second - 90.0
    return float(abs((middle + 90.0) % 180.0 - 90.0))


def circle(normal: Real, radius: float = 1.0, steps: int = 73) -> Real:
    """A circle (steps, 3) about a unit normal."""
    aside = np.eye(3)[int(np.argmin(np.abs(normal)))]
    first = np.cross(normal, aside)
    first /= np.linalg.norm(first)
    angle = np.linspace(0, 2 * np.pi, steps)[:, None]
    return np.asarray(radius * (np.cos(angle) * first + np.sin(angle) * np.cross(normal, first)))


def sweep(reading: str, angles: tuple[float, float, float], which: int, reach: float = 60.0) -> Real:
    """Where the inner x axis goes (n, 3) while one angle alone moves by up to ``reach`` degrees either way."""
    many = np.repeat(np.array(angles, float)[None], 49, axis=0)
    many[:, which] += np.linspace(-reach, reach, 49)
    return np.asarray(euler.matrix(many, READINGS[reading].order)[:, :, 0])


def row(values: Real, digits: int = 3) -> str:
    """Numbers in a line with true minus signs."""
    return "  ".join(f"{v + 0.0:.{digits}f}".replace("-", "−") for v in np.round(values, digits))


def triple(values: Real) -> str:
    """Three angles in a line, without superfluous digits."""
    return ", ".join(f"{round(float(v), 2) + 0.0:g}".replace("-", "−") for v in values)
