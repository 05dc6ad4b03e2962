"""Figures of maps: one that grows with its views, one about a single axis, one with a wedge missing, one with noise."""

from __future__ import annotations

from typing import Any

import numpy as np

from underfocus.inference.reconstruct import reconstruct
from underfocus.maths.kernels.grid import gridding
from underfocus.show import Line, Mark, Panels, beside, curve, readout, scene
from underfocus.show.figure import figure
from underfocus.validation import crowther, orientation
from underfocus.validation.resolution import CLASSIC

from .. import cones, growing, slabs, weights
from .cube_figures import likeness, section
from .dials import Count, Degrees, Images, Kernel, Pad, Reach, Series, Snr, Spread, Step

Real = np.ndarray[Any, Any]
MIDDLE = growing.BOX // 2


@figure(
    "The map grows",
    caption=f"A molecule of {growing.DIAMETER:g} Å in a box of {growing.BOX}³ voxels of {growing.PIXEL:g} Å, reconstructed by the engine from so many noiseless images. The surface, the sections x–z of map and "
    f"truth, and the correlation with the truth. The wide kernel (Kaiser and Bessel) pads at least {growing.KAISER_PAD:g} times.",
    look_for="at how many views would you recognise the molecule, and at how many would you trust it? Then spoil it: top views, ten degrees, no padding, the nearest voxel. Each leaves a mark of its own; which of them can more views repair?",
    code=(growing.inverted, growing.scheme, reconstruct),
    play="count",
)
def growing_map(
    count: Count = 40,
    spread: Spread = "uniform",
    degrees: Degrees = 0.0,
    pad: Pad = 2.0,
    kernel: Kernel = "linear",
) -> Panels:
    """The map of the first so many views."""
    data = growing.grown(spread, count, degrees, pad, kernel)
    found = growing.agreement(data)
    lines = (Line(found.unmasked, "with the truth"), Line(np.full(len(found.frequency), CLASSIC), "0.5", "faint"))
    return beside(
        _surface(data, count),
        section(data, "Map, x–z"),
        section(growing.truth().data, "Truth, x–z"),
        curve(found.frequency, *lines, x="s, 1/Å", y="FSC", title="Agreement", y_limits=(-0.3, 1.02)),
        readout("with the truth, 0.5", found.resolution(CLASSIC), "Å"),
        readout("likeness over all voxels", likeness(data)),
        readout("slices in a voxel at the rim", orientation.slices_per_voxel(count, MIDDLE)),
        columns=2,
    )


def _surface(data: Real, count: int) -> scene.Scene:
    """The surface of a map at the level at which the truth would be drawn."""
    level = 0.35 * float(np.percentile(data, 99.9))
    return scene.Scene(
        (scene.isosurface(data, level, growing.PIXEL, tint="third"), scene.cube(MIDDLE * growing.PIXEL)),
        title="The map",
        description=f"The surface of a map from {count} views, in a box of {growing.BOX * growing.PIXEL:g} Å.",
        extent=1.3 * MIDDLE * growing.PIXEL,
    )


@figure(
    "Crowther's rule",
    caption="Views in even steps about y, over a half turn. The planes in the Fourier cube, which all share the axis; the section x–z of the map; and its correlation with the truth, with the frequency up to which "
    "Crowther's rule promises that no gap is wider than 1/D, and the root of the part of each shell that lies within half of 1/D of a slice.",
    look_for="how little happens at the mark. The rule says where gaps begin, not where the map ends: of what lies beyond it, a part is measured and a part is not, and the correlation falls slowly. The streaks in the section are the gaps.",
    code=(crowther.resolution, crowther.angular_step, orientation.crowther_views),
    play="count",
)
def crowther_fan(count: Series = 10) -> Panels:
    """A single-axis series without a wedge."""
    data = growing.grown("single axis", count)
    found = growing.agreement(data)
    limit = crowther.resolution(growing.DIAMETER, count)
    s = found.frequency
    part = np.minimum(1.0, 1 / np.maximum(s * limit, 1e-9))
    lines = (Line(found.unmasked, "with the truth"), Line(np.sqrt(part), "√ of the part measured", "dashed"))
    return beside(
        _fan(np.asarray(growing.poses("single axis", count).rotation), f"{count} views about y"),
        section(data, "Map, x–z"),
        curve(s, *lines, x="s, 1/Å", y="FSC", title="Agreement", y_limits=(0, 1.02), x_limits=(0.0, float(s[-1])), marks=_within(1 / limit, float(s[-1]))),
        readout("step", 180 / count, "°"),
        readout("no gaps down to", limit, "Å", "πD/m"),
        readout("with the truth, 0.5", found.resolution(CLASSIC), "Å"),
        readout("views that Nyquist would need", orientation.crowther_views(growing.DIAMETER, 2 * growing.PIXEL)),
    )  # fmt: skip


def _within(s: float, most: float) -> tuple[Mark, ...]:
    """The rule's mark, where it lies on the axis."""
    return (Mark(s, "m/(πD)"),) if s <= most else ()


def _fan(rotations: Real, title: str, azimuth: float = 60.0, elevation: float = 25.0) -> scene.Scene:
    """Rims of central planes in the Fourier cube; at most forty of them."""
    some = rotations[:: max(1, -(-len(rotations) // 40))]
    rims = [slabs.rim(rotation, MIDDLE, "accent" if i == 0 else "second") for i, rotation in enumerate(some)]
    axis = scene.Segments(
        np.array([[[0, -1.15 * MIDDLE, 0], [0, 1.15 * MIDDLE, 0]]]), label="axis", tint="y", width=2.5
    )
    return scene.Scene(
        (scene.cube(MIDDLE), axis, *rims),
        title="The Fourier cube",
        description=f"The rims of {len(some)} central planes that share the axis ky: {title}.",
        extent=1.25 * MIDDLE,
        axes=("kx", "ky", "kz"),
        azimuth=azimuth,
        elevation=elevation,
    )


@figure(
    "The missing wedge",
    caption="A tilt series about y from one highest tilt to the other. Its planes in the Fourier cube, seen nearly along the axis; the section x–z of the map; and the correlation with the truth in cones about x, y and z.",
    look_for="along z nothing is known, and the map is drawn out that way: sheets across z vanish, walls along z stay. Finer steps change nothing. How does a single-particle project come to the same wedge without a stage that stops?",
    code=(crowther.missing_wedge, growing.tilted),
    play="reach",
)
def wedge(reach: Reach = 60.0, step: Step = 3.0) -> Panels:
    """A tilt series that ends."""
    count = max(2, round(2 * reach / step) + (reach < 90))
    data = growing.tilted(count, reach)
    around = cones.conical(data, growing.truth().data, growing.PIXEL)
    nearest = [int(np.argmax(np.abs(around.directions[:, axis]))) for axis in range(3)]
    styles = ("solid", "dashed", "dotted")
    lines = [Line(around.curves[i], name, style) for i, name, style in zip(nearest, "xyz", styles, strict=True)]  # type: ignore[arg-type]
    return beside(
        _fan(np.asarray(growing.about_an_axis(count, reach).rotation), f"{count} views to ±{reach:g}°", 84.0, 6.0),
        section(data, "Map, x–z"),
        section(growing.truth().data, "Truth, x–z"),
        curve(around.frequency, *lines, x="s, 1/Å", y="FSC in cones", title="Along x, y, z", y_limits=(-0.5, 1.02)),
        readout("views", count),
        readout("missing", 100 * crowther.missing_wedge(reach), "% of Fourier space"),
        readout("likeness over all voxels", likeness(data)),
        columns=2,
    )


@figure(
    "Noise against views",
    caption="Sections of the map from so many noisy images, and from four times as many. Right: the deviation of maps that were made from noise alone, without a prior, over that of one image; the line falls as one over the root of their number.",
    look_for="the points lie above the line on the left. Where shells have holes, voxels that one slice grazed are divided by very little, and shout. Only once every voxel has its slices does the noise obey the rule.",
    code=(weights.noise_map, weights.noise_deviation, growing.inverted),
    play="count",
)
def noise_falls(count: Images = 32, snr: Snr = 0.5) -> Panels:
    """Noise in a map of N and of 4N images."""
    maps = [_noisy(number, snr) for number in (count, 4 * count)]
    top = float(np.percentile(maps[1], 99.9))
    views, measured = np.asarray(weights.LADDER, float), weights.ladder()
    rule = measured[-1] * np.sqrt(views[-1] / views)
    return beside(
        section(maps[0], f"{count} images", top),
        section(maps[1], f"{4 * count} images", top),
        curve(
            views, Line(measured, "noise in the map", "points"), Line(rule, "1/√N", "dashed"),
            x="images", y="deviation", title="Noise", x_scale="log", y_scale="log", marks=(Mark(count, "N"), Mark(4 * count, "4N")),
        ),
        readout("noise, 4N over N", weights.read_off(4 * count) / weights.read_off(count), "", "read off the points; the rule says 0.5"),
        readout("likeness, N", likeness(maps[0])),
        readout("likeness, 4N", likeness(maps[1])),
        readout("slices in a voxel at the rim, N", orientation.slices_per_voxel(count, MIDDLE)),
    )  # fmt: skip


def _noisy(count: int, snr: float) -> Real:
    """The map of noisy images in even orientations."""
    clean = growing.pictures("uniform", count)
    images = clean + np.float32(np.sqrt(clean.var() / snr)) * weights.white(count)
    return growing.inverted(images, growing.poses("uniform", count))


@figure(
    "What padding is for",
    caption="The part of the density that linear insertion leaves across the box, which the last step divides by; and the correlation with the truth of maps from 128 even views, for three kernels at this padding (the wide one, Kaiser and Bessel's, takes at least 1.5).",
    look_for="without padding a corner of the box keeps a fifteenth of its density, and what is multiplied up there is mostly spill from the copies of the box next door. The wide kernel hardly cares. Memory grows with the cube of the padding; what is the cheapest way to a good map?",
    code=(gridding, growing.scheme),
    play="pad",
)
def padding(pad: Pad = 1.0) -> Panels:
    """The window of insertion, and maps by three kernels."""
    n = growing.BOX
    x = (np.arange(n) - n // 2) * growing.PIXEL
    maps = {kernel: growing.grown("uniform", 128, 0.0, pad, kernel) for kernel in ("nearest", "linear", "kaiser")}
    curves = [Line(growing.agreement(data).unmasked, name) for name, data in maps.items()]
    window = np.asarray(gridding(n, round(pad * n)))
    return beside(
        curve(x, Line(window, "linear"), x="place, Å", y="density kept", title="Across the box", y_limits=(0, 1.05)),
        curve(growing.agreement(maps["linear"]).frequency, *curves, x="s, 1/Å", y="FSC", title="Agreement", y_limits=(0.7, 1.005)),
        *(readout(f"{name}: likeness", likeness(data)) for name, data in maps.items()),
        readout("kept at the rim", float(window[0])),
        readout("kept in a corner", float(window[0] ** 3)),
        columns=2,
    )  # fmt: skip
