"""A field of particles in ice against the same atoms sliced at once, its truth, and the job that writes it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import underfocus as uf
from underfocus.base.errors import InputError
from underfocus.cli import main
from underfocus.data.atoms import Atoms
from underfocus.data.detector import detector
from underfocus.data.files import star
from underfocus.data.optics import Optics
from underfocus.physics import field, ice, inelastic, lens, slicing
from underfocus.physics.micrograph import micrograph

RNG = np.random.default_rng(2)
BALL = RNG.standard_normal((400, 3))
BALL = BALL / np.linalg.norm(BALL, axis=1)[:, None] * 22 * RNG.uniform(0.3, 1, (400, 1))
ATOMS = Atoms(BALL, RNG.choice(["C", "N", "O"], 400), np.full(400, 40.0))


def made(count: int = 5, in_ice: str = "none", n: int = 256) -> field.FieldSlices:
    places = field.scatter(count, n * 1.0, 55.0, 60.0, 7)
    return field.field(ATOMS, places, n, 1.0, 120.0, in_ice=in_ice, seed=3)


def test_particles_keep_their_distance_and_stay_inside() -> None:
    places = field.scatter(9, 256.0, 55.0, 60.0, 7)
    apart = np.linalg.norm(places.centres[:, None, :2] - places.centres[None, :, :2], axis=-1) + 1e9 * np.eye(9)
    assert apart.min() >= 55
    assert np.abs(places.centres[:, :2]).max() <= 128 - 27.5
    assert np.array_equal(field.scatter(9, 256.0, 55.0, 60.0, 7).centres, places.centres)


def test_a_field_is_its_atoms_sliced_at_once() -> None:
    laid = made()
    centred = ATOMS.centred()
    parts = [
        centred.rotated(r).moved(c)
        for r, c in zip(np.asarray(laid.places.pose.rotation), laid.places.centres, strict=True)
    ]
    everything = Atoms(
        np.concatenate([p.positions for p in parts]),
        np.concatenate([p.elements for p in parts]),
        np.concatenate([p.bfactors for p in parts]),
    )
    whole = slicing.cut(everything, 256, 1.0, 10.0, extent=(-60.0, 60.0))
    assert len(whole) == len(laid)
    scale = max(np.abs(whole[i]).max() for i in range(len(whole)))
    for index in range(len(whole)):
        assert np.abs(whole[index] - laid[index]).max() < 1e-2 * scale


def test_displaced_ice_takes_its_potential_away() -> None:
    """Protein of 8 V in ice of 4.5 V has a contrast of 3.5 V; without ice it has all of it."""
    alone, wet = (slicing.projected(made(in_ice=kind)).sum(dtype=float) for kind in ("none", "constant"))
    displaced = ice.mean_inner_potential(ice.WATER, ice.DENSITY) * slicing.DISPLACED * 400 * 5
    assert alone - wet == pytest.approx(displaced, rel=2e-3)
    assert 0.2 < wet / alone < 0.7


def test_grain_of_the_ice_is_there_and_seeded() -> None:
    one, other = made(in_ice="random"), made(in_ice="random")
    assert np.array_equal(one[2], other[2])
    corner = slicing.projected(one)[:40, :40]
    expected = np.sqrt(ice.power(np.array(0.0), 120.0))
    assert corner.std() > 0.05 * expected


def test_electrons_are_counted_and_lost() -> None:
    laid = made(in_ice="constant")
    optics = Optics(defocus=9000.0, amplitude_contrast=0.0)
    kept = micrograph(laid, optics, 30.0, None, damaged=False)
    every = micrograph(laid, optics, 30.0, None, damaged=False, energy_filter=False)
    assert kept.mean() == pytest.approx(30 * np.exp(-120 / inelastic.MEAN_FREE_PATH), rel=2e-3)
    assert every.mean() == pytest.approx(30, rel=2e-3)
    counted = micrograph(laid, optics, 30.0, detector("ideal"), seed=1)
    assert counted.var() == pytest.approx(kept.mean() + kept.var(), rel=0.1)
    assert not np.array_equal(counted, micrograph(laid, optics, 30.0, detector("ideal"), seed=2))


def test_damage_fades_fine_detail_and_not_the_mean() -> None:
    laid = made(in_ice="random")
    optics = Optics(defocus=6000.0)
    fresh, worn = (micrograph(laid, optics, 60.0, None, damaged=d) for d in (False, True))
    power = [np.abs(np.fft.rfft2(v / v.mean())) for v in (fresh, worn)]
    assert power[1][0, 60:80].mean() < 0.5 * power[0][0, 60:80].mean()
    assert worn.mean() == pytest.approx(fresh.mean(), rel=1e-4)


def test_four_models_image_the_same_field_alike() -> None:
    laid = made(in_ice="constant")
    optics = Optics(defocus=12_000.0, amplitude_contrast=0.07, bfactor=40.0)
    images = {m: lens.form(laid, optics, m) for m in ("projection", "weak-phase", "phase-object", "multislice")}
    truth = images["multislice"] - 1
    for name in ("projection", "phase-object"):
        assert np.corrcoef(truth.ravel(), images[name].ravel())[0, 1] > 0.97


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(InputError, match="fit into"):
        field.scatter(50, 200.0, 60.0, 0.0, 1)
    with pytest.raises(InputError, match="do not fit"):
        field.scatter(1, 50.0, 60.0, 0.0, 1)
    with pytest.raises(InputError, match="thick"):
        field.field(ATOMS, field.scatter(1, 256.0, 55.0, 0.0, 1), 256, 1.0, 20.0)


def test_the_command_writes_a_field_with_its_truth(tmp_path: Path) -> None:
    model = Path(uf.samples.__file__).parent / "files" / "adk.pdb.gz"
    found = sorted((Path(uf.samples.__file__).parent / "files").glob("*.pdb*")) or [model]
    out = tmp_path / "Mic"
    flags = ["--n", "4", "--size", "256", "--pixel", "1.5", "--thickness", "150", "--dose", "20"]
    assert main(["micrograph", str(found[0]), *flags, "-o", str(out)]) == 0
    image = uf.open(out / "micrograph.mrc")
    assert np.shape(image.data) == (1, 256, 256)
    assert image.pixel == pytest.approx(1.5)
    blocks = star.read(out / "coordinates.star")
    table = next(iter(blocks.values()))
    assert table.rows == 4
    assert np.all((table.numbers("rlnCoordinateX") > 0) & (table.numbers("rlnCoordinateX") < 256))
    assert (out / "DONE").exists()
    assert (out / "report.html").stat().st_size > 10_000
