"""How the field's programs write a rotation: names of conventions, and the way between any two of them.

Every convention is converted through the matrix of `rotations`, which takes specimen coordinates to the microscope's.
RELION, XMIPP, SPIDER, Frealign and MRC share one set of angles under different names and in different columns
(Heymann, Chagoyen & Belnap 2005, J. Struct. Biol. 151, 196); EMAN2 and IMAGIC turn about x where these turn about y,
which moves 90° between the outer angles; cryoSPARC keeps the rotation vector, in radians, of the inverse matrix. A name
made of three of x, y, z is an order of Euler angles for the matrix itself: capitals turn about axes that turn along,
small letters about axes that stay.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..base.arrays import Array, namespace
from ..base.errors import InputError
from . import euler, rotations, so3
from .rotations import RADIANS, together


@dataclass(frozen=True)
class Convention:
    """The names of its numbers, how they become a matrix and how a matrix becomes them, and what is special."""

    names: tuple[str, ...]
    read: Callable[[Array], Array]
    write: Callable[[Array], Array]
    note: str


def _relion(
    place: tuple[int, int, int], moved: float = 0.0
) -> tuple[Callable[[Array], Array], Callable[[Array], Array]]:
    """RELION's three angles in other places; the first one ``moved`` by so many degrees and the last one back."""

    def read(values: Array) -> Array:
        rot, tilt, psi = (values[..., place.index(n)] for n in range(3))
        return rotations.from_euler(rot - moved, tilt, psi + moved)

    def write(matrix: Array) -> Array:
        found = rotations.to_euler(matrix)
        xp = namespace(found)
        three = (found[..., 0] + moved, found[..., 1], found[..., 2] - moved)
        turned = three if moved == 0 else (euler.wrap(three[0]), three[1], euler.wrap(three[2]))
        return xp.stack([turned[n] for n in place], axis=-1)

    return read, write


def _axes(name: str) -> Convention:
    """An order of Euler angles: scipy's reading of capitals and small letters."""
    if len(name) != 3 or name not in (name.upper(), name.lower()) or name.lower() not in euler.ORDERS:
        known = ", ".join(CONVENTIONS)
        raise InputError(f"{name!r} is no convention; known are {known}, and orders of axes such as ZYZ or xyz")
    order, intrinsic = name.lower(), name.isupper()
    return Convention(
        ("first", "second", "third"),
        lambda v: euler.matrix(v, order, intrinsic),
        lambda r: euler.angles(r, order, intrinsic),
        f"{order} about axes that {'turn along' if intrinsic else 'stay'}",
    )


def _inverse(matrix: Array) -> Array:
    return namespace(matrix).matrix_transpose(matrix)


#: Name → convention. RELION's is the 3DEM one of Heymann, Chagoyen & Belnap.
CONVENTIONS: dict[str, Convention] = {
    "relion": Convention(("rot", "tilt", "psi"), *_relion((0, 1, 2)), "about z, the new y, the new z"),
    "eman2": Convention(("az", "alt", "phi"), *_relion((0, 1, 2), 90.0), "about z, the new x, the new z"),
    "imagic": Convention(("alpha", "beta", "gamma"), *_relion((0, 1, 2), 90.0), "as EMAN2's"),
    "spider": Convention(("phi", "theta", "psi"), *_relion((0, 1, 2)), "RELION's angles by other names"),
    "frealign": Convention(("psi", "theta", "phi"), *_relion((2, 1, 0)), "RELION's angles, as the columns stand"),
    "cryosparc": Convention(
        ("rx", "ry", "rz"),
        lambda v: _inverse(so3.exp(v / RADIANS)),
        lambda r: so3.log(_inverse(r)) * RADIANS,
        "the rotation vector of the inverse, in radians",
    ),
    "rotation-vector": Convention(("vx", "vy", "vz"), so3.exp, so3.log, "axis times angle in degrees"),
    "quaternion": Convention(
        ("w", "x", "y", "z"), rotations.from_quaternion, rotations.to_quaternion, "scalar first, written with w ≥ 0"
    ),
}


def convention(name: str) -> Convention:
    """The convention of a name, or of an order of axes such as "ZYZ" or "xyz". InputError lists what is known."""
    return CONVENTIONS[name] if name in CONVENTIONS else _axes(name)


def to_matrix(values: Array, name: str) -> Array:
    """Matrices (…, 3, 3) from numbers (…, 3), or (…, 4) for quaternions, of a convention. InputError for others."""
    found = convention(name)
    (v,) = together(values)
    if v.ndim == 0 or v.shape[-1] != len(found.names):
        wanted = ", ".join(found.names)
        raise InputError(
            f"{name} takes {len(found.names)} numbers ({wanted}), and the shape {tuple(v.shape)} was given"
        )
    return found.read(v)


def from_matrix(matrix: Array, name: str) -> Array:
    """The numbers of a convention (…, 3), or (…, 4) for quaternions, of matrices (…, 3, 3)."""
    return convention(name).write(rotations.matrices(matrix))


def convert(values: Array, source: str, target: str) -> Array:
    """Numbers of one convention from another's: ``convert([30, 40, 50], "relion", "eman2")`` is (120, 40, −40)."""
    return from_matrix(to_matrix(values, source), target)
