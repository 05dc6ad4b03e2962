"""Ice as a field and as molecules: density, distance, spectrum, and a mean potential that both share."""

from __future__ import annotations

import numpy as np
import pytest

from underfocus.base.errors import InputError
from underfocus.data.atoms import Atoms
from underfocus.physics import ice, slicing


def test_molecules_have_the_density_and_keep_their_distance() -> None:
    from scipy.spatial import cKDTree

    box = (40.0, 36.0, 30.0)
    water = ice.water(box, seed=1)
    oxygen = water.positions[water.elements == "O"]
    assert len(oxygen) == int(ice.MOLECULES * np.prod(box))
    tree = cKDTree(np.mod(oxygen + np.array(box) / 2, box), boxsize=box)
    nearest = tree.query(tree.data, k=2)[0][:, 1]
    assert nearest.min() >= ice.NEAREST
    assert np.linalg.norm(water.positions[len(oxygen) : 2 * len(oxygen)] - oxygen, axis=1) == pytest.approx(ice.BOND)


def test_the_mean_potential_is_that_of_the_composition() -> None:
    size = 48
    cut = slicing.cut(ice.water((size, size, 40.0), seed=2), size, 1.0, 50.0)
    mean = slicing.projected(cut).mean(dtype=float) / 40.0
    assert mean == pytest.approx(ice.mean_inner_potential(ice.WATER, ice.DENSITY), rel=2e-3)


def test_water_leaves_room() -> None:
    protein = Atoms(np.random.default_rng(0).uniform(-8, 8, (200, 3)), ["C"] * 200)
    water = ice.water((40.0, 40.0, 40.0), seed=3, around=protein)
    oxygen = water.positions[water.elements == "O"]
    assert np.linalg.norm(oxygen[:, None] - protein.positions[None], axis=-1).min() >= ice.NEAREST
    assert len(oxygen) < ice.MOLECULES * 40**3 - 50


def test_a_field_has_the_power_it_says() -> None:
    n, pixel, thickness = 128, 1.2, 200.0
    fields = [ice.random_field((n, n), pixel, thickness, seed) for seed in range(12)]
    power = np.mean([np.abs(np.fft.fft2(f)) ** 2 for f in fields], axis=0) * pixel**2 / n**2
    k = np.fft.fftfreq(n, pixel)
    s = np.hypot(k[:, None], k[None])
    for low, high in ((0.02, 0.1), (0.1, 0.2), (0.2, 0.3), (0.3, 0.4)):
        ring = (s >= low) & (s < high)
        assert power[ring].mean() == pytest.approx(ice.power(s[ring], thickness).mean(), rel=0.05)
    assert abs(np.mean(fields[0])) < 1e-3 * np.std(fields[0])


def test_field_and_molecules_agree_on_how_grainy_ice_is() -> None:
    """Between 100 and 8 Å the explicit molecules have the field's power within a third; beyond, packing spheres has no
    hydrogen bonds, and its first peak is half as high."""
    n, thickness = 96, 40.0
    power = 0
    for seed in range(4):
        value = slicing.projected(slicing.cut(ice.water((n, n, thickness), seed), n, 1.0, 50.0))
        power = power + np.abs(np.fft.fft2(value - value.mean())) ** 2 / n**2 / 4
    k = np.fft.fftfreq(n)
    s = np.hypot(k[:, None], k[None])
    ring = (s > 0.01) & (s < 0.125)
    assert power[ring].mean() == pytest.approx(ice.power(s[ring], thickness).mean(), rel=0.35)


def test_seeds_are_kept_and_nonsense_is_refused() -> None:
    assert np.array_equal(ice.random_field((8, 8), 1.0, 100.0, 5), ice.random_field((8, 8), 1.0, 100.0, 5))
    assert np.array_equal(ice.water((20, 20, 20), 5).positions, ice.water((20, 20, 20), 5).positions)
    with pytest.raises(InputError):
        ice.random_field((8, 8), 1.0, -1.0)
    with pytest.raises(InputError):
        ice.water((5.0, 20.0, 20.0))
    with pytest.raises(InputError):
        ice.mean_inner_potential({"C": 1.0}, 0.0)
