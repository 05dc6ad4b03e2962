"""The problems of the lens: widths, the source, coma, and what a fit believes."""

from __future__ import annotations

import numpy as np

from underfocus.data.optics import Optics
from underfocus.physics import envelopes
from underfocus.study.problems import Hint, Input, Problem

from .. import lenses


def _at(length: float) -> np.ndarray:
    return np.array([1 / length])


PROBLEMS = (
    Problem(
        id="focal-spread",
        kind="number",
        title="From energies to focus",
        prompt="A gun has a spread of 0.7 eV at 300 kV, the lens a $C_c$ of 2.7 mm. How many Å of focal spread is that, of the same kind? And with the relativistic factor $(1+E/E_0)/(1+E/2E_0)$ that most programs leave out?",
        inputs=(Input("plain", "without the factor", "Å"), Input("relativistic", "with it", "Å")),
        answer=lambda: {
            "plain": float(envelopes.focal_spread(2.7, 300.0, energy_spread=0.7)),
            "relativistic": float(envelopes.focal_spread(2.7, 300.0, energy_spread=0.7, relativistic=True)),
        },
        tolerance=2e-3,
        hints=(Hint("$C_c\\,\\delta E/E$, with the rest energy $E_0$ = 511 keV in the factor."),),
        explanation="63.00 and 77.30 Å. If 0.7 eV is a full width at half maximum, so are these; divide by 2.355 for a standard deviation.",
        serves=("M6.q5",),
    ),
    Problem(
        id="two-widths",
        kind="number",
        title="Is 63 Å an rms or a FWHM?",
        prompt="What is left at 2 Å (300 kV) if the 63 Å are a standard deviation, and if they are a full width at half maximum?",
        inputs=(Input("rms", "as standard deviation"), Input("fwhm", "as full width")),
        answer=lambda: {
            "rms": float(envelopes.temporal(_at(2.0), 63.0, 300.0)[0]),
            "fwhm": float(envelopes.temporal_fwhm(_at(2.0), 63.0, 300.0)[0]),
        },
        tolerance=3e-3,
        hints=(
            Hint("$e^{-\\frac12(\\pi\\lambda\\Delta s^2)^2}$ and $e^{-(\\pi\\lambda H s^2)^2/(16\\ln 2)}$."),
            Hint(
                "They are the other way round.",
                lambda: {
                    "rms": float(envelopes.temporal_fwhm(_at(2.0), 63.0, 300.0)[0]),
                    "fwhm": float(envelopes.temporal(_at(2.0), 63.0, 300.0)[0]),
                },
            ),
        ),
        explanation="0.622 and 0.918: the difference between worrying about the gun and not. It is a known bug of several programs, in either direction.",
        rests_on=("wavelength",),
        serves=("M6.q5",),
    ),
    Problem(
        id="source-size",
        kind="number",
        title="A source that is no point",
        prompt="The beam converges by 0.03 mrad, at 300 kV, 1.5 µm of defocus and a Cs of 2.7 mm. What is left of the amplitude at 2 Å and at 3 Å?",
        inputs=(Input("two", "at 2 Å"), Input("three", "at 3 Å")),
        answer=lambda: {
            n: float(envelopes.spatial(_at(d), 0.03, Optics())[0]) for n, d in (("two", 2.0), ("three", 3.0))
        },
        tolerance=3e-3,
        hints=(Hint("$e^{-(\\pi\\alpha)^2(C_s\\lambda^2 s^3-\\Delta f s)^2}$ with α in rad."),),
        explanation="0.711 and 0.828. It grows with defocus, unlike the spread of energies: one more reason not to go too far from focus, and to spread the beam.",
        rests_on=("wavelength",),
        serves=("M6.q5",),
    ),
    Problem(
        id="coma-shift",
        kind="number",
        title="How far does coma move?",
        prompt="The beam is tilted by 1 mrad (300 kV, Cs 2.7 mm). By how many Å is detail of 4 Å displaced against coarse detail?",
        inputs=(Input("value", "displacement", "Å"),),
        answer=lambda: lenses.moved(4.0, 1.0, Optics()),
        tolerance=5e-3,
        hints=(
            Hint(
                "The odd phase is $2\\pi C_s\\lambda^2 t s^3$ along the tilt; a displacement is its slope over $2\\pi$."
            ),
            Hint("The slope of a cube brings a 3.", lambda: lenses.moved(4.0, 1.0, Optics()) / 3),
        ),
        explanation="$3C_s\\lambda^2 s^2 t$ = 1.96 Å: half a period of 4 Å, so that detail there comes out with inverted contrast. Microscopes are aligned to some 0.1 mrad, and programs fit the rest.",
        rests_on=("wavelength",),
        serves=("M6.r1",),
    ),
    Problem(
        id="wrong-voltage",
        kind="number",
        title="A lie about the voltage",
        prompt="The micrograph was taken at 300 kV. Fit it as if it had been 200 kV (down to 8 Å): by which factor is the defocus that the fit finds wrong?",
        inputs=(Input("value", "found over true"),),
        answer=lambda: float(
            lenses.fitted(0.07, 2.7, 200.0, 8.0).optics.defocus / lenses.fitted(0.07, 2.7, 300.0, 8.0).optics.defocus
        ),
        tolerance=0.03,
        hints=(
            Hint("Rings fix the product λΔf."),
            Hint(
                "The other way: a longer wave needs less defocus.",
                lambda: float(
                    lenses.fitted(0.07, 2.7, 300.0, 8.0).optics.defocus
                    / lenses.fitted(0.07, 2.7, 200.0, 8.0).optics.defocus
                ),
            ),
        ),
        explanation="About 0.785, $\\lambda_{300}/\\lambda_{200}$, with as good a correlation. Wrong pixels, voltages and Cs all hide in the defocus; the map pays at its finest shells.",
        serves=("M6.q7", "M6.q8"),
    ),
)
