"""What the tests know of the chapter on tilting, worked out independently of the engine."""

from __future__ import annotations

PRINTED = {
    "tilt-covers": ((0.2588, 0.5, 0.6428, 0.7071, 0.8660), 1e-3),
    "missing-cone": ((0.293, 0.134), 2e-3),
    # √((3 − 1/2)/(2 · 1/2)); √((α + sin α cos α)/(α − sin α cos α)) at α = π/3
    "elongation": ((1.5811, 1.5520), 1e-3),
    "side-scf": ((0.8106,), 1e-3),
    "ice-path": ((34.64,), 1e-3),
    "no-loss": ((0.9718,), 1e-3),
    "cone-share": ((0.0603,), 1e-2),
}
FORMULAS = {"side-views-formula": "2 / (pi * sin(a))"}
SOLUTIONS = {
    "write-scf": """
import numpy as np

def scf(views, directions, k):
    counts = (np.abs(directions @ views.T) < 1 / (2 * k)).sum(axis=1)
    sampling = counts * 2 * k / len(views)
    return 0.0 if sampling.min() == 0 else 1 / np.mean(1 / sampling)
""",
}
TARGETS = {"choose-tilt": ({"angle": 0.0}, {"angle": 12.0}, {"angle": 45.0}, {"angle": 60.0})}
#: Only a mixture has a fraction, and only a tilt has a cost.
BASES = {
    **{f"{name}.fraction": {"kind": "mixture"} for name in ("chain", "cones")},
    **{f"tilt_bench.{name}": {"angle": 40.0} for name in ("thickness", "filtered", "drift")},
}
