"""Lost electrons, and cross-sections over voltage: printed ratios."""

from __future__ import annotations

import numpy as np
import pytest

from underfocus.base import units
from underfocus.base.errors import InputError
from underfocus.physics import inelastic, scattering


def test_transmission_of_a_tilted_sheet_as_printed() -> None:
    """91.6 Å more of ice with a mean free path of 3200 Å: what 40° of tilt cost 300 Å."""
    assert inelastic.zero_loss(91.6, path=3200.0) == pytest.approx(0.972, abs=5e-4)
    assert inelastic.zero_loss(inelastic.mean_free_path(300.0)) == pytest.approx(np.exp(-1))
    with pytest.raises(InputError):
        inelastic.zero_loss(-1.0)


def test_an_imaginary_potential_loses_as_many() -> None:
    volts = inelastic.imaginary_potential(300.0)
    amplitude = np.exp(-units.interaction(300.0) * volts * 500.0)
    assert amplitude**2 == pytest.approx(float(inelastic.zero_loss(500.0)))


def test_without_a_filter_no_electron_is_lost_and_contrast_falls() -> None:
    image = np.array([0.8, 1.2])
    kept, every = (inelastic.through(image, 1000.0, filtered=f) for f in (True, False))
    assert every.mean() == pytest.approx(1.0)
    assert np.ptp(kept) == pytest.approx(np.ptp(every))
    assert kept.mean() == pytest.approx(float(inelastic.zero_loss(1000.0)))


def test_elastic_cross_section_of_carbon_at_100_over_300_kv() -> None:
    totals = [scattering.within(scattering.elastic("C", scattering.angles(), kv))[-1] for kv in (100.0, 300.0)]
    assert totals[0] / totals[1] == pytest.approx(2.01, abs=0.02)
