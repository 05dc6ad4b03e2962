"""Make the files that the package ships as samples from their sources; see ``samples/files/ORIGINS.md``.

    python -m bench.make_samples DATA     (a folder with models/ and micrographs/, as the origins name them)

Structures keep their ATOM records, rounded as they were; the ferritin keeps one of its 24 chains, moved so that the
octahedral axes meet in the origin; the micrograph is Fourier-cropped four times and its centre cut out, in 8 bits; of
a set of poses the views are counted.
"""

from __future__ import annotations

import argparse
import gzip
from pathlib import Path
from typing import Any

import numpy as np

import underfocus as uf
from underfocus.data.files import mrc
from underfocus.maths import sampling

KEPT = Path(uf.samples.__file__).parent / "files"
MICROGRAPH_SIZE, MICROGRAPH_FACTOR, LEVELS_A_SIGMA = 512, 4, 24.0


def zipped(name: str, text: bytes) -> None:
    """Write gzip without a time stamp, so that the same input gives the same bytes."""
    (KEPT / name).write_bytes(gzip.compress(text, 9, mtime=0))


def pdb_line(i: int, name: str, residue: str, chain: str, number: int, xyz: Any, b: float, element: str) -> str:
    """One ATOM record."""
    x, y, z = xyz
    padded = f" {name:<3}" if len(name) < 4 else name
    return (
        f"ATOM  {i % 100000:5d} {padded:4} {residue:>3} {chain:1}{number % 10000:4d}    "
        f"{x:8.3f}{y:8.3f}{z:8.3f}{1.0:6.2f}{b:6.2f}          {element:>2}\n"
    )


def structure(source: Path, name: str, keep: slice | np.ndarray = slice(None), move: Any = (0, 0, 0)) -> None:
    """The heavy atoms of a structure as a gzipped PDB, fully occupied: the first of atoms that share a name."""
    atoms: Any = uf.open(source)
    atoms = atoms[~np.isin(atoms.elements, ["H", "D"])][keep].moved(move)
    named = list(zip(atoms.chains, atoms.numbers, atoms.residues, atoms.names, strict=True))
    atoms = atoms[sorted({key: i for i, key in reversed(list(enumerate(named)))}.values())]
    columns = (
        atoms.names,
        atoms.residues,
        atoms.chains,
        atoms.numbers,
        atoms.positions,
        atoms.bfactors,
        atoms.elements,
    )
    lines = [
        pdb_line(i, str(n), str(r), str(c)[:1], int(k), p, float(b), str(e).upper())
        for i, (n, r, c, k, p, b, e) in enumerate(zip(*columns, strict=True), 1)
    ]
    zipped(name, ("".join(lines) + "END\n").encode())


def micrograph(source: Path) -> None:
    """The centre of the Fourier-cropped micrograph, MRC mode 0, 24 levels a standard deviation."""
    images: Any = uf.open(source)
    n = images.n // MICROGRAPH_FACTOR
    small = sampling.fourier_crop(images.data[0].astype(np.float64), n, 2)
    pixel = images.pixel * MICROGRAPH_FACTOR
    part = sampling.crop(small, MICROGRAPH_SIZE, 2)
    levels = np.clip((part - part.mean()) / part.std() * LEVELS_A_SIGMA, -127, 127).round().astype(np.int8)
    header = bytearray(
        mrc.header_bytes((1, *levels.shape), pixel, stack=True, statistics=(-127, 127, 0, LEVELS_A_SIGMA))
    )
    header[12:16] = (0).to_bytes(4, "little")
    zipped("micrograph.mrc.gz", bytes(header) + levels.tobytes())


def views(source: Path, name: str, order: int = 3) -> None:
    """How many particles of a .cs file were seen from each HEALPix area: counts, sixteen a line."""
    from underfocus.data.files.orientations import read_orientations
    from underfocus.validation.orientation import histogram

    counts = histogram(read_orientations(source), order)
    rows = [" ".join(map(str, counts[i : i + 16])) for i in range(0, len(counts), 16)]
    head = (
        f"# View directions of {counts.sum()} particles in {len(counts)} equal areas (HEALPix order {order}, nested)."
    )
    (KEPT / name).write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")


def make(data: Path) -> None:
    """Make all of them from a folder of sources."""
    KEPT.mkdir(exist_ok=True)
    models = data / "models"
    for name in ("1ubi", "1ake", "7pbl"):
        structure(models / f"{name}.pdb", f"{name}.pdb.gz")
    ferritin: Any = uf.open(models / "apoferritin_ca_apo_sym.pdb")
    chain = ferritin.chains == ferritin.chains[0]
    structure(models / "apoferritin_ca_apo_sym.pdb", "ferritin_ca.pdb.gz", chain, -ferritin.positions.mean(axis=0))
    micrograph(data / "micrographs" / "epu_falcon3" / "epu2.9_example.mrc.bz2")
    views(data / "metadata" / "cryosparc" / "t20s_P9_J209_000_particles.cs", "t20s_views.txt")


def main(arguments: list[str] | None = None) -> None:
    """Make all of them from the folder named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    make(parser.parse_args(arguments).data)


if __name__ == "__main__":
    main()
