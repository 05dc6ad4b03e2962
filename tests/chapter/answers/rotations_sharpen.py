"""What the tests know of the chapter on axes, angles and quaternions, worked out independently of the engine."""

from __future__ import annotations

PRINTED = {
    "clockwise-about-z": ((0.70711, 0.0, 0.0, -0.70711), 1e-5),
    "by-hand": ((0.0, 0.0, 1.0, 0.0, -1.0, 0.0, 0.0), 1e-12),
    "x-then-y": ((0.5, 0.5, 0.5, -0.5, 120.0), 1e-9),
    "order-matters": ((120.0,), 1e-9),
    "cycle": ((120.0, 0.57735, 0.57735, 0.57735), 1e-5),
    "twice-round": ((0.0, -1.0, 1.0), 1e-9),
    "rotoreflection": ((120.0,), 1e-9),
    "eigenvalues": ((60.0,), 1e-9),
    "operations": ((9, 6, 32, 24), 1e-12),
    "halfway": ((45.0, 0.5), 1e-9),
    "random-angle": ((126.48, 132.35), 1e-4),
    "grid-counts": ((72, 576, 4608, 36_864), 1e-12),
}
SOLUTIONS = {
    "dp-dq": """
import numpy as np

def turned(q, p):
    w, v = q[0], q[1:]
    return (w * w - v @ v) * p + 2 * (v @ p) * v + 2 * w * np.cross(v, p)

def derivative(q, p):
    step = 1e-30j
    columns = [turned(q + step * e, p).imag / 1e-30 for e in np.eye(4)]
    return np.stack(columns, axis=-1)
"""
}
