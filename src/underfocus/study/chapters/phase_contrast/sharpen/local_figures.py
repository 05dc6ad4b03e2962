"""The figure that measures a tilt: local defoci of a picture, simulated, real or the reader's own."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from underfocus.base.knobs import knob, option
from underfocus.physics.tilt import TiltAxis
from underfocus.show import Line, Panels, beside, curve, image, readout
from underfocus.show.figure import figure

from .. import local, measured

Source = Annotated[local.Source, option("whose rings are measured", label="specimen")]
True_ = Annotated[float, knob("°", -60, 60, "the tilt of the simulated picture", valid=(-85, 85), step=1, label="true tilt")]  # fmt: skip
Strips = Annotated[int, knob("", 3, 9, "into how many strips the picture is cut, along the axis", valid=(3, 32), step=1)]  # fmt: skip


@figure(
    "Measure a tilt",
    caption="A picture is cut into overlapping tiles; their spectra are gathered in strips along the axis, and each strip's rings are fitted with a defocus of its own (300 kV, Cs 2.7 mm, w 0.1). Left: the rings, one row a strip. Right: the defoci and the line through them, "
    "whose slope is the tangent of the tilt. The simulated picture has noise twice as strong as its rings, and an axis that you are to find; *micrograph* is the one of the chapter before, and *mine* your own.",
    look_for="turn the axis until the slope is steepest: that is the tilt, and across it the slope is nothing. Then the real micrograph: a slope smaller than two of its errors is no tilt.",
    code=(local.by_strip, local.plane, measured.flattened, measured.best_defocus),
)
def measure_tilt(
    specimen: Source = "simulated", axis: TiltAxis = 120.0, strips: Strips = 7, true_tilt: True_ = 40.0
) -> Panels:
    """Local defocus across an axis, and the tilt that it makes."""
    power, places, pixel = local.spectra(specimen, true_tilt)
    distances, defoci, s, rows = local.by_strip(power, places, pixel, axis, strips)
    tilt, error, middle = local.plane(distances, defoci)
    line = middle + np.tan(np.radians(tilt)) * distances
    low, high = min(defoci.min(), middle - 300.0), max(defoci.max(), middle + 300.0)
    shown = rows[:, (s > 1 / measured.COARSE) & (s < 1 / measured.FINE)]
    return beside(
        image(np.repeat(shown, max(1, shown.shape[1] // len(rows)), axis=0), 0.0, title="One row a strip", limits=(-0.2, 1.2)),
        curve(
            distances, Line(defoci, "each strip", "points"), Line(line, "line"), x="across the axis, Å", title="Defocus, Å", y_limits=(low - 50, high + 50)
        ),
        readout("tilt about this axis", tilt, "°", f"± {error:.1f}"),
        readout("defocus at the middle", middle, "Å"),
        columns=2,
    )  # fmt: skip
