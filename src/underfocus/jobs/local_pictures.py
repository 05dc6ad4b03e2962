"""The pictures of ``underfocus local-resolution``: sections and surface by resolution, histogram, what chance gives."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..maths import sampling
from ..show import scene
from ..show.scene_svg import MOST_FACES
from ..show.specs import Line, Mark, Panels, bars, beside, curve, image, readout

Real = np.ndarray[Any, Any]
WORDS = (
    "Coloured by the resolution around each voxel; grey is outside the mask, or agrees nowhere beyond chance. Look for "
    "a rigid core that is finer than its rim: the rim moved, or was bound in part only. One colour all over is a rigid "
    "particle, or a window as wide as it."
)
CHANCE = (
    "In a window there are only so many independent samples of a band, and two maps of noise agree in them by chance. "
    "A band counts where the FSC is above the threshold and above what chance exceeds in one voxel of a thousand."
)
#: Voxels a side of what a surface is made from: the first whose surface a report can draw triangle by triangle.
SURFACE_BOXES = (64, 56, 48, 40, 32, 24)
#: The surface lies so many standard deviations above the filtered map's mean.
SURFACE_SIGMA = 3.0
#: From where it is seen: title, words, azimuth in degrees.
SIDES = (("From one side", "seen from the front", 35.0), ("From the other", "seen from behind", 215.0))


def limits(found: Any) -> tuple[float, float]:
    """The resolutions at the two ends of the colours: all but the outermost fiftieths of the voxels lie between."""
    low, high = found.quantiles(0.02, 0.98)
    return (low, high) if high > low * 1.02 else (low * 0.98, low * 1.02)


def sections(found: Any) -> Panels:
    """The three central sections, coloured by resolution."""
    values = np.where(found.resolved, found.resolution, np.nan)
    middle = found.n // 2
    cuts = (
        ("z", values[middle], "y down, x right"),
        ("y", values[:, middle], "z down, x right"),
        ("x", values[:, :, middle], "z down, y right"),
    )
    facts: dict[str, Any] = {"colour": "viridis", "unit": "Å", "limits": limits(found)}
    return beside(
        *(
            image(data, found.pixel, title=f"Section across {axis}", caption=f"Through the centre; {words}.", **facts)
            for axis, data, words in cuts
        )
    )


def surface(found: Any, filtered: Any) -> Panels:
    """The filtered map's surface from two sides, coloured as the sections are; empty where there is no surface."""
    shape = _shape(filtered)
    if shape is None:
        return Panels(())
    mesh = scene.Mesh(shape.vertices, shape.faces, values=at(found, shape.vertices), limits=limits(found))
    low, high = limits(found)
    words = f"The filtered map {SURFACE_SIGMA:g} standard deviations above its mean, coloured as the sections"
    extent = float(np.abs(shape.vertices).max())
    return beside(
        *(
            scene.Scene(
                (mesh,),
                title=title,
                caption=f"{words}, {low:.1f} to {high:.1f} Å.",
                description=f"A surface coloured by resolution, {low:.1f} to {high:.1f} Å, {side}.",
                extent=extent,
                azimuth=azimuth,
            )
            for title, side, azimuth in SIDES
        )
    )


def _shape(filtered: Any) -> scene.Mesh | None:
    """The surface of a map, as finely as can be drawn; None where the map nowhere crosses the level."""
    shape = None
    for m in [m for m in SURFACE_BOXES if m < filtered.n] or [filtered.n]:
        data = sampling.fourier_crop(filtered.data, m, 3)
        level = float(data.mean() + SURFACE_SIGMA * data.std())
        if not data.min() < level < data.max():
            return None
        shape = scene.isosurface(data, level, filtered.n * filtered.pixel / m)
        if len(shape.faces) <= MOST_FACES:
            break
    return shape


def at(found: Any, places: Real) -> Real:
    """The resolution in Å at places (m, 3) in Å about the centre; linear between voxels."""
    from scipy.ndimage import map_coordinates

    index = places[:, ::-1].T / found.pixel + found.n // 2
    return np.asarray(map_coordinates(found.resolution, index, order=1, mode="nearest"))


def numbers(found: Any, middles: Real, counts: Real, results: dict[str, Any]) -> Panels:
    """The histogram, and the quantiles."""
    median = results["median_A"]
    drawn = bars(
        middles,
        counts,
        x="resolution, Å",
        y="voxels",
        title="Voxels by resolution",
        caption="Of the voxels that have a resolution. Two heaps are two parts of unlike resolution; a tail to the "
        "right is what moves, or the solvent about the particle where the mask is wide.",
        marks=(Mark(median, f"{median:.2f} Å"),),
    )
    outs = [
        readout("median", median, "Å"),
        readout("5 % are finer than", results["finest_5_percent_A"], "Å"),
        readout("5 % are coarser than", results["coarsest_5_percent_A"], "Å"),
        readout("without a resolution", 100 * results["unresolved"], "%"),
        readout("window", found.window, "Å", "full width at half maximum"),
        readout("Nyquist", 2 * found.pixel, "Å", f"reached in {results['at_nyquist']:.0%}"),
    ]
    return beside(drawn, tuple(outs))


def chance(found: Any) -> Panels:
    """What chance reaches, the threshold, and how wide the windows are, by frequency."""
    bands = found.bands
    counted = curve(
        bands.centres,
        Line(bands.least(found.threshold), "counts as agreement"),
        Line(bands.by_chance, "chance, one voxel in a thousand", "dashed"),
        Line(np.full(len(bands), found.threshold), "threshold", "faint"),
        x="spatial frequency, 1/Å",
        y="FSC",
        title="What counts",
        caption="Coarse bands have few samples in a window: there chance, not the threshold, decides.",
        y_limits=(0.0, max(0.3, 1.2 * float(bands.least(found.threshold).max()))),
    )
    wide = curve(
        bands.centres,
        Line(bands.windows, "window"),
        Line(1 / bands.centres, "wavelength", "dashed"),
        x="spatial frequency, 1/Å",
        y="Å",
        title="How wide the windows are",
        caption="A window widens for long waves, to hold three of them: what is said of coarse detail is said of a "
        "wider neighbourhood.",
    )
    return beside(counted, wide)
