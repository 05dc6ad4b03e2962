"""``uf.open``: any file of the field becomes its noun."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ..base.errors import HeaderWarning, MissingFileError, UnsupportedFileError

if TYPE_CHECKING:
    from .atoms import Atoms
    from .files.mrc_header import MrcHeader
    from .images import Images
    from .particles import Particles
    from .volume import Volume

MAPS = (".mrc", ".map", ".ccp4", ".rec", ".st")
STACKS = (".mrcs",)
TIFFS = (".tif", ".tiff")
STRUCTURES = (".pdb", ".ent", ".cif", ".mmcif")
COMPRESSED = (".gz", ".bz2")
#: Why a file of some known kind is not read, and what to do.
REFUSED = {
    **dict.fromkeys((".pkl", ".pickle"), "a pickle can run code when it is opened; export STAR, .cs or MRC"),
    **dict.fromkeys((".npy", ".npz"), "a bare array says neither units nor conventions; give it to a noun in Python"),
    **dict.fromkeys((".eer",), "it is EER; convert it to MRC (relion_convert_to_tiff, then tif2mrc of IMOD)"),
    **dict.fromkeys((".spi", ".psd", ".stk", ".xmp"), "it is a SPIDER image; convert it to MRC (e2proc2d.py of EMAN2)"),
    **dict.fromkeys((".dm3", ".dm4"), "it is Gatan's; convert it to MRC (dm2mrc of IMOD)"),
    **dict.fromkeys((".hdf", ".h5"), "it is HDF; convert it to MRC (e2proc3d.py of EMAN2)"),
}


def suffix_of(path: Path) -> str:
    """The suffix that says the format, compression aside: ``.mrc`` for ``map.mrc.gz``."""
    suffixes = [s.lower() for s in path.suffixes]
    while suffixes and suffixes[-1] in COMPRESSED:
        suffixes.pop()
    return suffixes[-1] if suffixes else ""


def open(
    path: str | Path,
    *,
    pixel: float | None = None,
    images: Sequence[str | Path] = (),
    contrast: Literal["white", "dark"] | None = None,
) -> Volume | Images | Particles | Atoms:
    """Volume of a map, Images of a stack or micrograph, Particles of a STAR or .cs, Atoms of a PDB or mmCIF.

    ``pixel`` in Å overrides what the file says; ``images`` are further folders in which stacks are looked for;
    ``contrast`` says whether protein is white or dark in particles (STAR: white, .cs: by its sign). Stacks are mapped,
    not loaded. Raises MissingFileError, FormatError, or UnsupportedFileError that says which formats are read.
    """
    path = there(path)
    suffix = suffix_of(path)
    if suffix in MAPS + STACKS:
        return _open_mrc(path, suffix, pixel)
    if suffix in TIFFS:
        from .files import tiff

        return tiff.read_images(path, pixel)
    if suffix == ".star":
        from .files import relion

        return relion.read_particles(path, images, pixel, contrast or "white")
    if suffix == ".cs":
        from .files import cryosparc

        return cryosparc.read_particles(path, images, pixel, contrast)
    if suffix in STRUCTURES:
        from .files import structure

        return structure.read_atoms(path)
    raise UnsupportedFileError(refusal(path, suffix))


def there(path: str | Path) -> Path:
    """The path of a file that is there; MissingFileError, or UnsupportedFileError for a folder."""
    path = Path(path)
    if path.is_dir():
        raise UnsupportedFileError(f"{path} is a folder; name a file in it")
    if not path.is_file():
        raise MissingFileError(f"{path} is not there; check the name and the folder")
    return path


def refusal(path: Path, suffix: str) -> str:
    """Why a file of this suffix is not read, and what is."""
    if suffix in REFUSED:
        return f"{path} is not read: {REFUSED[suffix]}"
    known = ", ".join((*MAPS, *STACKS, *TIFFS, ".star", ".cs", *STRUCTURES))
    return (
        f"{path} is of a kind that is not read ({suffix or 'no suffix'}); known are {known}, maps also as .gz or .bz2"
    )


def _open_mrc(path: Path, suffix: str, pixel: float | None) -> Volume | Images:
    """A volume, unless name or header say that the sections are images."""
    from .files import mrc, mrc_header

    if suffix in STACKS or sections_are_images(mrc_header.read_header(path)):
        return mrc.read_images(path, pixel)
    volume = mrc.read_volume(path, pixel)
    nz, ny, nx = volume.data.shape
    if nz < min(ny, nx) / 2:
        message = f"{path.name}: {nz} sections of {ny} × {nx} are read as a map; if they are images, name it .mrcs"
        warnings.warn(message, HeaderWarning, stacklevel=3)
    return volume


def sections_are_images(header: MrcHeader) -> bool:
    """Whether an MRC file holds images: one section alone, or space group 0 with square sections that make no cube."""
    nz, ny, nx = header.shape
    return nz == 1 or (header.is_stack and ny == nx != nz)
