"""What the tests know of the chapter on direct inversion, worked out independently of the engine."""

from __future__ import annotations

PRINTED = {
    # π · 200/4, and 0.02 radians
    "crowther": ((157.08, 1.1459), 1e-3),
    "slices-per-voxel": ((15.625, 7.8125), 1e-9),
    "missing-wedge": ((1 / 3,), 1e-9),
    # e^(−100/128)
    "empty-voxels": ((0.45783,), 1e-4),
    # a reconstruction of noise, against one over the root of four
    "noise-in-the-map": ((0.5,), 0.03),
}
FORMULAS = {"slices-formula": "M/(2*k)"}
