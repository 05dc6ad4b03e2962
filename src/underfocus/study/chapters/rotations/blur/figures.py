"""The figures of the chapter on coordinates and rotations: pure functions from knobs to panels."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, Literal

import numpy as np

from underfocus.base.knobs import knob, option
from underfocus.maths import conventions, euler, rotations
from underfocus.show import Line, Mark, Panels, beside, curve, readout, scene
from underfocus.show.figure import figure

from .. import gimbals, slabaugh
from .hidden import dock as dock

Real = np.ndarray[Any, Any]
Polar = Annotated[float, knob("°", 0.0, 180.0, "the angle from the pole z", valid=(0.0, 180.0), step=1)]
Around = Annotated[
    float, knob("°", -180.0, 180.0, "the angle about z, from x towards y", valid=(-360.0, 360.0), step=1)
]
Far = Annotated[float, knob("", 0.5, 2.0, "how far the point is from the origin", valid=(0.01, 2.5), step=0.05)]
First = Annotated[float, knob("°", -180.0, 180.0, "the outer ring: the turn about z", valid=(-720.0, 720.0), step=1)]
Second = Annotated[float, knob("°", -180.0, 180.0, "the middle ring", valid=(-720.0, 720.0), step=1)]
Third = Annotated[float, knob("°", -180.0, 180.0, "the inner ring", valid=(-720.0, 720.0), step=1)]
Program = Annotated[Literal["RELION", "EMAN2", "ZYZ", "ZYX"], option("whose three angles these are")]
Angle = Annotated[float, knob("°", -180.0, 180.0, "how far the plane is turned", valid=(-720.0, 720.0), step=1)]
Across = Annotated[float, knob("", -5.0, 5.0, "the real part of the point", valid=(-10.0, 10.0), step=0.5)]
Up = Annotated[float, knob("", -5.0, 5.0, "the imaginary part of the point", valid=(-10.0, 10.0), step=0.5)]
Drawn = Annotated[
    Literal["evenly over the sphere", "each angle evenly"], option("how orientations are drawn at random")
]
Cap = Annotated[float, knob("°", 5.0, 180.0, "views tilted by less than this are counted", valid=(0.0, 180.0), step=1)]
Views = Annotated[int, knob("", 100, 4000, "how many views", valid=(10, 20_000), step=10, log=True)]
Turn = Annotated[float, knob("°", -180.0, 180.0, "one of the outer angles", valid=(-720.0, 720.0), step=1)]


def _on_sphere(polar: float, around: float, radius: float = 1.0) -> Real:
    theta, phi = np.radians(polar), np.radians(around)
    return np.asarray(radius * np.array([np.sin(theta) * np.cos(phi), np.sin(theta) * np.sin(phi), np.cos(theta)]))


def _patch_area(polar: Real, radius: float) -> Real:
    """The area of 15° by 15° of a sphere about points at polar angles in degrees; at the poles a part of it is cut off."""
    top, bottom = (np.radians(np.clip(polar + d, 0, 180)) for d in (-7.5, 7.5))
    return np.asarray(radius**2 * (np.cos(top) - np.cos(bottom)) * np.radians(15))


def _arc(points: list[Real], label: str, tint: str, **facts: Any) -> scene.Path:
    return scene.Path(np.array(points), label=label, tint=tint, **facts)  # type: ignore[arg-type]


@figure(
    "A point on a sphere",
    caption="A point at distance $r$, $\\theta$ from the pole $z$ and $\\phi$ about it, with a patch of 15° by 15°. Right: the area of the patch.",
    look_for="the patch: the same 15° by 15° shrink to a sliver at the pole, by $\\sin\\theta$.",
    play="polar",
)
def spherical(polar: Polar = 60.0, around: Around = 25.0, far: Far = 1.5) -> Panels:
    """Spherical coordinates with the patch of area r² sin θ dθ dφ."""
    x, y, z = _on_sphere(polar, around, far)
    down = [_on_sphere(t, around, far) for t in np.linspace(0, polar, 25)]
    along = [_on_sphere(90, p, far) for p in np.linspace(0, around, 25)]
    thetas, phis = np.clip(polar + np.linspace(-7.5, 7.5, 7), 0, 180), around + np.linspace(-7.5, 7.5, 7)
    patch = np.array([[_on_sphere(t, p, far) for p in phis] for t in thetas])
    drawn = scene.Scene(
        (
            scene.sphere(far, steps=36, tint="faint", opacity=0.15),
            scene.surface(patch, label="15° by 15°", tint="second", opacity=0.8),
            scene.Arrow((0, 0, 0), (x, y, z), f"r = {far:g}"),
            _arc(down, "θ", "z"),
            _arc(along, "φ", "x"),
            _arc([np.array([x, y, z]), np.array([x, y, 0.0]), np.zeros(3)], "", "faint", style="dashed"),
        ),
        title="r, θ, φ",
        description=f"An arrow of length {far:g} to the point ({x:.2f}, {y:.2f}, {z:.2f}), {polar:g}° from z and {around:g}° "
        "about it, with the two angles as arcs and a patch of 15° by 15° around its head.",
        extent=2.2,
    )
    degrees = np.linspace(0, 180, 91)
    areas = _patch_area(degrees, far)
    right = curve(
        degrees, Line(areas, "area"), Line(np.full(91, areas.max()), "at the equator", "faint"), x="θ of its middle, °",
        y="area of the patch", x_limits=(0, 180), y_limits=(0, 1.1 * float(areas.max())), marks=(Mark(polar, "here"),),
    )  # fmt: skip
    return beside(
        drawn,
        right,
        readout("x", x),
        readout("y", y),
        readout("z", z),
        readout("area of the patch", float(_patch_area(np.array(polar), far))),
        readout("at the equator", float(areas.max())),
        columns=2,
    )


@figure(
    "Turning the plane",
    caption="A point $z = x + iy$ and $e^{i\\theta}z$. The faint grid is what the multiplication does to the whole plane.",
    look_for="lengths and angles stay; the two columns of the matrix are where 1 and $i$ went.",
    play="angle",
)
def plane_turn(angle: Angle = 70.0, across: Across = 3.0, up: Up = 1.0) -> Panels:
    """Multiplication by a complex number of modulus one, and its matrix."""
    turn = np.exp(1j * np.radians(angle))
    before = complex(across, up)
    after = turn * before
    reach = max(1.0, abs(before)) * 1.15
    around = np.exp(1j * np.linspace(0, 2 * np.pi, 145)) * abs(before)
    ruled = np.array([[complex(t, -reach), complex(t, reach), np.nan] for t in np.linspace(-reach, reach, 9)]).ravel()
    grid = np.concatenate([ruled, 1j * ruled]) * turn
    lines = (
        Line(grid.imag, "the plane, turned", "faint", grid.real),
        Line(around.imag, "same length", "dotted", around.real),
        Line(np.array([0, before.imag]), "z", "dashed", np.array([0, before.real])),
        Line(np.array([0, after.imag]), "turned", "solid", np.array([0, after.real])),
    )
    matrix = np.asarray(rotations.about_z(angle))[:2, :2]
    return beside(
        curve(
            np.array([-reach, reach]), *lines, x="real", y="imaginary", equal=True, x_limits=(-reach, reach),
            y_limits=(-reach, reach),
        ),
        readout("turned, real part", after.real),
        readout("turned, imaginary part", after.imag),
        readout("length", abs(after), "", "as before"),
        readout("matrix, first row", gimbals.row(matrix[0])),
        readout("second row", gimbals.row(matrix[1])),
    )  # fmt: skip


def _alarm(degrees: float) -> str:
    if degrees < 1e-6:
        return "LOCKED: the outer two turn about one axis"
    return f"{'close' if degrees < 5 else 'free'}, {degrees:.3g}° from the lock"


def _others(reading: str, angles: tuple[float, float, float]) -> tuple[Any, ...]:
    """The same rotation as other programs write it."""
    matrix = gimbals.written(reading, angles)
    names = {"RELION": "relion", "EMAN2": "eman2", "cryoSPARC": "cryosparc", "quaternion": "quaternion"}
    return tuple(
        readout(f"as {label}" if label == "quaternion" else f"in {label}", gimbals.triple(conventions.from_matrix(matrix, name)), "", ", ".join(
            conventions.convention(name).names))
        for label, name in names.items()
        if label != reading
    )  # fmt: skip


@figure(
    "Three rings",
    caption="Each ring carries the next. Left: the rings and the axes that the innermost one carries; in RELION and EMAN2 these "
    "are the image's $x$ and $y$ and the view direction. Right: where the inner $x$ goes when one knob alone moves by 60° either way.",
    look_for="the three paths on the right. Put the middle ring to 0° (ZYX: 90°): two of them become one path, and a direction "
    "is lost. That is gimbal lock.",
    code=(euler.matrix, euler.branches, euler.locked, conventions.convert),
    play="second",
)
def gimbal(first: First = 60.0, second: Second = 65.0, third: Third = 35.0, program: Program = "RELION") -> Panels:
    """The gimbal with its three rings, the sphere of directions, the matrix, and the alarm."""
    angles = (first, second, third)
    reading = gimbals.READINGS[program]
    axes, product = gimbals.axes_of(program, angles), gimbals.turned(program, angles)
    tints: tuple[scene.Tint, ...] = ("x", "y", "z")
    labels = [f"{name} {gimbals.triple(np.array([angle]))}°" for name, angle in zip(reading.names, angles, strict=True)]
    carried = ("image x", "image y", "view") if reading.transposed else ("x", "y", "z")
    ring = [
        scene.Path(gimbals.circle(axis, 1.0 - 0.1 * n), label=label, tint=tint)
        for n, (axis, label, tint) in enumerate(zip(axes, labels, tints, strict=True))
    ]
    degrees = gimbals.from_lock(program, second)
    told = f"{program} {gimbals.triple(np.array(angles))}: the inner ring's axis points to {gimbals.row(axes[2])}"
    left = scene.Scene(
        (
            *ring,
            *scene.triad(product, 0.75, labels=carried),
        ),
        title="Rings and axes",
        description=f"Three rings, one inside the other. {told}; {_alarm(degrees)}.",
        extent=1.05,
        azimuth=-35.0,
    )
    paths = [
        scene.Path(gimbals.sweep(program, angles, n), label=name, tint=tint, width=3.0)
        for n, (name, tint) in enumerate(zip(reading.names, tints, strict=True))
    ]
    right = scene.Scene(
        (
            scene.sphere(0.99),
            *paths,
            scene.Points(product[:, 0][None], "x now", size=9),
            scene.Points(axes[2][None], "view" if reading.transposed else "inner axis", "accent", 9),
        ),
        title="Where each knob takes x",
        description=f"A sphere with three paths of the inner x axis, one for each knob. {told}.",
        extent=1.05,
        azimuth=-35.0,
    )
    matrix = gimbals.written(program, angles)
    other = euler.branches(product, reading.order)
    mine = np.abs(euler.wrap(other - np.array(angles))).max(-1) < 1e-6
    second_triple = other[1] if mine[0] else other[0]
    return beside(
        left,
        right,
        readout("gimbal", _alarm(degrees)),
        *(readout(f"matrix, row {n + 1}", gimbals.row(matrix[n])) for n in range(3)),
        readout("the other triple", gimbals.triple(second_triple), "°", "the same rotation"),
        *_others(program, angles),
        columns=2,
    )


@cache
def _views(drawn: str) -> Real:
    """4,000 view directions."""
    if drawn == "each angle evenly":
        rng = np.random.default_rng(5)
        rot, tilt = rng.uniform(-180, 180, 20_000), rng.uniform(0, 180, 20_000)
        return np.asarray(rotations.view_direction(rotations.from_euler(rot, tilt, 0.0)))
    return np.asarray(rotations.view_direction(rotations.random(20_000, 5)))


@figure(
    "A sphere of views",
    caption="View directions of random orientations, and how many there are at each tilt, in bins of 10°.",
    look_for="the poles. Draw each angle evenly, and the views crowd there: equal steps of tilt are not equal areas.",
    code=(rotations.random, rotations.view_direction),
)
def views(drawn: Drawn = "each angle evenly", cap: Cap = 30.0, count: Views = 1000) -> Panels:
    """Even in angles is not even on the sphere."""
    directions = _views(drawn)[:count]
    tilt = np.degrees(np.arccos(np.clip(directions[:, 2], -1, 1)))
    inside = tilt < cap
    edges = np.arange(0, 181, 10)
    found = np.histogram(tilt, edges)[0] / count
    middle = (edges[:-1] + edges[1:]) / 2
    expected = (np.cos(np.radians(edges[:-1])) - np.cos(np.radians(edges[1:]))) / 2
    share = (1 - np.cos(np.radians(cap))) / 2
    left = scene.Scene(
        tuple(
            item for item in (
                scene.sphere(0.98),
                scene.Points(directions[inside], "counted", "accent", 4) if inside.any() else None,
                scene.Points(directions[~inside], "others", "ink", 3) if (~inside).any() else None,
                scene.Path([(0, 0, -1.15), (0, 0, 1.15)], "z", "z"),
            ) if item is not None
        ),
        title="Where the views come from",
        description=f"{count} view directions on a sphere, drawn {drawn}; {int(inside.sum())} of them lie within {cap:g}° of the pole.",
        extent=1.1,
    )  # fmt: skip
    right = curve(
        middle, Line(found, "found", "stems"), Line(expected, "even over the sphere", "faint"),
        x="tilt, °", y="share of the views", x_limits=(0, 180), y_limits=(0, 0.12), marks=(Mark(cap, "counted up to"),),
    )  # fmt: skip
    return beside(
        left,
        right,
        readout("within the cap, found", 100 * float(inside.mean()), "%"),
        readout("area of the cap", 100 * share, "% of the sphere"),
        columns=2,
    )


@figure(
    "What is lost near the lock",
    caption="Angles are taken from a matrix that stands so many degrees from gimbal lock, and a matrix is built from them again. "
    "Largest error of its entries, by the pseudo-code as printed and by the engine.",
    look_for="how far from the lock the trouble begins. The formulas are right; but each outer angle comes from its "
    "own quotient of two small numbers, and of the two angles only the difference is sharp there.",
    code=(euler.angles, slabaugh.pseudo_code),
)
def near_the_lock(psi: Turn = 40.0, phi: Turn = 17.0) -> Panels:
    """Two ways to take a matrix apart, close to where it cannot be."""
    away = np.logspace(-9, 1, 61)
    spread = np.arange(5)
    many = slabaugh.composed(psi + spread, 90.0 - away[:, None] * (1 + spread / 97), phi).reshape(-1, 3, 3)
    triples = np.array([slabaugh.pseudo_code(r) for r in many]), euler.angles(many, "zyx")[:, ::-1]
    errors = [np.abs(slabaugh.composed(*t.T) - many).max((-1, -2)).reshape(-1, 5).max(-1) for t in triples]
    drawn = curve(
        away, Line(np.maximum(errors[0], 1e-17), "each angle from its own quotient"),
        Line(np.maximum(errors[1], 1e-17), "psi measured against phi"),
        x="distance from the lock, °", y="largest error of an entry", x_scale="log", y_scale="log", y_limits=(1e-17, 1.0),
    )  # fmt: skip
    return beside(
        drawn,
        readout("worst, as printed", float(errors[0].max())),
        readout("worst, the engine", float(errors[1].max())),
    )


SERVES = {
    "spherical": ("M11.r1", "M11.r2"),
    "plane_turn": ("M11.r3",),
    "gimbal": ("M11.r4", "M11.r5"),
    "views": ("M11.r2",),
    "near_the_lock": ("M11.r6", "M11.q2"),
    "dock": ("M11.r5",),
}
