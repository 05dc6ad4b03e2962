"""Figures of the Fourier cube: slices that come in, how they crowd, and what back-projection makes of the crowd."""

from __future__ import annotations

from typing import Any

import numpy as np

from underfocus.inference import restore
from underfocus.physics.projection import project
from underfocus.show import Line, Mark, Panels, beside, curve, image, readout, scene
from underfocus.show.figure import figure
from underfocus.validation import orientation

from .. import growing, slabs, weights
from .dials import Count, Few, Lens, Spread

Real = np.ndarray[Any, Any]
#: Half the box in Å, and half the Fourier cube in voxels.
HALF, NYQUIST = growing.BOX * growing.PIXEL / 2, growing.BOX // 2


@figure(
    "Slices come in",
    caption="Left: the molecule, and behind it what the beam of each view leaves on a camera. Middle: the same images, transformed, in the Fourier cube: each is a plane through the origin, "
    "painted with its modulus over three decades; from the ninth on only their rims are drawn. The latest slice has a rim of its own colour; right, the image it came from. Drag to turn.",
    look_for="any two planes cross in a line through the origin, and on that line two images must agree: that is how angles can be found at all. At the origin all planes meet; at the cube's faces there is room between them.",
    code=(project, slabs.slice_plane, slabs.spectrum),
    play="count",
)
def slices(count: Few = 3, spread: Spread = "uniform") -> Panels:
    """Views of a molecule, and their planes in Fourier space."""
    rotations = np.asarray(growing.poses(spread, count).rotation)
    seen = growing.pictures(spread, count)
    return beside(
        _specimen(rotations, seen),
        scene.Scene(
            slabs.fourier_cube(rotations, seen, NYQUIST),
            title="The Fourier cube",
            description=f"{count} planes through the origin of a cube that reaches to {NYQUIST} voxels, one for each view; views: {spread}.",
            extent=1.25 * NYQUIST,
            axes=("kx", "ky", "kz"),
        ),
        image(seen[-1], growing.PIXEL, title="The latest image"),
        readout("views", count),
        readout("slices in a voxel halfway out, in the mean", orientation.slices_per_voxel(count, NYQUIST / 2)),
        readout("in one at the rim", orientation.slices_per_voxel(count, NYQUIST)),
    )


def _specimen(rotations: Real, seen: Real) -> scene.Scene:
    """The molecule's surface, the way of the latest beam, and the latest six images behind it."""
    density = growing.truth().data
    surface = scene.isosurface(density, 0.3 * float(np.percentile(density, 99.9)), growing.PIXEL, tint="third")
    limits = (0.0, float(growing.pictures("uniform", 8).max()))
    shown = list(zip(rotations, seen, strict=True))[-6:]
    planes = [slabs.image_plane(r, picture, 0.55 * HALF, 1.1 * HALF, limits) for r, picture in shown]
    return scene.Scene(
        (surface, *planes, slabs.beam(rotations[-1], 1.05 * HALF, "beam")),
        title="The specimen and its images",
        description=f"A molecule of {growing.DIAMETER:g} Å, and {len(shown)} projections of it, each on a plane behind it in the direction of its beam.",
        extent=1.5 * HALF,
        azimuth=200.0,
    )


@figure(
    "The weight of a shell",
    caption=f"How much {weights.CELLS}³ Fourier voxels received. Left: the section kx–kz, on a logarithmic scale. Middle: the mean over each shell, and the rule M/2k. "
    "Right: the part of each shell's voxels that some slice passes through at all, and what chance would give.",
    look_for="change the distribution: the mean does not move. It cannot, since every slice brings as many samples to a shell as any other. What changes is who gets them. And switch the CTF on: half the weight is gone, and rings with it if defoci are alike.",
    code=(weights.weight, orientation.slices_per_voxel, orientation.filled),
    play="count",
)
def shell_weight(count: Count = 100, spread: Spread = "uniform", lens: Lens = False) -> Panels:
    """The mean weight of a shell against M/2k, and how much of it is empty."""
    found = weights.weight(spread, count, lens)
    k = np.arange(1, weights.CELLS // 2 - 1)  # the last shell is cut by the rim
    counted = np.asarray(weights.COUNTED, float)
    rule = np.array([orientation.slices_per_voxel(count, float(r)) for r in k])
    chance = np.array([orientation.filled(count, float(r)) for r in k])
    reached = weights.reached(spread, count)
    return beside(
        image(np.log10(weights.section(found) + 0.01), 0.0, title="Weight, logarithmic", space="fourier", colour="viridis", limits=(-2.0, 2.0)),
        curve(k, Line(weights.by_shell(found)[1:-2], "received"), Line(rule, "M/2k", "dashed"), x="k, voxels", y="weight", title="Mean weight", x_scale="log", y_scale="log"),
        curve(k, Line(reached, "reached", "points", counted), Line(chance, "1 − exp(−M/2k)", "dashed"), x="k, voxels", y="part", title="Voxels reached", y_limits=(0, 1.02)),
        readout("mean weight at k = 16", float(weights.by_shell(found)[16])),
        readout("M/2k there", orientation.slices_per_voxel(count, 16)),
        readout("reached at k = 31", 100 * float(reached[-1]), "%"),
    )  # fmt: skip


@figure(
    "The crowd at the origin",
    caption="The same slices, made into a map in three ways: smeared back along their beams and added; the same with each slice multiplied by |k|; and divided by the weight that "
    "really fell into each voxel. Sections x–z, and which part of the truth each leaves, shell by shell.",
    look_for="back-projection alone lies on 1/k: that is the weight of the shells, and it looks like fog. The ramp mends it as long as views are even. Choose top views: now the ramp is wrong, and only the division knows.",
    code=(restore.back_projection, restore.wiener_density, growing.left),
    play="count",
)
def crowd(count: Count = 128, spread: Spread = "uniform") -> Panels:
    """Back-projection, with the ramp, and with the weights themselves."""
    smeared = growing.grown(spread, count, method="backprojection")
    ramped = growing.grown(spread, count, method="weighted-backprojection")
    divided = growing.grown(spread, count)
    k = np.arange(1, NYQUIST)
    parts = [growing.left(data)[1:-1] for data in (smeared, ramped, divided)]
    names = ("back-projection", "with the ramp", "divided by weights")
    lines = [Line(part, name) for part, name in zip(parts, names, strict=True)]
    return beside(
        *(section(data, name) for data, name in zip((smeared, ramped, divided), names, strict=True)),
        curve(k, *lines, Line(1 / k, "1/k", "dotted"), x="k, voxels", y="part of the truth", title="What is left", y_limits=(0, 1.3), marks=(Mark(growing.BOX * growing.PIXEL / growing.DIAMETER, "1/D"),)),
        *(readout(f"{name}: likeness to the truth", likeness(data)) for data, name in zip((smeared, ramped, divided), names, strict=True)),
        columns=2,
    )  # fmt: skip


def section(data: Real, title: str, top: float | None = None) -> Any:
    """The section x–z of a map, +z on top, between limits that suit it."""
    most = max(float(np.percentile(data, 99.9)), 1e-12) if top is None else top
    return image(data[::-1, growing.BOX // 2], growing.PIXEL, title=title, limits=(-0.35 * most, most))


def likeness(data: Real) -> float:
    """The correlation coefficient of a map with the truth, over all voxels."""
    return float(np.corrcoef(data.ravel(), growing.truth().data.ravel())[0, 1])
