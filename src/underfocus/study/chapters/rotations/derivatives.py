"""Trials for the reader's derivative of a turned point by its quaternion."""

from __future__ import annotations

from typing import Any

import numpy as np

from underfocus.maths import quaternions

Real = np.ndarray[Any, Any]


def by_quaternion(q: Real, p: Real) -> Real:
    """The derivatives (3, 4) of q p q* by w, x, y and z."""
    return np.asarray(quaternions.derivative(q, p, inverse=False))


def trials() -> list[tuple[Real, Real]]:
    """Unit quaternions with points: the identity, half a turn, and plain ones."""
    rng = np.random.default_rng(21)
    plain = [(np.asarray(quaternions.normalise(rng.standard_normal(4))), rng.standard_normal(3)) for _ in range(4)]
    return [
        (np.array([1.0, 0.0, 0.0, 0.0]), np.array([1.0, 2.0, 3.0])),
        (np.array([0.0, 0.0, 0.0, 1.0]), np.array([1.0, 0.0, 0.0])),
        *plain,
    ]
