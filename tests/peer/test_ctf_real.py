"""CTF estimation on real data: a Falcon 3 micrograph fitted independently at 2.69 to 2.71 µm, and Xmipp's periodogram.

The micrograph's header names −2.2 µm, which is what was asked of the microscope and not what it did.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import underfocus as uf
from underfocus.data.files.fei import microscope
from underfocus.inference import ctffit
from underfocus.samples import micrograph

MICROGRAPH = "data/micrographs/epu_falcon3/epu2.9_example.mrc.bz2"
#: Radii in bins of the maxima of Thon's rings in the averaged periodogram of 512².
MAXIMA = (28, 56, 72, 85, 98, 108, 118)


@pytest.mark.shared
@pytest.mark.parametrize("w", [0.07, 0.1])
def test_defocus_of_the_falcon_3_micrograph(shared: Path, w: float) -> None:
    found = uf.open(shared / MICROGRAPH)
    fit = ctffit.fit(found.data[0], found.pixel, uf.Optics(amplitude_contrast=w))
    assert fit.optics.defocus / 1e4 == pytest.approx(2.70, abs=0.03)
    assert fit.optics.astigmatism < 250
    assert fit.resolution < 5
    assert fit.trustworthy


@pytest.mark.shared
def test_the_microscope_s_own_words(shared: Path) -> None:
    said = microscope(shared / MICROGRAPH)
    assert said.voltage_kv == pytest.approx(300.0)
    assert said.pixel == pytest.approx(0.66655, abs=1e-5)
    assert said.applied_defocus == pytest.approx(22_000.0)
    assert said.dose == pytest.approx(41.17, abs=0.01)


def test_the_shipped_micrograph_fits_as_the_whole_does() -> None:
    found = micrograph()
    fit = ctffit.fit(found.data[0], found.pixel, uf.Optics(amplitude_contrast=0.07))
    assert fit.optics.defocus / 1e4 == pytest.approx(2.70, abs=0.04)


@pytest.mark.shared
def test_rings_of_a_periodogram_lie_where_its_maxima_do(shared: Path) -> None:
    """The file is SPIDER's: little-endian floats after a header; no pixel is known, so that one is assumed."""
    from underfocus.inference.thon import Rings

    raw = np.fromfile(shared / "data/micrographs/periodogram/down1_42_Periodogramavg.psd", "<f4")
    power = raw[-512 * 512 :].reshape(512, 512)[:, :257]
    pixel = 2.0
    found = Rings(np.maximum(power, 1e-12), 1 / (512 * pixel), np.zeros((1, 2)), 1)
    optics = uf.Optics(voltage_kv=200.0, cs_mm=0.0, amplitude_contrast=0.07)
    fit = ctffit.fit(found, optics=optics, finest=512 * pixel / 125, coarsest=512 * pixel / 18)
    model = ctffit.pattern(
        np.zeros(140), np.arange(140) * found.step, uf.Optics(**{**vars(fit.optics), "astigmatism": 0.0})
    )
    peaks = [i for i in range(20, 139) if model[i] > 0.8 and model[i] >= model[i - 1] and model[i] >= model[i + 1]]
    matched = [min(abs(p - m) for p in peaks) for m in MAXIMA]
    assert sorted(matched)[-2] <= 3
