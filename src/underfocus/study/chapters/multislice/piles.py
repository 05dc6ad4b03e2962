"""A pile of adenylate kinases as deep as one likes, and its images under the four models of scattering."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from underfocus.base import units
from underfocus.data.atoms import Atoms
from underfocus.data.optics import Optics
from underfocus.data.volume import Volume
from underfocus.maths import fourier, rotations, shells
from underfocus.physics import lens, slicing
from underfocus.physics.exit_wave import ExitWave, Model, exit_wave
from underfocus.samples import protein

Real = np.ndarray[Any, Any]
#: Pixels and Å of the field, and Å of the pile that one molecule fills.
SIDE, PIXEL, LAYER = 128, 1.0, 50


@lru_cache(maxsize=6)
def pile(layers: int) -> Volume:
    """Layers of one molecule each, turned and moved at random: a potential in V on voxels of 1 Å."""
    molecule = protein("1ake").centred()
    random = np.random.default_rng(11)
    parts = []
    for layer in range(layers):
        turned = molecule.rotated(rotations.random(1, random)[0])
        across = np.append(random.uniform(-22, 22, 2), (layer + 0.5 - layers / 2) * LAYER)
        parts.append(turned.moved(across))
    atoms = Atoms(
        np.concatenate([p.positions for p in parts]), np.concatenate([p.elements for p in parts]),
        np.full(sum(len(p) for p in parts), 30.0),
    )  # fmt: skip
    reach = max(float(np.abs(atoms.positions[:, 2]).max()) + 1, layers * LAYER / 2)
    cut = slicing.cut(atoms, SIDE, PIXEL, 1.0, extent=(-np.ceil(reach), np.ceil(reach)))
    return Volume(np.stack([cut[i] for i in range(len(cut))]), PIXEL)


def slices(thickness: float, slice_thickness: float, scale: float = 1.0) -> slicing.Slices:
    """The pile of about ``thickness`` Å, cut; its potential times ``scale``."""
    return slicing.cut(pile(max(1, round(thickness / LAYER))), thickness=slice_thickness, scale=scale)


@lru_cache(maxsize=64)
def wave(thickness: float, slice_thickness: float, scale: float, voltage_kv: float, model: Model, w: float) -> ExitWave:
    """The wave behind the pile; kept, since only the lens behind it changes while one turns the defocus."""
    return exit_wave(slices(thickness, slice_thickness, scale), voltage_kv, model, amplitude_contrast=w)


@lru_cache(maxsize=16)
def projection(thickness: float, scale: float) -> Real:
    """The projected potential of the pile in V Å."""
    return np.asarray(slicing.projected(slices(thickness, LAYER, scale)), float)


def image(model: Model, thickness: float, slice_thickness: float, scale: float, optics: Optics) -> Real:
    """The image (128, 128) under a model, 1 on average."""
    if model == "projection":
        return np.asarray(lens.linear(projection(thickness, scale), PIXEL, optics), float)
    found = wave(thickness, slice_thickness, scale, float(optics.voltage_kv), model, float(optics.amplitude_contrast))
    return np.asarray(lens.image(found, optics), float)


def largest_phase(thickness: float, scale: float, voltage_kv: float) -> float:
    """σ ∫V dz in rad where the pile is densest."""
    return float(units.interaction(voltage_kv) * projection(thickness, scale).max())


def apart(one: Real, other: Real) -> float:
    """‖a − b‖ over ‖b − 1‖: the part of the contrast on which two images disagree."""
    return float(np.linalg.norm(one - other) / np.linalg.norm(other - 1))


def rings(one: Real, other: Real) -> tuple[Real, Real, Real]:
    """Frequency, power of the difference over that of the second image, and their correlation, ring by ring."""
    transforms = [fourier.fft2(v - 1) for v in (one, other)]
    power = [shells.shell_mean(np.abs(t) ** 2, SIDE, 2) for t in (transforms[0] - transforms[1], transforms[1])]
    correlation = shells.correlation(transforms[0], transforms[1], SIDE, 2)
    last = SIDE // 3  # beyond two thirds of Nyquist there is no wave
    s = np.arange(last) / (SIDE * PIXEL)
    return s[1:], (power[0] / power[1])[1:last], np.asarray(correlation)[1:last]


def second_order(found: ExitWave, optics: Optics) -> tuple[Real, Real]:
    """The parts of an image that are linear and quadratic in the scattered wave: 2 Re ψ and |ψ|² behind the lens."""
    transfer = lens.wave_transfer(found.data.shape, found.pixel, _at(optics, found))
    scattered = np.fft.ifft2(np.fft.fft2(found.data - 1) * transfer)
    return 2 * scattered.real, np.abs(scattered) ** 2


def _at(optics: Optics, found: ExitWave) -> Optics:
    from dataclasses import replace

    return replace(optics, defocus=optics.defocus + found.z)
