"""Laws of the potential: scattering factors, the integral, the direct sum, where atoms land, and refusals."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

import underfocus as uf
from underfocus.base import units
from underfocus.base.errors import InputError
from underfocus.maths import fourier, rotations
from underfocus.physics import factors
from underfocus.physics import potential as module
from underfocus.physics.factors import scattering_factor
from underfocus.physics.potential import box_for, potential

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


def some_atoms(count: int, reach: float) -> uf.Atoms:
    """Atoms that differ in everything: element, B-factor and occupancy."""
    rng = np.random.default_rng(1)
    return uf.Atoms(
        positions=rng.uniform(-reach, reach, (count, 3)),
        elements=rng.choice(["H", "C", "N", "O", "S", "Zn"], count),
        bfactors=np.round(rng.uniform(5, 250, count), 2),
        occupancies=rng.uniform(0.2, 1.0, count),
    )


def relative(found: np.ndarray, expected: np.ndarray) -> float:
    return float(np.linalg.norm(found - expected) / np.linalg.norm(expected))


def test_deuterium_scatters_as_hydrogen() -> None:
    np.testing.assert_array_equal(scattering_factor("D", [0, 0.3]), scattering_factor("H", [0, 0.3]))


@pytest.mark.parametrize(("n", "pixel"), [(20, 1.3), (21, 1.1)])
def test_occupancies_and_more_bfactors_than_the_basis_was_found_from(n: int, pixel: float) -> None:
    atoms = some_atoms(500, 0.4 * n * pixel)
    kz, ky, kx = fourier.frequencies3(n, pixel)
    k = fourier.radius3(n, pixel)
    direct = np.zeros(k.shape, complex)
    for (x, y, z), element, b, part in zip(
        atoms.positions, atoms.elements, np.asarray(atoms.bfactors), np.asarray(atoms.occupancies), strict=True
    ):
        direct += part * scattering_factor(str(element), k, b) * np.exp(-2j * np.pi * (kx * x + ky * y + kz * z))
    if n % 2 == 0:
        direct[n // 2], direct[:, n // 2], direct[..., -1] = 0, 0, 0
    expected = fourier.ifft3(direct, n) * units.POTENTIAL_PER_SCATTERING_LENGTH / pixel**3
    assert relative(potential(atoms, n, pixel).data, expected) < 2e-5


def test_single_precision_of_large_boxes(monkeypatch: pytest.MonkeyPatch) -> None:
    atoms = some_atoms(60, 30.0)
    monkeypatch.setattr(module, "LARGE_BOX", 80)
    double = potential(atoms, 80, 1.2).data
    monkeypatch.setattr(module, "LARGE_BOX", 79)
    single = potential(atoms, 80, 1.2).data
    assert 0 < relative(single, double) < 3e-4


def test_one_atom_is_five_gaussians_in_space() -> None:
    n, pixel, b = 48, 0.5, 60.0
    centre = np.array([1.23, -2.41, 0.77])
    found = potential(uf.Atoms(centre[None], ["C"], [b]), n, pixel).data
    axis = (np.arange(n) - n // 2) * pixel
    z, y, x = np.meshgrid(axis, axis, axis, indexing="ij")
    r2 = (x - centre[0]) ** 2 + (y - centre[1]) ** 2 + (z - centre[2]) ** 2
    expected = np.zeros_like(r2)
    for one, width in zip(*factors._gaussians("C"), strict=True):
        expected += one * (4 * np.pi / (width + b)) ** 1.5 * np.exp(-4 * np.pi**2 * r2 / (width + b))
    expected *= units.POTENTIAL_PER_SCATTERING_LENGTH
    np.testing.assert_allclose(found, expected, atol=1e-5 * expected.max())


def test_x_is_the_last_axis() -> None:
    for n in (16, 17):
        found = potential(uf.Atoms([[3.0, -2.0, 1.0]], ["N"], [20.0]), n, 1.0).data
        assert np.unravel_index(found.argmax(), found.shape) == (n // 2 + 1, n // 2 - 2, n // 2 + 3)


def test_turning_atoms_turns_the_potential() -> None:
    atoms = some_atoms(50, 6.0)
    n = 21  # odd: a quarter turn of the array keeps its centre
    turned = potential(atoms.rotated(rotations.about_z(90.0)), n, 1.0).data
    np.testing.assert_allclose(turned, np.rot90(potential(atoms, n, 1.0).data, -1, axes=(1, 2)), atol=2e-3)


def test_one_bfactor_for_all_replaces_those_of_the_file() -> None:
    atoms = some_atoms(40, 8.0)
    n, pixel = 24, 1.0
    still = potential(atoms, n, pixel, bfactor=0.0).data.astype(float)
    moving = fourier.ifft3(fourier.fft3(still) * np.exp(-45.0 * fourier.radius3(n, pixel) ** 2 / 4), n)
    assert relative(potential(atoms, n, pixel, bfactor=45.0).data, moving) < 2e-5


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
    assert total == pytest.approx(3_709_551, rel=1e-4)
    assert total == pytest.approx(3_709_269.6, abs=0.5)
    volume = uf.potential(atoms.centred(), n=96, pixel=2.5)
    assert volume.data.sum(dtype=float) * 2.5**3 == pytest.approx(total, rel=1e-5)


@pytest.mark.parametrize(("density", "expected"), [(0.92, 4.478), (0.93, 4.526), (0.94, 4.575)])
def test_mean_inner_potential_of_ice(density: float, expected: float) -> None:
    molecules = density / 18.0153 * 6.02214076e23 / 1e24  # a cubic ångström
    length = 2 * scattering_factor("H", 0.0) + scattering_factor("O", 0.0)
    assert molecules * length * units.POTENTIAL_PER_SCATTERING_LENGTH == pytest.approx(expected, abs=2e-3)


@pytest.mark.parametrize(("density", "expected"), [(1.35, 7.93), (1.36, 7.99), (1.43, 8.40)])
def test_mean_inner_potential_of_protein(density: float, expected: float) -> None:
    parts = {
        "H": (0.498, 1.008),
        "C": (0.315, 12.011),
        "N": (0.0875, 14.007),
        "O": (0.0947, 15.999),
        "S": (0.0022, 32.06),
    }
    mass = sum(part * dalton for part, dalton in parts.values()) * 1.66053906660
    length = sum(part * float(scattering_factor(e, 0.0)) for e, (part, _) in parts.items())
    assert density / mass * length * units.POTENTIAL_PER_SCATTERING_LENGTH == pytest.approx(expected, abs=6e-3)


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


@pytest.mark.parametrize(("n", "bfactor", "apart"), [(48, 90.0, 1e-3), (49, 90.0, 1e-3), (48, 30.0, 2e-2)])
def test_slabs_are_the_whole_but_for_nyquist(
    n: int, bfactor: float, apart: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slab has other planes at Nyquist than the whole: what differs is as much as is left there."""
    atoms = uf.Atoms(np.random.default_rng(4).uniform(-20, 20, (60, 3)), ["C", "N", "O"] * 20)
    whole = potential(atoms, n, 1.0, bfactor=bfactor).data
    monkeypatch.setattr(module, "WHOLE_BOX", 40)
    monkeypatch.setattr(module, "SLAB_VOXELS", 11 * n * n)
    parts = potential(atoms, n, 1.0, bfactor=bfactor).data
    assert np.abs(parts - whole).max() < apart * np.abs(whole).max()
    assert parts.sum(dtype=float) == pytest.approx(whole.sum(dtype=float), rel=2e-3)


def test_a_potential_does_not_depend_on_how_many_threads_make_it() -> None:
    code = (
        "import hashlib, underfocus as uf; "
        "print(hashlib.sha256(uf.potential(uf.samples.protein('1ubi'), 48, 2.5).data.tobytes()).hexdigest())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env=os.environ | {"OMP_NUM_THREADS": threads},
        ).stdout
        for threads in ("1", "3")
    }
    assert len(found) == 1
