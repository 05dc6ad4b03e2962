"""Laws of the potential: scattering factors, the integral, the direct sum, mean inner potentials, and refusals."""

from __future__ import annotations

import numpy as np
import pytest

import underfocus as uf
from underfocus.base import units
from underfocus.base.errors import InputError
from underfocus.maths import fourier
from underfocus.physics.potential import box_for, potential, scattering_factor

AT_ZERO = {
    "H": 0.5288, "C": 2.5088, "N": 2.2135, "O": 1.9834, "Na": 4.7758,
    "Mg": 5.2078, "P": 5.4876, "S": 5.1604, "Fe": 7.1637, "Zn": 6.0634,
}  # fmt: skip
CARBON = {0.1: 2.40574, 0.25: 1.97047, 0.5: 1.16855, 1.0: 0.41358, 2.0: 0.11739}


@pytest.mark.parametrize("element", AT_ZERO)
def test_forward_scattering_factors(element: str) -> None:
    assert scattering_factor(element, 0.0) == pytest.approx(AT_ZERO[element], abs=5e-5)


@pytest.mark.parametrize("k", CARBON)
def test_carbon_over_angle(k: float) -> None:
    assert scattering_factor("C", k) == pytest.approx(CARBON[k], abs=5e-6)
    assert scattering_factor("C", k, 40.0) == pytest.approx(CARBON[k] * np.exp(-40 * k**2 / 4), rel=1e-4)


def test_the_constant() -> None:
    assert pytest.approx(47.87764724, rel=1e-8) == units.POTENTIAL_PER_SCATTERING_LENGTH


@pytest.mark.parametrize("n", [32, 33])
def test_against_the_direct_sum(n: int) -> None:
    atoms = uf.samples.protein("1ubi")[:80].centred()
    pixel = 1.2
    kz, ky, kx = fourier.frequencies3(n, pixel)
    k = fourier.radius3(n, pixel)
    direct = np.zeros(k.shape, complex)
    assert atoms.bfactors is not None
    for element, b, (x, y, z) in zip(atoms.elements, atoms.bfactors, atoms.positions, strict=True):
        direct += scattering_factor(str(element), k, float(b)) * np.exp(-2j * np.pi * (kx * x + ky * y + kz * z))
    if n % 2 == 0:
        direct[n // 2], direct[:, n // 2], direct[..., -1] = 0, 0, 0
    expected = fourier.ifft3(direct, n) * units.POTENTIAL_PER_SCATTERING_LENGTH / pixel**3
    found = potential(atoms, n, pixel).data
    assert np.abs(found - expected).max() < 1e-3 * expected.max()


@pytest.mark.parametrize("bfactor", [None, 0.0, 80.0])
def test_the_integral_is_the_sum_of_scattering_lengths(bfactor: float | None) -> None:
    atoms = uf.samples.protein("1ake")
    volume = uf.potential(atoms, n=48, pixel=2.0, bfactor=bfactor)
    assert atoms.occupancies is not None
    lengths = sum(
        float(scattering_factor(str(e), 0.0)) * o for e, o in zip(atoms.elements, atoms.occupancies, strict=True)
    )
    assert volume.data.sum(dtype=float) * 8 == pytest.approx(units.POTENTIAL_PER_SCATTERING_LENGTH * lengths, rel=1e-5)


@pytest.mark.shared
def test_ferritins_integral(shared) -> None:  # type: ignore[no-untyped-def]
    atoms = uf.open(shared / "data" / "models" / "4v1w.cif")
    assert isinstance(atoms, uf.Atoms)
    total = units.POTENTIAL_PER_SCATTERING_LENGTH * sum(
        (atoms.elements == e).sum() * float(scattering_factor(str(e), 0.0)) for e in np.unique(atoms.elements)
    )
    # the reference counts 3,709,551 V Å³ with another fit of the same tables
    assert total == pytest.approx(3_709_551, rel=2e-4)
    volume = uf.potential(atoms.centred(), n=96, pixel=2.5)
    assert volume.data.sum(dtype=float) * 2.5**3 == pytest.approx(total, rel=1e-5)


@pytest.mark.parametrize(("density", "expected"), [(0.92, 4.478), (0.93, 4.526), (0.94, 4.575)])
def test_mean_inner_potential_of_ice(density: float, expected: float) -> None:
    molecules = density / 18.0153 * 6.02214076e23 / 1e24  # a cubic ångström
    length = 2 * scattering_factor("H", 0.0) + scattering_factor("O", 0.0)
    assert molecules * length * units.POTENTIAL_PER_SCATTERING_LENGTH == pytest.approx(expected, abs=2e-3)


def test_one_atom_is_at_the_origin_voxel_and_a_b_factor_flattens_it() -> None:
    atom = uf.Atoms(np.zeros((1, 3)), np.array(["C"]))
    sharp, soft = (uf.potential(atom, n=24, pixel=1.0, bfactor=b).data for b in (10.0, 60.0))
    assert np.unravel_index(sharp.argmax(), sharp.shape) == (12, 12, 12)
    assert sharp.max() > 2 * soft.max()


def test_refusals() -> None:
    atoms = uf.samples.protein("1ubi")
    with pytest.raises(InputError, match="take a box of at least"):
        uf.potential(atoms, n=16, pixel=1.0)
    with pytest.raises(InputError, match="has none"):
        uf.potential(atoms[:0], n=16, pixel=1.0)
    with pytest.raises(InputError, match="at least 0"):
        uf.potential(atoms, n=64, pixel=1.0, bfactor=-1.0)
    with pytest.raises(InputError, match="electron scattering factor"):
        uf.potential(uf.Atoms(np.zeros((1, 3)), np.array(["Qq"])), n=16, pixel=1.0)
    assert box_for(atoms, 1.0) * 1.0 > 2 * np.linalg.norm(atoms.positions, axis=1).max()
