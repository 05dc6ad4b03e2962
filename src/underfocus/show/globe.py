"""A value for each direction, drawn twice: as a flat map that keeps areas (Mollweide's), and as a globe.

Values come one a cell of HEALPix's nested grid, 12·4^order of them, of which every cell has the same area.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base.arrays import Array, to_numpy
from ..base.errors import InputError
from ..maths import sphere
from .scene import Limits, Scene
from .scene.items import Arrow, Points
from .scene.shapes import surface
from .specs import Image, image

Real = np.ndarray[Any, Any]
#: Rows of the flat map.
HEIGHT = 160
#: Rings of the globe: as fine as a page draws at once.
RINGS = 36


def order_of(values: Array) -> int:
    """The order of the grid with as many cells as there are values (12·4^order,). InputError for other numbers."""
    count = len(values)
    order = round(np.log(max(count, 12) / 12) / np.log(4))
    if count != 12 * 4**order:
        raise InputError(f"a value for each of 12, 48, 192, 768, 3,072 … cells is needed, and {count} were given")
    return int(order)


def flat(values: Array, height: int = HEIGHT, **facts: Any) -> Image:
    """Mollweide's map of values (12·4^order,): +z on top, +x in the middle, +y to the right; ``facts`` as of `Image`.

    What lies beyond the map's rim is not a number, and drawn grey.
    """
    found = np.asarray(to_numpy(values), float)
    directions, inside = sphere.mollweide_grid(height)
    drawn = found[sphere.healpix_cells(directions, order_of(found))]
    return image(np.where(inside, drawn, np.nan), 0.0, **{"colour": "viridis", "space": "sphere", **facts})


def globe(
    values: Array,
    *,
    title: str = "",
    caption: str = "",
    description: str,
    limits: Limits = None,
    dots: Array | None = None,
    axis: Array | None = None,
    **facts: Any,
) -> Scene:
    """The same values on a sphere of radius 1; ``dots`` (n, 3) are directions marked on it, ``axis`` (3,) one arrow.

    ``facts`` are other fields of `Scene`, such as ``azimuth`` and ``elevation``.
    """
    found = np.asarray(to_numpy(values), float)
    polar = np.linspace(0, np.pi, RINGS + 1)[:, None]
    around = np.linspace(0, 2 * np.pi, 2 * RINGS + 1)[None, :]
    grid = np.stack([np.sin(polar) * np.cos(around), np.sin(polar) * np.sin(around), np.cos(polar) + 0 * around], -1)
    cells = sphere.healpix_cells(grid.reshape(-1, 3), order_of(found))
    items: list[Any] = [surface(grid, values=found[cells], colour="viridis", limits=limits)]
    if dots is not None and len(dots):
        items.append(Points(1.02 * sphere.unit(dots), tint="accent", size=3.0))
    if axis is not None:
        items.append(Arrow(np.zeros(3), 1.35 * sphere.unit(axis), tint="accent"))
    return Scene(tuple(items), title=title, caption=caption, description=description, **{"extent": 1.2, **facts})
