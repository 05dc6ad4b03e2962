"""Gradients through the whole chain, from atoms and pose to the image, against finite differences in float64."""

from __future__ import annotations

import numpy as np
import pytest

from underfocus.base.errors import InputError
from underfocus.data.atoms import Atoms
from underfocus.data.optics import Optics
from underfocus.data.volume import Volume
from underfocus.physics import lens, slicing
from underfocus.physics.differentiable import TensorSlices

torch = pytest.importorskip("torch")
RNG = np.random.default_rng(4)
PLACES = RNG.uniform(-5, 5, (12, 3))
ATOMS = Atoms(PLACES, RNG.choice(["C", "N", "O"], 12), np.full(12, 15.0))
N, PIXEL = 16, 1.0
WEIGHTS = torch.as_tensor(RNG.standard_normal((N, N)))
MODELS = ("projection", "weak-phase", "phase-object", "multislice")


def seen(places: object, model: str, defocus: object = 3000.0) -> object:
    cut = TensorSlices(places, ATOMS, (N, N), PIXEL, 4.0, -8.0, 4)
    return (lens.form(cut, Optics(defocus=defocus, amplitude_contrast=0.1), model) * WEIGHTS).sum()


def relative_error(value: object, gradient: np.ndarray, at: np.ndarray, step: float) -> float:
    """Largest error of a gradient against central differences, over its largest entry."""
    differences = np.zeros_like(at)
    for index in np.ndindex(*at.shape):
        moved = [at.copy(), at.copy()]
        moved[0][index] += step
        moved[1][index] -= step
        differences[index] = (float(value(moved[0])) - float(value(moved[1]))) / (2 * step)
    return float(np.abs(differences - gradient).max() / np.abs(differences).max())


def test_slices_are_those_of_numpy() -> None:
    cut = TensorSlices(torch.as_tensor(PLACES), ATOMS, (N, N), PIXEL, 4.0, -8.0, 4)
    other = slicing.cut(ATOMS, N, PIXEL, 4.0, extent=(-8.0, 8.0), sharing="linear")
    for index in range(4):
        assert np.abs(cut[index].numpy() - other[index]).max() < 1e-3 * np.abs(other[index]).max()


@pytest.mark.parametrize("model", MODELS)
def test_gradient_to_every_atom(model: str) -> None:
    places = torch.as_tensor(PLACES).requires_grad_()
    seen(places, model).backward()
    error = relative_error(lambda p: seen(torch.as_tensor(p), model).detach(), places.grad.numpy(), PLACES, 1e-4)
    assert error < 1e-5


@pytest.mark.parametrize("model", MODELS)
def test_gradient_to_defocus_pose_and_shift(model: str) -> None:
    """Rotation about x by an angle, a shift (x, y) and the defocus, at once."""

    def value(numbers: object) -> object:
        angle, dx, dy, defocus = numbers[0], numbers[1], numbers[2], numbers[3] * 1000
        one, none = torch.ones_like(angle), torch.zeros_like(angle)
        rows = [one, none, none, none, torch.cos(angle), -torch.sin(angle), none, torch.sin(angle), torch.cos(angle)]
        turned = torch.as_tensor(PLACES) @ torch.stack(rows).reshape(3, 3).T
        return seen(turned + torch.stack([dx, dy, none]), model, defocus)

    at = np.array([0.3, 0.4, -0.7, 3.0])
    numbers = torch.as_tensor(at).requires_grad_()
    value(numbers).backward()
    error = relative_error(lambda p: value(torch.as_tensor(p)).detach(), numbers.grad.numpy(), at, 1e-5)
    assert error < 1e-5


def test_gradient_to_a_map_through_multislice() -> None:
    data = RNG.standard_normal((4, 8, 8)) * 20

    def value(density: object) -> object:
        cut = slicing.cut(Volume(density, 1.5), thickness=3.0)
        return (lens.form(cut, Optics(defocus=2000.0), "multislice") * WEIGHTS[:8, :8]).sum()

    density = torch.as_tensor(data).requires_grad_()
    value(density).backward()
    error = relative_error(lambda d: value(torch.as_tensor(d)).detach(), density.grad.numpy(), data, 1e-3)
    assert error < 1e-5


def test_tensors_and_arrays_make_one_image() -> None:
    data = (RNG.standard_normal((6, 12, 12)) * 20).astype(np.float32)
    for model in MODELS:
        images = [
            lens.form(slicing.cut(Volume(d, 1.5), thickness=3.0), Optics(defocus=2000.0), model)
            for d in (data, torch.as_tensor(data))
        ]
        assert np.abs(images[0] - images[1].numpy()).max() < 1e-5
    with pytest.raises(InputError, match="one row an atom"):
        TensorSlices(torch.zeros(3, 3), ATOMS, (N, N), PIXEL, 4.0, -8.0, 4)
