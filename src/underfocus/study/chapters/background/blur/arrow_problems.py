"""Problems about complex numbers; every answer is computed."""

from __future__ import annotations

import numpy as np

from underfocus.study.problems import Hint, Input, Problem

from .. import phasors

#: The phases of the problem on straight steps.
PHASES = (0.1, 0.3, 1.0)


def _errors() -> dict[str, float]:
    return {f"e{i}": float(phasors.straight_error(phase)) for i, phase in enumerate(PHASES)}


PROBLEMS: tuple[Problem, ...] = (
    Problem(
        id="eighth-power",
        kind="number",
        title="Eight turns",
        prompt="What is $(1 + i)^8$? Do not multiply it out.",
        answer=lambda: float(phasors.power(1 + 1j, 8)[-1].real),
        tolerance=1e-9,
        hints=(
            Hint("The length of $1+i$ is $\\sqrt2$ and not 1.", lambda: 1.0),
            Hint("Its length is $\\sqrt2$, and not 2.", lambda: 256.0),
            Hint("Look where the turns end: eight times 45° is a full turn, so the sign is not this.", lambda: -16.0),
            Hint("Find the length and the angle of $1+i$. A product multiplies lengths and adds angles."),
        ),
        explanation="Length $\\sqrt2$, angle 45°. Eight times: $(\\sqrt2)^8 = 16$, and $8 \\cdot 45° = 360°$, which is where we began.",
        serves=("M1.blur.r2",),
    ),
    Problem(
        id="sum-of-two",
        kind="number",
        title="Two arrows",
        prompt="How long is $e^{i\\pi/3} + 1$?",
        answer=lambda: float(abs(phasors.chain(1.0, 60.0, 2)[-1])),
        hints=(
            Hint("Lengths add up only where directions agree.", lambda: 2.0),
            Hint("That is the *difference* of the two arrows.", lambda: 1.0),
            Hint("That is only its real part.", lambda: 1.5),
            Hint("Set two arrows and a turn of 60° in the figure, or use $|1 + e^{i\\theta}| = 2\\cos(\\theta/2)$."),
        ),
        explanation="$2\\cos 30° = \\sqrt3 = 1.732$. The camera would count 3: more than the $1 + 1$ of two beams that do not know of each other.",
        serves=("M1.blur.r1", "M1.blur.r2"),
    ),
    Problem(
        id="chord",
        kind="formula",
        title="Many arrows",
        prompt="$n$ arrows of length 1, each turned by $t$ (in radians) against the last. How long is their sum? Write it in closed form with `n` and `t`; `abs` is known.",
        inputs=(Input("value", "length"),),
        answer=lambda: phasors.chord,
        hints=(
            Hint(
                "Half angles: the arrows are chords of a circle.",
                lambda: lambda n, t: np.abs(np.sin(n * t) / np.sin(t)),
            ),
            Hint(
                "A length is never negative: take `abs` of it.", lambda: lambda n, t: -np.sin(n * t / 2) / np.sin(t / 2)
            ),
            Hint(
                "A geometric series: $(1 - e^{int})/(1 - e^{it})$. Take half of each angle out of numerator and denominator."
            ),
        ),
        explanation="$|\\sin(nt/2)/\\sin(t/2)|$. It is zero where $nt$ is a full turn and $t$ is not: the arrows close. The same ratio is the diffraction of a grating with $n$ "
        "slits, and the answer of a discrete Fourier transform of $n$ samples to a wave between its bins.",
        serves=("M1.blur.r2",),
    ),
    Problem(
        id="straight-step",
        kind="number",
        title="How wrong is the straight step?",
        prompt="The weak-phase approximation puts $1 + i\\varphi$ for $e^{i\\varphi}$. How far are the two apart for $\\varphi$ = 0.1, 0.3 and 1 rad?",
        inputs=(Input("e0", "0.1 rad"), Input("e1", "0.3 rad"), Input("e2", "1 rad")),
        answer=_errors,
        hints=(
            Hint(
                "That is the bound $\\varphi^2/2$: close for small phases, too large for 1 rad.",
                lambda: {f"e{i}": phase**2 / 2 for i, phase in enumerate(PHASES)},
            ),
            Hint(
                "That is how much too *long* the straight arrow is. It also points elsewhere.",
                lambda: {f"e{i}": float(np.hypot(1, phase) - 1) for i, phase in enumerate(PHASES)},
            ),
            Hint(
                "The length of $e^{i\\varphi} - 1 - i\\varphi$: real part $\\cos\\varphi - 1$, imaginary part $\\sin\\varphi - \\varphi$."
            ),
        ),
        explanation="0.0050, 0.0449, 0.486. Never more than $\\varphi^2/2$, the first term that was left out.",
        serves=("M1.blur.r3",),
    ),
    Problem(
        id="where-it-breaks",
        kind="number",
        title="Where does it break?",
        prompt="Up to which phase is the straight step off by no more than 5 % of the beam?",
        inputs=(Input("value", "φ", "rad"),),
        answer=lambda: phasors.largest_phase(0.05),
        tolerance=0.03,
        hints=(
            Hint("You left out the ½ of $\\varphi^2/2$.", lambda: float(np.sqrt(0.05))),
            Hint("That is in degrees.", lambda: float(np.rad2deg(phasors.largest_phase(0.05)))),
            Hint("For small phases the gap is nearly $\\varphi^2/2$."),
        ),
        explanation="About 0.32 rad, from $\\varphi^2/2 = 0.05$. A thin layer of protein stays below it, a virus or a thick lamella does not; gold never did.",
        serves=("M1.blur.r3",),
    ),
    Problem(
        id="why-complex",
        kind="card",
        title="After the first two readings",
        prompt="No camera ever counted an imaginary electron. Why do people who work with waves write them as complex numbers all the same? Name one thing that would be harder with "
        "cosines alone.",
        answer=lambda: (
            "A wave has a strength and a place of its crests, and one complex number holds both. To delay, to focus or to add waves is then to multiply and to add numbers. With cosines each sum of "
            "two waves of one frequency needs the addition theorems; with arrows it is head to tail. A camera counts the squared length, which is real: what it loses is the direction, and much of this "
            "course is about getting it back."
        ),
        serves=("M1.blur.r1", "M1.blur.r2"),
    ),
)
