"""Molecular structures, PDB and mmCIF, through gemmi."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ...base.errors import FormatError, MissingFileError
from ..atoms import Atoms

WATERS = {"HOH", "WAT", "DOD"}


def read_atoms(path: str | Path, *, waters: bool = False, hydrogens: bool = True, model: int = 0) -> Atoms:
    """The atoms of one model (counted from 0), the first alternative of each; waters are left out unless asked for.

    Raises MissingFileError, and FormatError for a file without atoms or that gemmi cannot parse.
    """
    import gemmi

    path = Path(path)
    if not path.is_file():
        raise MissingFileError(f"{path} is not there; check the name and the folder")
    try:
        structure = gemmi.read_structure(str(path))
    except (RuntimeError, ValueError, UnicodeDecodeError) as error:
        raise FormatError(f"{path} was not read as a structure: {str(error).splitlines()[0]}") from None
    if len(structure) <= model:
        raise FormatError(
            f"{path} holds {len(structure)} models, and number {model + 1} was asked for; is it a structure?"
        )
    rows = [
        (atom, residue, chain.name)
        for chain in structure[model]
        for residue in _first_residues(chain)
        if waters or residue.name not in WATERS
        for atom in _first_alternatives(residue)
        if hydrogens or atom.element.name not in ("H", "D")
    ]
    if not rows:
        raise FormatError(f"{path} holds no atoms; is it the coordinate file?")
    return _columns(rows)


def count_models(path: str | Path) -> int:
    """How many models a structure file holds."""
    import gemmi

    return len(gemmi.read_structure(str(path)))


def _first_residues(chain: Any) -> Iterator[Any]:
    """Residues, and of those that are alternatives of each other (one number, two kinds) the first."""
    number, name = None, ""
    for residue in chain:
        if residue.seqid == number and residue.name != name and all(a.has_altloc() for a in residue):
            continue
        number, name = residue.seqid, residue.name
        yield residue


def _first_alternatives(residue: Any) -> Iterator[Any]:
    """Atoms that have no alternative, and the first of those that have.

    Atoms of one name without a mark stay, however many there are: some files pack many copies into one residue.
    """
    first: dict[str, str] = {}
    for atom in residue:
        if not atom.has_altloc() or first.setdefault(atom.name, atom.altloc) == atom.altloc:
            yield atom


def _columns(rows: list[tuple[Any, Any, str]]) -> Atoms:
    return Atoms(
        positions=np.array([a.pos.tolist() for a, _, _ in rows]),
        elements=np.array([a.element.name for a, _, _ in rows]),
        bfactors=np.array([a.b_iso for a, _, _ in rows]),
        occupancies=np.array([a.occ for a, _, _ in rows]),
        names=np.array([a.name for a, _, _ in rows]),
        residues=np.array([r.name for _, r, _ in rows]),
        numbers=np.array([r.seqid.num if r.seqid.num is not None else 0 for _, r, _ in rows]),
        chains=np.array([c for _, _, c in rows]),
    )
