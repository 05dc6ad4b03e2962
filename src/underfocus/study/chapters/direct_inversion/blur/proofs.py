"""The living derivation: why a map is a sum of slices, each multiplied by |k|."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from underfocus.base.knobs import knob
from underfocus.samples.views import views
from underfocus.study.derivations import Derivation, Line

Real = np.ndarray[Any, Any]
Width = Annotated[float, knob("Å", 4.0, 30.0, "width of the ball", valid=(1.0, 100.0), step=1)]
Count = Annotated[float, knob("", 20, 5000, "how many views chance draws", valid=(2, 20_000), log=True)]
#: Places in Å from the middle at which each line is computed, and Gauss's points for each integral.
PLACES, POINTS = 25, 240


@dataclass(frozen=True)
class Ball:
    """A Gaussian ball: density exp(−πr²/w²) and transform w³ exp(−πw²k²)."""

    width: float
    count: int

    @property
    def r(self) -> Real:
        """Distances (places,) from the middle."""
        return np.linspace(0, 1.5 * self.width, PLACES)

    @property
    def density(self) -> Real:
        """In closed form."""
        return np.exp(-np.pi * (self.r / self.width) ** 2)

    def radial(self) -> tuple[Real, Real, Real]:
        """Frequencies (points,) as far as the transform reaches, Gauss's weights, and the transform there."""
        x, weight = np.polynomial.legendre.leggauss(POINTS)
        most = 4.0 / self.width
        k = most * (x + 1) / 2
        return k, most * weight / 2, self.width**3 * np.exp(-np.pi * (self.width * k) ** 2)

    def whole(self) -> Real:
        """Over the Fourier ball, the angles done by hand: 4πk² sinc(2kr)."""
        k, weight, transform = self.radial()
        return np.asarray(np.sinc(2 * k * self.r[:, None]) @ (weight * 4 * np.pi * k**2 * transform))

    def slice_at(self, across: Real, ramp: bool = True) -> Real:
        """What one slice brings to places (…) at a distance ``across`` its beam, with or without |k|."""
        from scipy.special import j0

        k, weight, transform = self.radial()
        values = weight * 2 * np.pi * k * (k if ramp else 1.0) * transform
        return np.asarray(j0(2 * np.pi * k * across[..., None]) @ values)

    def all_views(self, ramp: bool = True) -> Real:
        """Slices of all views, over the sphere of view directions, divided by 2π."""
        u, weight = np.polynomial.legendre.leggauss(POINTS)
        return np.asarray(self.slice_at(self.r[:, None] * np.sqrt(1 - u**2), ramp) @ weight)

    def some_views(self) -> Real:
        """The mean over views that chance drew, in place of the sphere; places lie along z."""
        u = np.asarray(views("uniform", self.count, 3).rotation)[:, 2, 2]
        return np.asarray(2 * self.slice_at(self.r[:, None] * np.sqrt(1 - u**2)).mean(axis=1))

    def smeared(self) -> Real:
        """Without the ramp: what is added is the same, the map is brought to the same height in the middle."""
        found = self.all_views(ramp=False)
        return np.asarray(found / found[0])


def ball(width: Width = 12.0, count: Count = 200.0) -> Ball:
    """A ball, and how many views there are."""
    return Ball(width, round(count))


SUM_OF_SLICES = Derivation(
    id="sum-of-slices",
    title="From the integral to a sum of slices",
    state=ball,
    lines=(
        Line("f(r)", "A density: a Gaussian ball, so that every line can be computed.", lambda s: s.density),
        Line(
            "=\\int F(\\mathbf k)\\,e^{2\\pi i\\mathbf k\\mathbf r}\\,d^3k",
            "It is the inverse transform of its transform.",
            lambda s: s.whole(),
        ),
        Line(
            "=\\frac{1}{2\\pi}\\int_{\\text{views}}\\int_{\\text{slice}} |k|\\,F(\\mathbf k)\\,e^{2\\pi i\\mathbf k\\mathbf r}\\,d^2k\\;d\\mathbf v",
            "The same points, gathered by slices. A point at k lies on all slices whose view is across it, and the area of slices there is 2π/|k| of the volume: |k| undoes it.",
            lambda s: s.all_views(),
        ),
        Line(
            "\\approx\\frac{2}{M}\\sum_{j=1}^{M}\\int_{\\text{slice }j} |k|\\,F(\\mathbf k)\\,e^{2\\pi i\\mathbf k\\mathbf r}\\,d^2k",
            "As many views as there are, drawn by chance, for all of them. The error falls as one over the root of M, and in the middle, where every slice brings the same, it is nothing.",
            lambda s: s.some_views(),
            approximates=True,
        ),
        Line(
            "\\propto\\int_{\\text{views}}\\int_{\\text{slice}} F(\\mathbf k)\\,e^{2\\pi i\\mathbf k\\mathbf r}\\,d^2k\\;d\\mathbf v",
            "Without |k|: plain back-projection, at the same height in the middle. The ball has a skirt that falls as 1/r², however many views there are.",
            lambda s: s.smeared(),
            approximates=True,
        ),
    ),
    explanation="The second step is a change of variables and exact; the third is where a finite number of views comes in, and only that error is mended by more of them. Leaving out the ramp is no approximation at all, but another map.",
    serves=("M15.q2", "M15.q5"),
)

DERIVATIONS = (SUM_OF_SLICES,)
