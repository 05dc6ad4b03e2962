"""Figures of complex numbers: the helix of a turning arrow, sums of arrows, the straight step for a small turn."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Any

import numpy as np

from underfocus.base.knobs import knob
from underfocus.show import Line, Mark, Panels, beside, curve, readout, scene
from underfocus.show.figure import figure

from .. import phasors

Real = np.ndarray[Any, Any]
Angle = Annotated[float, knob("°", 0.0, 720.0, "how far the arrow has turned", valid=(-3600.0, 3600.0), step=1)]
Amplitude = Annotated[float, knob("", 0.0, 1.5, "the arrow's length", valid=(0.0, 10.0), step=0.05)]
Step = Annotated[
    float, knob("°", -180.0, 180.0, "by how much each arrow turns against the last", valid=(-720.0, 720.0), step=0.5)
]
Count = Annotated[int, knob("", 1, 24, "how many arrows are added", valid=(1, 400))]
Phase = Annotated[float, knob("rad", 0.0, 1.5, "the phase φ", valid=(-3.2, 3.2), step=0.01)]
CIRCLE = np.exp(1j * np.linspace(0, 2 * np.pi, 181))
#: Turns that the helix shows, and its length in the scene.
TURNS, LENGTH = 2.0, 3.0


@figure(
    "A turning arrow and its helix",
    caption="Left: the arrow $Ae^{i\\theta}$ for every angle at once, its two shadows on the walls, and the place where it is now. Middle: the "
    "same seen from the front, the complex plane. Right: the shadows as curves.",
    look_for="one steady turn makes two waves, a quarter of a turn apart. Turn the scene until you look along θ, then from above, "
    "then from the side.",
    code=(np.exp,),
    play="angle",
)
def helix(angle: Angle = 60.0, amplitude: Amplitude = 1.0) -> Panels:
    """A turning arrow in space, in the plane, and as two waves."""
    now = amplitude * np.exp(1j * np.deg2rad(angle))
    turns = np.linspace(0, 360 * TURNS, 361)
    waves = amplitude * np.exp(1j * np.deg2rad(turns))
    drawn = curve(
        turns, Line(waves.real, "real part: cosine"), Line(waves.imag, "imaginary part: sine", "dashed"),
        x="θ, °", title="Its two shadows", marks=(Mark(angle, "now"),), y_limits=(-1.6, 1.6), x_limits=(0, 360 * TURNS),
    )  # fmt: skip
    return beside(
        _helix_scene(angle, amplitude),
        _plane(now, amplitude),
        drawn,
        readout("real part", float(now.real)),
        readout("imaginary part", float(now.imag)),
        readout("angle", float(np.deg2rad(angle)), "rad"),
        columns=3,
    )


def _helix_scene(angle: float, amplitude: float) -> scene.Scene:
    """θ along the first axis, the complex plane across it."""
    start, scale = -LENGTH / 2, LENGTH / (360 * TURNS)

    def placed(turned: Any, real: Any, imaginary: Any) -> Real:
        return np.stack(np.broadcast_arrays(start + scale * np.asarray(turned, float), real, imaginary), -1)

    turns = np.linspace(0, 360 * TURNS, 361)
    z = amplitude * np.exp(1j * np.deg2rad(turns))
    now = amplitude * np.exp(1j * np.deg2rad(angle))
    shown = float(np.clip(angle, 0.0, 360 * TURNS))
    here, head = placed(shown, 0.0, 0.0), placed(shown, now.real, now.imag)
    disc = placed(shown, CIRCLE.real * amplitude, CIRCLE.imag * amplitude)
    items = (
        scene.Path(placed(turns, z.real, z.imag), label="the arrow's head", tint="ink", width=2.5),
        scene.Path(placed(turns, z.real, -1.6), label="cosine", tint="y", style="dashed"),
        scene.Path(placed(turns, 1.6, z.imag), label="sine", tint="z", style="dashed"),
        scene.Path(placed(np.array([0, 360 * TURNS]), 0.0, 0.0), tint="faint", width=1.0),
        scene.Path(disc, tint="faint", width=1.0),
        scene.Arrow(here, head, tint="accent"),
    )
    words = (
        f"A helix of radius {amplitude:g} that turns {TURNS:g} times round the axis of θ; its shadow on the floor is a cosine, that on the wall "
        f"a sine. The arrow is at {angle:g} degrees: real part {now.real:.3g}, imaginary part {now.imag:.3g}."
    )
    return scene.Scene(
        items, title="The arrow, at every angle", description=words, extent=1.7, axes=("θ", "Re", "Im"), azimuth=-60.0
    )


def arrow(start: complex, end: complex, label: str = "", style: Any = "solid") -> Line:
    """An arrow of the complex plane as one line, with a head."""
    way = end - start
    sides = [end - 0.12 * way * np.exp(1j * turn) for turn in (0.45, -0.45)]
    points = np.array([start, end, sides[0], end, sides[1]])
    return Line(points.imag, label, style, points.real)


def _plane(now: complex, amplitude: float) -> Any:
    around = amplitude * CIRCLE
    lines = (
        Line(around.imag, "", "faint", around.real),
        arrow(0, now, "the arrow"),
        Line(np.array([0.0, now.imag]), "", "dotted", np.array([now.real, now.real])),
        Line(np.array([now.imag, now.imag]), "", "dotted", np.array([0.0, now.real])),
    )
    reach = (-1.6, 1.6)
    return curve(
        np.array(reach), *lines, x="real", y="imaginary", title="Seen from the front", equal=True, x_limits=reach, y_limits=reach,
    )  # fmt: skip


@figure(
    "Adding arrows",
    caption="Left: arrows of one length put head to tail, each turned by the same angle against the last, and their sum. Right: the length of "
    "the sum for every such angle.",
    look_for="the angles at which the arrows close to a ring and nothing is left; with more arrows there are more of them, and the "
    "peak at 0 gets narrow.",
    code=(phasors.chain, phasors.length_of_sum),
    play="step",
)
def phasor_sum(step: Step = 40.0, amplitude: Amplitude = 1.0, count: Count = 5) -> Panels:
    """A sum of equal arrows."""
    places = phasors.chain(amplitude, step, count)
    total = complex(places[-1])
    angles = np.linspace(-180, 180, 721)
    lengths = phasors.length_of_sum(amplitude, angles, count)
    lines = (
        Line(CIRCLE.imag * amplitude, "", "faint", CIRCLE.real * amplitude),
        *(arrow(complex(a), complex(b)) for a, b in pairwise(places)),
        arrow(0, total, "their sum", "dashed"),
    )
    return beside(
        curve(np.array([0.0, 1.0]), *lines, x="real", y="imaginary", title="Head to tail", equal=True),
        curve(
            angles,
            Line(lengths, "length of the sum"),
            x="turn from arrow to arrow, °",
            title="For every turn",
            marks=(Mark(step, "now"),),
        ),
        readout("length of the sum", abs(total)),
        readout("its angle", float(np.rad2deg(np.angle(total))) if abs(total) > 1e-9 else 0.0, "°"),
        readout("the most it could be", amplitude * count, "", "all arrows in one direction"),
        columns=2,
    )


@figure(
    "A small turn is a straight step",
    caption="Left: $e^{i\\varphi}$ on the circle and $1 + i\\varphi$ on its tangent. Right: the distance between the two, and the bound $\\varphi^2/2$.",
    look_for="the phase at which you begin to see a gap. Half the phase leaves a quarter of it.",
    code=(phasors.straight_error,),
    play="phase",
)
def tangent(phase: Phase = 0.3) -> Panels:
    """The first-order step beside the turn."""
    exact, straight = complex(np.exp(1j * phase)), 1 + 1j * phase
    lines = (
        Line(CIRCLE.imag, "", "faint", CIRCLE.real),
        arrow(0, exact, "turned: exp(iφ)"),
        arrow(0, straight, "straight: 1 + iφ", "dashed"),
    )
    phases = np.linspace(0.01, 1.6, 160)
    gaps = (
        Line(phasors.straight_error(phases), "the gap"),
        Line(phases**2 / 2, "φ²/2", "dashed"),
    )
    error = float(phasors.straight_error(phase))
    return beside(
        curve(
            np.array([0.0, 1.0]),
            *lines,
            x="real",
            y="imaginary",
            equal=True,
            x_limits=(-0.2, 1.8),
            y_limits=(-0.2, 1.8),
            title="On the circle, and beside it",
        ),
        curve(phases, *gaps, x="φ, rad", title="The gap", marks=(Mark(abs(phase), "now"),), y_limits=(0, 1.3)),
        readout("gap", error),
        readout("bound φ²/2", phase**2 / 2),
        readout("length of the straight one", abs(straight), "", "it should be 1"),
        columns=2,
    )
