"""What a particles file says of how its particles lay, read without its images, which may be elsewhere or gone."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ...base.errors import FormatError, UnsupportedFileError
from ..open import suffix_of, there
from ..optics import NO_CTF
from ..particles import Particles
from ..pose import Pose
from ..stack import MemoryStack
from . import cryosparc, relion, star
from .relion_table import Table


def read_orientations(path: str | Path) -> Pose:
    """The orientations of a STAR or .cs file as a Pose without shifts; no stack is looked for.

    Raises MissingFileError, UnsupportedFileError for files of other kinds and for particles of tomograms, and
    FormatError for particles that have no orientations.
    """
    path = there(path)
    suffix = suffix_of(path)
    if suffix == ".star":
        table = Table(star.read(path), path)
        if (reason := table.refused()) is not None:
            raise UnsupportedFileError(f"{path}: {reason}")
        found, wanted = relion.pose_of(table, 1.0), "rlnAngleRot and rlnAngleTilt"
    elif suffix == ".cs":
        rows = cryosparc.read_table(path)
        columns = {name: rows[name] for name in rows.dtype.names or ()}
        found, wanted = cryosparc.pose_of(columns, 1.0), cryosparc.POSES
    else:
        raise UnsupportedFileError(f"{path} has no orientations of particles; those are in .star and .cs files")
    if found is None:
        raise FormatError(f"{path} holds particles without orientations (no {wanted}); refine them first")
    return Pose(found.rotation)


def read_without_images(path: str | Path, *, optics: bool = True, pixel: float | None = None) -> Particles:
    """Particles of a STAR or .cs file with poses, shifts, half sets and, if wanted, optics; its images are blanks.

    For making other images in their places. ``pixel`` in Å is needed where shifts are in pixels whose size the file
    does not say. Errors as of `read_orientations`; FormatError where optics are wanted and none are there.
    """
    read_orientations(path)  # refuses what holds no poses
    path = Path(path)
    if suffix_of(path) == ".cs":
        return _cryosparc(path, optics, pixel)
    table = Table(star.read(path), path)
    if optics and table.numbers("rlnDefocusU") is None:
        raise FormatError(f"{path} has no rlnDefocusU, so that it says nothing of a CTF; leave the CTF out")
    # shifts in Å need no pixel, and are not there in files that have none
    in_angstrom = table.text(relion.ORIGINS[0]) is not None or table.text(relion.PIXEL_ORIGINS[0]) is None
    size = pixel or (1.0 if in_angstrom else relion.pixel_of(table, None))
    half, count = table.numbers("rlnRandomSubset"), table.particles.rows
    return Particles(
        MemoryStack(np.zeros((count, 1, 1), np.float32)),
        size,
        relion.optics_of(table, set()) if optics else NO_CTF,
        relion.pose_of(table, size),
        half=None if half is None else half.astype(int),
    )


def _cryosparc(path: Path, optics: bool, pixel: float | None) -> Particles:
    rows = cryosparc.read_table(path)
    columns = {name: rows[name] for name in rows.dtype.names or ()}
    if optics and cryosparc.DEFOCUS[0] not in columns:
        raise FormatError(f"{path} has no {cryosparc.DEFOCUS[0]}, so that it says nothing of a CTF; leave the CTF out")
    size = pixel or (float(columns["blob/psize_A"][0]) if "blob/psize_A" in columns else 1.0)
    half = columns[cryosparc.SPLIT].astype(int) + 1 if cryosparc.SPLIT in columns else None
    return Particles(
        MemoryStack(np.zeros((len(rows), 1, 1), np.float32)),
        size,
        cryosparc.optics_of(columns, path) if optics else NO_CTF,
        cryosparc.pose_of(columns, size),
        half=half if half is not None and set(np.unique(half)) <= {1, 2} else None,
    )
