"""Laws of quaternions: the algebra, turning points, exponential and logarithm, slerp, the derivative, projection."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from underfocus.base.errors import InputError
from underfocus.maths import quaternions, rotations
from underfocus.maths.quaternions import conjugate, exp, inverse, log, multiply, norm, normalise, rotate, slerp

ONE, I, J, K = np.eye(4)
NUMBERS = st.floats(-3, 3)
QUATERNIONS = arrays(float, 4, elements=NUMBERS).filter(lambda q: np.linalg.norm(q) > 0.1)
POINTS = arrays(float, 3, elements=NUMBERS)


def test_hamiltons_table() -> None:
    assert np.array_equal(multiply(I, J), K)
    assert np.array_equal(multiply(J, K), I)
    assert np.array_equal(multiply(K, I), J)
    assert np.array_equal(multiply(J, I), -K)
    assert np.array_equal(multiply(multiply(I, J), K), -ONE)
    for unit in (I, J, K):
        assert np.array_equal(multiply(unit, unit), -ONE)


@given(QUATERNIONS, QUATERNIONS, QUATERNIONS)
@settings(max_examples=60, deadline=None)
def test_a_division_ring(p: np.ndarray, q: np.ndarray, r: np.ndarray) -> None:
    assert np.allclose(multiply(multiply(p, q), r), multiply(p, multiply(q, r)))
    assert np.allclose(multiply(p, q + r), multiply(p, q) + multiply(p, r))
    assert np.allclose(multiply(p, ONE), p)
    assert np.allclose(multiply(p, inverse(p)), ONE)
    assert np.allclose(inverse(multiply(p, q)), multiply(inverse(q), inverse(p)), rtol=1e-9)
    assert np.allclose(conjugate(multiply(p, q)), multiply(conjugate(q), conjugate(p)))
    assert norm(multiply(p, q)) == pytest.approx(norm(p) * norm(q))


@given(QUATERNIONS, QUATERNIONS, POINTS)
@settings(max_examples=60, deadline=None)
def test_turning_points_is_the_matrix_and_products_are_compositions(
    p: np.ndarray, q: np.ndarray, point: np.ndarray
) -> None:
    assert np.allclose(rotate(q, point), rotations.from_quaternion(q) @ point)
    assert np.allclose(rotate(-q, point), rotate(q, point))
    assert np.allclose(rotate(multiply(p, q), point), rotate(p, rotate(q, point)))
    assert np.linalg.norm(rotate(q, point)) == pytest.approx(np.linalg.norm(point))


def test_half_a_turn_about_z_by_hand() -> None:
    assert np.array_equal(multiply(K, I), J)
    assert np.array_equal(multiply(J, inverse(K)), -I)
    assert np.array_equal(rotate(K, [1.0, 0, 0]), [-1, 0, 0])


def test_batches_broadcast_and_shapes_are_checked() -> None:
    q = np.random.default_rng(1).normal(size=(5, 1, 4))
    points = np.random.default_rng(2).normal(size=(7, 3))
    assert rotate(q, points).shape == (5, 7, 3)
    assert quaternions.derivative(q, points).shape == (5, 7, 3, 4)
    with pytest.raises(InputError, match=r"\(…, 4\)"):
        multiply(q, points)
    with pytest.raises(InputError, match=r"\(…, 3\)"):
        rotate(q, q)
    for refuse in (inverse, normalise):
        with pytest.raises(InputError, match="length zero"):
            refuse(np.zeros(4))


@given(arrays(float, 3, elements=st.floats(-1.8, 1.8)), st.floats(-18, 0))
@settings(max_examples=100, deadline=None)
def test_log_undoes_exp_down_to_nothing(direction: np.ndarray, exponent: float) -> None:
    v = direction * 10**exponent
    q = exp(v)
    assert norm(q) == pytest.approx(1)
    assert np.allclose(log(q), v, rtol=1e-9, atol=1e-15)


@given(QUATERNIONS)
@settings(max_examples=60, deadline=None)
def test_exp_undoes_log(q: np.ndarray) -> None:
    assert np.allclose(exp(log(q)), normalise(q), atol=1e-12)
    assert np.linalg.norm(log(q)) <= np.pi + 1e-12


def test_exp_turns_by_twice_the_length_and_minus_one_has_a_logarithm() -> None:
    assert np.allclose(rotations.from_quaternion(exp([0, 0, np.pi / 4])), rotations.about_z(90.0))
    assert np.allclose(log(-ONE), [0, 0, np.pi])
    assert np.array_equal(log(ONE), [0, 0, 0])


@given(QUATERNIONS, QUATERNIONS, st.floats(0.001, 0.5), st.booleans())
@settings(max_examples=80, deadline=None)
def test_slerp_has_its_ends_and_a_constant_speed(p: np.ndarray, q: np.ndarray, dt: float, shortest: bool) -> None:
    a, b = normalise(p), normalise(q)
    if abs(a @ b) > 0.9999:
        return
    b_end = -b if shortest and a @ b < 0 else b
    assert np.allclose(slerp(p, q, 0.0, shortest), a, atol=1e-12)
    assert np.allclose(slerp(p, q, 1.0, shortest), b_end, atol=1e-12)
    times = np.arange(0, 1.01, dt)
    path = slerp(p, q, times, shortest)
    assert np.allclose(norm(path), 1)
    steps = np.arccos(np.clip((path[1:] * path[:-1]).sum(-1), -1, 1))
    angle = np.arccos(np.clip(a @ b_end, -1, 1))
    assert np.allclose(steps, angle * dt, atol=1e-7)
    written = (np.sin((1 - times) * angle)[:, None] * a + np.sin(times * angle)[:, None] * b_end) / np.sin(angle)
    assert np.allclose(path, written, atol=1e-9), "Shoemake's two sines"


def test_slerp_goes_the_short_way_round() -> None:
    a, b = exp([0, 0, np.radians(10)]), -exp([0, 0, np.radians(30)])
    assert np.allclose(slerp(a, b, 0.5), exp([0, 0, np.radians(20)]))
    halfway = slerp(a, b, 0.5, shortest=False)
    assert rotations.to_axis_angle(rotations.from_quaternion(halfway))[1] == pytest.approx(140)


@given(QUATERNIONS, POINTS, st.booleans())
@settings(max_examples=60, deadline=None)
def test_the_derivative_is_what_differences_say(q: np.ndarray, p: np.ndarray, with_inverse: bool) -> None:
    def turned(a: np.ndarray) -> np.ndarray:
        back = inverse(a) if with_inverse else conjugate(a)
        return np.asarray(multiply(multiply(a, quaternions.pure(p)), back)[1:])

    # a central difference over four points: its error falls with the fourth power of the step
    h = 2e-3
    found = quaternions.derivative(q, p, with_inverse)
    for n, e in enumerate(np.eye(4)):
        line = (8 * (turned(q + h * e) - turned(q - h * e)) - turned(q + 2 * h * e) + turned(q - 2 * h * e)) / (12 * h)
        tolerance = 1e-5 if np.linalg.norm(q) < 1 else 1e-8
        assert np.allclose(found[:, n], line, atol=tolerance * max(1, np.abs(p).max()))


@given(QUATERNIONS, POINTS)
@settings(max_examples=40, deadline=None)
def test_the_length_of_q_turns_nothing(q: np.ndarray, p: np.ndarray) -> None:
    assert np.allclose(quaternions.derivative(q, p) @ q, 0, atol=1e-9)
    sandwich = multiply(multiply(q, quaternions.pure(p)), conjugate(q))[1:]
    assert np.allclose(quaternions.derivative(q, p, inverse=False) @ q, 2 * sandwich)


def test_the_derivative_is_wikipedias_four_columns() -> None:
    rng = np.random.default_rng(6)
    q, p = normalise(rng.normal(size=4)), rng.normal(size=3)
    qp = multiply(q, quaternions.pure(p))
    columns = [qp - conjugate(qp)] + [conjugate(multiply(qp, e)) - multiply(qp, e) for e in (I, J, K)]
    assert np.allclose(quaternions.derivative(q, p, inverse=False), np.stack(columns, -1)[1:], atol=1e-14)


def test_the_derivative_is_autograds() -> None:
    torch = pytest.importorskip("torch")
    q = torch.tensor([0.3, -0.8, 1.1, 0.4], dtype=torch.float64)
    p = torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64)
    there = torch.autograd.functional.jacobian(lambda a: rotate(a, p), q)
    assert np.abs(quaternions.derivative(q, p).numpy() - there.numpy()).max() < 1e-14
    assert np.abs(quaternions.derivative(q.numpy(), p.numpy()) - there.numpy()).max() < 1e-8


def test_torch_has_gradients_even_at_nothing() -> None:
    torch = pytest.importorskip("torch")
    zero = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda v: log(exp(v)), (zero,))
    a = torch.tensor([1.0, 0.2, -0.3, 0.5], dtype=torch.float64, requires_grad=True)
    b = torch.tensor([0.1, 0.9, 0.4, -0.5], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda x, y: slerp(x, y, 0.3), (a, b))
    assert torch.autograd.gradcheck(quaternions.stereographic, (a,))
    assert np.allclose(slerp(a, b, 0.3).detach().numpy(), slerp(a.detach().numpy(), b.detach().numpy(), 0.3))


@given(QUATERNIONS)
@settings(max_examples=40, deadline=None)
def test_stereographic_projection_is_undone_by_its_inverse(q: np.ndarray) -> None:
    unit = normalise(q)
    if unit[0] < -0.99:
        return
    v = quaternions.stereographic(q)
    square = v @ v
    assert np.allclose(np.concatenate([[1 - square], 2 * v]) / (1 + square), unit)
    assert np.linalg.norm(v) == pytest.approx(np.tan(np.linalg.norm(log(q)) / 2), rel=1e-6)


def test_half_turns_lie_on_the_unit_sphere_and_minus_one_nowhere() -> None:
    assert np.linalg.norm(quaternions.stereographic([0, 0.6, 0, 0.8])) == pytest.approx(1)
    assert np.array_equal(quaternions.stereographic(ONE), [0, 0, 0])
    with pytest.raises(InputError, match="−1"):
        quaternions.stereographic(-ONE)
