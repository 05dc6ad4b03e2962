"""Laws of the chapter on axes, angles and quaternions: what its figures and its prose claim."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from underfocus.maths import quaternions, rotations, so3
from underfocus.show.specs import Bars
from underfocus.study.chapters.rotations import covers, descents
from underfocus.study.chapters.rotations.sharpen import figures, proofs
from underfocus.study.derivations import evaluate

AXIS = covers.axis_at(40.0, 30.0)
ENDS = np.asarray(rotations.from_euler(20.0, 35.0, -60.0)), np.asarray(rotations.from_euler(100.0, 80.0, 10.0))
SHARES = np.linspace(0, 1, 61)


def test_an_axis_stands_where_its_angles_say() -> None:
    assert np.allclose(covers.axis_at(90.0, 0.0), [1, 0, 0])
    assert np.allclose(covers.axis_at(90.0, 90.0), [0, 1, 0])
    assert np.allclose(covers.axis_at(0.0, 77.0), [0, 0, 1])


def test_once_round_turns_the_quaternion_over_and_twice_brings_it_back() -> None:
    assert np.allclose(covers.along(AXIS, 0.0), [1, 0, 0, 0])
    assert np.allclose(covers.along(AXIS, 360.0), [-1, 0, 0, 0])
    assert np.allclose(covers.along(AXIS, 720.0), [1, 0, 0, 0])
    heights = [
        next(i for i in figures.double_cover.draw(angle=a).items if isinstance(i, Bars)).heights for a in (100, 460)
    ]
    assert np.allclose(heights[0], -heights[1])


@pytest.mark.parametrize("angle", [30.0, 170.0, 200.0, 350.0, 500.0, 700.0])
def test_the_way_through_the_ball_ends_where_the_rotation_is(angle: float) -> None:
    pieces = covers.in_ball(AXIS, angle)
    assert len(pieces) == 1 + (angle > 180) + (angle > 540)
    here = so3.log(rotations.from_quaternion(covers.along(AXIS, angle))) / 180
    assert np.allclose(pieces[-1][-1], here)
    assert np.allclose(pieces[0][0], 0)
    for before, after in pairwise(pieces):
        assert np.allclose(before[-1], -after[0]), "out on one side, in on the other"


@pytest.mark.parametrize("angle", [90.0, 200.0, 400.0, 720.0])
def test_the_projected_way_stays_on_the_line_and_in_sight(angle: float) -> None:
    for piece in covers.projected(AXIS, angle):
        assert np.all(np.linalg.norm(piece, axis=1) <= covers.FAR + 1e-9)
        assert np.allclose(np.cross(piece, AXIS), 0, atol=1e-9)
    if angle < 250:
        end = covers.projected(AXIS, angle)[-1][-1]
        assert np.linalg.norm(end) == pytest.approx(np.tan(np.radians(angle / 4)))


@pytest.mark.parametrize("how", ["slerp", "quaternion entries", "matrix entries", "Euler angles"])
def test_every_way_between_has_the_same_ends(how: str) -> None:
    path = covers.mixed(*ENDS, SHARES, how)
    assert np.allclose(path[0], ENDS[0])
    assert np.allclose(path[-1], ENDS[1])
    rotation = how != "matrix entries"
    assert np.allclose(np.linalg.det(path), 1) == rotation


def test_speed_is_constant_for_slerp_alone_and_only_euler_angles_leave_the_shortest_way() -> None:
    whole = float(rotations.distance(*ENDS))
    speeds = {how: covers.speeds(covers.mixed(*ENDS, SHARES, how), SHARES) for how in
              ("slerp", "quaternion entries", "matrix entries", "Euler angles")}  # fmt: skip
    lengths = {how: float((v * np.diff(SHARES)).sum()) for how, v in speeds.items()}
    assert np.allclose(speeds["slerp"], whole)
    assert np.ptp(speeds["quaternion entries"]) > 0.05 * whole
    assert np.ptp(speeds["matrix entries"]) > 0.05 * whole
    assert lengths["quaternion entries"] == pytest.approx(whole)
    assert lengths["matrix entries"] == pytest.approx(whole)
    assert lengths["Euler angles"] > 1.02 * whole


def test_gradients_are_those_of_the_cost() -> None:
    wanted = descents.targets(30.0, 0.2)
    r = np.asarray(rotations.random(1, 4)[0])
    h = 1e-5
    costs = [descents.cost(so3.exp(np.degrees(sign * h) * e) @ r, wanted) for sign in (1, -1) for e in np.eye(3)]
    slope = (np.array(costs[:3]) - costs[3:]) / (2 * h)
    assert np.allclose(descents.by_logarithm(r, wanted, 0.01), so3.exp(np.degrees(-0.01 * slope)) @ r, atol=1e-9)
    q = np.asarray(rotations.to_quaternion(r))
    one = rotations.from_quaternion(descents.by_quaternion(q, wanted, 1e-4))
    other = descents.by_logarithm(r, wanted, 1e-4)
    assert float(rotations.distance(one, other)) < 1e-6, "the same step to first order"


def test_downhill_arrives_at_the_best_fit_and_euler_angles_stall_at_the_lock() -> None:
    for way in ("the logarithm", "the quaternion"):
        for tilt in (0.0, 45.0):
            end = descents.paths(way, 120.0, 0.35, tilt, 0.3)[-1]
            assert float(rotations.distance(end, descents.best(tilt, 0.3))) < 1e-3
    stalled = descents.paths("Euler angles", 120.0, 0.35, 5.0, 0.3)[-1]
    well = descents.paths("Euler angles", 120.0, 0.35, 90.0, 0.3)[-1]
    assert float(rotations.distance(stalled, descents.best(5.0, 0.3))) > 1
    assert float(rotations.distance(well, descents.best(90.0, 0.3))) < 1e-3


def test_the_best_fit_costs_least() -> None:
    wanted, best = descents.targets(20.0, 0.4), descents.best(20.0, 0.4)
    around = so3.local_grid(best, 2.0, 6.0)
    costs = [descents.cost(r, wanted) for r in around]
    assert np.allclose(around[int(np.argmin(costs))], best)


def test_the_grid_of_equal_steps_spends_half_again_for_little() -> None:
    even, steps = (
        {r.label: float(r.value) for r in figures.even_grid.draw(order=2, grid=grid).readouts}
        for grid in ("HEALPix", "equal steps of angle")
    )
    assert steps["rotations"] == 1.5 * even["rotations"]
    assert 0.9 * even["mean gap"] < steps["mean gap"] < even["mean gap"]
    assert steps["worst gap"] > 0.9 * even["worst gap"]


def test_a_chance_of_one_in_3500_to_come_within_ten_degrees() -> None:
    assert 1 / float(so3.angle_share(10.0)) == pytest.approx(3500, rel=0.02)


def test_the_last_step_of_the_derivation_grows_with_the_square_of_the_angle() -> None:
    small, large = (evaluate(proofs.RODRIGUES, {"turn": turn})[-1] for turn in (5.0, 10.0))
    assert large / small == pytest.approx(4, rel=0.03)


def test_the_measured_costs_come_in_one_by_one() -> None:
    stages = list(figures.costs.stages(count=1000, points=1000))
    assert len(stages) == 9
    assert [len(s.items[0].heights) for s in stages if isinstance(s.items[0], Bars)] == [*range(1, 9), 8]


def test_operations_are_counted_from_the_table() -> None:
    assert covers.operations() == {"matrix_times": 9, "matrix_plus": 6, "quaternion_times": 32, "quaternion_plus": 24}
    assert np.allclose(quaternions.norm(covers.along(AXIS, np.linspace(0, 720, 9))), 1)
