"""Slabaugh's Figure 1 word by word, for comparison with the engine, and a judge of what readers make of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from underfocus.maths import euler, rotations

Real = np.ndarray[Any, Any]


def pseudo_code(r: Real) -> tuple[float, float, float]:
    """One triple (psi, theta, phi) in degrees, each angle from its own quotient, as the figure has it."""
    if abs(r[2, 0]) != 1:
        theta = -np.arcsin(r[2, 0])
        c = np.cos(theta)
        psi, phi = np.arctan2(r[2, 1] / c, r[2, 2] / c), np.arctan2(r[1, 0] / c, r[0, 0] / c)
    elif r[2, 0] < 0:
        theta, phi, psi = np.pi / 2, 0.0, np.arctan2(r[0, 1], r[0, 2])
    else:
        theta, phi, psi = -np.pi / 2, 0.0, np.arctan2(-r[0, 1], -r[0, 2])
    return float(np.degrees(psi)), float(np.degrees(theta)), float(np.degrees(phi))


def composed(psi: Any, theta: Any, phi: Any) -> Real:
    """Rz(phi) Ry(theta) Rx(psi) (…, 3, 3), of angles (…) in degrees."""
    return np.asarray(euler.matrix(np.stack(np.broadcast_arrays(phi, theta, psi), axis=-1), "zyx"))


def worked() -> Real:
    """The matrix of the paper's worked example, at full precision."""
    return composed(45.0, 45.0, 45.0)


def trials() -> list[tuple[Real]]:
    """Matrices that a program must take apart: the worked one, plain ones, and both gimbal locks."""
    away = [np.asarray(m) for m in rotations.random(4, 11)]
    up, down = (composed(np.degrees(0.7), theta, np.degrees(0.3)) for theta in (90.0, -90.0))
    return [(worked(),), *((m,) for m in away), (np.eye(3),), (_exact(up),), (_exact(down),)]


def _exact(r: Real) -> Real:
    """A locked matrix with its −1 or 1 exact, and its zeros."""
    clean = np.where(np.abs(r) < 1e-15, 0.0, r)
    clean[2, 0] = np.sign(clean[2, 0])
    return np.asarray(clean)


def judge(pairs: list[tuple[tuple[Any, ...], Any]]) -> str:
    """What is wrong with the triples, or nothing: each must give its matrix, and away from the lock both be there."""
    for number, ((matrix,), result) in enumerate(pairs, 1):
        try:
            triples = np.atleast_2d(np.asarray(result, float))
        except (TypeError, ValueError):
            return f"In trial {number} the result is no list of triples of numbers."
        if triples.ndim != 2 or triples.shape[1] != 3 or not np.isfinite(triples).all():
            return f"In trial {number} triples (psi, theta, phi) of finite numbers are wanted, one or two."
        errors = [float(np.abs(composed(*np.degrees(t)) - matrix).max()) for t in triples]
        if max(errors) > 1e-9:
            lock = " This one is at gimbal lock." if euler.locked(matrix, "zyx") else ""
            return f"In trial {number} a triple builds a matrix that is {max(errors):.2g} off; are they radians?{lock}"
        if euler.locked(matrix, "zyx"):
            continue
        apart = np.abs((triples[0] - triples[-1] + np.pi) % (2 * np.pi) - np.pi).max()
        if len(triples) < 2 or apart < 1e-6:
            return f"In trial {number} there are two triples, and only one was found; theta has a second value."
    return ""


def solve(matrix: Real) -> Real:
    """The engine's answer in the form that readers give: both triples in radians."""
    return np.asarray(np.radians(euler.slabaugh(matrix)))
