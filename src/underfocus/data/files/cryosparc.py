"""cryoSPARC's .cs tables (numpy structured arrays) to Particles; a pickle inside is refused.

A pose is the rotation vector in radians of the *inverse* of our matrix, as pyem and cryoDRGN read it: (0, 0, ψ) is
RELION's psi = ψ. Shifts are in pixels with RELION's sign, the CTF is in Å and radians, and ``blob/sign`` is −1 where
protein is dark.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np

from ...base.arrays import to_numpy
from ...base.errors import FormatError, HeaderWarning, MissingFileError, UnusedColumnsWarning
from ...maths import rotations
from ..optics import NO_CTF, Optics
from ..particles import Particles
from ..pose import Pose
from .finding import find_image_file
from .mrc import file_stack
from .mrc_header import read_header

Table = np.ndarray[Any, Any]
POSES, SHIFTS, SPLIT = "alignments3D/pose", "alignments3D/shift", "alignments3D/split"
#: Optics field → (cryoSPARC's field, factor to the engine's unit).
PLAIN_OPTICS = {
    "voltage_kv": ("ctf/accel_kv", 1.0),
    "cs_mm": ("ctf/cs_mm", 1.0),
    "amplitude_contrast": ("ctf/amp_contrast", 1.0),
    "phase_shift": ("ctf/phase_shift_rad", 180 / np.pi),
    "bfactor": ("ctf/bfactor", 1.0),
}
DEFOCUS = ("ctf/df1_A", "ctf/df2_A", "ctf/df_angle_rad")
SHIFT_PIXEL = "alignments3D/psize_A"
HONOURED = {
    *("blob/path", "blob/idx", "blob/psize_A", "blob/sign", POSES, SHIFTS, SHIFT_PIXEL, SPLIT),
    *DEFOCUS,
    *(field for field, _ in PLAIN_OPTICS.values()),
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


def read_particles(
    path: str | Path,
    images: Sequence[str | Path] = (),
    pixel: float | None = None,
    contrast: Literal["white", "dark"] | None = None,
) -> Particles:
    """Particles of a .cs file; stacks are looked for as for STAR files. See `relion.read_particles`.

    The contrast is that of ``blob/sign`` unless one is given.
    """
    path, table = Path(path), read_table(path)
    fields = set(table.dtype.names or ())
    if not {"blob/path", "blob/idx"} <= fields:
        raise FormatError(f"{path.name} names no images (no blob/path); combine it with its passthrough file first")
    names, which = np.unique(table["blob/path"], return_inverse=True)
    headers = [read_header(find_image_file(name.decode().lstrip(">"), path, images)) for name in names]
    number, held = table["blob/idx"].astype(int), np.array([h.shape[0] for h in headers])
    if np.any(number >= held[which]):
        wrong = int(np.argmax(number >= held[which]))
        raise FormatError(
            f"{path} asks for image {number[wrong] + 1} of {headers[which[wrong]].path.name}, "
            f"which holds {held[which[wrong]]}"
        )
    size = pixel or (float(table["blob/psize_A"][0]) if "blob/psize_A" in fields else None) or headers[0].pixel
    if size is None:
        raise FormatError(f"neither {path.name} nor its stack says a pixel size; give one (pixel=, --pixel)")
    columns = {name: table[name] for name in table.dtype.names or ()}
    return particles_of(columns, file_stack(headers, which, number), size, contrast or _contrast(columns, path), path)


def particles_of(
    columns: dict[str, Table], stack: Any, pixel: float, contrast: Literal["white", "dark"], path: Path
) -> Particles:
    """Particles of a table's columns and a stack; ``path`` names the file in warnings."""
    warn_unhonoured(columns, path)
    half = columns[SPLIT].astype(int) + 1 if SPLIT in columns else None
    return Particles(
        stack=stack,
        pixel=pixel,
        optics=optics_of(columns, path),
        pose=pose_of(columns, pixel),
        contrast=contrast,
        half=half if half is not None and set(np.unique(half)) <= {1, 2} else None,
        columns=columns,
        used=frozenset(HONOURED & set(columns)),
    )


def warn_unhonoured(columns: Mapping[str, Table], path: Path) -> None:
    """UnusedColumnsWarning that names the fields on which the result depends and which the engine does not model."""
    present = [f for f in UNHONOURED if f in columns and np.any(np.abs(columns[f]) > 1e-9)]
    if present:
        message = f"{path.name}: kept but not honoured, though the result depends on it: {', '.join(present)}"
        warnings.warn(message, UnusedColumnsWarning, stacklevel=5)


def _contrast(columns: Mapping[str, Table], path: Path) -> Literal["white", "dark"]:
    """Dark where every ``blob/sign`` is −1, white where every one is 1 or there is none."""
    signs = np.unique(np.sign(columns["blob/sign"])) if "blob/sign" in columns else np.array([1.0])
    if len(signs) != 1:
        raise FormatError(f"{path} mixes particles of both signs (blob/sign); split it by sign first")
    return "dark" if signs[0] < 0 else "white"


def optics_of(columns: Mapping[str, Table], path: Path) -> Optics:
    """Optics of a table; without defocus those of images that no CTF modulated, with a HeaderWarning."""
    if "ctf/df1_A" not in columns:
        message = f"{path.name}: it has no ctf/df1_A, so its images are taken as free of any CTF"
        warnings.warn(message, HeaderWarning, stacklevel=5)
        return NO_CTF
    u, v, angle = (columns[f].astype(float) for f in DEFOCUS)
    values = {"defocus": (u + v) / 2, "astigmatism": u - v, "astigmatism_angle": np.degrees(angle)}
    for name, (field, factor) in PLAIN_OPTICS.items():
        if field in columns:
            found = columns[field].astype(float) * factor
            values[name] = found[0] if len(found) and np.all(found == found[0]) else found
    return Optics(**values)


def pose_of(columns: Mapping[str, Table], pixel: float) -> Pose | None:
    """Poses of a table, or None where it has none."""
    if POSES not in columns:
        return None
    vectors = columns[POSES].astype(float)
    angles = np.linalg.norm(vectors, axis=-1)
    axes = np.where(angles[:, None] > 1e-12, vectors, (0.0, 0.0, 1.0))
    matrices = to_numpy(rotations.from_axis_angle(axes, -np.degrees(angles)))
    scale = columns[SHIFT_PIXEL].astype(float)[:, None] if SHIFT_PIXEL in columns else pixel
    shifts = columns[SHIFTS].astype(float) * scale if SHIFTS in columns else np.zeros((len(vectors), 2))
    return Pose(matrices, -shifts)
