"""Crowther's rule, missing wedges and filled shells, held to printed numbers and to counting."""

from __future__ import annotations

import numpy as np
import pytest

from underfocus.base.errors import InputError
from underfocus.maths import rotations
from underfocus.validation import crowther, orientation


def test_a_particle_of_200_angstrom_at_4_needs_157_views_every_1_15_degrees() -> None:
    assert orientation.crowther_views(200, 4) == pytest.approx(157.08, abs=0.005)
    assert crowther.angular_step(200, 4) == pytest.approx(1.1459, abs=5e-5)
    assert np.radians(crowther.angular_step(200, 4)) == pytest.approx(0.02, rel=1e-12)


def test_the_resolution_of_as_many_views_is_what_they_were_counted_for() -> None:
    assert crowther.resolution(200, orientation.crowther_views(200, 4)) == pytest.approx(4.0)


def test_the_wedge_is_what_a_count_of_directions_misses() -> None:
    rng = np.random.default_rng(2)
    d = rng.standard_normal((200_000, 3))
    d /= np.linalg.norm(d, axis=1, keepdims=True)
    for reach in (40.0, 60.0, 75.0):
        # a direction is reached where some tilt about y has it in its plane: |kz| ≤ tan(reach)·|kx|
        missed = np.mean(np.abs(d[:, 2]) > np.tan(np.radians(reach)) * np.abs(d[:, 0]))
        assert crowther.missing_wedge(reach) == pytest.approx(missed, abs=0.004)
    assert crowther.missing_wedge(60) == pytest.approx(1 / 3)
    assert crowther.missing_wedge(90) == 0


def test_as_many_random_views_fill_as_much_of_a_shell() -> None:
    radius, part = 30.0, 0.8
    count = round(crowther.views_to_fill(radius, part))
    sp = orientation.sampling(rotations.random(count, 3), radius=radius)
    assert np.mean(sp > 0) == pytest.approx(part, abs=0.03)
    assert orientation.filled(count, radius) == pytest.approx(part, abs=0.005)


@pytest.mark.parametrize(
    "call",
    [
        lambda: crowther.angular_step(0, 4),
        lambda: crowther.resolution(200, 0),
        lambda: crowther.missing_wedge(91),
        lambda: crowther.missing_wedge(-1),
        lambda: crowther.views_to_fill(0.5, 0.5),
        lambda: crowther.views_to_fill(10, 1.0),
        lambda: crowther.resolution(float("nan"), 10),
    ],
)
def test_what_has_no_meaning_is_refused(call: object) -> None:
    with pytest.raises(InputError, match="given"):
        call()  # type: ignore[operator]
