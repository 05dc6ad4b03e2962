"""Local resolution: the fast way is its own definition, written out, and agrees with the textbook's sliding window."""

from __future__ import annotations

import numpy as np
import pytest
from tests.law.made_regions import PIXEL, falling, halves

from underfocus.maths import fourier
from underfocus.validation import local, local_bands
from underfocus.validation.local_plain import hann, windowed_fsc
from underfocus.validation.resolution import HALF_MAPS

Real = np.ndarray


def written_out(one: Real, other: Real, place: tuple[int, int, int], found: local_bands.Bands) -> Real:
    """The FSC (m,) at one voxel from whole maps in double precision: nothing cropped, no matrices, no table."""
    n = len(one)
    s = fourier.radius3(n, PIXEL)
    curve = []
    for band, width in enumerate(found.windows):
        weight = hann(n, place, width / PIXEL) ** 2
        maps = [fourier.ifft3(fourier.fft3(v.astype(float)) * found.amplitude(s, band), n) for v in (one, other)]
        products = [(weight * x * y).sum() for x, y in ((maps[0], maps[1]), (maps[0], maps[0]), (maps[1], maps[1]))]
        curve.append(products[0] / np.sqrt(products[1] * products[2]))
    return np.array(curve)


@pytest.mark.parametrize("n", [36, 37])
def test_the_fast_way_is_the_definition(n: int) -> None:
    """Whitening within a band and the table of its filter leave 0.02, in maps whose spectrum is nearly flat."""
    one, other = halves(n, falling(7, 1), falling(14, 1))
    found = local_bands.bands(n, PIXEL, 20.0)
    fast = np.array(list(local.correlations(one, other, found, PIXEL, n)))
    for place in ((n // 2, 3, 20), (0, 0, 0), (n - 2, 17, 30)):
        right = written_out(one, other, place, found)
        np.testing.assert_allclose(fast[:, *place], right, atol=0.02)


def test_places_of_a_coarse_grid_are_those_of_the_fine_one() -> None:
    one, other = halves(36, falling(7, 10), falling(14, 10))
    found = local_bands.bands(36, PIXEL, 20.0)
    fine = np.array(list(local.correlations(one, other, found, PIXEL, 36)))
    coarse = np.array(list(local.correlations(one, other, found, PIXEL, 12)))
    np.testing.assert_allclose(coarse, fine[:, ::3, ::3, ::3], atol=1e-4)


def test_it_is_what_the_sliding_window_measures() -> None:
    """Curves within 0.05 root mean square of each other, and crossings within 7 % at the median: windows laid on
    before the band is cut out see other noise at their rims."""
    n = 64
    one, other = halves(n, falling(7, 10), falling(14, 10))
    found = local_bands.bands(n, PIXEL, 32.0)
    fast = np.array(list(local.correlations(one, other, found, PIXEL, n)))
    apart, crossings = [], []
    for place in ((32, 32, 32), (32, 10, 50), (20, 12, 40), (0, 5, 5), (2, 40, 20), (60, 30, 8)):
        curves = fast[:, *place], windowed_fsc(one, other, place, found, PIXEL)
        apart.append(curves[0] - curves[1])
        crossings.append([np.argmax(curve < found.least(HALF_MAPS)) for curve in curves])
    assert np.sqrt(np.mean(np.square(apart))) < 0.05
    first, second = found.centres[np.array(crossings)].T
    assert np.median(np.abs(first / second - 1)) < 0.07
    assert np.corrcoef(first, second)[0, 1] > 0.9
