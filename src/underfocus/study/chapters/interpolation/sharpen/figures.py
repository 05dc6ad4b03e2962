"""The figures of the chapter on interpolation from the inside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import numpy as np

from underfocus.base.knobs import knob, option
from underfocus.data.dials import Seed
from underfocus.maths import scattered
from underfocus.show import Line, Panels, beside, curve, image, readout, scene
from underfocus.show.figure import figure

from .. import racing, scattering

Real = np.ndarray[Any, Any]
Layout = Annotated[Literal["random", "jittered grid", "rays"], option("how the points lie")]
Count = Annotated[int, knob("", 20, 1000, "how many points", valid=(8, 20_000), log=True)]
Noise = Annotated[float, knob("", 0.0, 0.5, "noise on every value", valid=(0.0, 10.0), step=0.01)]
Squeeze = Annotated[float, knob("×", 1.0, 1000.0, "how flat the band of points is", valid=(1.0, 1e9), log=True)]
Most = Annotated[int, knob("", 2000, 64_000, "the largest number of points", valid=(500, 1_000_000), log=True)]
Pad = Annotated[float, knob("×", 1.0, 4.0, "the padded box over the box", valid=(1.0, 16.0), step=0.25)]


@figure(
    "A mesh of triangles",
    caption="Scattered points of a Gaussian, lifted to their values, and the triangles that Delaunay draws between them; beside it the picture that "
    "`griddata` makes, and its error.",
    look_for="noise makes the mesh a crumpled sheet: every point is believed. Long thin triangles at the hull reach across places where nothing was measured.",
    code=(scattered.delaunay_linear,),
    play="noise",
)
def triangles(layout: Layout = "random", count: Count = 150, noise: Noise = 0.0, seed: Seed = 0) -> Panels:
    """Delaunay's triangles, and what linear interpolation on them gives."""
    from scipy.spatial import Delaunay

    x = scattering.points(layout, count, seed)
    values = scattering.gaussian(x) + noise * np.random.default_rng(seed + 1).standard_normal(len(x))
    mesh = Delaunay(x)
    truth = scattering.gaussian(scattering.grid(96)).reshape(96, 96)
    found = scattered.delaunay_linear(x, values, scattering.grid(96)).reshape(96, 96)
    words = f"{len(x)} points joined by {len(mesh.simplices)} triangles, lifted to the values of a Gaussian with noise {noise:g}."
    places = np.column_stack([x, values])
    edges = np.unique(np.sort(mesh.simplices[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1), axis=0)
    items = (
        scene.Mesh(places, mesh.simplices, values=values, limits=(-0.3, 1.3)),
        scene.Segments(places[edges] + np.array([0, 0, 0.004]), tint="ink", width=1.0),
        scene.Points(places, tint="ink", size=4.0),
    )
    return beside(
        scene.Scene(items, title="The mesh", description=words, extent=1.15, elevation=35.0),
        image(np.nan_to_num(found, nan=-0.3), 0.0, title="griddata", limits=(-0.3, 1.3)),
        image(np.nan_to_num(found - truth), 0.0, title="Its error", colour="diverging", limits=(-0.5, 0.5)),
        readout("triangles", len(mesh.simplices)),
        readout("largest error inside the hull", scattering.worst(found, truth)),
        readout("outside the hull", 100 * float(np.isnan(found).mean()), "% of the square: nan"),
    )


@figure(
    "Three ways from points to a picture",
    caption="The same noisy points, and three pictures: linear on triangles, the mean of near neighbours by inverse distance, and spreading onto a coarse grid with "
    "a division by how much fell there.",
    look_for="without noise triangles win. With noise gridding does, since it averages; triangles believe every point.",
    code=(scattered.inverse_distance, scattered.gridding),
    play="noise",
)
def three_ways(layout: Layout = "random", count: Count = 400, noise: Noise = 0.1, seed: Seed = 0) -> Panels:
    """Delaunay, inverse distance and gridding, side by side."""
    truth, found = scattering.compared(layout, count, noise, seed, 80)
    drawn = [image(np.nan_to_num(f, nan=-0.3), 0.0, title=name, limits=(-0.3, 1.3)) for name, f in found.items()]
    errors = [
        readout(f"{name}: error", float(np.sqrt(np.nanmean((f - truth) ** 2))), "rms") for name, f in found.items()
    ]
    return beside(*drawn, *errors)


@figure(
    "Where griddata breaks",
    caption="The error of linear interpolation on triangles as the band of points is flattened: the same points, the same values, another scale across.",
    look_for="Delaunay measures distance as it is given. Flatten the band, and neighbours across it are suddenly nearest: triangles become slivers that join far places.",
    code=(scattering.sliver_error,),
    play="squeeze",
)
def slivers(squeeze: Squeeze = 1.5) -> Panels:
    """Error against flatness."""
    flats = np.geomspace(1, 1000, 25)
    errors = np.array([scattering.sliver_error(float(f)) for f in flats])
    x = scattering.points("nearly a line", 200, 3, squeeze)
    mine = scattering.sliver_error(squeeze)
    left = curve(x[:, 0], Line(x[:, 1], "points", "points"), x="x", y="y", y_limits=(-1.05, 1.05))
    right = curve(
        flats, Line(errors, "largest error"), Line([mine], "yours", "points", x=[squeeze]), x="how flat", y="largest error", x_scale="log",
    )  # fmt: skip
    return beside(left, right, readout("largest error", 100 * mine, "% of the range"), columns=2)


@figure(
    "Where the time goes",
    caption="Left: milliseconds of each step of griddata, of spreading onto a grid and of reading a regular grid, for more and more points and as many places. Right: for more and "
    f"more places in a mesh of {racing.FIXED} points. Measured on the machine in front of you.",
    look_for="two things that nobody predicts: the step between mesh and first value, which solves one small system a triangle; and that places at random grow faster than their number, since each "
    "search walks on from where the last one ended. Row by row the walk is one step.",
    code=(racing.with_points, racing.with_queries),
    measured=True,
)
def costs(most: Most = 16_000) -> Iterator[Panels]:
    """Time against the number of points and of places, with exponents."""
    counts = np.unique(np.geomspace(500, most, 6).astype(int))
    racing.with_points(100)  # what is compiled or loaded once is not timed
    left: dict[str, list[float]] = {}
    right: dict[str, list[float]] = {}
    for i, n in enumerate(counts):
        for times, found in ((left, racing.with_points(int(n))), (right, racing.with_queries(int(n)))):
            for name, t in found.items():
                times.setdefault(name, []).append(1000 * t)
        done = counts[: i + 1]
        slopes = [readout(f"{name}: exponent", scattering.exponent(done, t)) for name, t in left.items() if i > 1]
        yield beside(
            _ladder(done, left, "points, and places looked up"),
            _ladder(done, right, "places looked up"),
            readout("largest so far", int(n), "points"),
            *slopes,
            columns=2,
        )


def _ladder(counts: Real, times: dict[str, list[float]], x: str) -> Any:
    """Times in ms against counts, both on scales of decades; the fifth line begins the colours anew, dashed."""
    lines = [Line(np.array(t), name, "solid" if i < 4 else "dashed") for i, (name, t) in enumerate(times.items())]
    return curve(counts, *lines, x=x, y="time, ms", x_scale="log", y_scale="log")


@figure(
    "What spreading does to the other space",
    caption="The window by which trilinear insertion into Fourier space multiplies a map along one axis, without padding and with it: the gridding correction divides by it.",
    look_for="twice the box, and the rim keeps four fifths of its density in place of two fifths; in the corner of a cube the cube of that. Kaiser and Bessel's window takes more from the rim; what it buys is that next to nothing comes in from beyond the box.",
    code=(scattered.gridding_correction, scattered.window),
    play="pad",
)
def correction(pad: Pad = 2.0) -> Panels:
    """Gridding correction against radius."""
    x = (np.arange(128) - 64) / 128
    drawn = curve(
        x, Line(scattered.gridding_correction(128, pad), f"padded {pad:g} times"), Line(scattered.gridding_correction(128, 1.0), "no padding", "faint"),
        Line(scattered.gridding_correction(128, pad, "kaiser-bessel"), "Kaiser–Bessel", "dashed"),
        x="place across the box", y="density kept", y_limits=(0, 1.05),
    )  # fmt: skip
    return beside(
        drawn,
        readout("at the edge", scattering.correction_at_edge(pad)),
        readout("in the corner of a cube", scattering.correction_at_edge(pad, 3)),
        readout("voxels to be held", pad**3, "× as many"),
    )


SERVES = {
    "triangles": ("M14.q3", "M14.r3"),
    "three_ways": ("M14.q3", "M14.q4"),
    "slivers": ("M14.q3",),
    "costs": ("M14.q1", "M14.q2", "M14.q4"),
    "correction": ("M14.q4",),
}
