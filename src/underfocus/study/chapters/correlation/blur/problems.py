"""The problems of the chapter on waves in 3D and cross-correlation; every answer is computed."""

from __future__ import annotations

from typing import Any

import numpy as np

from underfocus.data.volume import Volume
from underfocus.inference.sharpen import guinier
from underfocus.maths import convolution, filters, fourier, waves
from underfocus.study.problems import Hint, Input, Problem

from .figures import SIDE, pair

FIRST, SECOND = np.array([1.0, 2.0, 3.0]), np.array([0.0, 1.0, 0.5])
#: The pair of pictures of the shift problem: moved by how much (x, y), and with how much noise.
MOVED, NOISE, SEED = (-14, 23), 0.4, 11
FIELDS = tuple(Input(name, f"term {i}") for i, name in enumerate("abcde", 1))


def _terms(values: Any) -> dict[str, float]:
    return dict(zip("abcde", (float(v) for v in values), strict=True))


def _slopes(b: float) -> dict[str, float]:
    """The slopes in Å² of ln|F| and of ln of the power of a map whose spectrum was flat, after a B-factor."""
    n, pixel = 48, 1.5
    point = np.zeros((n, n, n))
    point[n // 2, n // 2, n // 2] = 1
    blurred = filters.apply(point, lambda k: filters.bfactor(k, b), pixel, 3)
    slope = guinier(Volume(blurred, pixel), 3.2, fit_from=12.0).slope
    return {"amplitude": slope, "power": 2 * slope}


def _contrast(l: int) -> float:
    """The contrast of the projection along z of a wave of orders (2, 1, l)."""
    return float(np.ptp(waves.wave(SIDE, (2, 1, l)).mean(0)) / 2)


def _found() -> dict[str, float]:
    first, second = pair(*MOVED, NOISE, SEED)
    y, x = convolution.peak_shift(second, first)
    return {"x": float(np.rint(x)), "y": float(np.rint(y))}


def _same_power() -> int:
    """The place of the true statement: every direction of a shell weighs alike, and its waves have one period."""
    n = 32
    k = filters.radius((n,) * 3)
    shell = np.abs(k - 0.2) < 0.5 / n
    drawn = fourier.ifft3(fourier.fft3(np.random.default_rng(1).standard_normal((n, n, n))) * shell, n)
    axes = [np.abs(fourier.half_fft1(np.moveaxis(drawn, a, -1).reshape(-1, n))) ** 2 for a in range(3)]
    spread = np.array([a.sum() for a in axes])
    return 0 if np.ptp(spread) < 0.3 * spread.mean() else 1


PROBLEMS = (
    Problem(
        id="central-slice",
        kind="choice",
        title="Which waves does a projection see?",
        prompt="The beam runs along $z$. A wave $(h, k, l)$ fills the cube. When does its projection show anything?",
        options=("only if $l = 0$", "only if $h = k = 0$", "always, but weaker the larger $l$ is", "if $l$ is even"),
        answer=lambda: 0 if _contrast(0) > 0.9 and max(_contrast(l) for l in range(1, 7)) < 1e-9 else 2,
        hints=(
            Hint("Those waves run along the beam, and cancel completely.", lambda: 1),
            Hint("Along the beam a whole number of periods is added: how much is left of it?"),
        ),
        explanation="Along $z$ the wave runs $l$ times through a whole period, and a whole period adds up to nothing. What is left is the plane $l = 0$: the "
        "transform of a projection is the central plane of the map's transform, at right angles to the beam. Every reconstruction rests on this.",
        serves=("M26.r1",),
    ),
    Problem(
        id="correlation-sequence",
        kind="number",
        title="Correlate by hand",
        prompt="Cross-correlate $[1, 2, 3]$ with $[0, 1, ½]$: slide the second along the first, multiply what lies above each other, add. Begin where "
        "the *last* term of the second meets the first term of the first.",
        inputs=FIELDS,
        answer=lambda: _terms(convolution.full_correlation(FIRST, SECOND)),
        tolerance=1e-6,
        hints=(
            Hint(
                "That is the convolution: the second one was turned round.",
                lambda: _terms(convolution.full(FIRST, SECOND)),
            ),
            Hint("The first term is $1 \\cdot ½$."),
        ),
        explanation="$[½, 2, 3½, 3, 0]$. Nothing is turned round: that is the only difference from a convolution.",
        serves=("M26.r2",),
    ),
    Problem(
        id="convolution-sequence",
        kind="number",
        title="Convolve by hand",
        prompt="Now convolve the same two: turn the second round, and slide it.",
        inputs=FIELDS,
        answer=lambda: _terms(convolution.full(FIRST, SECOND)),
        tolerance=1e-6,
        hints=(
            Hint(
                "That is the correlation: turn the second round first.",
                lambda: _terms(convolution.full_correlation(FIRST, SECOND)),
            ),
            Hint(
                "Or think of three copies of $[0, 1, ½]$, one for each term of the first, as strong as it, each a step further."
            ),
        ),
        explanation="$[0, 1, 2½, 4, 1½]$: copies of $[0, 1, ½]$ times 1, 2 and 3, laid over each other. This is what a blur does to three points.",
        serves=("M26.r2",),
    ),
    Problem(
        id="find-shift",
        kind="number",
        title="Read a shift off a peak",
        prompt=f"Two pictures of 128 pixels were made: the second is the first, moved. The highest sample of their correlation (second with first) lies at column "
        f"{64 + MOVED[0]}, row {64 + MOVED[1]}, counted from 0, where the origin is sample 64. By how many pixels was the second moved?",
        inputs=(Input("x", "along x", "px"), Input("y", "along y", "px")),
        answer=_found,
        tolerance=1e-6,
        hints=(
            Hint(
                "The other way: the peak lies where the second must be pulled back from.",
                lambda: {"x": -MOVED[0], "y": -MOVED[1]},
            ),
            Hint("Count from the origin: a peak at 64, 64 would say that nothing moved."),
        ),
        explanation="$(-14, 23)$. Rows count downwards. Between samples the peak can be found to a fraction of a pixel, by a parabola through its neighbours.",
        serves=("M26.r2",),
    ),
    Problem(
        id="guinier-slope",
        kind="number",
        title="The slope of a Guinier plot",
        prompt="A map is blurred by $B = 80$ Å². By how much does the slope of $\\ln|F|$ against $1/d^2$ change? And that of $\\ln$ of the power?",
        inputs=(Input("amplitude", "slope of ln|F|", "Å²"), Input("power", "slope of ln power", "Å²")),
        answer=lambda: _slopes(80.0),
        hints=(
            Hint("The sign: amplitudes fall.", lambda: {k: -v for k, v in _slopes(80.0).items()}),
            Hint("$B$ itself is four times the slope of $\\ln|F|$.", lambda: {"amplitude": -80.0, "power": -160.0}),
            Hint("$|F|$ is multiplied by $e^{-B/(4 d^2)}$. Take the logarithm."),
        ),
        explanation="$-B/4 = -20$ Å² for amplitudes, $-B/2 = -40$ Å² for the power. Programs plot either: look at the axis before you read off a $B$.",
        serves=("M26.r1",),
    ),
    Problem(
        id="shell-texture",
        kind="choice",
        title="A shell in real space",
        prompt="You keep one thin shell of a map's transform, at 10 Å, and go back to real space. What do you see?",
        options=(
            "a smooth texture of blobs about 5 Å wide and 10 Å apart, in no particular direction",
            "concentric spheres about the middle of the box",
            "the surface of the protein, 10 Å thick",
            "stripes 10 Å apart along one direction",
        ),
        answer=_same_power,
        hints=(
            Hint("You would, if all waves had a crest in the middle: their phases say otherwise.", lambda: 1),
            Hint("One direction would be one pair of points, not a shell.", lambda: 3),
            Hint("Waves of one period, in all directions, each with a phase of its own, are added."),
        ),
        explanation="Waves of one period run in all directions and interfere: a grainy texture with one grain size. Phases decide where it is strong. Seen alone, even a "
        "shell of noise looks like detail.",
        serves=("M26.r1",),
    ),
    Problem(
        id="masks-and-fsc",
        kind="card",
        title="How a mask can raise an FSC",
        prompt="Two half maps hold nothing but noise. You multiply both by the same tight mask and compute the FSC. Why is it above zero now? What would you do about it?",
        answer=lambda: (
            "A product in real space is a convolution in Fourier space: each point of the masked transform is a mean over its neighbours, and low frequencies, which are strong, leak "
            "into high ones. Both half maps get the same mask, so the shape of the mask itself, present in both, correlates; the sharper its edge, the further it reaches. Cures: a soft "
            "edge of several voxels, a mask that does not follow the noise, and the measurement of the effect: randomise the phases beyond some resolution in both halves, mask, and what FSC "
            "is then left is the mask's doing and is subtracted (Chen et al. 2013, Ultramicroscopy 135, 24). `underfocus resolution half1.mrc half2.mrc --mask mask.mrc` does that."
        ),
        serves=("M26.r1",),
    ),
    Problem(
        id="reading-correlation",
        kind="card",
        title="After the second video: what a peak does not say",
        prompt="A picker gives you every place where the correlation with a template of your protein is high. It was run on a micrograph without any protein. What do you get, and "
        "what would the mean of all the picks look like?",
        answer=lambda: (
            "You get the places where noise happens to look like the template, and their mean is the template: *Einstein from noise* (Henderson 2013, PNAS 110, 18037). A high "
            "correlation says that something resembles the template and never that it is there. Hence: low-pass the template well below the resolution you will claim, look at the picks, "
            "classify without the template, and doubt a map that shows nothing which the template did not have. Turn the noise in the figure to its end and see how high a peak noise alone can make."
        ),
        serves=("M26.r2",),
    ),
    Problem(
        id="own-guinier",
        kind="card",
        title="Your own map",
        prompt="Make the Guinier plot of a map of yours, before and after sharpening. From where to where is it straight? Which $B$ did the program apply, and what is left?",
        answer=lambda: (
            "Expect a bend from the particle's shape below about 10 Å, then a straight fall to where the signal ends, then noise, which is flat or rises after sharpening. A sharpened map should be about flat "
            "where the FSC is high; if it rises, it was sharpened too much, and noise is shown as detail. $B$ between −50 and −200 Å² is usual. The report of `underfocus reconstruct` holds this plot."
        ),
        serves=("M26.r1",),
    ),
)
