"""The pictures of ``underfocus orientation``: views and Fourier sampling, flat and on the globe, and tilts compared."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..maths import so3
from ..show.globe import flat, globe
from ..show.specs import Line, Mark, Panels, bars, beside, curve, readout
from ..validation import orientation

SAMPLING = (
    "A view fills the plane across it, so that views crowded in one place leave the directions about that place empty: "
    "where the first map is bright, this one is dark."
)
#: HEALPix order of the sampling map: 3,072 cells.
FINE = 4
#: Views marked on the globe: more would hide it.
DOTS = 400


def views(pose: Any) -> Panels:
    """Views a cell over the mean, flat and on the globe."""
    order = orientation.histogram_order(len(pose))
    counts = orientation.histogram(pose, order)
    share = counts / counts.mean()
    limits = (0.0, max(2.0, float(np.quantile(share, 0.995))))
    words = (
        f"View directions in the specimen's frame, {len(share)} cells of equal area: particles a cell over the mean. "
    )
    look = "One colour all over is even coverage; symmetric particles fill one part of it only."
    empty = float((counts == 0).mean())
    return beside(
        flat(share, title="Views, Mollweide's map", caption=words + look, limits=limits),
        globe(
            share,
            title="Views on the sphere",
            caption="The same as the particle's own globe: +z is the axis of symmetry, where it has one.",
            description=f"A sphere coloured by how many views a cell holds; {empty:.0%} of cells hold none.",
            limits=limits,
        ),
    )


def sampling(pose: Any, found: Any) -> Panels:
    """Sp by direction, flat and on the globe, and the distribution of its values."""
    values = orientation.sampling(pose, so3.healpix_directions(FINE), radius=found.radius, group=found.group)
    limits = (0.0, max(2.0, float(np.quantile(values, 0.995))))
    x, y, z = found.thinnest
    heights, edges = np.histogram(np.minimum(values, limits[1]), bins=40, range=limits)
    return beside(
        flat(
            values,
            title="Fourier sampling, Mollweide's map",
            caption=f"Views that reach a direction at radius {found.radius:g}, over what even views would give: 1 is "
            "even, 0 is missing.",
            limits=limits,
        ),
        globe(
            values,
            title="Fourier sampling on the sphere",
            caption=f"The arrow points where sampling is thinnest, along ({x:.2f}, {y:.2f}, {z:.2f}).",
            description=f"A sphere coloured by sampling, from {values.min():.2f} to {values.max():.2f} of even.",
            limits=limits,
            axis=found.thinnest,
        ),
        bars(
            (edges[1:] + edges[:-1]) / 2,
            heights,
            x="sampling over even",
            y="directions",
            title="How unequal",
            caption="Chance alone makes a peak at 1. A tail to the left lowers SCF, because noise there goes as 1/Sp.",
        ),
    )


def numbers(found: Any, diameter: float | None, resolution: float) -> Panels:
    """SCF and SCF* beside the null distribution, slices per voxel by radius, and Crowther's number."""
    radii = np.arange(1, max(4, int(2 * found.radius)) + 1, dtype=float)
    slices = found.slices_per_voxel * found.radius / radii
    line = curve(
        radii,
        Line(np.log10(slices), "even views"),
        Line(np.zeros(len(radii)), "one slice a voxel", "faint"),
        x="radius in Fourier space, voxels",
        y="log₁₀ slices a voxel",
        title="Slices per voxel",
        caption="M/2k slices of M pass through a voxel at radius k. Below one, voxels stay empty, even of even views.",
        marks=(Mark(found.radius, "judged here"),),
    )
    outs = [
        readout("SCF", found.scf, note="0: some direction is empty" if found.scf == 0 else "1 is even"),
        readout("SCF*", found.scf_star, note="side views alone: 0.811"),
        readout("SCF* by chance", found.floor.mean, note=f"below {found.floor.low:.3f} once in twenty"),
        readout("empty directions", 100 * found.empty, "%"),
        readout("hole", found.hole, "°", "about the arrow, in which nothing is sampled"),
        readout("slices per voxel", found.slices_per_voxel, note=f"at radius {found.radius:g}"),
    ]
    if diameter is not None:
        needed = orientation.crowther_views(diameter, resolution)
        outs.append(readout("Crowther", needed, "views", f"about one axis, {diameter:g} Å at {resolution:g} Å"))
    return beside(line, tuple(outs))


def tilts(advice: Any) -> Panels:
    """What each tilt would give."""
    names = tuple(t.name for t in advice.table)
    places = np.arange(len(names), dtype=float)
    drawn = [
        bars(places, np.array(values), labels=names, x="tilt of the stage", y=axis, title=title, caption=caption)
        for values, axis, title, caption in (
            (
                [t.cfar for t in advice.table],
                "cFAR",
                "Predicted cFAR",
                "The worst cone's area under its FSC over the best one's; below 0.5 maps look stretched.",
            ),
            (
                [t.scf_star for t in advice.table],
                "SCF*",
                "SCF*",
                "From the views alone: the same particles, turned about the film's normal by chance.",
            ),
            (
                [t.snr for t in advice.table],
                "SNR over untilted",
                "What it costs",
                "Signal to noise of an image, from the longer way through the ice and the drift that was given.",
            ),
        )
    ]
    chosen = readout("advised tilt", advice.chosen.name, note=f"cFAR {advice.chosen.cfar:.2f}, predicted")
    return beside(*drawn, (chosen,))
