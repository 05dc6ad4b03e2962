"""The figure of picking from a real micrograph, and from noise that has its power spectrum."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from underfocus.base.knobs import knob, option
from underfocus.maths import convolution
from underfocus.show import Line, Panels, beside, curve, image, readout
from underfocus.show.figure import figure

from .. import hunting, picking

Field = Annotated[picking.Field, option("the micrograph that is searched")]
Template = Annotated[picking.Template, option("what is searched for")]
Diameter = Annotated[float, knob("Å", 50.0, 250.0, "how large the particle is", valid=(20.0, 2000.0), step=5)]
Count = Annotated[int, knob("", 1, 60, "how many of the highest peaks are kept", valid=(1, 200), label="picks")]
Scrambled = Annotated[bool, option("give every wave of the micrograph a random phase: no particle survives that")]


@figure(
    "Particles, or noise?",
    caption="A real micrograph, 1365 Å wide, with its highest peaks ringed; the template; the mean of all that was picked; and the heights of the peaks in order, "
    "beside those of noise that has the power spectrum of the micrograph and nothing else of it.",
    look_for="search the scrambled micrograph for the protein. What does the mean of the picks look like, and how would you have known?",
    code=(convolution.normalised_correlation, picking.pick),
)
def pick_particles(
    field: Field = "micrograph",
    template: Template = "dark disc",
    diameter: Diameter = 80.0,
    count: Count = 40,
    scrambled: Scrambled = False,
) -> Panels:
    """The highest peaks of a template's correlation, and the mean of what lies below them."""
    both = [picking.picture(field, mixed) for mixed in (False, True)]
    pattern = picking.template(template, diameter, both[0][1])
    picks = [picking.pick(seen, pattern, count) for seen, _ in both]
    (seen, pixel), mine = both[scrambled], picks[scrambled]
    marked = hunting.ringed(seen, mine.peaks, 4.0, round(diameter / pixel / 2))
    order = np.arange(1, 1 + min(len(p.heights) for p in picks))
    lines = (
        Line(picks[0].heights[: len(order)], "micrograph", "points"),
        Line(picks[1].heights[: len(order)], "scrambled", "faint"),
    )
    alike = float(np.corrcoef(mine.mean.ravel(), pattern.ravel())[0, 1])
    return beside(
        image(marked, pixel, title="Scrambled" if scrambled else "The micrograph", limits=(-4, 4)),
        image(pattern, pixel, title="The template", limits=(float(pattern.min()), 0.0)),
        image(mine.mean, pixel, title="Mean of the picks"),
        curve(order, *lines, x="rank of the peak", y="height of the peak", title="How high the peaks are"),
        readout("the mean looks like the template", alike, "", "correlation"),
        readout("highest peak", float(mine.heights[0])),
        readout("highest, scrambled", float(picks[1].heights[0])),
        columns=2,
    )
