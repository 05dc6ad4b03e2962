"""Rotations of three-dimensional space: matrices are the currency; Euler angles, quaternions and axes convert to them.

A rotation matrix left-multiplies column vectors (x, y, z) and takes specimen coordinates to the microscope's, with z
along the beam: its rows are the image axes and the view direction, in the specimen's frame. Active and right-handed;
angles in degrees; quaternions are (w, x, y, z). Leading axes are batched; numpy and torch. RELION's (rot, tilt, psi) of
Heymann, Chagoyen & Belnap 2005 (J. Struct. Biol. 151, 196) read as this matrix directly.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base.arrays import Array, generator, is_torch, namespace
from ..base.errors import InputError

RADIANS = np.pi / 180


def _angle(value: Any) -> Array:
    return value if is_torch(value) else np.asarray(value, np.float64)


def _assemble(rows: list[list[Array]]) -> Array:
    """A matrix (…, 3, 3) from its entries, which broadcast."""
    xp = namespace(*(e for row in rows for e in row))
    entries = (
        xp.broadcast_arrays(*(e for row in rows for e in row)) if xp is not np else [e for row in rows for e in row]
    )
    if not is_torch(entries[0]):
        out = np.empty((*np.broadcast_shapes(*(e.shape for e in entries)), 3, 3))
        for i, entry in enumerate(entries):
            out[..., i // 3, i % 3] = entry
        return out
    return xp.stack([xp.stack(list(entries[3 * i : 3 * i + 3]), axis=-1) for i in range(3)], axis=-2)


def _turn(angle: Array) -> tuple[Array, Array, Array, Array]:
    """Cosine, sine, zero and one of the angle's shape."""
    a = _angle(angle) * RADIANS
    xp = namespace(a)
    return xp.cos(a), xp.sin(a), xp.zeros_like(a), xp.ones_like(a)


def about_x(angle: Array) -> Array:
    """Active rotation by an angle in degrees about x."""
    c, s, zero, one = _turn(angle)
    return _assemble([[one, zero, zero], [zero, c, -s], [zero, s, c]])


def about_y(angle: Array) -> Array:
    """Active rotation by an angle in degrees about y."""
    c, s, zero, one = _turn(angle)
    return _assemble([[c, zero, s], [zero, one, zero], [-s, zero, c]])


def about_z(angle: Array) -> Array:
    """Active rotation by an angle in degrees about z."""
    c, s, zero, one = _turn(angle)
    return _assemble([[c, -s, zero], [s, c, zero], [zero, zero, one]])


def from_euler(rot: Array, tilt: Array, psi: Array) -> Array:
    """Matrices (…, 3, 3) from RELION's Euler angles in degrees.

    The matrix is the transpose of Rz(rot) Ry(tilt) Rz(psi), multiplied out; its last row is the view direction
    (sin tilt cos rot, sin tilt sin rot, cos tilt).
    """
    (ca, sa, _, _), (cb, sb, _, _), (cg, sg, _, _) = _turn(rot), _turn(tilt), _turn(psi)
    cc, cs, sc, ss = cg * cb, sg * cb, ca * sb, sa * sb
    return _assemble(
        [
            [cc * ca - sg * sa, cc * sa + sg * ca, -cg * sb],
            [-cs * ca - cg * sa, -cs * sa + cg * ca, sg * sb],
            [sc, ss, cb],
        ]
    )


def to_euler(rotation: Array) -> Array:
    """RELION's (rot, tilt, psi) (…, 3) in degrees, tilt in [0, 180].

    At tilt 0 and 180 only one angle is determined (gimbal lock): rot is then 0 and psi carries the turn.
    """
    xp = namespace(rotation)
    r = rotation
    sine = xp.sqrt(r[..., 2, 0] ** 2 + r[..., 2, 1] ** 2)
    locked = sine < 1e-8
    one = xp.ones_like(sine)
    tilt = xp.atan2(sine, r[..., 2, 2])
    rot = xp.where(
        locked, 0 * one, xp.atan2(xp.where(locked, 0 * one, r[..., 2, 1]), xp.where(locked, one, r[..., 2, 0]))
    )
    free = xp.atan2(xp.where(locked, 0 * one, r[..., 1, 2]), xp.where(locked, one, -r[..., 0, 2]))
    psi = xp.where(locked, xp.atan2(r[..., 0, 1], r[..., 1, 1]), free)
    return xp.stack([rot, tilt, psi], axis=-1) / RADIANS


def from_quaternion(quaternion: Array) -> Array:
    """Matrices (…, 3, 3) from quaternions (…, 4) as (w, x, y, z), normalised here."""
    q = _angle(quaternion)
    q = q / (q**2).sum(-1)[..., None] ** 0.5
    w, x, y, z = q[..., 0], q[..., 1], q[..., 2], q[..., 3]
    return _assemble(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
            [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
            [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
        ]
    )


def to_quaternion(rotation: Array) -> Array:
    """Unit quaternions (…, 4) with w ≥ 0, from their largest component (Shepperd 1978, J. Guidance 1, 223)."""
    xp = namespace(rotation)
    r = rotation
    xx, yy, zz = r[..., 0, 0], r[..., 1, 1], r[..., 2, 2]
    squares = xp.stack([1 + xx + yy + zz, 1 + xx - yy - zz, 1 - xx + yy - zz, 1 - xx - yy + zz], axis=-1)
    yz, zx, xy = r[..., 2, 1] - r[..., 1, 2], r[..., 0, 2] - r[..., 2, 0], r[..., 1, 0] - r[..., 0, 1]
    pyz, pzx, pxy = r[..., 2, 1] + r[..., 1, 2], r[..., 0, 2] + r[..., 2, 0], r[..., 1, 0] + r[..., 0, 1]
    candidates = xp.stack(
        [
            xp.stack([squares[..., 0], yz, zx, xy], axis=-1),
            xp.stack([yz, squares[..., 1], pxy, pzx], axis=-1),
            xp.stack([zx, pxy, squares[..., 2], pyz], axis=-1),
            xp.stack([xy, pzx, pyz, squares[..., 3]], axis=-1),
        ],
        axis=-2,
    )
    largest = xp.argmax(squares, axis=-1)[..., None]
    chosen = (xp.arange(4) == largest)[..., None]
    q = xp.where(chosen, candidates, xp.zeros_like(candidates)).sum(-2)
    q = q / (q**2).sum(-1)[..., None] ** 0.5
    return xp.where(q[..., :1] < 0, -q, q)


def from_axis_angle(axis: Array, angle: Array) -> Array:
    """Matrices (…, 3, 3) that turn by an angle in degrees about an axis (…, 3) of any length but zero."""
    n, a = _angle(axis), _angle(angle) * RADIANS
    length = (n**2).sum(-1) ** 0.5
    if not is_torch(length) and np.any(length == 0):
        raise InputError("a rotation axis of length zero was given; it needs a direction")
    xp = namespace(n, a)
    unit = n / length[..., None]
    q = xp.concat([xp.cos(a / 2)[..., None] * xp.ones_like(unit[..., :1]), xp.sin(a / 2)[..., None] * unit], axis=-1)
    return from_quaternion(q)


def to_axis_angle(rotation: Array) -> tuple[Array, Array]:
    """Unit axis (…, 3) and angle (…) in degrees within [0, 180]; the identity gets the axis z."""
    q = to_quaternion(rotation)
    xp = namespace(q)
    sine = (q[..., 1:] ** 2).sum(-1) ** 0.5
    still = sine < 1e-12
    z = xp.zeros_like(q[..., 1:])
    z[..., 2] = 1
    axis = xp.where(still[..., None], z, q[..., 1:] / xp.where(still, xp.ones_like(sine), sine)[..., None])
    return axis, 2 * xp.atan2(sine, q[..., 0]) / RADIANS


def random(n: int, seed: int | np.random.Generator | None = None) -> np.ndarray[Any, Any]:
    """Uniform random rotations (n, 3, 3): four Gaussian numbers, normalised, are a uniform unit quaternion."""
    return np.asarray(from_quaternion(generator(seed).standard_normal((n, 4))))


def distance(a: Array, b: Array) -> Array:
    """Angle (…) in degrees of the rotation that takes a to b."""
    relative = to_quaternion(namespace(a, b).matmul(b, namespace(a).matrix_transpose(a)))
    sine = (relative[..., 1:] ** 2).sum(-1) ** 0.5
    return 2 * namespace(relative).atan2(sine, relative[..., 0]) / RADIANS


def view_direction(rotation: Array) -> Array:
    """The beam's direction (…, 3) in the specimen's frame: the last row."""
    return rotation[..., 2, :]
