"""Particles: images with all that is known of each, so that a split, a mask or a shuffle can forget none of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from functools import reduce
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import SkipValidation

from ..base.arrays import Array, to_numpy
from ..base.errors import InputError
from ..base.nouns import noun
from .images import Images
from .optics import Optics
from .pose import Pose
from .stack import MemoryStack, Stack, as_stack
from .steps import NOISE_SAMPLE, Downsample, Invert, Step, Whiten, measured_whitening
from .volume import checked_pixel

Column = np.ndarray[Any, Any]
#: Images that are held at a time while noise is measured.
PIECE = 32


@noun
class Particles:
    """n particles: a lazily read stack, pixel in Å, optics, poses where known, and the file's own columns.

    ``contrast`` says whether protein is white or dark in ``images()``. ``half`` (n,) holds 1 or 2. ``columns`` are the
    file's columns as they were read (text for STAR), ``groups`` its other tables, ``used`` the columns that the engine
    honours. ``treated`` says what was already done about the CTF before the images were written: nothing, flipped
    phases, or multiplied by it. ``scale`` (n,) is how strong the signal is in each image, 1 where it is None. ``steps``
    are applied when images are read. Raises InputError where lengths disagree.
    """

    stack: SkipValidation[Stack]
    pixel: float
    optics: Optics
    pose: Pose | None = None
    contrast: Literal["white", "dark"] = "white"
    half: SkipValidation[Column] | None = None
    columns: Mapping[str, Column] = field(default_factory=dict)
    groups: Mapping[str, Any] = field(default_factory=dict)
    used: frozenset[str] = frozenset()
    treated: Literal["nothing", "flipped", "multiplied"] = "nothing"
    scale: SkipValidation[Column] | None = None
    steps: SkipValidation[tuple[Step, ...]] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "stack", as_stack(self.stack))
        checked_pixel(self.pixel)
        if self.half is not None:
            object.__setattr__(self, "half", np.asarray(self.half))
        n = len(self)
        lengths = {
            "optics": self.optics.n,
            "pose": None if self.pose is None else len(self.pose),
            "half": None if self.half is None else len(self.half),
            "scale": None if self.scale is None else len(self.scale),
            **{f"column {name}": len(values) for name, values in self.columns.items()},
        }
        for name, length in lengths.items():
            if length not in (None, n):
                raise InputError(f"{n} images need as many entries in {name}, and {length} were given")

    def __len__(self) -> int:
        return self.stack.shape[0]

    @property
    def n(self) -> int:
        """Pixels a side, after the steps."""
        _, ny, nx = self.stack.shape
        if ny != nx:
            raise InputError(
                f"particles must be square, and these images have {ny} × {nx} pixels; extract them in square boxes"
            )
        return reduce(lambda n, step: step.size(n), self.steps, nx)

    @property
    def ignored(self) -> tuple[str, ...]:
        """The file's columns that the engine keeps and does not use."""
        return tuple(name for name in self.columns if name not in self.used)

    def __getitem__(self, index: Any) -> Particles:
        """Some of the particles, by slice, mask or indices; nothing is read."""
        if isinstance(index, int | np.integer):
            index = slice(index, index + 1 or None)
        return replace(
            self,
            stack=self.stack[index],
            optics=self.optics[index],
            pose=None if self.pose is None else self.pose[index],
            half=None if self.half is None else self.half[index],
            scale=None if self.scale is None else self.scale[index],
            columns={name: values[index] for name, values in self.columns.items()},
        )

    def images(self) -> Images:
        """All images, read and taken through the steps."""
        data = self.stack.read()
        for step in self.steps:
            data = step.apply(data)
        return Images(data, self.pixel)

    def chunks(self, size: int) -> Iterator[Particles]:
        """The particles in order, ``size`` at a time, each chunk still unread until its images are asked for."""
        if size < 1:
            raise InputError(f"chunks need at least one particle, and {size} was asked for")
        for start in range(0, len(self), size):
            yield self[start : start + size]

    def with_images(self, data: Array) -> Particles:
        """The same particles with other images (n, m, m) of the same pixel, and no steps."""
        return replace(self, stack=MemoryStack(data), steps=())

    def gain(self) -> Column | None:
        """Radial factor (n//2+1,) by which the steps changed the signal; None where they did not."""
        n = self.n
        gains = [g for step in self.steps if (g := step.gain(n)) is not None]
        return reduce(np.multiply, gains) if gains else None

    def whiten(self) -> Particles:
        """Noise made white with variance 1, by its spectrum outside the particles' circle; see `steps.Whiten`.

        The spectrum is measured at once, on up to NOISE_SAMPLE images spread evenly over the set (the same images every
        time); the images themselves are whitened when they are read.
        """
        sample = self[:: max(1, len(self) // NOISE_SAMPLE)][:NOISE_SAMPLE]
        pieces = (np.asarray(to_numpy(c.images().data), np.float64) for c in sample.chunks(PIECE))
        return self._then(measured_whitening(pieces))

    def downsample(self, n: int) -> Particles:
        """Images of n pixels a side by cropping their transforms; the pixel grows accordingly."""
        if any(isinstance(step, Whiten) for step in self.steps):
            raise InputError("downsample before whitening: the noise spectrum belongs to the size it was measured at")
        return replace(self._then(Downsample(n)), pixel=self.pixel * self.n / n)

    def invert(self) -> Particles:
        """White protein becomes dark, and dark white."""
        return replace(self._then(Invert()), contrast="dark" if self.contrast == "white" else "white")

    def _then(self, step: Step) -> Particles:
        step.size(self.n)
        return replace(self, steps=(*self.steps, step))

    def save(self, path: str | Path, contrast: Literal["white", "dark"] = "white") -> Path:
        """Write metadata and, beside it, the stack of the same name with ``.mrcs``; returns the path.

        A path that ends in ``.cs`` is written for cryoSPARC, any other as a STAR file of RELION 3.1. Protein is written
        white unless asked for dark.
        """
        from .files import cryosparc_write, relion_write

        if Path(path).suffix == ".cs":
            return cryosparc_write.write_particles(path, self, contrast)
        return relion_write.write_particles(path, self, contrast)
