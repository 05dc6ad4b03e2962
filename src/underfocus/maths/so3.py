"""The rotations as a space: straight lines and means in it, how turns spread over it, and grids that cover it evenly.

Rotation vectors are axis times angle in degrees. Matrices (…, 3, 3) are those of `rotations`; leading axes are batched;
numpy (in double precision) and torch, the grids numpy alone.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from ..base.arrays import Array, namespace
from ..base.errors import InputError
from . import rotations
from .quaternions import exp as quaternion_exp
from .quaternions import log as quaternion_log
from .rotations import RADIANS, from_quaternion, matrices, to_quaternion, together

Real = np.ndarray[Any, Any]
#: Uniformly distributed rotations (n, 3, 3) from a seed.
uniform = rotations.random


def exp(vector: Array) -> Array:
    """Matrices (…, 3, 3) from rotation vectors (…, 3) in degrees."""
    (v,) = together(vector)
    return from_quaternion(quaternion_exp(v * (RADIANS / 2)))


def log(rotation: Array) -> Array:
    """Rotation vectors (…, 3) in degrees, no longer than 180, of matrices. The inverse of `exp` within that ball."""
    return quaternion_log(to_quaternion(rotation)) * (2 / RADIANS)


def slerp(a: Array, b: Array, t: Any) -> Array:
    """Matrices (…, 3, 3) on the shortest path from a to b at t (…): the same axis throughout, at constant speed."""
    first, last = (matrices(r) for r in together(a, b))
    xp = namespace(first, last)
    _, share = together(first, t)
    step = log(xp.matmul(last, xp.matrix_transpose(first)))
    return xp.matmul(exp(share[..., None] * step), first)


def nearest(matrix: Array) -> Array:
    """The rotations (…, 3, 3) nearest to matrices in the sum of squares, by singular vectors (Arun et al. 1987)."""
    m = matrices(matrix)
    xp = namespace(m)
    u, _, v = xp.linalg.svd(m)
    sign = xp.linalg.det(xp.matmul(u, v))[..., None, None]
    turned = xp.concat([u[..., :, :2], u[..., :, 2:] * sign], axis=-1)
    return xp.matmul(turned, v)


def mean(rotation: Array, weights: Array | None = None, metric: Literal["chordal", "geodesic"] = "chordal") -> Array:
    """The mean (…, 3, 3) of rotations (…, n, 3, 3) with weights (…, n).

    The chordal mean has the least sum of squared differences of entries: the rotation nearest to the mean matrix, which
    is also Markley's mean of quaternions (Markley et al. 2007, J. Guidance 30, 1193). The geodesic mean has the
    least sum of squared angles; it is found from there by averaging logarithms (Moakher 2002, SIAM J. Matrix Anal. 24,
    1) and is unique where all rotations lie within 90° of it. Raises InputError for other shapes and metrics.
    """
    r = matrices(rotation)
    if r.ndim < 3 or metric not in ("chordal", "geodesic"):
        raise InputError(
            "a mean is taken of rotations (…, n, 3, 3), chordal or geodesic; "
            f"the shape {tuple(r.shape)} and {metric!r} were given"
        )
    xp = namespace(r)
    w = xp.ones_like(r[..., 0, 0]) if weights is None else together(r, weights)[1] + xp.zeros_like(r[..., 0, 0])
    if bool((w < 0).any()) or bool((w.sum(-1) <= 0).any()):
        raise InputError("weights must not be negative, and their sum must be positive")
    w = w / w.sum(-1)[..., None]
    found = nearest((w[..., None, None] * r).sum(-3))
    if metric == "chordal":
        return found
    for _ in range(100):
        towards = log(xp.matmul(r, xp.matrix_transpose(found)[..., None, :, :]))
        step = (w[..., None] * towards).sum(-2)
        found = xp.matmul(exp(step), found)
        if float(xp.max(xp.abs(step))) < 1e-11:
            break
    return found


def angle_density(angle: Array) -> Array:
    """How probable a turn by an angle in [0, 180] is among uniform rotations, per degree: (1 − cos a) / 180."""
    (a,) = together(angle)
    xp = namespace(a)
    return xp.where((a < 0) | (a > 180), xp.zeros_like(a), (1 - xp.cos(a * RADIANS)) / 180)


def angle_share(angle: Array) -> Array:
    """The share of uniform rotations that turn by at most an angle in degrees: (a − sin a) / π with a in radians."""
    (a,) = together(angle)
    xp = namespace(a)
    turned = xp.clip(a, 0, 180) * RADIANS
    return (turned - xp.sin(turned)) / np.pi


def checked_order(order: int) -> int:
    """The order of a HEALPix grid as a whole number. InputError outside 0 to 12."""
    if order != int(order) or not 0 <= order <= 12:
        raise InputError(f"the order of a grid is a whole number from 0 to 12, and {order} was given")
    return int(order)


def _every_other_bit(numbers: np.ndarray[Any, np.dtype[np.int64]], order: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    return np.asarray(sum(((numbers >> (2 * n)) & 1) << n for n in range(order)) + 0 * numbers, np.int64)


def healpix_directions(order: int) -> Real:
    """The centres (12·4^order, 3) of HEALPix's equal areas on the sphere, in its nested order (Górski et al. 2005).

    The four children of area n at the next order are 4n to 4n + 3. InputError for an order outside 0 to 12.
    """
    order = checked_order(order)
    side = 2**order
    number = np.arange(12 * side * side)
    face, within = number // (side * side), number % (side * side)
    across, up = _every_other_bit(within, order), _every_other_bit(within >> 1, order)
    row, column = face // 4, face % 4
    ring = (row + 2) * side - across - up - 1
    cap = np.minimum(np.minimum(ring, 4 * side - ring), side)
    polar = 1 - cap**2 / (3 * side * side)
    z = np.where(cap < side, np.where(ring < side, polar, -polar), 2 * (2 * side - ring) / (3 * side))
    shift = np.where(cap < side, 0, (ring - side) & 1)
    along = (2 * column + np.array([1, 0, 1])[row]) * cap + across - up + shift + 1
    longitude = (along / 2 - (shift + 1) / 2) * (np.pi / 2) / cap
    radius = np.sqrt((1 - z) * (1 + z))
    return np.stack([radius * np.cos(longitude), radius * np.sin(longitude), z], axis=-1)


def hopf_grid(order: int) -> Real:
    """Rotations (72·8^order, 3, 3) spread evenly: HEALPix view directions times turns about the beam.

    Neighbours are about 60°/2^order apart. The turns are counted so that around the pole z the image does not spin with
    the direction: Hopf's coordinates (Yershova, Jain, LaValle & Mitchell 2010, Int. J. Robotics Res. 29, 801). All
    turns of a direction stand together, and directions are nested. InputError for an order outside 0 to 12.
    """
    x, y, z = healpix_directions(order).T
    rot, tilt = np.degrees(np.arctan2(y, x))[:, None], np.degrees(np.arctan2(np.hypot(x, y), z))[:, None]
    turns = np.arange(6 * 2**order) * (60 / 2**order)
    return np.asarray(rotations.from_euler(rot, tilt, turns - rot)).reshape(-1, 3, 3)


def local_grid(rotation: Array, spacing_deg: float, extent_deg: float) -> Real:
    """Rotations (m, 3, 3) around one (3, 3), itself in the middle: a cubic lattice of rotation vectors within a ball.

    Neighbours are ``spacing_deg`` apart near the middle (a little less towards the rim, by sin(a/2)/(a/2)), and none
    is further than ``extent_deg`` from it. InputError unless 0 < spacing and 0 ≤ extent ≤ 180.
    """
    if not (spacing_deg > 0 and 0 <= extent_deg <= 180):
        raise InputError(
            f"a local grid needs a positive spacing and an extent from 0 to 180, and {spacing_deg:g} and "
            f"{extent_deg:g} were given"
        )
    count = int(np.floor(extent_deg / spacing_deg + 1e-9))
    line = np.arange(-count, count + 1) * float(spacing_deg)
    vectors = np.stack(np.meshgrid(line, line, line, indexing="ij"), axis=-1).reshape(-1, 3)
    vectors = vectors[(vectors**2).sum(-1) <= (extent_deg * (1 + 1e-9)) ** 2]
    return np.asarray(exp(vectors) @ np.asarray(matrices(rotation), float))
