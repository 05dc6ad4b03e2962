"""Particles as a .cs table for cryoSPARC and one stack beside it; columns of a .cs file stay as they were."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np

from ...base.arrays import to_numpy
from ...base.errors import UnderfocusWarning
from ...maths import rotations
from ..particles import Particles
from .atomic import beside
from .cryosparc import DEFOCUS, PLAIN_OPTICS, POSES, SHIFT_PIXEL, SHIFTS, SPLIT, pose_of
from .mrc import write_stack

Table = np.ndarray[Any, Any]
IMAGES_A_CHUNK = 512


def write_particles(path: str | Path, particles: Particles, contrast: Literal["white", "dark"] = "white") -> Path:
    """Write ``path`` (.cs) and its stack of the same name with ``.mrcs``, the stack first; returns the path."""
    path = Path(path)
    stack = path.with_suffix(".mrcs")
    if particles.gain() is not None:
        message = f"{path.name}: the images are whitened, and a .cs file cannot say by how much at each frequency"
        warnings.warn(message, UnderfocusWarning, stacklevel=3)
    turned = particles if particles.contrast == contrast else particles.invert()
    chunks = (to_numpy(c.images().data) for c in turned.chunks(IMAGES_A_CHUNK))
    write_stack(stack, chunks, len(particles), particles.n, particles.pixel)
    return write_table(path, columns_of(turned, stack.name))


def columns_of(particles: Particles, stack_name: str) -> dict[str, Table]:
    """A table's columns for particles whose images lie in order in ``stack_name``.

    A value that still says what the file said is not touched; columns of a STAR file have no place here.
    """
    n = len(particles)
    kept = {name: values for name, values in particles.columns.items() if values.dtype.kind != "U"}
    place = {
        "blob/path": np.full(n, stack_name.encode()),
        "blob/idx": np.arange(n, dtype=np.uint32),
        "blob/shape": np.full((n, 2), particles.n, np.uint32),
    }
    numbers = {name: _kept_or(values, kept.get(name)) for name, values in _numbers(particles).items()}
    uid = {} if "uid" in kept else {"uid": np.arange(1, n + 1, dtype=np.uint64)}
    return {**uid, **kept, **place, **numbers, **_poses(particles, kept)}


def _numbers(particles: Particles) -> dict[str, Table]:
    """cryoSPARC's fields and values (n,) of pixel, sign, optics and split."""
    n, optics = len(particles), particles.optics.spread_to(len(particles))
    values = (optics.defocus + optics.astigmatism / 2, optics.defocus - optics.astigmatism / 2)
    numbers = {
        "blob/psize_A": np.full(n, particles.pixel),
        "blob/sign": np.full(n, 1.0 if particles.contrast == "white" else -1.0),
        **dict(zip(DEFOCUS, (*values, np.radians(optics.astigmatism_angle)), strict=True)),
        **{field: getattr(optics, name) / factor for name, (field, factor) in PLAIN_OPTICS.items()},
    }
    if particles.half is not None:
        numbers[SPLIT] = np.asarray(particles.half) - 1
    return numbers


def _poses(particles: Particles, kept: Mapping[str, Table]) -> dict[str, Table]:
    """Rotation vectors and shifts; the file's own where they still say the same."""
    if particles.pose is None:
        return {}
    rotation, shift = to_numpy(particles.pose.rotation), to_numpy(particles.pose.shift)
    before = pose_of(kept, particles.pixel)
    axis, angle = rotations.to_axis_angle(rotation)
    vectors = (-np.radians(angle)[:, None] * axis).astype(np.float32)
    shifts = (-shift / particles.pixel).astype(np.float32)
    pixels = np.full(len(particles), particles.pixel, np.float32)
    if before is not None:
        vectors = np.where((rotations.distance(before.rotation, rotation) < 1e-3)[:, None], kept[POSES], vectors)
        if SHIFTS in kept and np.allclose(before.shift, shift, atol=1e-4):
            return {POSES: vectors}
    return {POSES: vectors, SHIFTS: shifts, SHIFT_PIXEL: pixels}


def _kept_or(values: Table, kept: Table | None) -> Table:
    """Values as float32 (whole numbers as uint32), or those of the file where they are the same to its precision."""
    if kept is None:
        return np.asarray(values, np.uint32 if np.asarray(values).dtype.kind == "i" else np.float32)
    return np.where(np.isclose(kept, values, rtol=1e-6, atol=1e-6), kept, values).astype(kept.dtype)


def write_table(path: str | Path, columns: Mapping[str, Table]) -> Path:
    """Write columns as a .cs table, types and shapes as they are; returns the path."""
    count = len(next(iter(columns.values())))
    table = np.empty(count, [(name, values.dtype.str, values.shape[1:]) for name, values in columns.items()])
    for name, values in columns.items():
        table[name] = values
    with beside(path) as temporary, temporary.open("wb") as file:
        np.lib.format.write_array(file, table, allow_pickle=False)
    return Path(path)
