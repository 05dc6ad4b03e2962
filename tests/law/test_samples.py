"""Laws of the samples: what ships is listed with its terms, is what it says, and can be made again."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from underfocus import samples
from underfocus.base import units
from underfocus.base.errors import InputError
from underfocus.data.files.structure import read_atoms
from underfocus.data.optics import Optics
from underfocus.data.pose import Pose
from underfocus.maths import fourier, rotations, shells, symmetry
from underfocus.physics.ctf import ctf1, zeros
from underfocus.physics.factors import scattering_factor
from underfocus.physics.potential import potential
from underfocus.physics.projection import project
from underfocus.samples import micrographs, molecules
from underfocus.validation.resolution import fsc

HEAVY = {"1ubi": 602, "1ake": 1_656, "7pbl": 15_879, "ferritin": 32_736}


def integral(elements: np.ndarray) -> float:
    counts = Counter(elements.tolist())
    total = sum(k * float(scattering_factor(e, 0.0)) for e, k in counts.items())
    return float(units.POTENTIAL_PER_SCATTERING_LENGTH * total)


def test_every_file_has_an_origin_and_terms_and_all_are_small() -> None:
    rows = re.findall(r"^\| `([^`]+)` \|(.+)\|$", (molecules.FILES / "ORIGINS.md").read_text(encoding="utf-8"), re.M)
    shipped = {p.name for p in molecules.FILES.iterdir()} - {"ORIGINS.md"}
    assert {name for name, _ in rows} == shipped
    for name, row in rows:
        assert re.search(r"CC0|MIT|BSD", row), name
        assert "GPL" not in row
    assert sum(p.stat().st_size for p in molecules.FILES.iterdir()) < 1_000_000


def test_structures_are_listed_with_their_terms() -> None:
    assert {s.name for s in samples.structures()} == set(HEAVY)
    for structure in samples.structures():
        assert structure.what
        assert structure.source
        assert "/" in structure.origin
        assert structure.licence in ("PDB CC0; MIT", "MIT")


@pytest.mark.parametrize(("name", "count"), HEAVY.items())
def test_structures_hold_all_heavy_atoms_about_the_origin(name: str, count: int) -> None:
    atoms = samples.protein(name)
    assert len(atoms) == count
    assert not np.isin(atoms.elements, ["H", "D"]).any()
    np.testing.assert_allclose(atoms.positions.mean(axis=0), 0, atol=1e-9)
    assert np.all(np.asarray(atoms.bfactors) >= 0)
    assert np.median(np.asarray(atoms.bfactors)) > 5


def test_side_chains_hold_what_real_residues_hold() -> None:
    """The table of compositions against every whole residue of the shipped structures."""
    seen = set()
    for name in ("1ubi", "1ake", "7pbl"):
        atoms = samples.protein(name)
        kinds: dict[tuple[str, int, str], Counter[str]] = {}
        for chain, number, residue, element, atom in zip(
            atoms.chains, atoms.numbers, atoms.residues, atoms.elements, atoms.names, strict=True
        ):
            if residue in molecules._SIDE_CHAINS and atom != "OXT":
                kinds.setdefault((chain, int(number), residue), Counter())[str(element)] += 1
        for residue in {key[2] for key in kinds}:
            usual, _ = Counter(
                tuple(c[e] for e in "CNOS") for key, c in kinds.items() if key[2] == residue
            ).most_common(1)[0]
            c, n, o, s = molecules._SIDE_CHAINS[residue]
            assert usual == (c + 2, n + 1, o + 1, s), residue
            seen.add(residue)
    assert set(molecules._SIDE_CHAINS) - seen == {"TRP"}, (
        "none of the three has a tryptophan: C11 N2 O without hydrogens"
    )
    assert molecules._SIDE_CHAINS["TRP"] == (9, 1, 0, 0)


def test_ferritin_has_octahedral_symmetry() -> None:
    from scipy.spatial import cKDTree

    atoms = samples.protein("ferritin")
    tree = cKDTree(atoms.positions)
    for turn in symmetry.operators("O"):
        distance, partner = tree.query(atoms.positions @ turn.T)
        assert distance.max() < 1e-6
        assert np.array_equal(atoms.elements[partner], atoms.elements)


def test_the_density_is_octahedral_too() -> None:
    data = samples.apoferritin(box=49, pixel=4.0).data  # odd: a quarter turn keeps its centre
    for axes in ((0, 1), (1, 2), (0, 2)):
        np.testing.assert_allclose(np.rot90(data, axes=axes), data, atol=1e-4 * data.max())


def test_apoferritin_is_a_shell_of_twelve_nanometres() -> None:
    volume = samples.apoferritin(box=64, pixel=3.0)
    assert (volume.n, volume.pixel) == (64, 3.0)
    means = shells_of(volume.data)
    radius = np.arange(len(means)) * 3.0
    assert means[radius < 30].max() < 0.1 * means.max(), "it is hollow"
    assert 45 < radius[means.argmax()] < 58
    assert means[radius > 69].max() < 0.02 * means.max(), "and 12 to 13 nm across"
    assert volume.data.sum(dtype=float) * 27 == pytest.approx(integral(samples.protein("ferritin").elements), rel=1e-5)


def shells_of(data: np.ndarray) -> np.ndarray:
    return np.asarray(shells.radial_average(data, 3))


@pytest.mark.shared
def test_ferritin_is_true_to_the_atoms_it_was_modelled_without(shared: Path) -> None:
    """4V1W has every atom: the same elements in the same numbers, the same hand, and FSC above 0.5 to 3.6 Å."""
    real = read_atoms(shared / "data/models/4v1w.cif").centred()
    ours = samples.protein("ferritin")
    assert Counter(real.elements.tolist()) == Counter(ours.elements.tolist())
    truth, found = potential(real, 96, 1.6, bfactor=20.0), potential(ours, 96, 1.6)
    assert fsc(truth, found).resolution(0.5) < 3.7
    mirrored = np.ascontiguousarray(np.roll(found.data[::-1], 1, axis=0))
    assert fsc(truth.data, mirrored, pixel=1.6).resolution(0.5) > 15


@pytest.mark.parametrize(("n", "pixel"), [(96, 1.6), (97, 1.6)])
def test_projection_is_the_turned_density_summed(n: int, pixel: float) -> None:
    image = samples.projection(n, pixel)
    assert image.data.shape == (1, n, n)
    assert image.data.sum(dtype=float) * pixel**2 == pytest.approx(integral(samples.protein("7pbl").elements), rel=1e-4)
    volume = potential(samples.protein("7pbl"), n, pixel, bfactor=molecules.VIEW_B_FACTOR)
    other = project(volume, Pose.from_euler(*(np.array([v]) for v in molecules.VIEW))).data[0] * pixel
    assert np.corrcoef(image.data[0].ravel(), other.ravel())[0, 1] > 0.995
    assert np.abs(image.data[0, :3]).max() < 1e-3 * image.data.max(), "the rim is empty"


def test_projection_is_cut_where_it_does_not_fit() -> None:
    small, large = samples.projection(40, 2.0).data[0], samples.projection(80, 2.0).data[0]
    np.testing.assert_array_equal(small, large[20:60, 20:60])
    small[:] = 0
    assert samples.projection(40, 2.0).data.any(), "what a caller does to it stays with the caller"


def test_siemens_star_has_its_period_and_symmetry() -> None:
    spokes, n = 24, 129
    star = samples.siemens_star(n, pixel=2.0, spokes=spokes)
    assert star.pixel == 2.0
    values = star.data[0]
    assert values.min() == 0
    assert values.max() == 1
    y, x = np.meshgrid(*[np.arange(n) - n // 2] * 2, indexing="ij")
    r = np.hypot(x, y)
    assert values[r > 0.45 * n + 1].max() == 0
    assert values[r < 0.44 * n].mean() == pytest.approx(0.5, abs=0.01)
    np.testing.assert_allclose(np.rot90(values), values, atol=1e-5)
    angle = np.linspace(0, 2 * np.pi, 720, endpoint=False)
    from scipy.ndimage import map_coordinates

    ring = map_coordinates(values, [n // 2 + 45 * np.sin(angle), n // 2 + 45 * np.cos(angle)], order=1)
    assert np.abs(np.fft.rfft(ring))[1:].argmax() + 1 == spokes


def test_micrograph_has_the_thon_rings_of_its_defocus() -> None:
    image = samples.micrograph()
    values = image.data[0].astype(float)
    assert values.shape == (512, 512)
    assert image.pixel == pytest.approx(2.666, abs=1e-3)
    assert values.mean() == pytest.approx(0, abs=1e-6)
    assert values.std() == pytest.approx(1, abs=1e-6)
    n = image.n
    s = np.arange(n // 2 + 1) / (n * image.pixel)
    spectrum = np.log(shells.shell_mean(np.abs(fourier.fft2(values)) ** 2, n, 2))
    seen = (s > 1 / 30) & (s < 1 / 9)

    def likeness(defocus: float) -> float:
        optics = Optics(defocus=defocus, voltage_kv=micrographs.MICROGRAPH_VOLTAGE, cs_mm=micrographs.MICROGRAPH_CS)
        rings = ctf1(s, optics) ** 2
        return float(np.corrcoef(without_trend(rings)[seen], without_trend(spectrum)[seen])[0, 1])

    tried = np.arange(15_000, 40_001, 250)
    best = float(tried[np.argmax([likeness(d) for d in tried])])
    assert best == pytest.approx(micrographs.MICROGRAPH_DEFOCUS, abs=500)
    assert likeness(best) > 0.7
    assert likeness(22_000) < 0.4, "the defocus that was asked for is not the one that was"


def test_thon_rings_are_dark_at_the_zeros() -> None:
    image = samples.micrograph()
    n = image.n
    power = np.log(shells.shell_mean(np.abs(fourier.fft2(image.data[0])) ** 2, n, 2))
    s = np.arange(n // 2 + 1) / (n * image.pixel)
    dips = zeros(Optics(defocus=micrographs.MICROGRAPH_DEFOCUS, amplitude_contrast=0.07), 4)[1:4]
    smooth = np.convolve(power, np.ones(3) / 3, "same")
    at_dips, at_peaks = np.interp(dips, s, smooth), np.interp((dips[:-1] + dips[1:]) / 2, s, smooth)
    assert np.all(at_peaks > (at_dips[:-1] + at_dips[1:]) / 2)


def without_trend(curve: np.ndarray) -> np.ndarray:
    from scipy.ndimage import gaussian_filter1d

    return np.asarray(curve - gaussian_filter1d(curve, 12))


def test_the_view_is_not_along_an_axis() -> None:
    """A view along an axis would hide mistakes of orientation."""
    assert np.abs(rotations.from_euler(*molecules.VIEW)).max() < 0.98


def test_refused_in_words() -> None:
    with pytest.raises(InputError, match="there are 1ubi, 1ake, 7pbl, ferritin"):
        samples.protein("hemoglobin")
    with pytest.raises(InputError, match="at least one spoke"):
        samples.siemens_star(spokes=0)
    with pytest.raises(InputError, match="above 0"):
        samples.projection(32, 0.0)


@pytest.mark.shared
@pytest.mark.slow
def test_shipped_files_are_made_again_from_their_sources(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bench import make_samples

    monkeypatch.setattr(make_samples, "KEPT", tmp_path)
    make_samples.make(shared / "data")
    made = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    assert made == {p.name: p.read_bytes() for p in molecules.FILES.iterdir() if p.name != "ORIGINS.md"}
