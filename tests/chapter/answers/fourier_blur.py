"""What the tests know of the chapter on the Fourier transform, worked out independently of the engine."""

from __future__ import annotations

PRINTED = {
    "bin-spacing": ((0.0078125, 2.0), 1e-6),
    "length-ranges": ((128, 64, 42.67, 2.098, 2.065, 2.032, 2.0), 3e-4),
    "bands": ((13, 26, 1552, 6184, 61_586, 492_348), 1e-9),
    "magnify": ((0.5,), 1e-3),
    "gibbs": ((8.95,), 1e-3),
}
FORMULAS = {"scaling": "a*exp(-pi*a^2*u^2)", "shift": "exp(-2*pi*i*u*x0)*G"}
