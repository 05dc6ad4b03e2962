"""The wave behind a thick specimen, slice by slice: ψ ← P ⊗ [exp(iσv) ψ]. Cowley & Moodie 1957 (Acta Cryst. 10, 609).

Signs are Kirkland's (2020, section 6.4): a positive potential advances the wave by exp(+iσv), and free space of Δz has
the transfer exp(−iπλΔz k²). Programs with exp(−iσv) carry the complex conjugate of all of it. Waves are kept below two
thirds of Nyquist (`slicing.BAND`). Amplitude contrast w turns iσv into (i√(1 − w²) − w)σv, as in the CTF.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal

import numpy as np

from ..base import units
from ..base.arrays import Array, is_torch
from ..base.errors import InputError
from ..base.parallel import cores
from ..maths import fourier
from .slicing import Slices, aperture, whole_plane

Propagator = Literal["paraxial", "exact"]
#: From so many pixels on a field is worth more than two threads.
WIDE = 1 << 20


def propagator(
    shape: tuple[int, int], pixel: float, distance: float, voltage_kv: float, kind: Propagator = "paraxial"
) -> Array:
    """The transfer of ``distance`` Å of free space on the full plane (ny, nx), complex128, origin in the corner.

    exp(−iπλΔz k²), or with ``exact`` exp(2πiΔz (√(1/λ² − k²) − 1/λ)), which does not suppose small angles.
    """
    k2 = _squares(shape, pixel)
    wavelength = units.wavelength(voltage_kv)
    if kind == "paraxial":
        return np.exp(-1j * np.pi * wavelength * distance * k2)
    inside = np.maximum(1 - wavelength**2 * k2, 0)
    return np.exp(2j * np.pi * distance / wavelength * (np.sqrt(inside) - 1))


def multislice(
    slices: Slices,
    voltage_kv: float,
    *,
    amplitude_contrast: float = 0.0,
    propagator: Propagator = "paraxial",
    wave: Array | None = None,
) -> Array:
    """The wave (ny, nx), complex64, at the exit face of the specimen, for a plane wave of amplitude 1 that enters.

    ``wave`` is the one that enters, if it is not plane. Two threads share the work: one makes the slices' potentials
    while the other propagates. Slices of a torch density give a tensor with gradients. Raises InputError.
    """
    from ..base.progress import stage

    _check(slices, voltage_kv, amplitude_contrast)
    wave = np.ones(slices.shape, np.complex64) if wave is None else wave
    if slices.tensor or is_torch(wave):
        return _by_tensors(slices, voltage_kv, amplitude_contrast, propagator, wave)
    with stage("multislice", total=len(slices)) as step:
        return _by_kernels(slices, voltage_kv, amplitude_contrast, propagator, wave, step)


def multislice_plain(
    slices: Slices,
    voltage_kv: float,
    *,
    amplitude_contrast: float = 0.0,
    propagator: Propagator = "paraxial",
    wave: Array | None = None,
) -> Array:
    """The textbook twin of `multislice`: complex128, as the formula stands."""
    transfer = _transfer(slices, voltage_kv, propagator)
    limit = whole_plane(aperture(slices.shape, slices.pixel), slices.shape[1])
    wave = np.ones(slices.shape, np.complex128) if wave is None else np.asarray(wave, np.complex128)
    for index in range(len(slices)):
        potential = np.asarray(slices[index], np.float64)
        wave = wave * np.exp(strength(voltage_kv, amplitude_contrast) * potential)
        wave = np.fft.ifft2(np.fft.fft2(wave) * transfer * limit)
    return wave


def strength(voltage_kv: Any, amplitude_contrast: Any = 0.0) -> Any:
    """(i√(1 − w²) − w)σ in rad/(V Å): what the logarithm of the wave changes by for each V Å of projected potential."""
    sigma = units.interaction(voltage_kv)
    return (1j * (1 - amplitude_contrast**2) ** 0.5 - amplitude_contrast) * sigma


def _check(slices: Slices, voltage_kv: float, amplitude_contrast: float) -> None:
    if not voltage_kv > 0:
        raise InputError(f"multislice needs a voltage above 0 kV, and {voltage_kv:g} was given")
    if not 0 <= amplitude_contrast < 1:
        raise InputError(f"amplitude contrast is at least 0 and below 1, and {amplitude_contrast:g} was given")
    if 3 * slices.pixel < 2 * units.wavelength(voltage_kv):  # the band ends at one wave in three pixels
        raise InputError(
            f"pixels of {slices.pixel:g} Å carry angles beyond those of small-angle scattering at {voltage_kv:g} kV; "
            "take larger pixels"
        )


def _squares(shape: tuple[int, int], pixel: float) -> Array:
    ky, kx = (fourier.frequencies1(n, pixel) for n in shape)
    return np.asarray(ky[:, None] ** 2 + kx[None] ** 2)


def _transfer(slices: Slices, voltage_kv: float, kind: Propagator) -> Array:
    return propagator(slices.shape, slices.pixel, slices.thickness, voltage_kv, kind)


def _potentials(slices: Slices) -> Iterator[Array]:
    """The slices in order, each made in another thread while the one before is used."""
    from concurrent.futures import ThreadPoolExecutor
    from contextvars import copy_context

    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(copy_context().run, slices.__getitem__, 0)
        for index in range(len(slices)):
            ready = coming.result()
            if index + 1 < len(slices):
                coming = pool.submit(copy_context().run, slices.__getitem__, index + 1)
            yield ready


def _by_kernels(
    slices: Slices, voltage_kv: float, amplitude_contrast: float, kind: Propagator, wave: Array, step: Any
) -> Array:
    """The loop in single precision with compiled kernels."""
    from scipy import fft

    from ..maths.kernels import splat

    change = strength(voltage_kv, amplitude_contrast)
    phase, loss = float(change.imag), float(-change.real)
    transfer = _in_band(slices, voltage_kv, kind)
    wave = np.array(wave, np.complex64)
    columns = np.empty(transfer.shape, np.complex64)
    workers = cores() if wave.size >= WIDE else 1
    for potential in _potentials(slices):
        _by_rows(splat.transmit, wave, np.asarray(potential, np.float32), phase, loss)
        wave = fft.fft(wave, axis=1, overwrite_x=True, workers=workers)
        _by_rows(splat.gather, wave, columns)
        spectrum = fft.fft(columns, axis=0, overwrite_x=True, workers=workers)
        _by_rows(splat.multiply, spectrum, transfer)
        _by_rows(splat.scatter, fft.ifft(spectrum, axis=0, overwrite_x=True, workers=workers), wave)
        wave = fft.ifft(wave, axis=1, overwrite_x=True, workers=workers)
        step(1)
    return wave


def _by_rows(kernel: Callable[..., object], first: Array, second: Array, *rest: float) -> None:
    """A kernel on two planes: at once where they are small, in threads over their rows where they are wide."""
    if first.size < WIDE:
        kernel(first, second, *rest)
    else:
        from ..maths.kernels.jit import spread

        spread(lambda a, b: kernel(first[a:b], second[a:b], *rest), len(first), grain=64)


def _in_band(slices: Slices, voltage_kv: float, kind: Propagator) -> Array:
    """The propagator times the band limit, on the columns that the limit leaves, (ny, 2m−1) complex64."""
    limit = whole_plane(aperture(slices.shape, slices.pixel))
    m = (limit.shape[1] + 1) // 2
    whole = _transfer(slices, voltage_kv, kind)
    return np.asarray(np.concatenate([whole[:, :m], whole[:, slices.shape[1] - m + 1 :]], 1) * limit, np.complex64)


def _by_tensors(slices: Slices, voltage_kv: float, amplitude_contrast: float, kind: Propagator, wave: Array) -> Array:
    """The loop with torch, in the precision of the potential, with gradients."""
    import torch

    reference = slices[0] if slices.tensor else wave
    real = reference.real.dtype
    pair = torch.complex128 if real == torch.float64 else torch.complex64
    transfer = _transfer(slices, voltage_kv, kind) * whole_plane(aperture(slices.shape, slices.pixel), slices.shape[1])
    planes = torch.as_tensor(transfer, dtype=pair, device=reference.device)
    change = strength(voltage_kv, amplitude_contrast)
    current = torch.as_tensor(wave, device=reference.device).to(pair)
    for index in range(len(slices)):
        potential = torch.as_tensor(slices[index], device=reference.device).to(real)
        current = current * torch.exp(change * potential)
        current = torch.fft.ifft2(torch.fft.fft2(current) * planes)
    return current
