"""Laws of the chapter on coordinates and rotations: what its figures claim; its judge refuses what is wrong."""

from __future__ import annotations

import numpy as np
import pytest

from underfocus.maths import euler, rotations
from underfocus.study.chapters.rotations import gimbals, slabaugh, substitutes
from underfocus.study.chapters.rotations.blur import figures


@pytest.mark.parametrize("reading", gimbals.READINGS)
def test_rings_turn_about_the_axes_that_are_drawn(reading: str) -> None:
    angles = (25.0, 65.0, -40.0)
    axes = gimbals.axes_of(reading, angles)
    before = gimbals.turned(reading, angles)
    for n in range(3):
        moved = tuple(a + 10.0 * (k == n) for k, a in enumerate(angles))
        step = gimbals.turned(reading, moved) @ before.T  # type: ignore[arg-type]
        axis, angle = rotations.to_axis_angle(step)
        assert angle == pytest.approx(10)
        assert np.allclose(axis, axes[n])


@pytest.mark.parametrize(("reading", "second"), [("RELION", 0.0), ("EMAN2", 180.0), ("ZYZ", 0.0), ("ZYX", -90.0)])
def test_at_the_lock_two_paths_are_one(reading: str, second: float) -> None:
    angles = (30.0, second, 50.0)
    first, third = (gimbals.sweep(reading, angles, n) for n in (0, 2))
    assert np.allclose(first, third) or np.allclose(first, third[::-1])
    assert gimbals.from_lock(reading, second) == pytest.approx(0, abs=1e-9)
    drawn = figures.gimbal.draw(second=second, program=reading)
    assert "LOCKED" in str(drawn.readouts[0].value)
    free = gimbals.sweep(reading, (30.0, second + 20, 50.0), 0), gimbals.sweep(reading, (30.0, second + 20, 50.0), 2)
    assert not np.allclose(*free)
    assert gimbals.from_lock(reading, second + 20) == pytest.approx(20)


def test_relions_and_zyzs_matrices_are_transposes_and_the_rings_alike() -> None:
    angles = (30.0, 40.0, 50.0)
    assert np.allclose(gimbals.written("RELION", angles), gimbals.written("ZYZ", angles).T)
    assert np.allclose(gimbals.written("RELION", angles), rotations.from_euler(*angles))
    assert np.allclose(gimbals.written("EMAN2", (120.0, 40.0, -40.0)), rotations.from_euler(*angles))


def test_the_other_triple_gives_the_same_matrix() -> None:
    for angles in ((30.0, 40.0, 50.0), (30.0, -40.0, 50.0)):
        drawn = figures.gimbal.draw(first=angles[0], second=angles[1], third=angles[2], program="ZYZ")
        told = next(r for r in drawn.readouts if r.label == "the other triple")
        other = [float(v.replace("−", "-")) for v in str(told.value).split(", ")]
        assert np.allclose(euler.matrix(other, "zyz"), euler.matrix(angles, "zyz"), atol=1e-9)
        assert np.sign(other[1]) != np.sign(angles[1])


def test_even_angles_crowd_the_pole_and_even_orientations_do_not() -> None:
    shares = {
        how: float(figures.views.draw(drawn=how, count=4000).readouts[0].value)
        for how in ("evenly over the sphere", "each angle evenly")
    }
    assert shares["evenly over the sphere"] == pytest.approx(6.7, abs=1.2)
    assert shares["each angle evenly"] == pytest.approx(16.7, abs=1.8)


def test_near_the_lock_half_of_the_digits_are_lost_as_printed_and_none_by_the_engine() -> None:
    printed, ours = (float(r.value) for r in figures.near_the_lock.draw().readouts)
    assert 1e-10 < printed < 1e-6
    assert ours < 1e-14


def test_the_trials_hold_both_locks_and_the_engine_passes_its_own_judge() -> None:
    trials = slabaugh.trials()
    corners = sorted(float(r[2, 0]) for (r,) in trials)
    assert corners[0] == -1
    assert corners[-1] == 1
    assert slabaugh.judge([(t, slabaugh.solve(*t)) for t in trials]) == ""
    assert slabaugh.judge([(t, np.radians([slabaugh.pseudo_code(*t)] * 2)) for t in trials]) != ""


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda r: np.degrees(slabaugh.solve(r)), "radians"),
        (lambda r: slabaugh.solve(r)[:1], "two triples"),
        (lambda r: slabaugh.solve(r)[:, ::-1], "off"),
        (lambda r: slabaugh.solve(r).ravel(), "triples"),
        (lambda r: "psi", "numbers"),
        (lambda r: None, "finite"),
    ],
)
def test_the_judge_refuses_what_is_wrong(wrong: object, said: str) -> None:
    assert callable(wrong)
    assert said in slabaugh.judge([(t, wrong(*t)) for t in slabaugh.trials()])


def test_substitutes_are_what_they_say() -> None:
    m = substitutes.completed()
    assert np.allclose(m @ m.T, np.eye(3))
    assert np.linalg.det(m) == pytest.approx(1)
    assert np.allclose(substitutes.mirror(20) @ substitutes.mirror(20), np.eye(2))
    assert np.linalg.det(substitutes.mirror(33)) == pytest.approx(-1)
