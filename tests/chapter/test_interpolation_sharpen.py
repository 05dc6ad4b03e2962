"""What the figures on scattered data say, against scipy's own griddata."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.interpolate import griddata

from underfocus.study.chapters.interpolation import scattering
from underfocus.study.chapters.interpolation.sharpen import problems


@pytest.mark.parametrize("squeeze", [1.0, 4.0, 50.0])
def test_the_error_of_slivers_is_that_of_griddata(squeeze: float) -> None:
    rng = np.random.default_rng(3)
    along = rng.uniform(-1, 1, 200)
    x = np.stack([along, rng.uniform(-1, 1, 200) / squeeze], 1)
    values = np.exp(-8 * x[:, 0] ** 2) * np.cos(np.pi * x[:, 1] * squeeze)
    places = np.linspace(-0.8, 0.8, 400)
    found = griddata(x, values, np.stack([places, np.zeros(400)], 1), "linear")
    wanted = np.nanmax(np.abs(found - np.exp(-8 * places**2)))
    assert scattering.sliver_error(squeeze) == pytest.approx(wanted)
    rescaled = griddata(x, values, np.stack([places, np.zeros(400)], 1), "linear", rescale=True)
    assert np.nanmax(np.abs(rescaled - np.exp(-8 * places**2))) < 0.15


def test_the_break_lies_where_the_figure_passes_a_fifth() -> None:
    flat = problems._first_flat(0.2)
    assert scattering.sliver_error(0.95 * flat) < 0.2 < scattering.sliver_error(1.05 * flat)


def test_noise_passes_triangles_and_is_averaged_by_gridding() -> None:
    truth, found = scattering.compared("random", 2000, 0.2, 0, 60)
    errors = {name: float(np.sqrt(np.nanmean((f - truth) ** 2))) for name, f in found.items()}
    assert errors["gridding"] < errors["inverse distance"] < errors["Delaunay"]
    truth, found = scattering.compared("random", 2000, 0.0, 0, 60)
    quiet = {name: float(np.sqrt(np.nanmean((f - truth) ** 2))) for name, f in found.items()}
    assert quiet["Delaunay"] < min(quiet["gridding"], quiet["inverse distance"])


def test_an_exponent_is_a_slope() -> None:
    assert scattering.exponent([10, 100, 1000], [2.0, 20.0, 200.0]) == pytest.approx(1)


def test_times_of_the_wrong_growth_are_refused() -> None:
    counts = [2000, 4000, 8000]
    assert problems._slope([((counts,), [1e-9 * n**2 for n in counts])])
    assert not problems._slope([((counts,), [1e-6 * n for n in counts])])
