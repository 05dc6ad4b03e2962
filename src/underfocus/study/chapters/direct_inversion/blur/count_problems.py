"""Problems that count views, slices, wedges and noise; every answer is computed."""

from __future__ import annotations

from typing import Any

from underfocus.study.problems import Hint, Input, Problem
from underfocus.validation import crowther, orientation

from .. import weights

#: The printed case: a particle of so many Å, at so many Å.
DIAMETER, DETAIL = 200.0, 4.0


def _rule() -> dict[str, Any]:
    return {
        "views": orientation.crowther_views(DIAMETER, DETAIL),
        "step": crowther.angular_step(DIAMETER, DETAIL),
    }


def _per_voxel() -> dict[str, Any]:
    return {"near": orientation.slices_per_voxel(1000, 32), "far": orientation.slices_per_voxel(1000, 64)}


PROBLEMS = (
    Problem(
        id="crowther",
        kind="number",
        title="How many views about one axis?",
        prompt="A particle of 200 Å is tilted about one axis in even steps over a half turn. How many views does a map at 4 Å need so that no gap between slices is wider than 1/D, and how far apart are they?",
        inputs=(Input("views", "views"), Input("step", "angular step", "°")),
        answer=_rule,
        hints=(
            Hint(
                "A step of $d/D$ is in radians, and degrees are wanted.",
                lambda: {"views": orientation.crowther_views(DIAMETER, DETAIL), "step": DETAIL / DIAMETER},
            ),
            Hint(
                "Only half a turn is needed: a view and its opposite hold the same slice.",
                lambda: {
                    "views": 2 * orientation.crowther_views(DIAMETER, DETAIL),
                    "step": crowther.angular_step(DIAMETER, DETAIL),
                },
            ),
            Hint("At frequency $1/d$ slices $\\Delta\\theta$ apart lie $\\Delta\\theta/d$ apart. That may be $1/D$."),
        ),
        explanation="$\\Delta\\theta = d/D = 0.02$ radians, and a half turn is $\\pi$ of them: $\\pi D/d = 157$. It grows with the particle as well as with the detail: a ribosome asks for more than ubiquitin, for the same ångströms.",
        serves=("M15.q1", "M15.q4"),
    ),
    Problem(
        id="slices-per-voxel",
        kind="number",
        title="Slices in a voxel",
        prompt="A thousand slices lie evenly over all orientations. How many of them pass through a Fourier voxel at $k = 32$ voxels from the origin, in the mean, and how many at $k = 64$?",
        inputs=(Input("near", "at 32"), Input("far", "at 64")),
        answer=_per_voxel,
        hints=(
            Hint(
                "A slice cuts a shell in a whole circle, $2\\pi k$ voxels long.",
                lambda: {name: value / 2 for name, value in _per_voxel().items()},
            ),
            Hint(
                "The shell has $4\\pi k^2$ voxels; a half of it is as good as the whole only if the slice is halved too.",
                lambda: {name: 2 * value for name, value in _per_voxel().items()},
            ),
            Hint("A circle of $2\\pi k$ voxels in a shell of $4\\pi k^2$: each slice brings $1/2k$."),
        ),
        explanation="$M \\cdot 2\\pi k / 4\\pi k^2 = M/2k$: 15.6 and 7.8. Twice as far out means half as many. A thousand images sound like a lot, and at the rim of a box of 128 each coefficient is a mean of eight.",
        serves=("M15.q1",),
    ),
    Problem(
        id="slices-formula",
        kind="formula",
        title="The mean of a shell",
        prompt="Write the mean number of slices in a voxel at radius $k$ for $M$ slices, with `M` and `k`.",
        inputs=(Input("value", "slices a voxel"),),
        answer=lambda: lambda M, k: M / (2 * k),
        hints=(
            Hint(
                "That is a shell in the plane: a line cuts a circle in two voxels of $2\\pi k$.",
                lambda: lambda M, k: M / (3.141592653589793 * k),
            ),
            Hint("Divide a circle by a sphere."),
        ),
        explanation="$M/2k$. Its inverse is the famous ramp: whoever adds slices and does not divide has made a map whose amplitudes go as $1/k$, so multiply each by $k$. That holds for even views; a program divides by what really fell into each voxel.",
        serves=("M15.q1", "M15.q2"),
    ),
    Problem(
        id="empty-voxels",
        kind="number",
        title="Voxels that nobody saw",
        prompt="A hundred views come in at random. Which part of the voxels at $k = 64$ is passed by no slice at all?",
        inputs=(Input("value", "empty"),),
        answer=lambda: 1 - orientation.filled(100, 64),
        hints=(
            Hint("That is the part which is reached.", lambda: orientation.filled(100, 64)),
            Hint(
                "The mean is 0.78 slices a voxel, but slices do not queue: some voxels get three.",
                lambda: 1 - orientation.slices_per_voxel(100, 64),
            ),
            Hint("A voxel is hit like a pixel by electrons: the chance of none, at a mean of $M/2k$."),
        ),
        explanation="$e^{-100/128} = 0.458$, by the same Poisson that empties pixels. Even steps would do far better than chance; nobody tells particles where to look.",
        serves=("M15.q1",),
    ),
    Problem(
        id="missing-wedge",
        kind="number",
        title="The wedge",
        prompt="A stage tilts from −60° to +60° about one axis. Which part of Fourier space is never reached?",
        inputs=(Input("value", "part"),),
        answer=lambda: crowther.missing_wedge(60.0),
        hints=(
            Hint("That is what is reached.", lambda: 1 - crowther.missing_wedge(60.0)),
            Hint(
                "30° are missing on either side of the beam, and the half turn is 180°, not 360°.",
                lambda: crowther.missing_wedge(60.0) / 2,
            ),
            Hint("Look along the axis: of 180° the slices sweep 120°, in every plane across it."),
        ),
        explanation="60° of 180°: a third. Finer steps do not help; a second axis does, and so does a specimen that lies at all azimuths.",
        serves=("M15.q4",),
    ),
    Problem(
        id="noise-in-the-map",
        kind="number",
        title="Four times as many",
        prompt="You collect four times as many particles. By which factor does the noise in the map change (its standard deviation)?",
        inputs=(Input("value", "new over old"),),
        answer=lambda: weights.noise_ratio(2048, 8192),
        tolerance=0.05,
        hints=(
            Hint("That is its variance.", lambda: weights.noise_ratio(2048, 8192) ** 2),
            Hint("Each voxel is a mean; the deviation of a mean falls as one over the root of its number."),
        ),
        explanation="A half. The answer that you were compared with was not typed in: it is the noise of two reconstructions, of 2 048 and of 8 192 images of noise alone. With few images, where voxels stand empty, it falls faster than that; see the figure.",
        serves=("M15.q2",),
    ),
)
