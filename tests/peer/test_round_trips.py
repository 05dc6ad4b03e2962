"""Metadata of other programs, read and written: every table, column and value comes back as the same text or bytes."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest

from underfocus.base.errors import UnusedColumnsWarning
from underfocus.data.files import cryosparc, cryosparc_write, star
from underfocus.data.open import open
from underfocus.data.particles import Particles

pytestmark = pytest.mark.shared
STARS = [
    *(f"particles/relion31_5/{n}.star" for n in ("relion31", "relion31.v2", "relion5", "relion31.6opticsgroups")),
    *(f"particles/relion_project_convention/rln_proj_{n}.star" for n in (64, 65)),
    *(f"particles/relion_project_convention/rln_proj_{n}_{k}.star" for n in (64, 65) for k in ("centered", "shifted")),
    "particles/empiar10076_50S_7/empiar_10076_7.star",
    "particles/ribosome_tiltseries_220/sta_testing_bin8.star",
    "particles/toy_projections_1000/toy_projections.star",
    "metadata/relion/FinalRefinement-OriginalParticles-PfCRT.star",
    *(f"metadata/relion/{n}.star" for n in ("example_external_reconstruct", "postprocess", "relion_proj_batch")),
    *(f"metadata/relion/sta_hiv_run_{n}.star" for n in ("data", "model")),
    "metadata/tilt/018_gctf.star",
    "micrographs/ucsf_1142/Ucsf_stack_1142_DW_autopick.star",
    *(f"detector/mtf/mtf_{n}_300kV.star" for n in ("de20", "falcon2", "falcon3EC", "falcon4EC", "k2")),
    *(f"detector/mtf/mtf_{n}_200kV.star" for n in ("falcon3EC", "falcon4EC")),
    *(f"detector/mtf/mtf_{n}.star" for n in ("k2_200kV_FL2", "k2_300kV_FL2")),
    *(f"detector/mtf/mtf_k3_standard_{kv}kV_FL2.star" for kv in (200, 300)),
]
TABLES = [
    *(f"metadata/cryosparc/{n}.cs" for n in ("cryosparc_J2_particles_exported", "cryosparc_P12_J24_001_particles")),
    "metadata/cryosparc/t20s_P9_J209_000_particles.cs",
    "particles/empiar10076_50S_7/empiar_10076_7.cs",
]


def words(text: str) -> list[str]:
    """All that a STAR file says, without layout, comments and column numbers."""
    return [w for line in text.splitlines() if not line.lstrip().startswith("#") for w in _values(line)]


def _values(line: str) -> list[str]:
    parts = line.split()
    return parts[:1] if len(parts) == 2 and parts[0].startswith("_") and parts[1].startswith("#") else parts


def test_all_files_are_here(shared: Path) -> None:
    data = shared / "data"
    there = {str(f.relative_to(data)) for f in data.rglob("*") if f.suffix in (".star", ".cs")}
    assert there == {*STARS, *TABLES}


@pytest.mark.parametrize("name", STARS)
def test_star(shared: Path, tmp_path: Path, name: str) -> None:
    source = shared / "data" / name
    blocks = star.read(source)
    again = star.write(tmp_path / "again.star", blocks)
    assert words(again.read_text()) == words(source.read_text())
    reread = star.read(again)
    assert list(reread) == list(blocks)
    for label, block in blocks.items():
        assert reread[label].pairs == block.pairs
        assert list(reread[label].columns) == list(block.columns)
        assert all(np.array_equal(reread[label].columns[c], block.columns[c]) for c in block.columns)


@pytest.mark.parametrize("name", TABLES)
def test_cs(shared: Path, tmp_path: Path, name: str) -> None:
    source = cryosparc.read_table(shared / "data" / name)
    columns = {field: source[field] for field in source.dtype.names or ()}
    again = cryosparc.read_table(cryosparc_write.write_table(tmp_path / "again.cs", columns))
    assert again.dtype == source.dtype
    assert again.tobytes() == source.tobytes()


@pytest.mark.parametrize("name", ["relion31_5/relion31.star", "ribosome_tiltseries_220/sta_testing_bin8.star"])
def test_particles_of_relion(shared: Path, tmp_path: Path, name: str) -> None:
    """Saved and opened again: the same images, poses and optics, and each kept column to the letter."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UnusedColumnsWarning)
        before = open(shared / "data/particles" / name)
        assert isinstance(before, Particles)
        after = open(before.save(tmp_path / "again.star"))
    assert isinstance(after, Particles)
    assert before.pose is not None
    assert after.pose is not None
    np.testing.assert_array_equal(after.images().data, before.images().data)
    np.testing.assert_allclose(after.pose.rotation, before.pose.rotation, atol=1e-6)
    np.testing.assert_allclose(after.pose.shift, before.pose.shift, atol=1e-5)
    for field in ("defocus", "astigmatism", "astigmatism_angle", "voltage_kv", "cs_mm", "phase_shift", "bfactor"):
        np.testing.assert_allclose(getattr(after.optics, field), getattr(before.optics, field), atol=1e-5)
    moved = {"rlnImageName", "rlnOriginX", "rlnOriginY", *star.read(tmp_path / "again.star")["optics"].columns}
    kept = [c for c in before.columns if c not in moved]
    assert len(kept) > 10
    for column in kept:
        np.testing.assert_array_equal(after.columns[column], before.columns[column], err_msg=column)


def test_particles_of_cryosparc(shared: Path, tmp_path: Path) -> None:
    before = open(shared / "data/particles/empiar10076_50S_7/empiar_10076_7.cs")
    assert isinstance(before, Particles)
    after = open(before.save(tmp_path / "again.cs", contrast="dark"))
    assert isinstance(after, Particles)
    np.testing.assert_array_equal(after.images().data, before.images().data)
    assert list(after.columns) == list(before.columns)
    for column in set(before.columns) - {"blob/path", "blob/idx"}:
        assert after.columns[column].tobytes() == before.columns[column].tobytes(), column
