"""Quaternions as numbers (w, x, y, z): products, turning points, exponential and logarithm, slerp, derivative.

The product is Hamilton's (ij = k). A unit quaternion q = (cos θ/2, n sin θ/2) turns points by θ about n as q p q⁻¹, and
q and −q turn alike: the unit quaternions cover the rotations twice. Leading axes are batched and broadcast; numpy (in
double precision) and torch. `rotations` converts them to matrices, which is how many points are best turned.
"""

from __future__ import annotations

from typing import Any

from ..base.arrays import Array, namespace
from ..base.errors import InputError
from .rotations import together


def _last(value: Array, size: int, what: str) -> Array:
    if value.ndim == 0 or value.shape[-1] != size:
        raise InputError(f"{what} have the shape (…, {size}), and {tuple(value.shape)} was given")
    return value


def _read(*values: Any) -> tuple[Array, ...]:
    return tuple(_last(v, 4, "quaternions") for v in together(*values))


def multiply(p: Array, q: Array) -> Array:
    """Hamilton's product p q (…, 4): 16 multiplications and 12 additions; as rotations, q turns first and then p."""
    a, b = _read(p, q)
    w, x, y, z = (a[..., n] for n in range(4))
    s, u, v, t = (b[..., n] for n in range(4))
    return namespace(a, b).stack(
        [
            w * s - x * u - y * v - z * t,
            w * u + x * s + y * t - z * v,
            w * v - x * t + y * s + z * u,
            w * t + x * v - y * u + z * s,
        ],
        axis=-1,
    )


def conjugate(q: Array) -> Array:
    """(w, −x, −y, −z): the inverse of a unit quaternion."""
    (a,) = _read(q)
    return namespace(a).concat([a[..., :1], -a[..., 1:]], axis=-1)


def norm(q: Array) -> Array:
    """Lengths (…) of quaternions; the length of a product is the product of the lengths."""
    (a,) = _read(q)
    return (a**2).sum(-1) ** 0.5


def normalise(q: Array) -> Array:
    """Quaternions (…, 4) of length one. InputError for length zero."""
    (a,) = _read(q)
    length = norm(a)
    if bool((length == 0).any()):
        raise InputError("a quaternion of length zero was given, which has no direction; the identity is (1, 0, 0, 0)")
    return a / length[..., None]


def inverse(q: Array) -> Array:
    """The conjugate divided by the squared length, so that q q⁻¹ = 1. InputError for length zero."""
    (a,) = _read(q)
    square = (a**2).sum(-1)
    if bool((square == 0).any()):
        raise InputError("a quaternion of length zero was given, and it has no inverse")
    return conjugate(a) / square[..., None]


def pure(points: Array) -> Array:
    """Points (…, 3) as the quaternions (0, x, y, z)."""
    p = _last(together(points)[0], 3, "points")
    xp = namespace(p)
    return xp.concat([xp.zeros_like(p[..., :1]), p], axis=-1)


def rotate(q: Array, points: Array) -> Array:
    """Points (…, 3) turned as q p q⁻¹, written out: two products, 32 multiplications and 24 additions for a unit q.

    The batches of q and of the points broadcast. For many points of one rotation `rotations.from_quaternion` and a
    product of matrices take 9 multiplications and 6 additions a point.
    """
    a, p = together(q, points)
    return multiply(multiply(a, pure(p)), inverse(a))[..., 1:]


def derivative(q: Array, p: Array, inverse: bool = True) -> Array:
    """The derivatives (…, 3, 4) of the turned point p' = q p q⁻¹ by w, x, y, z of q, at points p (…, 3).

    With ``inverse`` False those of q p q*, which is the same on unit quaternions but grows with the length of q: its
    columns are qp − (qp)*, (qpi)* − qpi, (qpj)* − qpj, (qpk)* − qpk. Those of q p q⁻¹ are these less 2 p' qᵀ, over the
    squared length: nothing changes along q itself. Columns follow from the product rule and (ab)* = b* a*.
    """
    a, point = together(q, p)
    a = _last(a, 4, "quaternions")
    xp = namespace(a, point)
    product = multiply(a, pure(point))
    w, x, y, z = (product[..., n] for n in range(4))
    rows = xp.stack(
        [
            xp.stack([x, -w, z, -y], axis=-1),
            xp.stack([y, -z, -w, x], axis=-1),
            xp.stack([z, y, -x, -w], axis=-1),
        ],
        axis=-2,
    )
    found = 2 * rows
    if not inverse:
        return found
    turned = multiply(product, conjugate(a))[..., 1:]
    square = (a**2).sum(-1)[..., None, None]
    return (found - 2 * turned[..., :, None] * a[..., None, :] / square) / square


def exp(vector: Array) -> Array:
    """The exponential (…, 4) of the pure quaternion of a vector (…, 3) in radians: (cos |v|, v sin |v| / |v|).

    It turns by twice |v|: exp(θ/2 n) is the rotation by θ about n.
    """
    v = _last(together(vector)[0], 3, "vectors")
    xp = namespace(v)
    square = (v**2).sum(-1)[..., None]
    small = square < 1e-8
    length = xp.sqrt(xp.where(small, xp.ones_like(square), square))
    # the series keeps value and gradient finite at zero; its next term is below rounding here
    ratio = xp.where(small, 1 - square / 6, xp.sin(length) / length)
    cosine = xp.where(small, 1 - square / 2 + square**2 / 24, xp.cos(length))
    return xp.concat([cosine, v * ratio], axis=-1)


def log(q: Array) -> Array:
    """The vector (…, 3) in radians whose `exp` is the unit quaternion along q; its length is in [0, π].

    −1 has no direction; its logarithm is given as (0, 0, π).
    """
    a = normalise(q)
    xp = namespace(a)
    w, vector = a[..., :1], a[..., 1:]
    square = (vector**2).sum(-1)[..., None]
    small = square < 1e-30
    sine = xp.sqrt(xp.where(small, xp.ones_like(square), square))
    half = xp.atan2(sine, w)
    zero = xp.zeros_like(vector)
    back = xp.concat([zero[..., :2], zero[..., 2:] + xp.pi], axis=-1)
    return xp.where(small, xp.where(w < 0, back, vector), vector * (half / sine))


def slerp(a: Array, b: Array, t: Any, shortest: bool = True) -> Array:
    """Quaternions (…, 4) on the arc from a to b at t (…), 0 giving a and 1 giving b, at constant speed.

    a (a⁻¹ b)^t, Shoemake 1985 (SIGGRAPH 19, 245). As b and −b are one rotation, ``shortest`` goes to the nearer of the
    two, so that the rotation turns by no more than 180°; otherwise the arc on the sphere is the one that was given.
    """
    first, last = (normalise(v) for v in _read(a, b))
    xp = namespace(first, last)
    if shortest:
        last = xp.where((first * last).sum(-1)[..., None] < 0, -last, last)
    (share,) = together(t) if not hasattr(t, "ndim") else (t,)
    if namespace(first) is not namespace(share):
        _, share = together(first, share)
    return multiply(first, exp(share[..., None] * log(multiply(conjugate(first), last))))


def stereographic(q: Array) -> Array:
    """Unit quaternions seen in three dimensions (…, 3): projected from −1, as (x, y, z) / (1 + w).

    The identity is the origin, a turn by θ about n lies at n tan θ/4, half turns make the unit sphere, and −1 is
    infinitely far away (InputError).
    """
    a = normalise(q)
    share = 1 + a[..., :1]
    if bool((share <= 1e-12).any()):
        raise InputError("the quaternion −1 was given, which a projection from −1 cannot show")
    return a[..., 1:] / share
