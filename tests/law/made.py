"""A small density, images of it written out from the definitions, and how a map is compared with the truth."""

from __future__ import annotations

import numpy as np

from underfocus.data.optics import Optics
from underfocus.data.particles import Particles
from underfocus.data.pose import Pose
from underfocus.data.volume import Volume
from underfocus.maths import fourier, shells
from underfocus.physics import ctf
from underfocus.physics.projection import project

PIXEL = 3.0
#: Optics whose CTF is 1 for protein white: images that were never in a microscope.
NONE = Optics(defocus=0.0, cs_mm=0.0, amplitude_contrast=1.0)


def density(n: int, seed: int = 3) -> Volume:
    """A compact density with detail down to a few voxels, and no symmetry."""
    rng = np.random.default_rng(seed)
    along = np.arange(n) - n // 2
    z, y, x = np.meshgrid(along, along, along, indexing="ij")
    total = np.zeros((n, n, n))
    for cx, cy, cz in rng.uniform(-0.2 * n, 0.2 * n, (25, 3)):
        total += np.exp(-((x - cx) ** 2 + (y - cy) ** 2 + (z - cz) ** 2) / (2 * 1.0**2))
    return Volume(total.astype(np.float32), PIXEL)


def images_of(volume: Volume, pose: Pose, optics: Optics, noise: float = 0.0, contrast: str = "white") -> Particles:
    """Particles written out from the definitions: projection times CTF, white as RELION stores them."""
    clean = fourier.fft2(project(volume, pose, pad=3).data)
    sign = -1 if contrast == "white" else 1
    images = fourier.ifft2(sign * clean * ctf.ctf2_plain(volume.n, PIXEL, optics), volume.n)
    images = images + noise * images.std() * np.random.default_rng(1).standard_normal(images.shape)
    return Particles(images.astype(np.float32), PIXEL, optics, pose, contrast)  # type: ignore[arg-type]


def correlation(a: Volume, b: Volume) -> np.ndarray:
    """Fourier shell correlation by shells."""
    return np.asarray(shells.correlation(fourier.fft3(a.data), fourier.fft3(b.data), a.n, 3))


def scale(found: Volume, truth: Volume) -> float:
    """Least-squares factor of the found density on the truth."""
    return float(np.sum(found.data * truth.data) / np.sum(truth.data**2))


def peak(volume: Volume) -> float:
    """The largest absolute value."""
    return float(np.abs(volume.data).max())
