"""Laws of Euler angles: all 24 readings against scipy, round trips to the lock itself, both branches, conventions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from underfocus.base.errors import InputError
from underfocus.maths import conventions, euler, rotations

READINGS = [(order, intrinsic) for order in euler.ORDERS for intrinsic in (True, False)]
TURNS = st.tuples(*[st.floats(-400, 400)] * 3)
RELION = np.array([[0.0434, 0.9096, -0.4132], [-0.8296, 0.2633, 0.4924], [0.5567, 0.3214, 0.7660]])


def lock_of(order: str) -> float:
    """A second angle at which the outer axes are parallel."""
    return 0.0 if order[0] == order[2] else 90.0


def test_there_are_twelve_orders() -> None:
    assert len(set(euler.ORDERS)) == 12


@pytest.mark.parametrize(("order", "intrinsic"), READINGS)
def test_every_order_is_scipys(order: str, intrinsic: bool) -> None:
    from scipy.spatial.transform import Rotation

    name = order.upper() if intrinsic else order
    turns = np.random.default_rng(4).uniform(-400, 400, (euler.BLOCK + 9, 3))
    theirs = Rotation.from_euler(name, turns, degrees=True)
    assert np.abs(euler.matrix(turns, order, intrinsic) - theirs.as_matrix()).max() < 1e-14
    gap = euler.wrap(euler.angles(theirs.as_matrix(), order, intrinsic) - theirs.as_euler(name, degrees=True))
    assert np.abs(gap).max() < 1e-9


@pytest.mark.parametrize(("order", "intrinsic"), READINGS)
def test_every_order_is_the_product_of_its_turns(order: str, intrinsic: bool) -> None:
    about = {axis: getattr(rotations, f"about_{axis}") for axis in "xyz"}
    a, b, c = (about[axis](angle) for axis, angle in zip(order, (25.0, -70.0, 130.0), strict=True))
    expected = a @ b @ c if intrinsic else c @ b @ a
    assert np.allclose(euler.matrix([25.0, -70.0, 130.0], order, intrinsic), expected, atol=1e-15)


@given(st.sampled_from(READINGS), TURNS)
@settings(max_examples=150, deadline=None)
def test_both_branches_give_the_matrix_and_differ(reading: tuple[str, bool], turns: tuple[float, ...]) -> None:
    matrix = euler.matrix(turns, *reading)
    both = euler.branches(matrix, *reading)
    assert both.shape == (2, 3)
    assert np.abs(euler.matrix(both, *reading) - matrix).max() < 2e-14
    low, high = (0, 180) if reading[0][0] == reading[0][2] else (-90, 90)
    assert low <= both[0, 1] <= high
    assert np.all(both >= -180 - 1e-12)
    assert np.all(both <= 180 + 1e-12)


@given(st.sampled_from(READINGS), TURNS, st.floats(-17, -1), st.booleans())
@settings(max_examples=150, deadline=None)
def test_round_trips_stay_exact_ever_closer_to_the_lock(
    reading: tuple[str, bool], turns: tuple[float, ...], exponent: float, other: bool
) -> None:
    second = lock_of(reading[0]) + 10**exponent + 180 * other
    matrix = euler.matrix([turns[0], second, turns[2]], *reading)
    assert np.abs(euler.matrix(euler.angles(matrix, *reading), *reading) - matrix).max() < 2e-14


@pytest.mark.parametrize(("order", "intrinsic"), READINGS)
@pytest.mark.parametrize("half", [0.0, 180.0])
def test_at_the_lock_the_leftmost_turn_is_zero_and_the_alarm_rings(order: str, intrinsic: bool, half: float) -> None:
    locked = euler.matrix([25.0, lock_of(order) + half, 40.0], order, intrinsic)
    found = euler.angles(locked, order, intrinsic)
    assert found[0 if intrinsic else 2] == pytest.approx(0, abs=1e-12)
    assert euler.locked(locked, order, intrinsic)
    assert not euler.locked(euler.matrix([25.0, lock_of(order) + 1.0, 40.0], order, intrinsic), order, intrinsic)
    assert np.abs(euler.matrix(found, order, intrinsic) - locked).max() < 1e-15


def test_slabaughs_worked_matrix() -> None:
    root = np.sqrt(0.5)
    worked = [[0.5, (root - 1) / 2, (root + 1) / 2], [0.5, (root + 1) / 2, (root - 1) / 2], [-root, 0.5, 0.5]]
    assert np.allclose(worked, [[0.5, -0.1464, 0.8536], [0.5, 0.8536, -0.1464], [-0.7071, 0.5, 0.5]], atol=5e-5)
    assert np.allclose(euler.slabaugh(worked), [[45, 45, 45], [-135, 135, -135]], atol=1e-12)


@pytest.mark.parametrize(("theta", "sign", "turn"), [(90.0, -1, 0.4), (-90.0, 1, 1.0)])
def test_slabaugh_at_gimbal_lock(theta: float, sign: int, turn: float) -> None:
    """Rz(0.3) Ry(±90°) Rx(0.7): only psi − phi = 0.4, or psi + phi = 1.0, is there to be found (radians)."""
    r = rotations.about_z(np.degrees(0.3)) @ rotations.about_y(theta) @ rotations.about_x(np.degrees(0.7))
    both = euler.slabaugh(r)
    assert np.array_equal(both[0], both[1])
    assert np.radians(both[0, 0] + sign * both[0, 2]) == pytest.approx(turn)
    psi, found, phi = both[0]
    assert found == pytest.approx(theta)
    again = rotations.about_z(phi) @ rotations.about_y(found) @ rotations.about_x(psi)
    assert np.abs(again - r).max() < 1e-12


@given(st.integers(0, 9999))
@settings(max_examples=40, deadline=None)
def test_slabaugh_is_his_pseudo_code_away_from_the_lock(seed: int) -> None:
    r = rotations.random(1, seed)[0]
    theta = -np.arcsin(r[2, 0])
    written = []
    for t in (theta, np.pi - theta):
        c = np.cos(t)
        written.append((np.arctan2(r[2, 1] / c, r[2, 2] / c), t, np.arctan2(r[1, 0] / c, r[0, 0] / c)))
    assert np.allclose(euler.wrap(euler.slabaugh(r) - np.degrees(written)), 0, atol=1e-7)


def test_torch_agrees_and_has_gradients() -> None:
    torch = pytest.importorskip("torch")
    turns = torch.tensor([[30.0, 40.0, 50.0], [10.0, 65.0, -70.0]], dtype=torch.float64, requires_grad=True)
    for order, intrinsic in READINGS:
        there = euler.matrix(turns, order, intrinsic)
        assert np.allclose(there.detach().numpy(), euler.matrix(turns.detach().numpy(), order, intrinsic), atol=1e-14)
        assert np.allclose(euler.angles(there, order, intrinsic).detach().numpy(), turns.detach().numpy())
    assert torch.autograd.gradcheck(lambda v: euler.branches(euler.matrix(v, "zxz"), "zxz"), (turns,))
    assert euler.slabaugh(there.detach()).shape == (2, 2, 3)


@pytest.mark.parametrize("order", ["zzy", "abc", "", "ZYZ", "zyzy"])
def test_no_order_is_refused(order: str) -> None:
    with pytest.raises(InputError, match="twelve"):
        euler.matrix([0, 0, 0], order)
    with pytest.raises(InputError, match="twelve"):
        euler.angles(np.eye(3), order)
    with pytest.raises(InputError, match="shape"):
        euler.matrix([0, 0], "zyz")


# conventions


def test_relion_to_the_others() -> None:
    """RELION's matrix of (30, 40, 50), and EMAN2's angles as its own source turns SPIDER's into them."""
    assert np.allclose(conventions.to_matrix([30, 40, 50], "relion"), RELION, atol=5e-5)
    assert np.allclose(conventions.convert([30, 40, 50], "relion", "eman2"), [120, 40, -40])
    assert np.allclose(conventions.convert([30, 40, 50], "relion", "frealign"), [50, 40, 30])
    assert np.allclose(conventions.convert([30, 40, 50], "relion", "spider"), [30, 40, 50])
    turn = conventions.convert([0, 0, 25], "relion", "cryosparc")
    assert np.allclose(turn, [0, 0, np.radians(25)]), "a turn in the plane is the same turn there"
    fixed = conventions.convert([30, 40, 50], "relion", "zyz")
    assert np.allclose(fixed, [150, 40, 130]), "the matrix itself is the transpose of Rz(30) Ry(40) Rz(50)"


def test_eman2s_matrix_is_the_transpose_of_zxz() -> None:
    found = conventions.to_matrix([15, 70, -35], "eman2")
    assert np.allclose(found, euler.matrix([15, 70, -35], "zxz").T, atol=1e-15)
    assert np.allclose(found, conventions.to_matrix([15, 70, -35], "imagic"))


NAMES = st.sampled_from([*conventions.CONVENTIONS, "ZYZ", "zyz", "XYZ", "zxy"])


@given(NAMES, NAMES, st.integers(0, 99_999))
@settings(max_examples=120, deadline=None)
def test_any_two_conventions_there_and_back(source: str, target: str, seed: int) -> None:
    matrix = rotations.random(3, seed)
    values = conventions.from_matrix(matrix, source)
    there = conventions.convert(values, source, target)
    assert there.shape == (3, len(conventions.convention(target).names))
    assert np.abs(conventions.to_matrix(there, target) - matrix).max() < 1e-12


def test_unknown_conventions_and_too_few_numbers_are_refused() -> None:
    for name in ("relio", "zzy", "zYz", "xy", "xyzx"):
        with pytest.raises(InputError, match="known are relion"):
            conventions.convert([0, 0, 0], "relion", name)
    with pytest.raises(InputError, match="4 numbers"):
        conventions.to_matrix([0, 0, 0], "quaternion")
    with pytest.raises(InputError, match=r"rot, tilt, psi"):
        conventions.to_matrix([0.0, 1.0], "relion")
