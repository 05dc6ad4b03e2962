"""Problems on what fades: the B-factor, and amplitude contrast."""

from __future__ import annotations

import numpy as np

from underfocus.data.optics import Optics
from underfocus.physics import ctf
from underfocus.study.problems import Hint, Input, Problem

from .. import contrast
from ..numbers import fields, numbered

PROBLEMS = (
    Problem(
        id="b-hundred",
        kind="number",
        title="B = 100 Å² at 5 Å",
        prompt="With amplitudes damped by $e^{-B s^2/4}$, which part of the amplitude is left at 5 Å for $B$ = 100 and for 50 Å²?",
        inputs=fields("", "B = 100 Å²", "B = 50 Å²"),
        answer=lambda: numbered(contrast.damped(5.0, 100.0), contrast.damped(5.0, 50.0)),
        hints=(
            Hint(
                "That is $e^{-B s^2}$, another convention; here it is $B/4$.",
                lambda: numbered(contrast.damped(5.0, 100.0, 1.0), contrast.damped(5.0, 50.0, 1.0)),
            ),
            Hint("$s$ = 1/5 1/Å, so $s^2$ = 0.04 1/Å²."),
        ),
        explanation="$e^{-1}$ = 0.368, as the notes say, and 0.607. In the other convention, $e^{-B s^2}$, it would be 0.018: always ask "
        "which $B$ a program means.",
        rests_on=("bfactor",),
        serves=("M6.q6",),
    ),
    Problem(
        id="b-one-over-e",
        kind="number",
        title="Where is 1/e?",
        prompt="At which length in Å does $B$ = 100 Å² leave $1/e$ of the amplitude? Switch the figure's convention and see.",
        inputs=(Input("value", "length", "Å"),),
        answer=lambda: float(np.sqrt(100.0 / ctf.B_DIVISOR)),
        hints=(
            Hint("That is the answer for $e^{-B s^2}$.", lambda: 10.0),
            Hint("Put $B s^2/4 = 1$."),
        ),
        explanation="$d = \\sqrt{B}/2$ = 5 Å.",
        rests_on=("bfactor",),
        serves=("M6.q6",),
    ),
    Problem(
        id="b-typo",
        kind="choice",
        title="Find the slip in the sentence",
        prompt="The notes claim that $B$ = 100 Å² brings “5 Å$^{-1}$” down to $1/e$. What is meant?",
        options=(
            "the length 5 Å, that is $s$ = 0.2 1/Å: the unit lost its inverse",
            "$s$ = 5 1/Å, as it is printed",
            "5 nm, since $B$ may be in nm²",
            "$B$ = 1 Å² and $s$ = 5 1/Å",
        ),
        answer=lambda: int(
            np.argmin(
                [
                    abs(contrast.damped(d, b) - np.exp(-1))
                    for d, b in ((5.0, 100.0), (0.2, 100.0), (50.0, 100.0), (0.2, 1.0))
                ]
            )
        ),
        hints=(
            Hint("At $s$ = 5 1/Å, a fifth of an Å, $B$ = 100 Å² leaves $e^{-625}$.", lambda: 1),
            Hint("Put each into $e^{-B s^2/4}$."),
        ),
        explanation="At 5 Å, $e^{-100 \\cdot 0.04/4} = e^{-1}$. At $s$ = 5 1/Å nothing at all would be left.",
        serves=("M6.q6",),
    ),
    Problem(
        id="b-sign",
        kind="choice",
        title="A negative B",
        prompt="Equation 11 of the notes has $e^{-B s^2/4}$. What does $B = -80$ Å² do to a map?",
        options=(
            "it raises high frequencies: it sharpens, noise included",
            "it blurs",
            "it inverts the contrast",
            "nothing: only $B^2$ matters",
        ),
        answer=lambda: int(contrast.damped(4.0, -80.0) <= 1),
        hints=(
            Hint("A positive $B$ blurs. What does its negative do to the amplitude at 4 Å?", lambda: 1),
            Hint("Compute the factor at 4 Å: is it above one?"),
        ),
        explanation="The factor at 4 Å is $e^{+1.25}$ = 3.5. Microscope and motion give a positive $B$; sharpening a map gives it back "
        "with the other sign.",
        serves=("M6.q2",),
    ),
    Problem(
        id="b-names",
        kind="match",
        title="Which B is which?",
        prompt="Many things damp like a Gaussian. Match each with what happens.",
        items=(
            "atomic B of a model",
            "Debye–Waller factor",
            "the envelope of a micrograph",
            "B from a Rosenthal–Henderson plot",
            "sharpening B",
        ),
        options=(
            "each atom's mean square displacement, 8π²u²",
            "thermal motion of a crystal's atoms, for which $B$ was named",
            "lens, beam and drift damp one image",
            "how particle number must grow with resolution",
            "a filter put onto a map, opposite in sign",
        ),
        answer=lambda: (0, 1, 2, 3, 4),
        hints=(Hint("Ask of each what moves, and what is averaged: atoms, images, or particles."),),
        explanation="All are convolutions with something nearly Gaussian, so all act as $e^{-B s^2/4}$ on amplitudes, and all inherited "
        "the letter of crystallography's factor. Their sum is what a map shows.",
        serves=("M6.q5",),
    ),
    Problem(
        id="wrong-w",
        kind="number",
        title="What a wrong w does to the defocus",
        prompt="A spectrum is made with $w$ = 0.1 at 1.5 µm and $B$ = 60 Å², and fitted down to 4 Å with $w$ = 0.2 held fixed. By how "
        "many Å does the defocus come out wrong? (Fit it in the figure, or reason: which Δf moves the zeros as much?)",
        inputs=(Input("value", "error of the defocus", "Å"),),
        answer=lambda: contrast.defocus_bias(0.1, 0.2, Optics(bfactor=60.0)),
        tolerance=0.15,
        hints=(
            Hint(
                "The size is right. Which way? More amplitude contrast adds phase, so less is left for the defocus.",
                lambda: -contrast.defocus_bias(0.1, 0.2, Optics(bfactor=60.0)),
            ),
            Hint(
                "The figure opens with a fit to 6 Å. One that reaches further has more rings to hold on to and misses by less."
            ),
        ),
        explanation="About −76 Å. The fit is nearly as good as before: amplitude contrast and defocus, and a phase plate's shift entirely, "
        "trade against each other. So $w$ is fixed, at 0.07 to 0.1 for protein in ice, and the same value used everywhere: an error in it is then mostly taken up.",
        rests_on=("wavelength", "bfactor"),
        serves=("M6.q7",),
    ),
    Problem(
        id="want-w",
        kind="card",
        title="Do you want more amplitude contrast?",
        prompt="Would you like a specimen with more amplitude contrast, or less? Why do so many programs not fit it, and what do you do if "
        "you do not know it?",
        answer=lambda: (
            "More of it would fill in the CTF near $s = 0$, where phase contrast is weakest, and make particles easier to see; but it "
            "comes from electrons lost to high angles or energies, that is from dose that damages without carrying fine detail. It is "
            "not fitted since it is nearly degenerate with defocus and phase shift (see the figure: the residual hardly moves). If it is "
            "unknown, take 0.07 (300 kV) to 0.1, keep it the same through the whole processing, and test another value once: if the "
            "map does not change, it did not matter. Source: the amplitude bench; Rohou & Grigorieff 2015, J. Struct. Biol. 192, 216."
        ),
        serves=("M6.q7",),
    ),
    Problem(
        id="pixel-bug",
        kind="choice",
        title="Spot the bug",
        prompt="A notebook draws a CTF and damps it. Which line makes its $B$ disagree with the text?\n\n"
        "```python\n"
        "n, pixel, B = 256, 1.4, 100.0          # 1: box, Å, Å²\n"
        "k = np.fft.fftfreq(n)                  # 2: frequency\n"
        "s2 = k[:, None]**2 + k[None, :]**2     # 3: squared\n"
        "damped = ctf * np.exp(-B * s2 / 4)     # 4: envelope\n"
        "```",
        options=(
            "line 2: without the pixel, the frequency is in cycles per pixel",
            "line 1: the box should be in Å",
            "line 3: the axes are added the wrong way",
            "line 4: $B$ should not be divided by 4",
        ),
        answer=lambda: int(not np.isclose(np.fft.fftfreq(256)[1] / 1.4, np.fft.fftfreq(256, 1.4)[1])),
        hints=(
            Hint("That is this study's convention, and the one of the notes.", lambda: 3),
            Hint("Which unit has `s2`? And which has `B`?"),
        ),
        explanation="`np.fft.fftfreq(n, pixel)` is meant. As it stands a pixel of 1 Å is assumed, and at 1.4 Å the envelope acts as if $B$ were "
        "$100/1.4^2$ = 51 Å². Always ask a plotted frequency for its unit.",
        serves=("M6.q6", "M6.r2"),
    ),
)
