"""Particles as RELION 3.1 writes them: an optics table, a particles table, and one stack beside them."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any, Literal

import numpy as np

from ...base.arrays import to_numpy
from ...base.errors import UnderfocusWarning
from ...maths import rotations
from ..aberrations import Aberrations
from ..groups import AberrationGroups
from ..optics import Optics
from ..particles import Particles
from . import relion_aberrations, star
from .mrc import write_stack
from .relion import ANGLES, ORIGINS, PIXEL_ORIGINS, PLAIN_OPTICS

Column = np.ndarray[Any, Any]
IMAGES_A_CHUNK = 512
#: Fields of Optics that RELION keeps for each optics group and not for each particle.
GROUPED = ("voltage_kv", "cs_mm", "amplitude_contrast")


def write_particles(path: str | Path, particles: Particles, contrast: Literal["white", "dark"] = "white") -> Path:
    """Write ``path`` (STAR) and its stack of the same name with ``.mrcs``, the stack first; returns the path.

    Images are read, taken through the steps and written in chunks. Columns that the engine does not know are written as
    they were read. Whitened images warn: their signal has another radial profile, and a STAR file cannot say so.
    """
    path = Path(path)
    stack = path.with_suffix(".mrcs")
    if particles.gain() is not None:
        message = f"{path.name}: the images are whitened, and a STAR file cannot say by how much at each frequency"
        warnings.warn(message, UnderfocusWarning, stacklevel=3)
    turned = particles if particles.contrast == contrast else particles.invert()
    chunks = (to_numpy(c.images().data) for c in turned.chunks(IMAGES_A_CHUNK))
    write_stack(stack, chunks, len(particles), particles.n, particles.pixel)
    return star.write(path, metadata(particles, stack.name))


def metadata(particles: Particles, stack_name: str, box: int | None = None) -> list[star.Block]:
    """The blocks for particles whose images lie in order in ``stack_name``, ``box`` pixels a side where it is given.

    Known columns are written from the fields; a value that still says what the file said keeps the file's own text.
    """
    n = len(particles)
    optics = particles.optics.spread_to(n)
    fresh: dict[str, Column] = {"rlnImageName": np.array([f"{i:06d}@{stack_name}" for i in range(1, n + 1)])}
    numbers = _numbers(particles, optics)
    fresh |= {label: _as_text(values, particles.columns.get(label)) for label, values in numbers.items()}
    fresh |= _angles(particles)
    if particles.half is not None:
        fresh["rlnRandomSubset"] = np.asarray(particles.half).astype(str)
    groups, fresh["rlnOpticsGroup"] = _groups(particles, optics, box or particles.n)
    dropped = {*PIXEL_ORIGINS, *groups.columns}
    kept = {k: v for k, v in particles.columns.items() if k not in dropped and v.dtype.kind == "U"}
    others = [b for name, b in particles.groups.items() if name != "optics" and isinstance(b, star.Block)]
    return [*others, groups, star.Block("particles", columns={**kept, **fresh})]


def _numbers(particles: Particles, optics: Optics) -> dict[str, Any]:
    """RELION's labels and values (n,) of what the engine knows of each particle."""
    numbers: dict[str, Any] = {}
    if particles.pose is not None:
        numbers |= dict(zip(ORIGINS, -to_numpy(particles.pose.shift).T, strict=True))
    return numbers | {
        "rlnDefocusU": optics.defocus + optics.astigmatism / 2,
        "rlnDefocusV": optics.defocus - optics.astigmatism / 2,
        "rlnDefocusAngle": optics.astigmatism_angle,
        "rlnPhaseShift": optics.phase_shift,
        "rlnCtfBfactor": optics.bfactor,
    }


def _angles(particles: Particles) -> dict[str, Column]:
    """Euler angles as text; the file's own where they make the same matrix, as more than one set of angles does."""
    if particles.pose is None:
        return {}
    fresh = {label: _as_text(v, None) for label, v in zip(ANGLES, particles.pose.euler().T, strict=True)}
    kept = [k for label in ANGLES if (k := particles.columns.get(label)) is not None and k.dtype.kind == "U"]
    if len(kept) < len(ANGLES):
        return fresh
    before = rotations.from_euler(*(k.astype(float) for k in kept))
    same = rotations.distance(before, to_numpy(particles.pose.rotation)) < 1e-5
    return {label: np.where(same, k, fresh[label]) for label, k in zip(ANGLES, kept, strict=True)}


def _as_text(values: Column, kept: Column | None) -> Column:
    """Values with six decimals, or the text that was read where it says the same number."""
    fresh = np.array([f"{v:.6f}" for v in values])
    if kept is None:
        return fresh
    try:
        same = np.isclose(kept.astype(float), values, rtol=1e-9, atol=1e-6)
    except ValueError:
        return fresh
    return np.where(same, kept, fresh)


def _groups(particles: Particles, optics: Optics, box: int) -> tuple[star.Block, Column]:
    """The optics table and each particle's group: the file's own where it still says the same, else a new one."""
    size = {
        "rlnImagePixelSize": f"{particles.pixel:.6f}",
        "rlnImageSize": str(box),
        "rlnImageDimensionality": "2",
    }
    kept = particles.groups.get("optics")
    if isinstance(kept, star.Block) and _still_true(kept, particles.columns.get("rlnOpticsGroup"), optics):
        if "rlnImagePixelSize" in kept.columns and np.allclose(kept.numbers("rlnImagePixelSize"), particles.pixel):
            del size["rlnImagePixelSize"]
        changed = {k: np.full(kept.rows, v) for k, v in size.items()}
        return star.Block("optics", columns={**kept.columns, **changed}), particles.columns["rlnOpticsGroup"]
    lens, members = _lenses(optics)
    said = np.stack([*(getattr(optics, f) for f in GROUPED), lens], axis=-1)
    rows, group = np.unique(said, axis=0, return_inverse=True)
    names = np.arange(1, len(rows) + 1).astype(str)
    columns = {
        "rlnOpticsGroup": names,
        "rlnOpticsGroupName": np.array([f"opticsGroup{i}" for i in names]),
        **{PLAIN_OPTICS[f][0]: np.array([f"{v:.6f}" for v in rows[:, i]]) for i, f in enumerate(GROUPED)},
        **{k: np.full(len(rows), v) for k, v in size.items()},
        **relion_aberrations.columns([members[int(row[-1])] for row in rows]),
    }
    if particles.treated != "nothing":
        label = next(label for label, treated in relion_aberrations.TREATMENT.items() if treated == particles.treated)
        columns[label] = np.full(len(rows), "1")
    return star.Block("optics", columns=columns), names[group.ravel()]


def _lenses(optics: Optics) -> tuple[Column, tuple[Aberrations | None, ...]]:
    """The number of each particle's aberrations (n,), and what the numbers name."""
    if isinstance(optics.aberrations, AberrationGroups):
        return optics.aberrations.which, optics.aberrations.members
    return np.zeros(len(np.atleast_1d(optics.defocus)), int), (optics.aberrations,)


def _still_true(table: star.Block, group: Column | None, optics: Optics) -> bool:
    """Whether a file's optics table says of each particle what its optics say now."""
    if group is None or "rlnOpticsGroup" not in table.columns:
        return False
    row = {number: i for i, number in enumerate(table.columns["rlnOpticsGroup"].tolist())}
    rows = np.array([row[g] for g in group.tolist()])
    labels = {f: PLAIN_OPTICS[f][0] for f in GROUPED}
    return all(
        label in table.columns and np.allclose(table.numbers(label)[rows], getattr(optics, f), atol=1e-6)
        for f, label in labels.items()
    )
