"""Steps: what is done to images between the file and the user, printable and in order.

A step also says by which radial ``gain`` it changed the signal, so that a reconstruction can undo it in the model.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from ..base.arrays import Array, is_torch, like
from ..base.errors import InputError
from ..maths import fourier, shells

Real = np.ndarray[Any, Any]
#: How many images a noise spectrum is measured on: 500 images of 64² give each shell to a few tenths of a per cent.
NOISE_SAMPLE = 500


class Step(Protocol):
    """One operation on images (m, n, n)."""

    def apply(self, images: Array) -> Array:
        """The images after the step."""
        ...

    def size(self, n: int) -> int:
        """Pixels a side after the step."""
        ...

    def gain(self, n: int) -> Real | None:
        """Radial factor (n//2+1,) that the step applied to the signal of an n-pixel image; None for one."""
        ...


@dataclass(frozen=True)
class Invert:
    """Change the sign of the contrast."""

    def apply(self, images: Array) -> Array:
        """Negated images."""
        return -images

    def size(self, n: int) -> int:
        """Unchanged."""
        return n

    def gain(self, n: int) -> None:
        """None: the contrast is kept by the particles themselves."""
        return


@dataclass(frozen=True)
class Downsample:
    """Crop the transform to n pixels a side; mean values stay."""

    n: int

    def apply(self, images: Array) -> Array:
        """Images (m, n, n) of the same field with larger pixels."""
        from ..maths.sampling import fourier_crop

        return fourier_crop(images, self.n, 2)

    def size(self, n: int) -> int:
        """The new size; InputError where it is no smaller than the old."""
        if not 8 <= self.n <= n:
            raise InputError(
                f"images of {n} pixels can be downsampled to between 8 and {n}, and {self.n} was asked for"
            )
        return self.n

    def gain(self, n: int) -> None:
        """None: frequencies that stay are unchanged."""
        return


@dataclass(frozen=True)
class Whiten:
    """Divide each ring of the transform by the noise amplitude there: noise of variance 1 at every frequency."""

    amplitudes: tuple[float, ...]

    def __repr__(self) -> str:
        least, most = min(self.amplitudes), max(self.amplitudes)
        return f"Whiten(noise amplitude {least:.4g} to {most:.4g})"

    def apply(self, images: Array) -> Array:
        """Whitened images (m, n, n)."""
        n = images.shape[-1]
        factor = self._on_plane(n)
        factor = like(factor, images) if is_torch(images) else factor.astype(np.float32)
        return fourier.ifft2(fourier.fft2(images) * factor, n)

    def _on_plane(self, n: int) -> Real:
        gain = np.append(self.gain(n), self.gain(n)[-1])
        return np.asarray(gain[np.minimum(shells.shell_index(n, 2), n // 2)])

    def size(self, n: int) -> int:
        """Unchanged."""
        return n

    def gain(self, n: int) -> Real:
        """1 over the noise amplitude (n//2+1,)."""
        if n // 2 + 1 > len(self.amplitudes):
            raise InputError("whiten after downsampling, not before: the noise spectrum was measured on smaller images")
        return 1 / np.asarray(self.amplitudes[: n // 2 + 1])


def measured_whitening(pieces: Iterable[Real]) -> Whiten:
    """The whitening for the noise seen outside the inscribed circle of images, averaged over rings of their spectra.

    ``pieces`` are stacks (m, n, n), taken one at a time. The corners hold 21 % of a square image and no particle. Their
    spectrum is smoothed by the corner mask's own transform, which noise spectra bear. For white noise all amplitudes
    agree and the step only scales. Raises InputError where the corners hold nothing.
    """
    total: Real | float = 0.0
    count = n = 0
    for images in pieces:
        n = images.shape[-1]
        corners = _corners(n)
        mean = (images * corners).sum(axis=(1, 2), keepdims=True) / corners.sum()
        total = total + (np.abs(fourier.fft2((images - mean) * corners)) ** 2).sum(axis=0)
        count += len(images)
    if not count:
        raise InputError("a noise spectrum is measured on images, and there are none")
    rings = shells.shell_mean(np.asarray(total), n, 2) / (count * _corners(n).sum())
    rings[0] = rings[1]  # the mean was removed, which empties the innermost ring
    if not np.all(rings > 0):
        raise InputError("these images have no noise outside the particle's circle, so there is nothing to whiten by")
    return Whiten(tuple(float(a) for a in np.sqrt(rings)))


def _corners(n: int) -> Real:
    """1 outside the inscribed circle of an image (n, n), 0 inside."""
    axis = np.arange(n) - n // 2
    return np.asarray(axis[:, None] ** 2 + axis[None, :] ** 2 > (n / 2) ** 2, np.float64)
