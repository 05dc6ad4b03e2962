"""Figures of defocus: a phasor diagram of the image wave, a grating and a protein through focus."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from underfocus.base.knobs import knob, option
from underfocus.data.optics import Optics, SphericalAberration, Voltage
from underfocus.physics import ctf
from underfocus.show import Line, Mark, Panels, beside, curve, image, readout
from underfocus.show.figure import figure

from .. import focus
from .arrow_figures import CIRCLE, arrow

Strength = Annotated[
    float, knob("rad", 0.0, 0.6, "the phase that the detail adds to the wave", valid=(0.0, 2.0), step=0.01, label="ε")
]
Focus = Annotated[
    float, knob("Å", -10_000, 10_000, "underfocus is positive", valid=(-200_000, 200_000), step=20, label="defocus")
]
Spacing = Annotated[float, knob("Å", 3.0, 30.0, "the spacing of the detail", valid=(1.0, 500.0), step=0.1, label="d")]
Whole = Annotated[
    bool, option("let the specimen turn the wave by exp(iφ), not step aside by 1 + iφ", label="whole turn")
]
Stride = Annotated[float, knob("Å", 0, 10_000, "defocus from one picture to the next", valid=(0, 100_000), step=100)]


@figure(
    "Contrast from defocus",
    caption="Top left: the straight beam, 1, and the scattered wave $i\\varepsilon e^{i\\chi}$ added to it; a camera counts the square of the distance "
    "from 0, and the circle is where nothing would be seen. Right: that count against defocus. Below: a patch of lines with this "
    "spacing; the middle tile is at your defocus, and to its sides χ is 45° more (right) or less from tile to tile.",
    look_for="in focus the scattered arrow stands at right angles to the beam and changes the length of the sum hardly at all. Which turn makes it count "
    "most? Then make ε large: the error is of one sign, in focus and "
    "out of it.",
    code=(focus.exact, focus.linear, ctf.phase),
    play="defocus",
)
def phasor_contrast(eps: Strength = 0.2, defocus: Focus = 0.0, spacing: Spacing = 10.0) -> Panels:
    """The wave at the crest of a detail, what the camera counts, and what first order says."""
    chi = focus.shift(defocus, spacing)
    exact, first = float(focus.exact(eps, chi)), focus.linear(eps, defocus, spacing)
    defoci = np.linspace(-10_000, 10_000, 801)
    turns = np.array([focus.shift(1.0, spacing)]) * defoci
    counts = (
        Line(focus.exact(eps, turns), "exact"),
        Line(1 - 2 * eps * np.sin(turns), "first order", "dashed"),
    )
    wave = complex(focus.wave(eps, chi))
    lines = (
        Line(CIRCLE.imag, "", "faint", CIRCLE.real),
        arrow(0, 1, "straight beam"),
        arrow(1, wave, "scattered"),
        arrow(0, wave, "sum", "dashed"),
    )
    strip = focus.tiles(eps, defocus + focus.quarter(spacing) / 2 * np.arange(-3, 4), spacing)
    return beside(
        curve(
            np.array([0.0, 1.0]),
            *lines,
            x="real",
            y="imaginary",
            title="The wave at a crest",
            equal=True,
            x_limits=(-0.2, 1.8),
            y_limits=(-1.0, 1.0),
        ),
        curve(
            defoci, *counts, x="defocus, Å", y="count", title="What the camera counts", marks=(Mark(defocus, "now"),)
        ),
        image(strip, spacing / focus.PERIOD, title="Through focus", limits=(0.4, 1.6)),
        readout("χ", float(np.rad2deg(chi)), "°"),
        readout("exact |ψ|²", exact),
        readout("first order", first, "", "1 + 2ε CTF"),
        readout("error", first - exact, "", "always −ε²"),
        columns=2,
    )


@figure(
    "A grating at every defocus",
    caption="Left: the same grating at every defocus, from 10 000 Å over focus at the top to as much under focus at the bottom. Right: the "
    "strength of its lines in each row, and that of lines twice as fine.",
    look_for="lines that fade, vanish and come back with black and white exchanged. Raise ε, and look at the row in focus: there are lines, twice "
    "as many as there should be. Now give the specimen its whole turn.",
    code=(focus.strip, focus.harmonic),
    play="spacing",
)
def every_defocus(
    eps: Strength = 0.2,
    spacing: Spacing = 10.0,
    voltage_kv: Voltage = 300.0,
    cs_mm: SphericalAberration = 0.0,
    whole: Whole = False,
) -> Panels:
    """A strip of images through focus, and the contrast along it."""
    optics = Optics(voltage_kv=voltage_kv, cs_mm=cs_mm, amplitude_contrast=0.0)
    rows, defoci = focus.strip(eps, spacing, 10_000.0, optics, whole)
    lines = (Line(focus.harmonic(rows, 1), "lines of d"), Line(focus.harmonic(rows, 2), "lines of d/2", "dashed"))
    middle = len(defoci) // 2
    return beside(
        image(rows, 0.0, title="Over focus above, under focus below", limits=(0.4, 1.6)),
        curve(defoci, *lines, x="defocus, Å", y="strength", marks=(Mark(0.0, "focus"),), title="Contrast"),
        readout("quarter wave at", focus.quarter(spacing, voltage_kv), "Å", "without Cs"),
        readout("in focus: lines of d", round(float(lines[0].y[middle]), 9) + 0.0),
        readout("in focus: lines of d/2", round(float(lines[1].y[middle]), 9) + 0.0),
        columns=2,
    )


@figure(
    "A protein through focus",
    caption="Five pictures of one protein that turns the phase by at most ε, two of them overfocused, one in focus, two underfocused; computed with the "
    "whole wave. Protein is dark where defocus is positive.",
    look_for="the contrast on the two sides of focus, and in focus. Then a large ε: does the picture in focus fill?",
    code=(focus.pictured,),
)
def through_focus(eps: Strength = 0.1, stride: Stride = 5_000) -> Panels:
    """Pictures on both sides of focus with one grey scale."""
    pictures = [focus.pictured(eps, stride * k) for k in range(-2, 3)]
    seen = np.hstack([exact for exact, _ in pictures])
    reach = 3.5 * max(float(exact.std()) for exact, _ in pictures) + 1e-9
    off = float(np.abs(pictures[-1][0] - pictures[-1][1]).max())
    return beside(
        image(seen, focus.PIXEL, title="From over focus to under focus", limits=(1 - reach, 1 + reach)),
        readout("contrast (σ) in focus", round(100 * float(pictures[2][0].std()), 9), "%"),
        readout("at the first step", 100 * float(pictures[3][0].std()), "%"),
        readout("at the second", 100 * float(pictures[4][0].std()), "%"),
        readout("first order is off there by", 100 * off, "% of the beam", "at the worst pixel"),
        columns=1,
    )
