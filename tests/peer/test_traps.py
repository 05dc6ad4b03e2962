"""Every file of the foreign reference data with what becomes of it: opened, opened with a warning, or refused.

The table is the test. A trap is a file that a careless reader gets wrong in silence: an axis order of 312, an origin
where a start was meant, a pixel of 0 or of 0.0002 Å, no MAP word, forty copies of a protein in one chain.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from underfocus.base.errors import FileError, FormatError, HeaderWarning, MissingFileError, UnsupportedFileError
from underfocus.data.atoms import Atoms
from underfocus.data.files.inspect import facts
from underfocus.data.images import Images
from underfocus.data.open import open
from underfocus.data.particles import Particles
from underfocus.data.volume import Volume

pytestmark = pytest.mark.shared
FOLDERS = ("detector", "metadata", "micrographs", "models", "particles", "tomograms", "volumes")


@dataclass(frozen=True)
class Opens:
    """As which noun, of which shape or length, with which pixel in Å, and with which words in each warning."""

    kind: type
    size: object
    pixel: float | None = None
    warns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refused:
    """With which error, and with which words in its sentence."""

    error: type[FileError]
    words: str


def volume(shape: tuple[int, ...], pixel: float, *warns: str) -> Opens:
    return Opens(Volume, shape, pixel, warns)


def images(shape: tuple[int, ...], pixel: float, *warns: str) -> Opens:
    return Opens(Images, shape, pixel, warns)


def particles(count: int, pixel: float, *warns: str) -> Opens:
    return Opens(Particles, count, pixel, warns)


def atoms(count: int) -> Opens:
    return Opens(Atoms, count)


ZERO_PIXEL = "a pixel of 0 Å, which cannot be; without another, 1 Å is taken"
NO_MAP_WORD = "lacks the word MAP"
NO_CTF = "has no rlnDefocusU, so its images are taken as free of any CTF"
TURNED = "axes are stored in the order 312 and are turned to x, y, z"
PERHAPS_IMAGES = "are read as a map; if they are images, name it .mrcs"
NO_PARTICLES = Refused(FormatError, "holds no particles: no table has rlnImageName")
NO_PIXEL = Refused(FormatError, "says a pixel size; give one (pixel=, --pixel)")
NO_STACK = Refused(MissingFileError, "give its folder (images=, --images)")
BARE_ARRAY = Refused(UnsupportedFileError, "a bare array says neither units nor conventions")
UNKNOWN = Refused(UnsupportedFileError, "is of a kind that is not read")

TABLE: dict[str, Opens | Refused] = {
    **{f"detector/insilicotem/{n}.mat": UNKNOWN for n in ("DQE_FalconIII_EC_300", "DQE_FalconIII_Linear_300")},
    **{f"detector/insilicotem/{n}.mat": UNKNOWN for n in ("MTF_FalconIII_EC_300", "MTF_FalconIII_Linear_300")},
    "detector/mtf/mtf_de20_300kV.star": NO_PARTICLES,
    "detector/mtf/mtf_falcon2_300kV.star": NO_PARTICLES,
    "detector/mtf/mtf_falcon3EC_200kV.star": NO_PARTICLES,
    "detector/mtf/mtf_falcon3EC_300kV.star": NO_PARTICLES,
    "detector/mtf/mtf_falcon4EC_200kV.star": NO_PARTICLES,
    "detector/mtf/mtf_falcon4EC_300kV.star": NO_PARTICLES,
    "detector/mtf/mtf_k2_200kV_FL2.star": NO_PARTICLES,
    "detector/mtf/mtf_k2_300kV.star": NO_PARTICLES,
    "detector/mtf/mtf_k2_300kV_FL2.star": NO_PARTICLES,
    "detector/mtf/mtf_k3_standard_200kV_FL2.star": NO_PARTICLES,
    "detector/mtf/mtf_k3_standard_300kV_FL2.star": NO_PARTICLES,
    "detector/scattering/elastic_scattering_factors.json": UNKNOWN,
    "metadata/cryosparc/cryosparc_J2_particles_exported.cs": NO_STACK,
    "metadata/cryosparc/cryosparc_P12_J24_001_particles.cs": NO_STACK,
    "metadata/cryosparc/t20s_P9_J209_000_particles.cs": NO_STACK,
    "metadata/relion/FinalRefinement-OriginalParticles-PfCRT.star": NO_STACK,
    "metadata/relion/example_external_reconstruct.star": NO_PARTICLES,
    "metadata/relion/postprocess.star": NO_PARTICLES,
    "metadata/relion/relion_proj_batch.mrcs": images((24, 64, 64), 3.54),
    "metadata/relion/relion_proj_batch.star": particles(24, 3.54),
    "metadata/relion/sta_hiv_run_data.star": Refused(UnsupportedFileError, "it lists particles of tomograms"),
    "metadata/relion/sta_hiv_run_model.star": NO_PARTICLES,
    "metadata/tilt/018.mdoc": UNKNOWN,
    "metadata/tilt/018_ctffind4.txt": UNKNOWN,
    "metadata/tilt/018_gctf.star": NO_PARTICLES,
    "micrographs/epu_falcon3/epu2.9_example.mrc.bz2": images((1, 4096, 4096), 0.6666),
    "micrographs/klh/KLH.tif": images((1, 844, 760), 1.0, "says no pixel size"),
    "micrographs/periodogram/down1_42_Periodogramavg.psd": Refused(UnsupportedFileError, "it is a SPIDER image"),
    "micrographs/ucsf_1142/Ucsf_stack_1142_DW.mrc": images((1, 927, 959), 1.0),
    "micrographs/ucsf_1142/Ucsf_stack_1142_DW_autopick.star": NO_PARTICLES,
    "micrographs/ucsf_1142/Ucsf_stack_1142_DW_mask.mrc": images((1, 927, 959), 1.0),
    "models/1ake.mrc": volume((64, 64, 64), 2.0),
    "models/1ake.pdb": atoms(1661),
    "models/1igy.cif": atoms(12750),
    "models/1oel.pdb": atoms(26929),
    "models/1ubi.pdb": atoms(602),
    "models/2k39_ca.pdb": atoms(76),
    "models/2nwl_opm.pdb": atoms(12720),
    "models/3p3w.pdb": atoms(11484),
    "models/4ake_scipion.cif": atoms(3312),
    "models/4v1w.cif": atoms(32736),
    "models/6vsb.pdb": atoms(22854),
    "models/7pbl.pdb": atoms(31396),
    "models/adk_dims/adk_closed.pdb": atoms(3341),
    "models/adk_dims/adk_dims.dcd": UNKNOWN,
    "models/adk_dims/adk_open.pdb": atoms(3341),
    "models/apoferritin_ca_apo_sym.pdb": atoms(4080),
    "models/groel_apo.pdb": atoms(4787),
    "models/groel_holo.pdb": atoms(3856),
    "particles/aspire_sample_17/sample.mrcs": images((17, 200, 200), 1.0, ZERO_PIXEL),
    "particles/bioem/Model.pdb": atoms(6780),
    "particles/bioem/TwoImages.mrc": images((2, 220, 220), 1.0, "a pixel of 0.000244141 Å", NO_MAP_WORD),
    "particles/empiar10076_50S_7/empiar_10076_7.cs": particles(7, 1.31),
    "particles/empiar10076_50S_7/empiar_10076_7.mrc": volume((7, 320, 320), 1.0, ZERO_PIXEL, PERHAPS_IMAGES),
    "particles/empiar10076_50S_7/empiar_10076_7.star": particles(7, 1.31),
    "particles/hand_100/hand-vol.mrc": volume((64, 64, 64), 1.0),
    "particles/hand_100/hand.mrcs": images((100, 64, 64), 1.0),
    "particles/hand_100/hand_rot.npy": BARE_ARRAY,
    "particles/hand_100/hand_tilt.mrcs": images((100, 64, 64), 1.0),
    "particles/relion31_5/relion31.6opticsgroups.star": NO_STACK,
    "particles/relion31_5/relion31.mrcs": images((5, 256, 256), 1.0, NO_MAP_WORD),
    "particles/relion31_5/relion31.star": particles(5, 2.806),
    "particles/relion31_5/relion31.v2.star": particles(5, 2.806),
    "particles/relion31_5/relion5.star": NO_STACK,
    "particles/relion_project_convention/clean70SRibosome_vol_65p.mrc": volume((65, 65, 65), 1.0, ZERO_PIXEL),
    "particles/relion_project_convention/rln_proj_64.mrcs": images((5, 64, 64), 1.0, ZERO_PIXEL),
    "particles/relion_project_convention/rln_proj_64.star": NO_PIXEL,
    "particles/relion_project_convention/rln_proj_64_centered.mrcs": images((4, 64, 64), 1.0),
    "particles/relion_project_convention/rln_proj_64_centered.star": particles(4, 1.0, NO_CTF),
    "particles/relion_project_convention/rln_proj_64_shifted.mrcs": images((4, 64, 64), 1.0),
    "particles/relion_project_convention/rln_proj_64_shifted.star": particles(4, 1.0, NO_CTF),
    "particles/relion_project_convention/rln_proj_65.mrcs": images((5, 65, 65), 1.0, ZERO_PIXEL),
    "particles/relion_project_convention/rln_proj_65.star": NO_PIXEL,
    "particles/relion_project_convention/rln_proj_65_centered.mrcs": images((4, 65, 65), 1.0),
    "particles/relion_project_convention/rln_proj_65_centered.star": particles(4, 1.0, NO_CTF),
    "particles/relion_project_convention/rln_proj_65_shifted.mrcs": images((4, 65, 65), 1.0),
    "particles/relion_project_convention/rln_proj_65_shifted.star": particles(4, 1.0, NO_CTF),
    "particles/ribosome_tiltseries_220/ay19102021_L3_position6_ribo_it09_bin8_1.82A.mrcs": images(
        (220, 64, 64), 1.0, NO_MAP_WORD
    ),
    "particles/ribosome_tiltseries_220/sta_testing_bin8.star": particles(219, 1.96),
    "particles/toy_projections_1000/toy_projections.mrcs": images((1000, 30, 30), 1.0, NO_MAP_WORD),
    "particles/toy_projections_1000/toy_projections.star": particles(1000, 1.0),
    "particles/toy_projections_1000/toy_rot.npy": BARE_ARRAY,
    "particles/toy_projections_1000/toy_trans_fraction.npy": BARE_ARRAY,
    "particles/toy_projections_1000/toymodel_small_nocenter.mrc": volume((30, 30, 30), 1.0),
    "tomograms/14pf_MT.tif": images((44, 136, 84), 10.52),
    "tomograms/tilt_stack.mrc": volume((4, 240, 232), 1.0, ZERO_PIXEL, PERHAPS_IMAGES),
    "volumes/2566_3J6B_9.mrc": volume((47, 52, 35), 1.34),
    "volumes/3J6B_9.pdb": atoms(2865),
    "volumes/6272.mrc": volume((52, 52, 52), 1.023),
    "volumes/6272.pdb": atoms(1401),
    "volumes/EMD-3001.map": volume(
        (73, 25, 43), 0.4483, "not square (0.44825 × 0.3925 Å)", TURNED, "the cell is skew (angles 90, 94.326, 90°)"
    ),
    "volumes/EMD-3197.map": volume((20, 20, 20), 11.4),
    "volumes/beta-tubulin.mrc": volume((20, 20, 20), 5.144),
    "volumes/betaGal.mrc": volume((100, 100, 100), 3.54),
    "volumes/betaGal_localResolution.mrc": volume((100, 100, 100), 1.0),
    "volumes/emd_1155.ccp4": volume((281, 91, 141), 16.4),
    "volumes/emd_1832.map": volume((64, 64, 64), 5.7),
    "volumes/emd_3400_86.mrc": volume((84, 68, 90), 2.8667),
    "volumes/emd_5625.map": volume((56, 56, 56), 4.23),
    "volumes/emd_8216.map.gz": volume(
        (83, 50, 100), 0.3677, "not square (0.36775 × 0.311875 Å)", TURNED, "the cell is skew (angles 90, 111.55, 90°)"
    ),
    "volumes/groel_gorgon.mrc": volume((80, 80, 80), 1.06),
    "volumes/relion_locres_filtered.mrc": volume((90, 90, 90), 4.1004),
    "volumes/rotavirus_vp6.mrc": volume((96, 96, 96), 1.23),
    "volumes/rotavirus_vp6.pdb": atoms(3159),
}


def test_the_table_names_every_file(shared: Path) -> None:
    data = shared / "data"
    there = {str(f.relative_to(data)) for folder in FOLDERS for f in (data / folder).rglob("*") if f.is_file()}
    assert there == set(TABLE)


@pytest.mark.parametrize("name", [n for n, outcome in TABLE.items() if isinstance(outcome, Opens)])
def test_opens(shared: Path, name: str) -> None:
    expected = TABLE[name]
    assert isinstance(expected, Opens)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        found = open(shared / "data" / name)
    assert type(found) is expected.kind
    assert (tuple(found.data.shape) if isinstance(found, Volume | Images) else len(found)) == expected.size
    assert getattr(found, "pixel", None) == (
        None if expected.pixel is None else pytest.approx(expected.pixel, abs=1e-4)
    )
    sentences = [str(w.message) for w in said]
    assert len(sentences) == len(expected.warns), sentences
    for words, sentence in zip(expected.warns, sentences, strict=True):
        assert words in sentence
        assert sentence.startswith(Path(name).name), "a warning names its file"


@pytest.mark.parametrize("name", [n for n, outcome in TABLE.items() if isinstance(outcome, Refused)])
def test_refused(shared: Path, name: str) -> None:
    expected = TABLE[name]
    assert isinstance(expected, Refused)
    with pytest.raises(expected.error) as refusal:
        open(shared / "data" / name)
    assert expected.words in str(refusal.value)
    assert Path(name).name in str(refusal.value), "a refusal names its file"


@pytest.mark.parametrize("name", [n for n, o in TABLE.items() if isinstance(o, Opens) and ".bz2" not in n])
def test_what_opens_can_be_described(shared: Path, name: str) -> None:
    found = facts(shared / "data" / name)
    assert found["bytes"] > 0
    assert found["kind"] not in ("", None)


def test_the_epu_micrograph_is_described(shared: Path) -> None:
    found = facts(shared / "data/micrographs/epu_falcon3/epu2.9_example.mrc.bz2")
    assert found["kind"] == "micrograph"
    assert found["compressed"] == "bzip2"
    assert found["type"] == "uint16 (mode 6)"
    assert found["statistics"]["mean"] == pytest.approx(5612.22, abs=0.01)
    assert found["warnings"] == []


def test_a_stack_without_a_row_of_its_own_is_seen(shared: Path) -> None:
    found = facts(shared / "data/particles/ribosome_tiltseries_220/sta_testing_bin8.star")
    assert any("219 of the 220 images" in w for w in found["warnings"])


def test_the_contrast_of_a_cs_file_is_its_sign(shared: Path) -> None:
    """The seven 50S particles are dark (their mean shows it), blob/sign says −1; a STAR file cannot say."""
    folder = shared / "data/particles/empiar10076_50S_7"
    dark = open(folder / "empiar_10076_7.cs")
    assert isinstance(dark, Particles)
    assert dark.contrast == "dark"
    mean = dark.images().data.mean(axis=0)
    middle = np.hypot(*(np.indices(mean.shape) - 160)) < 60
    assert mean[middle].mean() < mean[~middle].mean()
    star = open(folder / "empiar_10076_7.star", contrast="dark")
    assert isinstance(star, Particles)
    assert star.contrast == "dark"
    np.testing.assert_allclose(star.optics.defocus, dark.optics.defocus, atol=0.1)


@pytest.mark.parametrize(
    ("map_name", "model", "sigmas"),
    [
        ("volumes/6272.mrc", "volumes/6272.pdb", 2.4),
        ("volumes/2566_3J6B_9.mrc", "volumes/3J6B_9.pdb", 2.0),
        ("models/1ake.mrc", "models/1ake.pdb", 7.5),
    ],
)
def test_models_lie_in_their_maps(shared: Path, map_name: str, model: str, sigmas: float) -> None:
    """Mean density at the atoms, in standard deviations of the map: near 0 where origin, pixel or axes are wrong."""
    density, found = open(shared / "data" / map_name), open(shared / "data" / model)
    assert isinstance(density, Volume)
    assert isinstance(found, Atoms)
    voxels = np.rint((found.positions - density.origin) / density.pixel).astype(int)[:, ::-1]
    inside = np.all((voxels >= 0) & (voxels < density.data.shape), axis=1)
    assert inside.mean() > 0.95
    values = density.data[tuple(voxels[inside].T)]
    assert values.mean() / density.data.std() > sigmas


def test_start_fields_follow_the_axes(shared: Path) -> None:
    """EMD-3001 starts at column 0 (which is z), row −21 (x), section −12 (y)."""
    with pytest.warns(HeaderWarning):
        density = open(shared / "data/volumes/EMD-3001.map")
    assert isinstance(density, Volume)
    np.testing.assert_allclose(np.array(density.origin) / density.pixel, (-21, -12, 0), atol=1e-6)


@pytest.mark.parametrize("name", ["EMD-3001.map", "emd_8216.map.gz", "emd_1155.ccp4", "2566_3J6B_9.mrc"])
def test_values_lie_where_gemmi_puts_them(shared: Path, name: str) -> None:
    """The same voxel values as another reader finds after turning the axes."""
    import gemmi

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", HeaderWarning)
        ours = open(shared / "data/volumes" / name)
    assert isinstance(ours, Volume)
    theirs = gemmi.read_ccp4_map(str(shared / "data/volumes" / name))
    columns = [theirs.header_i32(word) for word in (17, 18, 19)]
    grid = np.array(theirs.grid.array, copy=False)  # as stored: column, row, section
    turned = grid.transpose([columns.index(axis) for axis in (3, 2, 1)])
    np.testing.assert_allclose(ours.data, turned, rtol=1e-6)
