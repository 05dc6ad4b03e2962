"""What the tests know of the chapter on interpolation, worked out independently of the engine."""

from __future__ import annotations

PRINTED = {
    "bilinear": ((23.75,), 1e-9),
    "costs": ((4, 16, 8, 64), 1e-9),
    "catmull-rom": ((-1 / 16, 9 / 16, 9 / 16, -1 / 16), 1e-9),
    "catmull-rom-quarter": ((-0.0703, 0.8672, 0.2266, -0.0234), 2e-3),
    "gains": ((0.951, 0.707, 0.968, 0.811, 0.984, 0.900), 1e-3),
    "griddata-sizes": ((163_840_000, 3.93, 2_097_152), 1e-3),
    "phasors": ((0.707, 1e-12, 45.0, 0.924), 1e-3),
}
