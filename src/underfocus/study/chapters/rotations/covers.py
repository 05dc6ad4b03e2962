"""The double cover: a quaternion on its way from 1 to −1 and back, in the ball of turns and by projection."""

from __future__ import annotations

from typing import Any

import numpy as np

from underfocus.maths import quaternions, rotations, so3

Real = np.ndarray[Any, Any]
#: How far out a projected quaternion is still drawn; −1 is infinitely far.
FAR = 3.0


def axis_at(polar: float, around: float) -> Real:
    """A unit vector from its two angles in degrees: the view direction of RELION's (around, polar, 0)."""
    return np.asarray(rotations.view_direction(rotations.from_euler(around, polar, 0.0)))


def along(axis: Real, angle: Any) -> Real:
    """Unit quaternions (…, 4) that turn by angles (…) in degrees about an axis, counted on beyond a whole turn."""
    half = np.radians(np.asarray(angle, float)) / 2
    return np.asarray(np.concatenate([np.cos(half)[..., None], np.sin(half)[..., None] * axis], axis=-1))


def in_ball(axis: Real, angle: float) -> list[Real]:
    """The way from 0 to an angle through the ball of turns, whose radius 1 is 180°: a new piece after every jump."""
    pieces: list[Real] = []
    start = -180.0
    while start < angle:
        stop = min(angle, start + 360.0)
        part = np.linspace(max(start, 0.0), stop, 41) - start - 180.0
        pieces.append(part[:, None] / 180 * axis)
        start += 360.0
    return pieces


def projected(axis: Real, angle: float) -> list[Real]:
    """The way from 0 to an angle in stereographic projection, in pieces: out one side, back in from the other."""
    angles = np.linspace(0.0, max(angle, 1e-3), 361)
    q = along(axis, angles)
    seen = np.where(q[:, 0] > -0.9, 1.0, np.nan)
    places = np.array(
        [quaternions.stereographic(v) if ok == 1.0 else np.full(3, np.nan) for v, ok in zip(q, seen, strict=True)]
    )
    inside = np.linalg.norm(places, axis=1) <= FAR
    cuts = np.flatnonzero(np.diff(inside.astype(int))) + 1
    return [
        part
        for part, keep in zip(np.split(places, cuts), np.split(inside, cuts), strict=True)
        if keep[0] and len(part) > 1
    ]


def mixed(a: Real, b: Real, t: Any, how: str) -> Real:
    """Between two rotations at shares t (n,), by slerp or by mixing numbers of some representation: (n, 3, 3)."""
    share = np.asarray(t, float)
    if how == "slerp":
        return np.asarray(so3.slerp(a, b, share))
    if how == "quaternion entries":
        p, q = rotations.to_quaternion(a), rotations.to_quaternion(b)
        q = -q if p @ q < 0 else q
        return np.asarray(rotations.from_quaternion((1 - share)[:, None] * p + share[:, None] * q))
    if how == "Euler angles":
        first, last = rotations.to_euler(a), rotations.to_euler(b)
        return np.asarray(rotations.from_euler(*((1 - share)[:, None] * first + share[:, None] * last).T))
    return np.asarray((1 - share)[:, None, None] * a + share[:, None, None] * b)


def speeds(path: Real, t: Real) -> Real:
    """Degrees a unit of t between neighbours of a path (n, 3, 3); mixtures are brought to the nearest rotation."""
    clean = np.asarray(so3.nearest(path))
    return np.asarray(rotations.distance(clean[:-1], clean[1:]) / np.diff(t))


def operations() -> dict[str, int]:
    """Multiplications and additions a point: of a 3 × 3 matrix, and of q p q* as two of Hamilton's products.

    Hamilton's product is counted by what it is: of the 64 numbers that say how much e_i e_j holds of e_k, those that
    are not zero are its multiplications.
    """
    table = np.array([[quaternions.multiply(i, j) for j in np.eye(4)] for i in np.eye(4)])
    multiplications = int(np.count_nonzero(table))
    entries = np.asarray(so3.exp([30.0, 40.0, 50.0]))
    return {
        "matrix_times": entries.size,
        "matrix_plus": entries.size - entries.shape[0],
        "quaternion_times": 2 * multiplications,
        "quaternion_plus": 2 * (multiplications - 4),
    }
