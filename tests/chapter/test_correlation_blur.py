"""Laws of the chapter on waves in 3D and cross-correlation: what its figures claim, beyond their pictures."""

from __future__ import annotations

import numpy as np
import pytest

from underfocus.base.errors import InputError
from underfocus.maths import convolution, fourier
from underfocus.study.chapters.correlation import hunting, picking
from underfocus.study.chapters.correlation.blur import figures


def reading(figure: str, label: str, **knobs: object) -> float:
    panels = getattr(figures, figure).draw(**knobs)
    return float(next(r.value for r in panels.readouts if r.label == label))


@pytest.mark.parametrize("orders", [(2, 1, 0), (-3, 5, 0), (2, 1, 1), (0, 0, 4), (6, -6, -2)])
def test_a_projection_keeps_the_waves_of_its_plane_alone(orders: tuple[int, int, int]) -> None:
    knobs = dict(zip("hkl", orders, strict=True))
    seen = reading("wave_in_cube", "contrast of the projection", **knobs)
    assert seen == pytest.approx(1.0 if orders[2] == 0 else 0.0, abs=0.02)


@pytest.mark.parametrize("b", [0.0, 80.0, 150.0])
def test_what_was_put_into_a_guinier_plot_comes_out(b: float) -> None:
    assert reading("guinier_plot", "B more than at rest", b=b) == pytest.approx(b, abs=2.0)
    with pytest.raises(InputError, match="longer length to the shorter"):
        figures.guinier_plot.draw(fit_from=3.0 + 1.0, fit_to=6.0)


def test_a_shell_is_strong_where_the_protein_is_only_with_its_own_phases() -> None:
    label = "its power in the middle of the box"
    own, random = (reading("one_shell", label, scrambled=mixed) for mixed in (False, True))
    assert own > 2 * random


@pytest.mark.parametrize(("x", "y"), [(0, 0), (12, -20), (-33, 7)])
def test_a_shift_is_found_in_noise_and_in_its_own_direction(x: int, y: int) -> None:
    first, second = figures.pair(x, y, 0.3, 5)
    assert np.rint(convolution.peak_shift(second, first)) == pytest.approx([y, x])
    assert np.rint(convolution.peak_shift(first, second)) == pytest.approx([-y, -x])


def test_peaks_are_the_highest_and_keep_apart() -> None:
    found = np.random.default_rng(2).standard_normal((60, 80))
    at, heights = hunting.peaks_of(found, 15, 9)
    assert heights[0] == found.max()
    assert np.all(np.diff(heights) <= 0)
    gaps = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1)) + 1e3 * np.eye(15)
    assert gaps.min() >= 9
    y, x = np.mgrid[:60, :80]
    free = np.all([np.hypot(y - a, x - b) >= 9 for a, b in at], axis=0)
    assert found[free].max() <= heights[-1]


def test_the_hunt_finds_all_until_noise_wins() -> None:
    def found(noise: float) -> int:
        _, caught = hunting.hunt(hunting.field(noise, 0.0, 1), hunting.particle(), 1)
        return int(caught.right.sum())

    assert found(1.0) == hunting.HIDDEN
    assert found(30.0) < hunting.HIDDEN


def test_a_scrambled_micrograph_has_its_spectrum_and_nothing_else_of_it() -> None:
    (seen, pixel), (mixed, _) = (picking.picture("micrograph", scrambled) for scrambled in (False, True))
    n = seen.shape[0]
    before, after = (np.abs(fourier.fft2(p)) for p in (seen, mixed))
    kept = np.ones(before.shape, bool)
    kept[[0, n // 2]], kept[:, [0, -1]] = False, False  # the lines that are their own mates
    assert after[kept] == pytest.approx(before[kept], rel=1e-6, abs=1e-6 * before.max())
    assert abs(np.corrcoef(seen.ravel(), mixed.ravel())[0, 1]) < 0.05
    assert pixel == pytest.approx(5.33, abs=0.01)


@pytest.mark.parametrize("kind", ["dark disc", "protein (7PBL)"])
def test_the_mean_of_picks_from_noise_is_the_template(kind: picking.Template) -> None:
    mixed, pixel = picking.picture("micrograph", True)
    pattern = picking.template(kind, 110.0, pixel)
    picks = picking.pick(mixed, pattern, 40)
    assert np.corrcoef(picks.mean.ravel(), pattern.ravel())[0, 1] > 0.6
    anywhere = np.random.default_rng(0).integers(20, 220, (40, 2))
    half = pattern.shape[0] // 2
    mean = np.mean([mixed[y - half : y + half, x - half : x + half] for y, x in anywhere], axis=0)
    assert abs(np.corrcoef(mean.ravel(), pattern.ravel())[0, 1]) < 0.5


def test_a_template_wider_than_the_picture_is_refused() -> None:
    with pytest.raises(InputError, match="too wide"):
        picking.pick(np.zeros((30, 30)), np.zeros((30, 30)), 3)
