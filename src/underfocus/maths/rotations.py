"""Rotations of three-dimensional space: matrices are the currency; Euler angles, quaternions and axes convert to them.

A rotation matrix left-multiplies column vectors (x, y, z) and takes specimen coordinates to the microscope's, with z
along the beam: its rows are the image axes and the view direction, in the specimen's frame. Active and right-handed;
angles in degrees; quaternions are (w, x, y, z). Leading axes are batched; numpy (in double precision) and torch.
RELION's (rot, tilt, psi) of Heymann, Chagoyen & Belnap 2005 (J. Struct. Biol. 151, 196) read as this matrix directly.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base.arrays import Array, generator, is_torch, like, namespace
from ..base.errors import InputError

RADIANS = np.pi / 180
#: How many rotations are converted at a time: their intermediate values stay in the processor's cache.
BLOCK = 4096


def together(*values: Any) -> tuple[Array, ...]:
    """Numbers, lists and arrays as tensors where one of them is a tensor, else as arrays in double precision."""
    reference = next((v for v in values if is_torch(v)), None)
    if reference is None:
        return tuple(np.asarray(v, np.float64) for v in values)
    return tuple(v if is_torch(v) else like(np.asarray(v, np.float64), reference) for v in values)


def matrices(rotation: Any) -> Array:
    """The argument as an array (…, 3, 3) in double precision, or as the tensor it is. InputError for other shapes."""
    r = together(rotation)[0]
    if tuple(r.shape[-2:]) != (3, 3):
        raise InputError(f"rotation matrices have the shape (…, 3, 3), and {tuple(r.shape)} was given")
    return r


def assemble(*entries: Array | tuple[Any, ...], out: Array | None = None) -> Array:
    """Matrices (…, 3, 3) from their nine entries, row by row, of one shape (…).

    An entry is an array, a product (a, b), or a sum of products (a, b, sign, c, d) = ab ± cd, which numpy puts straight
    in its place in ``out``.
    """
    first = entries[0][0] if isinstance(entries[0], tuple) else entries[0]
    if is_torch(first):
        stacked = namespace(first).stack([_value(e) for e in entries], axis=-1)
        return stacked.reshape(*stacked.shape[:-1], 3, 3)
    made = np.empty((*first.shape, 3, 3)) if out is None else out
    for n, entry in enumerate(entries):
        place = made[..., n // 3, n % 3]
        if not isinstance(entry, tuple):
            place[...] = entry
        elif len(entry) == 2:
            np.multiply(*entry, out=place)
        else:
            a, b, sign, c, d = entry
            (np.add if sign > 0 else np.subtract)(a * b, c * d, out=place)
    return made


def _value(entry: Array | tuple[Any, ...]) -> Array:
    if not isinstance(entry, tuple):
        return entry
    if len(entry) == 2:
        return entry[0] * entry[1]
    a, b, sign, c, d = entry
    return a * b + sign * (c * d)


def cos_sin(angle: Array) -> tuple[Array, Array]:
    """Cosine and sine of angles in degrees.

    numpy's tangent is vectorised where its sine and cosine in double precision are not, and the tangent of the half
    angle gives both, to 4e-16 within half a turn either way.
    """
    if is_torch(angle):
        xp = namespace(angle)
        return xp.cos(angle * RADIANS), xp.sin(angle * RADIANS)
    t = np.asarray(angle * (RADIANS / 2))
    np.tan(t, out=t)
    share = np.asarray(t * t)
    share += 1
    np.divide(2, share, out=share)
    t *= share
    share -= 1
    return share, t


def _turn(angle: Any) -> tuple[Array, Array, Array, Array]:
    """Cosine, sine, zero and one of the angle's shape."""
    c, s = cos_sin(together(angle)[0])
    xp = namespace(c)
    return c, s, xp.zeros_like(c), xp.ones_like(c)


def about_x(angle: Array) -> Array:
    """Active rotations (…, 3, 3) by angles (…) in degrees about x."""
    c, s, zero, one = _turn(angle)
    return assemble(one, zero, zero, zero, c, -s, zero, s, c)


def about_y(angle: Array) -> Array:
    """Active rotations (…, 3, 3) by angles (…) in degrees about y."""
    c, s, zero, one = _turn(angle)
    return assemble(c, zero, s, zero, one, zero, -s, zero, c)


def about_z(angle: Array) -> Array:
    """Active rotations (…, 3, 3) by angles (…) in degrees about z."""
    c, s, zero, one = _turn(angle)
    return assemble(c, -s, zero, s, c, zero, zero, zero, one)


def _from_euler(turns: Array, out: Array | None = None) -> Array:
    """From (rot, tilt, psi) as the rows of (3, …)."""
    (ca, cb, cg), (sa, sb, sg) = cos_sin(turns)
    cc, sc, minus = cg * cb, sg * cb, -cg
    return assemble(
        *((cc, ca, -1, sg, sa), (cc, sa, 1, sg, ca), (minus, sb)),
        *((minus, sa, -1, sc, ca), (cg, ca, -1, sc, sa), (sg, sb)),
        *((ca, sb), (sa, sb), cb),
        out=out,
    )


def from_euler(rot: Array, tilt: Array, psi: Array) -> Array:
    """Matrices (…, 3, 3) from RELION's Euler angles in degrees, whose shapes broadcast.

    The matrix is the transpose of Rz(rot) Ry(tilt) Rz(psi), multiplied out; its last row is the view direction
    (sin tilt cos rot, sin tilt sin rot, cos tilt).
    """
    angles = together(rot, tilt, psi)
    xp = namespace(*angles)
    a, b, c = xp.broadcast_arrays(*angles)
    if is_torch(a) or a.size <= BLOCK:
        return _from_euler(xp.stack([a, b, c]))
    out = np.empty((*a.shape, 3, 3))
    flat = out.reshape(-1, 3, 3)
    rows = [x.reshape(-1) for x in (a, b, c)]  # views of strided columns, where np.ravel would copy
    for start in range(0, a.size, BLOCK):
        part = slice(start, start + BLOCK)
        _from_euler(np.stack([x[part] for x in rows]), flat[part])
    return out


def to_euler(rotation: Array) -> Array:
    """RELION's (rot, tilt, psi) (…, 3) in degrees, tilt in [0, 180], the others in [−180, 180].

    At tilt 0 and 180 only one angle is determined (gimbal lock): rot is then 0 and psi carries the turn. Near there rot
    is poorly determined, and psi is measured against the rot that was chosen, so that the three still give the matrix.
    """
    r = matrices(rotation)
    xp = namespace(r)
    square = r[..., 2, 0] ** 2 + r[..., 2, 1] ** 2
    locked = square < (16 * xp.finfo(r.dtype).eps) ** 2
    one, zero = xp.ones_like(square), xp.zeros_like(square)
    sine = xp.sqrt(xp.where(locked, one, square))
    ca, sa = xp.where(locked, one, r[..., 2, 0] / sine), xp.where(locked, zero, r[..., 2, 1] / sine)
    tilt = xp.atan2(xp.where(locked, zero, sine), r[..., 2, 2])
    psi = xp.atan2(r[..., 0, 1] * ca - r[..., 0, 0] * sa, r[..., 1, 1] * ca - r[..., 1, 0] * sa)
    return xp.stack([xp.atan2(sa, ca), tilt, psi], axis=-1) / RADIANS


def from_quaternion(quaternion: Array) -> Array:
    """Matrices (…, 3, 3) from quaternions (…, 4) as (w, x, y, z), normalised here.

    Raises InputError for other shapes and for a quaternion of length zero.
    """
    (q,) = together(quaternion)
    if q.ndim == 0 or q.shape[-1] != 4:
        raise InputError(f"quaternions have the shape (…, 4), and {tuple(q.shape)} was given")
    square = (q**2).sum(-1)
    if bool((square == 0).any()):
        raise InputError("a quaternion of length zero was given, which is no rotation; the identity is (1, 0, 0, 0)")
    q = q / square[..., None] ** 0.5
    w, x, y, z = q[..., 0], q[..., 1], q[..., 2], q[..., 3]
    return assemble(
        *(1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)),
        *(2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)),
        *(2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)),
    )


def to_quaternion(rotation: Array) -> Array:
    """Unit quaternions (…, 4) with w ≥ 0, from their largest component (Shepperd 1978, J. Guidance 1, 223)."""
    r = matrices(rotation)
    xp = namespace(r)
    xx, yy, zz = r[..., 0, 0], r[..., 1, 1], r[..., 2, 2]
    squares = xp.stack([1 + xx + yy + zz, 1 + xx - yy - zz, 1 - xx + yy - zz, 1 - xx - yy + zz])
    w, x, y, z = (squares[n] for n in range(4))
    wx, wy, wz = r[..., 2, 1] - r[..., 1, 2], r[..., 0, 2] - r[..., 2, 0], r[..., 1, 0] - r[..., 0, 1]
    yz, zx, xy = r[..., 2, 1] + r[..., 1, 2], r[..., 0, 2] + r[..., 2, 0], r[..., 1, 0] + r[..., 0, 1]
    # row n is the quaternion times four times its n-th component
    rows = ((w, wx, wy, wz), (wx, x, xy, zx), (wy, xy, y, yz), (wz, zx, yz, z))
    q = _chosen(rows, xp.argmax(squares, axis=0), xp)
    q = q / (q**2).sum(-1)[..., None] ** 0.5
    return xp.where(q[..., :1] < 0, -q, q)


def _chosen(rows: tuple[tuple[Array, ...], ...], which: Array, xp: Any) -> Array:
    """For each rotation the row (…, 4) of its number ``which`` (…), out of four rows of four entries (…)."""
    if is_torch(which):
        table = xp.stack([xp.stack(row, axis=-1) for row in rows], axis=-2)
        picked = (xp.arange(4, device=which.device) == which[..., None])[..., None]
        return xp.where(picked, table, xp.zeros_like(table)).sum(-2)
    found = np.empty((which.size, 4))
    for number, row in enumerate(rows):
        place = np.flatnonzero(which == number)
        if place.size:
            for n, entry in enumerate(row):
                found[place, n] = np.ravel(entry)[place]
    return found.reshape(*which.shape, 4)


def from_axis_angle(axis: Array, angle: Array) -> Array:
    """Matrices (…, 3, 3) that turn by angles (…) in degrees about axes (…, 3) of any length but zero (InputError)."""
    n, a = together(axis, angle)
    square = (n**2).sum(-1)
    if bool((square == 0).any()):
        raise InputError("a rotation axis of length zero was given; it needs a direction")
    xp = namespace(n, a)
    c, s = cos_sin(a / 2)
    vector = s[..., None] * n / square[..., None] ** 0.5
    return from_quaternion(xp.concat([c[..., None] * xp.ones_like(vector[..., :1]), vector], axis=-1))


def _sine_of_half(q: Array) -> tuple[Array, Array]:
    """The length (…) of a quaternion's vector part, and where it vanishes; gradients stay finite there."""
    xp = namespace(q)
    square = (q[..., 1:] ** 2).sum(-1)
    still = square < 1e-24
    sine = xp.sqrt(xp.where(still, xp.ones_like(square), square))
    return xp.where(still, xp.zeros_like(sine), sine), still


def to_axis_angle(rotation: Array) -> tuple[Array, Array]:
    """Unit axes (…, 3) and angles (…) in degrees within [0, 180]; the identity gets the axis z."""
    q = to_quaternion(rotation)
    xp = namespace(q)
    sine, still = _sine_of_half(q)
    axis = q[..., 1:] / xp.where(still, xp.ones_like(sine), sine)[..., None]
    z = xp.zeros_like(axis)
    z[..., 2] = 1
    return xp.where(still[..., None], z, axis), 2 * xp.atan2(sine, q[..., 0]) / RADIANS


def random(n: int, seed: int | np.random.Generator | None = None) -> np.ndarray[Any, Any]:
    """Uniform random rotations (n, 3, 3): four Gaussian numbers, normalised, are a uniform unit quaternion."""
    return np.asarray(from_quaternion(generator(seed).standard_normal((n, 4))))


def distance(a: Array, b: Array) -> Array:
    """Angles (…) in degrees of the rotations that take a to b; the shapes before (3, 3) broadcast."""
    first, second = together(a, b)
    xp = namespace(first, second)
    q = to_quaternion(xp.matmul(second, xp.matrix_transpose(first)))
    return 2 * xp.atan2(_sine_of_half(q)[0], q[..., 0]) / RADIANS


def view_direction(rotation: Array) -> Array:
    """The beam's directions (…, 3) in the specimen's frame: the last rows."""
    return matrices(rotation)[..., 2, :]
