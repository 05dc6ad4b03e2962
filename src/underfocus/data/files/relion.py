"""RELION's particle metadata, 3.0 and from 3.1 on, to Particles and back: signs, origins and units change here.

RELION's origin is the negative of `Pose.shift`; defocus U and V become mean and difference; its CTF has the opposite
sign, so its particles are white. Columns are kept as text; those that would change the result and are not honoured are
named in an UnusedColumnsWarning.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ...base.arrays import to_numpy
from ...base.errors import FormatError, MissingFileError, UnusedColumnsWarning
from ..optics import Optics
from ..particles import Particles
from ..pose import Pose
from . import star
from .mrc import file_stack, write_stack
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
    "rlnCtfScalefactor": "1",
}
HONOURED = (*ANGLES, *ORIGINS, *PIXEL_ORIGINS, "rlnDefocusU", "rlnDefocusV", "rlnDefocusAngle", "rlnImageName")
IMAGES_A_CHUNK = 512


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


def read_particles(path: str | Path, images: Sequence[str | Path] = (), pixel: float | None = None) -> Particles:
    """Particles of a STAR file; nothing but the stacks' headers is read.

    Stacks are looked for in the STAR's folder, its parents, the working directory, then in ``images``. Raises
    FormatError without particles, MissingFileError naming a stack that was not found and where it was looked for.
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
    groups = {name: block for name, block in blocks.items() if block is not table.particles}
    return Particles(
        stack=stack,
        pixel=size,
        optics=optics,
        pose=_pose(table, size),
        contrast="white",
        half=None if half is None else half.astype(int),
        columns=dict(table.particles.columns),
        groups=groups,
        used=frozenset(used),
    )


def _stack(table: Table, path: Path, images: Sequence[str | Path]) -> tuple[Any, MrcHeader]:
    """The lazy stack behind ``number@file`` names, and the first file's header."""
    names = table.particles.columns["rlnImageName"]
    split = [name.split("@", 1) if "@" in name else ("1", name) for name in names]
    files, which = np.unique([s[1] for s in split], return_inverse=True)
    try:
        number = np.array([int(s[0]) for s in split]) - 1
    except ValueError:
        raise FormatError(f"{path}: rlnImageName must be NUMBER@FILE, and {names[0]!r} was found") from None
    headers = [read_header(find_image_file(str(f), path, images)) for f in files]
    for i, header in enumerate(headers):
        most = int(number[which == i].max()) + 1
        if most > header.shape[0] or number.min() < 0:
            raise FormatError(f"{path} asks for image {most} of {header.path.name}, which holds {header.shape[0]}")
    return file_stack(headers, which, number), headers[0]


def find_image_file(name: str, star_path: Path, images: Sequence[str | Path] = ()) -> Path:
    """Where a STAR's image path lies; MissingFileError says where it was looked for."""
    folder = star_path.resolve().parent
    places = [folder, *folder.parents, Path.cwd(), *(Path(i) for i in images)]
    candidates = [p / name for p in places] + [Path(i) / Path(name).name for i in images]
    for candidate in candidates:
        if candidate.is_file():
            return candidate
    raise MissingFileError(
        f"{star_path.name} names the stack {name}, found neither in {folder}, its parents, the working directory nor "
        f"{', '.join(map(str, images)) or 'a folder given with --images'}; give its folder with --images"
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
        raise FormatError(f"neither {table.path.name} nor its stack says a pixel size; give it with --pixel")
    return header.pixel


def _optics(table: Table, used: set[str]) -> Optics:
    u, v = table.numbers("rlnDefocusU"), table.numbers("rlnDefocusV")
    values: dict[str, Any] = {}
    if u is not None:
        v = u if v is None else v
        angle = table.numbers("rlnDefocusAngle")
        # RELION lets U be the smaller one; a negative difference along the angle says the same
        values = {"defocus": (u + v) / 2, "astigmatism": u - v, "astigmatism_angle": 0.0 if angle is None else angle}
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
        message = f"{table.path.name}: {', '.join(found)} would change the result and are kept, not used"
        warnings.warn(message, UnusedColumnsWarning, stacklevel=4)


def _same(text: str, trivial: str) -> bool:
    """Whether a value says what leaving it out says: equal, or a list of zeros."""
    numbers = [float(x) for x in text.strip("[]").split(",") if x]
    if trivial.startswith("["):
        return not any(numbers)
    return len(numbers) == 1 and numbers[0] == float(trivial)


def metadata(particles: Particles, stack_name: str, count: int) -> list[star.Block]:
    """RELION 3.1 blocks for particles whose ``count`` images lie in order in ``stack_name``.

    Known columns are written from the fields; a value that still says what the file said keeps the file's own text.
    """
    n, o = count, particles.optics.spread_to(count)
    fresh: dict[str, Column] = {"rlnImageName": np.array([f"{i:06d}@{stack_name}" for i in range(1, n + 1)])}
    numbers: dict[str, Any] = {}
    if particles.pose is not None:
        numbers |= dict(zip(ANGLES, to_numpy(particles.pose.euler()).T, strict=True))
        numbers |= dict(zip(ORIGINS, -to_numpy(particles.pose.shift).T, strict=True))
    numbers |= {
        "rlnDefocusU": o.defocus + o.astigmatism / 2,
        "rlnDefocusV": o.defocus - o.astigmatism / 2,
        "rlnDefocusAngle": o.astigmatism_angle,
        "rlnPhaseShift": o.phase_shift,
        "rlnCtfBfactor": o.bfactor,
    }
    fresh |= {label: _formatted(values, particles.columns.get(label)) for label, values in numbers.items()}
    if particles.half is not None:
        fresh["rlnRandomSubset"] = np.asarray(particles.half).astype(str)
    groups, fresh["rlnOpticsGroup"] = _groups(particles, o)
    dropped = {*PIXEL_ORIGINS, *groups.columns}
    columns = {**{k: v for k, v in particles.columns.items() if k not in dropped and k.startswith("rln")}, **fresh}
    others = [b for name, b in particles.groups.items() if name != "optics" and isinstance(b, star.Block)]
    return [*others, groups, star.Block("particles", columns=columns)]


def _formatted(values: Column, kept: Column | None) -> Column:
    fresh = np.array([f"{v:.6f}" for v in np.broadcast_to(to_numpy(values), np.shape(values))])
    if kept is None:
        return fresh
    try:
        same = np.isclose(kept.astype(float), values, rtol=1e-9, atol=1e-6)
    except ValueError:
        return fresh
    return np.where(same, kept, fresh)


def _groups(particles: Particles, o: Optics) -> tuple[star.Block, Column]:
    """The optics table, a row for each set of voltage, Cs and amplitude contrast, and each particle's group."""
    kept = particles.groups.get("optics")
    size = {
        "rlnImagePixelSize": f"{particles.pixel:.6f}",
        "rlnImageSize": str(particles.n),
        "rlnImageDimensionality": "2",
    }
    if isinstance(kept, star.Block) and kept.rows and "rlnOpticsGroup" in particles.columns:
        same_pixel = "rlnImagePixelSize" in kept.columns and np.allclose(
            kept.numbers("rlnImagePixelSize"), particles.pixel
        )
        changed = {k: np.full(kept.rows, v) for k, v in size.items() if k != "rlnImagePixelSize" or not same_pixel}
        return star.Block("optics", columns={**kept.columns, **changed}), particles.columns["rlnOpticsGroup"]
    labels = ("voltage_kv", "cs_mm", "amplitude_contrast")
    rows, group = np.unique(np.stack([getattr(o, f) for f in labels], axis=-1), axis=0, return_inverse=True)
    count = len(rows)
    columns = {
        "rlnOpticsGroup": np.arange(1, count + 1).astype(str),
        "rlnOpticsGroupName": np.array([f"opticsGroup{i}" for i in range(1, count + 1)]),
        **{PLAIN_OPTICS[f][0]: np.array([f"{v:.6f}" for v in rows[:, i]]) for i, f in enumerate(labels)},
        **{k: np.full(count, v) for k, v in size.items()},
    }
    return star.Block("optics", columns=columns), (group.ravel() + 1).astype(str)


def write_particles(path: str | Path, particles: Particles) -> Path:
    """Write ``path`` (STAR, RELION 3.1) and its stack of the same name ``.mrcs``, white; returns the path."""
    path = Path(path)
    stack = path.with_suffix(".mrcs")
    white = particles if particles.contrast == "white" else particles.invert()
    chunks = (to_numpy(c.images().data) for c in white.chunks(IMAGES_A_CHUNK))
    write_stack(stack, chunks, len(particles), particles.n, particles.pixel)
    star.write(path, metadata(white, stack.name, len(particles)))
    return path
