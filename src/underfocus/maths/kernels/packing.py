"""Points at random that keep a distance from each other, one after another. Imports numba."""

from __future__ import annotations

from typing import Any

import numpy as np

from .jit import compiled

Real = np.ndarray[Any, Any]
#: Tries for each point before the box is called full.
TRIES = 200


@compiled
def _fill(box: Real, count: int, distance: float, random: Any, places: Real, cells: Real) -> int:
    sides = cells.shape
    found = 0
    for _ in range(count * TRIES):
        if found == count:
            break
        x, y, z = random.random() * box[0], random.random() * box[1], random.random() * box[2]
        a, b, c = int(x / box[0] * sides[0]), int(y / box[1] * sides[1]), int(z / box[2] * sides[2])
        free = True
        for i in range(-2, 3):
            for j in range(-2, 3):
                for k in range(-2, 3):
                    other = cells[(a + i) % sides[0], (b + j) % sides[1], (c + k) % sides[2]]
                    if other >= 0:
                        dx, dy, dz = x - places[other, 0], y - places[other, 1], z - places[other, 2]
                        dx -= box[0] * np.rint(dx / box[0])
                        dy -= box[1] * np.rint(dy / box[1])
                        dz -= box[2] * np.rint(dz / box[2])
                        if dx * dx + dy * dy + dz * dz < distance * distance:
                            free = False
        if free and cells[a, b, c] < 0:
            places[found, 0], places[found, 1], places[found, 2] = x, y, z
            cells[a, b, c] = found
            found += 1
    return found


def packed(box: Real, count: int, distance: float, random: np.random.Generator) -> Real:
    """At most ``count`` points (m, 3) in a periodic box (3,), none nearer than ``distance`` to another.

    Random sequential addition: beyond 38 % of the volume in spheres of that diameter it cannot go.
    """
    places = np.empty((count, 3))
    sides = np.maximum(5, np.ceil(box / (distance / np.sqrt(3))).astype(int))
    cells = np.full(tuple(sides), -1, np.int32)
    found = _fill(np.asarray(box, float), count, float(distance), random, places, cells)
    return places[:found]
