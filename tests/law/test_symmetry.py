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
