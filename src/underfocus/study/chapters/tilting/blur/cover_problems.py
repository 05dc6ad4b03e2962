"""Problems on what views cover: holes that are none, the tilted ring, side views, SCF."""

from __future__ import annotations

from typing import Any

import numpy as np

from underfocus.samples import views
from underfocus.study.problems import Hint, Input, Problem
from underfocus.validation import orientation

from ...image_formation.numbers import fields, numbered
from .. import rings, schemes

Real = np.ndarray[Any, Any]
TILTS = (15.0, 30.0, 40.0, 45.0, 60.0)
#: Radius in Fourier voxels of the code problem.
SHELL = 20.0
STARTER = '''import numpy as np

def scf(views, directions, k):
    """views (m, 3) and directions (d, 3) are unit vectors, k a radius in voxels."""
    return 1.0
'''


def side_scf() -> float:
    """SCF of side views spread evenly about one axis, over directions of equal area."""
    return orientation.scf_of(orientation.ring_sampling(90.0, rings.angles()))


def counted_scf(seen: Real, directions: Real, k: float) -> float:
    """SCF of views (m, 3) from directions (d, 3) in a shell of radius k."""
    return orientation.scf_of(orientation.sampling(seen, directions, radius=k))


def _trials() -> list[tuple[Any, ...]]:
    sets = (
        views.views("uniform", 800, 1),
        views.views("side", 800, 2, spread=5.0),
        views.views("top", 800, 3, spread=20.0),
    )
    directions = orientation.fourier_directions(3)
    return [(orientation.view_directions(pose), directions, SHELL) for pose in sets]


def _side(a: Real) -> Any:
    return orientation.ring_sampling(90.0, np.degrees(a))


COVER: tuple[Problem, ...] = (
    Problem(
        id="which-hole",
        kind="choice",
        title="Never seen from the top",
        prompt="All particles of a set lie on their sides, turned about their long axis $z$ by chance. Nobody ever saw the top. Which waves are missing from the map?",
        options=(
            "Those along $z$: that is the direction that nobody looked along.",
            "Those across $z$, since all views are across $z$.",
            "None. Waves along $z$ are in fact held by every one of the images.",
            "A cone about $z$ whose size depends on the number of particles.",
        ),
        answer=lambda: 2,
        hints=(
            Hint("An image holds what is *across* its view. Is $z$ across a side view?", lambda: 0),
            Hint("Each image holds a plane, and the planes turn about $z$ until they have been everywhere.", lambda: 1),
            Hint("Try it: *side*, spread 0°, in the figure of the whole way.", lambda: 3),
        ),
        explanation="A side view's plane contains $z$. Turned about $z$, the planes sweep all of Fourier space; near $z$ they crowd, so that the direction from which nobody looked is the one that is known best. Missing views and missing waves are two things, and "
        "a histogram of views shows only the first.",
    ),
    Problem(
        id="tilt-covers",
        kind="number",
        title="What one tilted view reaches",
        prompt="All particles stand upright on the film, at every azimuth. Which part of all Fourier directions is sampled with the stage at 15°, 30°, 40°, 45° and 60°?",
        inputs=fields(*((f"{t:g}°", "") for t in TILTS)),
        answer=lambda: numbered(*(float(orientation.covered(t)) for t in TILTS)),
        hints=(
            Hint(
                "That would be the part of the *angle*. Directions are counted by area, and there is little area round a pole.",
                lambda: numbered(*(t / 90 for t in TILTS)),
            ),
            Hint(
                "Those are the parts that are missing.",
                lambda: numbered(*(1 - float(orientation.covered(t)) for t in TILTS)),
            ),
            Hint(
                "A direction at angle $a$ from $z$ is reached if $a \\ge 90° - \\theta$. On a sphere an area between two heights is proportional to the difference of heights."
            ),
        ),
        explanation="0.259, 0.5, 0.643, 0.707, 0.866: the sine of the tilt, by Archimedes' old theorem that a sphere and the cylinder round it have equal areas between two heights. A modest 30° brings half of everything; the step from 45° to 60° brings a sixth.",
    ),
    Problem(
        id="missing-cone",
        kind="number",
        title="The missing cone",
        prompt="Which part of all directions lies in the missing cone at a tilt of 45°, and at 60°?",
        inputs=fields(("45°", ""), ("60°", "")),
        answer=lambda: numbered(*(1 - float(orientation.covered(t)) for t in (45.0, 60.0))),
        hints=(
            Hint("That is what is covered.", lambda: numbered(*(float(orientation.covered(t)) for t in (45.0, 60.0)))),
            Hint("$1 - \\sin\\theta$."),
        ),
        explanation="0.293 and 0.134. Particles that wobble, and the odd one that lies otherwise, fill part of it: no film is as strict as this problem.",
    ),
    Problem(
        id="elongation",
        kind="number",
        title="How much longer",
        prompt="A map has all waves of its scheme at full weight and none of the others. By which factor is a point longer along the worst axis than along the best: on a cone of 45°, and in a series about one axis to ±60°? The figure of schemes measures it.",
        inputs=fields(("cone, 45°", ""), ("one axis, ±60°", "")),
        answer=lambda: numbered(
            schemes.scheme_elongation("cone", 45.0), schemes.scheme_elongation("single axis", 60.0)
        ),
        tolerance=0.015,
        hints=(
            Hint(
                "Those are the ratios of the mean squares of $k$; a width goes as its root.",
                lambda: numbered(
                    schemes.scheme_elongation("cone", 45.0) ** 2, schemes.scheme_elongation("single axis", 60.0) ** 2
                ),
            ),
            Hint(
                "Near its top a point's image is a parabola, with a curvature along each axis of $\\langle k^2\\rangle$ along it. For the cone: $k_z/k$ is even between $\\pm\\sin\\theta$."
            ),
        ),
        explanation="1.58 and 1.55: $\\sqrt{(3-\\sin^2\\theta)/(2\\sin^2\\theta)}$, and $\\sqrt{(\\alpha+\\sin\\alpha\\cos\\alpha)/(\\alpha-\\sin\\alpha\\cos\\alpha)}$ (Radermacher 1988). A cone of 45° does as well as a tilt series to 60°, with none of the views at 60°.",
    ),
    Problem(
        id="side-views-formula",
        kind="formula",
        title="Sampling by side views",
        prompt="Side views are spread evenly about $z$. How often is a direction at angle $a$ from $z$ sampled, with 1 for even views? ($a$ in radians, at most $\\pi/2$, and not within half a voxel of the axis.)",
        inputs=(Input("value", "Sp(a)"),),
        answer=lambda: _side,
        hints=(
            Hint("Right in shape. But its mean over the sphere must be 1.", lambda: lambda a: 1 / np.sin(a)),
            Hint(
                "With that more would be sampled at the equator than at the poles, where all planes meet.",
                lambda: lambda a: 4 / np.pi * np.sin(a),
            ),
            Hint(
                "A view at azimuth $\\varphi$ from the direction has $\\mathbf d\\cdot\\mathbf v = \\sin a\\cos\\varphi$. For which part of all $\\varphi$ is it below $1/2k$? Even views: $1/2k$."
            ),
        ),
        explanation="$\\mathrm{Sp} = 2/(\\pi\\sin a)$: at the equator 0.64 of what even views give, at 30° from the axis 1.27. What the poles have too much, everything else pays for.",
    ),
    Problem(
        id="side-scf",
        kind="number",
        title="What uneven sampling costs",
        prompt="Noise falls as one over the sampling, so the mean of $1/\\mathrm{Sp}$ over all directions says how much noise uneven sampling adds to a shell, and $\\mathrm{SCF} = 1/\\langle 1/\\mathrm{Sp}\\rangle$ by which factor its signal over noise falls. What is it for side views about one axis?",
        answer=side_scf,
        hints=(
            Hint(
                "$1/\\langle 1/\\mathrm{Sp}\\rangle$ is not $\\langle\\mathrm{Sp}\\rangle$, which is 1 for any views at all.",
                lambda: 1.0,
            ),
            Hint("That is $\\langle 1/\\mathrm{Sp}\\rangle$, the noise.", lambda: 1 / side_scf()),
            Hint("$\\langle 1/\\mathrm{Sp}\\rangle = \\frac{\\pi}{2}\\int_0^{\\pi/2}\\sin^2 a\\,da$."),
        ),
        explanation="$8/\\pi^2$ = 0.811. That is all: a fifth of the signal to noise, as if a fifth of the particles had stayed at home. It is also the usual alarm level of SCF*, since side views are the most uneven set that leaves nothing out. For top views alone it is 0.",
    ),
    Problem(
        id="write-scf",
        kind="code",
        title="Write SCF",
        prompt="Write `scf(views, directions, k)`: from unit vectors of views $(m, 3)$, directions of equal area $(d, 3)$ and a radius $k$ in voxels, the sampling compensation factor. A view reaches a direction where $|\\mathbf d\\cdot\\mathbf v| < 1/2k$; even views would reach each $m/2k$ times; and where one direction has nothing, SCF is 0.",
        entry="scf",
        starter=STARTER,
        answer=lambda: counted_scf,
        trials=_trials,
        tolerance=0.005,
        hints=(
            Hint(
                "`reach = np.abs(directions @ views.T) < 1 / (2 * k)` is a table of yes and no; its sums along views are the counts. Then the harmonic mean, unless a count is 0."
            ),
        ),
        explanation="Five lines, and the whole of a program that people install. The mean is a harmonic one: it is ruled by its smallest members, as a map is by the directions that it lacks.",
    ),
)
