"""The figures of the chapter on transforms in more dimensions, their error and their cost."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Annotated, Any, Literal

import numpy as np

from underfocus.base.knobs import knob, option
from underfocus.data.dials import Pixel
from underfocus.maths import continuous, fourier, nonuniform
from underfocus.show import Line, Mark, Panels, beside, curve, image, readout, scene
from underfocus.show.figure import figure

from ...pictures import specimen_image
from .. import reckoning

Real = np.ndarray[Any, Any]
Pattern = Annotated[
    Literal["Gaussian", "disc", "rectangle", "two discs", "lattice", "protein", "micrograph", "mine"],
    option("what is transformed"),
]
Width = Annotated[float, knob("px", 2.0, 20.0, "its size", valid=(1.0, 60.0), step=0.5)]
Part = Annotated[Literal["modulus", "phase", "real part"], option("which part of the transform is shown")]
Box = Annotated[
    float, knob("", 2.0, 16.0, "width of the box L, in units of the Gaussian's own", valid=(1.0, 64.0), step=0.5)
]
Step = Annotated[float, knob("", 0.1, 1.0, "distance of samples dx", valid=(0.02, 2.0), step=0.01)]
Most = Annotated[int, knob("", 256, 4096, "the largest N", valid=(64, 8192), log=True)]
Precision = Annotated[Literal["double", "single"], option("how many digits are carried")]
Body = Annotated[Literal["ellipsoid", "ring", "helix"], option("the body")]
Stretch = Annotated[float, knob("×", 0.4, 2.5, "how far it is stretched along z", valid=(0.2, 4.0), step=0.05)]
Rays = Annotated[int, knob("", 4, 120, "rays through the origin of the transform", valid=(2, 400), log=True)]
Tolerance = Annotated[
    float, knob("", 1e-10, 0.1, "the error that the non-uniform transform may make", valid=(1e-13, 0.5), log=True)
]
Side = Annotated[
    int,
    knob(
        "px",
        256,
        2048,
        "the side of the largest picture; a cube gets as many voxels, about",
        valid=(64, 8192),
        log=True,
    ),
]


@figure(
    "A picture and its transform",
    caption="A pattern and its transform in two dimensions (logarithmic modulus, phase, or real part).",
    look_for="stretch in $x$ is shrinking in $k_x$ alone; two discs make fringes across the line that joins them; a lattice makes another lattice. "
    "All the rules of one dimension hold along each direction.",
    code=(fourier.fft2, fourier.display),
    play="width",
)
def plane(pattern: Pattern = "two discs", width: Width = 6.0, part: Part = "modulus") -> Panels:
    """A two-dimensional pattern and its transform."""
    n = 128
    if pattern in ("protein", "micrograph", "mine"):
        drawn, pixel = specimen_image(pattern, n, 2.0)
    else:
        drawn, pixel = reckoning.pattern(pattern, n, width), 0.0
    n = drawn.shape[0]
    full = fourier.display(fourier.fft2(drawn), n)
    step = 1 / (n * pixel) if pixel else 0.0
    if part == "modulus":
        seen = image(
            np.log10(np.abs(full) + 1e-3 * np.abs(full).max()),
            step,
            title="Modulus, logarithmic",
            colour="viridis",
            space="fourier",
        )
    elif part == "phase":
        kept = np.where(np.abs(full) > 1e-3 * np.abs(full).max(), np.angle(full), 0.0)
        seen = image(kept, step, title="Phase", colour="phase", unit="rad", space="fourier")
    else:
        most = 0.2 * float(np.abs(full).max())
        seen = image(full.real, step, title="Real part", colour="diverging", limits=(-most, most), space="fourier")
    power = float(np.sum(np.abs(full) ** 2) / n**2)
    return beside(
        image(drawn, pixel, title="The picture"),
        seen,
        readout("Σ g²", float(np.sum(np.asarray(drawn, float) ** 2))),
        readout("Σ |G|² / N", power, "", "Parseval: the same"),
        columns=2,
    )


@figure(
    "Bodies",
    caption="A body and the surface of a tenth of its transform's largest modulus; both are yours to turn.",
    look_for="a cigar has a pancake for a transform and a pancake a cigar. A helix has layer lines, and its cross.",
    code=(fourier.fft3,),
    play="stretch",
)
def bodies(body: Body = "helix", stretch: Stretch = 1.0) -> Panels:
    """A density in three dimensions and its transform."""
    n = 48
    density = reckoning.body(body, n, stretch)
    modulus = _modulus(density)
    level = (0.1 if body == "ellipsoid" else 0.06) * float(modulus.max())
    left = scene.Scene(
        (scene.isosurface(density, 0.5 * float(density.max())), scene.cube(n / 2)),
        title="The body",
        description=f"The surface of a {body} in a cube of {n} voxels, stretched {stretch:g} times along z.",
        extent=0.66 * n,
    )
    right = scene.Scene(
        (scene.isosurface(modulus, level, tint="second"), scene.cube(n / 2)),
        title="Its transform",
        description=f"The surface where the modulus of its transform is {100 * level / modulus.max():.0f} % of the largest.",
        extent=0.66 * n,
        axes=("kx", "ky", "kz"),
    )
    inside = density > 0.5 * density.max()
    z = np.abs(np.nonzero(inside)[0] - n // 2).max() + 0.5
    kz = np.abs(np.nonzero(modulus > level)[0] - n // 2).max() + 0.5
    return beside(
        left,
        right,
        readout("reaches along z", float(z), "voxels"),
        readout("its transform along kz", float(kz), "bins"),
        columns=2,
    )


def _modulus(density: Real) -> Real:
    """|F| of a cube, its origin in the middle."""
    n = density.shape[0]
    half = np.abs(fourier.fft3(density))
    mates = half[..., 1 : n - n // 2]
    back = (-np.arange(n)) % n
    full = np.concatenate([half, mates[back][:, back][..., ::-1]], axis=-1)
    return np.asarray(np.roll(full, (n // 2,) * 3, (0, 1, 2)))


@figure(
    "How far is a DFT from the integral?",
    caption="$e^{-\\pi x^2}$ in a box of width $L$, sampled every $dx$: the integral by quadrature (line), the DFT times $dx$ (points), and their difference.",
    look_for="the box too narrow: the function is cut and rings. The step too wide: the error is largest at Nyquist, where the alias is as strong as the signal.",
    code=(continuous.transform, continuous.riemann, fourier.fft1),
    play="step",
)
def against_integral(box: Box = 8.0, step: Step = 0.5) -> Panels:
    """Truncation and aliasing."""
    n = max(2, round(box / step))
    x = (np.arange(n) - n // 2) * step
    u = fourier.frequencies1(n, step)
    order = np.argsort(u)
    found = (fourier.fft1(reckoning.gaussian(x)) * step)[order]
    exact = reckoning.gaussian(u[order])
    error = np.abs(found - exact)
    fine = np.linspace(u.min(), -u.min(), 400)
    left = curve(
        fine, Line(_integral(float(fine[0]), 400), "integral"), Line(found.real, "DFT × dx", "points", x=u[order]),
        x="frequency u", y="G(u)", y_limits=(-0.15, 1.15),
    )  # fmt: skip
    right = curve(
        u[order],
        Line(np.maximum(error, 1e-17), "difference", "stems"),
        x="frequency u",
        y="|difference|",
        y_scale="log",
        marks=(Mark(0.5 / step, "Nyquist"),),
    )
    return beside(
        left,
        right,
        readout("samples", n),
        readout("largest difference", float(error.max())),
        readout("the alias at Nyquist", float(np.exp(-np.pi / (4 * step**2))), "", "exp(−π/4dx²)"),
        readout("cut off at the box's end", float(reckoning.gaussian(box / 2))),
        columns=2,
    )


@lru_cache(maxsize=64)
def _integral(low: float, count: int) -> Real:
    return continuous.transform(reckoning.gaussian, np.linspace(low, -low, count), (-8.0, 8.0), 1e-9)[0].real


@figure(
    "The sum and the FFT",
    caption="A DFT as a matrix product, and the FFT: milliseconds, how much faster the FFT is beside what counting operations promises, and how far the two differ. On your machine.",
    look_for="the ratio stays below N/log₂N at first, since a matrix product runs at the processor's full speed and an FFT waits for memory. Errors: both are a few roundings; the FFT adds up fewer numbers on its way to each.",
    code=(fourier.dft1, fourier.fft1),
    measured=True,
)
def sum_or_fft(most: Most = 1024, precision: Precision = "double") -> Iterator[Panels]:
    """Time and error of the DFT against the FFT."""
    dtype = np.float64 if precision == "double" else np.float32
    sizes = [n for n in (64, 128, 256, 512, 1024, 2048, 4096, 8192) if n <= most] or [64]
    sums: list[float] = []
    ffts: list[float] = []
    errors: list[float] = []
    for n in sizes:
        g = np.random.default_rng(0).standard_normal(n).astype(dtype)
        matrix = fourier.dft1(np.eye(n)).astype(np.complex128 if precision == "double" else np.complex64)
        sums.append(reckoning.milliseconds(lambda a=g, m=matrix: a @ m))  # type: ignore[misc]
        ffts.append(reckoning.milliseconds(lambda a=g: fourier.fft1(a)))  # type: ignore[misc]
        truth = fourier.fft1(g.astype(float))
        errors.append(float(np.linalg.norm(g @ matrix - truth) / np.linalg.norm(truth)))
        done = np.array(sizes[: len(sums)])
        ratio = np.array(sums) / np.array(ffts)
        yield beside(
            curve(done, Line(sums, "sum"), Line(ffts, "FFT"), x="N", y="time, ms", x_scale="log", y_scale="log"),
            curve(
                done,
                Line(ratio, "measured"),
                Line(done / np.log2(done), "N / log₂ N", "dashed"),
                x="N",
                y="sum ÷ FFT",
                x_scale="log",
                y_scale="log",
            ),
            curve(done, Line(errors, "sum against FFT"), x="N", y="relative difference", x_scale="log", y_scale="log"),
            readout("largest N so far", int(done[-1])),
            readout("the FFT is faster by", float(ratio[-1]), "×"),
            readout("counting promises", float(done[-1] / np.log2(done[-1])), "×"),
        )


@figure(
    "Where does the time go?",
    caption="Milliseconds for the same number of values: an FFT in two and three dimensions, reading them from a file that the system still holds in memory, and a linear "
    "interpolation at as many places. On your machine.",
    look_for="reading is nearly free as long as memory holds the file; an FFT costs a few passes over memory; interpolation, which jumps about in it, more than either.",
    code=(reckoning.tasks,),
    measured=True,
)
def where_time_goes(side: Side = 1024) -> Iterator[Panels]:
    """FFT, disk and interpolation against size."""
    sides = [n for n in (256, 512, 1024, 2048, 4096, 8192) if n <= side] or [side]
    rows: dict[int, list[dict[str, float]]] = {2: [], 3: []}
    for i, n in enumerate(sides):
        for dims in (2, 3):
            rows[dims].append(reckoning.tasks(n if dims == 2 else round(n ** (2 / 3) / 2) * 2, dims))
        voxels = np.array([float(n) ** 2 for n in sides[: i + 1]]) / 1e6
        drawn = [
            curve(
                voxels,
                *[Line([r[name] for r in rows[d]], name) for name in rows[d][0]],
                x="millions of values",
                y="time, ms",
                x_scale="log",
                y_scale="log",
                title=f"{d}D",
            )
            for d in (2, 3)
        ]
        last = rows[3][-1]
        yield beside(
            *drawn,
            readout("in 3D, interpolation over FFT", last["linear interpolation"] / last["FFT"], "×"),
            readout("in 3D, reading over FFT", last["read from memory's copy of a file"] / last["FFT"], "×"),
        )


@figure(
    "Points off the grid",
    caption="A protein's transform asked along rays through the origin, which meet no grid point but one (a non-uniform transform of type 2), and the picture that these values give "
    "back, each weighted by its distance from the origin (type 1).",
    look_for="few rays leave stars, as in tomography. The tolerance is yours: a rough one is quicker, and its error is what you asked for.",
    code=(nonuniform.type1, nonuniform.type2),
    play="rays",
)
def off_the_grid(rays: Rays = 24, tolerance: Tolerance = 1e-6, pixel: Pixel = 2.0) -> Panels:
    """Central lines of a transform, exactly, and back."""
    n = 96
    picture, _ = specimen_image("protein", n, pixel)
    picture = np.asarray(picture - picture[0, 0], float)
    r = (np.arange(n) - n // 2) / n
    angle = np.pi * np.arange(rays) / rays
    q = np.stack([np.outer(np.cos(angle), r).ravel(), np.outer(np.sin(angle), r).ravel()], 1)
    values = nonuniform.type2(picture, q, tolerance)
    part = np.random.default_rng(0).integers(0, len(q), 60)
    truth = nonuniform.type2_plain(picture, q[part])
    error = float(np.linalg.norm(values[part] - truth) / np.linalg.norm(truth))
    weights = np.tile(np.maximum(np.abs(r), 0.25 / n), rays) * np.pi / rays / n
    back = nonuniform.type1(-n * q, values * weights * n, n, max(tolerance, 1e-13)).real
    lines = curve(q[:, 0] / pixel, Line(q[:, 1] / pixel, "asked here", "points"), x="kx, 1/Å", y="ky, 1/Å", equal=True)
    return beside(
        lines,
        image(picture, pixel, title="The picture"),
        image(back, pixel, title="From these values"),
        readout("values", len(q)),
        readout("error against the sum", error, "", "of sixty of them"),
        readout("correlation with the picture", float(np.corrcoef(back.ravel(), picture.ravel())[0, 1])),
    )


SERVES = {
    "plane": ("M3.r1", "M3.r2", "M3.r3"),
    "bodies": ("M3.r1", "M3.r2"),
    "against_integral": ("M3.q1",),
    "sum_or_fft": ("M3.q1", "M3.r4"),
    "where_time_goes": ("M3.q2",),
    "off_the_grid": ("M3.r5", "M3.r6"),
}
