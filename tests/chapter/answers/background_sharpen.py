"""What the tests know of M1's second chapter, worked out independently of the engine."""

from __future__ import annotations

from math import log, pi

#: λ at 300 kV in Å and σ in rad/(V Å), as printed in tables.
L, SIGMA = 0.019687489, 6.526161e-4
PRINTED = {
    "dropped-size": (((L / 3) ** 2 / 4,), 1e-4),
    "missed-phase": ((1e3 * pi * L**3 * 15_000 / 2**4 / 4,), 1e-3),
    # 4.526 V of ice; gold as K n f(0) with f = 10.57 Å
    "too-thick": ((0.3 / SIGMA / 4.526, 0.3 / SIGMA / (47.87764724 * 19.3 / 196.967 * 0.602214 * 10.57)), 0.01),
    "power-of-z": ((log(10.57 / 2.5088) / log(79 / 6),), 0.01),
}
#: The voltage says nothing of a scattering factor.
BASES = {"atomic_number.voltage_kv": {"show": "highest phase of an atom"}}
