"""Volume, Images, Pose, Optics and Atoms: what they take, what they refuse, and in which words."""

from __future__ import annotations

import dataclasses
import pickle

import numpy as np
import pytest

from underfocus.base.errors import InputError, KnobError
from underfocus.base.knobs import knobs_of
from underfocus.data.atoms import Atoms
from underfocus.data.images import Images
from underfocus.data.optics import Optics, spread
from underfocus.data.pose import Pose
from underfocus.data.volume import Volume

CUBE = np.arange(64.0).reshape(4, 4, 4)


def test_nouns_are_frozen_and_travel() -> None:
    volume = Volume(CUBE, 2.0, (1.0, 2.0, 3.0))
    with pytest.raises((dataclasses.FrozenInstanceError, AttributeError)):
        volume.pixel = 3.0  # type: ignore[misc]
    again = pickle.loads(pickle.dumps(volume))
    assert again.pixel == 2.0
    assert again.origin == (1.0, 2.0, 3.0)
    assert dataclasses.replace(volume, pixel=4.0).pixel == 4.0


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Volume(CUBE[0], 1.0), r"three axes \(z, y, x\), and an array of shape \(4, 4\)"),
        (lambda: Volume(CUBE, 0.0), "above 0 Å, and 0.0 was given"),
        (lambda: Volume(CUBE, np.nan), "above 0 Å, and nan was given"),
        (lambda: Volume(CUBE, None), "Volume, pixel: input should be a valid number, and None was given"),
        (lambda: Volume(np.where(CUBE == 3, np.nan, CUBE), 1.0), "finite numbers, and 1 of its values are not"),
        (lambda: Volume(CUBE, 1.0, (0, np.inf, 0)), "origin of a volume must be finite"),
        (lambda: Volume(CUBE[:3], 1.0).n, r"cubic volume is needed here, and this one has \(3, 4, 4\)"),
        (lambda: Images(CUBE[0], 1.0), r"three axes \(image, y, x\)"),
        (lambda: Images(CUBE[:, :3], 1.0).n, r"square images are needed here, and these have \(3, 4\)"),
        (lambda: Pose(np.eye(2)), r"rotation matrices \(…, 3, 3\)"),
        (lambda: Pose(2 * np.eye(3)), r"proper rotations \(orthogonal, determinant \+1\)"),
        (lambda: Pose(np.diag([1.0, 1.0, -1.0])), "proper rotations"),
        (lambda: Pose(np.eye(3)[None], np.zeros(2)), "need as many shifts"),
        (lambda: Pose(np.eye(3), np.array([np.nan, 0])), "finite shifts"),
        (lambda: Atoms([[0.0, 0.0]], ["C"]), r"positions \(n, 3\) in Å"),
        (lambda: Atoms([[0.0, 0.0, np.nan]], ["C"]), "finite positions"),
        (lambda: Atoms([[0.0, 0.0, 0.0]], ["C", "N"]), "1 atoms need as many elements, and 2 were given"),
        (lambda: Optics(defocus=[1.0, 2.0], cs_mm=[1.0, 2.0, 3.0]), "one value a particle"),
        (lambda: Optics(defocus=np.zeros((2, 2))), r"shape \(2, 2\)"),
        (lambda: Optics(defocus=[1.0, 2.0]).spread_to(3), "describe 2 particles, and 3 were asked for"),
        (lambda: spread(2.0, 1.0, 3), "low at most high"),
    ],
)
def test_refusals_are_sentences(make: object, words: str) -> None:
    assert callable(make)
    with pytest.raises(InputError, match=words):
        make()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("defocus", np.nan, "defocus must be a finite number in Å"),
        ("defocus", "deep", "defocus must be a number or one number a particle, and 'deep' was given"),
        ("voltage_kv", 0.0, "voltage_kv must be between 1 and 3000 kV, and 0 was given"),
        ("voltage_kv", [300.0, -1.0], "voltage_kv must be between 1 and 3000 kV, and -1 was given"),
        ("amplitude_contrast", 1.1, "amplitude_contrast must be between 0 and 1, and 1.1 was given"),
    ],
)
def test_optics_are_checked_by_their_knobs(field: str, value: object, words: str) -> None:
    with pytest.raises(KnobError, match=words):
        Optics(**{field: value})


def test_the_slider_does_not_forbid_overfocus() -> None:
    assert Optics(defocus=-3_000.0).defocus == -3_000.0


def test_every_field_of_optics_is_a_knob_with_a_unit_and_a_sentence() -> None:
    bounds = knobs_of(Optics)
    nested = ["aberrations", "coherence"]
    assert [*(b.name for b in bounds), *nested] == [f.name for f in dataclasses.fields(Optics)]
    assert all(b.kind == "number" for b in bounds)
    for bound in bounds:
        assert bound.knob.what.endswith(".")
        assert bound.knob.chapter == "phase-contrast"
        assert bound.knob.low is not None
        assert bound.knob.high is not None
        assert bound.check(bound.knob.low) == bound.knob.low
    flags = {b.name: b.flag for b in bounds}
    assert flags["voltage_kv"] == "--voltage"
    assert flags["cs_mm"] == "--cs"
    assert flags["amplitude_contrast"] == "--amplitude-contrast"


def test_optics_of_some_particles() -> None:
    optics = Optics(defocus=[1.0, 2.0, 3.0], voltage_kv=200.0)
    assert optics.n == 3
    assert Optics().n is None
    assert list(optics[1:].defocus) == [2.0, 3.0]
    assert optics[[True, False, True]].voltage_kv == 200.0
    assert list(Optics(defocus=5.0).spread_to(2).defocus) == [5.0, 5.0]


def test_tensors_stay_tensors() -> None:
    torch = pytest.importorskip("torch")
    defocus = torch.tensor(12_000.0, requires_grad=True)
    assert Optics(defocus=defocus).defocus is defocus
    data = torch.zeros(4, 4, 4, requires_grad=True)
    assert Volume(data, 1.0).data is data
    rotation = torch.eye(3, dtype=torch.float64, requires_grad=True)
    assert Pose(rotation).rotation is rotation


def test_random_poses_are_repeatable_and_within_the_disc() -> None:
    pose = Pose.random(500, seed=3, shift=4.0)
    again = Pose.random(500, seed=3, shift=4.0)
    np.testing.assert_array_equal(pose.rotation, again.rotation)
    radii = np.linalg.norm(pose.shift, axis=-1)
    assert radii.max() < 4.0
    assert np.mean(radii**2) == pytest.approx(8.0, rel=0.1), "uniform over a disc: mean square radius is half of R²"
    assert len(pose[::2]) == 250


def test_euler_angles_come_back() -> None:
    pose = Pose.from_euler(np.array([30.0]), np.array([40.0]), np.array([50.0]), np.array([[1.0, 2.0]]))
    np.testing.assert_allclose(pose.euler()[0], (30, 40, 50))


def test_spread_stays_between_its_ends() -> None:
    values = spread(10_000, 20_000, 1000, seed=1)
    assert values.min() >= 10_000
    assert values.max() <= 20_000
    np.testing.assert_array_equal(values, spread(10_000, 20_000, 1000, seed=1))


def test_atoms_are_columns() -> None:
    atoms = Atoms([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]], ["c", "ZN"], names=["CA", "ZN"], chains=["A", "B"])
    assert list(atoms.elements) == ["C", "Zn"]
    np.testing.assert_allclose(atoms.centred().positions.mean(axis=0), 0, atol=1e-12)
    assert len(atoms.select(element="Zn")) == len(atoms.select(name="CA")) == len(atoms.select(chain="B")) == 1
    turned = atoms.rotated(np.array([[0.0, -1, 0], [1, 0, 0], [0, 0, 1]]))
    np.testing.assert_allclose(turned.positions[0], (-2, 1, 3))
