"""The chapter's living derivation: from Shannon's exact series to the mean of two neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from underfocus.base.knobs import knob
from underfocus.maths import interpolation
from underfocus.study.derivations import Derivation, Line

Real = np.ndarray[Any, Any]
SIDE = 32
Frequency = Annotated[
    float, knob("", 1.0, 15.0, "how often the fastest wave runs through the box", valid=(1, 15), step=1)
]
Half = Annotated[float, knob("", 2.0, 16.0, "how many samples to either side are added", valid=(1, 16), step=1)]


@dataclass(frozen=True)
class Band:
    """A periodic signal without anything beyond Nyquist, and how far a sum over its samples goes."""

    fastest: int
    half: int

    def value(self, x: Real) -> Real:
        """The signal itself."""
        turn = 2 * np.pi * x / SIDE
        return np.asarray(np.cos(turn + 0.4) + 0.7 * np.sin(self.fastest * turn))

    @property
    def samples(self) -> Real:
        """What is known of it."""
        return self.value(np.arange(SIDE))

    @property
    def at(self) -> Real:
        """Where it is wanted: half way, and elsewhere."""
        return np.linspace(0, SIDE, 60, endpoint=False) + 0.25


def band(fastest: Frequency = 6.0, half: Half = 8.0) -> Band:
    """A slow and a fast wave."""
    return Band(round(fastest), round(half))


def _near(s: Band) -> Real:
    """The sum over the samples near each place alone, under plain sincs."""
    base = np.floor(s.at).astype(int)
    taps = np.arange(1 - s.half, s.half + 1)
    index = base[:, None] + taps
    return np.asarray((s.samples[index % SIDE] * np.sinc(s.at[:, None] - index)).sum(1))


SHANNON = Derivation(
    id="from-shannon-to-linear",
    title="From all samples to two",
    state=band,
    lines=(
        Line("g(x)", "A signal with nothing beyond Nyquist, at places between its samples.", lambda s: s.value(s.at)),
        Line(
            "=\\sum_{i=-\\infty}^{\\infty} g_i\\,\\mathrm{sinc}(x-i)",
            "Shannon: the samples say everything. The sum runs over all of them, and over all copies of the box.",
            lambda s: interpolation.sample(s.samples, s.at, "sinc", "wrap"),
        ),
        Line(
            "\\approx\\sum_{|x-i|<m} g_i\\,\\mathrm{sinc}(x-i)",
            "A sinc falls off so slowly that cutting it is always felt.",
            _near,
            approximates=True,
        ),
        Line(
            "\\approx\\sum_{|x-i|<4} g_i\\,w(x-i)\\,\\mathrm{sinc}(x-i)",
            "Eight samples under a window that lets the sinc die away: fewer samples than before, and closer.",
            lambda s: interpolation.sample(s.samples, s.at, "kaiser-bessel", "wrap"),
            approximates=True,
        ),
        Line(
            "\\approx(1-t)\\,g_{\\lfloor x\\rfloor}+t\\,g_{\\lfloor x\\rfloor+1}",
            "Two samples and a triangle: cheap, and its gain falls as sinc².",
            lambda s: interpolation.sample(s.samples, s.at, "linear", "wrap"),
            approximates=True,
        ),
    ),
    explanation="Everything after Shannon's line trades samples for error. Slow waves hardly notice: hence the rule to sample twice as finely (or to pad twice as wide, in the other space) and interpolate cheaply.",
    serves=("M13.q1", "M13.r3"),
)

DERIVATIONS = (SHANNON,)
