"""The wave behind a specimen under four models of scattering, from the crudest to the most complete.

    projection     no wave at all: the image is linear in the projected potential (see `lens.linear`)
    weak-phase     ψ = 1 + iσv       the projected potential scatters once, and weakly
    phase-object   ψ = exp(iσv)      thin but strong: every order of scattering, no propagation within
    multislice     slice by slice, with propagation between (`multislice`)

v is the projected potential in V Å, σ the interaction parameter; amplitude contrast w makes iσ into (i√(1 − w²) − w)σ.
Vulović, Voortman, van Vliet & Rieger 2014 (Ultramicroscopy 136, 61) say where each holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from ..base.arrays import Array, is_torch, namespace
from ..base.errors import InputError
from .multislice import Propagator, multislice, strength
from .slicing import Slices, aperture, projected, whole_plane

Model = Literal["projection", "weak-phase", "phase-object", "multislice"]


@dataclass(frozen=True)
class ExitWave:
    """A wave (ny, nx), of amplitude 1 where there is nothing, in the plane ``z`` Å; with its pixel in Å and voltage.

    Defocus is counted from z = 0, the specimen's middle; the plane of the wave is put right by `lens`.
    """

    data: Array
    pixel: float
    voltage_kv: float
    z: float = 0.0


def exit_wave(
    slices: Slices,
    voltage_kv: float,
    model: Model = "multislice",
    *,
    amplitude_contrast: float = 0.0,
    propagator: Propagator = "paraxial",
) -> ExitWave:
    """The wave behind a specimen that was cut by `slicing.cut`, under one of the models. InputError for no such model.

    The thin models know no depth: their wave belongs to z = 0. They are kept below the band limit of multislice too.
    """
    if model == "multislice":
        wave = multislice(slices, voltage_kv, amplitude_contrast=amplitude_contrast, propagator=propagator)
        return ExitWave(wave, slices.pixel, voltage_kv, slices.exit_z)
    if model not in get_args(Model) or model == "projection":
        raise InputError(f"{model!r} makes no wave; choose from {', '.join(get_args(Model)[1:])}")
    change = strength(voltage_kv, amplitude_contrast) * projected(slices)
    wave = 1 + change if model == "weak-phase" else namespace(change).exp(change)
    return ExitWave(_limited(wave, slices), slices.pixel, voltage_kv)


def _limited(wave: Array, slices: Slices) -> Array:
    limit = whole_plane(aperture(slices.shape, slices.pixel), slices.shape[1])
    if is_torch(wave):
        import torch

        return torch.fft.ifft2(torch.fft.fft2(wave) * torch.as_tensor(limit, device=wave.device))
    from scipy import fft

    wave = np.asarray(wave, np.complex64 if wave.dtype == np.complex64 else np.complex128)
    return np.asarray(fft.ifft2(fft.fft2(wave) * limit))
