"""Laws of masks: raised cosines, growth by distances, the envelope of a density."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import underfocus as uf
from underfocus.base import units
from underfocus.base.errors import InputError
from underfocus.maths import masks


def ball(n: int, radius: float, centre: tuple[float, float, float] | None = None) -> np.ndarray:
    z, y, x = centre or (n // 2,) * 3
    k, j, i = np.ogrid[:n, :n, :n]
    return (k - z) ** 2 + (j - y) ** 2 + (i - x) ** 2 <= radius**2


def test_the_edge_is_a_raised_cosine() -> None:
    high, low = (2 + np.sqrt(2)) / 4, (2 - np.sqrt(2)) / 4
    assert masks.falloff(np.array([-1, 0, 1, 2, 3, 4, 9.0]), 4) == pytest.approx([1, 1, high, 0.5, low, 0, 0])
    assert masks.falloff(np.array([-1.0, 0.0, 1e-9]), 0).tolist() == [1, 1, 0]
    with pytest.raises(InputError, match="at least 0 pixels wide"):
        masks.falloff(np.zeros(1), -1)


@pytest.mark.parametrize("n", [20, 21])
@pytest.mark.parametrize("dims", [2, 3])
def test_a_sphere_is_about_the_origin_and_even(n: int, dims: int) -> None:
    found = masks.sphere(n, 5, edge=3, dims=dims)
    assert found.shape == (n,) * dims
    around = (slice(n // 2 - 9, n // 2 + 10),) * dims
    assert np.array_equal(found[around], np.flip(found[around]))
    along = found[(*[n // 2] * (dims - 1), slice(n // 2, None))]
    assert along[:6] == pytest.approx(1)
    assert along[5:9] == pytest.approx([1, 0.75, 0.25, 0])
    assert np.array_equal(masks.sphere(n, 5, dims=dims) == 1, np.asarray(found) == 1)


@given(extend=st.floats(0, 4), edge=st.floats(0.5, 5), seed=st.integers(0, 50))
@settings(max_examples=15, deadline=None)
def test_a_mask_falls_with_the_distance_from_the_density(extend: float, edge: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    density = np.zeros((14, 14, 14))
    places = rng.integers(3, 11, (3, 3))
    density[tuple(places.T)] = 1
    found = masks.from_density(density, threshold=0.5, extend=extend, edge=edge)
    grid = np.stack(np.meshgrid(*[np.arange(14)] * 3, indexing="ij"), axis=-1)
    nearest = np.linalg.norm(grid[..., None, :] - places, axis=-1).min(axis=-1)
    assert np.allclose(found, masks.falloff(nearest - extend, edge))


def test_softening_touches_nothing_inside() -> None:
    inside = ball(24, 6)
    found = masks.soften(inside, 4)
    assert np.all(found[inside] == 1)
    assert np.all(found[~inside] < 1)
    assert np.all(found[~ball(24, 11)] == 0)
    assert np.array_equal(masks.soften(inside, 0), inside)
    assert np.all(masks.soften(np.ones((4, 4, 4)), 3) == 1)
    with pytest.raises(InputError, match="empty"):
        masks.soften(np.zeros((4, 4, 4)), 3)


def test_without_a_threshold_a_noisy_particle_is_found() -> None:
    inside = ball(48, 10, (20, 26, 24))
    density = inside + np.random.default_rng(0).normal(scale=0.1, size=inside.shape)
    found = masks.from_density(density, extend=0, edge=0)
    assert np.all(found[inside] == 1)
    assert np.all(found[~ball(48, 15, (20, 26, 24))] == 0)
    assert np.array_equal(masks.from_density(7 * density, extend=0, edge=0), found), "the unit does not matter"


def test_blur_comes_before_the_threshold() -> None:
    density = np.zeros((17, 17, 17))
    density[8, 8, 8] = 1
    sharp = masks.from_density(density, threshold=0.02, extend=0, edge=0)
    smooth = masks.from_density(density, threshold=0.02, extend=0, edge=0, blur=1.0)
    # (2π)^(−3/2) exp(−r²/2) > 0.02 where r² < 2.3
    assert sharp.sum() == 1
    assert smooth.sum() == ball(17, np.sqrt(2.3)).sum()


def test_what_cannot_be_masked_is_refused() -> None:
    with pytest.raises(InputError, match="no voxel lies above the threshold 2"):
        masks.from_density(np.ones((6, 6, 6)), threshold=2)
    with pytest.raises(InputError, match="grown by at least 0 pixels"):
        masks.from_density(np.ones((6, 6, 6)), threshold=0, extend=-1)


def test_a_tensor_gets_a_tensor() -> None:
    torch = pytest.importorskip("torch")
    density = ball(16, 4).astype(np.float32)
    found = masks.from_density(torch.tensor(density), threshold=0.5)
    assert found.dtype == torch.float32
    assert np.allclose(found.numpy(), masks.from_density(density, threshold=0.5))
    assert torch.is_tensor(masks.soften(torch.tensor(density > 0.5), 3))


def speckled(noise: float, n: int = 56) -> tuple[np.ndarray, np.ndarray]:
    """Two balls of density 1 and white noise around them, and where they are."""
    inside = ball(n, 9, (28, 24, 22)) | ball(n, 7, (30, 30, 38))
    return inside, inside + np.random.default_rng(3).normal(scale=noise, size=inside.shape)


@pytest.mark.parametrize("noise", [0.0, 0.5, 1.0, 2.0, 3.0])
def test_the_automatic_mask_holds_however_noisy_the_ground(noise: float) -> None:
    """A tenth of the 99.9th percentile alone encloses noise from 1.0 on; above three deviations nothing does."""
    inside, density = speckled(noise)
    found = masks.envelope(density)
    assert (found & inside).sum() > 0.7 * inside.sum()
    assert found.sum() < 2 * inside.sum()
    assert not (found & ~ball(56, 22)).any(), "nothing lies far from the particle"


def test_the_ground_is_measured_beside_the_particle() -> None:
    inside, density = speckled(0.3)
    level, spread = masks.ground(density + 2)
    assert level == pytest.approx(2, abs=0.01)
    assert spread == pytest.approx(0.3, rel=0.03)
    assert masks.ground(np.where(ball(56, 24), density, 0)) == (0.0, 0.0), "zeros of an earlier mask say nothing"
    assert masks.automatic_threshold(inside.astype(float)) == pytest.approx(0.1), "on a clean ground a tenth"


def test_dust_goes_and_domains_stay() -> None:
    inside = ball(40, 8, (20, 14, 20)) | ball(40, 4, (20, 30, 20))
    dusty = inside.copy()
    dusty[2, 2, 2] = dusty[37, 30, 5:9] = True
    assert np.array_equal(masks.without_dust(dusty), inside)
    assert np.array_equal(masks.without_dust(dusty, np.inf), ball(40, 8, (20, 14, 20)))
    assert masks.without_dust(dusty, 4).sum() == inside.sum() + 4
    assert np.array_equal(masks.without_dust(dusty, 0), dusty)
    with pytest.raises(InputError, match="no piece of the mask has 9999 voxels"):
        masks.without_dust(dusty, 9999)
    with pytest.raises(InputError, match="empty"):
        masks.without_dust(np.zeros((4, 4, 4)))
    with pytest.raises(InputError, match="empty"):
        masks.grown(np.zeros((4, 4, 4)), 1, 1)


def test_automatic_masks_of_real_maps(shared: Path) -> None:
    """Each is one piece that holds its molecule: as much volume as its mass takes, and up to twice as much."""
    for name, kilodaltons in (("betaGal.mrc", 465), ("rotavirus_vp6.mrc", 45)):
        volume = uf.open(shared / "data/volumes" / name)
        assert isinstance(volume, uf.Volume)
        found = masks.envelope(volume.data).sum() * volume.pixel**3 / units.PROTEIN_VOLUME / 1e3
        assert kilodaltons < found < 2.1 * kilodaltons, name
