"""Signal over noise against correlations, wrong poses against points that are really moved, several Wiener sums."""

from __future__ import annotations

import numpy as np
import pytest

from underfocus.base.errors import InputError
from underfocus.inference.sharpen import figure_of_merit
from underfocus.maths import deconvolution, fourier, rotations, shells, so3
from underfocus.validation import pose_error, ssnr


def test_the_thresholds_are_what_print_says() -> None:
    assert ssnr.of_fsc(0.143) == pytest.approx(0.1669, abs=5e-5)
    assert ssnr.of_fsc([0.143, 0.5], whole=True) == pytest.approx([0.3337, 2.0], abs=5e-5)
    whole = ssnr.of_fsc(np.array([0.143, 0.5]), whole=True)
    assert ssnr.truth_correlation(whole) == pytest.approx([0.5002, 0.8165], abs=5e-5)


def test_they_are_inverse_to_each_other_and_the_figure_of_merit() -> None:
    fsc = np.linspace(0, 0.99, 50)
    assert ssnr.fsc_of(ssnr.of_fsc(fsc)) == pytest.approx(fsc)
    assert ssnr.truth_correlation(ssnr.of_fsc(fsc, whole=True)) == pytest.approx(figure_of_merit(fsc))
    assert ssnr.of_fsc(1.0) == np.inf
    assert ssnr.of_fsc(-0.2) == 0
    assert ssnr.fsc_of(np.inf) == 1


def test_powers_of_made_halves_are_found() -> None:
    n, rng = 48, np.random.default_rng(2)
    signal, *noise = (rng.standard_normal((n, n, n)) for _ in range(3))
    halves = [signal + 2 * x for x in noise]
    found, around = ssnr.powers(*halves)
    made = shells.shell_mean(np.abs(fourier.fft3(signal)) ** 2, n, 3)
    assert found[6:] / made[6:] == pytest.approx(1, abs=0.5)
    assert np.mean(around[6:] / made[6:]) == pytest.approx(4, rel=0.02)
    assert np.mean(found[12:] / made[12:]) == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("wrong", [1.2, np.array([0.5, 1.5])])
def test_correlations_above_one_are_refused(wrong: object) -> None:
    with pytest.raises(InputError, match="1 at most"):
        ssnr.of_fsc(wrong)


def test_other_nonsense_is_refused() -> None:
    with pytest.raises(InputError, match="not negative"):
        ssnr.fsc_of(-0.1)
    with pytest.raises(InputError, match="one size"):
        ssnr.powers(np.zeros((8, 8, 8)), np.zeros((10, 10, 10)))
    with pytest.raises(InputError, match="above 0"):
        pose_error.orientations(0.0)


def test_two_degrees_at_fifty_angstrom() -> None:
    moved = pose_error.displacement(2.0, 50.0)
    assert moved == pytest.approx(1.745, abs=5e-4)
    assert pose_error.attenuation(1 / 5, moved) == pytest.approx(0.0903, abs=5e-5)
    assert pose_error.bfactor(pose_error.displacement(1.0, 100.0)) == pytest.approx(240.5, abs=0.05)
    assert pose_error.degrees_of(pose_error.bfactor(moved), 50.0) == pytest.approx(2.0)
    assert pose_error.orientations(5.0) == pytest.approx(1.19e5, rel=2e-3)


def test_a_point_turned_by_errors_is_attenuated_so() -> None:
    rng = np.random.default_rng(4)
    turned = so3.exp(1.5 * rng.standard_normal((200_000, 3))) @ np.array([0.0, 0.0, 60.0])
    for s in (1 / 12, 1 / 8):
        found = np.mean(np.exp(2j * np.pi * s * turned[:, 0]))
        assert found.real == pytest.approx(pose_error.attenuation(s, pose_error.displacement(1.5, 60.0)), abs=5e-3)
        assert abs(np.mean(np.exp(2j * np.pi * s * (turned[:, 2] - 60)))) > 0.98, "along the radius nothing moves"


def test_steps_in_the_views_own_planes_average_to_a_bessel_function() -> None:
    turns = rotations.random(400_000, 3)
    k = np.array([0.0, 0.0, 1 / 14])
    seen = turns @ k
    near = np.abs(seen[:, 2]) < 0.002  # views whose slice holds this coefficient
    for shift in (3.0, 6.0):
        found = np.mean(np.exp(2j * np.pi * shift * seen[near, 0])).real
        assert found == pytest.approx(pose_error.off_centre(1 / 14, shift), abs=0.02)


def test_several_observations_are_combined_as_by_hand() -> None:
    transfer, seen = np.array([0.1, 0.2, -0.1, -0.2]), np.array([1.1, 1.2, -1.1, 0.8])
    assert deconvolution.summed(seen, transfer) == pytest.approx((0.30, 0.10))
    assert deconvolution.combined(seen, transfer, 1.0) == pytest.approx(0.3 / 1.1)
    assert deconvolution.combined(seen, transfer, np.inf) == pytest.approx(3.0)
    one = deconvolution.combined(seen[:1], transfer[:1], 4.0)
    assert one == pytest.approx(seen[0] * deconvolution.wiener_gain(transfer[0], 4.0))
    with pytest.raises(InputError, match="its transfer"):
        deconvolution.summed(seen, transfer[:3])
    with pytest.raises(InputError, match="must be positive"):
        deconvolution.combined(seen, transfer, 0.0)


def test_the_true_ratio_gives_the_least_error() -> None:
    rng = np.random.default_rng(6)
    transfer = rng.uniform(-1, 1, (5, 200_000))
    truth = 2 * rng.standard_normal(200_000)
    seen = transfer * truth + 3 * rng.standard_normal(transfer.shape)
    errors = {
        snr: np.mean((deconvolution.combined(seen, transfer, snr) - truth) ** 2) for snr in (1 / 9, 4 / 9, 16 / 9)
    }
    assert min(errors, key=lambda snr: float(errors[snr])) == 4 / 9
