"""cryoSPARC's .cs tables (numpy structured arrays) to Particles and back; a pickle inside is refused.

Poses are rotation vectors in radians of the matrix that RELION's angles make as well (view axes as rows); shifts are in
pixels with RELION's sign; the CTF is in Å and radians; particles are white.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ...base.arrays import to_numpy
from ...base.errors import FormatError, MissingFileError, UnusedColumnsWarning
from ...maths import rotations
from ..optics import Optics
from ..particles import Particles
from ..pose import Pose
from .atomic import beside
from .mrc import file_stack
from .mrc_header import read_header
from .relion import find_image_file

Table = np.ndarray[Any, Any]
POSES, SHIFTS = "alignments3D/pose", "alignments3D/shift"
#: Optics field → (cryoSPARC's field, factor to the engine's unit).
PLAIN_OPTICS = {
    "voltage_kv": ("ctf/accel_kv", 1.0),
    "cs_mm": ("ctf/cs_mm", 1.0),
    "amplitude_contrast": ("ctf/amp_contrast", 1.0),
    "phase_shift": ("ctf/phase_shift_rad", 180 / np.pi),
    "bfactor": ("ctf/bfactor", 1.0),
}
UNHONOURED = ("ctf/tilt_A", "ctf/trefoil_A", "ctf/tetra_A", "ctf/anisomag", "ctf/shift_A")


def read_table(path: str | Path) -> Table:
    """The structured array. Raises FormatError for anything else, a pickle among it."""
    path = Path(path)
    if not path.is_file():
        raise MissingFileError(f"{path} is not there; check the name and the folder")
    try:
        with path.open("rb") as file:
            table = np.lib.format.read_array(file, allow_pickle=False)
    except ValueError as error:
        pickled = (
            "it holds pickled objects, which can run code" if "allow_pickle" in str(error) else "it is no numpy table"
        )
        raise FormatError(f"{path} was not read: {pickled}; export the particles again") from None
    if table.dtype.names is None:
        raise FormatError(f"{path} holds a plain array of shape {table.shape}, not a cryoSPARC table with named fields")
    return np.asarray(table)


def read_particles(path: str | Path, images: Sequence[str | Path] = (), pixel: float | None = None) -> Particles:
    """Particles of a .cs file; stacks are looked for as for STAR files. See `relion.read_particles`."""
    path, table = Path(path), read_table(path)
    fields = set(table.dtype.names or ())
    if not {"blob/path", "blob/idx"} <= fields:
        raise FormatError(f"{path.name} names no images (no blob/path); combine it with its passthrough file first")
    names, which = np.unique(table["blob/path"].astype(str), return_inverse=True)
    headers = [read_header(find_image_file(name.lstrip(">"), path, images)) for name in names]
    size = pixel or (float(table["blob/psize_A"][0]) if "blob/psize_A" in fields else None) or headers[0].pixel
    if size is None:
        raise FormatError(f"neither {path.name} nor its stack says a pixel size; give it with --pixel")
    return _particles(table, file_stack(headers, which, table["blob/idx"].astype(int)), size, path)


def _particles(table: Table, stack: Any, pixel: float, path: Path) -> Particles:
    fields = table.dtype.names or ()
    used = {f for f in ("blob/path", "blob/idx", "blob/psize_A", POSES, SHIFTS) if f in fields}
    values: dict[str, Any] = {}
    if "ctf/df1_A" in fields:
        u, v = table["ctf/df1_A"].astype(float), table["ctf/df2_A"].astype(float)
        angle = np.degrees(table["ctf/df_angle_rad"].astype(float))
        values = {"defocus": (u + v) / 2, "astigmatism": u - v, "astigmatism_angle": angle}
        used |= {"ctf/df1_A", "ctf/df2_A", "ctf/df_angle_rad"}
    for name, (field, factor) in PLAIN_OPTICS.items():
        if field in fields:
            values[name] = table[field].astype(float) * factor
            used.add(field)
    present = [f for f in UNHONOURED if f in fields and not _trivial(f, table[f])]
    if present:
        message = f"{path.name}: {', '.join(present)} would change the result and are kept, not used"
        warnings.warn(message, UnusedColumnsWarning, stacklevel=4)
    half = table["alignments3D/split"].astype(int) + 1 if "alignments3D/split" in fields else None
    return Particles(
        stack=stack,
        pixel=pixel,
        optics=Optics(**values),
        pose=pose_of(table, pixel),
        contrast="white",
        half=half if half is not None and set(half) <= {1, 2} else None,
        columns={name: table[name] for name in fields},
        used=frozenset(used),
    )


def pose_of(table: Table, pixel: float) -> Pose | None:
    """Poses of a table, or None where it has none."""
    if POSES not in (table.dtype.names or ()):
        return None
    vectors = table[POSES].astype(float)
    angles = np.linalg.norm(vectors, axis=-1)
    axes = np.where(angles[:, None] > 1e-12, vectors, (0.0, 0.0, 1.0))
    matrices = to_numpy(rotations.from_axis_angle(axes, np.degrees(angles)))
    scale = (
        table["alignments3D/psize_A"].astype(float)[:, None] if "alignments3D/psize_A" in table.dtype.names else pixel
    )
    shifts = table[SHIFTS].astype(float) * scale if SHIFTS in table.dtype.names else np.zeros((len(table), 2))
    return Pose(matrices, -shifts)


def _trivial(field: str, values: Table) -> bool:
    """Whether an aberration says nothing: zero, or for the magnification matrix its difference from one."""
    return bool(np.all(np.abs(values) < 1e-9))


def write_table(path: str | Path, columns: dict[str, Table]) -> Path:
    """Write columns as a .cs table, dtypes and shapes as they were read; returns the path."""
    count = len(next(iter(columns.values())))
    dtype = [(name, values.dtype.str, values.shape[1:]) for name, values in columns.items()]
    table = np.empty(count, dtype)
    for name, values in columns.items():
        table[name] = values
    with beside(path) as temporary, temporary.open("wb") as file:
        np.lib.format.write_array(file, table, allow_pickle=False)
    return Path(path)
