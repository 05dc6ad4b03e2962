"""The problems of the chapter on waves in two dimensions; every answer is computed."""

from __future__ import annotations

import numpy as np

from underfocus.maths import fourier, waves
from underfocus.study.problems import Hint, Input, Problem

from .. import painting
from .figures import BOX, KNOBS, drawn_waves


def _points_of(orders: tuple[int, int]) -> int:
    """How many points of the transform a wave of these orders fills."""
    half = fourier.display(fourier.fft2(waves.wave(BOX, orders, 1.0, 40.0)), BOX)
    return int(np.sum(np.abs(half) > 1e-6 * BOX**2))


def _phase_change(turns: bool) -> float:
    """The phase change of the wave (3, 4) under a move by (16, 8), as it is or within half a turn, measured on points."""
    moved = waves.phase_of_shift(BOX, (3, 4), (16, 8))
    return moved if turns else (moved + 180) % 360 - 180


def _amplitude_ratio() -> float:
    """|F'(3, 4)| over |F(3, 4)| of a moved picture."""
    still = painting.object_at(BOX, 20.0, (0.0, 0.0))
    moved = np.roll(still, (8, 16), axis=(0, 1))
    a, b = (np.abs(fourier.display(fourier.fft2(p), BOX)[BOX // 2 + 4, BOX // 2 + 3]) for p in (still, moved))
    return float(b / a)


def _board(period: int = 2) -> dict[str, float]:
    """The order of the strongest waves of a board of 8 by 8 squares, and the ratio of their amplitudes.

    ``period`` is how many squares are taken for one period, for the typical wrong answer.
    """
    board = painting.checkerboard(BOX, 8)
    _, orders = waves.strongest(board, 2)
    first, second = (np.abs(fourier.display(fourier.fft2(board), BOX)[BOX // 2 + k, BOX // 2 + h]) for h, k in orders)
    return {"m": float(2 * np.abs(orders).max() / period), "ratio": float(second / first)}


def _sphere(points_a_wave: int = 2) -> dict[str, float]:
    """Radius, points and waves of the hard 8 Å sphere, with so many points to a wave."""
    points, _ = waves.count_within(256, 1.0, 8.0, 3)
    return {"radius": 256 / 8.0, "points": points, "waves": (points - 1) / points_a_wave}


def _half_is_half() -> bool:
    """Whether half of the transform makes the picture at half its strength."""
    picture = painting.object_at(BOX, 20.0, (3.0, -7.0))
    return bool(np.allclose(painting.painted(picture, 1.0, "half", 40.0, 12.0, 90.0), picture / 2))


PROBLEMS = (
    Problem(
        id="period-and-normal",
        kind="number",
        title="How fine, and in which direction?",
        prompt="A wave in a box of 128 Å has $(h, k) = (3, 4)$. What is its period, and what angle does its normal make with "
        "the $x$ axis?",
        inputs=(Input("period", "period", "Å"), Input("normal", "normal", "°")),
        answer=lambda: {"period": waves.period(128.0, (3, 4)), "normal": waves.normal((3, 4))},
        hints=(
            Hint(
                "That angle is measured from $y$.",
                lambda: {"period": waves.period(128.0, (3, 4)), "normal": waves.normal((4, 3))},
            ),
            Hint("The distance of the point from the origin is $\\sqrt{h^2 + k^2}$; the box holds so many periods."),
        ),
        explanation="$128/\\sqrt{3^2+4^2} = 25.6$ Å, and $\\arctan(4/3) = 53.13°$. The point lies where the normal points.",
        serves=("M24.r1",),
    ),
    Problem(
        id="spin",
        kind="number",
        title="Spin the wave",
        prompt="A wave with $(h, k) = (8, 0)$ is turned by 30°, from $x$ towards $y$. Where does its point go?",
        inputs=(Input("h", "$h$"), Input("k", "$k$")),
        answer=lambda: dict(zip(("h", "k"), waves.spin((8, 0), 30.0), strict=True)),
        hints=(
            Hint("You turned it the other way.", lambda: dict(zip(("h", "k"), waves.spin((8, 0), -30.0), strict=True))),
            Hint("The point keeps its distance from the origin, 8, and turns with the wave."),
        ),
        explanation="$(8\\cos 30°, 8\\sin 30°) = (6.928, 4)$: no whole number, so in a box that is not as wide as the wave wants, its "
        "point spreads over several. Turning a picture means to find values between the samples of its transform.",
        serves=("M24.r2",),
    ),
    Problem(
        id="shift-phase",
        kind="number",
        title="Move the wave",
        prompt="A picture of 128 pixels moves by $(16, 8)$. By how much does the phase of its wave $(3, 4)$ change, brought to between −180° "
        "and 180°, and by which factor its amplitude?",
        inputs=(Input("phase", "phase change", "°"), Input("factor", "amplitude ×")),
        answer=lambda: {"phase": _phase_change(False), "factor": _amplitude_ratio()},
        tolerance=1e-6,
        hints=(
            Hint(
                "Right before it is brought to within half a turn.",
                lambda: {"phase": _phase_change(True), "factor": _amplitude_ratio()},
            ),
            Hint(
                "The sign: moving the object to larger $x$ and $y$ delays its waves.",
                lambda: {"phase": -_phase_change(False), "factor": _amplitude_ratio()},
            ),
            Hint("The crest moves by $3 \\cdot 16/128 + 4 \\cdot 8/128$ of a period."),
        ),
        explanation="$-360° (3 \\cdot 16 + 4 \\cdot 8)/128 = -225°$, which is +135°. The amplitude stays: the factor is 1.",
        serves=("M24.r2",),
    ),
    Problem(
        id="two-points",
        kind="choice",
        title="The transform of one wave",
        prompt="One real wave $(h, k)$ with a phase of 40° fills the box. What is its transform?",
        options=(
            "two points, at $(h, k)$ and $(-h, -k)$, complex conjugates of each other",
            "one point at $(h, k)$",
            "two points, at $(h, k)$ and $(-h, -k)$, with the same value",
            "a line through the origin along the normal of the wave",
        ),
        answer=lambda: {2: 0, 1: 1}[_points_of((3, 4))],
        hints=(
            Hint("A cosine is half of one complex wave and half of the one that runs the other way.", lambda: 1),
            Hint("Equal only for a crest or a trough in the middle: 40° and −40° differ.", lambda: 2),
            Hint("Set up such a wave in the machine above, and count what lights up in its transform."),
        ),
        explanation="$A\\cos(\\omega + \\varphi) = \\frac{A}{2}e^{i\\varphi}e^{i\\omega} + \\frac{A}{2}e^{-i\\varphi}e^{-i\\omega}$: two points with the same modulus "
        "and opposite phase. That is why half of the transform of a real picture says everything (Friedel's law).",
        serves=("M24.r1",),
    ),
    Problem(
        id="checkerboard",
        kind="number",
        title="The waves of a checkerboard",
        prompt="A board of 8 × 8 squares fills a box. Its two strongest waves have $(h, k) = (m, m)$ and $(m, -m)$. What is $m$, and what is "
        "the ratio of their amplitudes?",
        inputs=(Input("m", "$m$"), Input("ratio", "ratio")),
        answer=_board,
        tolerance=1e-6,
        hints=(
            Hint("A period is a black and a white square.", lambda: _board(1)),
            Hint("Walk along $x$: how often does black come back within the box?"),
        ),
        explanation="$m = 4$, since four pairs of squares fit the side. Neither wave runs along a side of the board: their product, "
        "$\\cos\\,\\cos$, is the sum of two waves along the diagonals. Sharp corners take the odd multiples $(4, 12)$, $(12, 4)$, "
        "$(12, 12)$ and so on.",
        serves=("M24.r1",),
    ),
    Problem(
        id="sphere",
        kind="number",
        title="Waves in a sphere",
        prompt="A map has 256 voxels of 1 Å a side. A low pass keeps all points of its transform down to 8 Å, ends included. What is the "
        "radius of the sphere, how many points are in it with the one at the origin, and how many independent waves are they besides the mean?",
        inputs=(Input("radius", "radius", "voxels"), Input("points", "points"), Input("waves", "waves")),
        answer=_sphere,
        tolerance=0.002,
        hints=(
            Hint("Each wave is two points of the sphere.", lambda: _sphere(1)),
            Hint(
                "A frequency of 1/8 1/Å lies $256/8$ points from the origin; a sphere of that radius holds $\\frac{4}{3}\\pi r^3$ of them, about."
            ),
        ),
        explanation="Radius 32; 137 065 points, the mean among them, are 68 532 waves: each has an amplitude and a phase. The map has 16.8 "
        "million voxels, so after this filter all but 0.8 % of them can be computed from the others.",
        serves=("M24.r2",),
    ),
    Problem(
        id="ring",
        kind="number",
        title="A band pass",
        prompt="A picture of 256 pixels of 1 Å is filtered to keep lengths from 20 down to 5 Å. About how many points of its transform are kept?",
        inputs=(Input("value", "points"),),
        answer=lambda: waves.count_between(256, 1.0, 20.0, 5.0, 2),
        tolerance=0.01,
        hints=(
            Hint("That is the whole disc down to 5 Å.", lambda: waves.count_within(256, 1.0, 5.0, 2)[0]),
            Hint("A ring from radius $256/20$ to radius $256/5$ has the area $\\pi(r_2^2 - r_1^2)$."),
        ),
        explanation="$\\pi(51.2^2 - 12.8^2) \\approx 7721$, an eighth of the picture's 65 536 points. Pickers look at particles through such a ring.",
        serves=("M24.r2",),
    ),
    Problem(
        id="half",
        kind="choice",
        title="Half of a transform",
        prompt="You keep the upper half of a picture's transform, set the lower half to zero, transform back and look at the real part. What "
        "do you see?",
        options=(
            "the picture, half as strong",
            "the upper half of the picture",
            "the picture, with only its fine detail",
            "the picture and a mirrored one on top of it",
        ),
        answer=lambda: 0 if _half_is_half() else 1,
        hints=(
            Hint("A point of the transform is no place in the picture: each wave fills all of it.", lambda: 1),
            Hint("Both halves hold coarse and fine waves alike.", lambda: 2),
            Hint(
                "The mirrored one would be the imaginary part's business. Which real waves did you remove?", lambda: 3
            ),
            Hint("Leave *half* in the figure, and read its correlation with the picture."),
        ),
        explanation="Each real wave is two points, $F(h,k)$ and its conjugate at $(-h,-k)$. With one of them gone, what is left is a complex wave "
        "whose real part is the same wave at half the strength. Programs store half of each transform, and compute half as much.",
        serves=("M24.r2",),
    ),
    Problem(
        id="build",
        kind="target",
        title="Build the picture from six waves",
        prompt="Set the six amplitudes until your picture is the one on the left. Some of the waves are not in it at all.",
        answer=lambda: dict(zip(KNOBS, painting.HIDDEN, strict=True)),
        figure="hidden_waves",
        draw=drawn_waves,
        explanation="This is what every reconstruction does, with more waves. Here you saw them; a transform finds each of them in one sum, "
        "because waves of different orders are orthogonal: the amount of one does not depend on the others.",
        serves=("M24.r1",),
    ),
    Problem(
        id="reading-waves",
        kind="card",
        title="After the first video: waves and images",
        prompt="Why does the wave that stands for a fine detail have its point far from the origin? And if you were given only the amplitudes of all "
        "waves of a face, or only the phases, from which could you still tell whose face it is?",
        answer=lambda: (
            "The distance from the origin counts periods in the box: fine detail, many periods, a point far out. From the phases: they say where the crests of "
            "each wave meet, and edges are where crests meet. A picture with its own phases and the amplitudes of another face, or of noise that falls off as "
            "natural pictures do, still shows the first face (Oppenheim & Lim 1981, Proc. IEEE 69, 529). In cryo-EM the lens changes amplitudes and flips "
            "phases by 180°; the flips are what must be undone first."
        ),
        serves=("M24.r1",),
    ),
    Problem(
        id="reading-filters",
        kind="card",
        title="After the second video: transforms and filters",
        prompt="Take a micrograph of your own. Which filter would you use to find particles on it by eye, which to judge its quality, and which before you measure "
        "intensities? Say which lengths you would keep.",
        answer=lambda: (
            "To find particles: a band pass from about twice the particle's size (it removes uneven ice) down to a fifth of it or 20 Å (it removes shot noise). To judge "
            "quality: no filter on the picture; look at its power spectrum and how far the Thon rings go. Before measuring intensities: none at all, since a high pass changes "
            "the mean and a low pass the extremes. On the command line: `underfocus filter micrograph.mrc --high-pass 400 --low-pass 20 -o Filtered/`."
        ),
        serves=("M24.r2",),
    ),
)
