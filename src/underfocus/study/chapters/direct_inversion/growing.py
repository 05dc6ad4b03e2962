"""A small map that grows view by view: its images, its reconstructions, the weights of its shells, and its noise.

The images carry no CTF (a lens of pure amplitude contrast in focus), so that all that is seen is geometry.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any, Literal

import numpy as np

from underfocus.data.optics import Optics
from underfocus.data.particles import Particles
from underfocus.data.pose import Pose
from underfocus.data.stack import MemoryStack
from underfocus.data.volume import Volume
from underfocus.inference.reconstruct import Method, reconstruct
from underfocus.inference.scheme import Scheme
from underfocus.maths import fourier, rotations, shells, so3
from underfocus.physics.potential import potential
from underfocus.physics.projection import project
from underfocus.samples.molecules import protein
from underfocus.samples.views import views
from underfocus.validation import resolution

Real = np.ndarray[Any, Any]
Spread = Literal["uniform", "top", "side", "mixture", "single axis"]
Kernel = Literal["nearest", "linear", "kaiser"]
#: Voxels a side, Å a voxel, the molecule's longest measure in Å, and how many views there are at most.
BOX, PIXEL, DIAMETER, MOST = 32, 5.0, 128.0, 512
#: Half angle in degrees of top and side views.
CONE = 15.0
#: Where all chance begins.
SEED = 15
#: A lens whose CTF is 1 in modulus everywhere.
PLAIN = Optics(defocus=0.0, cs_mm=0.0, amplitude_contrast=1.0)
#: The relative error of the images that are reconstructed.
ERROR = 1e-3
#: Kaiser and Bessel's kernel needs this much padding at least, and here keeps to this error.
KAISER_PAD, KAISER_ERROR = 1.5, 1e-2


@cache
def truth() -> Volume:
    """The molecule: a RuvB motor with its DNA, which has no symmetry."""
    return potential(protein("7pbl"), BOX, PIXEL)


def about_an_axis(count: int, reach: float = 90.0) -> Pose:
    """``count`` views about y at even steps, tilted from −reach to +reach degrees; over 180° both ends are one view."""
    if reach >= 90:
        angles = np.arange(count) * 180.0 / count - 90.0
    else:
        angles = np.linspace(-reach, reach, count)
    return Pose(np.asarray(rotations.about_y(angles)))


@cache
def _drawn(spread: str) -> Pose:
    return views(spread, MOST, SEED, spread=CONE)


def poses(spread: str, count: int) -> Pose:
    """The first ``count`` views of a kind; about a single axis they are even steps, and each number has its own."""
    return about_an_axis(count) if spread == "single axis" else _drawn(spread)[:count]


@lru_cache(maxsize=64)
def _all_pictures(spread: str, count: int) -> Real:
    return np.asarray(project(truth(), poses(spread, count), tolerance=ERROR).data, np.float32)


def pictures(spread: str, count: int) -> Real:
    """The projections (count, n, n) of the truth in `poses`, without noise; made for powers of two and kept."""
    if spread == "single axis":
        return _all_pictures(spread, count)
    made = min(MOST, 1 << max(3, int(np.ceil(np.log2(max(count, 1))))))
    return _all_pictures(spread, max(made, count))[:count]


@cache
def _errors() -> Real:
    """Rotation vectors (most, 3) of unit variance about each axis."""
    return np.random.default_rng(SEED + 1).standard_normal((MOST, 3))


def mistaken(pose: Pose, degrees: float) -> Pose:
    """Poses that are off by an rms error about each axis of the microscope."""
    if not degrees:
        return pose
    return Pose(so3.exp(degrees * _errors()[: len(pose)]) @ np.asarray(pose.rotation), pose.shift)


def scheme(pad: float, kernel: str) -> Scheme:
    """How slices are put in; for the wide kernel the padding is at least `KAISER_PAD`."""
    if kernel == "kaiser":
        return Scheme(pad=max(pad, KAISER_PAD), interpolation=kernel, tolerance=KAISER_ERROR)
    return Scheme(pad=pad, interpolation=kernel)


def inverted(images: Any, pose: Pose, how: Scheme | None = None, **recipe: Any) -> Real:
    """The map (n, n, n) of images (m, n, n) in the poses that are believed, by the engine's `reconstruct`."""
    stack = MemoryStack(np.asarray(images, np.float32))
    particles = Particles(stack, PIXEL, PLAIN, pose)
    return np.asarray(reconstruct(particles, scheme=how or Scheme(), **recipe).data)


@lru_cache(maxsize=32)
def grown(
    spread: str,
    count: int,
    degrees: float = 0.0,
    pad: float = 2.0,
    kernel: str = "linear",
    method: Method = "fourier",
) -> Real:
    """The map (n, n, n) of the first ``count`` views of a kind, without noise."""
    believed = mistaken(poses(spread, count), degrees)
    return inverted(pictures(spread, count), believed, scheme(pad, kernel), method=method)


@lru_cache(maxsize=32)
def tilted(count: int, reach: float) -> Real:
    """The map (n, n, n) of a tilt series of ``count`` views up to ``reach`` degrees about y."""
    pose = about_an_axis(count, reach)
    return inverted(project(truth(), pose, tolerance=ERROR).data, pose)


def agreement(data: Real) -> resolution.Fsc:
    """The Fourier shell correlation of a map with the truth."""
    return resolution.fsc(data, truth().data, pixel=PIXEL)


def left(data: Real) -> Real:
    """Over shells (n//2+1,), a map's part of the truth: ⟨Re M T*⟩/⟨|T|²⟩."""
    true = fourier.fft3(truth().data)
    taken = shells.shell_mean((fourier.fft3(data) * true.conj()).real, BOX, 3)
    return np.asarray(taken / shells.shell_mean(np.abs(true) ** 2, BOX, 3))
