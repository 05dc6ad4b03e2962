"""Pictures that several chapters look at: a star, a protein, a real micrograph, and what the reader brought."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Literal

import numpy as np

from underfocus.maths import sampling
from underfocus.samples import micrograph, projection, siemens_star
from underfocus.study import specimens

Real = np.ndarray[Any, Any]
Specimen = Literal["Siemens star", "protein", "micrograph", "mine"]
#: Å a pixel of the synthetic specimens.
PIXEL = 2.0


@lru_cache(maxsize=8)
def _synthetic(specimen: Specimen, n: int, pixel: float) -> Real:
    star = specimen == "Siemens star"
    found = siemens_star(n, pixel).data[0] if star else projection(n, pixel).data[0]
    return np.asarray((found - found.mean()) / found.std())


def specimen_image(specimen: Specimen, n: int, pixel: float = PIXEL) -> tuple[Real, float]:
    """A picture (n, n) with its pixel in Å, which is given for a synthetic one: mean 0, variance 1.

    InputError where the reader has brought none.
    """
    if specimen == "micrograph":
        found = micrograph()
        return sampling.crop(found.data[0], min(n, found.n)), found.pixel
    if specimen == "mine":
        own = specimens.mine()
        return sampling.crop(own.data, min(n, own.data.shape[0])), own.pixel
    return _synthetic(specimen, n, pixel), pixel
