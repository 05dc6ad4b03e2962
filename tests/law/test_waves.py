"""Waves: two points of a transform each, moved and turned as the transform says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from underfocus.base.errors import InputError
from underfocus.maths import fourier, waves

N = 32
orders2 = st.tuples(st.integers(-12, 12), st.integers(-12, 12)).filter(any)
degrees = st.floats(-180, 180)


def points(picture: np.ndarray) -> dict[tuple[int, int], complex]:  # type: ignore[type-arg]
    """The points (h, k) of a transform that are not zero."""
    n = picture.shape[0]
    full = fourier.display(fourier.fft2(picture), n) / n**2
    y, x = np.nonzero(np.abs(full) > 1e-9)
    return {(int(b) - n // 2, int(a) - n // 2): complex(full[a, b]) for a, b in zip(y, x, strict=True)}


@given(orders2, st.floats(0.1, 5), degrees)
def test_a_wave_is_two_conjugate_points(orders: tuple[int, int], amplitude: float, phase: float) -> None:
    found = points(waves.wave(N, orders, amplitude, phase))
    assert set(found) == {orders, (-orders[0], -orders[1])}
    assert found[orders] == pytest.approx(amplitude / 2 * np.exp(1j * np.deg2rad(phase)), abs=1e-9)
    assert found[-orders[0], -orders[1]] == pytest.approx(np.conj(found[orders]), abs=1e-9)


@given(orders2, st.integers(-20, 20), st.integers(-20, 20))
def test_a_moved_wave_has_another_phase(orders: tuple[int, int], sx: int, sy: int) -> None:
    moved = np.roll(waves.wave(N, orders), (sy, sx), axis=(0, 1))
    assert np.allclose(moved, waves.wave(N, orders, phase=waves.phase_of_shift(N, orders, (sx, sy))), atol=1e-9)


@given(orders2, st.floats(-360, 360))
def test_a_turned_wave_keeps_its_period_and_turns_its_normal(orders: tuple[int, int], angle: float) -> None:
    turned = waves.spin(orders, angle)
    assert waves.period(64.0, turned) == pytest.approx(waves.period(64.0, orders))
    turn = waves.normal(turned) - waves.normal(orders) - angle
    assert abs((turn + 180) % 360 - 180) < 1e-6


def test_printed_numbers() -> None:
    assert waves.period(128.0, (3, 4)) == pytest.approx(25.6)
    assert waves.normal((3, 4)) == pytest.approx(53.13, abs=5e-3)
    assert waves.spin((8, 0), 30.0) == pytest.approx((6.928, 4.0), abs=5e-4)
    assert waves.phase_of_shift(128, (3, 4), (16, 8)) == pytest.approx(-225)
    assert waves.count_within(256, 1.0, 8.0, 3) == (137_065, 68_532)
    assert waves.count_between(256, 1.0, 20.0, 5.0, 2) == pytest.approx(np.pi * (51.2**2 - 12.8**2), rel=3e-3)


def test_a_wave_of_three_dimensions_lies_along_its_axes() -> None:
    found = waves.wave(8, (1, 2, 3))
    z, y, x = np.mgrid[:8, :8, :8] - 4
    assert np.allclose(found, np.cos(2 * np.pi * (x + 2 * y + 3 * z) / 8))
    assert waves.period(8.0, (1, 2, 2)) == pytest.approx(8 / 3)
    assert waves.period(8.0, (0, 0)) == float("inf")


@pytest.mark.parametrize("n", [15, 16])
def test_all_waves_together_are_the_picture(n: int) -> None:
    picture = np.random.default_rng(3).standard_normal((n, n))
    whole, orders = waves.strongest(picture, n * n)
    assert np.allclose(whole, picture)
    # n² real numbers: the mean, and two for each wave but those that are their own mates
    alone = 3 if n % 2 == 0 else 0
    assert len(orders) == (n * n - 1 - alone) // 2 + alone
    assert len({tuple(o) for o in orders}) == len(orders)


def test_the_strongest_waves_are_found_in_their_order() -> None:
    picture = waves.wave(N, (3, -4), 2.0, 30.0) + waves.wave(N, (0, 5), 1.0) + 0.5 * waves.wave(N, (7, 1)) + 4.0
    best, orders = waves.strongest(picture, 2)
    assert orders.tolist() == [[3, -4], [0, 5]]
    assert np.allclose(best, picture - 0.5 * waves.wave(N, (7, 1)))


def test_what_no_wave_can_be_is_refused() -> None:
    with pytest.raises(InputError, match="orders"):
        waves.wave(8, (1,))
    with pytest.raises(InputError, match="down to 2"):
        waves.count_within(64, 1.0, 1.5, 2)


@pytest.mark.parametrize("n", [15, 16])
@pytest.mark.parametrize("dims", [1, 2, 3])
@pytest.mark.parametrize("resolution", [2.0, 3.2, 16 / 5, 7.0, 40.0])
def test_counting_row_by_row_is_counting_every_point(n: int, dims: int, resolution: float) -> None:
    axis = np.arange(n) - n // 2
    square = sum(np.meshgrid(*[axis**2] * dims, indexing="ij"))
    expected = int(np.sum(square <= (n / resolution) ** 2 * (1 + 1e-9)))
    assert waves.count_within(n, 1.0, resolution, dims)[0] == expected
