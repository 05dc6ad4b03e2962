"""The report of ``underfocus symmetrise``: how the mates agree, one by one and by shell, and sections of the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..inference.symmetrise import AGREES
from ..maths import rotations
from ..show import report as reports
from ..show.specs import Bars, Curve, Line, Mark, bars, beside, curve, readout
from . import pictures

if TYPE_CHECKING:
    from .symmetrise import SymmetriseKnobs

#: Up to so many mates are named below their bars.
NAMED = 5
AGREEMENT = (
    "A symmetric map is itself when turned by any operator of its group. Any compact body is somewhat like itself "
    "turned, though: what counts is how much better the mates agree than the same turns about other axes do. Noise "
    "lowers the curve at fine detail; one that is low from the first shells on means another symmetry or other axes."
)
SECTIONS = (
    "Averaging makes any map symmetric, rightly or wrongly. If density vanished or grew blurred, the symmetry was not "
    "the map's; if it only grew cleaner, it was."
)


def each(found: Any) -> Bars:
    """The correlation with every mate, against chance."""
    values = np.array(found.correlations)
    names = tuple(_name(mate) for mate in found.mates) if len(values) <= NAMED else ()
    level = found.chance + AGREES * (1 - found.chance)
    caption = (
        f"Each mate's correlation with the map, of {found.detail}. By chance it would be "
        f"{found.chance:.2f}; above {level:.2f} a mate agrees."
    )
    return bars(
        np.arange(1, len(values) + 1, dtype=float),
        values,
        labels=names,
        x="mate",
        y="correlation",
        title="Mate by mate",
        caption=caption,
    )


def _name(mate: Any) -> str:
    """A turn and its axis in a word."""
    if np.abs(mate.step).max() > 0:
        return f"{mate.step[2]:+.3g} Å"
    axis, angle = rotations.to_axis_angle(mate.rotation)
    letters = [f"{'−' if v < 0 else ''}{name}" for name, v in zip("xyz", axis, strict=True) if abs(abs(v) - 1) < 1e-3]
    return f"{float(angle):.0f}°{' ' + letters[0] if letters else ''}"


def by_shell(found: Any) -> Curve:
    """The mean and the worst mate's correlation by frequency, and that about other axes."""
    from .symmetrise import curves

    mean, least = curves(found)
    s = np.arange(len(mean)) / (found.volume.n * found.volume.pixel)
    lines = [Line(mean[1:], "mates, mean")]
    if len(found.mates) > 1:
        lines.append(Line(least[1:], "mates, least", "dashed"))
    lines.append(Line(np.mean([m.curve for m in found.others], 0)[1:], "other axes", "faint"))
    return curve(
        s[1:],
        *lines,
        x="spatial frequency, 1/Å",
        y="correlation",
        title="By shell",
        caption="Correlation of the map with its mates, shell by shell, as an FSC. Bars count what lies between rules.",
        y_limits=(-0.35, 1.05),
        marks=tuple(Mark(1 / length, f"{length:.3g} Å") for length in found.lengths),
    )


def report(knobs: SymmetriseKnobs, volume: Any, found: Any) -> reports.Report:
    """Verdict, agreement, and the map before and after."""
    numbers = (
        readout("correlation with the mates", found.correlation, note="the mean"),
        readout("about other axes", found.chance, note="by chance"),
        readout("mates that agree", f"{found.agreeing} of {len(found.mates)}"),
    )
    panels = (pictures.central_slices(volume, "Before"), pictures.central_slices(found.volume, "Averaged"))
    return reports.Report(
        title=f"{knobs.map.name}, averaged over {found.name}",
        opening=found.verdict + ("" if found.verdict.endswith("?") else "."),
        sections=(
            reports.Section("Was it symmetric?", AGREEMENT, beside(each(found), by_shell(found), numbers)),
            reports.Section("Before and after", SECTIONS, panels),
        ),
    )
