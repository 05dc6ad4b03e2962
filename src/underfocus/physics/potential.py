"""Electrostatic potential of isolated atoms, from the electron scattering factors of Peng et al. 1996.

f_e(s) = Σ a_i exp(−b_i s²/4) in Å for s in 1/Å (Peng's own variable is s/2), times exp(−B s²/4) for each atom's
B-factor; K = h²/(2π m₀ e) turns it into volts. Peng, Ren, Dudarev & Whelan 1996 (Acta Cryst. A52, 257), five Gaussians,
as gemmi tabulates them.

The sum over atoms is exact up to the band limit of the grid: a non-uniform Fourier transform to a stated tolerance. All
combinations of element and B-factor share a few singular functions of s, so that a handful of transforms serve any
number of atoms.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from ..base import units
from ..base.errors import InputError
from ..data.atoms import Atoms
from ..data.volume import Volume, checked_pixel
from ..maths import fourier

Real = np.ndarray[Any, Any]
#: Relative size of the singular functions that are left out.
RANK_TOLERANCE = 1e-7
#: Samples of s on which the singular functions are tabulated; a cubic spline lies between them.
TABLE = 256
#: An element and a B-factor to 0.1 Å² in one whole number.
CODE = 1 << 20
#: Above this box the non-uniform transform uses its smaller working grid.
LARGE_BOX = 256


@lru_cache(maxsize=128)
def _gaussians(element: str) -> tuple[Real, Real]:
    """Peng's amplitudes a (Å) and widths b (Å²) of an element."""
    import gemmi

    found = gemmi.Element(element)
    coefficients = found.c4322
    if found.atomic_number == 0 or coefficients is None:
        raise InputError(
            f"{element!r} is no element with an electron scattering factor; correct the structure's elements"
        )
    return np.array(coefficients.a), np.array(coefficients.b)


def scattering_factor(element: str, s: Any, bfactor: float = 0.0) -> Real:
    """f_e in Å at frequencies s in 1/Å, damped by a B-factor in Å². InputError for an unknown element."""
    a, b = _gaussians("H" if element == "D" else element)
    s = np.asarray(s, float)
    return np.asarray((a * np.exp(-(b + bfactor) * s[..., None] ** 2 / 4)).sum(-1))


def box_for(atoms: Atoms, pixel: float, margin: float = 1.5) -> int:
    """An even box in pixels that holds the structure at any orientation, ``margin`` times its diameter."""
    radius = float(np.linalg.norm(atoms.positions - atoms.positions.mean(axis=0), axis=1).max())
    return int(2 * np.ceil(margin * radius / checked_pixel(pixel)))


def _singular(atoms: Atoms, bfactor: float | None, s: Real) -> tuple[Real, Real]:
    """Weights (atoms, r) and functions (r, s) whose product is every atom's scattering factor."""
    widths = atoms.bfactors if bfactor is None else np.full(len(atoms), float(bfactor))
    elements, number = np.unique(atoms.elements, return_inverse=True)
    codes = number.astype(np.int64) * CODE + np.rint(np.asarray(widths) * 10).astype(np.int64)
    kinds, which = np.unique(codes, return_inverse=True)
    table = np.stack([scattering_factor(str(elements[k // CODE]), s, (k % CODE) / 10) for k in kinds])
    left, sizes, right = np.linalg.svd(table, full_matrices=False)
    rank = int(np.sum(sizes > RANK_TOLERANCE * sizes[0]))
    weights = (left[:, :rank] * sizes[:rank])[which.ravel()] * np.asarray(atoms.occupancies)[:, None]
    return weights, right[:rank]


def potential(atoms: Atoms, n: int, pixel: float, *, bfactor: float | None = None, tolerance: float = 1e-6) -> Volume:
    """Potential in V of a structure about the origin, on n³ voxels of ``pixel`` Å; voxel n // 2 is the origin.

    ``bfactor`` in Å² replaces the structure's own, which count to 0.1 Å². The values are those of the band-limited
    potential at the voxels' centres; their sum times pixel³ is K Σ f_e(0). Centre the structure first
    (`Atoms.centred`). Raises InputError for an empty structure, one that does not fit the box, or a negative B-factor.
    """
    from scipy.interpolate import CubicSpline

    pixel = checked_pixel(pixel)
    _check(atoms, n, pixel, bfactor)
    top = np.sqrt(3) / (2 * pixel)
    s = np.linspace(0, top, TABLE)
    weights, functions = _singular(atoms, bfactor, s)
    splines = [CubicSpline(s, function) for function in functions]
    radius = fourier.radius3(n, pixel).astype(np.float32)
    total = np.zeros(radius.shape, np.complex64)
    for weight, spline in zip(weights.T, splines, strict=True):
        total += _point_transform(atoms.positions, weight, n, pixel, tolerance) * spline(radius).astype(np.float32)
    if n % 2 == 0:  # the lines at Nyquist have no mates
        total[n // 2], total[:, n // 2], total[..., -1] = 0, 0, 0
    values = fourier.ifft3(total, n) * (units.POTENTIAL_PER_SCATTERING_LENGTH / pixel**3)
    return Volume(np.asarray(values, np.float32), pixel)


def _point_transform(positions: Real, weights: Real, n: int, pixel: float, tolerance: float) -> Real:
    """Σ w e^{−2πi k·x} on the half transform (n, n, n//2+1)."""
    import finufft

    z, y, x = (np.ascontiguousarray(positions[:, i] * (2 * np.pi / (n * pixel))) for i in (2, 1, 0))
    options = {"upsampfac": 1.25} if n > LARGE_BOX else {}
    full = finufft.nufft3d1(z, y, x, weights.astype(complex), (n, n, n), eps=tolerance, isign=-1, modeord=1, **options)
    half = np.asarray(full[..., : n // 2 + 1], np.complex64)
    if n % 2 == 0:
        half[..., -1] = 0
    return half


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
