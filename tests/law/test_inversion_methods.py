"""Laws of the methods beside direct inversion: back-projection's ramp, normal equations, supports, hands, helices."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from tests.law.made import NONE, PIXEL, correlation, density, images_of, peak, scale

from underfocus.base.errors import InputError
from underfocus.data.optics import Optics, spread
from underfocus.data.particles import Particles
from underfocus.data.pose import Pose
from underfocus.data.volume import Volume
from underfocus.inference import leastsquares, restore
from underfocus.inference.accumulate import Lot, accumulate
from underfocus.inference.reconstruct import METHODS, mirrored, reconstruct, reconstruct_halves
from underfocus.inference.scheme import Helical, Scheme
from underfocus.inference.weighting import Weighting
from underfocus.maths import fourier, masks, shells
from underfocus.physics.projection import project


@pytest.fixture(scope="module")
def truth() -> Volume:
    return density(32)


@pytest.fixture(scope="module")
def thin(truth: Volume) -> Particles:
    """Few and noisy: what supports and priors are for."""
    return images_of(truth, Pose.random(80, seed=4, shift=6.0), Optics(defocus=spread(8_000, 22_000, 80)), noise=2.0)


def spectrum(found: Volume, truth: Volume) -> np.ndarray:
    """Regression of the found transform on the truth's, by shells."""
    a, b = fourier.fft3(found.data), fourier.fft3(truth.data)
    return np.asarray(shells.shell_mean((a * b.conj()).real, 32, 3) / shells.shell_mean(abs(b) ** 2, 32, 3))


def equations(particles: Particles, prior: float = 0.0) -> tuple[leastsquares.NormalEquations, restore.Summed]:
    """The normal equations of all images."""
    sums = accumulate(Lot(particles, np.arange(len(particles)) % 2, Weighting()), Scheme())
    summed = restore.Summed(sums.whole(), np.full(17, float(len(particles))))
    return leastsquares.normal_equations(summed, np.full(19, prior)), summed


def test_back_projection_falls_as_one_over_k_and_the_ramp_mends_it(truth: Volume) -> None:
    """M slices of 2πk points in a shell of 4πk²: without the ramp the density at shell k is M/2k times too strong."""
    some = images_of(truth, Pose.random(2_000, seed=2), NONE)
    blurred = spectrum(reconstruct(some, method="backprojection"), truth)
    k = np.arange(17)
    assert (blurred * k)[3:12] == pytest.approx(np.full(9, (blurred * k)[3:12].mean()), rel=0.06)
    sharp = spectrum(reconstruct(some, method="weighted-backprojection"), truth)
    assert sharp[2:13] == pytest.approx(np.ones(11), abs=0.05)


def test_the_normal_operator_is_projection_and_its_adjoint() -> None:
    """⟨x, A x⟩ is what the slices of x hold, times CTF²: here projected at the images' own grid, pad 3."""
    truth = density(32)
    some = images_of(truth, Pose.random(300, seed=2), NONE)
    made, _ = equations(some)
    first, second = density(32, seed=8), density(32, seed=9)
    x = Volume(first.data - second.data * (first.data.sum() / second.data.sum()), PIXEL)
    assert some.pose is not None
    planes = fourier.fft2(project(x, some.pose, pad=3).data)
    within = fourier.radius2(32, 1 / 32) <= 15.5
    held = float(np.sum(np.abs(planes) ** 2 * within * fourier.half_weights(32)))
    assert float(np.sum(x.data * made(x.data))) * 64**3 == pytest.approx(held, rel=0.06)
    y = density(32, seed=7).data
    assert float(np.sum(y * made(x.data))) == pytest.approx(float(np.sum(x.data * made(y))), rel=1e-5)


def test_the_truth_solves_the_equations_of_clean_images(truth: Volume) -> None:
    some = images_of(truth, Pose.random(400, seed=2, shift=6.0), Optics(defocus=spread(8_000, 22_000, 400)))
    made, _ = equations(some)
    difference = made(truth.data) - made.right
    assert np.linalg.norm(difference) < 0.1 * np.linalg.norm(made.right)


def test_conjugate_gradients_go_down(thin: Particles) -> None:
    made, summed = equations(thin, prior=1.0)
    support = masks.sphere(32, 12, 3)
    start = restore.wiener_density(summed, np.full(19, 1.0))
    heights: list[float] = []

    def height(_: int, x: np.ndarray) -> None:
        heights.append(float(np.sum(x * made(x)) / 2 - np.sum(x * made.right)))

    height(0, (start * support).astype(np.float32))
    found = leastsquares.conjugate_gradients(made, support, start, 12, height)
    assert all(b < a for a, b in pairwise(heights))
    gradient = support * (made(found) - made.right)
    assert np.linalg.norm(gradient) < 0.02 * np.linalg.norm(support * made.right)
    assert np.all(found[support == 0] == 0)


def test_least_squares_in_a_support_beat_direct_inversion_on_thin_data(thin: Particles, truth: Volume) -> None:
    direct, found = (reconstruct(thin, method=m) for m in ("fourier", "least-squares"))  # type: ignore[arg-type]
    assert correlation(found, truth)[2:14].mean() > correlation(direct, truth)[2:14].mean() + 0.02
    assert scale(found, truth) == pytest.approx(1, abs=0.25)


def test_sirt_brings_the_well_sampled_frequencies_first(truth: Volume) -> None:
    some = images_of(truth, Pose.random(400, seed=2), NONE)
    made, _ = equations(some)
    seen: list[np.ndarray] = []
    leastsquares.landweber(
        made, np.ones((32,) * 3), 40, each=lambda _, x: seen.append(spectrum(Volume(x, PIXEL), truth))
    )
    first, last = seen[2], seen[-1]
    assert first[2] > 2 * first[9]
    assert last[9] > 2 * first[9]
    positive = leastsquares.landweber(made, np.ones((32,) * 3), 20, positive=True)
    assert positive.min() >= 0


@pytest.mark.parametrize("method", METHODS)
def test_every_method_gives_halves_and_a_whole(method: str, thin: Particles, truth: Volume) -> None:
    halves = reconstruct_halves(thin, method=method)  # type: ignore[arg-type]
    for found in (halves.half1, halves.half2, halves.whole):
        assert np.isfinite(found.data).all()
        assert correlation(found, truth)[2:6].mean() > 0.5


def test_the_other_hand_is_the_mirror_image(truth: Volume) -> None:
    some = images_of(truth, Pose.random(300, seed=6), NONE)
    other = reconstruct(some, mirror=True)
    assert correlation(other, Volume(mirrored(truth.data), PIXEL))[:14].min() > 0.99
    assert np.array_equal(mirrored(mirrored(truth.data)), truth.data)
    odd = np.zeros((5, 5, 5))
    odd[3, 1, 2] = 1
    assert mirrored(odd)[1, 1, 2] == 1


def helix_truth() -> Volume:
    """A helix of blobs: 4 Å of rise and 65° of twist along z, through the whole box."""
    along = (np.arange(32) - 16) * PIXEL
    z, y, x = np.meshgrid(along, along, along, indexing="ij")
    total = np.zeros((32,) * 3)
    for i in range(-30, 31):
        angle = np.deg2rad(65.0 * i)
        total += np.exp(-((x - 15 * np.cos(angle)) ** 2 + (y - 15 * np.sin(angle)) ** 2 + (z - 4.0 * i) ** 2) / 18)
    return Volume(total.astype(np.float32), PIXEL)


def test_a_helix_comes_from_one_direction_of_view() -> None:
    """Side views at one angle alone: the twist supplies the others."""
    truth = helix_truth()
    tilted = Pose.from_euler(np.zeros(6), np.full(6, 90.0), np.arange(6) * 60.0)
    some = images_of(truth, tilted, NONE)
    alone = reconstruct(some)
    helical = reconstruct(some, scheme=Scheme(helical=Helical(4.0, 65.0, 10)))
    middle = np.s_[8:24]
    ccs = [np.corrcoef(v.data[middle].ravel(), truth.data[middle].ravel())[0, 1] for v in (alone, helical)]
    assert ccs[1] > 0.9
    assert ccs[1] > ccs[0] + 0.15
    wrong = reconstruct(some, scheme=Scheme(helical=Helical(4.0, -65.0, 10)))
    assert np.corrcoef(wrong.data[middle].ravel(), truth.data[middle].ravel())[0, 1] < ccs[1] - 0.1


def test_what_means_nothing_is_refused(thin: Particles, truth: Volume) -> None:
    with pytest.raises(InputError, match="no method is called 'magic'"):
        reconstruct(thin, method="magic")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="a support constrains least-squares"):
        reconstruct(thin, support=np.ones((32,) * 3))
    with pytest.raises(InputError, match="32³ voxels is needed"):
        reconstruct(thin, method="sirt", support=np.ones((16,) * 3))
    with pytest.raises(InputError, match="pixel is 1 Å"):
        reconstruct(thin, method="sirt", support=Volume(np.ones((32,) * 3, np.float32), 1.0))
    with pytest.raises(InputError, match="empty, negative"):
        reconstruct(thin, method="sirt", support=np.zeros((32,) * 3))
    with pytest.raises(InputError, match="ewald is 0"):
        Scheme(ewald=3)
    with pytest.raises(InputError, match="a rise above 0"):
        Helical(0.0, 20.0, 3)
    assert peak(truth) > 0
