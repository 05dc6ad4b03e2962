"""The artefact laboratory: one molecule, its images, five faults that they or their poses may have, and the evidence.

The images are made once and kept; faults are put into them or into the poses that the reconstruction is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Any

import numpy as np

from underfocus.data.optics import Optics, spread
from underfocus.data.particles import Particles
from underfocus.data.pose import Pose
from underfocus.data.stack import MemoryStack
from underfocus.data.volume import Volume
from underfocus.inference.reconstruct import Halves, reconstruct_halves
from underfocus.maths import fourier, shells, so3
from underfocus.physics.imaging import layout
from underfocus.physics.potential import potential
from underfocus.samples.molecules import protein
from underfocus.samples.views import views
from underfocus.validation import resolution

from . import cones

Real = np.ndarray[Any, Any]
#: Voxels a side, Å a voxel, images, and the typical distance in Å of the molecule's detail from an axis.
BOX, PIXEL, COUNT, RADIUS = 64, 3.0, 600, 30.0
#: Where all chance begins.
SEED = 16


@dataclass(frozen=True)
class Faults:
    """What is wrong: rms angular error in degrees about each axis, the half angle in degrees of the cone about z that
    holds all view directions (90 is all of them), signal over noise, the hand, and the step in Å off the centre."""

    angle: float = 0.0
    cone: float = 90.0
    snr: float = 0.5
    mirrored: bool = False
    shift: float = 0.0


#: What a case may suffer from, as a reader names it, in the order of the options.
NAMES = (
    "nothing",
    "wrong angles",
    "preferred views",
    "too little signal",
    "the wrong hand",
    "the wrong centre",
)
#: The blind cases: which fault each has (a place in NAMES), and how much of it.
CASES = (
    (5, Faults(shift=9.0)),
    (3, Faults(snr=0.02)),
    (1, Faults(angle=5.0)),
    (4, Faults(mirrored=True)),
    (0, Faults()),
    (2, Faults(cone=35.0)),
)


@dataclass(frozen=True)
class Evidence:
    """What a map shows, worked out when it is asked for: its halves, and over shells their FSC and that to the truth."""

    halves: Halves

    @cached_property
    def between(self) -> resolution.Fsc:
        """The FSC of the halves."""
        return resolution.fsc(self.halves.half1, self.halves.half2)

    @cached_property
    def truth(self) -> resolution.Fsc:
        """The FSC of the map with the truth."""
        return resolution.fsc(self.halves.whole, truth())

    @cached_property
    def left(self) -> Real:
        """The map's part of the truth, ⟨Re M T*⟩/⟨|T|²⟩: 1 where nothing was taken, with its sign."""
        return left(self.halves.whole)

    @cached_property
    def around(self) -> cones.Cones:
        """The FSC of the halves in cones about many directions."""
        return cones.conical(self.halves.half1.data, self.halves.half2.data, PIXEL)


@cache
def truth() -> Volume:
    """The molecule as it is, with its hand: a RuvB motor with its DNA, 15,879 atoms without symmetry."""
    return potential(protein("7pbl"), BOX, PIXEL)


@lru_cache(maxsize=12)
def signals(cone: float, count: int = COUNT) -> tuple[Pose, Optics, Real]:
    """True poses, optics, and noiseless images (count, n, n) for views within a cone about z."""
    pose = views("top", COUNT, SEED, spread=cone)[:count]
    optics = Optics(defocus=spread(8_000.0, 20_000.0, COUNT, SEED)[:count])
    return pose, optics, np.asarray(layout(truth(), pose, optics).signal(slice(None)), np.float32)


@cache
def _noise() -> Real:
    """White noise of variance 1 for all images; a weaker signal drowns in more of the same."""
    return np.random.default_rng(SEED + 1).standard_normal((COUNT, BOX, BOX), dtype=np.float32)


@cache
def _errors() -> Real:
    """Rotation vectors (count, 3) with a variance of 1 about each axis."""
    return np.random.default_rng(SEED + 2).standard_normal((COUNT, 3))


def told(true: Pose, faults: Faults) -> Pose:
    """The poses that the reconstruction is told.

    Angles are off in the microscope's frame. The wrong hand comes of poses reflected in the plane of the image: the
    projections of the mirror image in these poses are the same images, so that nothing in the data can object.
    """
    turned = so3.exp(faults.angle * _errors()[: len(true)]) @ np.asarray(true.rotation)
    if faults.mirrored:
        mirror = np.diag([1.0, 1.0, -1.0])
        turned = mirror @ turned @ mirror
    return Pose(turned, np.asarray(true.shift) + np.array([faults.shift, 0.0]))


def particles(faults: Faults, count: int = COUNT) -> Particles:
    """The images and what is believed of them."""
    pose, optics, signal = signals(faults.cone, count)
    sigma = np.float32(np.sqrt(signal.var() / faults.snr))
    half = np.arange(count) % 2 + 1
    stack = MemoryStack(signal + sigma * _noise()[:count])
    return Particles(stack, PIXEL, optics, told(pose, faults), half=half)


@lru_cache(maxsize=8)
def examined(faults: Faults) -> Evidence:
    """The maps that come of it, and the evidence."""
    return Evidence(reconstruct_halves(particles(faults)))


def left(volume: Volume) -> Real:
    """Over shells (n//2+1,), the regression of a map on the truth: ⟨Re M T*⟩/⟨|T|²⟩."""
    true, power = _transform()
    return np.asarray(shells.shell_mean((fourier.fft3(volume.data) * true.conj()).real, BOX, 3) / power)


@cache
def _transform() -> tuple[Real, Real]:
    """The truth's half transform, and its power over shells."""
    true = fourier.fft3(truth().data)
    return true, np.asarray(shells.shell_mean(np.abs(true) ** 2, BOX, 3))


def power() -> Real:
    """The truth's power over shells (n//2+1,)."""
    return _transform()[1]


def case(number: int) -> Faults:
    """What is wrong with a blind case, counted from 1."""
    return CASES[number - 1][1]


def diagnosis() -> tuple[int, ...]:
    """For each case the place in NAMES."""
    return tuple(place for place, _ in CASES)
