"""Cone by cone: the FSC of half maps by direction, from weights and from particles that are really inverted."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Annotated, Any

import numpy as np

from underfocus.base.knobs import knob
from underfocus.data.optics import Optics
from underfocus.data.particles import Particles as Set
from underfocus.data.stack import MemoryStack
from underfocus.inference.reconstruct import reconstruct_halves
from underfocus.maths import fourier
from underfocus.physics.projection import project
from underfocus.samples import apoferritin, views
from underfocus.show import Image, Line, Panels, beside, curve, image, readout
from underfocus.show.figure import figure
from underfocus.validation import directional, orientation, resolution

from .. import maps
from ..dials import Fraction, Kind, Particles, Spread, Tilt
from .chain_figures import RADIUS, sampled

Real = np.ndarray[Any, Any]
#: Cones of a picture; a report has 256.
CONES = 64
Seed = Annotated[int, knob("", 0, 20, "another throw of the noise", valid=(0, 10_000), step=1, label="noise")]
Count = Annotated[int, knob("", 100, 1000, "how many images are made", valid=(40, 4000), step=20, label="particles")]
Noise = Annotated[
    float, knob("", 0.0, 20.0, "noise in an image over the spread of its signal", valid=(0.0, 100.0), step=0.5)
]
#: Optics whose CTF is 1 for protein white: these images were never in a microscope.
NOTHING = Optics(defocus=0.0, cs_mm=0.0, amplitude_contrast=1.0)
#: Voxels and Å a voxel of the map that is inverted in earnest.
SMALL, COARSE = 32, 6.0


def _section(found: directional.Conical) -> Image:
    """The plane kx–kz of the 3D FSC, kz up."""
    plane = fourier.display(found.volume()[:, 0, :].astype(np.float32), found.n)
    return image(
        plane[::-1], 1 / (found.n * found.pixel), title="3D FSC, kz up", space="fourier", colour="viridis",
        limits=(0.0, 1.0),
    )  # fmt: skip


def _curves(found: directional.Conical, whole: Real, title: str) -> Any:
    last = float(found.frequency[-1])
    return curve(
        found.frequency,
        Line(found.curves[found.best], "best cone", "dashed"),
        Line(whole, "whole shells"),
        Line(found.curves.mean(axis=0), "mean of the cones", "faint"),
        Line(found.curves[found.worst], "worst cone", "dotted"),
        Line(np.full(len(whole), resolution.HALF_MAPS), "0.143", "faint"),
        x="1/Å",
        y="FSC",
        title=title,
        x_limits=(0, last),
        y_limits=(-0.2, 1.02),
    )


@lru_cache(maxsize=64)
def even_cfar(particles: int, seed: int) -> float:
    """cFAR of half maps from as many views spread evenly, with noise of the same throw."""
    one, other = maps.halves(sampled("uniform", 0.0, 1.0, 0.0, particles)[1], seed=seed)
    return directional.conical(one, other, directions=CONES, pixel=maps.PIXEL).cfar


@figure(
    "Cone by cone",
    caption="Two half maps of apoferritin with the noise that their sampling leaves. Left: their FSC in 64 double cones of 20°, the best, the worst and the mean, and that of whole shells. Right: the 3D FSC, each voxel with the curve of its direction.",
    look_for="the solid line while you turn *cone spread* from 40° to 0° with the stage flat: the map gets worse, and whole shells agree better. Then throw the noise again, with *uniform* views: how far does cFAR go up and down by chance?",
    code=(directional.conical,),
)
def cones(
    kind: Kind = "top", tilt: Tilt = 0.0, spread: Spread = 20.0, fraction: Fraction = 0.2,
    particles: Particles = 1000, seed: Seed = 0,
) -> Panels:  # fmt: skip
    """Conical FSC of simulated half maps from uneven views."""
    _, sp = sampled(kind, spread, fraction, tilt, particles)
    one, other = maps.halves(sp, seed=seed)
    found = directional.conical(one, other, directions=CONES, pixel=maps.PIXEL)
    whole = resolution.fsc(one, other, pixel=maps.PIXEL)
    lengths = found.resolutions()
    return beside(
        _curves(found, whole.unmasked, "FSC by direction"),
        _section(found),
        readout("cFAR", found.cfar),
        readout("cFAR of as many even views", even_cfar(particles, seed), "", "the same specimen, the same noise"),
        readout("whole shells", whole.resolution(), "Å", "8 Å is Nyquist"),
        readout("best cone", float(lengths.min()), "Å"),
        readout("worst cone", float(lengths.max()), "Å"),
        readout("SCF*", orientation.scf_star_of(sp, orientation.slices_per_voxel(particles, RADIUS))),
        columns=2,
    )


@lru_cache(maxsize=1)
def _specimen() -> Any:
    return apoferritin(SMALL, COARSE)


def inverted(spread: float, tilt: float, particles: int, noise: float) -> tuple[directional.Conical, Any, Real]:
    """Conical FSC, FSC of whole shells and the map, from noisy images of top views that are inverted in halves."""
    lying = views.views("top", particles, 3, spread=spread)
    pose = views.tilted(lying, tilt, 4) if tilt else lying
    clean = np.asarray(project(_specimen(), pose).data, np.float32)
    thrown = np.random.default_rng(5).standard_normal(clean.shape).astype(np.float32)
    made = clean + np.float32(noise * clean.std()) * thrown
    halves = reconstruct_halves(Set(MemoryStack(made), COARSE, NOTHING, pose))
    one, other = halves.half1, halves.half2
    return directional.conical(one, other, directions=CONES), resolution.fsc(one, other), np.asarray(halves.whole.data)


def _row(label: str, result: tuple[directional.Conical, Any, Real]) -> tuple[Any, ...]:
    found, whole, volume = result
    return (
        _curves(found, whole.unmasked, f"{label}: FSC by direction"),
        image(maps.section(volume), COARSE, title=f"{label}: the map, z up"),
        readout(f"{label}: cFAR", found.cfar),
        readout(f"{label}: whole shells", whole.resolution(), "Å"),
        readout(f"{label}: worst cone", float(found.resolutions().max()), "Å"),
    )


@figure(
    "In earnest",
    caption="Top views of apoferritin on a flat stage, and as many on a tilted one: images are made with noise, sorted into halves, inverted, and compared cone by cone.",
    look_for="the same three facts as in the prediction: a worst cone without agreement, whole shells that look fine, and a tilt that mends the one and spoils the other a little.",
    code=(reconstruct_halves, directional.conical),
    measured=True,
)
def in_earnest(
    spread: Spread = 15.0, tilt: Tilt = 45.0, particles: Count = 400, noise: Noise = 4.0
) -> Iterator[Panels]:
    """Half maps of top views, flat and then tilted, really reconstructed."""
    flat = _row("flat", inverted(spread, 0.0, particles, noise))
    yield beside(*flat, columns=2)
    yield beside(*flat, *_row("tilted", inverted(spread, tilt, particles, noise)), columns=2)
