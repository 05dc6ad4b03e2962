"""What ships: structures, symmetry, star and micrograph are what their names say, and small."""

from __future__ import annotations

import numpy as np
import pytest

import underfocus as uf
from underfocus.base.errors import InputError
from underfocus.maths import fourier, shells, symmetry
from underfocus.physics.ctf import zeros
from underfocus.samples import micrographs
from underfocus.samples.molecules import FILES


@pytest.mark.parametrize(("name", "atoms"), [("1ubi", 602), ("1ake", 1656), ("7pbl", 15_879), ("ferritin", 24 * 1385)])
def test_structures(name: str, atoms: int) -> None:
    found = uf.samples.protein(name)
    assert len(found) == pytest.approx(atoms, rel=0.05)
    assert np.abs(found.positions.mean(axis=0)).max() < 0.1
    assert name in {s.name for s in uf.samples.structures()}


def test_ferritin_is_octahedral_and_hollow() -> None:
    volume = uf.samples.apoferritin(box=48, pixel=4.0)
    data = volume.data
    for turn in (np.rot90(data, axes=(1, 2)), np.rot90(data, axes=(0, 1))):
        # a quarter turn maps index i to n − i: roll the even box back onto its centre
        rolled = max(
            np.corrcoef(np.roll(turn, s, axis=(0, 1, 2)).ravel(), data.ravel())[0, 1] for s in np.ndindex(2, 2, 2)
        )
        assert rolled > 0.99
    assert data[24, 24, 24] < 0.2 * data.max()
    assert len(symmetry.operators("O")) == 24


def test_siemens_star_has_its_spokes() -> None:
    star = uf.samples.siemens_star(256, spokes=24).data[0]
    angles = np.linspace(0, 2 * np.pi, 2000, endpoint=False)
    ring = star[np.rint(128 + 90 * np.sin(angles)).astype(int), np.rint(128 + 90 * np.cos(angles)).astype(int)]
    assert np.argmax(np.abs(np.fft.rfft(ring - ring.mean()))) == 24
    assert star[0, 0] == 0


def test_the_micrograph_has_thon_rings_at_its_defocus() -> None:
    image = uf.samples.micrograph()
    n = image.n
    power = np.log(shells.shell_mean(np.abs(fourier.fft2(image.data[0])) ** 2, n, 2))
    s = np.arange(n // 2 + 1) / (n * image.pixel)
    optics = uf.Optics(defocus=micrographs.MICROGRAPH_DEFOCUS, amplitude_contrast=0.07)
    dips = zeros(optics, 4)[1:4]
    peaks = (dips[:-1] + dips[1:]) / 2
    smooth = np.convolve(power, np.ones(3) / 3, "same")
    at_dips, at_peaks = np.interp(dips, s, smooth), np.interp(peaks, s, smooth)
    assert at_peaks.mean() > at_dips[:2].mean()


def test_everything_shipped_is_small_and_named_in_the_origins() -> None:
    origins = (FILES / "ORIGINS.md").read_text(encoding="utf-8")
    files = [f for f in FILES.iterdir() if f.name != "ORIGINS.md"]
    assert sum(f.stat().st_size for f in files) < 1_000_000
    assert all(f.name in origins for f in files)


def test_unknown_names() -> None:
    with pytest.raises(InputError, match="7pbl"):
        uf.samples.protein("2xyz")
    with pytest.raises(InputError, match="spoke"):
        uf.samples.siemens_star(64, spokes=0)
