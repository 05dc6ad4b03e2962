"""The artefact laboratory, with its knobs in the open and with numbered cases."""

from __future__ import annotations

from typing import Any

import numpy as np

from underfocus.inference.reconstruct import reconstruct_halves
from underfocus.show import Line, Mark, Panels, beside, curve, image, readout
from underfocus.show.figure import figure
from underfocus.validation import pose_error
from underfocus.validation.resolution import CLASSIC, HALF_MAPS

from .. import artefacts, cones
from .dials import Angle, Case, Cone, Hand, Model, Shift, Snr

Real = np.ndarray[Any, Any]
MIDDLE = artefacts.BOX // 2
FINEST = 1 / (2 * artefacts.PIXEL)


@figure(
    "The artefact laboratory",
    caption=f"{artefacts.COUNT} images of one molecule on {artefacts.BOX}² pixels of {artefacts.PIXEL:g} Å, reconstructed anew at each turn of a knob. Sections "
    "through the middle of the truth (x across, z up the page), of the map, and of the map across z. Then the correlation of the two halves and of the map with "
    "the truth; which part of the truth's amplitudes is left, beside what theory expects of the angles (for detail at 30 Å) and of the centre; and the halves' correlation in cones along x, y, z.",
    look_for="one fault at a time: which of the curves notices it? Low signal and wrong angles both pull down the FSC; only one of them takes amplitudes. "
    "Which fault leaves both halves in perfect harmony?",
    code=(artefacts.particles, artefacts.told, reconstruct_halves, cones.conical),
    play="angle",
)
def artefact_laboratory(
    angle: Angle = 0.0, cone: Cone = 90.0, snr: Snr = 0.5, mirrored: Hand = False, shift: Shift = 0.0
) -> Panels:
    """Five faults to inject."""
    faults = artefacts.Faults(angle, cone, snr, mirrored, shift)
    found = artefacts.examined(faults)
    s = found.between.frequency
    expected = pose_error.attenuation(s, pose_error.displacement(angle, artefacts.RADIUS)) * pose_error.off_centre(
        s, shift
    )
    around = found.around
    return beside(
        _sections(found, True),
        _agreement(found, True),
        _left(found, Line(expected, "expected", "dashed")),
        _along(around),
        *_numbers(found, around, True),
        columns=3,
    )


@figure(
    "Six blind cases",
    caption="The same molecule and the same number of images; each case has one fault or none, drawn from the laboratory's five. Sections of the map, its halves' "
    "correlation, and that in cones along x, y, z. The switch adds the truth, which your own data will hardly ever have.",
    look_for="what you can say before you look at the truth, and write it down: shape of the curve, grain of the background, the same along all axes? "
    "Two of the cases cannot be told apart without it.",
    code=(artefacts.examined, cones.conical),
)
def blind_laboratory(case: Case = 1, model: Model = False) -> Panels:
    """Numbered cases to diagnose."""
    found = artefacts.examined(artefacts.case(case))
    around = found.around
    return beside(
        _sections(found, model),
        _agreement(found, model),
        *((_left(found),) if model else ()),
        _along(around),
        *_numbers(found, around, model),
        columns=3 if model else 2,
    )


def _section(data: Real, title: str) -> Any:
    top = float(np.percentile(artefacts.truth().data, 99.9))
    return image(data, artefacts.PIXEL, title=title, limits=(-0.35 * top, top))


def _sections(found: artefacts.Evidence, model: bool) -> Panels:
    """The truth across y where it is shown, and the map across y and z; z points up the page."""
    whole = found.halves.whole.data
    drawn = [_section(whole[::-1, MIDDLE], "Map, x–z"), _section(whole[MIDDLE], "Map, x–y")]
    if model:
        drawn.insert(0, _section(artefacts.truth().data[::-1, MIDDLE], "Truth, x–z"))
    return beside(*drawn)


def _agreement(found: artefacts.Evidence, model: bool) -> Any:
    lines = [Line(found.between.unmasked, "between halves")]
    if model:
        lines.append(Line(found.truth.unmasked, "with the truth", "dashed"))
    s = found.between.frequency
    lines.append(Line(np.full(len(s), HALF_MAPS), "0.143", "faint"))
    return curve(s, *lines, x="s, 1/Å", y="FSC", title="Correlation", y_limits=(-0.75, 1.02))


def _left(found: artefacts.Evidence, *more: Line) -> Any:
    s = found.between.frequency
    lines = (Line(found.left, "measured"), *more, Line(np.zeros(len(s)), "", "faint"))
    return curve(s, *lines, x="s, 1/Å", y="part of the truth", title="What is left", y_limits=(-0.75, 1.4))


def _along(found: cones.Cones) -> Any:
    """The curves of the cones nearest to the three axes."""
    nearest = [int(np.argmax(np.abs(found.directions[:, axis]))) for axis in range(3)]
    styles = ("solid", "dashed", "dotted")
    lines = [Line(found.curves[i], name, style) for i, name, style in zip(nearest, "xyz", styles, strict=True)]  # type: ignore[arg-type]
    marks = (Mark(FINEST, "Nyquist"),)
    return curve(
        found.frequency,
        *lines,
        x="s, 1/Å",
        y="FSC in cones",
        title="Along x, y, z",
        y_limits=(-0.75, 1.02),
        marks=marks,
    )


def _numbers(found: artefacts.Evidence, around: cones.Cones, model: bool) -> tuple[Any, ...]:
    lengths = np.sort(around.resolutions())
    told = [
        readout("halves, 0.143", found.between.resolution(), "Å"),
        readout("cones, 0.143", f"{lengths[0]:.3g} to {lengths[-1]:.3g}", "Å", f"{len(lengths)} cones of 20°"),
        readout("cFAR", around.cfar, "", "1: alike in all directions"),
    ]
    if model:
        told.insert(1, readout("with the truth, 0.5", found.truth.resolution(CLASSIC), "Å"))
    return tuple(told)
