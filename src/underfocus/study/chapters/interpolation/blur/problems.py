"""The problems of the chapter on interpolation; every answer is computed."""

from __future__ import annotations

from underfocus.maths import interpolation
from underfocus.study.problems import Hint, Input, Problem

from .. import between

FOUR = ("a", "b", "c", "d")
WEIGHTS = tuple(Input(name, f"$w_{{{i}}}$") for name, i in zip(FOUR, ("-1", "0", "1", "2"), strict=True))


def _catmull(t: float) -> dict[str, float]:
    return dict(zip(FOUR, (float(w) for w in interpolation.weights("catmull-rom", t)), strict=True))


def _linear(t: float) -> dict[str, float]:
    return {"a": 0.0, "b": 1 - t, "c": t, "d": 0.0}


PROBLEMS = (
    Problem(
        id="bilinear",
        kind="number",
        title="Among four corners",
        prompt="The corners of a square are 10 (upper left), 20 (upper right), 30 (lower left) and 50 (lower right). What is the bilinear value a quarter of the way "
        "to the right and half way down?",
        inputs=(Input("value", "value"),),
        answer=lambda: between.bilinear((10.0, 20.0, 30.0, 50.0), 0.25, 0.5),
        tolerance=1e-6,
        hints=(
            Hint("A quarter and a half changed places.", lambda: between.bilinear((10.0, 20.0, 30.0, 50.0), 0.5, 0.25)),
            Hint(
                "That is the mean of the corners: it belongs to the middle.",
                lambda: between.bilinear((10.0, 20.0, 30.0, 50.0), 0.5, 0.5),
            ),
            Hint(
                "Go a quarter along the upper edge, a quarter along the lower one, and then half way between the two."
            ),
        ),
        explanation="12.5 above, 35 below, half way between: 23.75. It does not matter which axis comes first: the weights are products.",
        serves=("M13.r1",),
    ),
    Problem(
        id="costs",
        kind="number",
        title="What a value costs",
        prompt="How many samples does one value need: bilinear, bicubic, trilinear, tricubic?",
        inputs=tuple(Input(name, name) for name in ("bilinear", "bicubic", "trilinear", "tricubic")),
        answer=lambda: {
            "bilinear": interpolation.taps_of("linear", 2),
            "bicubic": interpolation.taps_of("catmull-rom", 2),
            "trilinear": interpolation.taps_of("linear", 3),
            "tricubic": interpolation.taps_of("spline", 3),
        },
        tolerance=1e-9,
        hints=(Hint("Two samples an axis for linear, four for cubic; the axes multiply."),),
        explanation="4, 16, 8 and 64. In three dimensions a cubic costs eight times a linear one, which is why programs pad twice and stay linear.",
        serves=("M13.q1", "M13.r2"),
    ),
    Problem(
        id="catmull-rom",
        kind="number",
        title="The weights of a cubic",
        prompt="Catmull and Rom draw a cubic whose slope at each sample is that of its two neighbours. Which weights do the four samples around get half way, $t = ½$?",
        inputs=WEIGHTS,
        answer=lambda: _catmull(0.5),
        tolerance=1e-4,
        hints=(
            Hint("Those are linear: the outer two samples count as well.", lambda: _linear(0.5)),
            Hint("Symmetric, of sum 1, and the outer ones are negative."),
        ),
        explanation="$-1/16, 9/16, 9/16, -1/16$. Negative weights sharpen, and may overshoot: a cubic through positive samples can be negative.",
        serves=("M13.r2",),
    ),
    Problem(
        id="catmull-rom-quarter",
        kind="number",
        title="And at a quarter",
        prompt="The same at $t = ¼$.",
        inputs=WEIGHTS,
        answer=lambda: _catmull(0.25),
        tolerance=2e-3,
        hints=(
            Hint("That is $t = ¾$: the nearer sample gets the larger weight.", lambda: _catmull(0.75)),
            Hint("$w_0 = 1 - \\frac{5}{2}t^2 + \\frac{3}{2}t^3$."),
        ),
        explanation="−0.0703, 0.8672, 0.2266, −0.0234; their sum is 1.",
        serves=("M13.r2",),
    ),
    Problem(
        id="gains",
        kind="number",
        title="What linear interpolation takes away",
        prompt="A cosine has $f$ cycles a sample, and its crest falls half way between two samples. What does linear interpolation give for it at $f = 0.1$ and at $0.25$? And on average over "
        "all places between samples: the gain of linear at both, and of nearest at both.",
        inputs=(
            Input("crest_slow", "crest, $f = 0.1$"),
            Input("crest_fast", "crest, $f = 0.25$"),
            Input("linear_slow", "linear, 0.1"),
            Input("linear_fast", "linear, 0.25"),
            Input("nearest_slow", "nearest, 0.1"),
            Input("nearest_fast", "nearest, 0.25"),
        ),
        answer=lambda: {
            "crest_slow": between.gain_half_way("linear", 0.1),
            "crest_fast": between.gain_half_way("linear", 0.25),
            "linear_slow": between.mean_gain("linear", 0.1),
            "linear_fast": between.mean_gain("linear", 0.25),
            "nearest_slow": between.mean_gain("nearest", 0.1),
            "nearest_fast": between.mean_gain("nearest", 0.25),
        },
        tolerance=0.002,
        hints=(
            Hint(
                "$\\cos \\pi f$ for the crest; the kernels are a triangle and a box, whose transforms are $\\mathrm{sinc}^2 f$ and $\\mathrm{sinc} f$."
            ),
        ),
        explanation="0.951 and 0.707; 0.968 and 0.811; 0.984 and 0.900. Nearest loses less on average, and puts what it loses into copies beyond Nyquist: look at its spectrum.",
        serves=("M13.q1",),
    ),
    Problem(
        id="griddata-sizes",
        kind="number",
        title="How big would griddata's arrays be?",
        prompt="10 000 images of 128 × 128 are to be put into a Fourier cube of 128³ with one call of `scipy.interpolate.griddata(points, values, xi)`. How many rows has `points`, how many GB does it take in "
        "double precision ($10^9$ bytes, three columns), and how many rows has `xi`?",
        inputs=(Input("points", "rows of points"), Input("gigabytes", "GB"), Input("queries", "rows of xi")),
        answer=lambda: between.griddata_sizes(10_000, 128),
        tolerance=0.002,
        hints=(
            Hint(
                "One column only: a point has three.",
                lambda: {
                    **between.griddata_sizes(10_000, 128),
                    "gigabytes": between.griddata_sizes(10_000, 128)["gigabytes"] / 3,
                },
            ),
            Hint("Every pixel of every image is a point."),
        ),
        explanation="163 840 000 rows of three, 3.93 GB, with as many complex values; `xi` is all 2 097 152 voxels. A Delaunay mesh of the points would take about fifty times as much again: nobody does it so. They are added to the grid one by one, with weights.",
        serves=("M13.q2",),
    ),
    Problem(
        id="phasors",
        kind="number",
        title="Half way between two phasors",
        prompt="Two complex samples of length 1 lie 90° apart. How long is their linear mean? And if they lie 180° apart? An object lies an eighth of the box off its origin, $N/8$: by how many "
        "degrees do neighbouring Fourier samples turn, and what is left half way?",
        inputs=(
            Input("right", "at 90°"),
            Input("opposite", "at 180°"),
            Input("turn", "turn a bin", "°"),
            Input("left", "left half way"),
        ),
        answer=lambda: {
            "right": between.phasor_left(90.0),
            "opposite": between.phasor_left(180.0),
            "turn": between.degrees_a_bin(0.125),
            "left": between.phasor_left(between.degrees_a_bin(0.125)),
        },
        tolerance=0.001,
        hints=(Hint("$|\\cos(\\delta/2)|$: the straight path lies inside the arc."),),
        explanation="0.707 and 0; 45° a bin, and 0.924. With the origin in the corner of the box ($N/2$ away) neighbours are opposite and linear interpolation finds nothing at all: centre the object first.",
        serves=("M13.q3",),
    ),
    Problem(
        id="schemes",
        kind="match",
        title="Which scheme is it?",
        prompt="Accuracy, cost, points, smoothness: who is who?",
        items=(
            "one sample, jumps, error of the order of the step",
            "two samples an axis, continuous with kinks, error of the order of the step squared",
            "four samples an axis, continuous slope, keeps the samples without any preparation",
            "four coefficients an axis after a pass over all samples, continuous curvature",
            "all samples, infinitely smooth, exact for what lies below Nyquist, and swings where something does not",
            "one polynomial through all samples, wild at the ends",
        ),
        options=(
            "nearest",
            "linear",
            "Catmull–Rom",
            "cubic B-spline",
            "sinc (trigonometric)",
            "polynomial of high degree",
        ),
        answer=lambda: (0, 1, 2, 3, 4, 5),
        hints=(Hint("Begin with the two ends: the one that jumps, and the one that needs everything."),),
        explanation="Accuracy costs samples, and smoothness either samples or a pass over the data beforehand. High polynomials are Runge's trap and serve nobody here.",
        serves=("M13.q1",),
    ),
    Problem(
        id="complex-trouble",
        kind="card",
        title="Do complex numbers make trouble?",
        prompt="Interpolating real and imaginary parts on their own is linear and exact where it should be. So why do programs take such care with it? What would you do instead, and why not interpolate modulus and phase?",
        answer=lambda: (
            "Nothing is wrong with the complex numbers: the interpolation of a Fourier transform is a product with a window in real space (for linear: sinc² across the box), and what lies at the rim of the box is dampened by it. An object off centre turns its phases fast, which is the same thing seen from the other side. So: centre the object, pad the box "
            "(twice: neighbours turn half as fast), divide by the window afterwards. Modulus and phase apart would keep lengths, but the phase is only known up to turns and jumps by 360°, it means nothing where the modulus is zero, and the result is no longer linear, so that sums over images go wrong."
        ),
        serves=("M13.q3",),
    ),
    Problem(
        id="in-packages",
        kind="card",
        title="Where do packages interpolate?",
        prompt="Open the source of one cryo-EM package and find the line that reads a Fourier volume between its samples. In how many dimensions, with which kernel, on which padding, and with which correction?",
        answer=lambda: (
            "What you should find, by reading: **RELION** `projector.cpp` trilinear (or nearest) in 3D on a half volume padded twice, then a division by sinc² in real space; `backprojector.cpp` inserts into the same eight neighbours. **cisTEM** `reconstruct_3d.cpp` linear in 3D. **EMAN2** Gaussian-weighted insertion on about 1.25 times the box. "
            "**SIMPLE** Kaiser–Bessel. **cryoDRGN** none in its network (it is asked at coordinates), trilinear without padding in `backproject_voxel`. **ASPIRE** a non-uniform FFT, exact to a tolerance. **recovar** a triangular kernel on twofold upsampling, cubic splines for slices. **cryoJAX** and **torch-fourier-slice** trilinear. Here: `maths/kernels/plain.py`, trilinear "
            "on twofold padding with the separable sinc² correction. In 2D you find it where images are rotated and rescaled."
        ),
        serves=("M13.q4",),
    ),
    Problem(
        id="own-turn",
        kind="card",
        title="Your own data",
        prompt="How many times is a pixel of your data interpolated between the camera and the final map? List the steps, with the scheme if you can find it, and say which could be joined.",
        answer=lambda: (
            "Typically: motion correction shifts (in Fourier space, exact, or by a spline when local motion is modelled); binning from super-resolution (Fourier crop, exact); extraction at whole pixels (none) or re-extraction with a shift; rescaling to another pixel (Fourier crop); rotation and shift in 2D classes (linear, in Fourier or real space); insertion into the 3D transform (trilinear with padding, "
            "corrected). Each linear step multiplies by its own gain; turns that are known in advance should be multiplied as matrices and done once. The figure of the full circle shows what thirty-six steps do."
        ),
        serves=("M13.q4", "M13.r1"),
    ),
)
