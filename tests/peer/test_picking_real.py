"""Picking on the binned micrograph of UCSF, with 45 reference picks and a contaminant's probability beside it.

Twelve of the 45 reference picks lie on the contaminant itself (probability of at least a half), a crystal of ice: a
picker that leaves it out can reach 33 of them. The reference lies on a grid of ten pixels.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import underfocus as uf
from underfocus.data.files import coordinates
from underfocus.inference import picking

pytestmark = pytest.mark.shared
FOLDER = "data/micrographs/ucsf_1142"
DIAMETER = 30.0


def test_reference_picks_are_found_and_the_contaminant_is_left_out(shared: Path) -> None:
    image = np.asarray(uf.open(shared / FOLDER / "Ucsf_stack_1142_DW.mrc").data[0])
    dirt = np.asarray(uf.open(shared / FOLDER / "Ucsf_stack_1142_DW_mask.mrc").data[0])
    places = coordinates.read(shared / FOLDER / "Ucsf_stack_1142_DW_autopick.star").places
    assert len(places) == 45
    whole = np.rint(places).astype(int)
    clean = dirt[whole[:, 1], whole[:, 0]] < 0.5
    assert clean.sum() == 33
    found = picking.pick(image, 1.0, DIAMETER, threshold=4.0)
    apart = np.hypot(*(found.places[:, None, i] - places[None, clean, i] for i in (0, 1)))
    assert (apart.min(0) < DIAMETER / 3).mean() >= 0.8
    every = np.hypot(*(found.places[:, None, i] - places[None, :, i] for i in (0, 1)))
    assert (every.min(1) < DIAMETER / 3).mean() >= 0.75  # precision, over all of the reference
    own = np.rint(found.places).astype(int)
    assert (dirt[own[:, 1], own[:, 0]] > 0.8).sum() == 0
    covered = picking._nearest(found.dirty, dirt.shape)
    assert covered[dirt > 0.8].mean() > 0.95
    assert covered[dirt < 0.2].mean() < 0.03


def test_the_falcon_micrograph_gives_particles(shared: Path) -> None:
    found = uf.open(shared / "data/micrographs/epu_falcon3/epu2.9_example.mrc.bz2")
    picks = picking.pick(found.data[0], found.pixel, 90.0, threshold=2.0)
    assert 150 < len(picks) < 1500
    assert picks.dirty.mean() < 0.02
