"""The report of ``underfocus slice``: projections beside the power of their central slices, and the views."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..base.arrays import to_numpy
from ..maths import fourier
from ..show import report as reports
from ..show.scene import Scene
from ..show.scene.items import Arrow, Points
from ..show.scene.shapes import sphere
from ..show.specs import Panels, beside, image
from . import pictures

if TYPE_CHECKING:
    from .slice import SliceKnobs

Real = np.ndarray[Any, Any]
#: Projections in the contact sheet; views drawn as arrows, and as dots on a globe: more would hide it.
SHOWN, ARROWS, DOTS = 16, 24, 800
#: Powers of ten that the picture of the slices spans.
DECADES = 5


def sheet(images: Real, pixel: float) -> Panels:
    """Projections in rows and columns, and the power of each one's transform in the same place."""
    count, n = len(images), images.shape[-1]
    columns = int(np.ceil(np.sqrt(count)))
    rows = -(-count // columns)
    tiles = pictures.mosaic(images, rows, columns)
    low, high = (float(v) for v in np.percentile(images, (0.5, 99.8)))
    power = np.log10(fourier.power2(images - images.mean((1, 2), keepdims=True)) + 1e-30)
    top = float(np.percentile(power, 99.8))
    blank = np.full((rows * columns, n, n), np.nan, np.float32)
    blank[:count] = power
    order = "read as text, from the upper left" if count > 1 else "the only one"
    return beside(
        image(
            tiles,
            pixel,
            title="Projections",
            caption=f"The sum of the density along each view; {order}.",
            limits=(low, max(high, low + 1e-12)),
        ),
        image(
            blank.reshape(rows, columns, n, n).swapaxes(1, 2).reshape(rows * n, columns * n),
            0.0,
            title="Their central slices",
            caption="In the same places the squared transforms, logarithmic over "
            f"{DECADES} powers of ten, each from its origin in the middle to Nyquist at its edges: each is the slice "
            "through the map's own transform, across the view.",
            colour="viridis",
            limits=(top - DECADES, top),
        ),
    )


def directions(pose: Any) -> Panels:
    """The directions from which was looked: dots, and how crowded they are where there are many."""
    found = to_numpy(pose.rotation)[:, 2, :]
    if len(found) > DOTS:
        from . import orientation_pictures

        return orientation_pictures.views(pose)
    count = "One view" if len(found) == 1 else f"{len(found)} views"
    many = len(found) > ARROWS
    items: list[Any] = [sphere(1.0 if many else 0.6, opacity=1.0 if many else 0.8, tint="faint")]
    if many:
        items.append(Points(1.02 * found, tint="accent", size=5.0))
    else:
        items += [Arrow(1.3 * d, 0.62 * d, tint="accent", width=2.0) for d in found]
    words = "dots on the near side" if many else "arrows that point at the map"
    return beside(
        Scene(
            tuple(items),
            title="View directions",
            caption=f"{count} in the map's own frame, as {words}; tilt is counted from +z, rot about it from +x.",
            description=f"A sphere with {count.lower()} marked on it.",
            extent=1.35,
        )
    )


def report(knobs: SliceKnobs, made: Any, images: Real, results: dict[str, Any]) -> reports.Report:
    """Contact sheet and views."""
    count = results["projections"]
    first = f"Here are {len(images)} of {count}, taken at even distances. " if len(images) < count else ""
    words = (
        f"{first}The projection theorem: the transform of a projection is the central slice of the map's transform, "
        "across the direction of view. That is how these were made, and why enough of them give the map back."
    )
    if knobs.ctf:
        words += " The CTF has modulated them: look for its rings in the slices."
    return reports.Report(
        title=f"Projections of {knobs.map.name}",
        opening=f"{results['projections']} on {results['box']}² pixels of {results['pixel_A']:g} Å, "
        f"{results['views_from']}.",
        sections=(
            reports.Section("Projections and slices", words, sheet(images, results["pixel_A"])),
            reports.Section("From where", panels=directions(made.pose)),
        ),
    )
