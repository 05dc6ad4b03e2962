"""What the tests know of the chapter on transforms in more dimensions, worked out independently of the engine."""

from __future__ import annotations

PRINTED = {
    "ratio": ((102.4, 341.3, 6.99e5), 1e-3),
    "epsilon": ((1.19e-7, 2.22e-16), 5e-3),
    "orders": ((-12.9, -7.4), 0.07),
    "dft-of-gaussian": ((0.458, 0.0432, 3.5e-6), 1e-2),
    "cube": ((2.0, 134.0, 67.6), 1e-2),
}
SOLUTIONS = {
    "write-a-dft": """
import numpy as np

def dft(g):
    n = len(g)
    return np.array([sum(g[j] * np.exp(-2j * np.pi * ((j * k) % n) / n) for j in range(n)) for k in range(n)])
""",
}
