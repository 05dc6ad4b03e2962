"""How many views a map needs: Crowther's rule about one axis, and what a stage that cannot turn all the way leaves out.

The rule of Crowther, DeRosier & Klug 1970 (Proc. R. Soc. A 317, 319): a particle of D Å is band-limited, so that its
transform must be sampled every 1/D; slices through one axis, an angle Δθ apart, lie k Δθ apart at frequency k. How
slices spread in all directions fill a shell is in `orientation`: `slices_per_voxel` and `filled`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base.errors import InputError
from .orientation import crowther_views

Real = np.ndarray[Any, Any]


def angular_step(diameter: float, resolution: float) -> float:
    """d/D in degrees: how far apart views about one axis may lie for a particle of D Å at d Å.

    A half turn over this step is `orientation.crowther_views`. InputError for lengths that are not above 0.
    """
    return 180.0 / crowther_views(diameter, resolution)


def resolution(diameter: float, views: float) -> float:
    """πD/m in Å: where slices of m views, evenly spaced about one axis, come to lie more than 1/D apart.

    InputError for a diameter or a number of views that is not above 0.
    """
    if not (diameter > 0 and views > 0):
        raise InputError(
            f"a diameter in Å and a number of views are above 0, and {diameter:g} and {views:g} were given"
        )
    return float(np.pi * diameter / views)


def missing_wedge(highest_tilt: float) -> float:
    """The part of Fourier space that a tilt series from −α to +α about one axis never reaches: 1 − α/90°.

    Every plane across the axis loses the same two sectors, so the part of angle is the part of volume. InputError
    beyond 0 to 90 degrees.
    """
    if not 0 <= highest_tilt <= 90:
        raise InputError(f"a stage tilts by 0 to 90 degrees to either side, and {highest_tilt:g} was given")
    return 1.0 - float(highest_tilt) / 90.0


def views_to_fill(radius: float, part: float) -> float:
    """How many random views reach this part of the voxels of a shell at ``radius`` Fourier voxels: −2k ln(1 − part).

    The inverse of `orientation.filled`, which takes slices to fall on a voxel independently (Poisson). InputError
    unless 0 ≤ part < 1 and the radius is at least one voxel.
    """
    if not (radius >= 1 and 0 <= part < 1):
        raise InputError(
            f"a radius of at least one voxel and a part from 0 to below 1 are needed, and {radius:g} and {part:g} "
            "were given"
        )
    return float(-2.0 * radius * np.log1p(-part))
