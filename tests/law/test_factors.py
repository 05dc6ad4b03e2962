"""Scattering factors of three tables against printed values, and the mean inner potentials that follow."""

from __future__ import annotations

import numpy as np
import pytest

from underfocus.base import units
from underfocus.base.errors import InputError
from underfocus.physics.factors import scattering_factor
from underfocus.physics.ice import mean_inner_potential

ELEMENTS = ("H", "C", "N", "O", "Na", "Mg", "P", "S", "Fe", "Zn")
AT_ZERO = {
    "peng": (0.5288, 2.5088, 2.2135, 1.9834, 4.7758, 5.2078, 5.4876, 5.1604, 7.1637, 6.0634),
    "kirkland": (0.5297, 2.5114, 2.2189, 1.9897, 4.7757, 5.2062, 5.4976, 5.1721, 7.1632, 6.0727),
    "lobato": (0.5292, 2.5097, 2.2488, 2.0291, 4.7795, 5.2091, 5.5675, 5.2539, 7.1635, 6.0656),
}
CARBON = {
    "peng": (2.40574, 1.97047, 1.16855, 0.41358, 0.11739),
    "kirkland": (2.40551, 1.96742, 1.17004, 0.41270, 0.11683),
}


@pytest.mark.parametrize("table", AT_ZERO)
def test_forward_scattering(table: str) -> None:
    found = [float(scattering_factor(e, 0.0, table=table)) for e in ELEMENTS]
    assert found == pytest.approx(AT_ZERO[table], abs=6e-5)


@pytest.mark.parametrize("table", CARBON)
def test_carbon_along_s(table: str) -> None:
    found = scattering_factor("C", np.array([0.1, 0.25, 0.5, 1.0, 2.0]), table=table)
    assert found == pytest.approx(CARBON[table], abs=6e-6)


def test_b_factors_add_to_pengs_b() -> None:
    s = np.linspace(0, 1, 5)
    assert np.allclose(scattering_factor("C", s, 40.0), scattering_factor("C", s) * np.exp(-40 * s**2 / 4))


def test_lobato_falls_as_rutherford_at_large_s() -> None:
    """f_e → 2Z/(a₀ (2π s)²)·… with s⁻²: the product s² f_e levels off at Z/(2π² a₀)."""
    for element, z in (("C", 6), ("S", 16)):
        limit = z / (2 * np.pi**2 * units.BOHR_RADIUS)
        assert 400 * float(scattering_factor(element, 20.0, table="lobato")) == pytest.approx(limit, rel=0.02)


def test_what_is_no_element_or_table_is_refused() -> None:
    for table in AT_ZERO:
        with pytest.raises(InputError, match="Xx"):
            scattering_factor("Xx", 0.1, table=table)
    with pytest.raises(InputError, match="cromer"):
        scattering_factor("C", 0.1, table="cromer")


@pytest.mark.parametrize(("density", "volts"), [(0.92, 4.478), (0.93, 4.526), (0.94, 4.575)])
def test_mean_inner_potential_of_ice(density: float, volts: float) -> None:
    assert mean_inner_potential({"H": 2, "O": 1}, density) == pytest.approx(volts, abs=1.5e-3)


@pytest.mark.parametrize(("density", "volts"), [(1.35, 7.93), (1.36, 7.99), (1.43, 8.40)])
def test_mean_inner_potential_of_protein(density: float, volts: float) -> None:
    shares = {"H": 0.498, "C": 0.315, "N": 0.0875, "O": 0.0947, "S": 0.0022}
    assert mean_inner_potential(shares, density) == pytest.approx(volts, abs=6e-3)
