"""Pose: how each particle lay in the beam, and where in its box."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base.arrays import Array, generator, is_torch, to_numpy
from ..base.errors import InputError
from ..base.nouns import noun
from ..maths import rotations


@noun
class Pose:
    """Rotations (…, 3, 3) that take specimen coordinates to the microscope's, and shifts (…, 2) in Å as (x, y).

    image(r) = projection(r − shift): a positive shift moves the particle towards larger x and y; RELION's origin is its
    negative. Raises InputError for shapes that do not fit and matrices that are no rotations.
    """

    rotation: Array
    shift: Array = None

    def __post_init__(self) -> None:
        rotation = self.rotation if is_torch(self.rotation) else np.asarray(self.rotation, np.float64)
        if rotation.ndim < 2 or tuple(rotation.shape[-2:]) != (3, 3):
            raise InputError(
                f"a pose needs rotation matrices (…, 3, 3), and an array of {tuple(rotation.shape)} was given"
            )
        checked = to_numpy(rotation)
        gram = checked @ np.swapaxes(checked, -1, -2)
        if checked.size and not (np.abs(gram - np.eye(3)).max() < 1e-3 and np.all(np.linalg.det(checked) > 0)):
            raise InputError(
                "a pose needs proper rotations (orthogonal, determinant +1), and other matrices were given"
            )
        shift = np.zeros((*rotation.shape[:-2], 2)) if self.shift is None else self.shift
        shift = shift if is_torch(shift) else np.asarray(shift, np.float64)
        if tuple(shift.shape) != (*rotation.shape[:-2], 2):
            raise InputError(
                f"{tuple(rotation.shape[:-2])} rotations need as many shifts (x, y), not {tuple(shift.shape)}"
            )
        if not np.all(np.isfinite(to_numpy(shift))):
            raise InputError("a pose needs finite shifts in Å, and some were given that are not numbers")
        object.__setattr__(self, "rotation", rotation)
        object.__setattr__(self, "shift", shift)

    @classmethod
    def random(cls, n: int, seed: int | np.random.Generator | None = None, shift: float = 0.0) -> Pose:
        """n uniform orientations, with shifts uniform in a disc of radius ``shift`` in Å."""
        rng = generator(seed)
        rotation = rotations.random(n, rng)
        radius, angle = shift * np.sqrt(rng.uniform(size=n)), rng.uniform(0, 2 * np.pi, n)
        return cls(rotation, np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1))

    @classmethod
    def from_euler(cls, rot: Array, tilt: Array, psi: Array, shift: Array = None) -> Pose:
        """From RELION's Euler angles in degrees; see `maths.rotations.from_euler`."""
        return cls(rotations.from_euler(rot, tilt, psi), shift)

    def euler(self) -> np.ndarray[Any, Any]:
        """RELION's (rot, tilt, psi) (…, 3) in degrees."""
        return to_numpy(rotations.to_euler(self.rotation))

    def __len__(self) -> int:
        if self.rotation.ndim == 2:
            raise TypeError("a single pose has no length")
        return int(self.rotation.shape[0])

    def __getitem__(self, index: Any) -> Pose:
        """The poses of some particles."""
        return Pose(self.rotation[index], self.shift[index])
