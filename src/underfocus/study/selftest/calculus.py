"""Ten questions on derivatives and integrals, as the transforms and the CTF will use them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..problems import Problem
from .items import area, choose, formula, number


def items() -> tuple[Problem, ...]:
    """The self-test, easy to hard."""
    return (*_derivatives(), *_integrals())


def _derivatives() -> tuple[Problem, ...]:
    return (
        formula(
            "power",
            "A power",
            "Differentiate $f(s) = 3 s^4 - 2 s^2$ with respect to $s$.",
            lambda s: 12 * s**3 - 4 * s,
            hint="Bring each exponent down as a factor and lower it by one.",
            why="$12 s^3 - 4 s$. The phase of the CTF is a polynomial of just this kind, with $s^2$ from the defocus "
            "and $s^4$ from the spherical aberration.",
        ),
        formula(
            "envelope",
            "The chain rule",
            "An envelope falls as $E(s) = e^{-s^2}$. What is $dE/ds$?",
            lambda s: -2 * s * np.exp(-(s**2)),
            hint="The derivative of the exponential is itself, times the derivative of what stands in the exponent.",
            why="$-2 s\\, e^{-s^2}$: the outer derivative times the inner one.",
        ),
        formula(
            "product",
            "The product rule",
            "Differentiate $f(x) = x \\sin x$ with respect to $x$.",
            lambda x: np.sin(x) + x * np.cos(x),
            hint="Two terms: differentiate one factor at a time and keep the other.",
            why="$\\sin x + x \\cos x$.",
        ),
        number(
            "peak",
            "Where a curve peaks",
            "The signal $s\\,e^{-50 s^2}$ grows at first and is then damped ($s$ in 1/Å). At which $s > 0$ is it "
            "largest?",
            lambda: _argmax(lambda s: s * np.exp(-50 * s**2), 0.0, 1.0),
            unit="1/Å",
            hint="Set the derivative to zero: $1 - 100 s^2 = 0$.",
            why="The derivative is $(1 - 100 s^2)\\,e^{-50 s^2}$, zero at $s = 1/10$.",
        ),
        number(
            "partial",
            "A partial derivative",
            "The phase of a lens at defocus $z$ and frequency $s$ is $\\gamma = \\pi \\lambda z s^2$ with $\\lambda = "
            "0.02$ Å. How much does γ grow for each Å of defocus at $s = 0.5$ 1/Å?",
            lambda: (_gamma(1001.0, 0.5) - _gamma(999.0, 0.5)) / 2,
            unit="rad/Å",
            hint="Hold $s$ fixed and differentiate with respect to $z$ alone.",
            why="$\\partial\\gamma/\\partial z = \\pi \\lambda s^2 = 0.0157$ rad/Å: 200 Å of defocus turn the phase "
            "at 2 Å by half a turn.",
        ),
    )


def _integrals() -> tuple[Problem, ...]:
    return (
        number(
            "gaussian",
            "The Gaussian integral",
            "Given $\\int_{-\\infty}^{\\infty} e^{-\\pi x^2} dx = 1$, what is $\\int_{-\\infty}^{\\infty} e^{-\\pi "
            "(x/3)^2} dx$?",
            lambda: area(lambda x: np.exp(-np.pi * (x / 3) ** 2), -30, 30),
            hint="Substitute $y = x/3$, so that $dx = 3\\,dy$.",
            why="3: a Gaussian three times as wide has three times the area.",
        ),
        number(
            "box-wave",
            "A wave over a box",
            "What is $\\int_{-1/2}^{1/2} \\cos(\\pi x)\\,dx$?",
            lambda: area(lambda x: np.cos(np.pi * x), -0.5, 0.5),
            hint="An antiderivative of $\\cos(\\pi x)$ is $\\sin(\\pi x)/\\pi$.",
            why="$2/\\pi = 0.637$. This is the Fourier transform of a box of width 1 at $u = 1/2$, and the reason why "
            "a square pixel damps detail near Nyquist.",
        ),
        number(
            "sphere",
            "A double integral",
            "A ball of radius 3 seen from above is $2\\sqrt{9 - x^2 - y^2}$ thick. Integrate this thickness over the "
            "disc $x^2 + y^2 \\le 9$.",
            lambda: area(lambda r: 2 * np.sqrt(np.maximum(9 - r**2, 0)) * 2 * np.pi * r, 0, 3),
            hint="A projection keeps the total: the double integral of the thickness is the volume of the ball.",
            why="$\\frac{4}{3}\\pi 3^3 = 113.1$. In polar coordinates it is $\\int_0^3 2\\sqrt{9-r^2}\\; 2\\pi r\\, "
            "dr$.",
        ),
        number(
            "ring",
            "An area in Fourier space",
            "What is the area of the ring between 0.1 and 0.2 1/Å, $\\int_{0.1}^{0.2} 2\\pi s\\,ds$?",
            lambda: area(lambda s: 2 * np.pi * s, 0.1, 0.2),
            unit="1/Å²",
            hint="The antiderivative of $2\\pi s$ is $\\pi s^2$.",
            why="$\\pi (0.04 - 0.01) = 0.0942$ 1/Å²: three times the disc inside it, so most of an image's pixels "
            "describe its finest detail.",
        ),
        choose(
            "odd",
            "Without calculating",
            "Which of these integrals is zero for every even function $g$, that is, where $g(-x) = g(x)$?",
            (
                "$\\int_{-\\infty}^{\\infty} g(x) \\sin(2\\pi u x)\\,dx$",
                "$\\int_{-\\infty}^{\\infty} g(x) \\cos(2\\pi u x)\\,dx$",
                "$\\int_{-\\infty}^{\\infty} g(x)^2\\,dx$",
                "$\\int_{0}^{\\infty} g(x) \\sin(2\\pi u x)\\,dx$",
            ),
            hint="Compare what $x$ and $-x$ contribute.",
            why="The sine is odd, so the two halves cancel: the transform of an even function has no imaginary part.",
        ),
    )


def _gamma(defocus: float, s: float) -> float:
    return float(np.pi * 0.02 * defocus * s**2)


def _argmax(f: Callable[[float], Any], low: float, high: float) -> float:
    from scipy.optimize import minimize_scalar

    return float(minimize_scalar(lambda s: -f(s), bounds=(low, high), method="bounded", options={"xatol": 1e-10}).x)
