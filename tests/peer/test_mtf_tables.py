"""MTF tables as RELION's users have them: eleven cameras, each at half of Nyquist and at Nyquist."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from underfocus.base.errors import FormatError, MissingFileError
from underfocus.data.detector import MTF_FITS
from underfocus.data.files.mtf import read_dqe, read_mtf
from underfocus.data.response import Radial, curve

#: Values of the tables' rows nearest to ¼ and ½ cycles a pixel; some tables end at 0.492, some go on to 0.508.
KNOWN = {
    "mtf_k2_300kV": (0.733, 0.388),
    "mtf_k2_300kV_FL2": (0.855, 0.616),
    "mtf_k3_standard_300kV_FL2": (0.886, 0.645),
    "mtf_k3_standard_200kV_FL2": (0.852, 0.603),
    "mtf_falcon3EC_300kV": (0.572, 0.152),
    "mtf_falcon4EC_300kV": (0.535, 0.093),
    "mtf_falcon2_300kV": (0.219, 0.052),
    "mtf_de20_300kV": (0.570, 0.204),
}
#: Tables that one of our curves stands for, and how far it is from any of their rows.
FITS = {
    "K2": ("mtf_k2_300kV", 0.06),
    "K3": ("mtf_k3_standard_300kV_FL2", 0.012),
    "Falcon 4": ("mtf_falcon4EC_300kV", 0.015),
}


def tables(shared: Path) -> dict[str, Radial]:
    return {p.stem: read_mtf(p) for p in sorted((shared / "data/detector/mtf").glob("*.star"))}


@pytest.mark.shared
def test_every_table_is_read(shared: Path) -> None:
    found = tables(shared)
    assert len(found) == 11
    for name, table in found.items():
        assert table.value[0] == 1, name
        assert 0.49 < table.frequency[-1] < 0.51, name
        assert table.value.min() > 0, name


@pytest.mark.shared
@pytest.mark.parametrize("name", KNOWN)
def test_half_nyquist_and_nyquist(name: str, shared: Path) -> None:
    table = tables(shared)[name]
    # the lower of two rows that are equally near
    rows = [int(np.argmin(np.abs(table.frequency - s - 1e-9))) for s in (0.25, 0.5 - 1e-6)]
    assert table.value[rows] == pytest.approx(KNOWN[name], abs=1.1e-3)
    assert curve(table, np.array([0.25, 0.5])) == pytest.approx(KNOWN[name], abs=0.01)


@pytest.mark.shared
@pytest.mark.parametrize("name", FITS)
def test_our_curves_stand_for_their_tables(name: str, shared: Path) -> None:
    stem, within = FITS[name]
    table = tables(shared)[stem]
    assert np.abs(curve(MTF_FITS[name], table.frequency) - table.value).max() < within
    assert curve(MTF_FITS[name], np.array([0.25])) == pytest.approx(curve(table, np.array([0.25])), abs=2e-3)


def written(folder: Path, rows: str, value: str = "_rlnMtfValue") -> Path:
    path = folder / "mtf.star"
    path.write_text(f"data_mtf\nloop_\n_rlnResolutionInversePixel\n{value}\n{rows}\n")
    return path


def test_a_column_in_parts_of_nyquist_is_halved(tmp_path: Path) -> None:
    path = written(tmp_path, "0 1\n0.5 0.8\n1 0.3")
    assert read_mtf(path).frequency.tolist() == [0, 0.25, 0.5]
    assert read_mtf(path, "1/pixel").frequency.tolist() == [0, 0.5, 1]
    to_the_corner = written(tmp_path, "0 1\n0.5 0.8\n0.7071 0.3")
    assert read_mtf(to_the_corner).frequency[-1] == pytest.approx(0.7071)
    assert read_mtf(to_the_corner, "Nyquist").frequency[-1] == pytest.approx(0.35355)


def test_a_dqe_keeps_its_scale(tmp_path: Path) -> None:
    table = read_dqe(written(tmp_path, "0 0.8\n0.5 0.3", "_rlnDqeValue"))
    assert table.value.tolist() == [0.8, 0.3]
    with pytest.raises(FormatError, match="no DQE exceeds 1"):
        read_dqe(written(tmp_path, "0 1.2\n0.5 0.3", "_rlnDqeValue"))


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("0 0.8\n0.5 0.3", "begins at 1"),
        ("0 1\n0.85 0.3", "neither 1/pixel"),
        ("0 1\n250 0.3", "neither 1/pixel"),
        ("0.5 1\n0 0.3", "must rise"),
        ("0 1", "two rows"),
        ("0 1\n0.5 -0.3", "must be 0 or more"),
        ("0 1\n0.5 low", "no number"),
    ],
)
def test_what_is_no_table_is_refused(rows: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=said):
        read_mtf(written(tmp_path, rows))


def test_missing_columns_and_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="there is no rlnMtfValue, only rlnValue"):
        read_mtf(written(tmp_path, "0 1\n0.5 0.3", "_rlnValue"))
    other = tmp_path / "other.star"
    other.write_text("data_\nloop_\n_rlnAngleRot\n1\n")
    with pytest.raises(FormatError, match="no loop with rlnResolutionInversePixel"):
        read_mtf(other)
    with pytest.raises(MissingFileError):
        read_mtf(tmp_path / "none.star")
