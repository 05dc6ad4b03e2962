"""RELION's particle metadata, 3.0 and from 3.1 on, to Particles: signs, origins and units change here.

RELION's origin is the negative of `Pose.shift`; defocus U and V become mean and difference; its CTF has the opposite
sign, so its particles are white. Columns are kept as text.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np

from ...base.errors import FormatError, HeaderWarning, UnsupportedFileError
from ..optics import NO_CTF, Optics
from ..particles import Particles
from ..pose import Pose
from . import finding
from . import relion_aberrations as lens
from .mrc import file_stack
from .mrc_header import MrcHeader, read_header
from .relion_table import Table
from .star import read as read_star

Column = np.ndarray[Any, Any]
ANGLES = ("rlnAngleRot", "rlnAngleTilt", "rlnAnglePsi")
ORIGINS = ("rlnOriginXAngst", "rlnOriginYAngst")
PIXEL_ORIGINS = ("rlnOriginX", "rlnOriginY")
#: Optics field → (RELION's label, value where it is absent).
PLAIN_OPTICS = {
    "voltage_kv": ("rlnVoltage", 300.0),
    "cs_mm": ("rlnSphericalAberration", 2.7),
    "amplitude_contrast": ("rlnAmplitudeContrast", 0.1),
    "phase_shift": ("rlnPhaseShift", 0.0),
    "bfactor": ("rlnCtfBfactor", 0.0),
}
PIXELS = ("rlnImagePixelSize", "rlnPixelSize", "rlnDetectorPixelSize", "rlnMagnification")
HONOURED = (
    *(*ANGLES, *ORIGINS, *PIXEL_ORIGINS, *PIXELS, "rlnDefocusU", "rlnDefocusV", "rlnDefocusAngle"),
    *("rlnImageName", "rlnOpticsGroup", "rlnRandomSubset"),
)


def read_particles(
    path: str | Path,
    images: Sequence[str | Path] = (),
    pixel: float | None = None,
    contrast: Literal["white", "dark"] = "white",
) -> Particles:
    """Particles of a STAR file; nothing but the stacks' headers is read.

    Stacks are looked for in the STAR's folder, its parents, the working directory, then in ``images``. A STAR file does
    not say whether protein is white; ``contrast`` does. One without defocus describes images without a CTF, and a
    HeaderWarning says so. Raises FormatError without particles, MissingFileError naming a stack that was not found and
    where it was looked for, UnsupportedFileError for particles of tomograms.
    """
    path = Path(path)
    blocks = read_star(path)
    table = Table(blocks, path)
    stack, header = _stack(table, path, images)
    size = pixel or pixel_of(table, header)
    used = {label for label in HONOURED if table.text(label) is not None}
    optics = optics_of(table, used)
    half = table.numbers("rlnRandomSubset")
    treated, scale = lens.treated_of(table, used), lens.scale_of(table, used)
    return Particles(
        stack=stack,
        pixel=size,
        optics=optics,
        pose=pose_of(table, size),
        contrast=contrast,
        half=None if half is None else half.astype(int),
        columns=dict(table.particles.columns),
        groups={name: block for name, block in blocks.items() if block is not table.particles},
        used=frozenset(used),
        treated=treated,
        scale=scale,
    )


def _stack(table: Table, path: Path, images: Sequence[str | Path]) -> tuple[Any, MrcHeader]:
    """The lazy stack behind ``NUMBER@FILE`` names, and the first file's header."""
    if (reason := table.refused()) is not None:
        raise UnsupportedFileError(f"{path}: {reason}")
    number, which, files = finding.image_places(table.particles.columns["rlnImageName"], path)
    headers = [read_header(finding.find_image_file(name, path, images)) for name in files]
    held = np.array([h.shape[0] for h in headers])
    bad = np.flatnonzero((number < 1) | (number > held[which]))
    if len(bad):
        file = headers[which[bad[0]]]
        raise FormatError(f"{path} asks for image {number[bad[0]]} of {file.path.name}, which holds {file.shape[0]}")
    return file_stack(headers, which, number - 1), headers[0]


def pixel_of(table: Table, header: MrcHeader | None) -> float:
    """Å: rlnImagePixelSize, else detector pixel over magnification, else the stack's header."""
    for label in ("rlnImagePixelSize", "rlnPixelSize"):
        values = table.numbers(label)
        if values is not None:
            if np.ptp(values) > 1e-6:
                raise FormatError(
                    f"{table.path} mixes pixels of {values.min():g} to {values.max():g} Å; split it by optics group"
                )
            return float(values[0])
    detector, magnification = table.numbers("rlnDetectorPixelSize"), table.numbers("rlnMagnification")
    if detector is not None and magnification is not None:
        return float(detector[0] * 1e4 / magnification[0])
    if header is None or header.pixel is None:
        raise FormatError(f"neither {table.path.name} nor its stack says a pixel size; give one (pixel=, --pixel)")
    return header.pixel


def optics_of(table: Table, used: set[str]) -> Optics:
    """Optics of a table, labels that were used added to ``used``; without defocus free of a CTF, with a warning."""
    u, v = table.numbers("rlnDefocusU"), table.numbers("rlnDefocusV")
    if u is None:
        message = f"{table.path.name}: it has no rlnDefocusU, so its images are taken as free of any CTF"
        warnings.warn(message, HeaderWarning, stacklevel=4)
        return NO_CTF
    v = u if v is None else v
    angle = table.numbers("rlnDefocusAngle")
    # RELION lets U be the smaller one; a negative difference along the angle says the same
    values: dict[str, Any] = {
        "defocus": (u + v) / 2,
        "astigmatism": u - v,
        "astigmatism_angle": 0.0 if angle is None else angle,
    }
    for name, (label, default) in PLAIN_OPTICS.items():
        found = table.numbers(label)
        if found is not None:
            used.add(label)
        values[name] = default if found is None else found[0] if len(found) and np.all(found == found[0]) else found
    return Optics(**values, aberrations=lens.aberrations_of(table, used))


def pose_of(table: Table, pixel: float) -> Pose | None:
    """Poses of a table, shifts in Å; None where it has no angles."""
    angles = [table.numbers(label) for label in ANGLES]
    if angles[0] is None and angles[1] is None:
        return None
    rot, tilt, psi = (np.zeros(table.particles.rows) if a is None else a for a in angles)
    origins = [table.numbers(label) for label in ORIGINS]
    if origins[0] is None:
        origins = [None if o is None else o * pixel for o in map(table.numbers, PIXEL_ORIGINS)]
    x, y = (np.zeros(len(rot)) if o is None else o for o in origins)
    return Pose.from_euler(rot, tilt, psi, -np.stack([x, y], axis=-1))
