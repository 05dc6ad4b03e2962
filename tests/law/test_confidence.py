"""Bands about an FSC cover the truth as often as they say, whether masked or symmetric or not; wrong ones do not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from underfocus.base.errors import InputError
from underfocus.maths import fourier, masks, shells
from underfocus.validation import confidence, resolution

Real = np.ndarray[Any, Any]
SEEDS, N = 200, 27


def symmetrised(values: Real, group: str) -> Real:
    """The mean over the turns of C4 about z or of O, which take an odd grid to itself."""
    about_z = sum(np.rot90(values, k, axes=(1, 2)) for k in range(4)) / 4
    if group == "C4":
        return np.asarray(about_z)
    faces = [np.rot90(about_z, k, axes=(0, 1)) for k in range(4)]
    return np.asarray(sum([*faces, *(np.rot90(about_z, k, axes=(0, 2)) for k in (1, 3))]) / 6)


def plain(values: Real, _: str = "C1") -> Real:
    return values


def signal(group: str, box: int = N) -> Real:
    """White noise in shells whose power falls so that, with unit noise, the FSC goes from 0.95 to 0.02."""
    made = np.random.default_rng(5).standard_normal((box,) * 3, np.float32)
    half = fourier.fft3(made if group == "C1" else symmetrised(made, group))
    index = np.minimum(shells.shell_index(box, 3), box // 2)
    wanted = np.linspace(0.95, 0.02, box // 2 + 1)
    strength = np.sqrt(wanted / (1 - wanted) * box**3 / shells.shell_mean(np.abs(half) ** 2, box, 3))
    return np.asarray(fourier.ifft3(half * strength[index], box))


class Drawn:
    """The curves of many pairs of half maps of one signal, and the truth that they scatter about."""

    def __init__(self, group: str = "C1", mask: Real | None = None, support: Real | None = None) -> None:
        rng = np.random.default_rng(11)
        turn: Callable[[Real, str], Real] = plain if group == "C1" else symmetrised
        self.mask = np.ones((N,) * 3, np.float32) if mask is None else mask.astype(np.float32)
        truth = signal(group) * (1 if support is None else support)
        own = fourier.fft3(truth * self.mask)
        curves, noises, made = [], [], []
        for _ in range(SEEDS):
            noise = [turn(rng.standard_normal((N,) * 3, np.float32), group) for _ in range(2)]
            halves = [fourier.fft3((truth + part) * self.mask) for part in noise]
            curves.append(shells.correlation(halves[0], halves[1], N, 3))
            noises.append(shells.shell_sums(np.abs(halves[0] - own) ** 2, N, 3))
            made = [truth + part for part in noise]
        power = shells.shell_sums(np.abs(own) ** 2, N, 3)
        self.curves, self.last = np.array(curves), made
        self.truth = power / (power + np.mean(noises, axis=0))

    def covered(self, free: Real, *, drawn: bool = False) -> float:
        """The part of seeds and shells whose band holds the truth; the origin is no shell."""
        low, high = confidence.ends(self.curves, free, drawn=drawn)
        return float(((low <= self.truth) & (self.truth <= high))[:, 1:].mean())


BALL = masks.sphere(N, 6, 4)
SLAB = np.zeros((N, N, N))
SLAB[10:17, 4:22, 4:22] = 1


@pytest.fixture(scope="module")
def unmasked() -> Drawn:
    return Drawn()


def test_the_band_covers_unmasked(unmasked: Drawn) -> None:
    assert 0.93 <= unmasked.covered(confidence.freedom(N)) <= 0.97


def test_pairs_counted_wrong_do_not_cover(unmasked: Drawn) -> None:
    """Half the pairs, as if a complex voxel were one number; or twice, as if Friedel's mates were news."""
    free = confidence.freedom(N)
    assert unmasked.covered(free / 2) > 0.98
    assert unmasked.covered(2 * free) < 0.90


def test_fishers_scale_is_for_a_signal_that_is_drawn_too(unmasked: Drawn) -> None:
    """Of one molecule it covers too much where the FSC is high; of signals drawn anew it is right, ours too narrow."""
    free, high = confidence.freedom(N), slice(2, 6)
    low, up = confidence.ends(unmasked.curves, free, drawn=True)
    assert ((low <= unmasked.truth) & (unmasked.truth <= up))[:, high].mean() > 0.97
    rng, rho, found = np.random.default_rng(2), 0.8, []
    for _ in range(SEEDS):
        common = np.sqrt(rho) * rng.standard_normal((2_000,))
        a, b = (common + np.sqrt(1 - rho) * rng.standard_normal(2_000) for _ in range(2))
        found.append(
            np.add.reduceat(a * b, range(0, 2_000, 50))
            / np.sqrt(np.add.reduceat(a * a, range(0, 2_000, 50)) * np.add.reduceat(b * b, range(0, 2_000, 50)))
        )
    for drawn, least, most in ((True, 0.93, 0.97), (False, 0.0, 0.92)):
        low, up = confidence.ends(np.array(found), 50.0, drawn=drawn)
        assert least <= ((low <= rho) & (rho <= up)).mean() <= most


@pytest.mark.parametrize("group", ["C4", "O"])
def test_the_band_covers_symmetric_maps(group: str) -> None:
    found = Drawn(group)
    assert 0.93 <= found.covered(confidence.freedom(N, group=group)) <= 0.97
    assert found.covered(confidence.freedom(N)) < 0.75, "symmetry takes degrees of freedom away"


@pytest.mark.parametrize("mask", [BALL, SLAB], ids=["ball", "slab"])
def test_the_band_covers_masked_maps(mask: Real) -> None:
    found = Drawn(mask=mask)
    assert 0.93 <= found.covered(confidence.freedom(N, mask**2)) <= 0.97
    assert found.covered(confidence.freedom(N)) < 0.80, "a mask takes degrees of freedom away"
    naive = (mask**2).sum() ** 2 / (N**3 * (mask**4).sum())
    assert found.covered(naive * confidence.freedom(N)) > 0.985, "the part of the box takes too many"


def test_the_band_covers_masked_symmetric_maps() -> None:
    found = Drawn("C4", mask=BALL)
    assert 0.93 <= found.covered(confidence.freedom(N, BALL**2, "C4")) <= 0.97


def test_a_signal_confined_to_a_part_of_the_box_changes_nothing() -> None:
    """What is random is the noise, and that fills the box."""
    found = Drawn(support=masks.sphere(N, 6, 3))
    assert 0.93 <= found.covered(confidence.freedom(N)) <= 0.97


def test_the_envelope_of_the_noise_is_measured() -> None:
    """Halves that were cut to a ball beforehand, without a mask given, have the ball's degrees of freedom."""
    cut, full = (Drawn(mask=mask) for mask in (masks.sphere(N, 8, 4), np.ones((N,) * 3)))
    measured = confidence.freedom(N, confidence.noise_envelope(*[half * cut.mask for half in cut.last]))
    assert measured[4:] == pytest.approx(confidence.freedom(N, cut.mask**2)[4:], rel=0.15)
    assert 0.92 <= cut.covered(measured) <= 0.98
    assert confidence.freedom(N, confidence.noise_envelope(*full.last)) == pytest.approx(
        confidence.freedom(N), rel=0.06
    )


def test_noise_that_is_stronger_in_some_directions_leaves_fewer_pairs() -> None:
    """Views that crowd along one axis: nine times the noise power within 45° of it."""
    rng = np.random.default_rng(2)
    z, y, x = fourier.frequencies3(N, 1 / N)
    gain = np.where(z**2 > x**2 + y**2, 3.0, 1.0)
    truth, curves, power = fourier.fft3(signal("C1")), [], []
    for _ in range(SEEDS):
        noise = [gain * fourier.fft3(rng.standard_normal((N,) * 3, np.float32)) for _ in range(2)]
        curves.append(shells.correlation(truth + noise[0], truth + noise[1], N, 3))
        power.append(shells.shell_sums(np.abs(noise[0]) ** 2, N, 3))
    own = shells.shell_sums(np.abs(truth) ** 2, N, 3)
    true, free = own / (own + np.mean(power, axis=0)), confidence.freedom(N)
    uneven = confidence.unevenness(*(fourier.ifft3(truth + part, N) for part in noise))
    rates = []
    for part in (free / uneven, free):
        low, high = confidence.ends(np.array(curves), part)
        rates.append(((low <= true) & (true <= high))[:, 4:].mean())
    assert 0.92 <= rates[0] <= 0.97
    assert rates[1] < 0.90
    alike = confidence.unevenness(*rng.standard_normal((2, N, N, N)))
    assert alike[4:] == pytest.approx(np.ones(N // 2 - 3), abs=0.05)


def test_the_corrected_curve_and_the_interval_cover() -> None:
    """The whole way of the verb: random phases, correction, band, and the resolution where it crosses the threshold."""
    box, rng, mask = 24, np.random.default_rng(3), masks.sphere(24, 7, 4)
    made = signal("C1", box)
    own, bands, noises, free = fourier.fft3(made * mask), [], [], None
    for seed in range(SEEDS):
        halves = [(made + rng.standard_normal(made.shape)).astype(np.float32) for _ in range(2)]
        noises.append(shells.shell_sums(np.abs(fourier.fft3(halves[0] * mask) - own) ** 2, box, 3))
        curve = resolution.fsc(*halves, mask, pixel=2.0, seed=seed)
        if free is None:
            free = confidence.band(curve, *halves, mask).freedom
        low, high = confidence._of_corrected(curve, free, 0.95)
        bands.append(confidence.Band(curve, low, high, free, 0.95))
    power = shells.shell_sums(np.abs(own) ** 2, box, 3)
    masked = power / (power + np.mean(noises, axis=0))
    randomised = np.mean([b.curve.randomised for b in bands], axis=0)
    truths = [resolution.corrected(masked, randomised, b.curve.randomised_from or 0) for b in bands]
    inside = np.array([(b.low <= t) & (t <= b.high) for b, t in zip(bands, truths, strict=True)])[:, 1:]
    assert 0.93 <= inside.mean() <= 0.97
    at = resolution.crossing(truths[0], 0.143, box, 2.0)
    intervals = [b.interval() for b in bands]
    assert 0.91 <= np.mean([fine <= at <= coarse for fine, coarse in intervals]) <= 0.99
    for b, (fine, coarse) in zip(bands, intervals, strict=True):
        assert fine <= b.curve.resolution() <= coarse


def test_the_scale_has_slope_one_at_nought_and_an_inverse() -> None:
    r = np.linspace(-0.95, 0.999, 60)
    for drawn in (False, True):
        assert confidence.from_stabilised(confidence.stabilised(r, drawn=drawn), drawn=drawn) == pytest.approx(r)
        assert confidence.stabilised(1e-6, drawn=drawn) == pytest.approx(1e-6, rel=1e-4)
    step, rho = 1e-6, np.array([0.1, 0.5, 0.9])
    slope = (confidence.stabilised(rho + step) - confidence.stabilised(rho - step)) / (2 * step)
    assert slope == pytest.approx(1 / ((1 - rho) * np.sqrt(1 + 2 * rho - rho**2)), rel=1e-5)


def test_orbits_of_the_grid_are_counted() -> None:
    """Under O the numbers that are free are the orbits of the voxels (Burnside), which the formula follows."""
    k = np.rint(np.fft.fftfreq(N) * N).astype(int)
    z, y, x = np.meshgrid(k, k, k, indexing="ij")
    points = np.stack([x, y, z], axis=-1).reshape(-1, 3)
    radius = np.rint(np.linalg.norm(points, axis=1)).astype(int)
    from underfocus.maths import symmetry

    turned = np.rint(points @ symmetry.operators("O").swapaxes(1, 2)).astype(int)
    key = (turned + N) @ np.array([1, 4 * N, 16 * N * N])
    first = key.min(axis=0)
    counted = np.array([len(np.unique(first[radius == s])) for s in range(N // 2 + 1)])
    assert confidence.freedom(N, group="O")[3:] == pytest.approx(counted[3:], rel=0.2, abs=1)


def test_intervals_stop_at_nyquist_and_at_the_box() -> None:
    def made(values: Real) -> confidence.Band:
        curve = resolution.Fsc(np.arange(17) / 64, values, 2.0, 32)
        return confidence.Band(curve, *confidence.ends(values, 50.0), np.full(17, 50.0), 0.95)

    assert made(np.full(17, 0.9)).interval() == (4.0, 4.0)
    assert made(np.full(17, 0.2)).interval() == (4.0, 64.0)
    fine, coarse = made(np.linspace(1, -0.2, 17)).interval()
    assert 4.0 < fine < coarse < 64.0


def test_equal_halves_have_an_even_envelope_and_no_width() -> None:
    a = np.random.default_rng(1).standard_normal((16, 16, 16)).astype(np.float32)
    assert np.array_equal(confidence.noise_envelope(a, 2 * a), np.ones(a.shape))
    found = confidence.band(resolution.fsc(a, 2 * a), a, 2 * a)
    assert found.low[1:] == pytest.approx(np.ones(8), abs=1e-3)
    assert found.interval() == (2.0, 2.0)


def test_refused_in_words() -> None:
    rng = np.random.default_rng(1)
    a, b = rng.standard_normal((2, 16, 16, 16))
    curve = resolution.fsc(a, b)
    for call, sentence in (
        (lambda: confidence.ends(0.5, 10, 1.0), "between 0 and 1"),
        (lambda: confidence.freedom(16, np.ones((4, 4, 4))), "maps' shape"),
        (lambda: confidence.freedom(16, np.zeros((16, 16, 16))), "somewhere above 0"),
        (lambda: confidence.noise_envelope(a, a[:8]), "one size"),
        (lambda: confidence.band(curve, a, b, np.ones((16, 16, 16))), "same mask"),
    ):
        with pytest.raises(InputError, match=sentence):
            call()
