"""Ten questions on sines, cosines and angles: waves, tilts and phases."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..problems import Problem
from .items import area, choose, formula, number


def items() -> tuple[Problem, ...]:
    """The self-test, easy to hard."""
    return (*_angles(), *_waves())


def _angles() -> tuple[Problem, ...]:
    return (
        number(
            "radians",
            "Degrees and radians",
            "A stage is tilted by 30°. What is that in radians?",
            lambda: float(np.deg2rad(30)),
            unit="rad",
            hint="A full turn is 360° or $2\\pi$.",
            why="$\\pi/6 = 0.5236$.",
        ),
        number(
            "ice",
            "A longer path",
            "Ice is 300 Å thick. How much of it does the beam cross when the specimen is tilted by 60°?",
            lambda: 300 / float(np.cos(np.deg2rad(60))),
            unit="Å",
            hint="The thickness is the side next to the tilt angle, the path is the hypotenuse.",
            why="$300 / \\cos 60° = 600$ Å.",
        ),
        number(
            "height",
            "A tilted field",
            "Across a field 4000 Å wide, measured in the image at right angles to the tilt axis, a specimen tilted by "
            "45° changes height. By how much?",
            lambda: 4000 * float(np.tan(np.deg2rad(45))),
            unit="Å",
            hint="Height over width is the tangent of the tilt.",
            why="$4000 \\tan 45° = 4000$ Å: the defocus changes by as much from one edge to the other.",
        ),
        number(
            "quadrant",
            "The right quadrant",
            "A Fourier coefficient is $-1 + i$. What is its phase, between −180° and 180°?",
            lambda: float(np.angle(-1 + 1j, deg=True)),
            unit="°",
            hint="Draw it: left of the origin and above it. The arc tangent of −1 alone would say −45°.",
            why="135°. A program uses `atan2(1, -1)`, which knows the quadrant.",
        ),
        formula(
            "quarter",
            "A quarter turn",
            "Write $\\sin(g + \\pi/2)$ without the $\\pi/2$, as a function of $g$.",
            lambda g: np.cos(g),
            hint="Move the sine curve a quarter period to the left, or use $\\sin(a+b) = \\sin a \\cos b + \\cos a "
            "\\sin b$.",
            why="$\\cos g$. A phase plate does this to the CTF: it turns the sine into a cosine, which is large at low "
            "frequency.",
        ),
    )


def _waves() -> tuple[Problem, ...]:
    return (
        number(
            "period",
            "Frequency and period",
            "A wave repeats 0.04 times in each Å. How long is its period?",
            lambda: 1 / 0.04,
            unit="Å",
            hint="The period is one over the frequency.",
            why="25 Å.",
        ),
        number(
            "sum",
            "Two waves make one",
            "$3\\cos x + 4 \\sin x$ is a single wave. What is its amplitude?",
            lambda: float(abs(3 - 4j)),
            hint="Write it as $R\\cos(x - \\varphi)$, so that $R\\cos\\varphi = 3$ and $R\\sin\\varphi = 4$.",
            why="$\\sqrt{3^2 + 4^2} = 5$, with its crest at $\\varphi = 53.1°$.",
        ),
        number(
            "power",
            "A mean power",
            "What is the mean of $\\sin^2 x$ over one period?",
            lambda: area(lambda x: np.sin(x) ** 2, 0, 2 * np.pi) / (2 * np.pi),
            hint="$\\sin^2 x = \\frac{1}{2}(1 - \\cos 2x)$.",
            why="½: a CTF that oscillates fast lets through half of the power.",
        ),
        number(
            "zero",
            "The first zero",
            "A CTF goes as $\\sin(\\pi \\lambda z s^2)$, with $\\lambda z = 225$ Å². Which length $d = 1/s$ belongs "
            "to its first zero beyond $s = 0$?",
            lambda: 1 / _first_zero(lambda s: float(np.sin(np.pi * 225 * s**2)), 0.05, 0.08),
            unit="Å",
            hint="The sine is zero again where its argument is π.",
            why="$\\lambda z s^2 = 1$, so $d = \\sqrt{\\lambda z} = 15$ Å.",
        ),
        choose(
            "euler",
            "A complex wave",
            "Which of these equals $\\cos\\theta$?",
            (
                "$\\frac{1}{2}(e^{i\\theta} + e^{-i\\theta})$",
                "$\\frac{1}{2}(e^{i\\theta} - e^{-i\\theta})$",
                "$\\frac{1}{2i}(e^{i\\theta} - e^{-i\\theta})$",
                "$e^{i\\theta} e^{-i\\theta}$",
            ),
            hint="Use $e^{i\\theta} = \\cos\\theta + i\\sin\\theta$ for θ and for −θ, and add.",
            why="The sines cancel. A real wave is two complex ones, turning in opposite senses.",
        ),
    )


def _first_zero(f: Callable[[float], float], low: float, high: float) -> float:
    from scipy.optimize import brentq

    return float(brentq(f, low, high, xtol=1e-12))
