"""Figures of poses: an angular error as a B-factor, grids of orientations, and one slice as it is put in."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any

import numpy as np

from underfocus.base.knobs import knob, option
from underfocus.maths import interpolation, so3
from underfocus.show import Line, Mark, Panels, beside, curve, image, readout
from underfocus.show.figure import figure
from underfocus.validation import pose_error

from .. import insertion
from .dials import Degrees, Radius, Spacing

Real = np.ndarray[Any, Any]
Tilt = Annotated[float, knob("°", 0.0, 90.0, "how far the view is tilted about y", valid=(0.0, 180.0), step=1.0)]
Way = Annotated[insertion.Way, option("which cells receive a sample", label="insertion")]
#: Cells a side of the cube that a slice is put into.
CELLS = 33


@cache
def _errors() -> Real:
    """Rotation vectors of unit variance about each axis."""
    return np.random.default_rng(8).standard_normal((4000, 3))


@figure(
    "An angular error is a B-factor",
    caption="What is left of detail at so many Å from the centre, against frequency: the rule, a Gaussian; and the same for 4000 particles that were really turned, "
    "for waves across the radius, along it, and in all directions. Right: what the rule leaves at 3 Å and 5 Å, from the centre outwards.",
    look_for="across the radius the rule is right to a hair; along the radius nothing moves at all, and detail in all directions keeps a tail. The centre of a map is always sharp: that is how you tell an angular error from a B-factor.",
    code=(pose_error.displacement, pose_error.attenuation, pose_error.bfactor),
    play="degrees",
)
def angular_error(degrees: Degrees = 2.0, radius: Radius = 50.0) -> Panels:
    """The rule and its Monte Carlo."""
    moved = pose_error.displacement(degrees, radius)
    s = np.linspace(1e-3, 1 / 3, 120)
    steps = so3.exp(degrees * _errors()) @ np.array([0.0, 0.0, radius]) - np.array([0.0, 0.0, radius])
    length = np.linalg.norm(steps, axis=1)
    lines = (
        Line(pose_error.attenuation(s, moved), "rule"),
        Line(np.cos(2 * np.pi * s[::6, None] * steps[:, 0]).mean(axis=1), "across", "points", s[::6]),
        Line(np.cos(2 * np.pi * s[:, None] * steps[:, 2]).mean(axis=1), "along", "dotted"),
        Line(np.sinc(2 * s[:, None] * length).mean(axis=1), "all directions", "dashed"),
    )
    out = np.linspace(0.0, max(200.0, radius), 120)
    profile = [Line(pose_error.attenuation(1 / d, pose_error.displacement(degrees, out)), f"{d} Å") for d in (3, 5)]
    b = float(pose_error.bfactor(moved))
    return beside(
        curve(s, *lines, x="s, 1/Å", y="part left", title="Against frequency", y_limits=(-0.1, 1.02)),
        curve(out, *profile, x="radius, Å", y="part left", title="Against radius", y_limits=(0, 1.02), marks=(Mark(radius, "yours"),)),
        readout("displacement", float(moved), "Å", "rms along one axis"),
        readout("left at 5 Å", float(pose_error.attenuation(1 / 5, moved))),
        readout("left at 3 Å", float(pose_error.attenuation(1 / 3, moved))),
        readout("equivalent B", b, "Å²"),
        columns=2,
    )  # fmt: skip


@figure(
    "How many orientations?",
    caption="Orientations in a grid against its spacing: the volume of the space of rotations, 8π² in radians cubed, over a cell's δ³. The points are the grids on HEALPix directions that "
    "searches use. Right: what a grid misses by itself, δ/√12 rms about each axis, costs at 100 Å from the centre.",
    look_for="each halving of the step costs eight times as much. A search that needs 1° on the whole space would compare each image with fifteen million views: nobody does; what do they do instead?",
    code=(pose_error.orientations, so3.hopf_grid),
    play="spacing",
)
def orientation_grid(spacing: Spacing = 5.0) -> Panels:
    """8π²/δ³."""
    delta = np.geomspace(0.5, 60, 120)
    counts = np.array([pose_error.orientations(float(d)) for d in delta])
    order = np.arange(7)
    grids = Line(72.0 * 8.0**order, "HEALPix grids", "points", 60.0 / 2.0**order)
    s = np.linspace(1e-3, 1 / 3, 120)
    miss = pose_error.displacement(spacing / np.sqrt(12), 100.0)
    return beside(
        curve(delta, Line(counts, "8π²/δ³"), grids, x="spacing, °", x_scale="log", y_scale="log", title="Orientations in a grid", marks=(Mark(spacing, "yours"),)),
        curve(s, Line(pose_error.attenuation(s, miss), "left at 100 Å"), x="s, 1/Å", y="part left", title="If nothing refines it", y_limits=(0, 1.02)),
        readout("orientations", pose_error.orientations(spacing)),
        readout("rms miss", float(spacing / np.sqrt(12)), "°", "even over a cell"),
        columns=2,
    )  # fmt: skip


@figure(
    "One slice, put in",
    caption=f"A slice of constant power, tilted about y, in a cube of {CELLS}³ cells. Left: the section y = 0 of what arrived. Right: the weights along z through one column of cells. "
    "The slice's samples each have the energy 1.",
    look_for="nearest and linear both keep the energy, to the last digit; only linear keeps its centre where it was. With nearest, find a tilt at which the slice has holes, and one at which cells get two samples.",
    code=(insertion.insert, interpolation.spread),
    play="tilt",
)
def one_slice(tilt: Tilt = 27.0, way: Way = "linear") -> Panels:
    """Where the samples of a slice go."""
    points = insertion.plane(CELLS, CELLS // 2 - 1, tilt)
    ones = np.ones(len(points))
    cube = insertion.insert(ones, points, CELLS, way)
    half, z = CELLS // 2, np.arange(CELLS) - CELLS // 2
    right = points[points[:, 0] > 0.5]
    exact = right.mean(axis=0) if len(right) else np.zeros(3)
    moved = insertion.middle(insertion.insert(np.ones(len(right)), right, CELLS, way)) - exact if len(right) else exact
    return beside(
        image(cube[::-1, half], 0.0, title="Section y = 0", limits=(0.0, 1.5)),
        curve(z.astype(float), Line(cube[:, half, half + 8], "x = 8", "stems"), x="z, cells", y="weight", title="A column", y_limits=(0, 2.1)),
        readout("samples", len(points)),
        readout("energy that arrived", float(cube.sum())),
        readout("empty cells within half a cell of the slice", _missed(cube, tilt), "%"),
        readout("shift of one half's centre", float(np.abs(moved).max()), "cells"),
        columns=2,
    )  # fmt: skip


def _missed(cube: Real, tilt: float) -> float:
    """The part of the cells nearer than half a cell to the slice, in %, that received nothing."""
    z, y, x = np.indices(cube.shape) - CELLS // 2
    away = np.abs(x * np.sin(np.radians(tilt)) + z * np.cos(np.radians(tilt)))
    near = (away < 0.5) & (x**2 + y**2 + z**2 <= (CELLS // 2 - 2) ** 2)
    return float(100 * np.mean(cube[near] < 1e-12))
