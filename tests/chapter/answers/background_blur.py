"""What the tests know of the chapter on complex numbers and defocus, worked out independently of the engine."""

from __future__ import annotations

PRINTED = {
    "eighth-power": ((16.0,), 1e-12),
    "sum-of-two": ((1.7321,), 5e-5),
    "straight-step": ((0.0050, 0.0449, 0.486), 1e-3),
    "where-it-breaks": ((0.3167,), 1e-3),  # from φ²/2 √(1 + φ²/9 − φ²/6) = 0.05
    "in-focus": ((1.01, 0.81, 1.21), 1e-9),
    "scattering-angle": ((6.56, 1.97), 1e-3),
    "speeds": ((0.548, 0.695, 0.777), 1e-3),
    "quarter-wave": ((2540.0,), 5e-4),
    "thickness": ((0.1958, 153.2), 1e-3),  # with 6.526e-4 rad/(V Å)
    "loss-angle": ((0.04090, 481.4), 1e-3),  # 20/(810 999 · 0.776 53²) rad, and 0.0196875 Å over it
    "knock-on": ((20.06, 70.90), 1e-3),  # 2 · 0.1 · 1.122/11 188 MeV, and 2 · 0.3 · 1.322/11 188
}
FORMULAS = {
    "chord": "sqrt((1 - cos(n*t))/(1 - cos(t)))",
    "exact-count": "(1 - eps*sin(chi))**2 + (eps*cos(chi))**2",
}
SOLUTIONS = {
    "count-code": """
from math import pi, sin

def count(eps, defocus, d, wavelength):
    return 1 - 2 * eps * sin(pi * wavelength * defocus / d**2) + eps**2
"""
}
