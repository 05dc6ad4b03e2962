"""Laws of a detector: MTF and DQE are measured back from flat fields, waves and edges; counting loses as it must."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from underfocus.base.errors import InputError
from underfocus.data.detector import DETECTORS, MTF_FITS, Detector, detector
from underfocus.data.response import Falling, Flat, Plane, Radial, Square, curve
from underfocus.maths import fourier, shells
from underfocus.physics import detector as physics
from underfocus.physics import flatfields

N = 64
BLURRED = Detector(Falling.through(1.0, 0.7, 0.35), Falling.through(0.8, 0.6, 0.3))
NOISY = replace(BLURRED, gain=7.0, readout=9.0, dark=30.0)


def flats(camera: Detector, per_pixel: float, count: int = 300) -> np.ndarray:
    return physics.record(np.ones((count, N, N)), per_pixel, camera, seed=5)


def rings(half: np.ndarray) -> np.ndarray:
    return np.asarray(shells.shell_mean(half, N, 2))


def grid() -> tuple[np.ndarray, np.ndarray]:
    return fourier.frequencies2(N, 1.0)


@pytest.mark.parametrize("camera", [Detector(), BLURRED, NOISY, DETECTORS["K2"], Detector(mode="counting", frames=20)])
def test_dqe_is_measured_back_from_flat_fields(camera: Detector) -> None:
    per_pixel = 25.0
    taken = flats(camera, per_pixel)
    power = flatfields.noise_power(taken)
    said = physics.noise_power(camera, per_pixel, *grid())
    assert rings(power)[1:] == pytest.approx(rings(np.broadcast_to(said, power.shape))[1:], rel=0.12)
    assert np.mean(power / said) == pytest.approx(1.0, abs=0.01)
    more = flats(camera, 1.02 * per_pixel)
    slope = (more.mean() - taken.mean()) / (0.02 * per_pixel)
    found = flatfields.dqe(camera.mtf.at(*grid()), taken, per_pixel, slope)
    told = physics.effective_dqe(camera, per_pixel, *grid())
    assert rings(found)[2:] == pytest.approx(rings(told)[2:], rel=0.12)


@pytest.mark.parametrize("camera", [BLURRED, Detector()])
def test_the_dqe_of_a_quiet_integrating_camera_is_its_curve(camera: Detector) -> None:
    assert physics.effective_dqe(camera, 3.0, *grid()) == pytest.approx(camera.dqe.at(*grid()), rel=1e-12)


def test_the_square_root_alone_before_the_draw_would_not_give_the_dqe_back() -> None:
    # the mean is √D₀ Φ then, the signal √D Φ, and their ratio D/√D₀
    root = np.sqrt(0.49)
    literal = Detector(Flat(1.0), Flat(root))
    taken = flats(literal, 25.0)
    found = flatfields.dqe(np.ones(1), taken, 25.0, float(taken.mean() / 25.0))
    assert rings(found)[1:].mean() == pytest.approx(0.49 / root, rel=0.01)
    assert literal.efficiency == pytest.approx(0.7)


def test_waves_are_recorded_with_the_mtf() -> None:
    x = np.arange(N) - N // 2
    for order in (4, 16, 27):
        wave = 1 + 0.5 * np.cos(2 * np.pi * order * x / N) * np.ones((N, 1))
        got = physics.expected(wave, 10.0, NOISY)
        assert got.mean() == pytest.approx(10 * 0.8 * 7 + 30)
        amplitude = 2 * np.abs(fourier.fft2(got)[0, order]) / N**2
        assert amplitude == pytest.approx(0.5 * 10 * 0.8 * 7 * curve(NOISY.mtf, np.array([order / N]))[0], rel=1e-9)


def test_records_average_to_what_is_expected() -> None:
    n = 24
    rng = np.random.default_rng(2)
    scene = fourier.ifft2(fourier.fft2(1 + 0.3 * rng.standard_normal((n, n))) * (fourier.radius2(n) < 0.2), n)
    for camera in (NOISY, replace(NOISY, mode="counting", frames=9)):
        mean = physics.record(np.repeat(scene[None], 2000, axis=0), 6.0, camera, seed=1).mean(axis=0)
        said = physics.expected(scene, 6.0, camera)
        spread = 5 * np.sqrt(physics.noise_power(camera, 6.0, *grid()).max() / 2000)
        assert np.abs(mean - said).max() < spread


def test_an_edge_gives_the_mtf_of_a_square_pixel() -> None:
    # an exact edge, averaged over the square of each pixel by sampling it 8 times a side
    n, fine, angle = 256, 8, 5.0
    turn = np.deg2rad(angle)
    y, x = ((np.indices((n * fine, n * fine)) + 0.5) / fine - 0.5) - n // 2
    edge = (x * np.cos(turn) + y * np.sin(turn) > 0).reshape(n, fine, n, fine).mean(axis=(1, 3))
    s, mtf = flatfields.edge_mtf(edge, angle)
    assert s[-1] == pytest.approx(0.5, abs=0.01)
    assert mtf == pytest.approx(curve(Square(), s, angle), abs=0.005)


def test_a_recorded_edge_gives_the_mtf_of_the_camera() -> None:
    n, angle, soft = 256, 5.0, 0.8
    from scipy.special import erf

    turn = np.deg2rad(angle)
    y, x = np.indices((n, n)) - n // 2
    edge = 0.5 + 0.5 * erf((x * np.cos(turn) + y * np.sin(turn)) / soft / np.sqrt(2))
    got = physics.record(np.repeat(edge[None], 20, axis=0), 400.0, BLURRED, seed=3).mean(axis=0)
    s, found = flatfields.edge_mtf(got, angle)
    within = s < 0.35
    ideal = np.exp(-2 * (np.pi * soft * s) ** 2) * curve(BLURRED.mtf, s, angle)
    assert found[within] == pytest.approx(ideal[within], abs=0.01)


def test_a_square_pixel_in_two_dimensions() -> None:
    corner = Square().at(np.array(0.5), np.array(0.5))
    assert Square().at(np.array(0.0), np.array(0.5)) == pytest.approx(0.6366, abs=5e-5)
    assert corner == pytest.approx(0.4053, abs=5e-5)
    assert corner == pytest.approx(curve(Square(), np.array([0.5**0.5]), 45.0)[0])
    # along the axis the same |s| passes much less: no radial curve is both
    assert curve(Square(), np.array([0.5**0.5]))[0] == pytest.approx(0.3581, abs=5e-4)
    assert Square(2).at(np.array(0.1), np.array(0.2)) == pytest.approx(Square().at(np.array(0.1), np.array(0.2)) ** 2)


def test_white_poisson_noise_has_its_mean_for_variance() -> None:
    taken = flats(Detector(), 12.0)
    assert taken.mean() == pytest.approx(12.0, rel=2e-3)
    assert rings(flatfields.noise_power(taken))[1:] == pytest.approx(12.0, rel=0.06)
    assert rings(flatfields.normalised_noise(taken, 12.0, 1.0)).mean() == pytest.approx(1.0, rel=0.01)
    assert abs(flatfields.lag(taken)) < 5 / np.sqrt(taken.size)


def test_a_blur_of_one_two_one_correlates_neighbours_by_two_thirds() -> None:
    white = np.random.default_rng(0).standard_normal((200, N, N))
    blurred = (np.roll(white, 1, -1) + 2 * white + np.roll(white, -1, -1)) / 4
    assert flatfields.lag(blurred) == pytest.approx(2 / 3, abs=0.005)
    assert flatfields.lag(blurred, 2) == pytest.approx(1 / 6, abs=0.005)
    # the same blur as an NTF: a plane of its own, behind a detector that counts every electron
    _, kx = grid()
    ntf = Plane(np.broadcast_to((1 + np.cos(2 * np.pi * kx)) / 2 + 0 * grid()[0], (N, N // 2 + 1)))
    assert flatfields.lag(flats(Detector(ntf, Flat(1.0)), 40.0)) == pytest.approx(2 / 3, abs=0.005)


@pytest.mark.parametrize("rate", [1e-9, 0.01, 0.1, 1.0, 2.5])
def test_counting_loses_what_comes_together(rate: float) -> None:
    k = np.arange(200)
    from scipy.stats import poisson

    assert physics.counted(rate) == pytest.approx(poisson.pmf(k, rate)[1:].sum(), rel=1e-9)
    assert physics.arrived(np.asarray(physics.counted(rate))) == pytest.approx(rate, rel=1e-9)
    p = float(physics.counted(rate))
    step = 1e-4 * rate
    slope = float(physics.counted(rate + step) - physics.counted(rate - step)) / (2 * step)
    assert physics.counting_dqe(rate) == pytest.approx(slope**2 * rate / (p * (1 - p)), rel=1e-6)


def test_counted_frames_are_frames_drawn_one_by_one() -> None:
    camera, per_pixel = Detector(Flat(), Flat(), "counting", frames=8), 12.0
    together = physics.record(np.ones((500, 16, 16)), per_pixel, camera, seed=1)
    single = np.random.default_rng(2).poisson(per_pixel / 8, (8, 500, 16, 16)).clip(0, 1).sum(axis=0)
    assert together.max() <= 8
    assert together.mean() == pytest.approx(single.mean(), rel=5e-3)
    assert together.var() == pytest.approx(single.var(), rel=0.02)


def test_a_sensor_may_be_oblong() -> None:
    x, y = np.arange(60) - 30, np.arange(41)[:, None] - 20
    wave = 1 + 0.5 * np.cos(2 * np.pi * (9 * x / 60 + 4 * y / 41))
    got = physics.expected(wave, 10.0, BLURRED)
    passed = float(BLURRED.mtf.at(np.array(4 / 41), np.array(9 / 60)))
    assert got == pytest.approx(8 * (1 + passed * (wave - 1)), rel=1e-9)
    assert physics.record(wave.astype(np.float32), 10.0, NOISY, seed=1).shape == (41, 60)


def test_the_same_seed_gives_the_same_counts_and_precision_stays() -> None:
    scene = np.ones((N, N), np.float32)
    one, two = (physics.record(scene, 5.0, NOISY, seed=4) for _ in range(2))
    np.testing.assert_array_equal(one, two)
    assert one.dtype == np.float32
    assert not np.array_equal(one, physics.record(scene, 5.0, NOISY, seed=5))


def test_gradients_flow_through_what_is_expected() -> None:
    torch = pytest.importorskip("torch")
    scene = (
        1 + 0.1 * torch.randn(16, 16, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    ).requires_grad_()
    for camera in (BLURRED, replace(BLURRED, mode="counting", frames=5)):
        assert torch.autograd.gradcheck(lambda x, c=camera: physics.expected(x, 4.0, c), (scene,))
        same = physics.expected(scene.detach().numpy(), 4.0, camera)
        assert physics.expected(scene, 4.0, camera).detach().numpy() == pytest.approx(same, rel=1e-12)
    with pytest.raises(InputError, match="numpy arrays alone"):
        physics.record(scene, 4.0, BLURRED)


def test_three_numbers_fix_a_curve() -> None:
    s = np.array([0.0, 0.25, 0.5])
    assert curve(DETECTORS["K2"].dqe, s) == pytest.approx([0.795, 0.638, 0.354])
    assert curve(MTF_FITS["K2"], s) == pytest.approx([1.0, 0.733, 0.388])
    dense = curve(Falling.through(1.0, 0.219, 0.052), np.linspace(0, 0.71, 100))
    assert np.all(np.diff(dense) < 0)


def test_a_table_is_read_between_its_rows_and_kept_beyond() -> None:
    table = Radial([0.0, 0.2, 0.5], [1.0, 0.8, 0.2])
    assert curve(table, np.array([0.1, 0.35, 0.6])) == pytest.approx([0.9, 0.5, 0.2])
    assert curve(table, np.array([0.35]), 33.0) == pytest.approx([0.5])


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Detector(mtf=Flat(0.5)), "MTF is 1 at the origin"),
        (lambda: Detector(gain=0), "gain must be between"),
        (lambda: Detector(frames=0), "frames must be between"),
        (lambda: Flat(0.0), "flat response"),
        (lambda: Falling.through(0.5, 0.6, 0.1), "falls from 0 to Nyquist"),
        (lambda: Falling(1.0, -1.0, 2.0), "width and a shape"),
        (lambda: Radial([0.0, 0.0], [1.0, 1.0]), "must rise"),
        (lambda: Radial([0.0], [1.0]), "at least two"),
        (lambda: detector("K9"), "there is no camera"),
        (lambda: physics.record(np.ones((8, 8)), -1.0, Detector()), "at least 0 electrons"),
        (lambda: physics.record(np.ones((8, 8)), 1.0, Detector(Plane(np.ones((4, 3))))), "was given for the shape"),
        (lambda: physics.arrived(np.array([1.0])), "in every frame"),
        (lambda: flatfields.noise_power(np.ones((1, 8, 8))), "two at least"),
        (lambda: flatfields.edge_mtf(np.ones((64, 64)), 0.0), "slanted"),
    ],
)
def test_refused_in_words(make, said: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match=said):
        make()
