"""What the tests know of the chapter on direct inversion from the inside, worked out independently of the engine."""

from __future__ import annotations

PRINTED = {
    "four-images": ((0.30, 0.10, 0.2727), 5e-4),
    "stronger-images": ((0.5714, 1.2), 5e-4),
    "point-143": ((0.167, 0.334, 0.500), 3e-3),
    "point-5": ((1.0, 2.0, 0.816), 1e-3),
    "two-degrees": ((1.745, 0.0903), 1e-3),
    "equivalent-b": ((240.5,), 5e-4),
    "five-degree-grid": ((1.19e5,), 3e-3),
    # 2π · 9 Å over the first zero of J₀, 2.4048
    "first-reversal": ((23.514,), 1e-3),
}
UNPRINTED = {"how-wrong": "the case's own angle; a test of the chapter fits it back from the map's amplitudes"}
SOLUTIONS = {
    "insert-a-slice": """
import numpy as np

def insert(values, points, n):
    cube = np.zeros((n, n, n))
    low = np.floor(points).astype(int)
    t = points - low
    for corner in np.ndindex(2, 2, 2):
        part = np.prod([t[:, a] if corner[a] else 1 - t[:, a] for a in range(3)], axis=0)
        x, y, z = (low[:, a] + corner[a] + n // 2 for a in range(3))
        np.add.at(cube, (z, y, x), part * values)
    return cube
""",
}
