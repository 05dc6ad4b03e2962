"""Patterns made by formula."""

from __future__ import annotations

import numpy as np

from ..base.errors import InputError
from ..data.images import Images


def siemens_star(n: int = 256, pixel: float = 1.0, spokes: int = 36, radius: float = 0.45) -> Images:
    """A Siemens star: spokes of 1 on 0, whose period at radius r is 2πr/spokes, within ``radius`` boxes of the centre.

    Edges are soft by one pixel, so that the star carries no alias of its own. n² pixels of ``pixel`` Å.
    """
    if spokes < 1:
        raise InputError(f"a Siemens star needs at least one spoke, and {spokes} were asked for")
    axis = np.arange(n) - n // 2
    y, x = np.meshgrid(axis, axis, indexing="ij")
    r = np.hypot(x, y)
    # distance in pixels to the nearest edge of a spoke, along the circle
    wave = np.sin(spokes * np.arctan2(y, x)) * np.maximum(r, 1e-9) / spokes
    star = np.clip(0.5 + wave, 0, 1) * np.clip(radius * n - r + 0.5, 0, 1)
    return Images(star[None].astype(np.float32), pixel)
