"""Electrostatic potential of isolated atoms, from their electron scattering factors (`physics.factors`).

f_e(s) in Å for s in 1/Å, times exp(−B s²/4) for each atom's B-factor; K = h²/(2π m₀ e) turns it into volts.

The sum over atoms is exact up to the band limit of the grid: a non-uniform Fourier transform to a stated tolerance. All
combinations of element and B-factor share a few singular functions of s, so that a handful of transforms serve any
number of atoms; two of them go into one, as real and imaginary part.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base import units
from ..base.errors import InputError
from ..base.parallel import in_order
from ..data.atoms import Atoms
from ..data.volume import Volume, checked_pixel
from ..maths import fourier
from .factors import Table, scattering_factor

Real = np.ndarray[Any, Any]
#: Relative size of the singular functions that are left out.
RANK_TOLERANCE = 1e-6
#: Samples of s on which the singular functions are tabulated; a cubic spline lies between them.
TABLE = 256
#: Kinds of atom of one element from which the singular functions are found; its others lie between these.
KINDS_AN_ELEMENT = 64
#: Kinds of atom whose factors are tabulated at a time.
BLOCK = 4096
#: B-factors count to the hundredth of an Å² that files print; an element and its B-factor are one whole number.
B_STEPS, CODE = 100, 1 << 24
#: Above this box the non-uniform transform works in single precision, in half the time and memory.
LARGE_BOX = 192
#: Above this box the potential is made slab by slab, of so many voxels, from atoms in and this many voxels around each.
WHOLE_BOX, SLAB_VOXELS, SLAB_MARGIN = 320, 1 << 25, 16
#: Entries of the table of squared radii in a slab, whose rings are no whole numbers.
FINE = 1 << 18
SINGLE_TOLERANCE = 1e-4


def box_for(atoms: Atoms, pixel: float, margin: float = 1.5) -> int:
    """An even box in pixels that holds the structure at any orientation, ``margin`` times its diameter."""
    radius = float(np.linalg.norm(atoms.positions - atoms.positions.mean(axis=0), axis=1).max())
    return int(2 * np.ceil(margin * radius / checked_pixel(pixel)))


def singular(
    atoms: Atoms,
    s: Real,
    bfactor: float | None = None,
    table: Table = "peng",
    tolerance: float = RANK_TOLERANCE,
    by_count: bool = False,
) -> tuple[Real, Real]:
    """Weights (r, atoms) and functions (r, s) whose product is every atom's scattering factor at s in 1/Å.

    ``tolerance`` is the relative size of the singular functions that are left out; ``bfactor`` replaces the atoms' own.
    ``by_count`` asks for the least error of all atoms together, in place of one that holds for the rarest kind too.
    """
    widths = np.asarray(atoms.bfactors) if bfactor is None else np.full(len(atoms), float(bfactor))
    elements, number = np.unique(atoms.elements, return_inverse=True)
    steps = np.rint(np.maximum(widths, 0) * B_STEPS).astype(np.int64)
    kinds, which = np.unique(number.ravel() * CODE + steps, return_inverse=True)
    at_rest = np.stack([scattering_factor(str(element), s, table=table) for element in elements])

    def factors(chosen: Real) -> Real:
        damping = np.exp(np.outer((chosen % CODE) / B_STEPS, s**2 / -4))
        return np.asarray(at_rest[chosen // CODE] * damping)

    of_element = [np.flatnonzero(kinds // CODE == e) for e in range(len(elements))]
    spread = [own[np.unique(np.linspace(0, len(own) - 1, KINDS_AN_ELEMENT).astype(int))] for own in of_element]
    sample = factors(kinds[np.concatenate(spread)])
    if by_count:
        share = np.bincount(number.ravel()) / [len(own) for own in spread] / len(number)
        sample *= np.sqrt(np.repeat(share, [len(own) for own in spread]))[:, None]
    _, sizes, functions = np.linalg.svd(sample, full_matrices=False)
    functions = functions[sizes > tolerance * sizes[0]]
    blocks = [factors(kinds[i : i + BLOCK]) @ functions.T for i in range(0, len(kinds), BLOCK)]
    return np.concatenate(blocks)[which.ravel()].T * np.asarray(atoms.occupancies), functions


def potential(
    atoms: Atoms,
    n: int,
    pixel: float,
    *,
    bfactor: float | None = None,
    table: Table = "peng",
    scale: float = 1.0,
    tolerance: float = 1e-6,
) -> Volume:
    """Potential in V of a structure about the origin, on n³ voxels of ``pixel`` Å; voxel n // 2 is the origin.

    ``bfactor`` in Å² replaces the structure's own, of which negative ones count as 0; ``table`` names the scattering
    factors, and ``scale`` multiplies all (`factors.BOND_SCALING` for the mean effect of bonds). The values are those
    of the band-limited potential at the voxels' centres; their sum times pixel³ is K Σ f_e(0). ``tolerance`` is
    relative to the largest value of the transform, and at least 1e-4 in boxes above 192. Centre the structure first
    (`Atoms.centred`). Boxes above 320 are made slab by slab, so that a virus in 700³ takes 4 GB; they differ from
    the whole by what the transform holds at Nyquist, and from run to run by rounding. Raises InputError for an empty
    structure, one that does not fit the box, an unknown element, or a negative B-factor.
    """
    pixel = checked_pixel(pixel)
    _check(atoms, n, pixel, bfactor)
    s = np.linspace(0, np.sqrt(3) * (n // 2) / (n * pixel), TABLE)
    weights, functions = singular(atoms, s, bfactor, table)
    constant = np.float32(scale * units.POTENTIAL_PER_SCATTERING_LENGTH / pixel**3)
    if n > WHOLE_BOX:
        values = _by_slabs(atoms.positions, weights * constant, functions, s, n, pixel, tolerance)
        return Volume(values, pixel)
    total = _transform(atoms.positions / pixel, weights, functions, s, (n, n, n), pixel, tolerance)
    return Volume(np.asarray(fourier.ifft3(total, n) * constant, np.float32), pixel)


def _by_slabs(positions: Real, weights: Real, functions: Real, s: Real, n: int, pixel: float, tolerance: float) -> Real:
    """The same (n, n, n), a slab of planes at a time from the atoms in and near it, so that memory stays bounded."""
    from scipy import fft

    from ..base.progress import track

    out = np.empty((n, n, n), np.float32)
    planes = max(1, SLAB_VOXELS // n**2)
    places = positions / pixel + n // 2  # index coordinates, so that nothing has to be shifted
    for first in track(range(0, n, planes), "potential", total=-(-n // planes)):
        last = min(first + planes, n)
        depth = fft.next_fast_len(last - first + 2 * SLAB_MARGIN, real=True)
        near = np.flatnonzero((places[:, 2] > first - SLAB_MARGIN) & (places[:, 2] < last + SLAB_MARGIN))
        if not len(near):
            out[first:last] = 0
            continue
        moved = places[near] - np.array([0, 0, first - SLAB_MARGIN])
        half = _transform(moved, weights[:, near], functions, s, (depth, n, n), pixel, tolerance)
        slab = fft.irfftn(half, (depth, n, n), overwrite_x=True, workers=-1)
        out[first:last] = slab[SLAB_MARGIN : SLAB_MARGIN + last - first]
    return out


def _transform(
    places: Real, weights: Real, functions: Real, s: Real, shape: tuple[int, int, int], pixel: float, tolerance: float
) -> Real:
    """Σ over functions of their point transforms times themselves, on the half transform (nz, ny, nx//2+1).

    ``places`` (x, y, z) are in voxels.
    """
    from scipy.interpolate import CubicSpline

    square, radii = _rings(shape, pixel)
    curves = [CubicSpline(s, f)(radii).astype(np.float32) for f in functions]
    columns = shape[2] // 2 + 1
    mates = np.ix_(*(-np.arange(length) % n for length, n in zip((*shape[:2], columns), shape, strict=True)))
    total = np.zeros(square.shape, np.complex64)

    def pair(i: int) -> Real:
        second = weights[i + 1] if i + 1 < len(curves) else np.zeros(1)
        return _points(places, weights[i] + 1j * second, shape, tolerance)

    pairs = range(0, len(curves), 2)
    # A sum's rounding must not depend on how many processors there are: transforms have a thread each.
    for i, full in zip(pairs, map(pair, pairs) if max(shape) > WHOLE_BOX else in_order(pair, pairs), strict=True):
        here, mate = full[..., :columns], np.conj(full[mates])
        total += (here + mate) * (curves[i] / 2)[square]
        if i + 1 < len(curves):
            total += (here - mate) * (curves[i + 1] / 2j)[square]
    for axis, n in enumerate(shape):
        if n % 2 == 0:  # the lines at Nyquist have no mates
            total[(slice(None),) * axis + (n // 2,)] = 0
    return total


def _rings(shape: tuple[int, int, int], pixel: float) -> tuple[Real, Real]:
    """For every place of a half transform which of the radii (1/Å) it has: exactly in a cube, else to a fine table."""
    cube = len(set(shape)) == 1
    unit = 1 / (shape[0] * pixel) if cube else 1.0
    squares = [(fourier.frequencies1(n, pixel) / unit) ** 2 for n in shape]
    squares[2] = squares[2][: shape[2] // 2 + 1]
    top = float(sum(v.max() for v in squares))
    fine = 1.0 if cube else (FINE - 1) / top
    z, y, x = (np.asarray(v * fine, np.float32) for v in squares)
    index = np.rint(z[:, None, None] + y[None, :, None] + x[None, None]).astype(np.int32)
    return index, np.sqrt(np.arange(int(index.max()) + 1) / fine) * unit


def _points(places: Real, weights: Real, shape: tuple[int, int, int], tolerance: float) -> Real:
    """Σ w e^{−2πi k·x} on the full transform (nz, ny, nx), for places (x, y, z) in voxels."""
    import finufft

    single = max(shape) > LARGE_BOX
    turns = places[:, ::-1] / np.array(shape)
    angles = (2 * np.pi * (turns - np.rint(turns))).astype(np.float32 if single else np.float64)
    z, y, x = (np.ascontiguousarray(column) for column in angles.T)
    strengths = weights.astype(np.complex64 if single else np.complex128)
    tolerance = max(tolerance, SINGLE_TOLERANCE) if single else tolerance
    # The smaller working grid is five times as fast here, where atoms are few and voxels many. Large boxes have no room
    # for several transforms at a time, and take all threads (0) for one.
    options = {"isign": -1, "modeord": 1, "upsampfac": 1.25, "nthreads": int(max(shape) <= WHOLE_BOX)}
    return np.asarray(finufft.nufft3d1(z, y, x, strengths, shape, eps=tolerance, **options), np.complex64)


def _check(atoms: Atoms, n: int, pixel: float, bfactor: float | None) -> None:
    if not len(atoms):
        raise InputError("a potential needs atoms, and the structure has none")
    if bfactor is not None and bfactor < 0:
        raise InputError(f"a B-factor of a potential must be at least 0 Å², and {bfactor:g} was given")
    reach = float(np.abs(atoms.positions).max())
    if reach > n * pixel / 2:
        raise InputError(
            f"the structure reaches {reach:.0f} Å from the origin, and a box of {n} × {pixel:g} Å holds "
            f"{n * pixel / 2:.0f} Å; centre it, or take a box of at least {int(2 * np.ceil(reach / pixel))}"
        )
