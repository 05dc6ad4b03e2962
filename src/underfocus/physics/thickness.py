"""What the thickness of a specimen does to the CTF: damping of amplitudes, and the nodes of Thon's rings.

Layers of a slab lie at heights z from −t/2 to t/2 and each has its own defocus, Δf + z. Two cases:

- The layers show the same thing (a fibre along the beam, an average over depths): their images add, and
  ⟨sin(γ + πλ s² z)⟩ = sin γ · sinc(λ t s² / 2), sinc x = sin πx / πx.
- The layers are independent (ice, carbon): their powers add, and
  ⟨sin²(γ + πλ s² z)⟩ = ½ (1 − cos 2γ · sinc(λ t s²)), whose rings vanish at the nodes λ t s² = 1, 2, …, and change
  sides beyond each.

McMullan, Vinothkumar & Henderson 2015 (Ultramicroscopy 158, 26); Tichelaar et al. 2020 (Ultramicroscopy 216, 113023).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base import units
from ..base.arrays import Array, is_torch, like, namespace
from ..base.errors import InputError
from ..data.optics import Optics
from ..maths import fourier
from . import ctf


def sinc(x: Array) -> Array:
    """sin πx / πx, 1 at 0; numpy or torch, with gradients everywhere."""
    xp = namespace(x)
    safe = xp.where(x == 0, xp.ones_like(x), x)
    return xp.where(x == 0, xp.ones_like(x), xp.sin(np.pi * safe) / (np.pi * safe))


def _numbers(s: Array) -> Array:
    return s if is_torch(s) else np.asarray(s, np.float64)


def _checked(thickness: Any) -> Any:
    if not is_torch(thickness) and np.any(np.asarray(thickness) < 0):
        raise InputError(f"a thickness is 0 Å or more, and {thickness} was given")
    return thickness


def damping(s: Array, thickness: Any, voltage_kv: Any) -> Array:
    """sinc(λ t s² / 2): what of the amplitude at s (1/Å) is left where layers over t Å show the same thing."""
    s = _numbers(s)
    return sinc(units.wavelength(voltage_kv) * _checked(thickness) * s**2 / 2)


def modulation(s: Array, thickness: Any, voltage_kv: Any) -> Array:
    """sinc(λ t s²): what is left of Thon's rings at s (1/Å) for independent layers over t Å; negative past a node."""
    s = _numbers(s)
    return sinc(units.wavelength(voltage_kv) * _checked(thickness) * s**2)


def nodes(thickness: float, voltage_kv: float, count: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    """The first frequencies (count,) in 1/Å at which the rings vanish: λ t s² = 1, 2, … InputError for no thickness."""
    if thickness <= 0:
        raise InputError(f"only a specimen with a thickness above 0 Å has nodes, and {thickness:g} Å was given")
    return np.asarray(np.sqrt(np.arange(1, count + 1) / (units.wavelength(voltage_kv) * thickness)))


def thickness_of_node(s: float, voltage_kv: float, number: int = 1) -> float:
    """The thickness in Å whose n-th node is at s (1/Å): n / (λ s²)."""
    if s <= 0:
        raise InputError(f"a node lies at a frequency above 0, and {s:g} 1/Å was given")
    return float(number / (units.wavelength(voltage_kv) * s**2))


def power1(s: Array, optics: Optics, thickness: Any, *, azimuth: float | None = None, envelope: bool = True) -> Array:
    """Thon's rings of independent layers at s (1/Å): E² · ½ (1 − cos 2γ′ · sinc(λ t s²)), γ′ = γ + asin w.

    ``azimuth`` as for `ctf.ctf1`. cos 2γ′ is taken from the square of the CTF, so that thickness 0 gives CTF².
    """
    bare = ctf.ctf1(s, optics, azimuth=azimuth, envelope=False) ** 2
    found = _of_layers(bare, modulation(like(s, bare) if is_torch(bare) else s, thickness, optics.voltage_kv))
    return found * ctf.envelope(_numbers(s), optics.bfactor) ** 2 if envelope else found


def power2(n: int, pixel: float, optics: Optics, thickness: Any) -> Array:
    """The same on the half plane (n, n//2+1) of an n × n image, with every aberration of the optics; no envelope."""
    bare = abs(ctf.ctf2_plain(n, pixel, optics, envelope=False)) ** 2
    s = fourier.radius2(n, pixel, bare if is_torch(bare) else None)
    return _of_layers(bare, modulation(s, thickness, optics.voltage_kv))


def _of_layers(squared: Array, left: Array) -> Array:
    """½ (1 − left · cos 2γ′) with cos 2γ′ = 1 − 2 sin² γ′."""
    return (1 - left) / 2 + left * squared
