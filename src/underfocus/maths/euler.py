"""Every order of Euler angles, both solutions, and the conventions that the field's programs write.

``order`` names three axes such as "zyz"; *intrinsic* angles turn about axes that turn along, so that the matrix is the
product of the three turns from left to right, and *extrinsic* ones about axes that stay, so that it is the product from
right to left. Matrices are active and left-multiply columns, as in `rotations`; angles in degrees. RELION's matrix of
(rot, tilt, psi) is the transpose of the intrinsic "zyz" product, and `rotations.from_euler` makes it directly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..base.arrays import Array, is_torch, namespace
from ..base.errors import InputError
from .rotations import BLOCK, RADIANS, assemble, cos_sin, matrices, together

#: The twelve sequences of axes in which no axis follows itself.
ORDERS = tuple(a + b + c for a in "xyz" for b in "xyz" for c in "xyz" if a != b != c)


@dataclass(frozen=True)
class _Frame:
    """A sequence as its first axis, second axis and the axis left over; ``sign`` is −1 where these are left-handed."""

    axes: tuple[int, int, int]
    sign: int
    proper: bool


def _frame(order: str, intrinsic: bool) -> _Frame:
    if order not in ORDERS:
        raise InputError(f"{order!r} is no order of Euler angles; the twelve are {', '.join(ORDERS)}")
    i, j, k = ("xyz".index(a) for a in (order if intrinsic else order[::-1]))
    return _Frame((i, j, 3 - i - j), 1 if j == (i + 1) % 3 else -1, i == k)


def _triples(angles: Any) -> Array:
    (found,) = together(angles)
    if found.ndim == 0 or found.shape[-1] != 3:
        raise InputError(f"Euler angles have the shape (…, 3), and {tuple(found.shape)} was given")
    return found


def _matrix(frame: _Frame, turns: Array, out: Array | None = None) -> Array:
    """The product of three turns (3, …), multiplied out in the frame's own axes and put where these belong."""
    (ca, cb, cc), (sa, sb, sc) = cos_sin(turns if frame.sign > 0 else -turns)
    entries: tuple[Array | tuple[Any, ...], ...]
    minus = -ca
    if frame.proper:
        x, y = cb * cc, cb * sc
        entries = (
            *(cb, (sb, sc), (sb, cc)),
            *((sa, sb), (ca, cc, -1, sa, y), (minus, sc, -1, sa, x)),
            *((minus, sb), (sa, cc, 1, ca, y), (ca, x, -1, sa, sc)),
        )
    else:
        x, y = sb * cc, sb * sc
        entries = (
            *((cb, cc), (-cb, sc), sb),
            *((ca, sc, 1, sa, x), (ca, cc, -1, sa, y), (-sa, cb)),
            *((sa, sc, -1, ca, x), (sa, cc, 1, ca, y), (ca, cb)),
        )
    place = {axis: n for n, axis in enumerate(frame.axes)}
    return assemble(*(entries[3 * place[row] + place[column]] for row in range(3) for column in range(3)), out=out)


def matrix(angles: Array, order: str = "zyz", intrinsic: bool = True) -> Array:
    """Rotation matrices (…, 3, 3) from Euler angles (…, 3) in degrees, of any of the twelve orders.

    Intrinsic "zyz" of (a, b, c) is Rz(a) Ry(b) Rz(c); extrinsic it is Rz(c) Ry(b) Rz(a). Raises InputError for a
    sequence that is no order and for other shapes.
    """
    found = _triples(angles)
    frame = _frame(order, intrinsic)
    outer = [0, 1, 2] if intrinsic else [2, 1, 0]
    if is_torch(found) or found[..., 0].size <= BLOCK:
        xp = namespace(found)
        return _matrix(frame, xp.stack([found[..., n] for n in outer]))
    out = np.empty((*found.shape, 3))
    rows, flat = found.reshape(-1, 3), out.reshape(-1, 3, 3)
    for start in range(0, len(rows), BLOCK):
        part = slice(start, start + BLOCK)
        _matrix(frame, rows[part].T[outer], flat[part])
    return out


def _own(r: Array, frame: _Frame) -> Callable[[int, int], Array]:
    """The entries of matrices in the frame's own axes; the last axis of a left-handed frame is turned over first."""

    def entry(row: int, column: int) -> Array:
        found = r[..., frame.axes[row], frame.axes[column]]
        return -found if frame.sign < 0 and (row == 2) != (column == 2) else found

    return entry


def _outer(r: Array, frame: _Frame) -> tuple[Array, Array]:
    """Sine and cosine of the leftmost angle, both times what vanishes at gimbal lock."""
    m = _own(r, frame)
    return (m(1, 0), -m(2, 0)) if frame.proper else (-m(1, 2), m(2, 2))


def angles(rotation: Array, order: str = "zyz", intrinsic: bool = True) -> Array:
    """Euler angles (…, 3) in degrees of matrices: the second in [0, 180] for orders such as zyz, in [−90, 90] for zyx.

    At gimbal lock only the sum or difference of the other two is determined: the angle of the leftmost turn is then 0
    and the rightmost carries all. Close to it the rightmost is measured against the leftmost that was chosen, so that
    the three still give the matrix to rounding. Raises InputError for no order and for other shapes.
    """
    r = matrices(rotation)
    frame = _frame(order, intrinsic)
    m, xp = _own(r, frame), namespace(r)
    up, along = _outer(r, frame)
    square = up**2 + along**2
    lock = square < (16 * xp.finfo(r.dtype).eps) ** 2
    one, zero = xp.ones_like(square), xp.zeros_like(square)
    length = xp.sqrt(xp.where(lock, one, square))
    sa, ca = xp.where(lock, zero, up / length), xp.where(lock, one, along / length)
    length = xp.where(lock, zero, length)
    if frame.proper:
        second = xp.atan2(length, m(0, 0))
        third = xp.atan2(-ca * m(1, 2) - sa * m(2, 2), ca * m(1, 1) + sa * m(2, 1))
    else:
        second = xp.atan2(m(0, 2), length)
        third = frame.sign * xp.atan2(ca * m(1, 0) + sa * m(2, 0), ca * m(1, 1) + sa * m(2, 1))
    first = xp.atan2(sa, ca)
    return xp.stack((first, second, third) if intrinsic else (third, second, first), axis=-1) / RADIANS


def wrap(angle: Array) -> Array:
    """Angles in degrees brought into [−180, 180)."""
    return (angle + 180) % 360 - 180


def branches(rotation: Array, order: str = "zyz", intrinsic: bool = True) -> Array:
    """Both triples of Euler angles (…, 2, 3) in degrees: the one of `angles`, and the one that goes round the back.

    The other is (a + 180, −b, c + 180) for orders such as zyz and (a + 180, 180 − b, c + 180) for orders such as zyx,
    each in [−180, 180). At gimbal lock there are infinitely many besides.
    """
    near = angles(rotation, order, intrinsic)
    xp = namespace(near)
    middle = -near[..., 1] if order[0] == order[2] else 180 - near[..., 1]
    far = xp.stack([wrap(near[..., 0] + 180), wrap(middle), wrap(near[..., 2] + 180)], axis=-1)
    return xp.stack([near, far], axis=-2)


def locked(rotation: Array, order: str = "zyz", intrinsic: bool = True, within: float = 1e-7) -> Array:
    """Whether matrices (…, 3, 3) stand at gimbal lock: first and third axis parallel, to a sine below ``within``."""
    up, along = _outer(matrices(rotation), _frame(order, intrinsic))
    return up**2 + along**2 < within**2


def slabaugh(rotation: Array) -> Array:
    """Both triples (psi, theta, phi) (…, 2, 3) in degrees with R = Rz(phi) Ry(theta) Rx(psi).

    The angles of Slabaugh's Figure 1 (Computing Euler angles from a rotation matrix): theta in [−90, 90] first, then
    180° − theta. At gimbal lock phi is 0, psi carries the turn, and both triples are the same. His pseudo-code takes
    psi and phi each from its own quotient, which close to the lock costs digits; here psi is measured against phi.
    """
    both = branches(rotation, "zyx")
    xp = namespace(both)
    lock = locked(rotation, "zyx", within=16 * float(xp.finfo(both.dtype).eps))[..., None, None]
    return xp.flip(xp.where(lock, both[..., :1, :], both), axis=-1)
