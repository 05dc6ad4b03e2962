"""The report of ``underfocus sharpen``: the Guinier plot with its line, sections before and after, and the FSC."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..show import report as reports
from ..show.specs import Curve, Line, Mark, beside, curve, readout
from . import pictures

if TYPE_CHECKING:
    from .sharpen import Sharpened, SharpenKnobs

GUINIER = (
    "The amplitudes of a protein at rest are about level beyond 10 Å (their mean falls little, because atoms lie as if "
    "by chance there). Whatever blurs the map, motion, misalignment, the optics, makes them fall as exp(−B s²/4): in a "
    "plot of ln F against s² a straight line of slope −B/4. Sharpening raises them again until they are level. Where "
    "the line bends, do not trust its slope: fit a straighter stretch (--fit-from, --resolution)."
)
BEFORE_AFTER = (
    "Sharpening brings out detail and noise alike, and the weights from the FSC hold back what is noise. Look for "
    "density that follows side chains or strands; specks in the solvent as bright as the protein mean that B was too "
    "large."
)


def guinier(found: Sharpened, knobs: SharpenKnobs) -> Curve:
    """ln F of the map before and after, and the line with its ends."""
    plot, after = found.plot, found.plot_after
    shown = (plot.log_amplitude != 0) & (plot.s2 > 0) & (plot.s2 < 1.3 / plot.fit_to**2)
    s2 = plot.s2[shown]
    fitted = (s2 >= 1 / plot.fit_from**2) & (s2 <= 1 / plot.fit_to**2)
    weighted = ", weighted by its FSC" if knobs.weight and found.weights is not None else ""
    line = Line(
        plot.line()[shown][fitted], f"line, B = {plot.bfactor:.0f} ± {plot.error:.0f} Å²", "dashed", x=s2[fitted]
    )
    lines = [Line(plot.log_amplitude[shown], f"before{weighted}"), line]
    if after is not None:
        kept = (s2 <= 1 / plot.fit_to**2) & (after.log_amplitude[shown] != 0)
        lines.append(
            Line(after.log_amplitude[shown][kept], f"after, {found.bfactor:.0f} Å² undone", "faint", x=s2[kept])
        )
    what = "Natural logarithm of the root mean square amplitude of each shell"
    within = " within the mask" if found.mask is not None else ""
    return curve(
        s2,
        *lines,
        x="s², 1/Å²",
        y="ln F",
        title="Guinier plot",
        caption=f"{what}{within}; the rules mark the ends of the fit.",
        marks=(Mark(1 / plot.fit_from**2, f"{plot.fit_from:g} Å"), Mark(1 / plot.fit_to**2, f"{plot.fit_to:.2f} Å")),
    )


def report(knobs: SharpenKnobs, found: Sharpened, results: dict[str, Any]) -> reports.Report:
    """Plot, sections, FSC and numbers."""
    numbers = [readout("B undone", round(found.bfactor, 1), "Å²", "exp(−B s²/4) on amplitudes")]
    if found.plot is not None:
        note = f"± {found.plot.error:.1f} Å², standard error over {found.plot.points} shells"
        numbers.insert(0, readout("B of the map", round(found.plot.bfactor, 1), "Å²", note))
    numbers.append(readout("cut at", found.resolution, "Å", results["resolution_from"]))
    sections = []
    if found.plot is not None:
        sections.append(reports.Section("How much was lost", GUINIER, beside(guinier(found, knobs), tuple(numbers))))
    panels = (_sections(found, found.before, "Before"), _sections(found, found.after, "Sharpened"))
    sections.append(reports.Section("Before and after", BEFORE_AFTER, panels))
    if found.fsc is not None:
        name = "half maps" if found.mask is None else "half maps, corrected"
        drawn = beside(pictures.fsc_curve({name: found.fsc}), pictures.resolution_readouts(found.fsc))
        sections.append(reports.Section("How far to trust it", panels=drawn))
    names = " and ".join(path.name for path in knobs.maps)
    return reports.Report(
        title=f"{names}, sharpened",
        opening="What blurred the map, measured from its own amplitudes and undone as far as there is signal.",
        sections=tuple(sections),
    )


def _sections(found: Sharpened, volume: Any, title: str) -> Any:
    """The map within its mask, cropped to it, so that as many pixels as can be show the particle."""
    from .sharpen import within

    shown = within(volume, found.mask)
    if found.mask is not None:
        places = np.argwhere(found.mask > 0.01)
        middle = found.mask.shape[0] // 2
        reach = int(min(middle, max(8, np.abs(places - middle).max() + 2)))
        shown = replace(shown, data=np.asarray(shown.data)[(slice(middle - reach, middle + reach),) * 3])
    return pictures.central_slices(shown, title)
