"""Problems of the laboratory: poses, evidence, blind cases, and a slice of one's own."""

from __future__ import annotations

from typing import Any

import numpy as np

from underfocus.study.problems import Hint, Input, Problem
from underfocus.validation import pose_error

from .. import artefacts, insertion


def _two_degrees() -> dict[str, float]:
    moved = pose_error.displacement(2.0, 50.0)
    return {"moved": float(moved), "left": float(pose_error.attenuation(1 / 5, moved))}


def _first_zero(shift: float) -> float:
    """Å where the transfer of a wrong centre first changes its sign."""
    from scipy.optimize import brentq

    return float(1 / brentq(lambda s: pose_error.off_centre(s, shift), 0.1 / shift, 0.5 / shift))


def _trials() -> list[tuple[Any, ...]]:
    rng = np.random.default_rng(9)
    found: list[tuple[Any, ...]] = []
    for n, tilt, turn in ((16, 0.0, 0.0), (24, 31.0, 12.0), (33, 77.0, -40.0)):
        points = insertion.plane(n, n // 2 - 2, tilt, turn)
        found.append((rng.exponential(size=len(points)), points, n))
    return found


PROBLEMS = (
    Problem(
        id="blind",
        kind="match",
        title="Six diagnoses",
        prompt="Match each of the six blind cases with what is wrong with it.",
        items=tuple(f"case {i + 1}" for i in range(len(artefacts.CASES))),
        options=artefacts.NAMES,
        answer=artefacts.diagnosis,
        hints=(
            Hint(
                "Start with the curves in cones: one case is not alike along x, y and z. A curve with bumps has zeros in it. Then grain (noise) against blur (angles: is the middle sharp?). What is left needs the truth."
            ),
        ),
        explanation="Wrong centre: the FSC goes down in bumps and the map is blurred to its very middle, since all its waves were multiplied by a Bessel function, signs and all. Low signal: a map with grain, and all its amplitudes. Wrong angles: smooth background, blurred rim, amplitudes gone. "
        "Preferred views: the halves agree better than anywhere, as all data went into fewer cells, and a cone along z knows nothing. The wrong hand and no fault at all have the same halves to the last shell.",
    ),
    Problem(
        id="how-wrong",
        kind="number",
        title="How far off?",
        prompt="One of the blind cases has wrong angles. Show it the truth, and turn the laboratory's knob until its curves lie on the case's. How many degrees is it? (Within a tenth.)",
        inputs=(Input("value", "error", "°"),),
        answer=lambda: artefacts.case(artefacts.diagnosis().index(artefacts.NAMES.index("wrong angles")) + 1).angle,
        tolerance=0.1,
        hints=(Hint("Compare *What is left* at 12 Å, s = 0.083: the curve that depends least on the noise."),),
        explanation="5° about each axis. With the rule you can read it off one number: half is left at 13.7 Å, where $\\exp(-2\\pi^2s^2u^2)$ says u = 2.6 Å, or 5° at 30 Å, about the distance of this molecule's detail from an axis through its middle.",
    ),
    Problem(
        id="two-degrees",
        kind="number",
        title="Two degrees",
        prompt="The angles are off by 2° rms. By how many Å (rms) is detail displaced 50 Å from the axis, and what part of its amplitude is left at 5 Å?",
        inputs=(Input("moved", "displacement", "Å"), Input("left", "left at 5 Å")),
        answer=_two_degrees,
        tolerance=0.005,
        hints=(
            Hint("Radians times radius; then $\\exp(-2\\pi^2 u^2 s^2)$ with s = 1/5."),
            Hint(
                "That is power; amplitudes lose half as much in the exponent.",
                lambda: (
                    _two_degrees()
                    | {"left": float(pose_error.attenuation(1 / 5, pose_error.displacement(2.0, 50.0)) ** 2)}
                ),
            ),
        ),
        explanation="1.745 Å and 0.0903: of detail at 5 Å nine parts in a hundred, while the centre of the map is as sharp as ever.",
    ),
    Problem(
        id="equivalent-b",
        kind="number",
        title="As a B-factor",
        prompt="An angular error of 1° blurs what lies 100 Å from the centre. Which B-factor does the same?",
        inputs=(Input("value", "B", "Å²"),),
        answer=lambda: float(pose_error.bfactor(pose_error.displacement(1.0, 100.0))),
        tolerance=0.005,
        hints=(
            Hint("$B = 8\\pi^2u^2$, u = 1.745 Å."),
            Hint(
                "The displacement is rms along one axis already: 8π², not 8π²/3.",
                lambda: float(pose_error.bfactor(pose_error.displacement(1.0, 100.0))) / 3,
            ),
        ),
        explanation="240.5 Å². Compare it with the 60 to 100 Å² that a good map has from all other causes: large particles need small angles. B grows with the square of the radius, so no single B can undo it.",
        rests_on=("bfactor",),
    ),
    Problem(
        id="five-degree-grid",
        kind="number",
        title="A grid of five degrees",
        prompt="How many orientations does a grid of 5° over all rotations have?",
        inputs=(Input("value", "orientations"),),
        answer=lambda: pose_error.orientations(5.0),
        tolerance=0.02,
        hints=(
            Hint("The space of rotations has a volume of $8\\pi^2$ rad³."),
            Hint(
                "That is the number of view directions alone; each has its turns about the beam.",
                lambda: 4 * np.pi / np.deg2rad(5.0) ** 2,
            ),
        ),
        explanation="$8\\pi^2/\\delta^3 = 1.19\\cdot10^5$ with δ = 0.0873 rad. At 1° it is 1.5·10⁷, which is why searches go from coarse to fine and look again only where it paid.",
    ),
    Problem(
        id="first-reversal",
        kind="number",
        title="Where it turns over",
        prompt="All images are 9 Å off their centre, in the same direction of the image. At which resolution does the map first change its sign?",
        inputs=(Input("value", "first zero", "Å"),),
        answer=lambda: _first_zero(9.0),
        tolerance=0.01,
        hints=(
            Hint("$J_0(2\\pi s d)$ vanishes first at 2.405."),
            Hint(
                "That would be a plain shift by half a period; here all directions of shift are averaged.", lambda: 18.0
            ),
        ),
        explanation="23.5 Å: beyond it the map is contrast turned over, down to 10 Å where it turns back. A wrong centre is a CTF. Look at the dashed curve of *What is left*: it is not a fit.",
    ),
    Problem(
        id="evidence",
        kind="match",
        title="Which evidence convicts it?",
        prompt="Match each fault with the evidence that shows it and shows no other.",
        items=("too little signal", "wrong angles", "preferred views", "the wrong hand", "the wrong centre"),
        options=(
            "sharp in the middle, blurred at the rim, amplitudes gone",
            "blurred all over, the middle too, and a correlation with bumps",
            "halves agree less along one axis than along the others",
            "amplitudes as they should be, grain everywhere",
            "nothing in the data; a helix of known hand, or a tilted pair",
        ),
        answer=lambda: (3, 0, 2, 4, 1),
        hints=(Hint("One fault at a time in the laboratory."),),
        explanation="Only the hand needs knowledge from outside: at better than 5 Å α-helices show their hand, before that an image of the same field at another tilt decides it.",
    ),
    Problem(
        id="insert-a-slice",
        kind="code",
        title="Put in one slice",
        prompt="Write `insert(values, points, n)`: a cube (n, n, n) with axes (z, y, x) and its origin at n // 2, into which each of `values` (m,) is spread over the eight cells around its place by linear weights. `points` (m, 3) are (x, y, z) in cells about the origin. The values are energies $|F|^2$ of a slice's samples: their sum must arrive to one part in a million, and their centre of gravity with it.",
        entry="insert",
        starter="import numpy as np\n\n\ndef insert(values, points, n):\n    ...\n",
        answer=lambda: insertion.insert,
        trials=_trials,
        judge=insertion.judged,
        hints=(
            Hint("`np.add.at` adds every time a cell comes up; `cube[index] += part` only once."),
            Hint("Take the floor of each coordinate, also of the negative ones; `int()` rounds those towards zero."),
        ),
        explanation="Eight products of (1 − t) and t add up to one, so nothing is lost; and the mean place of the eight is the sample's own, so nothing moves. What does change is the *transform* of the cube: it is multiplied by sinc² along each axis, which the last step of a reconstruction takes out again.",
    ),
    Problem(
        id="own-map",
        kind="card",
        title="In your own map",
        prompt="Take your last reconstruction. Which of the five faults could it have, and which evidence do you hold against each?",
        answer=lambda: (
            f"A model answer. Signal: the FSC of halves falls as more particles make it fall later, and the map's grain shrinks as one over the root of their number; in the laboratory a ratio of 0.02 ends at {artefacts.examined(artefacts.case(2)).between.resolution():.0f} Å. "
            "Angles: the local resolution drops from the centre outwards in a rigid particle, and a Guinier fit on the rim is steeper than on the core. Views: the orientation plot, and then cones or SCF, since a plot of dots says nothing of Fourier space. "
            f"The halves' FSC is no evidence: with all views within 35° the laboratory's halves claim {artefacts.examined(artefacts.case(6)).between.resolution():.1f} Å. Hand: helices, a fitted model of known fold, or a tilt. Centre: a bumpy FSC, a middle as blurred as the rim; more often the box "
            "convention (n/2 or (n−1)/2) of two programs, half a pixel apart, which is a gentle J₀ over the whole map and looks like a poor B-factor. Write down what you could not exclude."
        ),
        serves=("M15.q2",),
    ),
)
