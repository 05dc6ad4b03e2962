"""The living derivations of the chapter: two theorems, each line computed on a real signal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from underfocus.base.knobs import knob
from underfocus.maths import fourier
from underfocus.study.derivations import Derivation, Line

from ..signals import gaussian, samples

Real = np.ndarray[Any, Any]
Wide = Annotated[float, knob("Å", 2.0, 20.0, "width of the blur h", valid=(0.5, 100.0), step=0.5)]
Apart = Annotated[float, knob("Å", 4.0, 40.0, "distance of the two features of g", valid=(1.0, 100.0), step=0.5)]
Cut = Annotated[float, knob("Å", 2.0, 40.0, "the blur is cut off beyond this distance", valid=(1.0, 64.0), step=0.5)]


@dataclass(frozen=True)
class Signals:
    """Two functions on one grid of n samples 1 Å apart."""

    g: Real
    h: Real
    short: Real

    @property
    def n(self) -> int:
        """Samples."""
        return len(self.g)


def signals(apart: Apart = 16.0, wide: Wide = 6.0, cut: Cut = 6.0) -> Signals:
    """A pair of features, a Gaussian blur, and the blur cut short."""
    x, g = samples("pair", apart, 0.0, 128, 1.0)
    h = gaussian(x, wide) / wide
    return Signals(g, h, np.where(np.abs(x) <= cut, h, 0.0))


def _direct(g: Real, h: Real) -> Real:
    """Σ g(t) h(x − t), every sum written out, about the centre of the box and round its ends."""
    n = len(g)
    origin = n // 2
    places = (np.arange(n)[:, None] - np.arange(n)[None, :] + origin) % n
    return np.asarray(h[places] @ g)


CONVOLUTION = Derivation(
    id="convolution-theorem",
    title="From a blur to a product, and what a shorter kernel costs",
    state=signals,
    lines=(
        Line(
            "F(u)=\\sum_x e^{-2\\pi i u x}\\sum_t g(t)\\,h(x-t)",
            "The blur as it is defined, summed term by term; then its transform.",
            lambda s: fourier.dft1(_direct(s.g, s.h)),
        ),
        Line(
            "=\\sum_t g(t)\\,e^{-2\\pi i u t}\\;\\sum_y h(y)\\,e^{-2\\pi i u y}",
            "The order of the sums is changed and y = x − t put in.",
            lambda s: fourier.dft1(s.g) * fourier.dft1(s.h),
        ),
        Line("=G(u)\\,H(u)", "The two sums are the transforms.", lambda s: fourier.fft1(s.g) * fourier.fft1(s.h)),
        Line(
            "\\approx G(u)\\,H_{\\mathrm{cut}}(u)",
            "A kernel cut short is cheaper to apply in real space, and its transform rings.",
            lambda s: fourier.fft1(s.g) * fourier.fft1(s.short),
            approximates=True,
        ),
    ),
    explanation="The theorem is exact for sampled, periodic signals. Cutting the kernel is the approximation: it falls with the "
    "distance kept, and is smallest where the kernel is already near zero.",
    serves=("M2.q1",),
)

DERIVATIONS = (CONVOLUTION,)
