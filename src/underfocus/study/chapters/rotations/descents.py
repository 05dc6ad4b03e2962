"""Finding a rotation by going downhill: by the logarithm, by the quaternion's derivative, by Euler angles."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from underfocus.maths import quaternions, rotations, so3

Real = np.ndarray[Any, Any]
STEPS = 60


@cache
def points() -> Real:
    """Twenty points (20, 3) of unit spread."""
    found = np.random.default_rng(8).standard_normal((20, 3))
    return np.asarray((found - found.mean(0)) / found.std())


def truth(tilt: float) -> Real:
    """The rotation that is looked for: near gimbal lock where its tilt is small."""
    return np.asarray(rotations.from_euler(25.0, tilt, 40.0))


def targets(tilt: float, noise: float) -> Real:
    """Where the true rotation takes the points, with errors of standard deviation ``noise`` in each coordinate."""
    errors = np.random.default_rng(9).standard_normal(points().shape)
    return np.asarray(points() @ truth(tilt).T + noise * errors)


def cost(r: Real, wanted: Real) -> float:
    """Half the mean squared distance of the turned points from where they should be."""
    return float(0.5 * ((points() @ r.T - wanted) ** 2).sum(-1).mean())


def by_logarithm(r: Real, wanted: Real, step: float) -> Real:
    """One step: the gradient is a small turn, the mean of −(Rp × target); its exponential is applied."""
    gradient = -np.cross(points() @ r.T, wanted).mean(0)
    return np.asarray(so3.exp(np.degrees(-step * gradient)) @ r)


def by_quaternion(q: Real, wanted: Real, step: float) -> Real:
    """One step against ∂E/∂q by the chain rule and ∂p'/∂q, then back to length one.

    A quaternion that moves by δ turns by 2δ, so a quarter of the step is the same step.
    """
    apart = np.asarray(quaternions.rotate(q, points())) - wanted
    slope = np.einsum("nij,ni->j", np.asarray(quaternions.derivative(q, points())), apart) / len(apart)
    return np.asarray(quaternions.normalise(q - 0.25 * step * slope))


def by_euler(angles: Real, wanted: Real, step: float) -> Real:
    """One step against the derivatives by rot, tilt and psi in radians, from central differences."""
    h = 1e-4
    moves = np.degrees(h) * np.concatenate([np.eye(3), -np.eye(3)])
    costs = [cost(r, wanted) for r in np.asarray(rotations.from_euler(*(angles + moves).T))]
    slope = (np.array(costs[:3]) - costs[3:]) / (2 * h)
    return np.asarray(angles - np.degrees(step * slope))


def paths(way: str, start: float, step: float, tilt: float, noise: float) -> Real:
    """The rotations (STEPS + 1, 3, 3) that are visited from ``start`` degrees away."""
    wanted = targets(tilt, noise)
    first = np.asarray(so3.exp(start * np.array([0.48, -0.6, 0.64])) @ truth(tilt))
    visited = [first]
    q, angles = np.asarray(rotations.to_quaternion(first)), np.asarray(rotations.to_euler(first))
    for _ in range(STEPS):
        if way == "the logarithm":
            visited.append(by_logarithm(visited[-1], wanted, step))
        elif way == "the quaternion":
            q = by_quaternion(q, wanted, step)
            visited.append(np.asarray(rotations.from_quaternion(q)))
        else:
            angles = by_euler(angles, wanted, step)
            visited.append(np.asarray(rotations.from_euler(*angles)))
    return np.array(visited)


def best(tilt: float, noise: float) -> Real:
    """The rotation of least cost in closed form: the one nearest to Σ target pᵀ (Kabsch 1976, Acta Cryst. A 32, 922)."""
    return np.asarray(so3.nearest(targets(tilt, noise).T @ points()))
