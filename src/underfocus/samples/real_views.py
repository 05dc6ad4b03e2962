"""Where real particles were seen from: a histogram of view directions on the sphere, and views drawn from it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from ..base.arrays import generator
from ..maths import so3

Real = np.ndarray[Any, np.dtype[np.float64]]
Whole = np.ndarray[Any, np.dtype[np.int64]]
FILE = Path(__file__).parent / "files" / "t20s_views.txt"
#: Each area is split so many times in four when views are drawn from it.
FINER = 3


@cache
def proteasome_counts() -> Whole:
    """How many of 11,764 T20S proteasomes were seen from each of 768 equal areas of the sphere (HEALPix, nested).

    The views are those of a refinement with D7 of particles of EMPIAR-10025, each in whichever of its 14 equivalent
    orientations the refinement wrote down.
    """
    return np.loadtxt(FILE, dtype=np.int64).ravel()


def drawn(counts: Any, n: int | None = None, seed: int | np.random.Generator | None = None) -> Real:
    """View directions (n, 3) with the histogram ``counts`` (12·4^order,), each somewhere in its area.

    Without ``n`` there are as many as were counted, and each area has its own number exactly.
    """
    held, rng = np.asarray(counts, np.int64), generator(seed)
    order = round(np.log(len(held) / 12) / np.log(4))
    if n is None:
        cells = np.repeat(np.arange(len(held)), held)
    else:
        cells = rng.choice(len(held), n, p=held / held.sum())
    within = cells * 4**FINER + rng.integers(4**FINER, size=len(cells))
    return np.asarray(so3.healpix_directions(order + FINER)[within])
