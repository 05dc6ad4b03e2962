"""What the tests know of the chapter on waves in 3D and correlation, worked out independently of the engine."""

from __future__ import annotations

PRINTED = {
    "correlation-sequence": ((0.5, 2.0, 3.5, 3.0, 0.0), 1e-9),
    "convolution-sequence": ((0.0, 1.0, 2.5, 4.0, 1.5), 1e-9),
    "find-shift": ((-14.0, 23.0), 1e-9),
    "guinier-slope": ((-20.0, -40.0), 2e-3),
}
