"""Laws of sharpening: a B-factor that was put in is found and undone; the FSC weights as it says."""

from __future__ import annotations

import numpy as np
import pytest

from underfocus.base.errors import InputError
from underfocus.data.response import Radial
from underfocus.data.volume import Volume
from underfocus.inference.sharpen import EDGE_SHELLS, figure_of_merit, guinier, sharpen, without_mtf
from underfocus.maths import fourier, shells
from underfocus.physics.potential import potential
from underfocus.samples import protein

N, PIXEL = 64, 2.0


@pytest.fixture(scope="module")
def still() -> Volume:
    """A real structure whose atoms do not move."""
    return potential(protein("1ake"), N, PIXEL, bfactor=0.0)


def damped(volume: Volume, bfactor: float) -> Volume:
    envelope = np.exp(-bfactor * fourier.radius3(volume.n, volume.pixel) ** 2 / 4)
    return Volume(fourier.ifft3(fourier.fft3(volume.data) * envelope, volume.n).astype(np.float32), volume.pixel)


def amplitude(volume: Volume) -> np.ndarray:
    return np.sqrt(shells.shell_mean(np.abs(fourier.fft3(volume.data)) ** 2, volume.n, 3))


def test_slope_is_minus_a_quarter_of_b() -> None:
    """B = 80 Å² makes ln F fall by 20 for each 1/Å²: of white noise, nothing else does."""
    white = Volume(np.random.default_rng(1).standard_normal((N, N, N)), PIXEL)
    plot = guinier(damped(white, 80.0), 2 * PIXEL)
    assert plot.slope == pytest.approx(-20, rel=0.02)
    assert plot.bfactor == pytest.approx(80, rel=0.02)


@pytest.mark.parametrize("bfactor", [40.0, 150.0])
def test_a_bfactor_put_on_a_real_structure_is_found(still: Volume, bfactor: float) -> None:
    """Beyond what the structure's own amplitudes do, which is the same in both plots."""
    found = guinier(damped(still, bfactor), 4.2).bfactor - guinier(still, 4.2).bfactor
    assert found == pytest.approx(bfactor, rel=0.02)


def test_the_line_lies_on_its_plot(still: Volume) -> None:
    plot = guinier(damped(still, 300.0), 4.2)
    inside = (plot.s2 >= 1 / plot.fit_from**2) & (plot.s2 <= 1 / plot.fit_to**2)
    line = plot.intercept + plot.slope * plot.s2[inside]
    assert np.abs(line - plot.log_amplitude[inside]).max() < 0.6
    assert abs(np.mean(line - plot.log_amplitude[inside])) < 1e-9


def test_sharpening_undoes_damping(still: Volume) -> None:
    resolution = 6.0
    back = amplitude(sharpen(damped(still, 120.0), 120.0, resolution))
    kept = int(N * PIXEL / resolution)
    np.testing.assert_allclose(back[: kept + 1], amplitude(still)[: kept + 1], rtol=1e-3)
    phases = shells.correlation(fourier.fft3(sharpen(still, 90.0, resolution).data), fourier.fft3(still.data), N, 3)
    assert phases[: kept + 1].min() > 0.95


def test_nothing_is_left_beyond_the_resolution(still: Volume) -> None:
    cut = N * PIXEL / 8.0
    found = amplitude(sharpen(still, 50.0, 8.0))
    assert found[int(np.ceil(cut + EDGE_SHELLS)) + 1 :].max() < 1e-5 * found[1]


def test_the_fsc_weights_maps_and_plots(still: Volume) -> None:
    curve = np.clip(1.2 - np.arange(N // 2 + 1) / 20, -0.1, 1)
    ratio = amplitude(sharpen(still, 0.0, 2 * PIXEL, curve)) / amplitude(sharpen(still, 0.0, 2 * PIXEL))
    np.testing.assert_allclose(ratio[:28], figure_of_merit(curve)[:28], atol=1e-4)
    logs = guinier(still, 7.0, fsc=curve).log_amplitude - guinier(still, 7.0).log_amplitude
    np.testing.assert_allclose(logs[5:18], np.log(figure_of_merit(curve)[5:18]), atol=1e-6)


def test_figure_of_merit_at_the_thresholds() -> None:
    """0.143 between halves is SSNR 1/6 of a half, 1/3 of the whole, and C_ref 0.5; 0.5 gives 1, 2 and 0.816."""
    for halves, half_ssnr, whole_ssnr, merit in ((0.143, 0.167, 0.334, 0.500), (0.5, 1.0, 2.0, 0.816)):
        assert halves / (1 - halves) == pytest.approx(half_ssnr, abs=5e-4)
        assert 2 * halves / (1 - halves) == pytest.approx(whole_ssnr, abs=5e-4)
        assert float(figure_of_merit(np.array(halves))) == pytest.approx(merit, abs=5e-4)
        assert float(np.sqrt(whole_ssnr / (1 + whole_ssnr))) == pytest.approx(merit, abs=5e-4)
    np.testing.assert_array_equal(figure_of_merit(np.array([-0.3, 0, 1])), [0, 0, 1])


def test_refused_in_words(still: Volume) -> None:
    with pytest.raises(InputError, match="at least three shells"):
        guinier(still, 9.5)
    with pytest.raises(InputError, match="beyond Nyquist"):
        sharpen(still, 50.0, 3.0)


def test_the_error_of_b_is_that_of_many_maps() -> None:
    """Noise whose amplitudes fall as a line: B scatters about the truth by the error that each fit states."""
    rng = np.random.default_rng(4)
    found = [guinier(damped(Volume(rng.standard_normal((32, 32, 32)), PIXEL), 80.0), 4.2) for _ in range(60)]
    scatter = np.std([plot.bfactor for plot in found])
    assert scatter == pytest.approx(np.sqrt(np.mean([plot.error**2 for plot in found])), rel=0.35)
    assert found[0].points == sum((found[0].s2 >= 0.01) & (found[0].s2 <= 1 / 4.2**2) & (np.arange(17) < 15))
    assert np.allclose(found[0].line(), found[0].intercept + found[0].slope * found[0].s2)


def test_an_mtf_is_divided_out_in_the_detectors_pixels(still: Volume) -> None:
    mtf = Radial(np.array([0.0, 0.5]), np.array([1.0, 0.2]))
    s = fourier.radius3(N, PIXEL)
    for detector in (PIXEL, 1.0):
        blurred = fourier.ifft3(fourier.fft3(still.data) * np.interp(s * detector, *(mtf.frequency, mtf.value)), N)
        back = amplitude(without_mtf(Volume(blurred, PIXEL), mtf, 4.5, None if detector == PIXEL else detector))
        kept = int(N * PIXEL / 4.5)
        np.testing.assert_allclose(back[: kept + 1], amplitude(still)[: kept + 1], rtol=2e-3)
    with pytest.raises(InputError, match="no larger than the map's"):
        without_mtf(still, mtf, 4.5, 3.0)
    with pytest.raises(InputError, match="cannot be given back"):
        without_mtf(still, Radial(np.array([0.0, 0.5]), np.array([1.0, 0.0])), 2 * PIXEL)
