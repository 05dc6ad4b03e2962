"""The chapter's living derivation: a convolution commutes, shown by its sums."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from underfocus.base.knobs import knob
from underfocus.study.derivations import Derivation, Line

from ..shapes import shape

Real = np.ndarray[Any, Any]
Apart = Annotated[float, knob("", 0.0, 3.0, "how far h stands from its origin", valid=(-3.0, 3.0), step=0.1)]
Ends = Annotated[float, knob("", 2.0, 12.0, "where the sum is cut off, to both sides", valid=(0.5, 20.0), step=0.5)]
STEP = 0.05


@dataclass(frozen=True)
class Pair:
    """Two functions, the places where their convolution is wanted, and the ends of a sum that is cut short."""

    apart: float
    ends: float

    def g(self, t: Real) -> Real:
        """A ramp: no symmetry helps."""
        return shape("ramp", t)

    def h(self, t: Real) -> Real:
        """A Gaussian away from the origin."""
        return shape("Gaussian", t - self.apart)

    @property
    def x(self) -> Real:
        """Where f is wanted."""
        return np.arange(-6, 6, 0.5)

    def summed(self, integrand: Any, reach: float) -> Real:
        """Σ integrand(x, t) dt over |t| ≤ reach, for every x."""
        count = round(reach / STEP)
        t = np.arange(-count, count + 1) * STEP
        return np.array([STEP * float(np.sum(integrand(x, t))) for x in self.x])


def pair(apart: Apart = 1.0, ends: Ends = 3.0) -> Pair:
    """A ramp and a Gaussian."""
    return Pair(apart, ends)


COMMUTES = Derivation(
    id="commutes",
    title="It does not matter which one slides",
    state=pair,
    lines=(
        Line(
            "(g*h)(x)=\\int_{-\\infty}^{\\infty} g(t)\\,h(x-t)\\,dt",
            "The definition: h is turned round and slid to x.",
            lambda s: s.summed(lambda x, t: s.g(t) * s.h(x - t), 20.0),
        ),
        Line(
            "=-\\int_{+\\infty}^{-\\infty} g(x-y)\\,h(y)\\,dy",
            "Put y = x − t, so t = x − y and dt = −dy. Where t goes up, y goes down: the limits change places.",
            lambda s: s.summed(lambda x, y: (s.g(x - y) * s.h(y))[::-1], 20.0),
        ),
        Line(
            "=\\int_{-\\infty}^{\\infty} h(y)\\,g(x-y)\\,dy=(h*g)(x)",
            "The minus sign turns the limits round again, and the name of the variable does not matter.",
            lambda s: s.summed(lambda x, y: s.h(y) * s.g(x - y), 20.0),
        ),
        Line(
            "\\approx\\int_{-a}^{a} h(y)\\,g(x-y)\\,dy",
            "A computer's sum has ends. With them, the symmetry is gone: what h does beyond a is lost.",
            lambda s: s.summed(lambda x, y: s.h(y) * s.g(x - y), s.ends),
            approximates=True,
        ),
    ),
    explanation="The integral commutes because its limits are infinite: a change of variable maps the line onto itself. Cut the line, and it matters which of the two was cut.",
    serves=("M4.q2",),
)

DERIVATIONS = (COMMUTES,)
