"""Laws of the space of rotations: exp, log, slerp, means against brute force, densities, grids and their covering."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from underfocus.base.errors import InputError
from underfocus.maths import rotations, so3

VECTORS = arrays(float, 3, elements=st.floats(-100, 100))
SEEDS = st.integers(0, 99_999)


def within(n: int, degrees: float, seed: int) -> np.ndarray:
    """Rotations about a random one, none further than so many degrees."""
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(n, 3))
    vectors *= rng.uniform(0, degrees, n)[:, None] / np.linalg.norm(vectors, axis=1)[:, None]
    return np.asarray(so3.exp(vectors) @ rotations.random(1, rng)[0])


@given(VECTORS, st.floats(-15, 0))
@settings(max_examples=80, deadline=None)
def test_log_undoes_exp(direction: np.ndarray, exponent: float) -> None:
    v = direction * 10**exponent
    assert np.allclose(so3.log(so3.exp(v)), v, rtol=1e-9, atol=1e-12)


@given(SEEDS)
@settings(max_examples=40, deadline=None)
def test_exp_undoes_log_and_is_scipys(seed: int) -> None:
    from scipy.spatial.transform import Rotation

    r = rotations.random(20, seed)
    vectors = so3.log(r)
    assert np.abs(so3.exp(vectors) - r).max() < 1e-14
    assert np.allclose(vectors, Rotation.from_matrix(r).as_rotvec(degrees=True), atol=1e-10)
    assert np.allclose(np.linalg.norm(vectors, axis=-1), rotations.distance(np.eye(3), r))


@given(SEEDS)
@settings(max_examples=40, deadline=None)
def test_slerp_has_its_ends_a_constant_speed_and_scipys_path(seed: int) -> None:
    from scipy.spatial.transform import Rotation, Slerp

    a, b = rotations.random(2, seed)
    times = np.linspace(0, 1, 9)
    path = so3.slerp(a, b, times)
    assert np.abs(path[[0, -1]] - [a, b]).max() < 1e-14
    whole = rotations.distance(a, b)
    assert np.allclose(rotations.distance(path[1:], path[:-1]), whole / 8)
    assert np.allclose(path, Slerp([0, 1], Rotation.from_matrix([a, b]))(times).as_matrix(), atol=1e-9)


def test_slerp_broadcasts() -> None:
    a, b = rotations.random(5, 1), rotations.random(5, 2)
    assert so3.slerp(a, b, 0.5).shape == (5, 3, 3)
    assert so3.slerp(a, b, np.linspace(0, 1, 4)[:, None]).shape == (4, 5, 3, 3)


def test_nearest_is_a_rotation_even_of_a_mirror() -> None:
    rng = np.random.default_rng(3)
    for m in (*rng.normal(size=(5, 3, 3)), np.diag([1.0, 1.0, -1.0])):
        found = so3.nearest(m)
        assert np.linalg.det(found) == pytest.approx(1)
        assert np.allclose(found @ found.T, np.eye(3))
        best = min(float(((r - m) ** 2).sum()) for r in so3.hopf_grid(2))
        assert ((found - m) ** 2).sum() <= best + 1e-12


@pytest.mark.parametrize("metric", ["chordal", "geodesic"])
@pytest.mark.parametrize("seed", range(3))
def test_a_mean_is_where_brute_force_finds_it(metric: str, seed: int) -> None:
    r = within(7, 70, seed)
    weights = np.random.default_rng(seed).uniform(0.2, 2, 7)

    def cost(candidates: np.ndarray) -> np.ndarray:
        angles = np.radians(rotations.distance(candidates[:, None], r))
        each = angles**2 if metric == "geodesic" else 8 * np.sin(angles / 2) ** 2
        return np.asarray((weights * each).sum(-1))

    best, step = np.asarray(so3.nearest(r.sum(0))), 8.0
    while step > 1e-5:
        grid = so3.local_grid(best, step, 2 * step)
        best, step = grid[np.argmin(cost(grid))], step / 2
    found = so3.mean(r, weights, metric)  # type: ignore[arg-type]
    assert float(rotations.distance(found, best)) < 1e-3
    assert cost(found[None])[0] <= cost(best[None])[0] + 1e-12


@given(SEEDS, st.sampled_from(["chordal", "geodesic"]))
@settings(max_examples=30, deadline=None)
def test_means_turn_along_and_of_two_are_halfway(seed: int, metric: str) -> None:
    r, turn = within(5, 60, seed), rotations.random(1, seed + 1)[0]
    here = so3.mean(r, metric=metric)  # type: ignore[arg-type]
    assert np.allclose(so3.mean(turn @ r, metric=metric), turn @ here, atol=1e-9)  # type: ignore[arg-type]
    assert np.allclose(so3.mean(r @ turn, metric=metric), here @ turn, atol=1e-9)  # type: ignore[arg-type]
    half = so3.mean(r[:2], metric=metric)  # type: ignore[arg-type]
    assert np.allclose(half, so3.slerp(r[0], r[1], 0.5), atol=1e-9)


def test_the_chordal_mean_is_markleys() -> None:
    r = within(9, 80, 4)
    q = rotations.to_quaternion(r)
    _, vectors = np.linalg.eigh(q.T @ q)
    assert np.allclose(so3.mean(r), rotations.from_quaternion(vectors[:, -1]), atol=1e-12)


def test_means_are_batched_and_bad_ones_refused() -> None:
    r = np.stack([within(6, 50, s) for s in range(4)])
    assert np.allclose(so3.mean(r)[2], so3.mean(r[2]))
    assert np.allclose(so3.mean(r, metric="geodesic")[3], so3.mean(r[3], metric="geodesic"), atol=1e-9)
    with pytest.raises(InputError, match="chordal or geodesic"):
        so3.mean(np.eye(3))
    with pytest.raises(InputError, match="geodesic"):
        so3.mean(r, metric="median")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="negative"):
        so3.mean(r[0], [-1, 1, 1, 1, 1, 1])


def test_torch_agrees_and_has_gradients() -> None:
    torch = pytest.importorskip("torch")
    v = torch.tensor([[10.0, 20.0, -30.0], [0.0, 0.0, 0.0]], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda x: so3.log(so3.exp(x)), (v,))
    r = torch.from_numpy(within(5, 40, 2))
    assert np.allclose(so3.mean(r).numpy(), so3.mean(r.numpy()))
    assert np.allclose(so3.mean(r, metric="geodesic").numpy(), so3.mean(r.numpy(), metric="geodesic"))
    assert np.allclose(so3.slerp(r[0], r[1], 0.3).numpy(), so3.slerp(r[0].numpy(), r[1].numpy(), 0.3))
    assert float(so3.angle_density(torch.tensor(180.0, dtype=torch.float64))) == pytest.approx(2 / 180)


# densities


def test_the_density_of_angles_is_that_of_random_rotations() -> None:
    a = np.linspace(0, 180, 18_001)
    density = so3.angle_density(a)
    assert np.trapezoid(density, a) == pytest.approx(1, abs=1e-8)
    assert np.trapezoid(a * density, a) == pytest.approx(126.48, abs=5e-3)
    assert np.interp(0.5, so3.angle_share(a), a) == pytest.approx(132.35, abs=5e-3)
    assert np.allclose(np.gradient(so3.angle_share(a), a)[1:-1], density[1:-1], atol=1e-9)
    assert np.array_equal(so3.angle_density([-1, 181]), [0, 0])
    angles = np.sort(rotations.distance(np.eye(3), so3.uniform(20_000, 3)))
    gap = np.abs(so3.angle_share(angles) - (np.arange(20_000) + 0.5) / 20_000).max()
    assert gap < 1.95 / np.sqrt(20_000), "Kolmogorov–Smirnov at one in a thousand"


# grids


@pytest.mark.parametrize("order", range(6))
def test_healpix_counts_units_and_rings_hold_exactly_their_area(order: int) -> None:
    points = so3.healpix_directions(order)
    side, count = 2**order, 12 * 4**order
    assert points.shape == (count, 3)
    assert np.allclose(np.linalg.norm(points, axis=1), 1)
    assert len(np.unique(points.round(9), axis=0)) == count
    assert np.abs(points.mean(0)).max() < 1e-12
    heights, on_ring = np.unique(points[:, 2].round(12), return_counts=True)
    assert len(heights) == 4 * side - 1
    # a cap above height z has the area share (1 − z) / 2; half of the areas on the ring itself lie above its centres
    above = count - np.cumsum(on_ring) + on_ring / 2
    assert np.allclose(above, count * (1 - heights) / 2)
    for z in heights:
        around = np.sort(np.arctan2(points[:, 1], points[:, 0])[np.isclose(points[:, 2], z)])
        assert np.allclose(np.diff(around), 2 * np.pi / len(around)), "evenly spaced along a ring"


def test_healpix_centres_of_orders_0_and_1() -> None:
    """Górski et al. 2005, equations 4 to 9: heights 2/3, 0, −2/3 at 45° + 90° k and 90° k; order 1 has seven rings."""
    found = so3.healpix_directions(0)
    assert np.allclose(found[:, 2], [2 / 3] * 4 + [0] * 4 + [-2 / 3] * 4)
    longitude = np.degrees(np.arctan2(found[:, 1], found[:, 0])) % 360
    assert np.allclose(longitude, [45, 135, 225, 315, 0, 90, 180, 270, 45, 135, 225, 315])
    finer = so3.healpix_directions(1)
    assert np.allclose(np.unique(finer[:, 2].round(12)), np.array([-11, -8, -4, 0, 4, 8, 11]) / 12)
    first = finer[:4]
    assert np.allclose(first[:, 2], [1 / 3, 2 / 3, 2 / 3, 11 / 12])
    assert np.allclose(np.degrees(np.arctan2(first[:, 1], first[:, 0])), [45, 67.5, 22.5, 45])


@pytest.mark.parametrize("order", [1, 2, 3])
def test_the_four_children_surround_their_parent(order: int) -> None:
    parents, children = so3.healpix_directions(order - 1), so3.healpix_directions(order).reshape(-1, 4, 3)
    angles = np.degrees(np.arccos(np.clip((children * parents[:, None]).sum(-1), -1, 1)))
    assert angles.max() < 0.55 * 58.6 / 2 ** (order - 1)
    centre = children.mean(1)
    centre /= np.linalg.norm(centre, axis=1, keepdims=True)
    assert np.degrees(np.arccos(np.clip((centre * parents).sum(-1), -1, 1))).max() < 6 / 2 ** (order - 1)


def test_areas_are_equal_by_counting_fine_points() -> None:
    """Every area of order 1 holds 4^4 of the finest ones, and nine in ten of these are nearest to its own centre."""
    from scipy.spatial import cKDTree

    fine = so3.healpix_directions(5)
    _, owner = cKDTree(so3.healpix_directions(1)).query(fine)
    assert (owner == np.arange(len(fine)) // 256).mean() > 0.9
    assert 200 < np.bincount(owner).min() <= np.bincount(owner).max() < 320


@pytest.mark.parametrize(("order", "count"), [(0, 72), (1, 576), (2, 4608), (3, 36_864)])
def test_hopf_grids_count_and_cover(order: int, count: int) -> None:
    from scipy.spatial import cKDTree

    grid = so3.hopf_grid(order)
    assert grid.shape == (count, 3, 3)
    q = rotations.to_quaternion(grid)
    tree = cKDTree(np.concatenate([q, -q]))
    chord, _ = tree.query(rotations.to_quaternion(so3.uniform(4000, 7)))
    away = np.degrees(4 * np.arcsin(chord / 2))
    spacing = 60 / 2**order
    assert away.max() < 0.95 * spacing
    assert away.mean() == pytest.approx(0.47 * spacing, rel=0.06)
    apart = np.degrees(4 * np.arcsin(tree.query(q, k=2)[0][:, 1] / 2))
    assert apart.min() > 0.75 * spacing
    view = grid.reshape(-1, 6 * 2**order, 3, 3)[:, :, 2]
    assert np.allclose(view, so3.healpix_directions(order)[:, None]), "all turns of a direction stand together"


@given(SEEDS, st.floats(1, 8), st.floats(0, 20))
@settings(max_examples=30, deadline=None)
def test_local_grids_lie_in_their_ball(seed: int, spacing: float, extent: float) -> None:
    middle = rotations.random(1, seed)[0]
    grid = so3.local_grid(middle, spacing, extent)
    away = rotations.distance(middle, grid)
    assert away.min() < 1e-6
    assert away.max() <= extent + 1e-6
    reach = int(extent / spacing + 1e-9)
    assert len(grid) >= 6 * reach + 1
    if reach:
        near = np.sort(rotations.distance(middle, grid))[1:7]
        assert np.allclose(near, spacing)


def test_a_local_grid_has_as_many_points_as_a_ball() -> None:
    count = len(so3.local_grid(np.eye(3), 1.0, 12.0))
    assert count == pytest.approx(4 / 3 * np.pi * 12**3, rel=0.02)


@pytest.mark.parametrize("order", [-1, 13, 0.5])
def test_grids_of_no_order_are_refused(order: float) -> None:
    with pytest.raises(InputError, match="from 0 to 12"):
        so3.healpix_directions(order)  # type: ignore[arg-type]


@pytest.mark.parametrize(("spacing", "extent"), [(0, 5), (-1, 5), (1, -1), (1, 181)])
def test_local_grids_of_no_size_are_refused(spacing: float, extent: float) -> None:
    with pytest.raises(InputError, match="spacing"):
        so3.local_grid(np.eye(3), spacing, extent)
