"""Problems on coordinates, turns of the plane, and what makes a matrix a rotation."""

from __future__ import annotations

from typing import Any

import numpy as np

from underfocus.maths import rotations, so3
from underfocus.study.problems import Hint, Input, Problem

from .. import substitutes

POINT = np.array([1.0, 1.0, np.sqrt(2)])


def _spherical() -> dict[str, float]:
    """r, θ and φ of the point: θ and φ are RELION's tilt and rot of a view along it."""
    frame = so3.exp(
        np.degrees(np.arccos(POINT[2] / np.linalg.norm(POINT)))
        * np.array([-POINT[1], POINT[0], 0])
        / np.hypot(*POINT[:2])
    )
    rot, tilt, _ = rotations.to_euler(frame.T)
    return {"r": float(np.linalg.norm(POINT)), "theta": float(tilt), "phi": float(rot)}


def _turned(angle: float) -> dict[str, float]:
    x, y, _ = rotations.about_z(angle) @ [3.0, 4.0, 0.0]
    return {"re": float(x), "im": float(y)}


def _determinant(r: Any, theta: Any) -> Any:
    """The volume of the little box that dr, dθ and dφ of one span, from the coordinates' derivatives."""
    phi = 0.3
    st, ct, sp, cp = np.sin(theta), np.cos(theta), np.sin(phi), np.cos(phi)
    along_r = np.stack([st * cp, st * sp, ct], -1)
    along_theta = np.stack([r * ct * cp, r * ct * sp, -r * st], -1)
    along_phi = np.stack([-r * st * sp, r * st * cp, 0 * r], -1)
    return np.linalg.det(np.stack([along_r, along_theta, along_phi], -1))


PLANE = (
    Problem(
        id="spherical-point",
        kind="number",
        title="From x, y, z to r, θ, φ",
        prompt="Where is the point $(1, 1, \\sqrt 2)$ in spherical coordinates? $\\theta$ is counted from the pole $z$, $\\phi$ from $x$ towards $y$.",
        inputs=(Input("r", "$r$"), Input("theta", "$\\theta$", "°"), Input("phi", "$\\phi$", "°")),
        answer=_spherical,
        tolerance=0.001,
        hints=(
            Hint("Radians; degrees are wanted.", lambda: {"r": 2.0, "theta": np.pi / 4, "phi": np.pi / 4}),
            Hint("$r^2 = x^2 + y^2 + z^2$; then $\\cos\\theta = z/r$ and $\\tan\\phi = y/x$."),
        ),
        explanation="$r = \\sqrt{1 + 1 + 2} = 2$, $\\cos\\theta = \\sqrt2/2$, $\\tan\\phi = 1$. Physicists count $\\theta$ from the pole, "
        "geographers from the equator, and mathematicians often swap the two letters: look before you copy a formula.",
        serves=("M11.r1",),
    ),
    Problem(
        id="volume-element",
        kind="formula",
        title="How large is a little box?",
        prompt="A box with the edges $dr$, $d\\theta$ and $d\\phi$ has the volume $J\\,dr\\,d\\theta\\,d\\phi$. Write $J$ with `r` and `theta`.",
        inputs=(Input("J", "$J =$"),),
        answer=lambda: _determinant,
        hints=(
            Hint(
                "That is the edge along $\\theta$ alone; the one along $\\phi$ is missing.",
                lambda: lambda r, theta: r + 0 * theta,
            ),
            Hint(
                "That is the edge along $\\phi$ alone, $r\\sin\\theta$; the one along $\\theta$ is missing.",
                lambda: lambda r, theta: r * np.sin(theta),
            ),
            Hint(
                "Three edges at right angles: $dr$, $r\\,d\\theta$, and $d\\phi$ times the radius of the circle of latitude."
            ),
        ),
        explanation="$r^2\\sin\\theta$: the edges are $dr$, $r\\,d\\theta$ and $r\\sin\\theta\\,d\\phi$. The $\\sin\\theta$ is why orientations drawn evenly in "
        "their angles crowd at the poles.",
        serves=("M11.r2",),
    ),
    Problem(
        id="polar-cap",
        kind="number",
        title="How many views from near the pole?",
        prompt="Particles lie in the ice in every orientation, evenly. What part of them has a tilt below 30°? Guess first.",
        inputs=(Input("value", "part of all"),),
        answer=lambda: float((1 - rotations.about_x(30.0)[2, 2]) / 2),
        hints=(
            Hint("30 of 180 degrees: but equal steps of tilt are not equal areas of the sphere.", lambda: 30 / 180),
            Hint(
                "That is the area of both caps; a tilt near 180° is the other one.", lambda: 1 - np.cos(np.radians(30))
            ),
            Hint("The area of a cap is $2\\pi(1 - \\cos\\theta)$, and of the whole sphere $4\\pi$."),
        ),
        explanation="$(1 - \\cos 30°)/2 = 0.067$: 6.7 %, not the 17 % that the angle suggests. If a histogram of tilts in your data is flat, "
        "your particles prefer the poles.",
        serves=("M11.r2",),
    ),
    Problem(
        id="complex-turn",
        kind="number",
        title="Turn a complex number",
        prompt="What is $e^{i\\,30°}\\,(3 + 4i)$?",
        inputs=(Input("re", "real part"), Input("im", "imaginary part")),
        answer=lambda: _turned(30.0),
        tolerance=0.001,
        hints=(
            Hint("That turns clockwise: it is $e^{-i\\,30°}$.", lambda: _turned(-30.0)),
            Hint("Multiply out $(\\cos 30° + i \\sin 30°)(3 + 4i)$, with $i^2 = -1$."),
        ),
        explanation="$0.598 + 4.964\\,i$, still 5 long. Real part $3\\cos - 4\\sin$, imaginary part $3\\sin + 4\\cos$: the two rows of the matrix.",
        serves=("M11.r3",),
    ),
    Problem(
        id="quine-card",
        kind="card",
        title="Quine's problems 4, 6 and 7",
        prompt="The book's problems of section 4.5 are not at hand here, so they can be neither printed nor checked. Copy what you make of "
        "them here: for each, the claim in one sentence and the property of rotations that decides it. The four problems below stand in for them, on the same "
        "three things: orthogonality, composition, complex form.",
        answer=lambda: (
            "Whatever the problem, three tools decide it. *Orthogonality*: $R^T R = 1$, so columns have length one and are at right "
            "angles, and the inverse is the transpose; $\\det R = 1$ makes it a rotation, $-1$ a mirror with a turn. *Composition*: "
            "matrices multiply from the right, angles in a plane add, and the determinant multiplies. *Complex form*: $x + iy$ times "
            "$e^{i\\theta}$ is the same as the 2 × 2 matrix times $(x, y)$, so that everything about turns of the plane is arithmetic with "
            "numbers of modulus one. Check your answers with `rotations` on a computer: `R.T @ R`, `numpy.linalg.det(R)`."
        ),
        serves=("M11.q1",),
    ),
    Problem(
        id="orthogonal",
        kind="number",
        title="Make it orthogonal",
        prompt="One third of the matrix with rows $(2, -1, 2)$, $(2, 2, -1)$, $(-1, 2, c)$ is a rotation. What is $c$, and by how many degrees does "
        "it turn?",
        inputs=(Input("c", "$c$"), Input("angle", "it turns by", "°")),
        answer=lambda: {"c": substitutes.missing_entry(), "angle": substitutes.angle_of(substitutes.completed())},
        tolerance=0.001,
        hints=(
            Hint(
                "The length of the last column is right with either sign of $c$; its angles to the others are not.",
                lambda: {"c": -2.0, "angle": 60.0},
            ),
            Hint(
                "Columns are at right angles: multiply the last with the first. Then trace $= 1 + 2\\cos$ of the angle."
            ),
        ),
        explanation="$c = 2$: with the first column $4 - 2 - c = 0$. The trace is $2 = 1 + 2\\cos\\theta$, so 60°; the axis is $(1, 1, 1)$, as rows and columns show by "
        "being permuted in a circle.",
        serves=("M11.q1",),
    ),
    Problem(
        id="two-mirrors",
        kind="number",
        title="Two mirrors",
        prompt="Reflect the plane in the line at 20° from $x$, then in the line at 50°. By what angle has it been turned, counter-clockwise?",
        inputs=(Input("value", "turned by", "°"),),
        answer=lambda: substitutes.turn_of(
            substitutes.mirror(substitutes.MIRRORS[1]) @ substitutes.mirror(substitutes.MIRRORS[0])
        ),
        tolerance=0.001,
        hints=(
            Hint("The angle between the mirrors; each of them doubles.", lambda: 30.0),
            Hint("That is the other order: first the line at 50°.", lambda: -60.0),
            Hint("A mirror at $\\alpha$ is $z \\to e^{2i\\alpha}\\,\\bar z$. Do it twice."),
        ),
        explanation="60°: $e^{2i\\beta}\\,\\overline{e^{2i\\alpha}\\bar z} = e^{2i(\\beta - \\alpha)} z$, twice the angle between the mirrors. Each mirror has determinant $-1$, the two together $+1$. "
        "That every rotation is two reflections is where half angles come from, and with them quaternions.",
        serves=("M11.q1",),
    ),
    Problem(
        id="composed-turns",
        kind="formula",
        title="The sine of a sum, for nothing",
        prompt="Multiply $e^{ia}$ and $e^{iu}$ in real and imaginary parts. What does the imaginary part say $\\sin(a + u)$ is? Write it with `a` and `u`, without a sum inside a "
        "sine.",
        inputs=(Input("value", "$\\sin(a + u) =$"),),
        answer=lambda: lambda a, u: (np.exp(1j * a) * np.exp(1j * u)).imag,
        hints=(
            Hint("That is $\\sin(a - u)$.", lambda: lambda a, u: np.sin(a) * np.cos(u) - np.cos(a) * np.sin(u)),
            Hint(
                "That is the real part, $\\cos(a + u)$.",
                lambda: lambda a, u: np.cos(a) * np.cos(u) - np.sin(a) * np.sin(u),
            ),
            Hint("$(\\cos a + i\\sin a)(\\cos u + i\\sin u)$; collect what stands with $i$."),
        ),
        explanation="$\\sin a\\cos u + \\cos a\\sin u$. Composing turns of the plane is multiplying numbers, and the order does not matter. In space it will.",
        serves=("M11.q1", "M11.r3"),
    ),
    Problem(
        id="complex-matrix",
        kind="choice",
        title="Which matrix is multiplication by i?",
        prompt="$i$ turns the plane by 90° counter-clockwise. Which matrix does that to the column $(x, y)$?",
        options=(
            "$\\begin{pmatrix}0&-1\\\\1&0\\end{pmatrix}$",
            "$\\begin{pmatrix}0&1\\\\-1&0\\end{pmatrix}$",
            "$\\begin{pmatrix}0&1\\\\1&0\\end{pmatrix}$",
            "$\\begin{pmatrix}-1&0\\\\0&-1\\end{pmatrix}$",
        ),
        answer=lambda: int(
            np.argmin(
                [
                    np.abs(np.asarray(rotations.about_z(90.0))[:2, :2] - m).max()
                    for m in ([[0, -1], [1, 0]], [[0, 1], [-1, 0]], [[0, 1], [1, 0]], [[-1, 0], [0, -1]])
                ]
            )
        ),
        hints=(
            Hint("That takes $x$ to $-y$: clockwise. It is the transpose, which is the inverse.", lambda: 1),
            Hint("Its determinant is $-1$: a mirror.", lambda: 2),
            Hint("That is $i^2$.", lambda: 3),
        ),
        explanation="Its columns are the images of 1 and of $i$: $(0, 1)$ and $(-1, 0)$. The transpose turns the other way, and this is the most frequent bug with rotations there is.",
        serves=("M11.r3", "M11.q1"),
    ),
)
