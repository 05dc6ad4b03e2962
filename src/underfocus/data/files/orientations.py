"""The orientations that a particles file holds, read without its images, which may be elsewhere or gone."""

from __future__ import annotations

from pathlib import Path

from ...base.errors import FormatError, UnsupportedFileError
from ..open import suffix_of, there
from ..pose import Pose
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
