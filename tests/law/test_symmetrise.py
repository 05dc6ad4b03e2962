"""Laws of turning and averaging: against Gaussian atoms, whose density is known exactly wherever they are turned."""

from __future__ import annotations

import numpy as np
import pytest

from underfocus.base.errors import InputError
from underfocus.data.volume import Volume
from underfocus.inference.symmetrise import symmetrise
from underfocus.maths import fourier, interpolation, masks, rotations, shells, symmetry
from underfocus.maths.turning import Turner

N, PIXEL = 40, 2.0


def atoms(count: int, seed: int = 0, within: float = 14.0) -> np.ndarray:
    """Places (count, 3) in voxels about the origin."""
    rng = np.random.default_rng(seed)
    return np.asarray(rotations.random(count, rng)[:, 0] * rng.uniform(0.3 * within, within, (count, 1)))


def density(places: np.ndarray, sigma: float = 1.5, n: int = N) -> np.ndarray:
    """A Gaussian atom at each place (x, y, z)."""
    along = np.arange(n) - n // 2
    x, y, z = (np.exp(-((along - places[:, axis, None]) ** 2) / (2 * sigma**2)) for axis in range(3))
    return np.einsum("az,ay,ax->zyx", z, y, x)


def ball(n: int = N) -> np.ndarray:
    return np.asarray(masks.sphere(n, n / 2 - 1) > 0)


def relative(found: np.ndarray, wanted: np.ndarray, where: np.ndarray | None = None) -> float:
    chosen = ball(len(wanted)) if where is None else where
    return float(np.linalg.norm((found - wanted)[chosen]) / np.linalg.norm(wanted[chosen]))


@pytest.mark.parametrize("n", [40, 41])
@pytest.mark.parametrize("sigma", [1.0, 1.5, 2.5])
def test_turning_and_moving_is_exact_as_far_as_the_samples_are(n: int, sigma: float) -> None:
    """V(R x + t) of atoms at p has them at Rᵀ(p − t). At σ = 1 the samples themselves alias by half a per cent."""
    places, turn, step = atoms(12, 1, 12.0), rotations.random(1, 3)[0], np.array([1.3, -0.4, 2.2])
    found, inside = Turner(density(places, sigma, n))(turn, step)
    wanted = density((places - step) @ turn, sigma, n)
    chosen = ball(n) & inside
    assert relative(found, wanted, chosen) < {1.0: 1.2e-2, 1.5: 3e-4, 2.5: 1e-4}[sigma]
    part, _ = Turner(density(places, sigma, n))(turn, step, slice(7, 11))
    assert np.array_equal(part, found[7:11])


def test_what_lies_outside_is_told_and_nothing_turned_is_the_map() -> None:
    data = density(atoms(5))
    found, inside = Turner(data)(np.eye(3))
    assert inside.all()
    assert relative(found, data) < 1e-4
    _, moved = Turner(data)(np.eye(3), (3.0, 0, 0))
    assert np.array_equal(moved[0, 0], np.arange(N) < N - 3)
    with pytest.raises(InputError, match="must be a cube"):
        Turner(np.zeros((4, 5, 6)))


def test_a_sampler_that_is_prepared_is_sample() -> None:
    data, at = density(atoms(3))[:12, :13, :14], np.random.default_rng(2).uniform(-2, 14, (50, 3))
    for method, boundary in (("linear", "zero"), ("spline", "zero"), ("spline", "wrap")):
        found = interpolation.prepared(data, method, boundary)(at)  # type: ignore[arg-type]
        assert np.array_equal(found, interpolation.sample(data, at, method, boundary))  # type: ignore[arg-type]
    with pytest.raises(InputError, match="prepares nothing"):
        interpolation.prepared(data, "sinc")


@pytest.mark.parametrize(("group", "n"), [("C4", 40), ("D2", 41), ("T", 40), ("O", 30), ("I", 30)])
def test_the_average_of_one_copy_is_all_of_them(group: str, n: int) -> None:
    """Atoms in one place, averaged, are their copies at every operator over how many there are."""
    places = atoms(4, 5, 0.33 * n)
    operators = symmetry.operators(group)
    copies = density(np.concatenate([places @ g for g in operators]), n=n)
    found = symmetrise(Volume(len(operators) * density(places, n=n), PIXEL, (1.0, 2.0, 3.0)), group)
    assert relative(found.volume.data, copies) < 2e-3
    assert found.volume.origin == (1, 2, 3)
    assert found.agreeing < len(found.mates)
    again = symmetrise(Volume(copies, PIXEL), group)
    assert relative(again.volume.data, copies) < 1e-3
    assert again.agreeing == len(again.mates) == len(operators) - 1
    assert again.correlation > 0.999
    assert again.chance < 0.8
    assert again.verdict.startswith(f"The map has {group} about these axes")
    inside = ball(n)
    ratio = shells.correlation(fourier.fft3(again.volume.data * inside), fourier.fft3(copies * inside), n, 3)
    assert ratio[1 : n // 3].min() > 0.999


def test_wrong_axes_and_wrong_groups_are_told_apart() -> None:
    places = np.concatenate([atoms(4, 8) @ g for g in symmetry.operators("D2")])
    right = Volume(density(places), PIXEL)
    turned = Volume(density(places @ rotations.random(1, 1)[0]), PIXEL)
    assert symmetrise(right, "D2").agreeing == 3
    other = symmetrise(turned, "D2")
    assert other.agreeing == 0
    assert "was it aligned" in other.verdict
    higher = symmetrise(right, "D4")
    assert higher.agreeing == 3
    assert "Only 3 of 7 mates agree" in higher.verdict
    assert "the symmetry is lower than D4" in higher.verdict


def test_noise_hides_fine_detail_and_not_the_symmetry() -> None:
    """The mean of four copies has a quarter of the noise's variance, and the verdict stands."""
    copies = density(np.concatenate([atoms(6, 2) @ g for g in symmetry.operators("C4")]))
    noise = np.random.default_rng(4).normal(scale=copies[ball()].std(), size=copies.shape)
    found = symmetrise(Volume(copies + noise, PIXEL), "C4")
    assert found.agreeing == 3
    assert found.mates[0].curve[-8:].max() < 0.5
    left = (found.volume.data - copies)[ball()].var()
    assert 0.2 * noise.var() < left < 0.3 * noise.var()


def spiral(rise: float, twist: float, count: int = 40) -> np.ndarray:
    """Atoms that turn from +x towards +y as z grows: a right-handed helix where twist is positive. Voxels."""
    unit = np.array([[9.0, 0.0, 0.4], [5.0, 3.0, 1.5]])
    found = []
    for number in range(-count, count + 1):
        c, s = np.cos(np.radians(twist * number)), np.sin(np.radians(twist * number))
        found.append(unit @ np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]).T + (0, 0, rise * number))
    return np.concatenate(found)


@pytest.mark.parametrize("twist", [35.0, -35.0])
def test_a_helix_is_laid_along_the_box_and_knows_its_hand(twist: float) -> None:
    rise = 3.3
    whole = density(spiral(rise, twist), 1.5)
    x = np.arange(N) - N // 2
    short = np.where(np.abs(x)[:, None, None] <= 15, whole, 0)  # only the central part is there
    found = symmetrise(Volume(short, PIXEL), rise=rise * PIXEL, twist=twist, central=0.5)
    tube = np.broadcast_to(np.hypot(x[:, None], x) < N / 2 - 1, (N, N, N))
    assert relative(found.volume.data, whole, tube) < 8e-3
    full = Volume(whole, PIXEL)
    right = symmetrise(full, rise=rise * PIXEL, twist=twist)
    assert right.agreeing == len(right.mates) > 1
    wrong = symmetrise(full, rise=rise * PIXEL, twist=-twist)
    assert wrong.agreeing < len(wrong.mates)
    assert wrong.correlation < right.correlation - 0.2


def test_a_helix_with_rings_has_both() -> None:
    places = spiral(4.0, 20.0)
    rings = density(np.concatenate([places @ g for g in symmetry.operators("C3")]))
    found = symmetrise(Volume(rings, PIXEL), "C3", rise=8.0, twist=20.0)
    assert found.agreeing == len(found.mates)
    assert found.name == "a helix of 8 Å and 20° with C3"


def test_what_is_refused() -> None:
    volume = Volume(density(atoms(3)), PIXEL)
    for words, said in (
        ({}, "has no mates"),
        ({"group": "Q3"}, "no point group"),
        ({"group": "T", "rise": 6.0, "twist": 10.0}, "C or D"),
        ({"rise": -2.0, "twist": 10.0}, "rise above 0"),
        ({"rise": 30.0, "twist": 10.0, "central": 0.2}, "holds no unit"),
        ({"rise": 25.0, "twist": 10.0}, "more than a quarter of the box"),
    ):
        with pytest.raises(InputError, match=said):
            symmetrise(volume, **words)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="constant"):
        symmetrise(Volume(np.ones((8, 8, 8)), 1.0), "C2")
    with pytest.raises(InputError, match="cubic volume"):
        symmetrise(Volume(np.ones((8, 8, 9)), 1.0), "C2")
