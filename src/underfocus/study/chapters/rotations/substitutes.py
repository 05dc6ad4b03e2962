"""What the substitutes for Quine's problems compute: orthogonality, reflections, complex form, eigenvalues."""

from __future__ import annotations

from typing import Any

import numpy as np

from underfocus.maths import rotations

Real = np.ndarray[Any, Any]
#: A third of these whole numbers, with the last one to be found, is orthogonal.
THIRDS = ((2.0, -1.0, 2.0), (2.0, 2.0, -1.0), (-1.0, 2.0, None))
#: Directions of two mirrors through the origin, in degrees from x.
MIRRORS = (20.0, 50.0)
#: The angles of two turns of the plane that are composed, in degrees.
TURNS = (75.0, -30.0)


def missing_entry() -> float:
    """The number that makes the third column as long as the others and at right angles to them."""
    first, second, last = (np.array(row[:2], float) for row in THIRDS)
    known = np.array([THIRDS[0][2], THIRDS[1][2]], float)
    # column 3 · column 1 = 0 leaves one number
    return float(-(first[0] * known[0] + second[0] * known[1]) / last[0])


def completed() -> Real:
    """The orthogonal matrix itself."""
    rows = [[missing_entry() if v is None else v for v in row] for row in THIRDS]
    return np.array(rows, float) / 3


def angle_of(matrix: Real) -> float:
    """The angle in degrees by which a rotation matrix turns."""
    return float(rotations.to_axis_angle(matrix)[1])


def mirror(angle: float) -> Real:
    """The reflection of the plane in the line at an angle in degrees from x."""
    line = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
    return np.asarray(2 * np.outer(line, line) - np.eye(2))


def turn_of(matrix: Real) -> float:
    """The angle in degrees of a rotation of the plane."""
    return float(np.degrees(np.arctan2(matrix[1, 0], matrix[0, 0])))


def rotoreflection() -> float:
    """The turn in degrees of −R about R's own axis, plus a mirror, for the completed matrix: −R = mirror · turn."""
    axis, _ = rotations.to_axis_angle(completed())
    across = np.eye(3) - 2 * np.outer(axis, axis)
    return angle_of(across @ -completed())


def eigenvalue_angle() -> float:
    """The argument in degrees of the complex eigenvalue of the completed matrix above the real axis."""
    values = np.linalg.eigvals(completed())
    return float(np.degrees(np.max(np.angle(values))))
