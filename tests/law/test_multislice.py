"""Slices, multislice and the four models of scattering: sums, limits, twins, and where things lie along the beam."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from underfocus.base import units
from underfocus.base.errors import InputError
from underfocus.data.atoms import Atoms
from underfocus.data.optics import Optics
from underfocus.data.volume import Volume
from underfocus.physics import lens, slicing
from underfocus.physics.exit_wave import exit_wave
from underfocus.physics.factors import scattering_factor
from underfocus.physics.multislice import multislice, multislice_plain, propagator, strength
from underfocus.physics.potential import potential

RNG = np.random.default_rng(8)
N, PIXEL = 64, 1.0


def cluster(count: int = 300, depth: float = 40.0) -> Atoms:
    places = RNG.uniform([-20, -20, -depth / 2], [20, 20, depth / 2], (count, 3))
    return Atoms(places, RNG.choice(["C", "N", "O", "S"], count), RNG.uniform(0, 60, count))


ATOMS = cluster()


def limited(values: np.ndarray) -> np.ndarray:
    limit = slicing.whole_plane(slicing.aperture(values.shape, PIXEL), values.shape[1])
    return np.fft.ifft2(np.fft.fft2(values) * limit)


@pytest.mark.parametrize("table", ["peng", "kirkland", "lobato"])
def test_slices_hold_all_of_the_potential(table: str) -> None:
    cut = slicing.cut(ATOMS, N, PIXEL, 4.0, table=table)
    total = slicing.projected(cut).sum(dtype=float) * PIXEL**2
    expected = units.POTENTIAL_PER_SCATTERING_LENGTH * sum(
        float(scattering_factor(str(e), 0.0, table=table)) for e in ATOMS.elements
    )
    assert total == pytest.approx(expected, rel=3e-4)


@pytest.mark.parametrize("sharing", ["whole", "linear"])
def test_slices_add_up_to_the_projection_of_the_potential(sharing: str) -> None:
    cut = slicing.cut(ATOMS, N, PIXEL, 4.0, sharing=sharing)
    whole = potential(ATOMS, N, PIXEL).data.sum(0) * PIXEL
    difference = slicing.projected(cut) - limited(whole).real
    assert np.abs(difference).max() < 2e-3 * np.abs(whole).max()


def test_one_atom_lies_where_it_is_said() -> None:
    atom = Atoms(np.array([[7.3, -4.6, 5.0]]), ["C"], [30.0])
    cut = slicing.cut(atom, (48, 64), 1.5, 2.0, extent=(0.0, 8.0))
    assert [bool(np.abs(cut[i]).max() > 1) for i in range(len(cut))] == [False, False, True, False]
    waves = np.fft.fft2(np.asarray(cut[2], float))
    x, y = (-np.angle(w) / (2 * np.pi) for w in (waves[0, 1], waves[1, 0]))
    assert x * 64 * 1.5 - 32 * 1.5 * (1 if x > 0 else -1) == pytest.approx(7.3, abs=0.02)
    assert y * 48 * 1.5 + 24 * 1.5 * (1 if y < 0 else -1) == pytest.approx(-4.6, abs=0.02)


def test_a_shared_atom_moves_between_slices_without_a_step() -> None:
    def second(z: float) -> float:
        atom = Atoms(np.array([[0.0, 0.0, z]]), ["O"], [30.0])
        return float(slicing.cut(atom, 32, PIXEL, 2.0, extent=(0.0, 8.0), sharing="linear")[1].sum())

    values = np.array([second(z) for z in (1.0, 2.0, 3.0, 4.0, 5.0)])
    assert values / values.max() == pytest.approx([0, 0.5, 1, 0.5, 0], abs=1e-5)


def test_voxels_of_a_slice_are_neighbours() -> None:
    data = RNG.standard_normal((12, 16, 16)).astype(np.float32)
    cut = slicing.cut(Volume(data, 1.5), thickness=4.5)
    assert len(cut) == 4
    assert np.allclose(cut[1], data[3:6].sum(0) * 1.5)
    assert cut.exit_z == pytest.approx((12 - 6 - 0.5 + 1.5) * 1.5)


def test_fast_multislice_agrees_with_the_textbook() -> None:
    cut = slicing.cut(ATOMS, N, PIXEL, 2.0)
    for settings in ({}, {"amplitude_contrast": 0.1}, {"propagator": "exact"}):
        fast, plain = multislice(cut, 300.0, **settings), multislice_plain(cut, 300.0, **settings)
        assert np.linalg.norm(fast - plain) < 1e-4 * np.linalg.norm(plain - 1)


def test_odd_and_oblong_fields() -> None:
    for shape in ((45, 60), (61, 63), (50, 50)):
        cut = slicing.cut(ATOMS, shape, PIXEL, 5.0)
        fast, plain = multislice(cut, 200.0), multislice_plain(cut, 200.0)
        assert np.linalg.norm(fast - plain) < 1e-4 * np.linalg.norm(plain - 1)


def test_no_electron_is_lost_but_at_the_edge_of_the_band() -> None:
    cut = slicing.cut(ATOMS, N, PIXEL, 2.0)
    assert np.mean(np.abs(multislice_plain(cut, 300.0)) ** 2) == pytest.approx(1, abs=2e-4)


def test_propagators_compose_and_the_exact_one_bends_more() -> None:
    one, two = (propagator((16, 16), 1.0, d, 300.0) for d in (50.0, 100.0))
    assert np.allclose(one * one, two)
    exact = propagator((16, 16), 1.0, 1e4, 300.0, "exact")
    k2 = np.fft.fftfreq(16)[3] ** 2
    wavelength = units.wavelength(300.0)
    fourth = -np.pi * wavelength**3 * 1e4 * k2**2 / 4
    assert np.angle(exact[0, 3] / propagator((16, 16), 1.0, 1e4, 300.0)[0, 3]) == pytest.approx(fourth, rel=1e-3)


@pytest.mark.parametrize("height", [0.0, 300.0, -250.0])
def test_defocus_counts_from_the_middle_and_grows_along_the_beam(height: float) -> None:
    """A weak atom at z has the linear image of the defocus Δf + z."""
    atom = Atoms(np.array([[3.0, 2.0, height]]), ["C"], [120.0])
    optics = Optics(defocus=4000.0, amplitude_contrast=0.07)
    cut = slicing.cut(atom, N, PIXEL, 20.0, extent=(height - 410, height + 190))
    seen = lens.form(cut, optics, "multislice")
    expected = lens.linear(limited(slicing.projected(cut)).real, PIXEL, replace(optics, defocus=4000.0 + height))
    assert np.abs(seen - expected).max() < 0.03 * np.abs(expected - 1).max()


def test_all_models_agree_on_a_weak_thin_specimen_and_part_as_the_square() -> None:
    optics = Optics(defocus=8000.0, amplitude_contrast=0.1, cs_mm=1.0)
    thin = cluster(200, 1.0)

    def images(weight: float) -> dict[str, np.ndarray]:
        weak = Atoms(thin.positions, thin.elements, thin.bfactors, np.full(len(thin), weight))
        cut = slicing.cut(weak, N, PIXEL, 2.0, extent=(-1.0, 1.0))
        return {m: lens.form(cut, optics, m) for m in ("projection", "weak-phase", "phase-object", "multislice")}

    parts = []
    for weight in (0.15, 0.3):
        found = images(weight)
        size = np.abs(limited(found["projection"] - 1)).max()
        reference = limited(found["projection"]).real
        errors = [np.abs(found[m] - reference).max() for m in ("weak-phase", "phase-object", "multislice")]
        assert max(errors) < 0.05 * size
        parts.append(errors[:2])
    assert np.array(parts[1]) / np.array(parts[0]) == pytest.approx([4, 4], rel=0.1)


def test_a_phase_object_in_focus_is_invisible_and_a_weak_one_is_not() -> None:
    cut = slicing.cut(cluster(200, 1.0), N, PIXEL, 2.0)
    focus = Optics(defocus=0.0, cs_mm=0.0, amplitude_contrast=0.0)
    strong, weak = (lens.image(exit_wave(cut, 300.0, m), focus) for m in ("phase-object", "weak-phase"))
    assert np.abs(strong - 1).max() < 0.35 * np.abs(weak - 1).max()
    assert weak.min() > 0.999


def test_the_sine_ctf_on_a_weak_wave_is_the_complex_one() -> None:
    weak = Atoms(ATOMS.positions, ATOMS.elements, ATOMS.bfactors, np.full(len(ATOMS), 0.01))
    wave = exit_wave(slicing.cut(weak, N, PIXEL, 50.0), 300.0, "weak-phase")
    optics = Optics(defocus=9000.0, amplitude_contrast=0.0, bfactor=30.0)
    sine, whole = lens.sine_image(wave, optics), lens.image(wave, optics)
    assert np.abs(sine - whole).max() < 0.02 * np.abs(whole - 1).max()


def test_strength_is_the_ctf_s_amplitude_contrast() -> None:
    change = strength(300.0, 0.1)
    assert abs(change) == pytest.approx(6.526161e-4, rel=1e-6)
    assert -change.real / abs(change) == pytest.approx(0.1)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(InputError, match="thickness"):
        slicing.cut(ATOMS, N, PIXEL, 0.0)
    with pytest.raises(InputError, match="shape"):
        slicing.cut(ATOMS)
    with pytest.raises(InputError, match="along the beam"):
        slicing.cut(ATOMS, N, PIXEL, extent=(-5.0, 5.0))
    cut = slicing.cut(ATOMS, N, PIXEL, 10.0)
    with pytest.raises(InputError, match="no wave"):
        exit_wave(cut, 300.0, "projection")
    with pytest.raises(InputError, match="kV"):
        lens.image(exit_wave(cut, 300.0, "weak-phase"), Optics(voltage_kv=200.0))
    with pytest.raises(InputError, match="small-angle"):
        multislice(slicing.cut(ATOMS, N, 0.02, 10.0), 0.5)
