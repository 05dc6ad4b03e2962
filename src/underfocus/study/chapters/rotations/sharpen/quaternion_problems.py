"""Problems on quaternions: by hand, composed, twice round, differentiated."""

from __future__ import annotations

from typing import Any

import numpy as np

from underfocus.maths import quaternions, rotations
from underfocus.study.problems import Hint, Input, Problem

from .. import covers, derivatives, substitutes

WXYZ = (Input("w", "$w$"), Input("x", "$x$"), Input("y", "$y$"), Input("z", "$z$"))
CYCLE = np.array([[0.0, 0, 1], [1, 0, 0], [0, 1, 0]])
K = np.array([0.0, 0.0, 0.0, 1.0])
STARTER = """import numpy as np

def multiply(a, b):
    w, x, y, z = a
    s, u, v, t = b
    return np.array([
        w*s - x*u - y*v - z*t,
        w*u + x*s + y*t - z*v,
        w*v - x*t + y*s + z*u,
        w*t + x*v - y*u + z*s,
    ])

def derivative(q, p):
    ...
"""


def _named(q: Any, names: str = "wxyz") -> dict[str, float]:
    return dict(zip(names, (float(v) + 0.0 for v in q), strict=True))


def _about(axis: str, angle: float) -> Any:
    """The quaternion with w ≥ 0 of a turn about one of the axes."""
    return rotations.to_quaternion(getattr(rotations, f"about_{axis}")(angle))


def _x_then_y() -> dict[str, float]:
    q = quaternions.multiply(_about("y", 90.0), _about("x", 90.0))
    return {**_named(q), "angle": float(rotations.to_axis_angle(rotations.from_quaternion(q))[1])}


def _y_then_x() -> dict[str, float]:
    q = quaternions.multiply(_about("x", 90.0), _about("y", 90.0))
    return {**_named(q), "angle": float(rotations.to_axis_angle(rotations.from_quaternion(q))[1])}


def _sandwich() -> dict[str, float]:
    half = quaternions.multiply(K, quaternions.pure(np.array([1.0, 0, 0])))
    whole = quaternions.rotate(K, np.array([1.0, 0, 0]))
    return {**_named(half), **{f"r{n}": float(v) + 0.0 for n, v in zip("xyz", whole, strict=True)}}


def _cycle() -> dict[str, float]:
    axis, angle = rotations.to_axis_angle(CYCLE)
    return {"angle": float(angle), **_named(axis, "xyz")}


def _after(*angles: float) -> dict[str, float]:
    return {f"w{angle:.0f}": float(covers.along(np.array([0.0, 0, 1]), angle)[0]) for angle in angles}


QUATERNIONS = (
    Problem(
        id="clockwise-about-z",
        kind="number",
        title="90° clockwise about z",
        prompt="Look down on the xy plane from $+z$. Which unit quaternion turns by 90° *clockwise*? Of the two, give the one with $w > 0$.",
        inputs=WXYZ,
        answer=lambda: _named(_about("z", -90.0)),
        tolerance=0.001,
        hints=(
            Hint(
                "That is counter-clockwise as seen from $+z$, or clockwise for someone who looks along $+z$ from below.",
                lambda: _named(_about("z", 90.0)),
            ),
            Hint("The same rotation, as $-q$; the one with $w > 0$ is wanted.", lambda: _named(-_about("z", -90.0))),
            Hint(
                "Half angles stand in a quaternion: that one turns by 180°.",
                lambda: {"w": 0.0, "x": 0.0, "y": 0.0, "z": -1.0},
            ),
            Hint("$(\\cos\\theta/2,\\; n\\sin\\theta/2)$ with $\\theta = -90°$ and $n = z$."),
        ),
        explanation="$(0.707, 0, 0, -0.707)$, or its negative: $\\cos 45°$, and $-\\sin 45°$ along $z$. A scene that looks along $+z$ shows it as counter-clockwise; always ask from where.",
        serves=("M12.q2",),
    ),
    Problem(
        id="by-hand",
        kind="number",
        title="Half a turn by hand",
        prompt="Turn $(1, 0, 0)$ by 180° about $z$: $q = k$ and $p = i$. First give the four components of the product $q\\,p$; then the point $q\\,p\\,q^{-1}$.",
        inputs=(
            *(Input(n, f"$q\\,p$, ${n}$") for n in "wxyz"),
            *(Input(f"r{n}", f"point, ${n}$") for n in "xyz"),
        ),
        answer=_sandwich,
        tolerance=1e-6,
        hints=(
            Hint(
                "$ki = j$, but $ik = -j$: the order counts.",
                lambda: {"w": 0, "x": 0, "y": -1, "z": 0, "rx": -1, "ry": 0, "rz": 0},
            ),
            Hint(
                "Only the product $q\\,p$ was made on the way; what is still to be done from the right?",
                lambda: {"w": 0, "x": 0, "y": 1, "z": 0, "rx": 0, "ry": 1, "rz": 0},
            ),
            Hint(
                "$c = \\cos 90° = 0$ and $s = 1$, so $q = k$ and $q^{-1} = -k$. $ij = k$, $jk = i$, $ki = j$, and the other way round with a minus."
            ),
        ),
        explanation="$ki = j$, and $j(-k) = -jk = -i$: the point $(-1, 0, 0)$. At 180° both senses agree, because $k$ and $-k$ are one rotation.",
        serves=("M12.q3",),
    ),
    Problem(
        id="sandwich-steps",
        kind="order",
        title="The whole way, in order",
        prompt="Put the steps in order that turn a point $r$ by $\\theta$ about $n$ with quaternions.",
        options=(
            "write the point as $p = (0, r_x, r_y, r_z)$",
            "halve the angle: $q = (\\cos\\theta/2,\\; n\\sin\\theta/2)$",
            "multiply from the left: $q\\,p$, which has a real part of its own",
            "multiply by $q^{-1} = (\\cos\\theta/2,\\; -n\\sin\\theta/2)$ from the right: the real part is gone",
            "read the point off the last three components",
        ),
        answer=lambda: (0, 1, 2, 3, 4),
        hints=(Hint("Point, then quaternion, then the left product, then the right one."),),
        explanation="Each of the two products turns by half of $\\theta$, in four dimensions; what they do outside our three cancels. That is why the angle is halved.",
        serves=("M12.q3", "M12.r3"),
    ),
    Problem(
        id="x-then-y",
        kind="number",
        title="First x, then y",
        prompt="A quarter turn about $x$, then one about $y$ (both axes stay). Which quaternion with $w > 0$ is that, and by how many degrees does it turn?",
        inputs=(*WXYZ, Input("angle", "angle", "°")),
        answer=_x_then_y,
        tolerance=0.001,
        hints=(
            Hint("That is first $y$, then $x$: what comes first stands on the right.", _y_then_x),
            Hint("$q_y\\,q_x$ with both equal to $(1 + i\\text{ or }j)/\\sqrt2$. Multiply out; $ji = -k$."),
        ),
        explanation="$\\frac12(1 + j)(1 + i) = \\frac12(1 + i + j - k)$: 120° about $(1, 1, -1)$. Two quarter turns make a third of a turn.",
        serves=("M12.r4", "M12.q1"),
    ),
    Problem(
        id="order-matters",
        kind="number",
        title="How far apart are the two orders?",
        prompt="$x$ then $y$ is 120° about $(1, 1, -1)$; $y$ then $x$ is 120° about $(1, 1, 1)$. By what angle does the rotation turn that takes the one to the other?",
        inputs=(Input("value", "angle", "°"),),
        answer=lambda: float(
            rotations.distance(
                rotations.about_y(90.0) @ rotations.about_x(90.0), rotations.about_x(90.0) @ rotations.about_y(90.0)
            )
        ),
        tolerance=0.001,
        hints=(
            Hint("That is the angle between the two axes.", lambda: float(np.degrees(np.arccos(1 / 3)))),
            Hint(
                "Multiply one with the inverse of the other; the real part is the cosine of half the angle: here the dot product of the two quaternions."
            ),
        ),
        explanation="The dot product of $\\frac12(1, 1, 1, -1)$ and $\\frac12(1, 1, 1, 1)$ is $\\frac12 = \\cos 60°$: 120°. Rotations in space do not commute, and not by a little.",
        serves=("M12.r1", "M12.q1"),
    ),
    Problem(
        id="cycle",
        kind="number",
        title="The axis of a permutation",
        prompt="The matrix with rows $(0, 0, 1)$, $(1, 0, 0)$, $(0, 1, 0)$ sends $x$ to $y$, $y$ to $z$ and $z$ to $x$. By what angle does it turn, and about which unit vector?",
        inputs=(Input("angle", "angle", "°"), Input("x", "$x$"), Input("y", "$y$"), Input("z", "$z$")),
        answer=_cycle,
        tolerance=0.002,
        hints=(
            Hint("The axis must have length one.", lambda: {"angle": 120.0, "x": 1.0, "y": 1.0, "z": 1.0}),
            Hint(
                "90° is what each axis seems to move; look along the diagonal instead.",
                lambda: {"angle": 90.0, "x": 3**-0.5, "y": 3**-0.5, "z": 3**-0.5},
            ),
            Hint("The trace is $1 + 2\\cos\\theta$. The axis is what the matrix leaves alone."),
        ),
        explanation="Trace 0, so $\\cos\\theta = -\\frac12$ and 120°; $(1, 1, 1)/\\sqrt3$ stays where it is. It is the three-fold axis of a cube, and of every T, O and I symmetry.",
        serves=("M12.r1", "M12.r2", "M12.q1"),
    ),
    Problem(
        id="twice-round",
        kind="number",
        title="Once round, twice round",
        prompt="A quaternion that starts at 1 turns about $z$. What is its $w$ after 180°, 360° and 720°?",
        inputs=tuple(Input(f"w{a}", f"after {a}°") for a in (180, 360, 720)),
        answer=lambda: _after(180.0, 360.0, 720.0),
        tolerance=1e-6,
        hints=(
            Hint("That is the cosine of the whole angle.", lambda: {"w180": -1.0, "w360": 1.0, "w720": 1.0}),
            Hint("$w = \\cos\\theta/2$."),
        ),
        explanation="0, −1 and 1. After one turn the object is back and the quaternion is not. Compare rotations by $|q\\cdot q'|$, never by $q - q'$.",
        serves=("M12.r5", "M12.r3"),
    ),
    Problem(
        id="projection",
        kind="match",
        title="Four dimensions on a page",
        prompt="In the stereographic projection from $-1$, where are these?",
        items=("the quaternion 1", "half turns", "the quaternion −1", "a quarter turn about $z$"),
        options=(
            "on the sphere of radius 1",
            "at $\\tan 22.5° = 0.41$ on the z axis",
            "in the middle",
            "infinitely far away",
        ),
        answer=lambda: (2, 0, 3, 1),
        hints=(Hint("A turn by $\\theta$ about $n$ lies at $n\\tan\\theta/4$."),),
        explanation="Every line through the middle is a circle of quaternions, all turns about one axis. Switch the first figure to *stereographic* and follow one.",
        serves=("M12.r3", "M12.r5"),
    ),
    Problem(
        id="quine-all",
        kind="card",
        title="All of Quine's problems",
        prompt="The book's problems of section 4.5 are not at hand here, so they can be neither printed nor checked. Note for each of them what you did and which property of orthogonal matrices decided it; then take the three problems below, which stand in for "
        "them, with those on the previous meeting's page and the two orders of quarter turns above.",
        answer=lambda: (
            "Three facts carry the whole section. An orthogonal matrix in three dimensions is a turn about an axis (determinant 1) or a turn with a mirror across it (determinant −1). "
            "Its eigenvalues are $\\pm1$ and $e^{\\pm i\\theta}$: the axis is the eigenvector of the real one, and the trace is their sum. Products compose, from the right to the left, and in three dimensions they do not commute. "
            "Check by computer: `R.T @ R`, `numpy.linalg.det(R)`, `numpy.linalg.eigvals(R)`, `rotations.to_axis_angle(R)`."
        ),
        serves=("M12.q1", "M12.r2"),
    ),
    Problem(
        id="rotoreflection",
        kind="number",
        title="A turn and a mirror",
        prompt="$R$ turns by 60° about $(1, 1, 1)$. $-R$ is orthogonal too, with determinant −1: a mirror across the axis together with a turn about it. By how many degrees (0 to 180)?",
        inputs=(Input("value", "turn", "°"),),
        answer=substitutes.rotoreflection,
        tolerance=0.001,
        hints=(
            Hint("That is $R$'s own turn; minus one is half a turn besides the mirror.", lambda: 60.0),
            Hint("$-1$ is the mirror across the axis times half a turn about it. Half a turn and 60° make 240°."),
        ),
        explanation="120° (240° the other way). A structure inverted through a point is its mirror image: a handedness error in a map is a matter of determinant, and no rotation mends it.",
        serves=("M12.q1", "M12.r2"),
    ),
    Problem(
        id="eigenvalues",
        kind="number",
        title="A rotation's complex form in space",
        prompt="The rotation with rows $\\frac13(2, -1, 2)$, $\\frac13(2, 2, -1)$, $\\frac13(-1, 2, 2)$ has one real eigenvalue and two complex ones. What is the argument of the one above the real axis, in degrees?",
        inputs=(Input("value", "argument", "°"),),
        answer=substitutes.eigenvalue_angle,
        tolerance=0.001,
        hints=(
            Hint("That is the real eigenvalue's: the axis.", lambda: 0.0),
            Hint("The three add up to the trace, $2 = 1 + e^{i\\theta} + e^{-i\\theta}$."),
        ),
        explanation="60°: in the plane across the axis the rotation is multiplication by $e^{i\\theta}$. The complex form of the previous meeting sits inside every rotation in space.",
        serves=("M12.q1", "M12.r2"),
    ),
    Problem(
        id="dp-dq",
        kind="code",
        title="∂p′/∂q",
        prompt="Write `derivative(q, p)`: for a unit quaternion $q = (w, x, y, z)$ and a point $p$ the $3 \\times 4$ matrix of derivatives of $p' = q\\,p\\,q^*$ by $w, x, y, z$. It is compared with the engine's to $10^{-8}$. Any way that is exact enough will do.",
        entry="derivative",
        starter=STARTER,
        answer=lambda: derivatives.by_quaternion,
        trials=derivatives.trials,
        tolerance=1e-8,
        hints=(
            Hint(
                "The product rule: a change of $q$ by $e$ changes $p'$ by $e\\,p\\,q^* + q\\,p\\,e^*$; put $e = 1, i, j, k$. Do not divide by $|q|^2$ on the way: $q^*$ is the conjugate."
            ),
        ),
        explanation="$q\\,p\\,q^*$ is quadratic in $q$, so the derivative is linear in it: $[\\,qp - (qp)^*,\\; (qpi)^* - qpi,\\; (qpj)^* - qpj,\\; (qpk)^* - qpk\\,]$, by $(ab)^* = b^*a^*$ and $p^* = -p$. Central differences are exact for a quadratic, but for rounding.",
        serves=("M12.q5", "M12.r6"),
    ),
)
