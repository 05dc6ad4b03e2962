"""Problems on the space of rotations: what it costs to use, how large it is, how to search in it."""

from __future__ import annotations

import numpy as np

from underfocus.maths import rotations, so3
from underfocus.study.problems import Hint, Input, Problem

from .. import covers


def _mean_and_median() -> dict[str, float]:
    a = np.linspace(0, 180, 200_001)
    return {
        "mean": float(np.trapezoid(a * so3.angle_density(a), a)),
        "median": float(np.interp(0.5, so3.angle_share(a), a)),
    }


def _counts() -> dict[str, float]:
    return {f"order{n}": float(len(so3.hopf_grid(n))) for n in range(4)}


def _halfway() -> dict[str, float]:
    ends = np.eye(3), np.asarray(rotations.about_z(90.0))
    mixed = covers.mixed(*ends, np.array([0.5]), "matrix entries")[0]
    return {
        "angle": float(rotations.distance(ends[0], so3.slerp(*ends, 0.5))),
        "determinant": float(np.linalg.det(mixed)),
    }


SPACE = (
    Problem(
        id="operations",
        kind="number",
        title="What does a point cost?",
        prompt="One rotation turns many points. Count the multiplications and additions a point, once the matrix has been made; and for $q\\,p\\,q^*$ as two general products of quaternions.",
        inputs=(
            Input("matrix_times", "matrix, multiplications"),
            Input("matrix_plus", "matrix, additions"),
            Input("quaternion_times", "$q\\,p\\,q^*$, multiplications"),
            Input("quaternion_plus", "$q\\,p\\,q^*$, additions"),
        ),
        answer=lambda: {name: float(count) for name, count in covers.operations().items()},
        tolerance=1e-9,
        hints=(
            Hint(
                "One product of quaternions was counted; there are two.",
                lambda: {"matrix_times": 9, "matrix_plus": 6, "quaternion_times": 16, "quaternion_plus": 12},
            ),
            Hint("Three rows of three; and 16 terms in four sums, twice."),
        ),
        explanation="9 and 6 against 32 and 24. Written out with two cross products a quaternion can do with fewer, but never with as few as a matrix. Store four numbers, apply nine.",
        serves=("M12.q4", "M12.r6"),
    ),
    Problem(
        id="store-and-apply",
        kind="card",
        title="How to store, how to apply",
        prompt="A refinement holds 500,000 orientations, composes each with small corrections, and turns 10,000 Fourier coefficients by each. What should it store, what should it compose, what should it apply, and what should stand in the file? Argue with the measured figure.",
        answer=lambda: (
            "*Apply* a matrix: made once a rotation, it is then by far the cheapest a point, and one conversion is nothing beside 10,000 points. *Store and compose* quaternions where memory or drift matters: four numbers instead of nine, "
            "16 multiplications a product instead of 27, and after many products one division by the length restores a rotation, where a matrix needs to be made orthogonal again. *Average and search* with quaternions or rotation vectors. "
            "*In files* Euler angles, since three numbers can be read by people and every program knows them; they are converted once, on the way in. Worst of all is to convert to Euler angles inside a loop: "
            "sines and arctangents, two branches and a lock. In practice memory traffic decides: nine numbers a rotation are 36 MB for 500,000, which is little beside the images."
        ),
        serves=("M12.q4", "M12.r6"),
    ),
    Problem(
        id="which-for-what",
        kind="match",
        title="Each to its task",
        prompt="Match the task with what serves it best.",
        items=(
            "turn a million points",
            "compose ten thousand small turns",
            "tell a colleague one orientation",
            "take a step downhill",
        ),
        options=(
            "a quaternion, brought back to length one now and then",
            "Euler angles with the name of their convention",
            "a rotation vector: the tangent space, then exp",
            "a 3 × 3 matrix",
        ),
        answer=lambda: (3, 0, 1, 2),
        hints=(
            Hint(
                "What is cheap a point? What stays a rotation after many products? What has no lock and no constraint?"
            ),
        ),
        explanation="No representation is best at everything; conversion is cheap, once a rotation. It is dear only once a point.",
        serves=("M12.q4", "M12.r6"),
    ),
    Problem(
        id="halfway",
        kind="number",
        title="Halfway, and the mean of the entries",
        prompt="Halfway between no turn and 90° about $z$: by what angle does slerp's halfway rotation turn? And what is the determinant of the mean of the two matrices, entry by entry?",
        inputs=(Input("angle", "slerp turns by", "°"), Input("determinant", "determinant of the mean")),
        answer=_halfway,
        tolerance=0.001,
        hints=(
            Hint(
                "A rotation has determinant 1; the mean of two is no rotation.",
                lambda: {"angle": 45.0, "determinant": 1.0},
            ),
            Hint("The mean has $\\frac12$ and $\\frac12$ where sine and cosine of one angle should stand."),
        ),
        explanation="45°, and 0.5: the mean maps a circle to one of radius $1/\\sqrt2$. The nearest rotation to it is right all the same, which is how means of rotations are taken.",
        serves=("M12.r1",),
    ),
    Problem(
        id="random-angle",
        kind="number",
        title="How far is a random rotation?",
        prompt="The angle of an even random rotation has the density $(1 - \\cos\\alpha)/\\pi$ on $[0, \\pi]$. Its mean and its median, in degrees? Guess before you integrate.",
        inputs=(Input("mean", "mean", "°"), Input("median", "median", "°")),
        answer=_mean_and_median,
        tolerance=0.001,
        hints=(
            Hint("90° would be the mean if all angles were equally likely.", lambda: {"mean": 90.0, "median": 90.0}),
            Hint(
                "The mean is $\\int\\alpha(1 - \\cos\\alpha)/\\pi$, which is $\\pi/2 + 2/\\pi$ in radians; the median solves $\\alpha - \\sin\\alpha = \\pi/2$."
            ),
        ),
        explanation="126.5° and 132.3°. Two random poses are far apart; an alignment that comes within 10° by chance happens once in 3,500 tries.",
        serves=("M12.r1", "M12.q5"),
    ),
    Problem(
        id="grid-counts",
        kind="number",
        title="How many rotations make a grid?",
        prompt="HEALPix of order $k$ has $12\\cdot4^k$ view directions; with $6\\cdot2^k$ turns in the plane, how many rotations are there at orders 0 to 3 (60°, 30°, 15° and 7.5° apart)?",
        inputs=tuple(Input(f"order{n}", f"order {n}") for n in range(4)),
        answer=_counts,
        tolerance=1e-9,
        hints=(
            Hint("Those are the view directions alone.", lambda: {f"order{n}": 12.0 * 4**n for n in range(4)}),
            Hint("Halving the spacing in three dimensions makes eight times as many."),
        ),
        explanation="72, 576, 4,608, 36,864: eight times as many at each order. At 1.9° it is 2.4 million, for each particle: which is why programs search coarsely first, and finely only around the best.",
        serves=("M12.q5",),
    ),
    Problem(
        id="a-step-downhill",
        kind="order",
        title="One step downhill",
        prompt="A rotation $R$ is to bring points $p$ onto points $t$. Put one step of gradient descent by the logarithm in order.",
        options=(
            "turn the points: $Rp$",
            "compare them with the targets: the cost is the mean of $\\frac12|Rp - t|^2$",
            "let $R$ be followed by a small turn $\\omega$: $Rp$ changes by $\\omega\\times Rp$",
            "so the gradient by $\\omega$ is the mean of $-(Rp)\\times t$",
            "take $\\omega$ as minus the gradient times the step length",
            "replace $R$ by $\\exp(\\omega)\\,R$, which is a rotation again",
        ),
        answer=lambda: (0, 1, 2, 3, 4, 5),
        hints=(Hint("Cost, small change, gradient, step, and back onto the rotations with exp."),),
        explanation="No constraint is needed and no lock can occur: every step starts with a fresh tangent space at $R$. With points of unit spread the best step length is about one half; look at the figure.",
        serves=("M12.q5",),
    ),
    Problem(
        id="when-to-optimise",
        kind="card",
        title="∂p′/∂q in cryo-EM",
        prompt="Would cryo-EM ever differentiate by the rotation? When would you search for a rotation by optimisation rather than on a grid, and how would the derivative of $p'$ by $q$ be used for it?",
        answer=lambda: (
            "On a grid when little is known: the score has many maxima, and only looking everywhere finds the highest. By optimisation when a good pose is known and a fine one is wanted (local refinement, the last degree), when there are many other unknowns to be "
            "moved at the same time (shifts, defocus, a deformation, a neural network's weights), or when a model is docked into a map. The chain rule does it: the score depends on a projection, the projection on the places $p'$ at which the "
            "Fourier volume is read, and these on $q$; so $\\partial S/\\partial q = \\sum (\\partial S/\\partial p')\\,(\\partial p'/\\partial q)$, where $\\partial S/\\partial p'$ is the gradient of the interpolated volume. Each column of $\\partial p'/\\partial q$ says how the place moves when one component of "
            "$q$ changes; along $q$ itself nothing may change, so the step is projected, or $q$ is divided by its length afterwards. Programs that descend over poses do this, by automatic differentiation or by the logarithm. "
            "It fails far from the answer, as the figure at 179° begins to show, and in noise so strong that the score has no slope to follow. Source: the section of the article; the descent figure."
        ),
        serves=("M12.q5", "M12.r6"),
    ),
    Problem(
        id="own-quaternions",
        kind="card",
        title="Your own poses as quaternions",
        prompt="Convert the poses of a refinement of yours with `underfocus convert-angles particles.star --to quaternion`. Take two iterations of the same refinement: by how many degrees did the particles move, in the median? How many moved by more than 20°, and why should those be looked at?",
        answer=lambda: (
            "The angle between two poses is $2\\arccos|q\\cdot q'|$; symmetry must be taken out first (the smallest angle over the group's operators). In a converged refinement the median is below a degree. Particles that jump by large angles have two poses "
            "of nearly the same score: pseudo-symmetry, too little signal, or no particle at all. A median of 126° would mean that the two runs have nothing in common but chance."
        ),
        serves=("M12.r4",),
    ),
)
