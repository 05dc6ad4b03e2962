"""What the tests know of the chapter on interpolation from the inside, worked out independently of the engine."""

from __future__ import annotations

PRINTED = {"correction": ((0.405, 0.811, 0.533), 1e-3)}
UNPRINTED = {"break-it": "read off the figure; a test of its own holds the figure to scipy's griddata"}
SOLUTIONS = {
    # what n log n would take, so that no clock decides the test
    "measure-exponent": """
import numpy as np

def build_times(counts):
    return [1e-6 * n * np.log2(n) for n in counts]
""",
    "write-an-interpolator": """
import numpy as np

def interpolate(points, values, queries):
    apart = np.linalg.norm(queries[:, None] - points[None], axis=2)
    nearest = np.argsort(apart, axis=1)[:, :12]
    weight = 1 / (np.take_along_axis(apart, nearest, 1) + 1e-9) ** 3
    return (weight * values[nearest]).sum(1) / weight.sum(1)
""",
}
