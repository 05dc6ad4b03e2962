"""What the tests know of the chapter on coordinates and rotations, worked out independently of the engine."""

from __future__ import annotations

PRINTED = {
    "spherical-point": ((2.0, 45.0, 45.0), 1e-9),
    "polar-cap": ((0.0670,), 1e-3),
    "complex-turn": ((0.5981, 4.9641), 1e-4),
    "orthogonal": ((2.0, 60.0), 1e-9),
    "two-mirrors": ((60.0,), 1e-9),
    "relion-view": ((0.5567, 0.3214, 0.7660), 2e-4),
    "relion-matrix": ((0.0434, 0.9096, -0.4132), 1e-3),
    "to-eman2": ((120.0, 40.0, -40.0), 1e-9),
    "slabaugh-worked": ((45.0, 45.0, 45.0, -135.0, 135.0, -135.0), 1e-9),
    "lock-sum": ((0.4, 1.0), 1e-9),
}
FORMULAS = {"volume-element": "r^2*sin(theta)", "composed-turns": "sin(a)*cos(u) + cos(a)*sin(u)"}
SOLUTIONS = {
    "slabaugh-code": """
from math import asin, atan2, cos, pi

def angles(R):
    if abs(abs(R[2][0]) - 1) > 1e-14:
        found = []
        for theta in (-asin(R[2][0]), pi + asin(R[2][0])):
            c = cos(theta)
            found.append((atan2(R[2][1] / c, R[2][2] / c), theta, atan2(R[1][0] / c, R[0][0] / c)))
        return found
    if R[2][0] < 0:
        return [(atan2(R[0][1], R[0][2]), pi / 2, 0.0)]
    return [(atan2(-R[0][1], -R[0][2]), -pi / 2, 0.0)]
"""
}
TARGETS = {
    "find-the-pose": (
        {"rot": 0.0, "tilt": 30.0, "psi": 0.0},
        {"rot": -65.0, "tilt": 72.0, "psi": 90.0},
        {"rot": 115.0, "tilt": 72.0, "psi": 118.0},
    )
}
