"""The problems of the chapter on interpolation from the inside; every answer is computed."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from underfocus.study.problems import Hint, Input, Problem

from .. import scattering


@cache
def _first_flat(level: float) -> float:
    """The flatness at which the figure's error first exceeds a part of the range."""
    flats = np.geomspace(1, 1000, 200)
    errors = np.array([scattering.sliver_error(float(f)) for f in flats])
    return float(flats[int(np.argmax(errors > level))])


def _trials() -> list[tuple[Any, ...]]:
    rng = np.random.default_rng(5)
    found = []
    for count in (400, 1500):
        x = rng.uniform(-1, 1, (count, 2))
        found.append((x, scattering.gaussian(x), rng.uniform(-0.7, 0.7, (200, 2))))
    return found


def _close_to_the_truth(pairs: list[tuple[tuple[Any, ...], Any]]) -> str:
    """What is wrong with the reader's interpolator: shape, or an error of more than 2 % of the peak with many points."""
    for (x, _, q), found in pairs:
        given = np.asarray(found, float)
        if given.shape != (len(q),):
            return f"For {len(q)} queries the result has the shape {given.shape}; one value a query is wanted."
        if not np.isfinite(given).all():
            return "Some results are not finite: a query may lie on a point (distance zero), or outside the hull."
        allowed = 0.02 if len(x) > 1000 else 0.05
        error = float(np.sqrt(np.mean((given - scattering.gaussian(q)) ** 2)))
        if error > allowed:
            return f"With {len(x)} points the error is {100 * error:.2g} % of the peak (rms); {100 * allowed:g} % is allowed."
    return ""


def _slope(pairs: list[tuple[tuple[Any, ...], Any]]) -> str:
    """What is wrong with the reader's times: their number, or an exponent outside 0.9 to 1.3."""
    for (counts,), found in pairs:
        times = np.asarray(found, float)
        if times.shape != (len(counts),) or not (times > 0).all():
            return f"Return one positive number of seconds for each of the {len(counts)} counts."
        slope = scattering.exponent(counts, times)
        if not 0.9 <= slope <= 1.3:
            return f"Your times grow as the power {slope:.2f} of the count; for a mesh in the plane 0.9 to 1.3 is expected. Take the best of several runs."
    return ""


PROBLEMS = (
    Problem(
        id="steps-of-griddata",
        kind="order",
        title="What griddata does",
        prompt="Put the steps of `griddata(points, values, xi, method='linear')` in order.",
        options=(
            "gather the coordinates into one array of doubles, a row a point",
            "lift the points onto a paraboloid and find the lower hull (Quickhull): Delaunay's mesh",
            "for each triangle, the matrix that turns a place into weights of its corners",
            "for each place of xi, walk from triangle to triangle until all three weights are positive",
            "add the corners' values with these weights, or write nan where the walk left the hull",
        ),
        answer=lambda: (0, 1, 2, 3, 4),
        hints=(Hint("The mesh knows nothing of xi, and is made first."),),
        explanation="The mesh takes $O(n \\log n)$ in the plane and more in space, where the number of tetrahedra is no longer bounded by a multiple of the points. The matrices come from one small LAPACK call a triangle: together a third of the mesh to as long as it, and far longer where LAPACK starts threads for each. The walk begins at the last triangle found: a step or two when `xi` is a grid in order, some $\\sqrt{n}$ of them when it is shuffled. And mesh, matrices and weights depend on the places alone: new values need none of them again, which a call of griddata cannot know.",
        serves=("M14.q1",),
    ),
    Problem(
        id="map-coordinates",
        kind="match",
        title="map_coordinates or griddata?",
        prompt="Which of the two is it?",
        items=(
            "samples on a regular grid, places anywhere",
            "samples anywhere, places anywhere",
            "a few multiplications a value, no search",
            "orders 0 to 5, a pass of prefiltering above 1",
            "a mesh must be built before the first value",
        ),
        options=("`map_coordinates`", "`griddata`"),
        answer=lambda: (0, 1, 0, 0, 1),
        hints=(Hint("Where a grid is given, the neighbours of a place are known by rounding."),),
        explanation="Reading slices off a Fourier volume is `map_coordinates`' case. Putting slices in is griddata's by name, but nobody can afford it: values are spread onto the grid and divided by what fell there.",
        serves=("M14.q4",),
    ),
    Problem(
        id="correction",
        kind="number",
        title="The gridding correction",
        prompt="Values are inserted into Fourier space with trilinear weights. What is left of density at the edge of the box along one axis without padding, with a box padded to twice its side, and in the corner of the cube with that padding?",
        inputs=(Input("bare", "no padding"), Input("padded", "padded twice"), Input("corner", "in the corner")),
        answer=lambda: {
            "bare": scattering.correction_at_edge(1.0),
            "padded": scattering.correction_at_edge(2.0),
            "corner": scattering.correction_at_edge(2.0, 3),
        },
        tolerance=0.002,
        hints=(
            Hint(
                "sinc, not its square: that is nearest neighbour.",
                scattering.nearest_at_edge,
            ),
            Hint("$\\mathrm{sinc}^2(r/(N \\cdot \\mathrm{pad}))$ for each axis, at $r = N/2$."),
        ),
        explanation="$\\mathrm{sinc}^2(½) = 0.405$, $\\mathrm{sinc}^2(¼) = 0.811$, and its cube 0.533. The correction is separable; programs that divide by a *radial* sinc² are wrong along diagonals.",
        serves=("M14.q4",),
    ),
    Problem(
        id="break-it",
        kind="number",
        title="Break it",
        prompt="In the figure of slivers, turn up *squeeze* until the largest error passes 20 % of the range for the first time. At which flatness is that? (Within a sixth is close enough.)",
        inputs=(Input("value", "flatness", "×"),),
        answer=lambda: _first_flat(0.2),
        tolerance=1 / 6,
        hints=(Hint("Play the figure, and watch the curve at the right."),),
        explanation="The points did not change, only the unit of one axis. Scale the axes alike before you call griddata (it has a switch for it, `rescale`, off by default).",
        serves=("M14.q3",),
    ),
    Problem(
        id="measure-exponent",
        kind="code",
        title="Measure the build",
        prompt="Write `build_times(counts)`: for each count, the seconds that `scipy.spatial.Delaunay` takes to mesh so many random points of the plane, as a list. The exponent of the growth is fitted; 0.9 to 1.3 is accepted.",
        entry="build_times",
        starter="import time\nimport numpy as np\nfrom scipy.spatial import Delaunay\n\n\ndef build_times(counts):\n    ...\n",
        answer=lambda: scattering.seconds,
        trials=lambda: [([1000, 2000, 4000, 8000, 16_000],)],
        judge=_slope,
        hints=(Hint("Take the least of three runs for each count, with `time.perf_counter`."),),
        explanation="$n \\log n$ looks like a power just above 1 over any range you can measure. Go on to a hundred thousand points and the power creeps up to 1.3 or more: the mesh no longer fits into the processor's cache, which no textbook's $O$ knows. In three dimensions the constant is three to four times as large.",
        serves=("M14.q1",),
    ),
    Problem(
        id="write-an-interpolator",
        kind="code",
        title="Write one of your own",
        prompt="Write `interpolate(points, values, queries)` for scattered points in the plane, `points` (m, 2), `queries` (q, 2), and give back one value a query. It is tried on a Gaussian: with 1 500 points the rms error must stay below 2 % of the peak, with 400 below 5 %. Say to yourself where its time goes.",
        entry="interpolate",
        starter="import numpy as np\n\n\ndef interpolate(points, values, queries):\n    ...\n",
        answer=lambda: scattering.kernel_estimate,
        trials=_trials,
        judge=_close_to_the_truth,
        hints=(
            Hint(
                "Weigh the nearest dozen points by the inverse square of their distance; take care of a distance of zero."
            ),
        ),
        explanation="All distances cost $m \\cdot q$ and as much memory; a tree (`scipy.spatial.cKDTree`) finds the nearest in about $\\log m$ each. That is the engine's way in `inverse_distance`.",
        serves=("M14.q2",),
    ),
    Problem(
        id="noise-and-griddata",
        kind="card",
        title="How much noise does it bear?",
        prompt="From the figures: how does the error of griddata grow with noise, compared with the other two, and why? What would you do with noisy scattered data?",
        answer=lambda: (
            "At a data point griddata returns the noisy value itself, and between three of them a mean with weights whose squares add up to between 1/3 and 1: the noise goes through nearly undamped, however many points there are. More points do not help, they only make the crumples finer. Inverse distance averages a dozen, gridding all that fall into a cell: their noise falls as one over the "
            "square root of the number, and a bias takes its place, since what is finer than the cell is lost. So smooth first (fit a model, or grid with a kernel as wide as the detail you believe in), then interpolate. Pathologies: points on a line, duplicates, badly scaled axes, queries outside the hull (nan), and four points on a circle, whose mesh is not unique."
        ),
        serves=("M14.q3",),
    ),
    Problem(
        id="bottleneck",
        kind="card",
        title="Where would you speed it up?",
        prompt="You must put ten million Fourier values into a grid, again and again, with new values at the same places. Name the bottleneck of each of the three ways, and what you would do about it.",
        answer=lambda: (
            "Delaunay: the mesh, then a matrix a triangle, then the walk if the places come in no order. All are the same each time: keep each place's three corners and weights (`scattered.delaunay_weights`), and new values cost one weighted sum, two hundred times less. In 3D with ten million points the memory still kills it. Inverse distance: the tree search; also the same each time: keep the neighbours and weights as a sparse matrix, and each round is one product. Gridding: memory traffic, since scattered additions miss the cache; sort the values by where they fall, or cut "
            "the volume into slabs that stay in the cache (that is what our insertion kernel does), and let neighbouring slabs never be written at once. If accuracy matters more, a non-uniform FFT with a density compensation does it to any tolerance."
        ),
        serves=("M14.q2", "M14.q1"),
    ),
    Problem(
        id="reading-bicubic",
        kind="card",
        title="After the first two readings",
        prompt="A bicubic through 16 samples can be written as one 16 × 16 matrix times the samples, or as five cubics in one dimension. Which is cheaper, and when is the matrix still worth it?",
        answer=lambda: (
            "Five cubics (four along the rows, one across) need about 5 × 4 multiplications plus the weights; the matrix 256 a cell. But the matrix gives the cell's polynomial once: for many places in one cell (magnifying a picture) each further place costs 16 multiplications and no new weights. The engine computes weights per axis and multiplies them out, 4 + 16, and its threads share the places: bench/interpolation.py has the times."
        ),
        serves=("M14.r1", "M14.r2"),
    ),
    Problem(
        id="elevation",
        kind="card",
        title="Your own scattered data",
        prompt="Elevations, like defocus values over a tilted grid or beam-tilt estimates over a session, come at scattered places. Which interpolator suits them? Take one such set of yours and say which assumption you make.",
        answer=lambda: (
            "Measured elevations have little noise and real edges: triangles honour both. Defocus over a micrograph is a plane (tilt) with noise: fit the plane and interpolate nothing. Beam tilt or magnification over a session drifts slowly: a smoothing spline in time. The assumption is always how smooth the truth is and how noisy the points are; an interpolator only hides it."
        ),
        serves=("M14.r3", "M14.q3"),
    ),
)
