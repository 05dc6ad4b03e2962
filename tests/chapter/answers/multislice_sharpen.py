"""What the tests know of the chapter on multislice, worked out independently of the engine."""

from __future__ import annotations

PRINTED = {
    "interaction": ((0.9243958, 0.7288401, 0.6526161, 0.228), 2e-3),
    "second-term": ((0.05,), 5e-3),
    "phase-plate": ((0.680, -0.502), 1e-3),
    "slice-phase": ((0.155, 1.72), 3e-3),
    "depth-of-field": ((203.0, 457.0), 2e-3),
    "square-pixel": ((0.6366, 0.405), 1e-3),
    "next-pixel": ((2 / 3,), 1e-9),
}
FORMULAS = {"counting-dqe": "M^2/N"}
