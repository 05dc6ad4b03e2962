"""Problems on Euler angles: RELION's, other programs', Slabaugh's two triples, gimbal lock."""

from __future__ import annotations

from typing import Any

import numpy as np

from underfocus.maths import conventions, euler, rotations
from underfocus.study.problems import Hint, Input, Problem

from .. import slabaugh
from .hidden import HIDDEN, axes

ANGLES = (30.0, 40.0, 50.0)


def _row(matrix: Any, names: tuple[str, str, str] = ("x", "y", "z")) -> dict[str, float]:
    return dict(zip(names, map(float, matrix), strict=True))


def _eman2(values: Any) -> dict[str, float]:
    return dict(zip(("az", "alt", "phi"), map(float, values), strict=True))


def _both() -> dict[str, float]:
    names = [f"{n}_{k}" for k in (1, 2) for n in ("psi", "theta", "phi")]
    return dict(zip(names, map(float, euler.slabaugh(slabaugh.worked()).ravel()), strict=True))


def _locked(theta: float) -> float:
    """psi − phi (theta 90°) or psi + phi (theta −90°) in radians of Rz(0.3) Ry(theta) Rx(0.7)."""
    psi, _, phi = np.radians(euler.slabaugh(slabaugh.composed(np.degrees(0.7), theta, np.degrees(0.3)))[0])
    return float(psi - phi if theta > 0 else psi + phi)


EULER = (
    Problem(
        id="relion-view",
        kind="number",
        title="Where does RELION look from?",
        prompt="A particle has rot 30°, tilt 40°, psi 50°. Along which direction, in the map's frame, was it seen? (The unit vector of the view direction.)",
        inputs=(Input("x", "$x$"), Input("y", "$y$"), Input("z", "$z$")),
        answer=lambda: _row(rotations.view_direction(rotations.from_euler(*ANGLES))),
        tolerance=0.002,
        hints=(
            Hint(
                "That is the last column of the matrix; the view direction is the last row.",
                lambda: _row(rotations.from_euler(*ANGLES)[:, 2]),
            ),
            Hint("Longitude rot, distance from the pole tilt: $(\\sin t \\cos r, \\sin t \\sin r, \\cos t)$."),
        ),
        explanation="$(0.557, 0.321, 0.766)$. Psi does not enter: it turns the picture in its plane. Rot and tilt are the two angles of the first figure.",
        serves=("M11.r4",),
    ),
    Problem(
        id="relion-matrix",
        kind="number",
        title="One row of RELION's matrix",
        prompt="The product $R_z(30°)\\,R_y(40°)\\,R_z(50°)$ has the rows $(0.0434, -0.8296, 0.5567)$, $(0.9096, 0.2633, 0.3214)$, $(-0.4132, 0.4924, 0.7660)$. "
        "RELION's matrix takes coordinates of the map to those of the microscope. Give its first row.",
        inputs=(Input("x", "first"), Input("y", "second"), Input("z", "third")),
        answer=lambda: _row(rotations.from_euler(*ANGLES)[0]),
        tolerance=0.005,
        hints=(
            Hint(
                "That is the product's own first row: it takes the microscope to the map.",
                lambda: _row(euler.matrix(ANGLES, "zyz")[0]),
            ),
            Hint(
                "Its last row must be the view direction, which is the last column of the product. What does that make of the rest?"
            ),
        ),
        explanation="$(0.0434, 0.9096, -0.4132)$: RELION's matrix is the transpose of the product. The product carries the axes of the microscope round the map; its inverse, which is its "
        "transpose, tells what the map's coordinates are in there.",
        serves=("M11.r4",),
    ),
    Problem(
        id="to-eman2",
        kind="number",
        title="The same particle in EMAN2",
        prompt="EMAN2's middle turn is about $x$ where RELION's is about $y$. What are az, alt and phi (between −180° and 180°) of RELION's (30, 40, 50)?",
        inputs=(Input("az", "az", "°"), Input("alt", "alt", "°"), Input("phi", "phi", "°")),
        answer=lambda: _eman2(conventions.convert(ANGLES, "relion", "eman2")),
        tolerance=0.001,
        hints=(
            Hint("The 90° go the other way.", lambda: {"az": -60.0, "alt": 40.0, "phi": 140.0}),
            Hint("Those angles name another rotation there.", lambda: _eman2(ANGLES)),
            Hint("$R_z(90°)\\,R_x(t)\\,R_z(-90°) = R_y(t)$: turning $x$ to where $y$ is, tilting, and turning back."),
        ),
        explanation="(120, 40, −40): $R_z(r)\\,R_y(t)\\,R_z(p) = R_z(r + 90°)\\,R_x(t)\\,R_z(p - 90°)$. `underfocus convert-angles --from relion --to eman2 30 40 50` says the same.",
        serves=("M11.r4",),
    ),
    Problem(
        id="whose-angles",
        kind="match",
        title="Whose angles?",
        prompt="Match each set of three angles with the axes it turns about.",
        items=(
            "RELION: rot, tilt, psi",
            "EMAN2: az, alt, phi",
            "an aircraft: yaw, pitch, roll",
            "cryoSPARC: a pose of three numbers",
        ),
        options=(
            "z, the new x, the new z",
            "z, the new y, the new x",
            "z, the new y, the new z",
            "one axis, and its length is the angle",
        ),
        answer=lambda: (2, 0, 1, 3),
        hints=(
            Hint(
                "Only one of these triples is a vector. RELION and EMAN2 use one axis twice; an aircraft has three of its own."
            ),
        ),
        explanation="zyz, zxz, zyx, and no Euler angles at all. With the twelve orders, axes that turn along or stay, and a matrix or its transpose, there are 48 ways to misread three numbers.",
        serves=("M11.r4", "M11.r5"),
    ),
    Problem(
        id="fixed-or-carried",
        kind="choice",
        title="Axes that stay",
        prompt="$R_z(30°)\\,R_y(40°)\\,R_z(50°)$ acts on a column vector. Somebody thinks of axes that *stay* where they are. Which turn do they do first?",
        options=("50° about z", "30° about z", "40° about y", "it does not matter"),
        answer=lambda: int(
            np.argmax(
                [
                    np.allclose(euler.matrix(a, "zyz", intrinsic=False), euler.matrix(ANGLES, "zyz"))
                    for a in ((50.0, 40.0, 30.0), ANGLES, (40.0, 30.0, 50.0))
                ]
            )
        ),
        hints=(
            Hint("That is the first turn of someone whose axes turn along.", lambda: 1),
            Hint("The middle one stays in the middle, either way.", lambda: 2),
            Hint("Turns in space do not commute.", lambda: 3),
        ),
        explanation="The factor next to the vector acts first. Read from the right, the axes stay; read from the left, they turn along. It is one product, read in two directions.",
        serves=("M11.r4", "M11.r5"),
    ),
    Problem(
        id="find-the-pose",
        kind="target",
        title="Find the hidden pose",
        prompt="Turn rot, tilt and psi in the figure above until your arrows lie on the faint ones.",
        answer=lambda: dict(HIDDEN),
        figure="dock",
        draw=axes,
        hints=(
            Hint(
                "The view direction first: rot is its longitude, tilt its distance from $z$. Psi turns the image about it and moves nothing else."
            ),
        ),
        explanation="Programs search in the same order: over view directions, and for each of them over turns in the plane.",
        serves=("M11.r5",),
    ),
    Problem(
        id="slabaugh-worked",
        kind="number",
        title="Two triples of one matrix",
        prompt="The matrix with rows $(0.5, -0.1464, 0.8536)$, $(0.5, 0.8536, -0.1464)$, $(-0.7071, 0.5, 0.5)$ is $R_z(\\phi)\\,R_y(\\theta)\\,R_x(\\psi)$. Find both triples, each angle between −180° and 180°; first "
        "the one with $|\\theta| \\le 90°$.",
        inputs=tuple(
            Input(f"{n}_{k}", f"${s}_{k}$", "°")
            for k in (1, 2)
            for n, s in (("psi", "\\psi"), ("theta", "\\theta"), ("phi", "\\phi"))
        ),
        answer=_both,
        tolerance=0.002,
        hints=(
            Hint(
                "The second triple is not the first with its signs changed.",
                lambda: dict(zip(_both(), (45.0, 45.0, 45.0, -45.0, -45.0, -45.0), strict=True)),
            ),
            Hint(
                "$\\sin\\theta = -R_{31}$ has two solutions: $\\theta$ and $180° - \\theta$. With the second $\\cos\\theta$ changes its sign, and so do both arguments of each arctangent."
            ),
        ),
        explanation="(45, 45, 45) and (−135, 135, −135): turn the outer and the inner ring by half a turn and swing the middle one over the top. Every rotation but the locked ones has two triples.",
        serves=("M11.q2", "M11.r6"),
    ),
    Problem(
        id="lock-sum",
        kind="number",
        title="At the lock",
        prompt="$R_z(0.3)\\,R_y(90°)\\,R_x(0.7)$, outer angles in radians: which difference $\\psi - \\phi$ can be read off the matrix? And with $-90°$ for the middle one, which sum $\\psi + \\phi$?",
        inputs=(Input("up", "$\\psi - \\phi$ at $90°$", "rad"), Input("down", "$\\psi + \\phi$ at $-90°$", "rad")),
        answer=lambda: {"up": _locked(90.0), "down": _locked(-90.0)},
        tolerance=0.001,
        hints=(
            Hint("The two are the other way round.", lambda: {"up": 1.0, "down": 0.4}),
            Hint("At 90° the inner $x$ axis points along $-z$. Which way does the outer ring now turn it?"),
        ),
        explanation="0.4 and 1.0. Two rings turn about one line: in opposite senses at 90°, in the same sense at −90°. The matrix knows only what they do together.",
        serves=("M11.q2", "M11.r6"),
    ),
    Problem(
        id="slabaugh-code",
        kind="code",
        title="Slabaugh's figure as a program",
        prompt="Write `angles(R)`: for a matrix $R = R_z(\\phi)\\,R_y(\\theta)\\,R_x(\\psi)$ return a list of triples `(psi, theta, phi)` in radians: two, or one at gimbal lock. Your triples are multiplied out again and must give $R$ to $10^{-9}$. "
        "The trials hold the worked matrix, the identity, and both locks, $R_{31} = -1$ and $R_{31} = 1$.",
        entry="angles",
        starter="import numpy as np\n\ndef angles(R):\n    theta = -np.arcsin(R[2, 0])\n    ...\n    return [(psi, theta, phi)]\n",
        answer=lambda: slabaugh.solve,
        trials=slabaugh.trials,
        judge=slabaugh.judge,
        hints=(
            Hint(
                "Away from the lock psi is `arctan2(R[2,1]/c, R[2,2]/c)` with `c = cos(theta)`; at the lock put phi = 0 and take psi from the first row."
            ),
        ),
        explanation="At $R_{31} = -1$, $\\psi = \\phi + \\mathrm{atan2}(R_{12}, R_{13})$; at $+1$, $\\psi = -\\phi + \\mathrm{atan2}(-R_{12}, -R_{13})$, with $\\phi$ free. A computed matrix is seldom exactly at the lock: the figure above shows what happens beside it.",
        serves=("M11.q2", "M11.r6"),
    ),
    Problem(
        id="why-lock",
        kind="card",
        title="What is lost at gimbal lock?",
        prompt="No orientation is missing at gimbal lock: every one has its angles. So what is lost? And does it hurt in a program that stores angles, one that averages them, one that optimises over them?",
        answer=lambda: (
            "A direction of motion is lost, not an orientation: at the lock two of the three knobs do the same, so three small changes of angle "
            "span only a plane of small turns, and the third can only be made by large, opposite changes of the outer angles. Storing: harmless. Averaging: "
            "wrong near the lock, and wrong near ±180° as well, since neighbouring rotations have distant angles. Optimising: gradients by the angles have a "
            "direction that vanishes, and steps stall or jump. Hence matrices or quaternions inside, and Euler angles only in files and for people. "
            "Sources: the gimbal figure, and the videos of this meeting."
        ),
        serves=("M11.r5",),
    ),
    Problem(
        id="own-angles",
        kind="card",
        title="Your own angles",
        prompt="Take a STAR file of a refinement of yours. Draw the histogram of rlnAngleTilt. Is it the sine that even orientations give? Which views do you lack, and do two conventions agree on one particle when you convert them?",
        answer=lambda: (
            "Even orientations give a histogram that follows $\\sin(\\mathrm{tilt})$, small at 0 and 180°; symmetry folds it into one wedge. Peaks that stand above it are preferred orientations, and gaps on the "
            "sphere of views are directions of poor resolution. `underfocus convert-angles particles.star --to eman2` converts the whole file; converting it back must give the same matrices, though not always the same angles."
        ),
        serves=("M11.r4",),
    ),
)
