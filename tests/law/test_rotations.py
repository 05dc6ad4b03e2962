"""Laws of rotations: RELION's matrix, group axioms, round trips, worked numbers, uniformity; scipy as oracle."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from underfocus.base.errors import InputError
from underfocus.maths import rotations

ANGLES = st.tuples(st.floats(-180, 180), st.floats(0, 180), st.floats(-180, 180))


def test_relions_matrix_of_30_40_50() -> None:
    expected = [[0.0434, 0.9096, -0.4132], [-0.8296, 0.2633, 0.4924], [0.5567, 0.3214, 0.7660]]
    found = rotations.from_euler(30, 40, 50)
    assert np.allclose(found, expected, atol=5e-5)
    assert np.allclose(rotations.view_direction(found), [0.5567, 0.3214, 0.7660], atol=5e-5)


@given(ANGLES)
@settings(max_examples=60, deadline=None)
def test_euler_is_scipys_transpose(angles: tuple[float, float, float]) -> None:
    from scipy.spatial.transform import Rotation

    theirs = Rotation.from_euler("ZYZ", angles, degrees=True).as_matrix().T
    assert np.allclose(rotations.from_euler(*angles), theirs, atol=1e-12)


@given(ANGLES)
@settings(max_examples=60, deadline=None)
def test_euler_round_trip_even_at_gimbal_lock(angles: tuple[float, float, float]) -> None:
    matrix = rotations.from_euler(*angles)
    assert np.allclose(rotations.from_euler(*rotations.to_euler(matrix)), matrix, atol=1e-9)


@pytest.mark.parametrize("tilt", [0.0, 180.0])
def test_gimbal_lock_puts_the_turn_into_psi(tilt: float) -> None:
    rot, found, _ = rotations.to_euler(rotations.from_euler(25, tilt, 40))
    assert rot == 0
    assert found == pytest.approx(tilt, abs=1e-6)


@pytest.mark.parametrize("shape", [(), (3,), (2, 3)])
def test_group_axioms_over_batches(shape: tuple[int, ...]) -> None:
    count = int(np.prod(shape))
    a, b, c = (rotations.random(count, seed).reshape(*shape, 3, 3) for seed in (1, 2, 3))
    assert np.allclose((a @ b) @ c, a @ (b @ c))
    inverse = np.swapaxes(a, -1, -2)
    assert np.allclose(a @ inverse, np.eye(3))
    assert np.allclose(np.linalg.det(a @ b), 1)


def test_quaternions_round_trip_and_sign() -> None:
    q = np.random.default_rng(0).normal(size=(500, 4))
    matrices = rotations.from_quaternion(q)
    back = rotations.to_quaternion(matrices)
    assert np.allclose(rotations.from_quaternion(-q), matrices)
    assert np.all(back[:, 0] >= 0)
    assert np.allclose(np.abs((back * q).sum(-1)), np.linalg.norm(q, axis=1))


@pytest.mark.parametrize("axis", ["x", "y", "z"])
def test_half_turns_have_quaternions(axis: str) -> None:
    matrix = getattr(rotations, f"about_{axis}")(180.0)
    q = rotations.to_quaternion(matrix)
    assert np.allclose(np.abs(q), [0, *(axis == a for a in "xyz")], atol=1e-12)


def test_clockwise_quarter_turn_about_z() -> None:
    assert np.allclose(rotations.to_quaternion(rotations.about_z(-90.0)), [0.70711, 0, 0, -0.70711], atol=1e-5)


def test_x90_then_y90_and_the_reverse() -> None:
    first, second = rotations.about_y(90.0) @ rotations.about_x(90.0), rotations.about_x(90.0) @ rotations.about_y(90.0)
    assert np.allclose(rotations.to_quaternion(first), [0.5, 0.5, 0.5, -0.5])
    assert np.allclose(rotations.to_quaternion(second), 0.5)
    assert float(rotations.distance(first, second)) == pytest.approx(120)


def test_axis_angle_round_trip_and_the_identity() -> None:
    matrices = rotations.random(200, 5)
    assert np.allclose(rotations.from_axis_angle(*rotations.to_axis_angle(matrices)), matrices)
    axis, angle = rotations.to_axis_angle(np.eye(3))
    assert np.allclose(axis, [0, 0, 1])
    assert angle == 0
    with pytest.raises(InputError, match="length zero"):
        rotations.from_axis_angle(np.zeros(3), 10.0)


def test_cyclic_permutation_is_120_degrees_about_the_diagonal() -> None:
    axis, angle = rotations.to_axis_angle(np.array([[0.0, 0, 1], [1, 0, 0], [0, 1, 0]]))
    assert angle == pytest.approx(120)
    assert np.allclose(axis, 3**-0.5)


def test_random_rotations_are_uniform() -> None:
    matrices = rotations.random(40_000, 1)
    _, angles = rotations.to_axis_angle(matrices)
    assert angles.mean() == pytest.approx(126.48, abs=0.6)
    assert np.median(angles) == pytest.approx(132.35, abs=0.8)
    tilt = np.degrees(np.arccos(matrices[:, 2, 2]))
    assert (tilt < 30).mean() == pytest.approx(0.0670, abs=0.004)


def test_torch_agrees_and_has_gradients() -> None:
    torch = pytest.importorskip("torch")
    e = torch.tensor([[30.0, 40.0, 50.0], [10.0, 100.0, -70.0]], dtype=torch.float64, requires_grad=True)
    found = rotations.from_euler(e[:, 0], e[:, 1], e[:, 2])
    assert np.allclose(found.detach().numpy(), rotations.from_euler(*e.detach().numpy().T))
    assert torch.autograd.gradcheck(lambda v: rotations.to_euler(rotations.from_euler(v[:, 0], v[:, 1], v[:, 2])), (e,))
    assert np.allclose(rotations.to_quaternion(found.detach()).numpy(), rotations.to_quaternion(found.detach().numpy()))


def test_relions_matrix_is_the_transpose_of_three_turns() -> None:
    turns = rotations.about_z(30.0) @ rotations.about_y(40.0) @ rotations.about_z(50.0)
    expected = [[0.0434, -0.8296, 0.5567], [0.9096, 0.2633, 0.3214], [-0.4132, 0.4924, 0.7660]]
    assert np.allclose(turns, expected, atol=5e-5)
    assert np.allclose(turns.T, rotations.from_euler(30, 40, 50), atol=1e-15)


@pytest.mark.parametrize(("psi", "theta", "phi"), [(45, 45, 45), (-135, 135, -135)])
def test_slabaughs_matrix_from_both_triples(psi: float, theta: float, phi: float) -> None:
    """Slabaugh's worked example, R = Rz(phi) Ry(theta) Rx(psi): two triples, one matrix."""
    expected = [[0.5, -0.1464, 0.8536], [0.5, 0.8536, -0.1464], [-0.7071, 0.5, 0.5]]
    found = rotations.about_z(phi) @ rotations.about_y(theta) @ rotations.about_x(psi)
    assert np.allclose(found, expected, atol=5e-5)


def test_half_a_turn_about_z_takes_x_to_minus_x() -> None:
    assert np.allclose(rotations.from_quaternion([0, 0, 0, 1]) @ [1, 0, 0], [-1, 0, 0])
    assert np.allclose(rotations.about_z(90.0) @ [1, 0, 0], [0, 1, 0]), "active and right-handed"
    assert np.allclose(rotations.about_x(90.0) @ [0, 1, 0], [0, 0, 1])
    assert np.allclose(rotations.about_y(90.0) @ [0, 0, 1], [1, 0, 0])


def test_many_triples_at_once_are_scipys() -> None:
    from scipy.spatial.transform import Rotation

    angles = np.random.default_rng(3).uniform(-720, 720, (2 * rotations.BLOCK + 7, 3))
    theirs = Rotation.from_euler("ZYZ", angles, degrees=True).as_matrix().swapaxes(-1, -2)
    assert np.abs(rotations.from_euler(*angles.T) - theirs).max() < 5e-15


def test_quaternions_and_axes_are_scipys() -> None:
    from scipy.spatial.transform import Rotation

    matrices = rotations.random(300, 8)
    theirs = Rotation.from_matrix(matrices)
    quaternion = theirs.as_quat(canonical=True, scalar_first=True)
    assert np.allclose(rotations.to_quaternion(matrices), quaternion, atol=1e-14)
    axis, angle = rotations.to_axis_angle(matrices)
    assert np.allclose(np.radians(angle)[:, None] * axis, theirs.as_rotvec(), atol=1e-13)


@given(ANGLES, st.floats(-16, -1), st.booleans())
@settings(max_examples=100, deadline=None)
def test_euler_round_trip_stays_exact_ever_closer_to_gimbal_lock(
    angles: tuple[float, float, float], exponent: float, flipped: bool
) -> None:
    tilt = 180 - 10**exponent if flipped else 10**exponent
    matrix = rotations.from_euler(angles[0], tilt, angles[2])
    assert np.abs(rotations.from_euler(*rotations.to_euler(matrix)) - matrix).max() < 2e-14


@pytest.mark.parametrize(("tilt", "psi"), [(0.0, 65.0), (180.0, 15.0)])
def test_gimbal_lock_turns_by_the_sum_or_the_difference(tilt: float, psi: float) -> None:
    assert rotations.to_euler(rotations.from_euler(25, tilt, 40)) == pytest.approx([0, tilt, psi], abs=1e-12)


BATCHES = st.sampled_from([((), (5,)), ((4, 1), (3,)), ((2, 1, 3), (4, 1)), ((0,), (1,))])


@given(BATCHES, st.integers(0, 99))
@settings(max_examples=20, deadline=None)
def test_batches_broadcast(shapes: tuple[tuple[int, ...], tuple[int, ...]], seed: int) -> None:
    rng = np.random.default_rng(seed)
    shape = np.broadcast_shapes(*shapes)
    rot, tilt = rng.uniform(-180, 180, shapes[0]), rng.uniform(0, 180, shapes[1])
    found = rotations.from_euler(rot, tilt, 20)
    assert found.shape == (*shape, 3, 3)
    for index in np.ndindex(shape):
        one = rotations.from_euler(np.broadcast_to(rot, shape)[index], np.broadcast_to(tilt, shape)[index], 20)
        assert np.allclose(found[index], one, atol=1e-15)
    a, b = (rotations.from_euler(*rng.uniform(0, 180, (3, *s))) for s in shapes)
    between = rotations.distance(a, b)
    assert between.shape == shape
    assert np.allclose(between, rotations.distance(b, a))
    assert np.allclose(rotations.to_euler(a @ b).shape, (*shape, 3))


@given(st.integers(0, 999))
@settings(max_examples=25, deadline=None)
def test_distance_is_a_metric_that_turns_do_not_change(seed: int) -> None:
    a, b, c, turn = rotations.random(4, seed)
    assert rotations.distance(a, a) == pytest.approx(0, abs=1e-6)
    assert rotations.distance(a, c) <= rotations.distance(a, b) + rotations.distance(b, c) + 1e-9
    assert rotations.distance(turn @ a, turn @ b) == pytest.approx(float(rotations.distance(a, b)))
    assert rotations.distance(a @ turn, b @ turn) == pytest.approx(float(rotations.distance(a, b)))


@pytest.mark.parametrize("angle", [0.0, 1e-9, 1e-3, 90.0, 179.999999, 180.0])
def test_distance_is_exact_for_small_and_large_angles(angle: float) -> None:
    a = rotations.from_euler(10, 20, 30)
    b = rotations.from_axis_angle([1.0, -2.0, 0.5], angle) @ a
    assert rotations.distance(a, b) == pytest.approx(angle, abs=1e-12, rel=1e-6)


def test_random_rotations_do_not_prefer_a_direction_and_repeat_with_their_seed() -> None:
    matrices = rotations.random(40_000, 4)
    assert np.abs(matrices.mean(axis=0)).max() < 5 / np.sqrt(3 * 40_000)
    assert np.array_equal(matrices, rotations.random(40_000, 4))
    assert not np.allclose(matrices[:10], rotations.random(10, 5))
    _, angles = rotations.to_axis_angle(matrices)
    turn = np.sort(np.radians(angles))
    steps = np.arange(len(turn)) / len(turn)
    assert np.abs((turn - np.sin(turn)) / np.pi - steps).max() < 1.95 / np.sqrt(len(turn)), "Kolmogorov, p = 0.001"


def test_numbers_may_join_tensors_and_precision_follows() -> None:
    torch = pytest.importorskip("torch")
    rot = torch.tensor([10.0, 20.0], requires_grad=True)
    found = rotations.from_euler(rot, 30.0, np.array([1.0, 2.0]))
    assert found.dtype == torch.float32
    assert np.allclose(found.detach().numpy(), rotations.from_euler([10, 20], 30, [1, 2]), atol=1e-6)
    angles = rotations.to_euler(found)
    assert np.allclose(rotations.from_euler(*angles.detach().numpy().T), found.detach().numpy(), atol=1e-6)
    assert rotations.from_axis_angle([0.0, 0.0, 1.0], rot).shape == (2, 3, 3)


def test_gradients_of_the_other_forms() -> None:
    torch = pytest.importorskip("torch")
    q = torch.tensor([[0.1, 0.9, -0.2, 0.3], [0.8, 0.1, 0.5, -0.1]], dtype=torch.float64, requires_grad=True)
    axis = torch.tensor([1.0, 2.0, -0.5], dtype=torch.float64, requires_grad=True)
    angle = torch.tensor([20.0, 170.0], dtype=torch.float64, requires_grad=True)
    there_and_back = (rotations.to_quaternion, rotations.to_axis_angle)
    for back in there_and_back:
        assert torch.autograd.gradcheck(lambda v, back=back: back(rotations.from_quaternion(v)), (q,))
    assert torch.autograd.gradcheck(rotations.from_axis_angle, (axis, angle))
    origin = torch.eye(3, dtype=torch.float64)
    assert torch.autograd.gradcheck(lambda a: rotations.distance(origin, rotations.about_y(a)), (angle,))
    still = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    rotations.distance(origin, rotations.about_x(still)).sum().backward()
    rotations.to_euler(rotations.about_z(still)).sum().backward()
    assert torch.isfinite(still.grad).all()


def test_shapes_that_are_no_rotations_are_refused() -> None:
    with pytest.raises(InputError, match="shape"):
        rotations.to_euler(np.eye(4))
    with pytest.raises(InputError, match="quaternions have the shape"):
        rotations.from_quaternion([1.0, 0.0, 0.0])
    with pytest.raises(InputError, match="length zero"):
        rotations.from_quaternion(np.zeros((2, 4)))
