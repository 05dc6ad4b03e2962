"""Problems on the steps of the algorithm, and on what it does when one is left out."""

from __future__ import annotations

from typing import Any

import numpy as np

from underfocus.study.problems import Hint, Problem

from .. import growing

Real = np.ndarray[Any, Any]


def _wider() -> int:
    """Whether smeared or ramped maps have lost more of their fine detail, from the maps themselves: 0 or 1."""
    parts = [
        growing.left(growing.grown("uniform", 128, method=m)) for m in ("backprojection", "weighted-backprojection")
    ]
    fine, coarse = slice(8, 14), slice(2, 5)
    return int(np.argmin([part[fine].mean() / part[coarse].mean() for part in parts]))


def _mends() -> tuple[int, ...]:
    """For angular error, top views, no padding: does eight times as many views bring the map to within 2 % of the best?"""
    best = growing.agreement(growing.grown("uniform", 512)).unmasked[4:14].mean()
    cases = (
        {"spread": "uniform", "degrees": 8.0},
        {"spread": "top"},
        {"spread": "uniform", "pad": 1.0},
        {"spread": "uniform"},
    )
    more = [growing.grown(count=512, **case) for case in cases[:2]]
    found = [growing.agreement(data).unmasked[4:14].mean() for data in more]
    rim = [_rim(growing.grown(count=512, **case)) for case in cases[2:]]
    mended = [value > 0.98 * best for value in found] + [rim[0] < 1.2 * rim[1]]
    few = growing.agreement(growing.grown("uniform", 64)).unmasked[4:14].mean()
    return (*(0 if yes else 1 for yes in mended), 0 if few < best else 1)


def _rim(data: Real) -> float:
    """The root mean square of what a map has in the outermost two voxels of its box, where the molecule is not."""
    outer = np.ones(data.shape, bool)
    outer[2:-2, 2:-2, 2:-2] = False
    return float(np.sqrt(np.mean(data[outer] ** 2)))


PROBLEMS = (
    Problem(
        id="order-the-algorithm",
        kind="order",
        title="Order the algorithm",
        prompt="Put the steps of direct Fourier inversion in order. The numerator's sum is written before the denominator's, and the box is cropped before it is corrected.",
        options=(
            "transform the image, multiply it by its CTF, and move it back to its centre",
            "rotate the plane's grid into the cube by the particle's pose",
            "insert each sample into the voxels around it, with weights that add up to 1",
            "accumulate CTF² in a second cube, with the same weights",
            "divide the first cube by the second, and a little more where the second is small",
            "inverse FFT of the padded cube",
            "crop the box out of the middle",
            "gridding-correct: divide the density by the transform of the insertion weights",
        ),
        answer=lambda: (0, 1, 2, 3, 4, 5, 6, 7),
        hints=(
            Hint(
                "What is done for each particle comes first, what is done once comes last. A product in real space is a division that must wait for the inverse FFT."
            ),
        ),
        explanation="The first four are done for each image, and are nearly all the time; the other four once. Two cubes are all that is kept, however many images there are, and that is why the method is fast: half sets, symmetry mates and clusters are sums of sums. Old programs gridding-correct by iterating the weights before they invert; the window does the same in one multiplication.",
        serves=("M15.q2", "M15.q5", "M15.r2"),
    ),
    Problem(
        id="ramp",
        kind="choice",
        title="Without the ramp",
        prompt="A map is made by smearing each image back along its beam and adding up. Compared with the molecule it is…",
        options=(
            "too smooth: amplitudes fall as 1/k, since low shells are crossed by more slices a voxel",
            "too rough: amplitudes grow as k, since high shells hold more voxels",
            "right but for a factor, since every image is added once",
            "right within 1/D of the origin, and empty beyond",
        ),
        answer=_wider,
        hints=(
            Hint("How many slices cross a voxel at $k = 2$, and how many at $k = 20$?"),
            Hint("A sum of slices weighs a voxel by how many cross it. That number depends on where the voxel is."),
        ),
        explanation="Every slice passes through the origin, and $1/2k$ of them through a voxel at $k$. Smearing adds without dividing, so the map comes out convolved with $1/r^2$: fog. The ramp $|k|$ takes it away for even views; dividing by weights for any.",
        serves=("M15.q2", "M15.q4"),
    ),
    Problem(
        id="what-more-views-mend",
        kind="match",
        title="Do more particles mend it?",
        prompt="With 512 views in place of 64: does the fault go away?",
        items=(
            "angles off by 8°",
            "top views alone",
            "no padding with linear insertion, seen at the edge of the box",
            "holes between slices",
        ),
        options=("mended", "stays"),
        answer=_mends,
        hints=(
            Hint(
                "Ask whether the fault is in the number of the slices, or in where they are put. Then turn the knobs of the growing map."
            ),
        ),
        explanation="Only what chance left open is closed by more of the same. Wrong angles put every slice in the wrong place, however many there are; a missing cone stays missing; and copies of the box come through the kernel's side lobes with every image alike. That is why *more data* is the answer to fewer questions than one thinks.",
        serves=("M15.q2",),
    ),
)
