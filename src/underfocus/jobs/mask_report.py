"""The report of ``underfocus mask``: sections of the map with the mask's outline, and how much it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..show import report as reports
from ..show.specs import Image, Panels, beside, image, readout

if TYPE_CHECKING:
    from .mask import MaskKnobs

Real = np.ndarray[Any, Any]
#: Sections are drawn on at least so many samples, so that the outline is a thin line.
FINE = 240
#: The density is drawn in the lower part of the greys, so that the white outline stands out.
GREYS = 0.75


def outline(section: Real, mask: Real, low: float, high: float) -> Real:
    """A section (y, x) between two values of grey, finer, with the line where the mask is a half drawn in white."""
    from scipy.ndimage import binary_erosion, zoom

    factor = max(1, -(-FINE // max(section.shape)))
    drawn = np.repeat(np.repeat(section, factor, 0), factor, 1)
    inside = zoom(mask, factor, order=1, grid_mode=True, mode="nearest") >= 0.5
    line = inside & ~binary_erosion(inside, border_value=1)
    shown = np.clip((drawn - low) / max(high - low, 1e-30), 0, 1) * GREYS
    return np.where(line, 1.0, shown)


def outlined(volume: Any, mask: Real, what: str) -> Panels:
    """The three sections of a map through the middle of the mask, each with the mask's outline."""
    data = np.asarray(volume.data, float)
    low, high = float(np.percentile(data, 2)), float(np.percentile(data, 99.9))
    place = _middle(mask)
    words = (("z", "y down, x right"), ("y", "z down, x right"), ("x", "z down, y right"))
    found: list[Image] = []
    for axis, (name, axes) in enumerate(words):
        section, cut = data.take(place[axis], axis), mask.take(place[axis], axis)
        drawn = outline(section, cut, low, high)
        pixel = volume.pixel * section.shape[1] / drawn.shape[1]
        caption = f"{what}, at voxel {place[axis]} of {data.shape[axis]}, with the line where the mask is ½; {axes}."
        found.append(image(drawn, pixel, title=f"Section across {name}", caption=caption, limits=(0.0, 1.0)))
    return beside(*found)


def _middle(mask: Real) -> tuple[int, ...]:
    """The voxel in the middle of what is inside; that of the box where all or nothing is."""
    inside = mask >= 0.5
    if inside.mean() > 0.5 or not inside.any():
        return tuple(n // 2 for n in mask.shape)
    return tuple(
        int(np.rint(np.average(np.arange(n), weights=inside.sum(tuple(a for a in range(3) if a != axis)))))
        for axis, n in enumerate(mask.shape)
    )


def report(knobs: MaskKnobs, volume: Any, mask: Real, results: dict[str, Any]) -> reports.Report:
    """Sections, numbers, and what to look for."""
    numbers = [
        readout("volume of the mask", results["mask_volume_A3"], "Å³", "the sum of its values"),
        readout("part of the box", 100 * results["fraction_of_box"], "%"),
    ]
    if "threshold" in results:
        note = "found from the map" if results["threshold_found"] else "as given"
        numbers = [
            readout("threshold", results["threshold"], note=note),
            readout("density above it", results["density_volume_A3"], "Å³", "before it is grown"),
            readout("protein of that volume", results["density_kDa"], "kDa", "1.21 Å³ a dalton"),
            readout("pieces", results["pieces"], note=f"{results['pieces_left_out']} left out as dust"),
            *numbers,
        ]
    words = (
        "The line should run outside of all density, a few ångström away from it, and enclose no noise. Compare the "
        "mass with what you expect: much more means that the threshold is too low (or that there is detergent or "
        "nucleic acid, which is denser), much less that it is too high."
    )
    section = reports.Section("Does it fit?", words, beside(outlined(volume, mask, knobs.file.name), tuple(numbers)))
    return reports.Report(
        title=f"A mask for {knobs.file.name}",
        opening="A ball." if knobs.sphere is not None else "A soft mask around the density of a map.",
        sections=(section,),
    )
