"""Figures of a tilted slab: where it lies and which defocus it has, its rings strip by strip, and what thickness does to rings."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from underfocus.base.knobs import knob
from underfocus.data.optics import Defocus, Optics
from underfocus.maths import fourier
from underfocus.physics import thickness as layers
from underfocus.physics import tilt as tilts
from underfocus.physics.tilt import Tilt, TiltAngle, TiltAxis
from underfocus.show import Line, Mark, Panels, beside, curve, image, readout, scene
from underfocus.show.figure import figure

from .. import measured, tilting

Real = np.ndarray[Any, Any]
Thickness = Annotated[float, knob("Å", 0, 3_000, "how thick the slab of ice is, across itself", valid=(0, 20_000), step=50)]  # fmt: skip
Field = Annotated[float, knob("Å", 500, 8_000, "the side of the square field", valid=(100, 100_000), step=100)]
RingField = Annotated[float, knob("Å", 600, 3_000, "the side of the square field", valid=(400, 8_000), step=100, label="field")]  # fmt: skip
Finest = Annotated[float, knob("Å", 2, 12, "the finest detail that shall come out right", valid=(1, 50), step=0.1)]
Strips = Annotated[int, knob("", 2, 15, "into how many strips the field is cut, along the tilt axis", valid=(1, 64), step=1)]  # fmt: skip
SIDE, RINGS = 256, 384


@figure(
    "A tilted slab",
    caption="Left: the slab in the microscope, the beam coming from above; its colour is the defocus. Right: the same as a map over the image, with the strips that "
    "one defocus may serve.",
    look_for="the map is a plane, and nothing about it is small: at 30° a field of 4096 Å spans a quarter of the defoci that others spread over a whole session. Turn the axis: the stripes follow, the spread grows "
    "towards 45° since the diagonal is longer.",
    code=(tilts.defocus_changes, tilts.strips_needed),
    play="tilt",
)
def tilted_slab(
    tilt: TiltAngle = 30.0, axis: TiltAxis = 90.0, thickness: Thickness = 500.0, field: Field = 4_096.0, finest: Finest = 3.0,
    defocus: Defocus = 15_000.0,
) -> Panels:  # fmt: skip
    """The slab, its defocus, and how many strips a resolution asks for."""
    at, pixel = Tilt(tilt, axis), field / SIDE
    changes = tilts.defocus_changes(SIDE, pixel, at)
    wide = 2 * tilting.reach(SIDE, pixel, at)
    count = tilts.strips_needed(wide, finest, 300.0, tilt)
    limit = max(float(np.abs(changes).max()), 1.0)
    apart = np.mod(tilting.across(SIDE, pixel, at) / wide * count + 0.5 * count, 1.0)
    edges = np.minimum(apart, 1 - apart) < 0.6 * pixel * count / wide
    shown = np.where(edges, -limit * np.sign(changes), changes) if 1 < count < SIDE // 6 else changes
    return beside(
        _slab(at, thickness, field, changes),
        image(
            shown, pixel, title=f"Defocus about {defocus:g} Å, in Å", colour="diverging", limits=(-limit, limit), unit="Å"
        ),
        readout("from one edge to the other", tilts.spread(field, tilt), "Å", "of defocus, across a field with the axis along its edge"),
        readout("least and most defocus", f"{defocus + changes.min():.0f} to {defocus + changes.max():.0f}", "Å"),
        readout("the way through the slab", tilts.path_factor(tilt), "×", "1 / cos tilt"),
        readout("top to bottom of the slab", thickness * tilts.path_factor(tilt), "Å", "of defocus at one place"),
        readout("an eighth of a turn of γ is", tilts.tolerance(finest, 300.0), "Å", f"of defocus at {finest:g} Å, 300 kV"),
        readout("strips needed", count),
        columns=2,
    )  # fmt: skip


def _slab(at: Tilt, thick: float, field: float, changes: Real) -> scene.Scene:
    """The slab as two planes and its edges; the beam runs down the page, so heights are drawn upside down."""
    turn, half = at.matrix(), 0.8
    flip = np.array([1.0, -1.0, -1.0])
    rows = [np.array(v) @ turn.T * flip for v in ((half, 0, 0), (0, half, 0), (0, 0, max(half * thick / field, 1e-3)))]
    across, down, deep = rows
    limit = max(float(np.abs(changes).max()), 1.0)
    corner = np.linspace(-0.5, 0.5, 24)
    plane = np.stack([*np.meshgrid(corner, corner), np.zeros((24, 24))], axis=-1) @ turn.T
    heights = at.defocus_change(plane[..., :2] * field)
    edges = [[s * across + t * down - deep, s * across + t * down + deep] for s in (-1, 1) for t in (-1, 1)]
    angle = np.radians(at.axis)
    line = 1.0 * np.array([np.cos(angle), np.sin(angle), 0.0]) * flip
    items: list[Any] = [
        scene.Plane(
            -deep, across, down, heights, "upper face", opacity=0.85, colour="diverging", limits=(-limit, limit)
        ),
        scene.Plane(
            deep, across, down, heights, "lower face", opacity=0.85, colour="diverging", limits=(-limit, limit)
        ),
        scene.Segments(np.array(edges), "edges", "ink", 1.5),
        scene.Path(np.array([-line, line]), "tilt axis", "second", 2.5, "dashed"),
        scene.Arrow((0.0, 0.0, 1.15), (0.0, 0.0, 0.65), "beam", "accent"),
        scene.Arrow((-0.9, 0.9, -0.8), (-0.5, 0.9, -0.8), "x", "ink", 2.0),
        scene.Arrow((-0.9, 0.9, -0.8), (-0.9, 0.5, -0.8), "y", "ink", 2.0),
    ]
    words = f"A slab {thick:g} Å thick and {field:g} Å wide, tilted by {at.tilt:g}° about an axis at {at.axis:g}°; the beam comes from above."
    return scene.Scene(tuple(items), title="In the microscope", description=words, extent=1.1, axes=(), azimuth=-130.0, elevation=22.0)  # fmt: skip


@figure(
    "Rings, strip by strip",
    caption="An image of tilted amorphous ice, simulated. Left: its power spectrum: the left half from the whole field, the right half from its middle strip alone. Middle: one row a strip, from one edge "
    "of the field to the other, frequency running right. Right: the rings of the whole field, of the middle strip, and what each should be.",
    look_for="the whole field's rings are strong at the start and fade, as if the ice were thousands of Å thick; each strip has sharp ones of its own. In the middle panel they lean: that slope is the "
    "tilt, and this is how programs measure it.",
    code=(tilting.strip_rings, tilting.whole_rings, tilting.amorphous),
)
def strip_rings(
    tilt: TiltAngle = 60.0, axis: TiltAxis = 90.0, thickness: Thickness = 300.0, field: RingField = 1_200.0, strips: Strips = 9,
    defocus: Defocus = 10_000.0,
) -> Panels:  # fmt: skip
    """Local power spectra of a tilted field."""
    at, pixel, optics = Tilt(tilt, axis), field / RINGS, Optics(defocus=defocus)
    picture = tilting.amorphous(RINGS, pixel, optics, at, thickness)
    rows = tilting.strip_rings(picture, pixel, at, strips)
    whole = fourier.power2(picture) / RINGS**2
    width = tilting.reach(RINGS, pixel, at) / strips
    window = np.cos(np.clip(tilting.across(RINGS, pixel, at) / (3 * width), -0.5, 0.5) * np.pi) ** 2
    middle = fourier.power2(picture * window) / (window**2).sum()
    s = np.arange(RINGS // 2) / field
    drawn = curve(
        s, Line(tilting.ring_average(whole)[: RINGS // 2], "whole field"), Line(_along(rows)[strips // 2], "middle strip"),
        Line(tilting.whole_rings(s, field, optics, at, thickness), "whole, expected", "dashed"),
        Line(tilting.local_rings(s, optics, at, thickness, tilting.strip_middles(RINGS, pixel, at, strips)[strips // 2]), "strip, expected", "dotted"),
        x="spatial frequency, 1/Å", title="Power, averaged", y_limits=(0, 1.4),
    )  # fmt: skip
    return beside(
        image(_smooth(measured.halves(whole, middle)), 1 / field, title="Whole field | middle strip", space="fourier", limits=(0, 1.4)),
        image(np.repeat(_along(rows), max(1, RINGS // 2 // strips), axis=0), 0.0, title="One row a strip", limits=(0, 1.4)),
        drawn,
        readout("defocus, first strip", defocus + tilts.tangent(tilt) * tilting.strip_middles(RINGS, pixel, at, strips)[0], "Å"),
        readout("last strip", defocus + tilts.tangent(tilt) * tilting.strip_middles(RINGS, pixel, at, strips)[-1], "Å"),
        readout("within one strip", 2 * width * abs(tilts.tangent(tilt)), "Å", "of defocus"),
        columns=3,
    )  # fmt: skip


def _along(rows: Real) -> Real:
    """Rows averaged over three neighbouring frequencies."""
    wide = np.pad(rows, ((0, 0), (1, 1)), mode="edge")
    return np.asarray((wide[:, :-2] + wide[:, 1:-1] + wide[:, 2:]) / 3)


def _smooth(power: Real) -> Real:
    """A spectrum averaged over 3 by 3, since single values of noise scatter as much as they are large."""
    columns = power + np.roll(power, 1, 1) + np.roll(power, -1, 1)
    return np.asarray((columns + np.roll(columns, 1, 0) + np.roll(columns, -1, 0)) / 9)


@figure(
    "Thick and thin",
    caption="Thon's rings of a slab of ice with independent layers, its envelope, and the rings of a thin film at the same defocus. Beside it what a thick *object* keeps of its amplitude, "
    "where all layers show the same thing.",
    look_for="the first node: rings die, and come back on the other side. Read its frequency and you have the thickness, λ t s² = 1. In the amplitude the first zero comes later, at λ t s² = 2: an object that goes through "
    "is blurred less than noise is scrambled.",
    code=(layers.power1, layers.damping, layers.nodes),
    play="thickness",
)
def thick_rings(thickness: Thickness = 1_200.0, tilt: TiltAngle = 0.0, defocus: Defocus = 20_000.0, finest: Finest = 3.0) -> Panels:  # fmt: skip
    """Nodes of rings, and damping of amplitudes."""
    through = thickness * tilts.path_factor(tilt)
    s, optics = np.linspace(1e-3, 1 / finest, 900), Optics(defocus=defocus)
    left = layers.modulation(s, through, 300.0)
    found = layers.nodes(through, 300.0, 3) if through else np.zeros(0)
    marks = tuple(Mark(float(x), f"{1 / x:.1f} Å") for x in found if x < 1 / finest)
    rings = curve(
        s, Line(layers.power1(s, optics, through), "thick"), Line(layers.power1(s, optics, 0.0), "thin", "faint"),
        Line((1 + left) / 2, "envelope", "dashed"), Line((1 - left) / 2, style="dashed"),
        x="spatial frequency, 1/Å", y="power", y_limits=(-0.15, 1.15), marks=marks, title="Rings of ice",
    )  # fmt: skip
    kept = curve(
        s, Line(layers.damping(s, through, 300.0), "amplitude left"), x="spatial frequency, 1/Å", y="amplitude left", y_limits=(-0.3, 1.05), title="An object that goes through",
    )  # fmt: skip
    return beside(
        rings, kept,
        readout("the beam's way through", through, "Å"),
        readout("first node", 1 / found[0] if len(found) else float("inf"), "Å"),
        readout(f"amplitude left at {finest:g} Å", float(layers.damping(1 / finest, through, 300.0))),
        columns=2,
    )  # fmt: skip
