"""Beam tilt, Zernike aberrations and uneven magnification as RELION 3.1.3 undoes them when it reconstructs.

The maps were made by ``python -m bench.relion_references`` from the very images that are made here again: RELION's
signs, axes and matrix, read from its STAR, must give the density back in its hands as in ours.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.law.made import correlation
from tests.peer.lenses import LENSES, seen_through

import underfocus as uf

HERE = Path(__file__).parent / "relion"


def volume(name: str) -> uf.Volume:
    """A map of the references."""
    found = uf.open(HERE / f"{name}.mrc")
    assert isinstance(found, uf.Volume)
    return found


@pytest.mark.parametrize("name", LENSES)
def test_relion_undoes_what_we_put_in_and_we_agree_with_it(name: str, tmp_path: Path) -> None:
    truth, theirs = volume("map32"), volume(f"lens_{name}")
    some = seen_through(name, truth)
    some.save(tmp_path / "particles.star")
    again = uf.open(tmp_path / "particles.star")
    assert isinstance(again, uf.Particles)
    ours = uf.reconstruct(again)
    assert correlation(theirs, truth)[2:14].min() > 0.99
    assert correlation(ours, truth)[2:14].min() > 0.99
    assert correlation(ours, theirs)[2:14].min() > 0.99
    blind = uf.reconstruct(replace(again, optics=replace(again.optics, aberrations=None)))
    assert correlation(blind, theirs)[2:14].mean() < 0.97
