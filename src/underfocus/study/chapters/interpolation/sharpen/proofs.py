"""The living derivation: why linear insertion dampens a map as sinc², and what a division leaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from underfocus.base.knobs import knob
from underfocus.maths import fourier, interpolation, scattered
from underfocus.study.derivations import Derivation, Line

Real = np.ndarray[Any, Any]
SIDE = 64
Place = Annotated[float, knob("", 0.0, 0.45, "where in the box the density lies", valid=(0.0, 0.5), step=0.01)]
Count = Annotated[float, knob("", 200, 20_000, "how many Fourier values are measured", valid=(50, 100_000), log=True)]


@dataclass(frozen=True)
class Measured:
    """A density, and its transform at frequencies that lie on no grid."""

    place: float
    count: int

    @property
    def density(self) -> Real:
        """A peak of the wanted place, in the middle of whose box the origin lies."""
        x = np.arange(SIDE) - SIDE // 2
        return np.asarray(np.exp(-0.5 * ((x - round(self.place * SIDE)) / 1.5) ** 2))

    @property
    def k(self) -> Real:
        """Frequencies, in cycles a box: spread evenly, at no whole numbers."""
        steps = (np.arange(self.count) * 0.6180339887498949) % 1
        return np.asarray(SIDE * (steps - 0.5))

    @property
    def values(self) -> Real:
        """The transform there."""
        x = np.arange(SIDE) - SIDE // 2
        return np.asarray(np.exp(-2j * np.pi * np.multiply.outer(self.k, x) / SIDE) @ self.density)

    def inserted(self) -> Real:
        """The values spread linearly onto the grid, each with its share of the line."""
        at = (self.k + SIDE // 2) % SIDE
        return interpolation.spread(self.values, at, (SIDE,), "linear", "wrap") * SIDE / self.count


def measured(place: Place = 0.3, count: Count = 4000.0) -> Measured:
    """A peak and its samples."""
    return Measured(place, round(count))


def _back(spectrum: Real) -> Real:
    """From a centred full spectrum to real space."""
    n = len(spectrum)
    return np.asarray(fourier.ifft1(np.roll(spectrum, -(n // 2))).real)


WINDOW = Derivation(
    id="gridding-window",
    title="Spreading here is a window there",
    state=measured,
    lines=(
        Line("g(x)", "A density, somewhere in its box.", lambda s: s.density),
        Line(
            "=\\mathcal{F}^{-1}\\Big[\\sum_k G(k)\\Big]",
            "Measured on the grid itself, its transform gives it back.",
            lambda s: _back(np.roll(fourier.fft1(s.density), SIDE // 2)),
        ),
        Line(
            "\\approx\\frac{1}{\\mathrm{sinc}^2(x/N)}\\;\\mathcal{F}^{-1}\\Big[\\sum_j G(k_j)\\,\\Lambda(k-k_j)\\Big]",
            "Each measured value is spread over its two neighbours by a triangle Λ. That is a convolution with the triangle, hence in real space a product with sinc²: divide by it. What is left comes from copies of the box.",
            lambda s: _back(s.inserted()) / scattered.gridding_correction(SIDE),
            approximates=True,
        ),
        Line(
            "\\approx\\mathcal{F}^{-1}\\Big[\\sum_j G(k_j)\\,\\Lambda(k-k_j)\\Big]",
            "Without the division: near the middle of the box it hardly matters, at the rim most of the density is gone.",
            lambda s: _back(s.inserted()),
            approximates=True,
        ),
    ),
    explanation="The window is exact; what the division cannot mend is what came over from copies of the box, which is as strong as the window is weak. Padding twice makes both small where the particle is.",
    serves=("M14.q4",),
)

DERIVATIONS = (WINDOW,)
