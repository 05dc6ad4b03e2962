"""One view and its plane; and one view on a tilted stage, a ring of planes, with the cone that none of them enters."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from underfocus.base.knobs import knob
from underfocus.show import Line, Mark, Panels, beside, curve, readout, scene
from underfocus.show.figure import figure
from underfocus.validation import orientation

from .. import rings, schemes, spheres
from ..dials import RingTilt

Real = np.ndarray[Any, Any]
Away = Annotated[
    float,
    knob(
        "°",
        0.0,
        90.0,
        "the angle between the beam and the particle's own z axis",
        valid=(0.0, 180.0),
        step=1,
        label="view from z",
    ),
]
#: Fourier voxels of radius at which the two pictures judge.
RADIUS = 50.0
#: Views drawn on a ring.
DRAWN = 24


def _direction(polar: float, around: float = 0.0) -> Real:
    t, f = np.radians(polar), np.radians(around)
    return np.array([np.sin(t) * np.cos(f), np.sin(t) * np.sin(f), np.cos(t)])


@figure(
    "A view and what it fills",
    caption="Left, in the particle's frame: the beam's direction, and the circle of Fourier directions that its image holds. Right: along the circle, how far each direction is from the particle's $z$.",
    look_for="the arrow itself. It never touches the circle: an image holds everything *across* the view, and nothing along it.",
    play="away",
)
def one_view(away: Away = 20.0) -> Panels:
    """A view direction and the great circle across it."""
    view = _direction(away)
    ring = spheres.circle(view)
    drawn = scene.Scene(
        (
            scene.sphere(1.0, opacity=0.12),
            scene.Path(ring, label="what the image holds", tint="second", width=4.0),
            scene.Arrow((0, 0, 0), 1.15 * view, "view", "accent"),
            scene.Path(np.array([[0, 0, -1.2], [0, 0, 1.2]]), label="z", tint="faint", style="dashed"),
        ),
        title="The view and its plane",
        description=f"A view {away:g}° from z, and the great circle of directions at right angles to it; the circle comes to "
        f"within {90 - min(away, 180 - away):g}° of the z axis and no closer.",
        extent=1.25,
    )
    turn = np.linspace(0, 360, len(ring))
    angle = np.degrees(np.arccos(np.clip(np.abs(ring[:, 2]), 0, 1)))
    nearest = 90 - min(away, 180 - away)
    along = curve(
        turn, Line(angle, "from z, or from −z"), x="along the circle, °", y="angle from the z axis, °",
        x_limits=(0, 360), y_limits=(0, 92),
    )  # fmt: skip
    return beside(
        drawn,
        along,
        readout("closest to z that the image reaches", nearest, "°"),
        readout("part of the directions near a shell of 50 voxels", 1 / (2 * RADIUS), "", "one image, 1/(2k)"),
        columns=2,
    )


def _rings(tilt: float) -> tuple[Any, ...]:
    """The views of a tilted stage, some of their planes, and the rims of the missing cone."""
    views = schemes.views("cone", tilt, 360 / DRAWN)
    planes = tuple(scene.Path(spheres.circle(v, 1.01), tint="ink", width=1.0) for v in views[::3])
    rim = float(orientation.covered(tilt))
    across = np.sqrt(max(0.0, 1 - rim**2))
    edges = tuple(scene.Path(spheres.circle(np.array([0, 0, 1.0]), across, h), tint="second") for h in (rim, -rim))
    return (scene.Points(1.08 * views, label="views", tint="accent", size=7.0), *planes, *edges)


@figure(
    "One view on a tilted stage",
    caption="Particles that all stand upright on the film, turned by chance about the film's normal, on a stage at an angle. Left: the views (dots) and how often each Fourier direction is sampled; white as with even views, blue less, red more. Right: the same along a meridian, in closed form and counted in a shell of 50 voxels.",
    look_for="the rim of the cap. The higher the tilt, the smaller the cap; and just before it sampling is at its highest: all the rings touch there.",
    code=(orientation.ring_sampling, orientation.covered, rings.circle_sampling),
    play="tilt",
)
def tilted_view(tilt: RingTilt = 40.0) -> Panels:
    """Views on a ring, the band of directions they reach, and the cone they miss."""
    at = np.linspace(0, 90, 361)
    counted = rings.circle_sampling(np.array([tilt]), at, RADIUS)[0]
    closed = orientation.ring_sampling(tilt, at)
    painted = rings.circle_sampling(np.array([tilt]), spheres.ball_angles(), RADIUS)[0]
    covered = float(orientation.covered(tilt))
    drawn = scene.Scene(
        (spheres.painted(painted), *_rings(tilt)),
        title="Views and sampling",
        description=f"{DRAWN} views on a ring {tilt:g}° from z; Fourier directions more than {90 - tilt:g}° from the z axis are "
        f"sampled, {100 * covered:.1f} % of all, and a double cone of {90 - tilt:g}° about z is empty.",
        extent=1.2,
    )
    meridian = curve(
        at,
        Line(np.minimum(closed, 8.0), "closed form", "dashed"),
        Line(np.minimum(counted, 8.0), "counted, half a voxel to either side"),
        Line(np.ones(len(at)), "even views", "faint"),
        x="angle from z, °",
        y="sampling Sp",
        x_limits=(0, 90),
        y_limits=(0, 8),
        marks=(Mark(90 - tilt, "rim of the cone"),),
    )
    return beside(
        drawn,
        meridian,
        readout("directions sampled", covered, "", "sin of the tilt"),
        readout("in the missing cone", 1 - covered),
        readout("half angle of the cone", 90 - tilt, "°"),
        readout("a point is longer along z, times", _longer(tilt), "", "∞ without a tilt" if not tilt else ""),
        columns=2,
    )


def _longer(tilt: float) -> float:
    """The elongation along z of a map with every direction of the band at full weight."""
    squared = float(orientation.covered(tilt)) ** 2
    return float(np.sqrt((3 - squared) / (2 * squared))) if squared > 0 else float("inf")
