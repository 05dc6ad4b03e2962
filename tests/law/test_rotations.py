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
