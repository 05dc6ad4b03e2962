"""Laws of single scattering: limits, sums, sizes of the literature."""

from __future__ import annotations

import numpy as np
import pytest

from underfocus.base import units
from underfocus.base.errors import InputError
from underfocus.physics import scattering
from underfocus.physics.factors import scattering_factor


def total(differential: np.ndarray) -> float:
    return float(scattering.within(differential)[-1])


def test_forward_scattering_is_the_factor_times_the_mass_squared() -> None:
    gamma = 1 + 300e3 / 510_998.95
    forward = scattering.elastic("C", 0.0, 300.0)
    assert forward == pytest.approx((gamma * scattering_factor("C", 0.0)) ** 2, rel=1e-9)


def test_far_out_it_is_rutherfords_and_joins_the_table_without_a_step() -> None:
    edge = 2 * np.arcsin(scattering.TABLE_END * units.wavelength(300.0) / 2)
    below, above = scattering.elastic("C", edge * np.array([1 - 1e-7, 1 + 1e-7]), 300.0)
    assert above == pytest.approx(below, rel=1e-5)
    near, far = scattering.elastic("C", np.array([0.2, 0.4]), 300.0)
    assert near / far == pytest.approx((np.sin(0.2) / np.sin(0.1)) ** 4)
    # Mott and Bethe's 6²: what is left of the screening there is some percent of the factor
    bare = 6 / (2 * np.pi**2 * units.BOHR_RADIUS * (2 * np.sin(0.1) / units.wavelength(300.0)) ** 2)
    assert np.sqrt(near) / (1 + 300e3 / 510_998.95) == pytest.approx(bare, rel=0.1)


@pytest.mark.parametrize(("element", "z"), [("C", 6), ("N", 7), ("O", 8)])
def test_totals_are_those_of_the_literature(element: str, z: int) -> None:
    theta = scattering.angles()
    elastic = total(scattering.elastic(element, theta, 300.0))
    # Langmore & Smith 1992 (J. Struct. Biol. 109, 33): σ_el in nm² from Hartree-Fock sums
    beta = units.speed(300.0)
    assert elastic == pytest.approx(100 * 1.4e-6 * z**1.5 / beta**2 * (1 - 0.26 * z / 137 / beta), rel=0.25)
    # Egerton 2011, 3.2: inelastic over elastic is about 20 over Z
    inelastic = total(scattering.inelastic(element, theta, 300.0, 20.0))
    assert inelastic / elastic == pytest.approx(20 / z, rel=0.25)


def test_inelastic_is_half_at_the_angle_of_its_loss() -> None:
    width = scattering.loss_angle(20.0, 300.0)
    assert width == pytest.approx(20 / (810_998.95 * 0.776525**2), rel=1e-5)
    middle, there = scattering.inelastic("C", np.array([0.0, width]), 300.0, 20.0)
    assert there / middle == pytest.approx(0.5, rel=1e-3)
    assert scattering.loss_angle(40.0, 300.0) == pytest.approx(2 * width)


def test_sums_over_angles_are_solid_angles() -> None:
    theta = scattering.angles()
    summed = scattering.within(np.ones_like(theta))
    assert summed[-1] == pytest.approx(4 * np.pi, rel=1e-4)
    assert summed == pytest.approx(2 * np.pi * (1 - np.cos(theta)), rel=1e-4, abs=1e-12)
    assert np.all(np.diff(scattering.within(scattering.elastic("C", theta, 300.0))) >= 0)


def test_a_recoil_keeps_energy_and_momentum() -> None:
    mass = 12.011 * 931_494_102.42
    energy, rest = 300e3, 510_998.95
    momentum = np.sqrt(energy * (energy + 2 * rest))
    assert scattering.recoil(np.pi, 300.0, 12.011) == pytest.approx((2 * momentum) ** 2 / (2 * mass), rel=1e-6)
    assert scattering.recoil(0.01, 300.0, 12.011) == pytest.approx((momentum * 0.01) ** 2 / (2 * mass), rel=1e-4)


def test_what_cannot_scatter_is_refused() -> None:
    with pytest.raises(InputError, match="no element"):
        scattering.elastic("Qq", 0.01, 300.0)
    with pytest.raises(InputError, match="no element"):
        scattering.inelastic("Qq", 0.01, 300.0, 20.0)
    with pytest.raises(InputError, match="must be positive"):
        scattering.loss_angle(0.0, 300.0)
    with pytest.raises(InputError, match="mass of a nucleus"):
        scattering.recoil(0.01, 300.0, -1.0)
