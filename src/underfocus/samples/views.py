"""Sets of orientations: even, top views, side views, mixtures, those of a particles file; and on a tilted stage."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np

from ..base.arrays import generator, to_numpy
from ..base.errors import InputError
from ..data.pose import Pose
from ..maths import rotations

Real = np.ndarray[Any, np.dtype[np.float64]]
Kind = Literal["uniform", "top", "side", "mixture"]


def _towards(height: Real, rng: np.random.Generator) -> Real:
    """Rotations (n, 3, 3) whose view directions have the given z, at random azimuths and turns about the beam."""
    n = len(height)
    rot, psi = rng.uniform(-180, 180, (2, n))
    return np.asarray(rotations.from_euler(rot, np.degrees(np.arccos(np.clip(height, -1, 1))), psi))


def _checked(n: int, spread: float, fraction: float) -> None:
    if n < 1:
        raise InputError(f"a set of views has at least one, and {n} were asked for")
    if not 0 <= spread <= 90:
        raise InputError(f"views spread by 0 to 90 degrees, and {spread:g} were asked for")
    if not 0 <= fraction <= 1:
        raise InputError(f"the even part of a mixture is a fraction from 0 to 1, and {fraction:g} was given")


def views(
    kind: Kind | str,
    n: int,
    seed: int | np.random.Generator | None = None,
    *,
    spread: float = 10.0,
    fraction: float = 0.5,
) -> Pose:
    """n orientations without shifts, of one ``kind``; turns about the beam are always random.

    ``uniform``: every orientation alike. ``top``: views along +z within a cone of ``spread`` degrees to each side,
    evenly over its area. ``side``: views within ``spread`` degrees of the plane across z. ``mixture``: ``fraction`` of
    them uniform, the others top views, in random order. ``top`` of 90° is uniform as far as Fourier space can tell, and
    so is ``side``. InputError for another kind, no views, a spread beyond 0 to 90 or a fraction beyond 0 to 1.
    """
    _checked(n, spread, fraction)
    rng = generator(seed)
    if kind == "uniform":
        return Pose(rotations.random(n, rng))
    if kind == "top":
        return Pose(_towards(rng.uniform(np.cos(np.radians(spread)), 1, n), rng))
    if kind == "side":
        reach = np.sin(np.radians(spread))
        return Pose(_towards(rng.uniform(-reach, reach, n), rng))
    if kind == "mixture":
        top = _towards(rng.uniform(np.cos(np.radians(spread)), 1, n), rng)
        even = rng.permutation(n) < round(fraction * n)
        return Pose(np.where(even[:, None, None], rotations.random(n, rng), top))
    raise InputError(f"{kind!r} is no kind of views; known are {', '.join(get_args(Kind))}")


def from_particles(path: str | Path, n: int | None = None, seed: int | np.random.Generator | None = None) -> Pose:
    """The orientations of a particles file (.star, .cs), or ``n`` of them drawn from it, with replacement if too few.

    Images are neither needed nor looked for, and shifts are 0. Errors as `data.files.orientations`.
    """
    from ..data.files.orientations import read_orientations

    found = read_orientations(path)
    if n is None:
        return found
    rotation = to_numpy(found.rotation)
    return Pose(rotation[generator(seed).choice(len(rotation), n, replace=n > len(rotation))])


def film(
    source: Kind | str | Path,
    n: int,
    seed: int | np.random.Generator | None = None,
    *,
    spread: float = 10.0,
    fraction: float = 0.5,
    tilt: float = 0.0,
) -> Pose:
    """n particles as they lie in a film, on a stage tilted by ``tilt`` degrees: of a kind, or drawn from a file's.

    ``source`` is a kind of `views`, or the path of a .star or .cs file, whose orientations are taken as those of a film
    that was not tilted. Errors as `views`, `from_particles` and `tilted`.
    """
    rng = generator(seed)
    if str(source) in get_args(Kind):
        lying = views(str(source), n, rng, spread=spread, fraction=fraction)
    elif Path(source).suffix:
        lying = from_particles(source, n, rng)
    else:
        raise InputError(f"{str(source)!r} is no kind of views ({', '.join(get_args(Kind))}) and no .star or .cs file")
    return tilted(lying, tilt, rng) if tilt else lying


def tilted(pose: Pose, angle: float, seed: int | np.random.Generator | None = None) -> Pose:
    """The same particles on a stage tilted by ``angle`` degrees about the microscope's x axis.

    Each lay on the grid turned about the grid's normal by chance, so that its orientation becomes Rx(angle) Rz(α) R
    with α even in 0 … 360°: a set of one view spreads over a ring at ``angle`` from it. Shifts, which belong to images,
    become 0. InputError for an angle beyond ± 90°.
    """
    if not -90 <= angle <= 90:
        raise InputError(f"a stage tilts by −90 to 90 degrees, and {angle:g} were asked for")
    rotation = to_numpy(pose.rotation).reshape(-1, 3, 3)
    azimuth = np.asarray(rotations.about_z(generator(seed).uniform(0, 360, len(rotation))))
    return Pose(np.asarray(rotations.about_x(float(angle))) @ azimuth @ rotation)
