"""What the tests know of the chapter on complex numbers and defocus, worked out independently of the engine."""

from __future__ import annotations

PRINTED = {
    "powers": ((16.0, 1.7321), 1e-4),
    "focus-and-quarter": ((1.01, 0.81, 1.21), 1e-9),
    "small-phase": ((0.0050, 0.0449, 0.486), 2e-3),
    "angles": ((6.56, 1.97, 0.548, 0.695, 0.777), 1e-3),
    "quarter-defocus": ((2540.0,), 1e-3),
}
#: In focus no length turns the scattered wave.
BASES = {"weak_phasor.length": {"defocus": 3000.0}}
