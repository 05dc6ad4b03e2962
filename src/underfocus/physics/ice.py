"""Vitreous ice three ways: as one potential, as a Gaussian random field, and molecule by molecule.

A constant ice dims the contrast of what lies in it; a random field adds the noise that carries the CTF; explicit
molecules give both from the same scattering factors as the specimen's. Isolated atoms make ice of 0.93 g/cm³ 4.53 V
deep; holography measures 3.5 V, since bonds draw the electrons in, so that the scale of any simulated contrast against
ice is good to a third at best. The field's spectrum is Parkhurst et al. 2024 (Faraday Discuss. 240, 284).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..base import units
from ..base.arrays import generator
from ..base.errors import InputError
from ..data.atoms import Atoms
from ..maths import fourier
from .factors import Table, scattering_factor

Real = np.ndarray[Any, Any]
#: g/cm³ of low-density amorphous ice; Dubochet et al. 1988 (Q. Rev. Biophys. 21, 129).
DENSITY = 0.93
WATER = {"H": 2.0, "O": 1.0}
#: Molecules in an Å³ at that density.
MOLECULES = DENSITY / 18.01528 * 0.602214076
#: Two bumps of the spectrum of ice's density, with their weights: Parkhurst et al. 2024, as cryoJAX uses them.
BUMPS = ((0.199, 0.0, 0.731), (0.801, 1 / 2.88, 0.081))
#: O–H in Å and H–O–H in degrees.
BOND, ANGLE = 0.9572, 104.52
#: Molecules are at least so far from each other and from other atoms, in Å.
NEAREST = 2.6
#: Atomic displacement of frozen water, as a B-factor in Å².
BFACTOR = 20.0
#: S(0) = ρ k T κ of water at room temperature: how much more evenly it lies than a gas.
COMPRESSIBILITY = 0.064


def mean_inner_potential(composition: Mapping[str, float], density: float, table: Table = "peng") -> float:
    """The mean potential in V of isolated atoms: K Σ n f_e(0), for a composition in any unit and g/cm³.

    InputError for a composition without atoms or a density that is not positive.
    """
    import gemmi

    total = sum(composition.values())
    if not density > 0 or not total > 0:
        raise InputError(f"a mean potential needs atoms and a positive density, and {density:g} g/cm³ was given")
    mass = sum(n * gemmi.Element(e).weight for e, n in composition.items())
    per_volume = density * 0.602214076 / mass  # units of the composition in an Å³
    lengths = sum(n * float(scattering_factor(e, 0.0, table=table)) for e, n in composition.items())
    return float(units.POTENTIAL_PER_SCATTERING_LENGTH * per_volume * lengths)


def spectrum(s: Any) -> Real:
    """The power spectrum of ice's potential over the frequency s in 1/Å, in any unit: two Gaussian bumps."""
    s = np.asarray(s, float)
    return np.asarray(sum(a * np.exp(-((s - m) ** 2) / (2 * w**2)) for a, m, w in BUMPS))


def power(s: Any, thickness: float) -> Real:
    """Power in V² Å⁴ of the projected potential of ice at the frequency s in 1/Å: `spectrum`, on an absolute scale.

    At s → 0 it is n t S(0) (K f_water)², for n molecules in an Å³, t Å of ice, and the S(0) of water's compressibility.
    """
    forward = units.POTENTIAL_PER_SCATTERING_LENGTH * sum(
        count * float(scattering_factor(element, 0.0)) for element, count in WATER.items()
    )
    return np.asarray(MOLECULES * thickness * COMPRESSIBILITY * forward**2 * spectrum(s) / spectrum(0.0))


def random_field(
    shape: tuple[int, int], pixel: float, thickness: float, seed: int | np.random.Generator | None = None
) -> Real:
    """Fluctuations (ny, nx) in V Å of the projected potential of ``thickness`` Å of ice: mean 0, float32, Gaussian.

    Their power is `power`. InputError for a negative thickness.
    """
    from scipy import fft

    _check(thickness)
    ny, nx = shape
    white = generator(seed).standard_normal((ny, nx), dtype=np.float32)
    ky, kx = fourier.frequencies1(ny, pixel)[:, None], fourier.half_frequencies1(nx, pixel)[None]
    half = fft.rfft2(white, workers=-1)
    half *= (np.sqrt(power(np.hypot(ky, kx), thickness)) / pixel).astype(np.float32)
    half[0, 0] = 0
    return np.asarray(fft.irfft2(half, (ny, nx), workers=-1), np.float32)


def water(
    size: tuple[float, float, float], seed: int | np.random.Generator | None = None, around: Atoms | None = None
) -> Atoms:
    """Water in a box of (x, y, z) Å about the origin at the density of ice, periodic, as atoms with B = 20 Å².

    Molecules come to random places that are NEAREST Å from every other, and turned at random; those that would touch
    ``around`` are left out. InputError for an empty box.
    """
    from ..maths import rotations
    from ..maths.kernels.packing import packed

    box = np.asarray(size, float)
    if box.shape != (3,) or not np.all(box > 4 * NEAREST):
        raise InputError(f"water fills a box (x, y, z) of more than {4 * NEAREST:g} Å a side, and {size} was given")
    random = generator(seed)
    places = packed(box, int(MOLECULES * np.prod(box)), NEAREST, random) - box / 2
    if around is not None:
        from scipy.spatial import cKDTree

        away, _ = cKDTree(around.positions).query(places, distance_upper_bound=NEAREST)
        places = places[np.isinf(away)]
    turned = rotations.random(len(places), random) @ _hydrogens().T
    positions = np.concatenate([places, places + turned[..., 0], places + turned[..., 1]])
    elements = np.repeat(["O", "H"], [len(places), 2 * len(places)])
    return Atoms(positions, elements, np.full(len(positions), BFACTOR))


def _hydrogens() -> Real:
    """The two O–H bonds of a molecule as rows (x, y, z)."""
    half = np.deg2rad(ANGLE / 2)
    return BOND * np.array([[np.cos(half), np.sin(half), 0], [np.cos(half), -np.sin(half), 0]])


def _check(thickness: float) -> None:
    if not thickness >= 0:
        raise InputError(f"ice has a thickness of at least 0 Å, and {thickness:g} was given")
