"""The problems of the chapter on deconvolution, boundaries and cost; every answer is computed."""

from __future__ import annotations

from typing import Any

import numpy as np

from underfocus.maths import convolution, deconvolution, sampling
from underfocus.study.problems import Hint, Input, Problem

from .. import undoing
from ..shapes import gaussians_convolved


def _three() -> dict[str, float]:
    """Peak and rate of the convolution of three Gaussians with rates 1, 2 and 3, from its values."""
    values = gaussians_convolved((1.0, 2.0, 3.0), np.array([0.0, 1.0]))
    return {"peak": float(values[0]), "rate": float(np.log(values[0] / values[1]))}


def _trials() -> list[tuple[Any, ...]]:
    projection = undoing.sharp()
    return [(projection, 1.5), (projection[:96, :80], 3.0)]


def _interior(pairs: list[tuple[tuple[object, ...], object]]) -> str:
    """What is wrong with the reader's low-pass, away from the border, where every boundary gives the same."""
    for arguments, found in pairs:
        picture, sigma = np.asarray(arguments[0], float), float(str(arguments[1]))
        wanted = undoing.low_pass(picture, sigma)
        given = np.asarray(found, float)
        if given.shape != wanted.shape:
            return f"The result has the shape {given.shape}, and the picture has {wanted.shape}."
        reach = int(np.ceil(4 * sigma))
        inside = (slice(reach, -reach), slice(reach, -reach))
        error = float(np.abs(given - wanted)[inside].max())
        if not error < 1e-6:
            return f"Away from the border it differs by up to {error:.2g}; 10⁻⁶ is allowed, with the kernel cut at 4σ and of sum 1."
    return ""


PROBLEMS = (
    Problem(
        id="explosion",
        kind="number",
        title="How large is the explosion?",
        prompt="A signal was blurred with $H(u) = e^{-\\pi u^2}$ and is divided by it again. By which factor is noise at $u = 2$ multiplied?",
        inputs=(Input("value", "factor"),),
        answer=lambda: undoing.noise_gain(2.0),
        hints=(
            Hint(
                "That is what the blur leaves, not what the division makes of noise.",
                lambda: 1 / undoing.noise_gain(2.0),
            ),
            Hint("$1/H(2) = e^{\\pi \\cdot 2^2}$."),
        ),
        explanation="$e^{4\\pi} = 286\\,751$. Nothing that was measured there survives; and near a zero of $H$ there is not even a number.",
        serves=("M5.q1", "M5.r1"),
    ),
    Problem(
        id="cure",
        kind="formula",
        title="The cure",
        prompt="Write Wiener's estimate of $F$ from the blurred $G$, for real $H$ and a signal-to-noise ratio $S$ in power: `H`, `G`, `S`.",
        inputs=(Input("F", "$F \\approx$"),),
        answer=lambda: lambda H, G, S: deconvolution.wiener_gain(H, S) * G,
        hints=(
            Hint("That is the bare division.", lambda: lambda H, G, S: G / H),
            Hint(
                "The constant is one over the ratio: much signal, little constant.",
                lambda: lambda H, G, S: H * G / (H**2 + S),
            ),
            Hint("$H$ times $G$, over the square of $H$ and something that keeps the denominator from zero."),
        ),
        explanation="$F = H^{*}G/(|H|^2 + 1/\\mathrm{SNR})$. Where $|H|^2 \\gg 1/\\mathrm{SNR}$ it is the division; where $H = 0$ it says nothing, and says so with a zero.",
        serves=("M5.q1",),
    ),
    Problem(
        id="three-gaussians",
        kind="number",
        title="Three Gaussians",
        prompt="$f_a = e^{-a x^2}$. What are the height at 0 and the rate in the exponent of $f_1 * f_2 * f_3$?",
        inputs=(Input("peak", "height"), Input("rate", "rate")),
        answer=_three,
        tolerance=1e-4,
        hints=(Hint("Two at a time: $f_a * f_b = \\sqrt{\\pi/(a+b)}\\,e^{-\\frac{ab}{a+b}x^2}$."),),
        explanation="$\\pi/\\sqrt{11} = 0.94723$ and $6/11$, whichever two you take first: $ab + bc + ca = 11$.",
        serves=("M5.q2",),
    ),
    Problem(
        id="match-sizes",
        kind="number",
        title="Match the sizes",
        prompt="A picture of 256 pixels a side and a kernel of 15 are multiplied in Fourier space. How many samples a side must both be padded to so that the "
        "whole linear convolution comes back? And if you pad neither picture nor result, but only the kernel to 256: how wide is the wrong border?",
        inputs=(Input("padded", "samples"), Input("border", "border", "px")),
        answer=lambda: {"padded": convolution.padded_size(256, 15), "border": undoing.corrupted(256, 15, 0) / 2},
        tolerance=1e-6,
        hints=(
            Hint(
                "One too many: the first and last sample of the kernel share a place with the picture's.",
                lambda: {"padded": 271, "border": 7},
            ),
            Hint("The kernel reaches $(15-1)/2$ pixels beyond the picture at each side."),
        ),
        explanation="$256 + 15 - 1 = 270$; without it, 7 pixels at each edge hold what came round from the other side. For the part that has the picture's own size, 7 zeros "
        "would do, since what comes round may fall on them from both sides.",
        serves=("M5.q3",),
    ),
    Problem(
        id="box-and-sharpen",
        kind="number",
        title="Why a box is no Gaussian",
        prompt="A box of 3 pixels in one dimension: at which frequency (in cycles a pixel) is its transfer zero, and what is it at Nyquist? And the five-point sharpening kernel "
        "(5 in the middle, −1 around): its gain at zero, and at the corner of the transform?",
        inputs=(
            Input("zero", "zero at", "1/px"),
            Input("nyquist", "at Nyquist"),
            Input("middle", "sharpen: gain at 0"),
            Input("corner", "at the corner"),
        ),
        answer=lambda: {
            "zero": float(min((abs(undoing.box_transfer(3, f / 240)), f / 240) for f in range(60, 120))[1]),
            "nyquist": undoing.box_transfer(3, 0.5),
            "middle": undoing.sharpen_gain(False),
            "corner": undoing.sharpen_gain(True),
        },
        tolerance=1e-6,
        hints=(
            Hint(
                "Without its sign: contrast is turned over there.",
                lambda: {"zero": 1 / 3, "nyquist": 1 / 3, "middle": 1.0, "corner": 9.0},
            ),
            Hint("$(1 + 2\\cos 2\\pi f)/3$ for the box; $5 - 2\\cos 2\\pi f_x - 2\\cos 2\\pi f_y$ for the other."),
        ),
        explanation="1/3, −1/3, 1 and 9. The box turns contrast over beyond 1/3, which no Gaussian filter does; the sharpening kernel multiplies the finest checkerboard, noise and edges "
        "of the picture above all, by nine: what an FFT and a loop do differently at the border is multiplied too.",
        serves=("M5.q4", "M5.r2"),
    ),
    Problem(
        id="nyquist-price",
        kind="number",
        title="The price of a finer pixel",
        prompt="You go from 1.06 to 0.83 Å a pixel on the same camera. What was Nyquist before, what is it after, and by which factor does the area of the field shrink?",
        inputs=(Input("before", "Nyquist before", "Å"), Input("after", "after", "Å"), Input("factor", "area ÷")),
        answer=lambda: {
            "before": sampling.nyquist(1.06),
            "after": sampling.nyquist(0.83),
            "factor": (1.06 / 0.83) ** 2,
        },
        tolerance=0.001,
        hints=(
            Hint(
                "That is the side; the area goes with its square.",
                lambda: {"before": 2.12, "after": 1.66, "factor": 1.06 / 0.83},
            ),
            Hint("Nyquist is two pixels."),
        ),
        explanation="2.12 and 1.66 Å, and 1.63 times less area: so many fewer particles a micrograph, for detail that only the best specimens hold.",
        serves=("M5.q5",),
    ),
    Problem(
        id="write-a-low-pass",
        kind="code",
        title="Write a low-pass filter",
        prompt="Write `low_pass(picture, sigma)`: convolve a picture with a Gaussian of σ pixels *in real space*, the kernel cut off at 4σ (rounded up) and of sum 1. It is compared with "
        "the engine's, which goes through Fourier space, away from the border; the time you took is told. Then shorten the kernel and see what the time buys.",
        entry="low_pass",
        starter="import numpy as np\n\n\ndef low_pass(picture, sigma):\n    ...\n",
        answer=lambda: undoing.low_pass,
        trials=_trials,
        judge=_interior,
        hints=(Hint("A Gaussian of two axes is a product of two lines: blur the rows, then the columns."),),
        explanation="Axis by axis a kernel of $k$ samples costs $2k$ multiplications a pixel in place of $k^2$. numpy's `convolve` on every row and column is enough; the race below shows what a compiled loop makes of it.",
        serves=("M5.q6",),
    ),
    Problem(
        id="always-quicker",
        kind="card",
        title="Is Fourier always quicker?",
        prompt="Run the race on your machine. Where is the crossing, and what does it depend on? Name two cases in which you would stay in real space whatever the clock says.",
        answer=lambda: (
            "The direct sum costs $n^2 k^2$, the transform about $n^2 \\log n$ with a constant of some tens, axis by axis $2 n^2 k$. In the engine the direct sum is compiled and runs on all cores, and the crossing lies at kernels of about 15 pixels a side; with an interpreted loop it lies at 3. "
            "It moves with the picture (caches), with its size (a large prime is slow to transform) and with precision. Stay in real space if the kernel differs from place to place (a CTF on a tilted specimen), if the boundary must not be periodic and memory is short, if only a few "
            "pixels are wanted, or if it is not linear at all (a median)."
        ),
        serves=("M5.q4", "M5.q6"),
    ),
    Problem(
        id="choice-of-nyquist",
        kind="card",
        title="What should decide your pixel?",
        prompt="You set up a session. Which pixel do you choose, and what does it depend on: microscope, camera, specimen, number of particles? What would make you go finer?",
        answer=lambda: (
            "Aim with Nyquist at about two thirds of the length that you hope for: interpolation, and the camera's falling DQE near Nyquist, spoil the last third. For 3 Å that is a pixel near 1 Å. Going finer costs field with the square, so particles, and by Rosenthal and Henderson fewer particles cost resolution when the "
            "B-factor is what limits; it also raises the dose rate a physical pixel sees at a given exposure time. Go finer if the specimen has proved itself at Nyquist, if the CTF at high defocus needs the bins (a wider field in pixels), or use super-resolution and bin afterwards. A first session on a new specimen wants particles, not pixels."
        ),
        serves=("M5.q5",),
    ),
    Problem(
        id="reading-notebook",
        kind="card",
        title="After the notebook",
        prompt="The notebook compares filtering in Fourier space with a convolution for three kernels, and they agree in one case only. Explain each of the three results in a sentence, and say how you would make all three agree.",
        answer=lambda: (
            "The Gaussian agrees since its transform is a Gaussian, small beyond the frequencies that the grid holds, and the same function was used in both spaces. The box differs since a *box in real space* is a sinc in Fourier space, with negative parts, and the notebook multiplies by another function. "
            "Sharpening differs widely since its gain is largest at the corner, where the two treat the border and the noise differently, ninefold. All three agree to rounding if the transfer is computed *from the kernel*, padded to the picture's size with its centre at the origin, and both wrap: `stencils.transfer`."
        ),
        serves=("M5.q4", "M5.r2"),
    ),
    Problem(
        id="own-micrograph",
        kind="card",
        title="Your own data",
        prompt="Which deconvolutions does your pipeline do without using the word? For each: what is $H$, and where does its constant come from?",
        answer=lambda: (
            "CTF correction is one ($H$ is the CTF, with zeros; a Wiener constant from the SSNR, or none and a flip of phases). The division by $\\sum \\mathrm{CTF}^2$ in a reconstruction is one over all images at once (its constant is the noise's power over the map's, $1/\\tau^2$ in RELION). Sharpening by a negative B-factor is one ($H = e^{-Bs^2/4}$, "
            "its constant the FSC weighting). Division by the MTF of the camera, in post-processing, is one. Wherever you find no constant, look for what explodes."
        ),
        serves=("M5.q1", "M5.r1"),
    ),
)
