"""A set of particles that were really collected, or the reader's own: its sampling, flat and on a tilted stage.

Views are counted on 3,072 areas of the sphere. All of an area are spread over a cap of its size, which a tilted stage
carries round a ring; so sampling is a sum over areas of one curve, `rings.cone_sampling`, and no chance is added.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Literal

import numpy as np

from underfocus.samples import real_views
from underfocus.study import own_views
from underfocus.validation import orientation

from . import rings, spheres

Real = np.ndarray[Any, Any]
Source = Literal["T20S proteasome", "my particles"]
Group = Literal["C1", "C2", "C3", "C4", "C5", "C6", "C7", "D2", "D3", "D4", "D5", "D6", "D7", "T", "O", "I1"]
#: Half angle in degrees of a cap as large as one of the areas.
CAP = float(np.degrees(np.arccos(1 - 2 / (12 * 4**spheres.ORDER))))
#: Steps of the cosine from 0 to 1 at which the curve is kept.
STEPS = 512


@dataclass(frozen=True, eq=False)
class Seen:
    """View directions (m, 3) as the file has them, with symmetry mates (m·g, 3), and ``near`` (1536, 512): the part of
    all views whose areas lie at each step of the cosine from each of `spheres.half_directions`."""

    own: Real
    all: Real
    near: Real


def directions(source: str) -> Real:
    """View directions (m, 3) of the shipped set or of the reader's file. InputError where the reader brought none."""
    return _proteasome() if source == "T20S proteasome" else np.asarray(own_views.mine().directions)


@cache
def _proteasome() -> Real:
    return real_views.drawn(real_views.proteasome_counts(), seed=20)


def seen(source: str, group: str) -> Seen:
    """The views of a set, counted with their symmetry mates; kept until the reader brings another file."""
    return _counted(directions(source).tobytes(), group)


@lru_cache(maxsize=8)
def _counted(views: bytes, group: str) -> Seen:
    own = np.frombuffer(views).reshape(-1, 3)
    mates = orientation.view_directions(own, group)
    share = np.bincount(spheres.looked_up(mates), minlength=len(spheres.half_directions())) / len(mates)
    held = np.flatnonzero(share)
    d = spheres.half_directions()
    rows = np.arange(len(d))[:, None] * STEPS
    steps = np.rint(np.abs(d @ d[held].T) * (STEPS - 1)).astype(np.int64) + rows
    near = np.bincount(steps.ravel(), np.tile(share[held], len(d)), len(d) * STEPS)
    return Seen(own, mates, near.reshape(len(d), STEPS))


@lru_cache(maxsize=32)
def sampled(of: Seen, tilt: float) -> Real:
    """Sp (1536,) at `spheres.half_directions` of a set on a stage tilted by ``tilt`` degrees."""
    at = np.degrees(np.arccos(np.arange(STEPS) / (STEPS - 1)))
    return np.asarray(of.near @ rings.cone_sampling(CAP, tilt, at))
