"""A 32³ map recovered from its images by gradient, through multislice or through a projection, with what it costs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np

from underfocus.data.optics import Optics
from underfocus.data.volume import Volume
from underfocus.maths import fourier, rotations, shells
from underfocus.physics import lens, slicing
from underfocus.physics.potential import potential
from underfocus.samples import protein

Real = np.ndarray[Any, Any]
Model = Literal["multislice", "phase-object", "projection"]
SIDE, PIXEL = 32, 1.6
#: Views take these by turns, so that what one cannot see another does.
OPTICS = tuple(Optics(defocus=d, voltage_kv=100.0, cs_mm=0.0, amplitude_contrast=0.1) for d in (600.0, 1400.0, 2600.0))


@dataclass(frozen=True)
class State:
    """A recovery under way: the map, its loss, FSC with the truth, seconds a view and step, and MB that a step keeps."""

    volume: Real
    loss: float
    fsc: Real
    seconds: float
    megabytes: float
    step: int


@cache
def truth(scale: float) -> Real:
    """Ubiquitin's potential in V, 32³, times ``scale``."""
    atoms = protein("1ubi").centred()
    return np.asarray(potential(atoms, SIDE, PIXEL, bfactor=60.0).data * scale, np.float32)


def turned(volume: Any, rotation: Real) -> Any:
    """A density seen from another side: V(Rᵀx) by linear interpolation, with gradients."""
    import torch

    n = volume.shape[0]
    steps = (torch.arange(n) - n // 2).to(volume.dtype)
    z, y, x = torch.meshgrid(steps, steps, steps, indexing="ij")
    seen = torch.stack([x, y, z], dim=-1) @ torch.as_tensor(rotation, dtype=volume.dtype)
    grid = (seen + n // 2) * (2 / (n - 1)) - 1
    found = torch.nn.functional.grid_sample(volume[None, None], grid[None], align_corners=True)
    return found[0, 0]


def image(volume: Any, rotation: Real, optics: Optics, model: Model, slice_thickness: float) -> Any:
    """The image (32, 32) of a density (a tensor) from one side, under a model."""
    cut = slicing.cut(Volume(turned(volume, rotation), PIXEL), thickness=slice_thickness)
    return lens.form(cut, optics, model)


def recover(model: Model, views: int, scale: float, steps: int, slice_thickness: float) -> Iterator[State]:
    """Recover the map from noiseless multislice images by the gradient of the squared error under ``model`` (Adam)."""
    import torch

    turns = rotations.random(views, np.random.default_rng(3))
    sides = [(turn, OPTICS[i % len(OPTICS)]) for i, turn in enumerate(turns)]
    real = torch.as_tensor(truth(scale))
    with torch.no_grad():
        seen = [image(real, *side, "multislice", PIXEL) for side in sides]
    volume = torch.zeros_like(real, requires_grad=True)
    descent = torch.optim.Adam([volume], lr=0.4 * scale)
    kept = memory_of(lambda: image(volume, *sides[0], model, slice_thickness))
    for step in range(1, steps + 1):
        started = time.perf_counter()
        descent.zero_grad()
        loss = 0.0
        for side, wanted in zip(sides, seen, strict=True):
            error = ((image(volume, *side, model, slice_thickness) - wanted) ** 2).sum()
            error.backward()
            loss += float(error.detach())
        descent.step()
        seconds = (time.perf_counter() - started) / views
        if step == 1 or step % 5 == 0 or step == steps:
            found = volume.detach().numpy().copy()
            scatter = float(sum(((w - 1) ** 2).sum() for w in seen))
            yield State(found, loss / scatter, fsc(found, truth(scale)), seconds, kept, step)


def memory_of(work: Any) -> float:
    """MB that automatic differentiation keeps for the way back: what the forward pass saves."""
    import torch

    total = 0

    def save(tensor: Any) -> Any:
        nonlocal total
        total += tensor.numel() * tensor.element_size()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(save, lambda t: t):
        work()
    return total / 1e6


def fsc(one: Real, other: Real) -> Real:
    """Correlation by shell, up to the band limit."""
    curve = shells.correlation(fourier.fft3(one), fourier.fft3(other), SIDE, 3)
    return np.asarray(curve)[: SIDE // 3 + 1]
