"""Figures on searching: going downhill over rotations, how far random ones turn, and grids that cover them."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, Literal

import numpy as np

from underfocus.base.knobs import knob, option
from underfocus.maths import quaternions, rotations, so3
from underfocus.show import Line, Mark, Panels, beside, curve, readout, scene
from underfocus.show.figure import figure

from .. import descents

Real = np.ndarray[Any, Any]
Way = Annotated[
    Literal["the logarithm", "the quaternion", "Euler angles"], option("by what the cost is differentiated")
]
Start = Annotated[float, knob("°", 5.0, 179.0, "how far from the truth it starts", valid=(0.1, 180.0), step=1)]
Step = Annotated[float, knob("", 0.05, 1.5, "step length", valid=(0.001, 5.0), step=0.05)]
Tilt = Annotated[float, knob("°", 0.0, 90.0, "tilt of the true rotation; 0 is gimbal lock", valid=(0.0, 180.0), step=1)]
Noise = Annotated[
    float, knob("", 0.0, 1.0, "error of the points, beside their spread of 1", valid=(0.0, 10.0), step=0.05)
]
Drawn = Annotated[
    Literal["uniform", "axis and angle evenly", "Euler angles evenly"], option("how rotations are drawn at random")
]
Count = Annotated[int, knob("", 100, 20_000, "how many rotations", valid=(10, 20_000), log=True)]
Order = Annotated[int, knob("", 0, 3, "each order halves the spacing", valid=(0, 3))]
Grid = Annotated[Literal["HEALPix", "equal steps of angle"], option("which grid")]


@figure(
    "Downhill over rotations",
    caption="Twenty points and where they were found; a rotation that fits them is sought from a start that is wrong. Left: the way, as the rotation "
    "vector that is left to the best fit (radius 1 is 180°). Right: the angle that is left.",
    look_for="a steeper line is a better way. Put the tilt to 0°: only Euler angles notice. Start at 179°: all three hesitate.",
    code=(quaternions.derivative, so3.exp, descents.by_logarithm, descents.by_quaternion, descents.by_euler),
)
def descent(
    by: Way = "the logarithm", start: Start = 120.0, step: Step = 0.35, tilt: Tilt = 5.0, noise: Noise = 0.1
) -> Panels:
    """Gradient descent three ways."""
    goal = descents.best(tilt, noise)
    ways = {
        way: descents.paths(way, start, step, tilt, noise)
        for way in ("the logarithm", "the quaternion", "Euler angles")
    }
    left_over = {way: np.asarray(rotations.distance(path, goal)) for way, path in ways.items()}
    places = np.asarray(so3.log(ways[by] @ goal.T)) / 180
    mine = left_over[by]
    arrived = np.flatnonzero(mine < 1.0)
    drawn = scene.Scene(
        (
            scene.sphere(1.0, opacity=0.12),
            scene.Path(places, tint="accent"),
            scene.Points(places, "steps", "ink", 4),
            scene.Points([(0, 0, 0)], "best fit", "second", 9),
        ),
        title="The way",
        description=f"Rotation vectors left to the best fit over {descents.STEPS} steps by {by}: from {mine[0]:.0f}° to {mine[-1]:.2g}°.",
        extent=1.1,
    )
    lines = [Line(np.maximum(v, 1e-6), way, "solid" if way == by else "faint") for way, v in left_over.items()]
    right = curve(
        np.arange(descents.STEPS + 1), *lines, x="step", y="left, °", y_scale="log", y_limits=(1e-6, 360.0),
        marks=(Mark(float(arrived[0]), "below 1°"),) if len(arrived) else (),
    )  # fmt: skip
    return beside(
        drawn,
        right,
        readout("steps to within 1°", int(arrived[0]) if len(arrived) else "more than 60"),
        readout("left at the end", float(mine[-1]), "°"),
        readout(
            "best fit from the truth", float(rotations.distance(goal, descents.truth(tilt))), "°", "what noise does"
        ),
        columns=2,
    )


@cache
def _angles(drawn: str) -> Real:
    """The angles in degrees by which 20,000 random rotations turn."""
    rng = np.random.default_rng(3)
    if drawn == "axis and angle evenly":
        return rng.uniform(0, 180, 20_000)
    found = rotations.random(20_000, rng)
    if drawn == "Euler angles evenly":
        found = np.asarray(
            rotations.from_euler(*(rng.uniform(-180, 180, (3, 20_000)) * [[1], [0.5], [1]] + [[0], [90], [0]]))
        )
    return np.asarray(rotations.distance(np.eye(3), found))


@figure(
    "How far does a random rotation turn?",
    caption="The angles of random rotations in bins of 6°, and $(1 - \\cos\\alpha)/180$ a degree, which even rotations have.",
    look_for="small turns are rare: a random rotation is far from where you are. Draw the angle evenly, and you search near by.",
    code=(so3.angle_density, so3.angle_share, rotations.random),
)
def turn_angles(drawn: Drawn = "uniform", count: Count = 2000) -> Panels:
    """The density of the rotation angle."""
    angles = _angles(drawn)[:count]
    edges = np.arange(0, 181, 6.0)
    found = np.histogram(angles, edges)[0] / (count * 0.06)
    middle = (edges[1:] + edges[:-1]) / 2
    fine = np.linspace(0, 180, 181)
    return beside(
        curve(
            middle, Line(found, "found", "stems"), Line(100 * so3.angle_density(fine), "even", "solid", fine),
            x="angle of the rotation, °", y="% a degree", x_limits=(0, 180), y_limits=(0, 1.4),
            marks=(Mark(float(angles.mean()), "mean"), Mark(float(np.median(angles)), "median")),
        ),
        readout("mean", float(angles.mean()), "°"),
        readout("median", float(np.median(angles)), "°"),
        readout("turn by less than 20°", 100 * float((angles < 20).mean()), "%"),
        readout("of even ones", 100 * float(so3.angle_share(20.0)), "%"),
    )  # fmt: skip


@cache
def _grid(grid: str, order: int) -> Real:
    """The rotations of a grid whose neighbours are 60° / 2^order apart."""
    if grid == "HEALPix":
        return so3.hopf_grid(order)
    step = 60 / 2**order
    rot, tilt, psi = np.arange(0, 360, step), np.arange(step / 2, 180, step), np.arange(0, 360, step)
    angles = np.stack(np.meshgrid(rot, tilt, psi, indexing="ij"), -1).reshape(-1, 3)
    return np.asarray(rotations.from_euler(*angles.T))


@cache
def _gaps(grid: str, order: int) -> Real:
    """Degrees from 2,000 random rotations to the nearest of the grid; q and −q are both in the tree."""
    from scipy.spatial import cKDTree

    q = np.asarray(rotations.to_quaternion(_grid(grid, order)))
    chord, _ = cKDTree(np.concatenate([q, -q])).query(np.asarray(rotations.to_quaternion(rotations.random(2000, 6))))
    return np.asarray(np.degrees(4 * np.arcsin(np.minimum(chord / 2, 1))))


@figure(
    "A grid over all rotations",
    caption="Left: the view directions of a grid. Right: how far random rotations are from the nearest of the whole grid, "
    "turns in the plane included.",
    look_for="the poles. Equal steps of angle spend half as many rotations again, for gaps that are hardly smaller.",
    code=(so3.healpix_directions, so3.hopf_grid),
)
def even_grid(order: Order = 1, grid: Grid = "HEALPix") -> Panels:
    """HEALPix against longitude and latitude."""
    found, gaps = _grid(grid, order), _gaps(grid, order)
    directions = np.unique(np.asarray(rotations.view_direction(found)).round(6), axis=0)
    spacing = 60 / 2**order
    edges = np.linspace(0, spacing, 31)
    drawn = scene.Scene(
        (scene.sphere(0.98, opacity=0.35), scene.Points(directions, "views", "accent", 8 if order < 2 else 5)),
        title="View directions",
        description=f"{len(directions)} view directions of the grid {grid} of order {order} on a sphere.",
        extent=1.1,
    )
    middle = (edges[1:] + edges[:-1]) / 2
    right = curve(
        middle, Line(np.histogram(gaps, edges)[0] / len(gaps), "random rotations", "stems"), x="to the nearest, °", y="share",
        x_limits=(0, spacing), marks=(Mark(float(gaps.max()), "worst"),),
    )  # fmt: skip
    return beside(
        drawn,
        right,
        readout("view directions", len(directions)),
        readout("turns in the plane", round(360 / spacing)),
        readout("rotations", len(found)),
        readout("spacing", spacing, "°"),
        readout("mean gap", float(gaps.mean()), "°"),
        readout("worst gap", float(gaps.max()), "°"),
        columns=2,
    )
