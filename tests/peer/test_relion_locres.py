"""RELION's local resolution of small made halves that ships with the tests, place by place beside ours.

Made by ``python -m bench local_resolution --reference`` with RELION 3.1.3 at its defaults: a soft sphere of 12.5 Å with
an edge of 25 Å, whose square is 43 Å wide at half maximum; halves of random atoms as `made_regions` makes them.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from tests.law.made_regions import PIXEL, falling, halves

from underfocus.data.files import star
from underfocus.validation.local import local_resolution

FILE = Path(__file__).parent / "relion" / "locres72.star"
N = 72


def test_local_resolution_is_relions_within_a_tenth() -> None:
    """Its windows are laid on before, ours after the transform, and it takes off what random phases agree by."""
    block = star.read(FILE)["local_resolution"]
    z, y, x = (block.numbers(f"ufCoordinate{axis}").astype(int) for axis in "ZYX")
    theirs = block.numbers("rlnResolution")
    one, other = halves(N, falling(6, 10), falling(12, 10))
    ours = local_resolution(one, other, pixel=PIXEL, window=43.0).resolution[z, y, x]
    assert theirs.max() > 1.3 * theirs.min(), "the reference tells regions apart"
    assert np.median(np.abs(ours / theirs - 1)) < 0.1
    assert np.corrcoef(ours, theirs)[0, 1] > 0.8
