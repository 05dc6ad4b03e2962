"""From the wave behind the specimen to the intensity on the detector: the complex CTF, and its linear shadow, the sine.

I = |F⁻¹[ψ̂ · K e^{iγ + i odd}]|², the complex CTF of Vulović et al. 2013 (J. Struct. Biol. 183, 19, eq. 5) in the signs
of `physics.ctf`: K is the product of B-factor and coherence. K on the scattered wave leaves the linear image with K and
the image of second order with K², which for incoherent blurs is an approximation (a transmission cross-coefficient
would be exact; Frank 1973). Amplitude contrast belongs to the specimen here (`exit_wave`), not to the lens.

To first order in the potential all of it is 1 + 2 CTF·σv with the sine CTF: that is `linear`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ..base import units
from ..base.arrays import Array, is_torch, like, namespace
from ..base.errors import InputError
from ..data.optics import Optics
from ..maths import fourier
from . import ctf, envelopes
from .exit_wave import ExitWave, Model, exit_wave
from .phase_plate import LaserPlate
from .slicing import Slices, projected


def image(wave: ExitWave, optics: Optics, plate: LaserPlate | None = None) -> Array:
    """The intensity (ny, nx) of a wave behind a lens of (scalar) optics; 1 where there is no specimen.

    Defocus counts from z = 0. A phase shift acts on the scattered wave alone, as a phase plate's does; ``plate`` adds a
    laser's. InputError where the voltages disagree.
    """
    if float(optics.voltage_kv) != wave.voltage_kv:
        raise InputError(f"the wave was made at {wave.voltage_kv:g} kV, and the optics say {optics.voltage_kv:g} kV")
    transfer = wave_transfer(wave.data.shape, wave.pixel, replace(optics, defocus=optics.defocus + wave.z), plate)
    if is_torch(wave.data) or is_torch(transfer):
        import torch

        data = wave.data if is_torch(wave.data) else torch.as_tensor(wave.data, device=transfer.device)
        seen = torch.fft.ifft2(torch.fft.fft2(data) * like(transfer, data))
        return seen.real**2 + seen.imag**2
    from scipy import fft

    seen = fft.ifft2(fft.fft2(wave.data, workers=-1) * transfer.astype(wave.data.dtype), workers=-1)
    return np.asarray(seen.real**2 + seen.imag**2)


def wave_transfer(shape: tuple[int, int], pixel: float, optics: Optics, plate: LaserPlate | None = None) -> Array:
    """K e^{iγ + i odd} on the full plane (ny, nx), 1 at the origin: nothing happens to the straight beam."""
    ky, kx = _plane(shape, pixel, optics)
    values = ctf.transfer(ky, kx, optics) * ctf.envelope((kx * kx + ky * ky) ** 0.5, optics.bfactor)
    if plate is not None:
        values = values * namespace(kx).exp(1j * plate.phase_shift(ky, kx, optics.voltage_kv))
    if optics.coherence is not None:
        values = values * envelopes.coherent(ky, kx, optics, optics.coherence)
    xp = namespace(values)
    return xp.where((kx == 0) & (ky == 0), xp.ones_like(values), values)


def _plane(shape: tuple[int, int], pixel: float, optics: Optics) -> tuple[Array, Array]:
    """(ky, kx) of the full plane, tensors where the optics carry one."""
    reference = ctf.tensor_in(optics)
    ky, kx = (fourier.frequencies1(n, pixel) for n in shape)
    full = np.broadcast_arrays(ky[:, None], kx[None])
    return (full[0], full[1]) if reference is None else (ctf.double(full[0], reference), ctf.double(full[1], reference))


def linear(projection: Array, pixel: float, optics: Optics) -> Array:
    """1 + 2 F⁻¹[CTF · F σv] for a projected potential v (ny, nx) in V Å: the image that reconstruction believes in."""
    ny, nx = projection.shape
    ky, kx = fourier.frequencies1(ny, pixel)[:, None], fourier.half_frequencies1(nx, pixel)[None]
    reference = ctf.tensor_in(optics)
    if reference is not None:
        ky, kx = ctf.double(ky, reference), ctf.double(kx, reference)
    transfer = 2 * units.interaction(optics.voltage_kv) * ctf.image_transfer(ky, kx, optics)
    return 1 + _filtered(projection, transfer)


def sine_image(wave: ExitWave, optics: Optics) -> Array:
    """The sine CTF on the phase of an exit wave, beside `image`'s complex CTF on the wave itself.

    The phase is that of the wave in its own plane, 1 + 2 F⁻¹[CTF · F arg ψ]; what multislice knows of depth is lost.
    """
    xp = namespace(wave.data)
    phase = xp.atan2(wave.data.imag, wave.data.real)
    return linear(
        phase / units.interaction(wave.voltage_kv), wave.pixel, replace(optics, defocus=optics.defocus + wave.z)
    )


def _filtered(values: Array, transfer: Array) -> Array:
    if is_torch(values) or is_torch(transfer):
        import torch

        values = values if is_torch(values) else torch.as_tensor(values, device=transfer.device)
        return torch.fft.irfft2(torch.fft.rfft2(values) * like(transfer, values), s=values.shape)
    from scipy import fft

    half = fft.rfft2(values)
    return np.asarray(fft.irfft2(half * transfer.astype(half.dtype), values.shape))


def form(slices: Slices, optics: Optics, model: Model = "multislice", **settings: Any) -> Array:
    """The noiseless image (ny, nx), 1 on average, of a cut specimen under a model of scattering and the given optics.

    ``settings`` go to `exit_wave`. The amplitude contrast of the optics is used in every model.
    """
    if model == "projection":
        return linear(projected(slices), slices.pixel, optics)
    wave = exit_wave(
        slices, float(optics.voltage_kv), model, amplitude_contrast=float(optics.amplitude_contrast), **settings
    )
    return image(wave, optics)
