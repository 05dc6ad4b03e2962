"""The figures of the chapter on axes, angles and quaternions; those of search and grids are in their own modules."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np

from underfocus.base.knobs import knob, option
from underfocus.maths import quaternions, rotations, so3
from underfocus.show import Line, Mark, Panels, bars, beside, curve, readout, scene
from underfocus.show.figure import figure

from .. import covers, gimbals
from .cost_figures import costs as costs
from .search_figures import descent as descent
from .search_figures import even_grid as even_grid
from .search_figures import turn_angles as turn_angles

Real = np.ndarray[Any, Any]
Angle = Annotated[
    float, knob("°", 0.0, 720.0, "how far it has turned: twice round and no more", valid=(0.0, 720.0), step=1)
]
Polar = Annotated[float, knob("°", 0.0, 180.0, "the axis, counted from z", valid=(0.0, 180.0), step=1)]
Around = Annotated[float, knob("°", -180.0, 180.0, "the axis, counted about z", valid=(-360.0, 360.0), step=1)]
Space = Annotated[Literal["ball of turns", "stereographic"], option("how the space of rotations is shown")]
Share = Annotated[float, knob("", 0.0, 1.0, "how far along the path", valid=(0.0, 1.0), step=0.01)]
Between = Annotated[float, knob("°", 5.0, 179.0, "the angle between the two rotations", valid=(0.1, 179.9), step=1)]
How = Annotated[Literal["slerp", "quaternion entries", "matrix entries", "Euler angles"], option("what is mixed")]


def _object(axis: Real, angle: float) -> scene.Scene:
    """The turned axes, and the arc that the tip of x has gone."""
    r = np.asarray(rotations.from_quaternion(covers.along(axis, angle)))
    gone = np.asarray(rotations.from_quaternion(covers.along(axis, np.linspace(0, max(angle, 1e-3), 121))))[:, :, 0]
    spiral = gone * np.linspace(0.85, 1.0, 121)[:, None]
    return scene.Scene(
        (scene.sphere(1.0, opacity=0.1), scene.Arrow((0, 0, 0), 1.2 * axis, "axis"), *scene.triad(r, 0.85), scene.Path(spiral, tint="x")),
        title="The object",
        description=f"Three axes turned by {angle:g}° about the axis ({gimbals.row(axis, 2)}), with the way that the tip of x has gone.",
        extent=1.25,
    )  # fmt: skip


def _space(axis: Real, angle: float, space: str) -> scene.Scene:
    """Where that is in the space of rotations, and the way there."""
    q = covers.along(axis, angle)
    if space == "stereographic":
        pieces, radius, extent = covers.projected(axis, angle), 1.0, covers.FAR
        here = np.asarray(quaternions.stereographic(q)) if q[0] > -0.8 else np.full(3, np.inf)
        words = "half turns are the sphere, the quaternion 1 is its middle, −1 is infinitely far"
    else:
        pieces, radius, extent = covers.in_ball(axis, angle), 1.0, 1.25
        here = np.asarray(so3.log(rotations.from_quaternion(q))) / 180
        words = "the middle is no turn, the surface half a turn, and opposite points of it are one rotation"
    visible = bool(np.linalg.norm(here) <= extent)
    place = f"({gimbals.row(here, 2)})" if visible else "out of sight"
    items: list[scene.Item] = [scene.sphere(radius, opacity=0.15), scene.Points([(0, 0, 0)], "1", "faint", 6)]
    items += [scene.Path(piece, tint="accent", width=3.0) for piece in pieces if len(piece) > 1]
    items += [scene.Segments([[-extent * axis, extent * axis]], tint="faint")]
    if visible:
        items.append(scene.Points(here[None], "here", "second", 11))
    return scene.Scene(
        tuple(items),
        title="Ball of turns" if space == "ball of turns" else "Quaternions, projected",
        description=f"A line through the middle along the axis; the point is {place}. In this picture {words}.",
        extent=extent,
    )


@figure(
    "Twice round",
    caption="An object turned about an axis, the same turn as a point in the space of rotations, and its quaternion as four bars.",
    look_for="360°. The object is back, and the bars are upside down: $q$ has become $-q$. It takes 720° for both to be back.",
    code=(quaternions.exp, quaternions.stereographic, rotations.from_quaternion),
    play="angle",
)
def double_cover(
    angle: Angle = 240.0, axis_from_z: Polar = 40.0, axis_about_z: Around = 110.0, space: Space = "ball of turns"
) -> Panels:
    """The way from q to −q."""
    axis = covers.axis_at(axis_from_z, axis_about_z)
    q = covers.along(axis, angle)
    turned = float(rotations.distance(np.eye(3), rotations.from_quaternion(q)))
    back = float(np.abs(np.asarray(rotations.from_quaternion(q)) - rotations.from_quaternion(-q)).max())
    return beside(
        _object(axis, angle),
        _space(axis, angle, space),
        bars(
            np.arange(4), q, labels=("w", "x", "y", "z"), y="component", y_limits=(-1.05, 1.05), title="The quaternion"
        ),
        readout("quaternion", gimbals.row(q)),
        readout("the object is turned by", turned, "°", "the short way"),
        readout("matrix of q less that of −q", back),
    )


@figure(
    "From one pose to another",
    caption="Left: the axes on their way, the paths of their tips, and the two ends (faint). Right: how fast it turns as $t$ runs from 0 to 1.",
    look_for="constant speed is slerp's alone. Mixed matrix entries shrink on the way: the columns do not reach the sphere.",
    code=(quaternions.slerp, so3.slerp),
    play="t",
)
def slerp_scrubber(t: Share = 0.5, between: Between = 150.0, axis_from_z: Polar = 60.0, mix: How = "slerp") -> Panels:
    """Four ways between two rotations."""
    a = np.asarray(rotations.from_euler(20.0, 35.0, -60.0))
    b = np.asarray(so3.exp(between * covers.axis_at(axis_from_z, 75.0)) @ a)
    shares = np.linspace(0, 1, 61)
    path, now = covers.mixed(a, b, shares, mix), covers.mixed(a, b, np.array([t]), mix)[0]
    tints: tuple[scene.Tint, ...] = ("x", "y", "z")
    ends = [scene.Arrow((0, 0, 0), column, tint="faint", width=2.0) for r in (a, b) for column in r.T]
    tips = [scene.Path(path[:, :, n], tint=tint) for n, tint in enumerate(tints)]
    shortest = float(np.linalg.norm(now, axis=0).min())
    drawn = scene.Scene(
        (scene.sphere(1.0, opacity=0.12), *ends, *tips, *scene.triad(now, 1.0)),
        title="On the way",
        description=f"Axes at {t:.0%} of the way between two rotations {between:g}° apart, by mixing: {mix}. The shortest of the three is {shortest:.2f} long.",
        extent=1.15,
    )  # fmt: skip
    middle = (shares[1:] + shares[:-1]) / 2
    speed = covers.speeds(path, shares)
    constant = np.full(len(middle), between)
    right = curve(
        middle, Line(speed, mix), Line(constant, "the shortest way", "faint"), x="t", y="speed, ° a unit of t",
        x_limits=(0, 1), y_limits=(0, max(1.1 * float(speed.max()), 1.4 * between)), marks=(Mark(t, "t"),),
    )  # fmt: skip
    return beside(
        drawn,
        right,
        readout("turned so far", float(rotations.distance(a, so3.nearest(now))), "°"),
        readout("length of the way", float((speed * np.diff(shares)).sum()), "°"),
        readout("determinant", float(np.linalg.det(now)), "", "1 for a rotation"),
        columns=2,
    )


SERVES = {
    "double_cover": ("M12.r3", "M12.r4", "M12.r5", "M12.q2"),
    "slerp_scrubber": ("M12.r1",),
    "descent": ("M12.q5",),
    "turn_angles": ("M12.r1",),
    "even_grid": ("M12.q5",),
    "costs": ("M12.q4", "M12.r6"),
}
