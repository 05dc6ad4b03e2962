"""Twin images: the same signal as simulation makes of the same metadata, noise of the measured colour, seeded."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.law.made import density

import underfocus as uf
from underfocus.base.errors import InputError
from underfocus.data.aberrations import Aberrations
from underfocus.data.optics import Optics, spread
from underfocus.data.particles import Particles
from underfocus.data.pose import Pose
from underfocus.inference.agreement import agreement
from underfocus.inference.imagenoise import NoiseSpectra, outside
from underfocus.inference.reconstruct import reconstruct
from underfocus.inference.twin import CHUNK, Twin
from underfocus.inference.weighting import Weighting
from underfocus.maths import fourier, shells
from underfocus.physics import dose
from underfocus.physics import noise as noises

N, COUNT = 32, 40
TRUTH = density(N)
LENSES = {
    "plain": Optics(defocus=spread(6_000, 16_000, COUNT), astigmatism=800.0, bfactor=60.0),
    "aberrated": Optics(
        defocus=spread(6_000, 16_000, COUNT), aberrations=Aberrations(beam_tilt_x=2.0, trefoil_y=300.0)
    ),
}


def silent(count: int = COUNT) -> NoiseSpectra:
    return NoiseSpectra(np.zeros((1, N // 2 + 1)), np.zeros(count, int))


@pytest.mark.parametrize("lens", LENSES)
@pytest.mark.parametrize("contrast", ["white", "dark"])
def test_without_noise_a_twin_is_the_simulation(lens: str, contrast: str) -> None:
    pose = Pose.random(COUNT, 1, shift=5.0)
    made = uf.simulate(TRUTH, pose, LENSES[lens], contrast=contrast)  # type: ignore[arg-type]
    twin = Twin(made, TRUTH, silent(), Weighting()).imitation()
    images = made.images().data
    assert np.abs(twin.images().data - images).max() < 2e-4 * np.abs(images).max()
    picked = np.array([7, 3, 31])
    assert np.allclose(twin[picked].images().data, images[picked], atol=2e-4 * np.abs(images).max())


@pytest.mark.parametrize("lens", LENSES)
@pytest.mark.parametrize("treated", ["flipped", "multiplied"])
def test_images_treated_beforehand_reconstruct_to_the_same_map(lens: str, treated: str) -> None:
    count = 600
    optics = replace(LENSES[lens], defocus=spread(6_000, 16_000, count))
    made = uf.simulate(TRUTH, Pose.random(count, 1, shift=5.0), optics)
    plain = reconstruct(Twin(made, TRUTH, silent(count), Weighting()).imitation())
    before = replace(made, treated=treated)  # type: ignore[arg-type]
    found = reconstruct(Twin(before, TRUTH, silent(count), Weighting()).imitation())
    scale = np.sum(found.data * plain.data) / np.sum(plain.data**2)
    assert scale == pytest.approx(1, abs=0.02)
    assert np.corrcoef(found.data.ravel(), plain.data.ravel())[0, 1] > 0.99


def test_noise_has_the_colour_of_its_group_and_each_image_its_own_stream() -> None:
    count, rng = 400, np.random.default_rng(2)
    group = np.arange(count) % 2
    shell = np.arange(N // 2 + 1)
    power = np.stack([4 / (1 + shell / 4), 1 + shell / 10])
    empty = Particles(np.zeros((count, N, N), np.float32), 3.0, Optics(defocus=10_000.0), Pose.random(count, 1))
    empty = replace(empty, columns={"rlnOpticsGroup": group.astype(str)})
    nothing = uf.Volume(np.zeros((N,) * 3, np.float32), 3.0)
    twin = Twin(empty, nothing, NoiseSpectra(power, group), Weighting(), seed=5)
    images = twin.imitation().images().data
    for g in (0, 1):
        spectrum = shells.shell_mean(np.abs(fourier.fft2(images[group == g])) ** 2, N, 2).mean(axis=0) / N**2
        assert spectrum[2:] / power[g, 2:] == pytest.approx(1, abs=0.08)
    found = outside(twin.imitation())
    assert np.median(found.power[:, 3:] / power[:, 3:], axis=1) == pytest.approx(1, abs=0.08)
    rows = rng.permutation(count)[:30]
    assert np.allclose(twin.images(rows), images[rows], atol=1e-5)
    assert abs(np.corrcoef(images[0].ravel(), images[2].ravel())[0, 1]) < 0.15
    other = Twin(empty, nothing, NoiseSpectra(power, group), Weighting(), seed=6).images(rows)
    assert abs(np.corrcoef(other.ravel(), images[rows].ravel())[0, 1]) < 0.05
    drawn = noises.white((count, N, N), 1.0, 5)  # what a simulation of the same seed has as its noise
    assert abs(np.corrcoef(drawn.ravel(), images.ravel())[0, 1]) < 0.01


def test_noise_of_multiplied_images_is_multiplied_too() -> None:
    count = 300
    made = uf.simulate(TRUTH, Pose.random(count, 1), Optics(defocus=spread(6_000, 16_000, count)), snr=0.01, seed=3)
    ctf = uf.ctf2(N, made.pixel, made.optics)
    done = replace(made.with_images(fourier.ifft2(-fourier.fft2(made.images().data) * ctf, N)), treated="multiplied")
    noise = outside(done)
    again = Twin(done, TRUTH, noise, Weighting(), seed=4).imitation()
    assert np.median(outside(again).power[0, 3:-1] / noise.power[0, 3:-1]) == pytest.approx(1, abs=0.05)
    near = [np.abs(fourier.fft2(p.images().data)) ** 2 for p in (done, again)]
    zeros = np.abs(ctf) < 0.1
    assert near[0][zeros].mean() < 0.1 * near[0].mean()
    assert near[1][zeros].mean() < 0.1 * near[1].mean()


def test_dose_and_scale_weaken_the_signal() -> None:
    made = uf.simulate(TRUTH, Pose.random(COUNT, 1), LENSES["plain"])
    exposure = np.linspace(0, 50, COUNT)
    weak = Twin(replace(made, scale=np.full(COUNT, 0.5)), TRUTH, silent(), Weighting(exposure=exposure)).imitation()
    full, left = (np.abs(fourier.fft2(p.images().data)) for p in (made, weak))
    k = (3, 0)  # ky = 3
    kept = 0.5 * np.exp(-exposure / (2 * dose.critical_exposure(np.array(3 / (N * made.pixel)))))
    assert left[:, *k] / full[:, *k] == pytest.approx(kept, rel=1e-3)


def test_images_agree_with_their_map_and_residuals_are_the_noise() -> None:
    count = 400
    made = uf.simulate(TRUTH, Pose.random(count, 1), Optics(defocus=spread(6_000, 16_000, count)), snr=0.1, seed=3)
    twin = Twin(made, TRUTH, outside(made), Weighting())
    seen = agreement(made, twin, np.arange(count))
    assert seen.mean == pytest.approx(1, abs=4 * seen.mean_error)
    assert seen.mean_error < 0.02
    assert abs(seen.excess[0]) < 4 * seen.excess[1]
    assert np.std(seen.strength) == pytest.approx(np.mean(seen.error), rel=0.15)
    assert np.median(seen.residual.power[0, 3:-1] / twin.noise.power[0, 3:-1]) == pytest.approx(1, abs=0.05)
    assert seen.share[2:10] == pytest.approx(1, abs=0.1)
    turned = agreement(
        replace(made, contrast="dark"), replace(twin, particles=replace(made, contrast="dark")), np.arange(count)
    )
    assert turned.mean == pytest.approx(-1, abs=0.05)


def test_what_has_no_twin_is_refused() -> None:
    made = uf.simulate(TRUTH, Pose.random(COUNT, 1), LENSES["plain"], snr=0.1, seed=1)
    with pytest.raises(InputError, match="have none"):
        Twin(replace(made, pose=None), TRUTH, silent(), Weighting())
    with pytest.raises(InputError, match="whitened"):
        Twin(made.whiten(), TRUTH, silent(), Weighting())
    for wrong in (density(24), uf.Volume(TRUTH.data, 4.0)):
        with pytest.raises(InputError, match="resample"):
            Twin(made, wrong, silent(), Weighting())
    with pytest.raises(InputError, match="noise spectrum each"):
        Twin(made, TRUTH, silent(3), Weighting())
    assert CHUNK >= COUNT
