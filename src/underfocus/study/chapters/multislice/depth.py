"""Numbers of depth and strength: what each approximation costs, in closed form, by the engine's own constants."""

from __future__ import annotations

from typing import Any

import numpy as np

from underfocus.base import units
from underfocus.physics.multislice import propagator

Real = np.ndarray[Any, Any]


def ice_phase(volts: float, thickness: float, voltage_kv: float = 300.0) -> float:
    """σVt in rad."""
    return float(units.interaction(voltage_kv) * volts * thickness)


def quadratic_share(phase: Any) -> Any:
    """The second term of e^{iφ} over the first: φ/2."""
    return np.asarray(phase) / 2


def phase_plate(phase: float, sign: int) -> float:
    """The contrast |e^{iφ} − 1 + e^{iπ/2·sign}|² − 1 of a phase object behind an ideal quarter-wave plate."""
    return float(abs(np.exp(1j * phase) - 1 + np.exp(0.5j * np.pi * sign)) ** 2 - 1)


def fresnel(distance: float, length: float, voltage_kv: float = 300.0) -> float:
    """The phase in rad by which ``distance`` Å of free space turns a wave of ``length`` Å, from the propagator."""
    n = 64
    transfer = propagator((n, n), length / n, distance, voltage_kv)
    turned = 1j * np.log(transfer[0, 1] / transfer[0, 0])
    whole = np.pi * units.wavelength(voltage_kv) * distance / length**2
    return float(turned.real + 2 * np.pi * np.rint((whole - turned.real) / (2 * np.pi)))


def square_mtf(sx: Any, sy: Any) -> Any:
    """sinc(sx) sinc(sy) of a square pixel, frequencies in cycles a pixel."""
    return np.sinc(sx) * np.sinc(sy)


def neighbours(kernel: Real) -> float:
    """Correlation of neighbouring pixels of white noise after a kernel along a line."""
    kernel = np.asarray(kernel, float)
    return float((kernel[1:] * kernel[:-1]).sum() / (kernel**2).sum())
