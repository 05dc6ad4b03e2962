"""RELION's particle metadata, 3.0 and from 3.1 on, to Particles: signs, origins and units change here.

RELION's origin is the negative of `Pose.shift`; defocus U and V become mean and difference; its CTF has the opposite
sign, so its particles are white. Columns are kept as text; those that would change the result and are not honoured are
named in an UnusedColumnsWarning.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np

from ...base.errors import (
    FormatError,
    HeaderWarning,
    MissingFileError,
    UnsupportedFileError,
    UnusedColumnsWarning,
)
from ..optics import Optics
from ..particles import Particles
from ..pose import Pose
from . import star
from .mrc import file_stack
from .mrc_header import MrcHeader, read_header

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
#: Labels that change what an image means and that the engine does not model: present and not trivial, they warn.
UNHONOURED = {
    "rlnBeamTiltX": "0",
    "rlnBeamTiltY": "0",
    "rlnOddZernike": "[0]",
    "rlnEvenZernike": "[0]",
    "rlnMagMat00": "1",
    "rlnMagMat01": "0",
    "rlnMagMat10": "0",
    "rlnMagMat11": "1",
    "rlnCtfDataAreCtfPremultiplied": "0",
    "rlnCtfDataArePhaseFlipped": "0",
    "rlnCtfScalefactor": "1",
}
#: The CTF of images that no CTF modulated: −1 at every frequency, which is 1 for white protein.
NO_CTF = {"defocus": 0.0, "cs_mm": 0.0, "amplitude_contrast": 1.0}
HONOURED = (*ANGLES, *ORIGINS, *PIXEL_ORIGINS, "rlnDefocusU", "rlnDefocusV", "rlnDefocusAngle", "rlnImageName")


class Table:
    """The particles' columns with their optics group's beside them, as numbers on demand."""

    def __init__(self, blocks: dict[str, star.Block], path: Path) -> None:
        self.path = path
        loops = {name: b for name, b in blocks.items() if b.rows and "rlnImageName" in b.columns}
        if not loops:
            labels = sorted({c for b in blocks.values() for c in b.columns})
            raise FormatError(
                f"{path} holds no particles: no table has rlnImageName, only {', '.join(labels[:6]) or 'none'}"
            )
        self.particles = loops.get("particles") or next(iter(loops.values()))
        self.optics = blocks.get("optics")
        self.group = self._group_rows()

    def _group_rows(self) -> Column | None:
        if self.optics is None or not self.optics.rows:
            return None
        known = {number: i for i, number in enumerate(self.optics.columns.get("rlnOpticsGroup", np.array(["1"])))}
        wanted = self.particles.columns.get("rlnOpticsGroup", np.full(self.particles.rows, "1"))
        missing = set(wanted) - set(known)
        if missing:
            raise FormatError(
                f"{self.path} puts particles in optics group {sorted(missing)[0]}, which its table does not name"
            )
        return np.array([known[g] for g in wanted])

    def text(self, label: str) -> Column | None:
        """A column (n,) of the particles, else of their optics groups; None where neither has it."""
        if label in self.particles.columns:
            return self.particles.columns[label]
        if self.optics is not None and self.group is not None and label in self.optics.columns:
            return np.asarray(self.optics.columns[label][self.group])
        return None

    def numbers(self, label: str) -> Column | None:
        """The same as float64."""
        values = self.text(label)
        return None if values is None else star.Block("particles", columns={label: values}).numbers(label)


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
    where it was looked for, UnsupportedFileError for subtomograms.
    """
    path = Path(path)
    blocks = star.read(path)
    table = Table(blocks, path)
    stack, header = _stack(table, path, images)
    size = pixel or _pixel(table, header)
    used = {label for label in HONOURED if table.text(label) is not None}
    optics = _optics(table, used)
    half = table.numbers("rlnRandomSubset")
    if half is not None:
        used.add("rlnRandomSubset")
    _warn_unhonoured(table)
    return Particles(
        stack=stack,
        pixel=size,
        optics=optics,
        pose=_pose(table, size),
        contrast=contrast,
        half=None if half is None else half.astype(int),
        columns=dict(table.particles.columns),
        groups={name: block for name, block in blocks.items() if block is not table.particles},
        used=frozenset(used),
    )


def _stack(table: Table, path: Path, images: Sequence[str | Path]) -> tuple[Any, MrcHeader]:
    """The lazy stack behind ``NUMBER@FILE`` names, and the first file's header."""
    dimensions = table.text("rlnImageDimensionality")
    if dimensions is not None and "3" in dimensions:
        raise UnsupportedFileError(f"{path} lists subtomograms (3D images), which are not read; extract 2D stacks")
    number, which, files = image_places(table.particles.columns["rlnImageName"], path)
    headers = [read_header(find_image_file(name, path, images)) for name in files]
    held = np.array([h.shape[0] for h in headers])
    bad = np.flatnonzero((number < 1) | (number > held[which]))
    if len(bad):
        file = headers[which[bad[0]]]
        raise FormatError(f"{path} asks for image {number[bad[0]]} of {file.path.name}, which holds {file.shape[0]}")
    return file_stack(headers, which, number - 1), headers[0]


def image_places(names: Column, path: Path) -> tuple[Column, Column, list[str]]:
    """Of names such as ``000012@stack.mrcs``: the numbers, which file each is in, and the files."""
    split = [name.split("@", 1) if "@" in name else ["1", name] for name in map(star.plain, names.tolist())]
    try:
        number = np.array([int(s[0]) for s in split])
    except ValueError:
        wrong = "@".join(next(s for s in split if not s[0].isdigit()))
        raise FormatError(f"{path}: rlnImageName must be NUMBER@FILE, and {wrong!r} was found") from None
    place = {name: i for i, name in enumerate(dict.fromkeys(s[1] for s in split))}
    return number, np.array([place[s[1]] for s in split]), list(place)


def find_image_file(name: str, star_path: Path, images: Sequence[str | Path] = ()) -> Path:
    """Where a STAR's image path lies; MissingFileError says where it was looked for."""
    folder = star_path.resolve().parent
    places = [folder, *folder.parents, Path.cwd(), *(Path(i) for i in images)]
    candidates = [p / name for p in places] + [Path(i) / Path(name).name for i in images]
    for candidate in candidates:
        if candidate.is_file():
            return candidate
    raise MissingFileError(
        f"{star_path.name} names the stack {name}, which is not in {folder}, its parents, the working directory"
        f"{''.join(f', {i}' for i in images)}; give the folder that has it (images=, --images)"
    )


def _pixel(table: Table, header: MrcHeader) -> float:
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
    if header.pixel is None:
        raise FormatError(f"neither {table.path.name} nor its stack says a pixel size; give one (pixel=, --pixel)")
    return header.pixel


def _optics(table: Table, used: set[str]) -> Optics:
    u, v = table.numbers("rlnDefocusU"), table.numbers("rlnDefocusV")
    if u is None:
        message = f"{table.path.name}: it has no rlnDefocusU, so its images are taken as free of any CTF"
        warnings.warn(message, HeaderWarning, stacklevel=4)
        return Optics(**NO_CTF)
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
    return Optics(**values)


def _pose(table: Table, pixel: float) -> Pose | None:
    angles = [table.numbers(label) for label in ANGLES]
    if angles[0] is None and angles[1] is None:
        return None
    rot, tilt, psi = (np.zeros(table.particles.rows) if a is None else a for a in angles)
    origins = [table.numbers(label) for label in ORIGINS]
    if origins[0] is None:
        origins = [None if o is None else o * pixel for o in map(table.numbers, PIXEL_ORIGINS)]
    x, y = (np.zeros(len(rot)) if o is None else o for o in origins)
    return Pose.from_euler(rot, tilt, psi, -np.stack([x, y], axis=-1))


def _warn_unhonoured(table: Table) -> None:
    found = []
    for label, trivial in UNHONOURED.items():
        values = table.text(label)
        if values is not None and any(not _same(v, trivial) for v in np.unique(values)):
            found.append(label)
    if found:
        message = f"{table.path.name}: kept but not honoured, though the result depends on it: {', '.join(found)}"
        warnings.warn(message, UnusedColumnsWarning, stacklevel=4)


def _same(text: str, trivial: str) -> bool:
    """Whether a value says what leaving it out says: equal, or a list of zeros."""
    numbers = [float(x) for x in text.strip("[]").split(",") if x]
    if trivial.startswith("["):
        return not any(numbers)
    return len(numbers) == 1 and numbers[0] == float(trivial)
