"""The CTF numbers of other programs' own files: CTFFIND 4's text, Gctf's STAR, cryoSPARC's tables."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from underfocus.jobs.translate_ctf import read

pytestmark = pytest.mark.shared


def test_ctffind_s_text(shared: Path) -> None:
    optics, program = read(shared / "data/metadata/tilt/018_ctffind4.txt")
    assert program == "ctffind"
    assert optics.n == 60
    assert optics.voltage_kv == 300.0
    assert optics.defocus[0] == pytest.approx((14477.870117 + 13500.001953) / 2)
    assert optics.astigmatism_angle[1] == pytest.approx(180 - 84.116628)


def test_gctf_s_star(shared: Path) -> None:
    optics, program = read(shared / "data/metadata/tilt/018_gctf.star")
    assert program == "relion"
    assert optics.defocus[0] == pytest.approx((35268.359375 + 35036.40625) / 2)
    assert np.allclose(optics.amplitude_contrast, 0.07)


def test_cryosparc_s_table(shared: Path) -> None:
    optics, program = read(shared / "data/metadata/cryosparc/cryosparc_P12_J24_001_particles.cs")
    assert program == "cryosparc"
    assert np.all(optics.defocus > 1000)
