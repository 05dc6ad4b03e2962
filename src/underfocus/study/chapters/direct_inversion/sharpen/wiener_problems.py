"""Problems on the division, and on what one correlation says."""

from __future__ import annotations

from functools import partial

from underfocus.maths import deconvolution
from underfocus.study.problems import Hint, Input, Problem
from underfocus.validation import ssnr

from .. import napkin


def _meanings(fsc: float) -> dict[str, float]:
    """SSNR of a half and of the whole, and C_ref."""
    whole = ssnr.of_fsc(fsc, whole=True)
    return {"half": float(ssnr.of_fsc(fsc)), "whole": float(whole), "cref": float(ssnr.truth_correlation(whole))}


def _sums() -> dict[str, float]:
    transfers, observations = napkin.images()
    data, weight = deconvolution.summed(observations, transfers)
    return {"data": float(data), "weight": float(weight), "estimate": napkin.estimate()}


RATIOS = (Input("half", "SSNR of one half"), Input("whole", "SSNR of the whole map"), Input("cref", "C_ref"))

PROBLEMS = (
    Problem(
        id="four-images",
        kind="number",
        title="Four images of one coefficient",
        prompt="Four images hold the coefficient F = 1 through the CTF values 0.1, 0.2, −0.1, −0.2; their noise happens to be 1, 1, −1, 1. Write down what was observed, then Wiener's two sums and his estimate with 1/SNR = 1.",
        inputs=(Input("data", "Σ CTF·X"), Input("weight", "Σ CTF²"), Input("estimate", "estimate of F")),
        answer=_sums,
        tolerance=0.002,
        hints=(
            Hint("X = CTF·F + noise: 1.1, 1.2, −1.1, 0.8."),
            Hint(
                "Without the term 1/SNR the estimate is three times the truth. Add it below.",
                lambda: _sums() | {"estimate": napkin.estimate(noise=0.0)},
            ),
        ),
        explanation="0.30 over 0.10 + 1: 0.2727. The bare quotient would be 3, and all of the excess is noise: CTFs this small say next to nothing, and Wiener's estimate stays near what it believed before, which is 0.",
    ),
    Problem(
        id="stronger-images",
        kind="number",
        title="Larger CTFs",
        prompt="The same F, the same noises, the same 1/SNR. What is the estimate with all four CTFs doubled, and what with all four equal to 1?",
        inputs=(Input("doubled", "doubled"), Input("ones", "all of them 1")),
        answer=lambda: {"doubled": napkin.estimate(2.0), "ones": napkin.estimate(even=True)},
        tolerance=0.002,
        hints=(
            Hint(
                "Doubled CTFs change the observations too: X = 1.2, 1.4, −1.2, 0.6; and with ones 2, 2, 0, 2.",
            ),
        ),
        explanation="0.80/1.40 = 0.5714 and 6/5 = 1.2. The weight of evidence goes with the square: doubled CTFs are worth four times the images.",
    ),
    Problem(
        id="many-images",
        kind="choice",
        title="With more and more images",
        prompt="The number M of images grows, and with it $\\sum \\mathrm{CTF}^2$. What becomes of the term 1/SNR in the denominator?",
        options=(
            "It must grow with M, or noise would win.",
            "It stays, and $\\sum \\mathrm{CTF}^2$, which grows as M, leaves it behind, but not at frequencies where all CTFs are near zero.",
            "It stays, and halves every coefficient for good.",
            "It falls as 1/M.",
        ),
        answer=lambda: 1,
        hints=(Hint("Play *Wiener on a napkin*, or count: what grows with M there?"),),
        explanation="Prior belief is worth a fixed number of images, evidence grows with theirs. A spread of defoci sees to it that no frequency is left out; where one is (low frequencies, or a data set at one defocus), the term is all that stands between the map and 0/0.",
    ),
    Problem(
        id="point-143",
        kind="number",
        title="0.143",
        prompt="At FSC = 0.143 between two halves: what is the ratio of signal to noise power in one half map, in the whole map, and what does the whole map correlate with the truth?",
        inputs=RATIOS,
        answer=partial(_meanings, 0.143),
        tolerance=0.01,
        hints=(
            Hint("FSC = S/(S + N) in each half; noise power halves in their mean."),
            Hint(
                "The correlation with the truth is the root of the part that is signal, $\\sqrt{S/(S+N)}$.",
                lambda: _meanings(0.143) | {"cref": float(ssnr.fsc_of(ssnr.of_fsc(0.143, whole=True)))},
            ),
        ),
        explanation="0.167, 0.334, 0.500. C_ref = 0.5 is a phase error of 60°, the figure of merit at which crystallographers still build: that is what 0.143 was made for (Rosenthal and Henderson 2003).",
    ),
    Problem(
        id="point-5",
        kind="number",
        title="And 0.5",
        prompt="The same three numbers at FSC = 0.5 between halves.",
        inputs=RATIOS,
        answer=partial(_meanings, 0.5),
        tolerance=0.01,
        hints=(Hint("As much signal as noise in each half."),),
        explanation="1, 2 and 0.816. The older criterion asks for as much signal as noise in a map of half the data, and then looks at the map of all of it.",
    ),
    Problem(
        id="steps-inside",
        kind="order",
        title="What the program does",
        prompt="Put the steps of a direct Fourier inversion in order.",
        options=(
            "transform each image, and turn its phases so that the particle's centre is the origin",
            "multiply by the CTF; its square goes along as a weight",
            "spread both over the cells around the tilted slice, for each operator of the symmetry",
            "estimate noise over signal, shell by shell, from the sums of the two halves",
            "divide the sums by the weights plus that ratio",
            "transform back and cut out the box",
            "divide by the transform of the kernel that spread the samples",
        ),
        answer=lambda: (0, 1, 2, 3, 4, 5, 6),
        hints=(Hint("What belongs to each image comes first; what needs all of them, second; real space, last."),),
        explanation="Only the first three see the images, and they are linear: that is why a reconstruction of millions of images can be cut into parts, on as many computers as you like, and added.",
        serves=("M15.r2",),
    ),
)
