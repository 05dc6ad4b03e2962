"""Laws of what a reconstruction undoes beside the CTF: aberrations, magnification, treatment, weights, the sphere."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.law.made import NONE, PIXEL, correlation, density, images_of, peak, scale

from underfocus.base.errors import InputError
from underfocus.data.aberrations import Aberrations
from underfocus.data.groups import AberrationGroups
from underfocus.data.optics import Optics, spread
from underfocus.data.particles import Particles
from underfocus.data.pose import Pose
from underfocus.data.volume import Volume
from underfocus.inference.reconstruct import reconstruct
from underfocus.inference.scheme import Scheme
from underfocus.inference.weighting import Weighting, by_group
from underfocus.maths import fourier
from underfocus.physics import aberrations, ctf, ewald
from underfocus.physics.imaging import simulate

COUNT = 500


@pytest.fixture(scope="module")
def truth() -> Volume:
    return density(32)


def optics(**more: object) -> Optics:
    return Optics(defocus=spread(8_000, 22_000, COUNT), **more)  # type: ignore[arg-type]


def both(found: Particles, truth: Volume) -> tuple[float, float]:
    """Mean correlation to the truth with the lens' faults known and with them forgotten."""
    blind = replace(found, optics=replace(found.optics, aberrations=None))
    known, forgotten = (float(correlation(reconstruct(p), truth)[2:14].mean()) for p in (found, blind))
    return known, forgotten


@pytest.mark.parametrize(
    "lens",
    [
        Aberrations(beam_tilt_x=18.0, beam_tilt_y=-12.0),
        Aberrations(trefoil_x=900.0),
        Aberrations(even_zernike=(0, 0, 0, 0, 0, 0, 1200.0)),
        Aberrations(magnification=((1.05, 0.03), (-0.02, 0.94))),
    ],
    ids=["beam tilt", "trefoil", "even Zernike", "magnification"],
)
def test_a_lens_whose_faults_are_known_gives_the_density(lens: Aberrations, truth: Volume) -> None:
    found = simulate(truth, Pose.random(COUNT, seed=3, shift=6.0), optics(aberrations=lens))
    known, forgotten = both(found, truth)
    assert known > 0.97
    assert forgotten < known - 0.03


def test_groups_with_other_lenses_are_each_undone(truth: Volume) -> None:
    members = (None, Aberrations(beam_tilt_x=18.0), Aberrations(magnification=((1.06, 0.0), (0.0, 0.94))))
    mixed = AberrationGroups(members, np.arange(COUNT) % 3)
    known, forgotten = both(simulate(truth, Pose.random(COUNT, seed=3), optics(aberrations=mixed)), truth)
    assert known > 0.97
    assert forgotten < known - 0.03


def test_uneven_magnification_stretches_the_projection(truth: Volume) -> None:
    """An image frequency k is the specimen's M k, so that the image of V(x) is that of V stretched by Mᵀ."""
    matrix = ((1.1, 0.0), (0.0, 0.9))
    lens = replace(NONE, aberrations=Aberrations(magnification=matrix))
    wide = simulate(truth, Pose.random(1, seed=1), lens).images().data[0]
    plain = simulate(truth, Pose.random(1, seed=1), NONE).images().data[0]
    y, x = np.mgrid[:32, :32] - 16

    def width(image: np.ndarray, axis: np.ndarray) -> float:
        return float(np.sqrt((image * axis**2).sum() / image.sum()))

    assert width(wide, x) / width(plain, x) == pytest.approx(1.1, rel=0.03)
    assert width(wide, y) / width(plain, y) == pytest.approx(0.9, rel=0.03)
    assert wide.sum() == pytest.approx(plain.sum(), rel=1e-3)


@pytest.mark.parametrize("treated", ["flipped", "multiplied"])
def test_images_treated_beforehand_give_the_same_density(treated: str, truth: Volume) -> None:
    some = images_of(truth, Pose.random(COUNT, seed=5, shift=6.0), optics(), noise=0.5)
    planes, contrast = fourier.fft2(some.images().data), ctf.ctf2(32, PIXEL, some.optics)
    factor = np.sign(contrast) if treated == "flipped" else contrast
    ready = replace(some.with_images(fourier.ifft2(planes * factor, 32).astype(np.float32)), treated=treated)
    found, expected = reconstruct(ready), reconstruct(some)
    assert found.data == pytest.approx(expected.data, abs=2e-3 * peak(expected))


def test_treated_images_have_their_beam_tilt_undone(truth: Volume) -> None:
    lens = optics(aberrations=Aberrations(beam_tilt_x=18.0))
    some = simulate(truth, Pose.random(COUNT, seed=5), lens)
    planes = fourier.fft2(some.images().data)
    real = ctf.ctf2(32, PIXEL, replace(lens, aberrations=None))
    ready = replace(some.with_images(fourier.ifft2(planes * np.sign(real), 32).astype(np.float32)), treated="flipped")
    known, forgotten = both(ready, truth)
    assert known > 0.97
    assert forgotten < known - 0.05


def test_a_weight_of_two_is_a_particle_listed_twice(truth: Volume) -> None:
    some = images_of(truth, Pose.random(60, seed=6), optics()[:60], noise=1.0)
    twice = np.concatenate([np.arange(60), np.arange(0, 60, 3)])
    own = np.where(np.arange(60) % 3 == 0, 2.0, 1.0)
    weighted = reconstruct(some, wiener=0.0, weighting=Weighting(own=own))
    listed = reconstruct(some[twice], wiener=0.0)
    assert weighted.data == pytest.approx(listed.data, abs=1e-4 * peak(listed))
    left_out = reconstruct(some, wiener=0.0, weighting=Weighting(own=(own == 1).astype(float)))
    alone = reconstruct(some[own == 1], wiener=0.0)
    assert left_out.data == pytest.approx(alone.data, abs=1e-4 * peak(alone))


def test_noisy_groups_count_less(truth: Volume) -> None:
    quiet = images_of(truth, Pose.random(200, seed=7), optics()[:200], noise=1.0)
    loud = images_of(truth, Pose.random(200, seed=8), optics()[200:400], noise=8.0)
    images = np.concatenate([quiet.images().data, loud.images().data])
    pose = Pose(*(np.concatenate([getattr(p.pose, k) for p in (quiet, loud)]) for k in ("rotation", "shift")))
    groups = {"rlnOpticsGroup": np.repeat(["1", "2"], 200)}
    mixed = Particles(images, PIXEL, optics()[:400], pose, "white", columns=groups)
    weighting = by_group(mixed)
    assert weighting.noise is not None
    ratio = weighting.noise[1] / weighting.noise[0]
    assert np.median(ratio[4:]) == pytest.approx(64, rel=0.25)
    equal, known = (correlation(reconstruct(mixed, weighting=w), truth)[2:12].mean() for w in (None, weighting))
    assert known > equal + 0.05


def test_what_the_dose_took_is_given_back(truth: Volume) -> None:
    """Images of a series, fainter at high frequency the later they were taken, on the truth's scale at every one."""
    count = 300
    clean = images_of(truth, Pose.random(count, seed=9), optics()[:count])
    exposure = np.linspace(0, 60, count)
    kept = Weighting(exposure=exposure).curves(clean)
    assert kept is not None
    amplitude = np.sqrt(kept[1])
    radius = np.minimum(np.rint(fourier.radius2(32, 1 / 32)).astype(int), 16)
    faded = fourier.ifft2(fourier.fft2(clean.images().data) * amplitude[:, radius], 32).astype(np.float32)
    series = clean.with_images(faded)
    found = reconstruct(series, wiener=0.0, weighting=Weighting(exposure=exposure))
    expected = reconstruct(clean, wiener=0.0)
    plain = reconstruct(series, wiener=0.0)
    strength = [float(np.sum(v.data * expected.data) / np.sum(expected.data**2)) for v in (found, plain)]
    assert strength[0] == pytest.approx(1, abs=0.01)
    assert strength[1] < 0.9
    assert found.data == pytest.approx(expected.data, abs=0.02 * peak(expected))


def test_weights_that_mean_nothing_are_refused(truth: Volume) -> None:
    with pytest.raises(InputError, match="own needs one number"):
        Weighting(own=np.array([1.0, -1.0]))
    with pytest.raises(InputError, match="exposure needs one number"):
        Weighting(exposure=np.array([np.nan]))


def test_the_sphere_tells_the_hand(truth: Volume) -> None:
    """Slow electrons bend the sphere within this small box: one side gives the density, the other does not."""
    small = Volume(truth.data, 1.0)
    slow = Optics(defocus=spread(20, 60, COUNT), cs_mm=0.0, voltage_kv=1.0, amplitude_contrast=0.1)
    pose = Pose.random(COUNT, seed=4)

    def found(hand: int, side: int) -> float:
        images = -ewald.project(small, pose, slow, sign=hand)
        some = Particles(images.astype(np.float32), 1.0, slow, pose, "white")
        return float(correlation(reconstruct(some, scheme=Scheme(ewald=side)), small)[13:15].mean())

    right, flat, wrong = found(1, 1), found(1, 0), found(1, -1)
    assert right > flat + 0.02
    assert flat > wrong + 0.02
    assert found(-1, -1) == pytest.approx(right, abs=0.02)


def test_flat_and_curved_agree_where_electrons_are_fast(truth: Volume) -> None:
    some = images_of(truth, Pose.random(200, seed=2), optics()[:200])
    flat, curved = reconstruct(some), reconstruct(some, scheme=Scheme(ewald=1))
    assert correlation(curved, flat)[1:13].min() > 0.999
    assert correlation(curved, truth)[1:13].min() > 0.98
    assert scale(curved, flat) == pytest.approx(1, abs=0.05)


def test_carried_rows_are_those_of_the_definition() -> None:
    rotation = Pose.random(1, seed=1).rotation
    matrix = np.array([[[1.05, 0.02], [-0.01, 0.97]]])
    rows, reach = aberrations.carried(rotation, matrix)
    k = np.array([0.3, -0.2])
    assert k @ rows[0, :2] == pytest.approx((matrix[0] @ k) @ rotation[0, :2])
    assert reach == pytest.approx(np.linalg.norm(matrix[0], 2))
