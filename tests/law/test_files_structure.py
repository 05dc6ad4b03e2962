"""PDB and mmCIF: one model, the first of alternatives, waters and hydrogens by choice."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from underfocus.base.errors import FormatError, MissingFileError
from underfocus.data.atoms import Atoms
from underfocus.data.files.structure import count_models, read_atoms
from underfocus.data.open import open


def line(serial: int, name: str, residue: str, number: int, place: tuple[float, float, float], **more: object) -> str:
    """An ATOM record; alt, chain, occupancy, bfactor and element by name."""
    x, y, z = place
    values = {"alt": " ", "chain": "A", "occupancy": 1.0, "bfactor": 20.0, "element": name[0], **more}
    return (
        f"ATOM  {serial:5d} {name:^4}{values['alt']}{residue:>3} {values['chain']}{number:4d}    "
        f"{x:8.3f}{y:8.3f}{z:8.3f}{values['occupancy']:6.2f}{values['bfactor']:6.2f}          {values['element']:>2}"
    )


LINES = [
    line(1, "N", "SER", 1, (1, 2, 3), bfactor=11.0),
    line(2, "CA", "SER", 1, (2, 2, 3), alt="A", occupancy=0.6),
    line(3, "CA", "SER", 1, (2.5, 2, 3), alt="B", occupancy=0.4),
    line(4, "OG", "SER", 1, (3, 2, 3), alt="B", occupancy=0.4),
    line(5, "H", "SER", 1, (1, 1, 3)),
    line(6, "CA", "SER", 2, (5, 2, 3), alt="A", occupancy=0.5),
    line(7, "CA", "THR", 2, (5, 3, 3), alt="B", occupancy=0.5),
    line(8, "ZN", "ZN", 3, (7, 2, 3), chain="B", element="ZN"),
    line(9, "O", "HOH", 4, (9, 2, 3), chain="B"),
]


def written(folder: Path, lines: list[str] = LINES, name: str = "a.pdb") -> Path:
    path = folder / name
    path.write_text("\n".join([*lines, "END", ""]))
    return path


def test_the_first_of_alternatives_without_waters(tmp_path: Path) -> None:
    atoms = open(written(tmp_path))
    assert isinstance(atoms, Atoms)
    assert list(np.asarray(atoms.names)) == ["N", "CA", "OG", "H", "CA", "ZN"]
    assert list(atoms.elements) == ["N", "C", "O", "H", "C", "Zn"]
    assert list(np.asarray(atoms.residues)) == ["SER", "SER", "SER", "SER", "SER", "ZN"]
    assert list(np.asarray(atoms.chains)) == ["A"] * 5 + ["B"]
    assert list(np.asarray(atoms.numbers)) == [1, 1, 1, 1, 2, 3]
    np.testing.assert_allclose(atoms.positions[:2], [(1, 2, 3), (2, 2, 3)])
    np.testing.assert_allclose(np.asarray(atoms.occupancies)[:3], (1.0, 0.6, 0.4))
    assert np.asarray(atoms.bfactors)[0] == 11.0


def test_waters_and_hydrogens_by_choice(tmp_path: Path) -> None:
    path = written(tmp_path)
    assert "HOH" in np.asarray(read_atoms(path, waters=True).residues)
    assert "H" not in read_atoms(path, hydrogens=False).elements


def test_unmarked_copies_stay(tmp_path: Path) -> None:
    """Some files pack several copies into one chain under the same numbers; none may vanish."""
    copies = [line(i, "CA", "ALA", 1, (i, 0, 0)) for i in range(1, 6)]
    assert len(read_atoms(written(tmp_path, copies))) == 5


def test_one_model_of_several(tmp_path: Path) -> None:
    models = [f"MODEL        {m}\n{line(1, 'CA', 'ALA', 1, (m, 0, 0))}\nENDMDL" for m in (1, 2, 3)]
    path = written(tmp_path, models)
    assert count_models(path) == 3
    assert read_atoms(path).positions.tolist() == [[1, 0, 0]]
    assert read_atoms(path, model=2).positions.tolist() == [[3, 0, 0]]
    with pytest.raises(FormatError, match="holds 3 models, and number 4 was asked for"):
        read_atoms(path, model=3)


def test_mmcif_says_the_same(tmp_path: Path) -> None:
    import gemmi

    path = written(tmp_path)
    gemmi.read_structure(str(path)).make_mmcif_document().write_file(str(tmp_path / "a.cif"))
    pdb, cif = read_atoms(path), read_atoms(tmp_path / "a.cif")
    np.testing.assert_allclose(cif.positions, pdb.positions)
    assert list(np.asarray(cif.names)) == list(np.asarray(pdb.names))
    assert list(cif.elements) == list(pdb.elements)


def test_what_is_no_structure_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="holds no atoms"):
        read_atoms(written(tmp_path, ["REMARK nothing here"]))
    with pytest.raises(FormatError, match="holds no atoms"):
        read_atoms(written(tmp_path, LINES[-1:]))
    (tmp_path / "a.cif").write_text("data_x\n_cell.length_a 1\n")
    with pytest.raises(FormatError, match=r"is it a structure|not read as a structure"):
        read_atoms(tmp_path / "a.cif")
    (tmp_path / "b.cif").write_text("this is no mmCIF")
    with pytest.raises(FormatError, match="was not read as a structure"):
        read_atoms(tmp_path / "b.cif")
    with pytest.raises(MissingFileError, match="is not there"):
        read_atoms(tmp_path / "none.pdb")
