"""The problems of the chapter on convolution, sampling and Nyquist; every answer is computed."""

from __future__ import annotations

from typing import Any

import numpy as np

from underfocus.maths import convolution, filters, sampling
from underfocus.study.problems import Hint, Input, Problem

from ..shapes import gaussians_convolved, homework_transform

TERMS = tuple(Input(name, f"term {i}") for i, name in enumerate("abcde", 1))


def _largest() -> tuple[float, float]:
    """Where |G| of the homework is largest, and its value there."""
    u = np.linspace(0.05, 0.2, 301)
    modulus = np.abs(homework_transform(u))
    at = int(np.argmax(modulus))
    a, b, c = np.polyfit(u[at - 2 : at + 3], modulus[at - 2 : at + 3], 2)
    return float(-b / (2 * a)), float(c - b * b / (4 * a))


def _first_zero() -> float:
    """The first zero of G beside the one at 0."""
    from scipy.optimize import brentq

    return float(brentq(lambda u: float(homework_transform(u).imag), 0.2, 0.3))


def _one_over_e(sigma: float) -> float:
    """The length in Å at which a blur by σ leaves 1/e."""
    from scipy.optimize import brentq

    return float(1 / brentq(lambda k: float(filters.gaussian(np.array(k), sigma)) - np.exp(-1), 1e-3, 1.0))


def _b_of(sigma: float) -> float:
    """The B-factor in Å² that does what a blur by σ does, from the values at one frequency."""
    k = np.array([0.02])
    return float(np.log(filters.gaussian(k, sigma) / filters.gaussian(0 * k, sigma))[0] * -4 / k[0] ** 2)


def _terms(values: Any) -> dict[str, float]:
    return dict(zip("abcde", (float(v) for v in values), strict=True))


PROBLEMS = (
    Problem(
        id="homework-formula",
        kind="formula",
        title="The lecture's homework",
        prompt="$g(x) = e^{-\\pi(x-2)^2} - e^{-\\pi(x+2)^2}$. What is $G(u)$? Write `i` for $\\sqrt{-1}$.",
        inputs=(Input("G", "$G(u) =$"),),
        answer=lambda: lambda u: homework_transform(u),
        hints=(
            Hint(
                "The sign: the Gaussian at +2 has the phase $e^{-4\\pi i u}$.", lambda: lambda u: -homework_transform(u)
            ),
            Hint(
                "Without the $i$: the difference of two conjugate phases is imaginary.",
                lambda: lambda u: 1j * homework_transform(u),
            ),
            Hint("Shift property twice, and $e^{-i\\alpha} - e^{i\\alpha} = -2i\\sin\\alpha$."),
        ),
        explanation="$e^{-\\pi u^2}(e^{-4\\pi i u} - e^{4\\pi i u}) = -2i\\,\\sin(4\\pi u)\\,e^{-\\pi u^2}$: an odd real function has an odd, imaginary transform.",
        serves=("M4.q1", "M4.r1"),
    ),
    Problem(
        id="homework-numbers",
        kind="number",
        title="Its values",
        prompt="For the same $G$: its first zero at $u > 0$; the imaginary part of $G(1/8)$; the largest $|G|$ and the $u$ where it is reached.",
        inputs=(
            Input("zero", "first zero, $u$"),
            Input("eighth", "Im $G(1/8)$"),
            Input("largest", "largest $|G|$"),
            Input("at", "at $u$"),
        ),
        answer=lambda: {
            "zero": _first_zero(),
            "eighth": float(homework_transform(np.array(0.125)).imag),
            "largest": _largest()[1],
            "at": _largest()[0],
        },
        tolerance=0.002,
        hints=(
            Hint(
                "The sine is largest at 1/8, but the Gaussian falls there: the product has its maximum a little before.",
                lambda: {"zero": 0.25, "eighth": -1.9042, "largest": 1.9042, "at": 0.125},
            ),
            Hint("$\\sin(4\\pi u)$ is zero at every quarter, and 1 at one eighth."),
        ),
        explanation="Zeros at $k/4$; $G(1/8) = -2i\\,e^{-\\pi/64} = -1.9042\\,i$; the largest is 1.9078 at 0.1202.",
        serves=("M4.q1",),
    ),
    Problem(
        id="prove-commutes",
        kind="order",
        title="Prove that it commutes",
        prompt="Put the steps in order, without the convolution theorem.",
        options=(
            "$(g*h)(x) = \\int_{-\\infty}^{\\infty} g(t)\\,h(x-t)\\,dt$",
            "put $y = x - t$, so that $t = x - y$ and $dt = -dy$",
            "where $t$ runs from $-\\infty$ to $\\infty$, $y$ runs from $\\infty$ to $-\\infty$",
            "$= -\\int_{\\infty}^{-\\infty} g(x-y)\\,h(y)\\,dy$",
            "swap the limits, and the sign goes",
            "$= \\int_{-\\infty}^{\\infty} h(y)\\,g(x-y)\\,dy$",
            "$= (h*g)(x)$",
        ),
        answer=lambda: tuple(range(7)),
        hints=(Hint("First the definition, then the new variable, then its limits."),),
        explanation="The derivation below computes every line.",
        serves=("M4.q2",),
    ),
    Problem(
        id="alias",
        kind="number",
        title="Too fast for the pixel",
        prompt="A signal with a period of 1.5 Å is sampled every 1 Å. With which period does it appear in the samples?",
        inputs=(Input("value", "period", "Å"),),
        answer=lambda: float(1 / abs(sampling.alias(1 / 1.5, 1.0))),
        hints=(
            Hint("That is the signal's own; its frequency lies beyond Nyquist, which is 0.5 1/Å.", lambda: 1.5),
            Hint("That is Nyquist: what lies beyond it is folded back, not moved to it.", lambda: 2.0),
            Hint("Its frequency is 0.667 1/Å. Take away 1/pixel: what is left, without its sign?"),
        ),
        explanation="$2/3 - 1 = -1/3$ 1/Å: 3 Å, running the other way. No filter afterwards can tell it from a true 3 Å wave: alias must be kept out before sampling.",
        serves=("M4.r1",),
    ),
    Problem(
        id="two-gaussians",
        kind="formula",
        title="Two Gaussians",
        prompt="With $f_a = e^{-a x^2}$: what is $(f_a * f_b)(x)$? Write `a`, `b`, `x`.",
        inputs=(Input("f", "$(f_a * f_b)(x) =$"),),
        answer=lambda: lambda a, b, x: gaussians_convolved((a, b), x),
        hints=(
            Hint("The exponent is right; what is the height?", lambda: lambda a, b, x: np.exp(-a * b * x**2 / (a + b))),
            Hint("Variances add: $1/2a + 1/2b$. The height follows from the area, $\\sqrt{\\pi/a}\\sqrt{\\pi/b}$."),
        ),
        explanation="$\\sqrt{\\pi/(a+b)}\\;e^{-\\frac{ab}{a+b}x^2}$: wider than either, and again a Gaussian.",
        serves=("M4.q5",),
    ),
    Problem(
        id="wide-gaussian",
        kind="number",
        title="A blur and its filter",
        prompt="You blur a map with a Gaussian of σ = 5 Å. At which length is the amplitude down to $1/e$, and which B-factor is that (as $e^{-B s^2/4}$)?",
        inputs=(Input("length", "1/e at", "Å"), Input("b", "$B$", "Å²")),
        answer=lambda: {"length": _one_over_e(5.0), "b": _b_of(5.0)},
        hints=(Hint("A factor: the transform of $e^{-x^2/2\\sigma^2}$ is $e^{-2\\pi^2\\sigma^2 s^2}$."),),
        explanation="$\\pi\\sqrt{2}\\,\\sigma = 22.2$ Å, and $B = 8\\pi^2\\sigma^2 = 1974$ Å². A blur that seems small in Å is a strong filter: what is finer than four times σ is nearly gone.",
        serves=("M4.q5",),
    ),
    Problem(
        id="sequence",
        kind="number",
        title="Three numbers by three",
        prompt="Convolve $[1, 2, 3]$ with $[0, 1, ½]$.",
        inputs=TERMS,
        answer=lambda: _terms(convolution.full(np.array([1.0, 2, 3]), np.array([0, 1, 0.5]))),
        tolerance=1e-6,
        hints=(
            Hint(
                "That is the correlation: the second must be turned round first.",
                lambda: {"a": 0.5, "b": 2.0, "c": 3.5, "d": 3.0, "e": 0.0},
            ),
            Hint("Each number of the first lays down a copy of the second, times itself, a step further."),
        ),
        explanation="$[0, 1, 2½, 4, 1½]$: three copies of $[0, 1, ½]$, each a step further, times 1, 2 and 3.",
        serves=("M4.q3",),
    ),
    Problem(
        id="snapshot",
        kind="match",
        title="One frame of the animation",
        prompt="The notebook's animation draws $f(x_0) = \\int_{-\\infty}^{\\infty} g(t)\\,h(x_0 - t)\\,dt$. What is what?",
        items=(
            "the curve that stands still",
            "the curve that moves",
            "the shaded area",
            "the position of the moving curve",
            "the bounds of the integral",
        ),
        options=(
            "$g(t)$",
            "$h(x_0 - t)$, turned round",
            "one value, $f(x_0)$",
            "$x_0$",
            "all $t$ at which both are not zero; formally $\\pm\\infty$",
        ),
        answer=lambda: (0, 1, 2, 3, 4),
        hints=(Hint("A frame has one $x_0$; the whole film makes the function $f$."),),
        explanation="A single frame is one number: $f$ at the place where the moving curve has got to.",
        serves=("M4.q3",),
    ),
    Problem(
        id="where",
        kind="match",
        title="Where does it happen?",
        prompt="Each of these is a convolution, or hides one. What is convolved, and in how many dimensions?",
        items=(
            "the lens forms an image",
            "the camera counts electrons",
            "the stage drifts during an exposure",
            "a map is smoothed, or given a positive B-factor",
            "a soft mask is multiplied onto a map",
        ),
        options=(
            "exit wave with the lens's point spread (the transform of its transfer); 2D",
            "image with the camera's point spread (the transform of its MTF); 2D",
            "image with the path of the drift; 2D, along a curve",
            "density with a Gaussian; 3D",
            "transform of the map with the transform of the mask; 3D, in Fourier space",
        ),
        answer=lambda: (0, 1, 2, 3, 4),
        hints=(Hint("What is a product in one space is a convolution in the other."),),
        explanation="In all but the last the convolution is in real space, and programs do it as a product in Fourier space. With masks it is the other way round: each Fourier value becomes a mean over its neighbours.",
        serves=("M4.q4",),
    ),
    Problem(
        id="reading-lecture",
        kind="card",
        title="After the lecture: sampling",
        prompt="Sampling multiplies a signal by a comb. Use the convolution theorem to say what that does to the transform, and from it derive Nyquist's limit in one sentence.",
        answer=lambda: (
            "The transform of a comb of spacing $d$ is a comb of spacing $1/d$; a product in real space is a convolution in Fourier space; so the transform of the samples is the signal's own transform, repeated every $1/d$. The copies do not overlap as long as the signal "
            "has nothing beyond $1/(2d)$: then the middle copy can be cut out and the signal is known everywhere, not only at its samples. Cutting out is a product with a box, hence in real space a convolution with a sinc: that is Shannon's interpolation. The *comb* figure draws the copies."
        ),
        serves=("M4.r1",),
    ),
    Problem(
        id="reading-notebook",
        kind="card",
        title="After the notebook: your own micrograph",
        prompt="Take a micrograph of yours, blur it with a Gaussian until particles stand out, and note σ in Å. Then find the low-pass filter that does the same. Which would you rather report in a paper, and why?",
        answer=lambda: (
            "A blur of σ leaves $e^{-2\\pi^2\\sigma^2 s^2}$: half the amplitude at a length of $2\\pi\\sigma/\\sqrt{2\\ln 2} = 5.3\\,\\sigma$. So σ = 4 Å is about a low pass at 21 Å. Report the filter with its form and its cut-off in Å: σ in pixels means nothing without the pixel, and *a 20 Å low pass* means nothing without its shape. "
            "On the command line: `underfocus filter micrograph.mrc --gaussian 4 -o Blurred/`."
        ),
        serves=("M4.r2", "M4.q5"),
    ),
)
