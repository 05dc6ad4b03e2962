"""The electron of the first chapter: contrast where it should be, and none where there is none."""

from __future__ import annotations

import numpy as np
import pytest

from underfocus.study.chapters.background import electron


def test_there_is_no_contrast_in_focus_at_first_order() -> None:
    images, rows = electron.strip(0.1, 10.0, 5000.0, 300.0, 0.0)
    wave = np.cos(2 * np.pi * np.arange(240) / 60)
    contrast = 2 * (images * wave).mean(1)
    assert contrast[60] == pytest.approx(0, abs=1e-12)
    assert rows[60] == 0
    quarter = np.interp(electron.quarter_wave_defocus(10.0), rows, contrast)
    assert quarter == pytest.approx(-0.2, abs=2e-3)
