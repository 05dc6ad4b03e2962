"""Pictures of the sphere: views as dots, sampling as colours, and both on Mollweide's flat map."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from underfocus.maths import sphere
from underfocus.show import Image, image, scene
from underfocus.show.scene import Mesh, Points
from underfocus.validation import orientation

Real = np.ndarray[Any, Any]
#: HEALPix order on which sampling is judged and drawn: 3,072 areas, about 3.7° wide.
ORDER = 4
#: Rows of a flat map, and rings of a sphere.
ROWS, RINGS = 90, 36
#: Dots on a sphere at most; more hide each other.
DOTS = 700
#: What is drawn of 1 for even views: empty to twice as much as that.
LIMITS = (0.0, 2.0)
FLAT: dict[str, Any] = {"colour": "diverging", "limits": LIMITS, "space": "sphere", "unit": "× even"}


def half_directions() -> Real:
    """One direction (1536, 3) of each two areas that oppose each other."""
    return orientation.fourier_directions(ORDER)


@lru_cache(maxsize=1)
def _areas() -> Real:
    """For each area of the sphere, which of `half_directions` it belongs to."""
    half = half_directions()
    found = np.empty(12 * 4**ORDER, int)
    for sign in (1, -1):
        found[sphere.healpix_cells(sign * half, ORDER)] = np.arange(len(half))
    return found


def looked_up(directions: Real) -> Real:
    """Which of `half_directions` stands for each direction (…, 3), or for its opposite."""
    return np.asarray(_areas()[sphere.healpix_cells(directions, ORDER)])


@lru_cache(maxsize=2)
def _flat(rows: int) -> tuple[Real, Real]:
    return sphere.mollweide_grid(rows)


@lru_cache(maxsize=1)
def _flat_places() -> Real:
    return looked_up(_flat(ROWS)[0])


def flat_sampling(sp: Real, title: str = "sampling, flat") -> Image:
    """Mollweide's map of sampling values at `half_directions`; 1 is even, and so is what lies beyond the map."""
    inside = _flat(ROWS)[1]
    return image(np.where(inside, sp[_flat_places()], 1.0), 0, title=title, **FLAT)


def flat_views(directions: Real, title: str = "views, flat") -> Image:
    """Mollweide's map of how many views (m, 3) fall into areas alike, over what even views would give."""
    order = max(1, orientation.histogram_order(len(directions), 3.0))
    counts = orientation.histogram(directions, order) * (12 * 4**order / len(directions))
    grid, inside = _flat(ROWS)
    drawn = np.where(inside, counts[sphere.healpix_cells(grid, order)], 1.0)
    return image(drawn, 0, title=title, **FLAT)


@lru_cache(maxsize=1)
def _ball() -> tuple[Real, Real]:
    polar = np.linspace(0, np.pi, RINGS + 1)[:, None]
    around = np.linspace(0, 2 * np.pi, 2 * RINGS + 1)[None, :]
    grid = np.stack([np.sin(polar) * np.cos(around), np.sin(polar) * np.sin(around), np.cos(polar) + 0 * around], -1)
    return grid, looked_up(grid).ravel()


def coloured(sp: Real, label: str = "") -> Mesh:
    """The sphere coloured by sampling values at `half_directions`."""
    grid, places = _ball()
    return scene.surface(grid, values=sp[places], colour="diverging", limits=LIMITS, label=label)


def ball_points() -> Real:
    """The points (points, 3) of the drawn sphere."""
    return np.asarray(_ball()[0].reshape(-1, 3))


def ball_angles() -> Real:
    """The angle (points,) in degrees from z of every point of the drawn sphere."""
    return np.asarray(np.degrees(np.arccos(np.clip(ball_points()[:, 2], -1, 1))))


def painted(values: Real, label: str = "") -> Mesh:
    """The sphere coloured by values (points,) at the points of the drawn sphere."""
    return scene.surface(_ball()[0], values=values, colour="diverging", limits=LIMITS, label=label)


def dots(directions: Real, label: str = "views") -> Points:
    """Views (m, 3) as dots, evenly thinned where they are many."""
    step = -(-len(directions) // DOTS)
    return scene.Points(1.02 * directions[::step], label=label, tint="accent", size=3.0)


def circle(normal: Real, radius: float = 1.0, height: float = 0.0) -> Real:
    """Points (73, 3) of the circle across ``normal`` at ``height`` along it."""
    n = sphere.unit(normal)
    start = np.cross(n, [1.0, 0.0, 0.0] if abs(n[0]) < 0.9 else [0.0, 1.0, 0.0])
    u = sphere.unit(start)
    v = np.cross(n, u)
    t = np.linspace(0, 2 * np.pi, 73)[:, None]
    return np.asarray(radius * (np.cos(t) * u + np.sin(t) * v) + height * n)
