"""What the chapter on tilted specimens computes: fields that are tilted, their rings strip by strip, what a correction brings back."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np

from underfocus.base import units
from underfocus.data.optics import Optics
from underfocus.maths import fourier, shells
from underfocus.physics import ctf, thickness, tilt, tilted
from underfocus.physics.tilt import Tilt
from underfocus.physics.tilt_plain import How

from ..pictures import specimen_image

Real = np.ndarray[Any, Any]
#: Side in pixels, and pixel in Å, of the proteins that lie in rows in a field; noise over signal of Wiener's filter.
TILE, PIXEL, WIENER = 64, 2.0, 0.1
#: Directions within this many degrees of the tilt axis count in the rings of a strip, which is long that way.
SECTOR = 30.0


@lru_cache(maxsize=8)
def white(n: int, seed: int) -> Real:
    """White noise (n, n), kept."""
    return np.random.default_rng(seed).standard_normal((n, n))


@lru_cache(maxsize=8)
def amorphous(n: int, pixel: float, optics: Optics, at: Tilt, thick: float) -> Real:
    """The image (n, n) of a tilted slab of ice, ``thick`` Å, whose layers are independent.

    A layer z deeper has sin(γ − uz) = cos uz sin γ − sin uz cos γ. Summed over independent layers the two factors are
    independent noises, with (1 ± sinc)/2 of the power: two images stand for all layers.
    """
    left = thickness.modulation(fourier.radius2(n, pixel), thick * tilt.path_factor(at.tilt), optics.voltage_kv)
    total: Real = np.zeros((n, n))
    for seed, sign, turned in ((1, 1, 0.0), (2, -1, 90.0)):
        share = np.sqrt(np.maximum(1 + sign * left, 0) / 2)
        noise = fourier.ifft2(fourier.fft2(white(n, seed)) * share, n)
        lens = replace(optics, phase_shift=optics.phase_shift + turned)
        if share.max() > 1e-9:
            total = total + tilted.image(noise, pixel, lens, at)
    return total


def across(n: int, pixel: float, at: Tilt) -> Real:
    """Distance (n, n) in Å from the tilt axis, positive on the side of more defocus for a positive tilt."""
    along = (np.arange(n) - n // 2) * pixel
    return np.asarray(at.uphill[0] * along[None, :] + at.uphill[1] * along[:, None])


def reach(n: int, pixel: float, at: Tilt) -> float:
    """The largest distance from the tilt axis in Å in a square field."""
    return float(np.abs(at.uphill).sum() * n / 2 * pixel)


def strip_middles(n: int, pixel: float, at: Tilt, count: int) -> Real:
    """Distances (count,) in Å of the middle lines of equal strips from the axis."""
    return np.asarray(reach(n, pixel, at) * ((2 * np.arange(count) + 1) / count - 1))


def ring_average(power: Real, at: Tilt | None = None) -> Real:
    """Mean of a power spectrum (n, n), origin at n // 2, round each ring; with a tilt, only along its axis."""
    n = power.shape[0]
    if at is None:
        return np.asarray(shells.radial_average(power))
    along = np.arange(n) - n // 2
    y, x = along[:, None], along[None, :]
    angle = np.radians(at.axis)
    inside = np.abs(x * np.cos(angle) + y * np.sin(angle)) >= np.cos(np.radians(SECTOR)) * np.hypot(x, y)
    return np.asarray(shells.radial_average(power * inside) / np.maximum(shells.radial_average(1.0 * inside), 1e-9))


def strip_rings(picture: Real, pixel: float, at: Tilt, count: int) -> Real:
    """The rings (count, n//2) of each strip of a field: its power along the axis, under a soft window; ½ for ice alone."""
    n = picture.shape[0]
    place, width = across(n, pixel, at), 2 * reach(n, pixel, at) / count
    rows = []
    for middle in strip_middles(n, pixel, at, count):
        window = np.cos(np.clip((place - middle) / (1.5 * width), -0.5, 0.5) * np.pi) ** 2
        rows.append(ring_average(fourier.power2(picture * window), at)[: n // 2] / (window**2).sum())
    return np.asarray(rows)


def whole_rings(s: Real, field: float, optics: Optics, at: Tilt, thick: float) -> Real:
    """What the rings of a whole square field are expected to be: a tilt spreads defocus as a thickness does, once for x
    and once for y."""
    slope = np.abs(at.slope)
    left = thickness.modulation(s, thick * tilt.path_factor(at.tilt), optics.voltage_kv)
    for spread in field * slope:
        left = left * thickness.modulation(s, spread, optics.voltage_kv)
    return np.asarray((1 - left) / 2 + left * ctf.ctf1(s, optics) ** 2)


def local_rings(s: Real, optics: Optics, at: Tilt, thick: float, distance: float) -> Real:
    """The rings at a distance in Å across the axis."""
    lens = replace(optics, defocus=optics.defocus + tilt.tangent(at.tilt) * distance)
    return np.asarray(thickness.power1(s, lens, thick * tilt.path_factor(at.tilt)))


@lru_cache(maxsize=4)
def proteins(n: int) -> Real:
    """A field (n, n) with one protein in rows, every second turned over, at 2 Å a pixel; mean 0 about them."""
    one, _ = specimen_image("protein", TILE, PIXEL)
    one = one - np.median(one)
    count = n // TILE
    rows = [[np.rot90(one, (i + j) % 4) for j in range(count)] for i in range(count)]
    start = (n - count * TILE) // 2
    field = np.zeros((n, n))
    field[start : start + count * TILE, start : start + count * TILE] = np.block(rows)
    return field


@lru_cache(maxsize=4)
def recorded(n: int, optics: Optics, at: Tilt, noise: float) -> Real:
    """The proteins' field (n, n) as a tilted specimen is imaged, with noise of so many of the image's own sd."""
    picture = tilted.image(proteins(n), PIXEL, optics, at)
    return np.asarray(picture + noise * picture.std() * white(n, 3))


def corrected(picture: Real, optics: Optics, at: Tilt, method: tilted.Method, levels: int = 1, how: How = "Wiener") -> Real:  # fmt: skip
    """The picture corrected, as `tilted.corrected`, with the chapter's pixel and constant."""
    count = None if method in ("bands", "polynomials") else levels
    return tilted.corrected(picture, PIXEL, optics, at, how, WIENER, method, count)


@lru_cache(maxsize=24)
def restored(n: int, optics: Optics, at: Tilt, noise: float, method: str, levels: int = 1) -> Real:
    """The field of proteins from its record, kept: ``level``, ``strips``, or ``exact`` to 2 % of the residual."""
    picture = recorded(n, optics, at, noise)
    if method == "exact":
        return tilted.inverse(picture.astype(np.float32), PIXEL, optics, at, WIENER, tolerance=2e-2)
    return corrected(picture, optics, at, "strips", levels if method == "strips" else 1)


def ring_correlation(a: Real, b: Real, pixel: float = PIXEL) -> tuple[Real, Real]:
    """(s, Fourier ring correlation) of two pictures, to Nyquist."""
    n = a.shape[0]
    found = np.asarray(shells.correlation(fourier.fft2(a), fourier.fft2(b), n, 2))
    return np.arange(len(found)) / (n * pixel), found


def likeness(found: Real, truth: Real, pixel: float = PIXEL, coarse: float = 6.0, fine: float = 4.2) -> float:
    """Mean Fourier ring correlation between two lengths in Å."""
    s, rings = ring_correlation(found, truth, pixel)
    return float(rings[(s >= 1 / coarse) & (s <= 1 / fine)].mean())


def agreement(found: Real, truth: Real, coarse: float = 6.0, fine: float = 4.2, reach: float = 14.0) -> Real:
    """Correlation of fine detail with the truth's (n, n), place by place: between two lengths, within some ``reach`` Å.

    Where the truth has next to no detail it fades to 0.
    """
    n = truth.shape[0]
    s = fourier.radius2(n, PIXEL)
    band, calm = (s >= 1 / coarse) & (s <= 1 / fine), np.exp(-2 * (np.pi * reach * s) ** 2)

    def smooth(x: Real) -> Real:
        return np.asarray(fourier.ifft2(fourier.fft2(x) * calm, n))

    a, b = (fourier.ifft2(fourier.fft2(x) * band, n) for x in (found, truth))
    there = np.maximum(smooth(b * b), 0)
    return np.asarray(smooth(a * b) / np.sqrt(np.maximum(smooth(a * a), 1e-12) * (there + 0.05 * there.max())))


def beat(length: float, tilt_angle: float, voltage_kv: float = 300.0) -> float:
    """Å across the axis from one line where a detail of a length in Å vanishes to the next: d² / (λ tan tilt)."""
    rise = abs(tilt.tangent(tilt_angle))
    return float(length**2 / (units.wavelength(voltage_kv) * rise)) if rise else float("inf")
