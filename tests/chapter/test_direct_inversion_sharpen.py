"""The artefact laboratory against theory: each fault does what the chapter says, and no other does the same."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from underfocus.data.pose import Pose
from underfocus.inference.reconstruct import mirrored
from underfocus.physics import projection
from underfocus.study.chapters.direct_inversion import artefacts, cones, insertion
from underfocus.study.chapters.direct_inversion.artefacts import Faults
from underfocus.study.chapters.direct_inversion.sharpen.proofs import TAU, WIENER
from underfocus.study.chapters.direct_inversion.sharpen.wiener_figures import _divided, _error
from underfocus.study.derivations import evaluate
from underfocus.validation import pose_error, resolution


@cache
def found(**faults: float | bool) -> artefacts.Evidence:
    return artefacts.examined(Faults(**faults))  # type: ignore[arg-type]


def test_without_a_fault_the_amplitudes_are_the_truths() -> None:
    assert found().left[1:30] == pytest.approx(1.0, abs=0.06)
    assert found().truth.resolution(0.5) < 6.5


def test_noise_takes_correlation_and_no_amplitude() -> None:
    noisy = found(snr=0.05)
    assert np.mean(noisy.left[2:24]) == pytest.approx(1.0, abs=0.05)
    assert noisy.between.resolution() > 1.5 * found().between.resolution()


def test_wrong_angles_take_amplitude_as_the_rule_says() -> None:
    taken = found(angle=5.0)
    s = taken.between.frequency
    rules = {a: pose_error.attenuation(s, pose_error.displacement(a, artefacts.RADIUS)) for a in (3.0, 5.0, 8.0)}
    fits = {a: np.abs(rule - taken.left)[2:20].mean() for a, rule in rules.items()}
    assert min(fits, key=lambda a: float(fits[a])) == 5.0
    assert fits[5.0] < 0.06


def test_the_blind_cases_angle_is_that_of_its_amplitudes() -> None:
    number = artefacts.diagnosis().index(artefacts.NAMES.index("wrong angles"))
    left = artefacts.examined(artefacts.CASES[number][1]).left
    others = {a: np.abs(found(angle=a).left - left)[2:24].mean() for a in (3.0, 4.0, 4.5, 5.0, 5.5, 6.0, 7.0)}
    assert min(others, key=lambda a: float(others[a])) == artefacts.CASES[number][1].angle


def test_the_poses_of_the_other_hand_make_the_mirror_image_of_the_same_images() -> None:
    pose, _, _ = artefacts.signals(90.0, 8)
    other, truth = artefacts.told(pose, Faults(mirrored=True)), artefacts.truth()
    seen = np.asarray(projection.project(truth, pose).data)

    def apart(poses: Pose) -> float:
        images = projection.project(mirrored(np.asarray(truth.data)), poses, pixel=truth.pixel)
        return float(np.abs(np.asarray(images.data) - seen).max() / np.abs(seen).max())

    assert apart(other) < 0.01
    assert apart(pose) > 0.2


def test_the_wrong_hand_troubles_no_half_map() -> None:
    wrong, right = found(mirrored=True), found()
    assert wrong.between.unmasked == pytest.approx(right.between.unmasked, abs=6e-3)
    assert wrong.truth.resolution(0.5) > 4 * right.truth.resolution(0.5)
    assert resolution.fsc(mirrored(wrong.halves.whole.data), artefacts.truth().data, pixel=3.0).resolution(0.5) < 6.5


@pytest.mark.parametrize("shift", [4.0, 9.0])
def test_a_wrong_centre_is_a_bessel_function(shift: float) -> None:
    off = found(shift=shift)
    expected = pose_error.off_centre(off.between.frequency, shift)
    assert off.left[2:28] == pytest.approx(expected[2:28], abs=0.09)
    assert off.truth.unmasked[2:28].min() < -0.25


def test_preferred_views_please_the_halves_and_starve_one_axis() -> None:
    few, even = found(cone=35.0), found()
    assert few.between.unmasked[20:30].mean() > even.between.unmasked[20:30].mean()
    assert few.around.cfar < 0.3 < 0.7 < even.around.cfar
    around = few.around
    missing = np.abs(around.directions[:, 2]) > np.cos(np.radians(30))
    assert around.areas[missing].max() < 0.2 * around.areas.max()
    assert around.resolutions()[missing].min() > 2 * around.resolutions().min()


def test_cones_are_those_of_a_plain_count() -> None:
    rng = np.random.default_rng(1)
    shared = rng.standard_normal((24, 24, 24))
    a, b = (shared + 0.7 * rng.standard_normal(shared.shape) for _ in range(2))
    around = cones.conical(a, b, 2.0)
    fa, fb = np.fft.fftn(a), np.fft.fftn(b)
    k = np.fft.fftfreq(24, 1 / 24)
    z, y, x = np.meshgrid(k, k, k, indexing="ij")
    radius = np.sqrt(x**2 + y**2 + z**2)
    for row in (0, 17, 40):
        along = np.abs(np.stack([x, y, z], axis=-1) @ around.directions[row]) / np.maximum(radius, 1e-9)
        for shell in (6, 10):
            chosen = (np.rint(radius) == shell) & (along >= np.cos(np.radians(20)))
            cross = (fa[chosen] * fb[chosen].conj()).real.sum()
            power = np.sqrt((np.abs(fa[chosen]) ** 2).sum() * (np.abs(fb[chosen]) ** 2).sum())
            assert around.curves[row, shell] == pytest.approx(cross / power)


@pytest.mark.parametrize("way", ["nearest", "linear"])
def test_a_slice_keeps_its_energy_and_with_linear_weights_its_place(way: insertion.Way) -> None:
    points = insertion.plane(33, 14, 27.0, 5.0)[400:]
    values = np.random.default_rng(0).exponential(size=len(points))
    cube = insertion.insert(values, points, 33, way)
    assert cube.sum() == pytest.approx(values.sum(), rel=1e-12)
    moved = np.abs(insertion.middle(cube) - values @ points / values.sum()).max()
    assert (moved < 1e-9) == (way == "linear")


def test_a_slice_that_is_wrong_is_told_what_is_wrong() -> None:
    points = insertion.plane(24, 10, 31.0, 12.0)
    values = np.random.default_rng(1).exponential(size=len(points))
    trial = (values, points, 24)
    right = insertion.insert(*trial)
    assert not insertion.judged([(trial, right)])
    assert "arrived" in insertion.judged([(trial, 0.99 * right)])
    assert "gravity" in insertion.judged([(trial, insertion.insert(*trial, way="nearest"))])
    smeared = (np.roll(right, 1, 0) + np.roll(right, -1, 0)) / 2
    assert "single cells" in insertion.judged([(trial, smeared)])
    assert "wanted" in insertion.judged([(trial, right[0])])


def test_a_bare_division_shouts_and_a_thirtieth_of_the_prior_silences_it() -> None:
    errors = [_error(_divided(prior, 100, 0.2).data) for prior in (0.0, 0.03, 0.3, 3.0)]
    assert errors[0] > 3 * errors[1]
    assert max(errors[1:]) < 1.15 * min(errors[1:])


def test_the_derivations_approximations_shrink_as_they_say() -> None:
    few, many = (evaluate(WIENER, {"images": m}) for m in (5, 500))
    assert many[3] < 0.1 * few[3]
    small, large = (evaluate(TAU, {"values": v}) for v in (20, 5000))
    assert large[0] < small[0]
    worst = evaluate(TAU, {"values": 20, "ratio": 0.05})
    assert max(worst[1], worst[2]) < 1e-9
