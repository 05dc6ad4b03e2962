"""Laws of the chapter on waves in two dimensions: what its figures claim of masks, turns, boards and spheres."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from underfocus.maths import fourier, waves
from underfocus.show import scene
from underfocus.study.chapters.waves import painting
from underfocus.study.chapters.waves.blur import figures

N, PIXEL = 64, 2.0
KINDS = get_args(painting.Mask)


def picture() -> np.ndarray:
    """A picture without symmetry."""
    return np.random.default_rng(3).standard_normal((N, N))


def full_sum(image: np.ndarray, kind: painting.Mask, *marks: float) -> np.ndarray:
    """The mask over the whole complex transform and back, the textbook's way."""
    kept = painting.mask(kind, painting.full_plane(N, PIXEL), 1 / (N * PIXEL), *marks)
    axis = np.arange(N) - N // 2
    forward = np.exp(-2j * np.pi * np.outer(axis, axis) / N)
    transform = forward @ image @ forward
    return np.asarray((np.conj(forward) @ (kept * transform) @ np.conj(forward)).real / N**2)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("angle", [0.0, 33.0, 90.0])
def test_painting_a_half_transform_is_painting_the_whole_one(kind: painting.Mask, angle: float) -> None:
    marks = (40.0, 9.0, angle, 0.3)
    image = picture()
    # A wave at Nyquist is its own mate: what a lopsided mask does there depends on which of the two is stored.
    inner = fourier.fft2(image)
    inner[N // 2], inner[:, N // 2] = 0, 0
    image = np.asarray(fourier.ifft2(inner, N))
    assert np.allclose(painting.painted(image, PIXEL, kind, *marks), full_sum(image, kind, *marks), atol=1e-9)


def test_half_of_a_transform_makes_the_picture_at_half_its_strength() -> None:
    for angle in (10.0, 90.0, 145.0):
        made = painting.painted(picture(), PIXEL, "half", 40.0, 9.0, angle)
        assert np.allclose(made, picture() / 2)


def test_complements_make_the_picture_together() -> None:
    image = picture() - picture().mean()
    for one, other, same in (("wedge", "all but a wedge", 40.0), ("disc", "outside of a disc", 12.0)):
        parts = [painting.painted(image, PIXEL, kind, same, same, 30.0, 0.4) for kind in (one, other)]  # type: ignore[arg-type]
        assert np.allclose(sum(parts), image, atol=1e-9)


def test_a_spot_keeps_the_wave_it_lies_on() -> None:
    orders = (6, 3)
    wave, other = waves.wave(N, orders, 1.3, 70.0), waves.wave(N, (-6, 3), 1.0)
    length, angle = waves.period(N * PIXEL, orders), waves.normal(orders)
    assert np.allclose(painting.painted(wave + other, PIXEL, "spot", length, 9.0, angle), wave, atol=1e-9)


def test_a_soft_edge_rings_less() -> None:
    step = np.zeros((N, N))
    step[:, N // 4 : 3 * N // 4] = 1
    hard, soft = (painting.painted(step, PIXEL, "disc", 40.0, 12.0, 0.0, edge) for edge in (0.0, 1.0))
    far = slice(N // 2 - 6, N // 2 + 6)
    assert np.abs(hard[:, far] - 1).max() > 0.02
    assert np.abs(soft[:, far] - 1).max() < 0.2 * np.abs(hard[:, far] - 1).max()


def test_the_transform_turns_with_the_object() -> None:
    n, angle = 128, 37.0
    still, turned = (fourier.display(fourier.fft2(painting.object_at(n, a, (0, 0))), n) for a in (0.0, angle))
    for orders in ((3.0, 4.0), (7.0, -2.0)):
        found = turned[n // 2 + round(orders[1]), n // 2 + round(orders[0])]
        back = waves.spin(orders, -angle)
        axis = np.arange(n) - n // 2
        rows, columns = (np.exp(-2j * np.pi * k * axis / n) for k in (back[1], back[0]))
        expected = rows @ painting.object_at(n, 0.0, (0, 0)) @ columns
        assert found == pytest.approx(expected, abs=1e-6 * abs(still).max())


def test_a_board_has_odd_multiples_only() -> None:
    n, squares = 128, 8
    half = np.abs(fourier.fft2(painting.checkerboard(n, squares)))
    rows = fourier.frequencies1(n, 1 / n).astype(int)
    y, x = np.nonzero(half > 1e-9 * half.max())
    m = squares // 2
    assert all(abs(rows[k]) % m == 0 and (abs(rows[k]) // m) % 2 == 1 for k in y)
    assert all(h % m == 0 and (h // m) % 2 == 1 for h in x)


def test_a_lattice_is_half_waves_and_half_mates() -> None:
    own, mates = painting.lattice(6.0)
    points, independent = waves.count_within(26, 1.0, 26 / 6.0, 3)
    assert len(own) == independent
    found = {tuple(p) for p in np.concatenate([own, mates]).tolist()}
    assert len(found) == points - 1
    assert (0, 0, 0) not in found


def test_the_stack_ends_at_the_picture() -> None:
    small = picture()[:16, :16]
    made, orders = waves.strongest(small, 10_000)
    assert np.allclose(made, small)
    assert len(orders) == 16 * 16 // 2 + 1


def test_hills_stand_where_the_picture_is_bright() -> None:
    drawn = figures.wave_machine.draw(h=2, k=1, view="landscape").pictures[0]
    assert isinstance(drawn, scene.Scene)
    hills = drawn.items[0]
    assert isinstance(hills, scene.Mesh)
    x, y, height = hills.vertices.T
    expected = 0.2 * np.cos(np.pi * (2 * x - y) * 63 / 64 - np.pi * 3 / 64)
    assert np.allclose(height, expected, atol=1e-4)
