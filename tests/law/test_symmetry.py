"""Laws of point groups: order, closure, and the axes that RELION 3.1.3 prints for each setting."""

from __future__ import annotations

import numpy as np
import pytest

from underfocus.base.errors import InputError
from underfocus.maths import rotations, symmetry

ORDERS = {"C1": 1, "C7": 7, "D2": 4, "D7": 14, "T": 12, "O": 24, "I": 60, "I1": 60, "I2": 60, "I3": 60, "I4": 60}
#: One operator of each setting as ``relion_refine --sym GROUP --print_symmetry_ops`` prints it (RELION 3.1.3).
RELION = {
    "T": [[0.5, 0.28867, 0.8165], [0.86603, -0.16667, -0.4714], [0.0, 0.94281, -0.33333]],
    "D7": [[1, 0, 0], [0, -1, 0], [0, 0, -1]],
    "O": [[0, 1, 0], [-1, 0, 0], [0, 0, 1]],
}
#: Five-fold axes in RELION's settings, from the same print-outs.
FIVE_FOLDS = {"I3": (0.8944, 0, -0.4472), "I4": (0.8944, 0, 0.4472)}


@pytest.mark.parametrize("group", ORDERS)
def test_order_closure_and_identity(group: str) -> None:
    found = symmetry.operators(group.lower())
    assert len(found) == ORDERS[group]
    assert np.allclose(found[0], np.eye(3))
    products = np.einsum("aij,bjk->abik", found, found).reshape(-1, 3, 3)
    distances = np.abs(products[:, None] - found[None]).max(axis=(2, 3)).min(axis=1)
    assert distances.max() < 1e-9


@pytest.mark.parametrize("group", RELION)
def test_relions_operators_are_in_the_group(group: str) -> None:
    wanted = np.array(RELION[group])
    assert min(np.abs(o - wanted).max() for o in symmetry.operators(group)) < 1e-4


@pytest.mark.parametrize("group", FIVE_FOLDS)
def test_relions_five_folds(group: str) -> None:
    turn = rotations.from_axis_angle(np.array(FIVE_FOLDS[group]), 72.0)
    assert min(np.abs(o - turn).max() for o in symmetry.operators(group)) < 1e-3
    along_z = rotations.about_z(72.0)
    assert min(np.abs(o - along_z).max() for o in symmetry.operators(group)) < 1e-9


def test_i2_has_two_folds_on_the_axes_and_i1_is_it_turned() -> None:
    for axis in np.eye(3):
        half_turn = rotations.from_axis_angle(axis, 180.0)
        assert min(np.abs(o - half_turn).max() for o in symmetry.operators("I2")) < 1e-9
    turn = rotations.about_z(90.0)
    turned = turn @ symmetry.operators("I2") @ turn.T
    assert max(min(np.abs(o - t).max() for o in symmetry.operators("I1")) for t in turned) < 1e-9


@pytest.mark.parametrize("group", ["", "C0", "X3", "D", "I9"])
def test_unknown_groups_are_refused(group: str) -> None:
    with pytest.raises(InputError, match="no point group"):
        symmetry.operators(group)


#: Two operators of each group as RELION 3.1.3 prints them, by (rot, tilt, psi); their products are the whole group.
PRINTED = {
    "C4": [(0, 0, 90), (0, 0, -180)],
    "D7": [(0, 0, 51.4286), (0, 180, 180)],
    "T": [(0, 0, 120), (90, 109.471, 90)],
    "O": [(0, 90, 90), (0, 0, 90)],
    "I": [(0, 0, -180), (-58.2825, 36, 121.717)],
    "I1": [(0, 180, 180), (-110.905, 60, 69.0948)],
    "I2": [(0, 0, -180), (-58.2825, 36, 121.717)],
    "I3": [(180, 63.4349, 0), (0, 0, 72)],
    "I4": [(0, 63.4349, 180), (-72, 63.4349, 108)],
}


def nearest(operators: np.ndarray, wanted: np.ndarray) -> tuple[int, float]:
    """Which operator is nearest to the wanted one, and by how many degrees it misses it."""
    misses = rotations.distance(operators, wanted)
    return int(np.argmin(misses)), float(np.min(misses))


@pytest.mark.parametrize("group", PRINTED)
def test_relions_operators_make_exactly_the_group(group: str) -> None:
    found = symmetry.operators(group)
    generators = []
    for angles in PRINTED[group]:
        index, miss = nearest(found, rotations.from_euler(*angles))
        assert miss < 2e-3, "RELION prints six digits"
        generators.append(found[index])
    reached, frontier = {0}, [np.eye(3)]
    while frontier:
        indices = {nearest(found, g @ f)[0] for f in frontier for g in generators} - reached
        reached |= indices
        frontier = [found[i] for i in indices]
    assert reached == set(range(len(found)))


@pytest.mark.parametrize(("group", "other"), [("I1", "I2"), ("I2", "I1"), ("I3", "I4"), ("I4", "I3"), ("I3", "I2")])
def test_the_icosahedral_settings_differ(group: str, other: str) -> None:
    misses = [nearest(symmetry.operators(other), rotations.from_euler(*angles))[1] for angles in PRINTED[group]]
    assert max(misses) > 5


@pytest.mark.parametrize(
    ("group", "folds"),
    [("C6", {1: 1, 2: 1, 3: 2, 6: 2}), ("D3", {1: 1, 2: 3, 3: 2}), ("T", {1: 1, 2: 3, 3: 8})]
    + [("O", {1: 1, 2: 9, 3: 8, 4: 6})]
    + [(setting, {1: 1, 2: 15, 3: 20, 5: 24}) for setting in ("I1", "I2", "I3", "I4")],
)
def test_how_many_operators_have_which_order(group: str, folds: dict[int, int]) -> None:
    angles = np.asarray(rotations.to_axis_angle(symmetry.operators(group))[1])
    orders = [next(k for k in range(1, 7) if abs(a * k / 360 - round(a * k / 360)) < 1e-9) for a in angles]
    assert {k: orders.count(k) for k in set(orders)} == folds


def test_operators_are_proper_shared_and_not_to_be_written() -> None:
    found = symmetry.operators(" d12 ")
    assert np.allclose(np.linalg.det(found), 1)
    assert len(symmetry.operators("C1000")) == 1000
    with pytest.raises(ValueError, match="read-only"):
        found[0, 0, 0] = 2
