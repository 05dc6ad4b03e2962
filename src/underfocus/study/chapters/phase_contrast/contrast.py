"""What the chapter's figures and problems compute: zeros, delocalisation, corrections, fits of a CTF."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

import numpy as np

from underfocus.base import units
from underfocus.data.optics import Optics
from underfocus.maths import fourier, sampling
from underfocus.physics import ctf

Real = np.ndarray[Any, Any]
Operation = Literal["object", "image", "phases flipped", "Wiener"]
#: Wiener constant of the correction: noise over signal power.
WIENER = 0.1


def pure(defocus: float, voltage_kv: float = 300.0, **more: Any) -> Optics:
    """Optics without spherical aberration and amplitude contrast: the pure phase object of textbooks."""
    return Optics(defocus=defocus, voltage_kv=voltage_kv, cs_mm=0.0, amplitude_contrast=0.0, **more)


def zero_length(optics: Optics, number: int = 1) -> float:
    """Length in Å of the n-th zero of the CTF away from the origin."""
    found = ctf.zeros(optics, number + 1)
    return float(1 / found[found > 1e-6][number - 1])


def crossings(optics: Optics, finest: float) -> int:
    """Sign changes of the CTF from s = 0 down to a length in Å."""
    s = np.linspace(1e-4, 1 / finest, 200_000)
    return int(np.sum(np.diff(np.sign(ctf.ctf1(s, optics, envelope=False))) != 0))


def smallest_box(optics: Optics, finest: float) -> float:
    """Å of box that sample the CTF twice a period down to a length: twice the delocalisation there."""
    return 2 * float(ctf.delocalisation(1 / finest, optics))


def damped(length: float, bfactor: float, divisor: float | None = None) -> float:
    """Amplitude left at a length in Å: exp(−B s²/4), or with another divisor."""
    if divisor is None:
        return float(ctf.envelope(np.array([1 / length]), bfactor)[0])
    return float(np.exp(-bfactor / length**2 / divisor))


def matching_defocus(defocus: float, from_kv: float, to_kv: float) -> float:
    """The defocus at another voltage that puts the zeros (Cs = 0) where they were: λ Δf stays."""
    return float(defocus * units.wavelength(from_kv) / units.wavelength(to_kv))


def imaged(picture: Real, pixel: float, optics: Optics) -> Real:
    """The picture after the CTF (protein dark), periodic at its edges. No microscope knows the mean: it is kept."""
    transfer = ctf.ctf2(picture.shape[0], pixel, optics)
    return np.asarray(fourier.ifft2(fourier.fft2(picture) * transfer, picture.shape[0]))


def corrected(picture: Real, pixel: float, optics: Optics, how: Operation) -> Real:
    """An imaged picture with its phases flipped, or divided by the CTF as far as Wiener's constant allows."""
    n = picture.shape[0]
    transfer = ctf.ctf2(n, pixel, optics)
    if how == "phases flipped":
        factor = np.sign(transfer)
    else:
        factor = transfer / (transfer**2 + WIENER)
    return np.asarray(fourier.ifft2(fourier.fft2(picture) * factor, n))


def in_wider_box(picture: Real, times: float) -> Real:
    """The picture in the middle of a box so many times as wide, with what lies round it (its edge's median) as zero."""
    n = picture.shape[0]
    ground = np.median(np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]]))
    return np.asarray(sampling.pad(picture - ground, max(n, round(n * times / 2) * 2)))


def seen(picture: Real, pixel: float, optics: Optics, how: Operation, recorded: bool = False) -> Real:
    """The object, its image, or its corrected image; what a microscope has ``recorded`` is corrected as it is."""
    if how == "object":
        return picture
    if recorded and how != "image":
        return corrected(picture, pixel, optics, how)
    formed = imaged(picture, pixel, optics)
    return formed if how == "image" else corrected(formed, pixel, optics, how)


def power_curve(optics: Optics, s: Real, noise: float = 0.0, seed: int = 0) -> Real:
    """CTF² with noise, as the rotational average of a power spectrum shows it."""
    rng = np.random.default_rng(seed)
    return np.asarray(ctf.ctf1(s, optics) ** 2 + noise * rng.standard_normal(len(s)))


def fitted(curve: Real, s: Real, start: Optics, shift_too: bool = False) -> tuple[Optics, float]:
    """Optics whose CTF² fits a power curve best, and the rms residual: least squares over the defocus.

    All else is held as in ``start``, its amplitude contrast first of all; ``shift_too`` lets the phase shift turn as well.
    """
    from scipy.optimize import least_squares

    def tried(parameters: Real) -> Optics:
        shift = float(parameters[1]) if shift_too else start.phase_shift
        return replace(start, defocus=float(parameters[0]), phase_shift=shift)

    def misfit(parameters: Real) -> Real:
        return np.asarray(ctf.ctf1(s, tried(parameters)) ** 2 - curve)

    first = [float(start.defocus), float(start.phase_shift)] if shift_too else [float(start.defocus)]
    found = least_squares(misfit, first, x_scale=[100.0, 1.0][: len(first)])
    return tried(found.x), float(np.sqrt(np.mean(found.fun**2)))


def defocus_bias(true_w: float, assumed_w: float, optics: Optics, finest: float = 4.0) -> float:
    """By how much a fit with the wrong amplitude contrast misses the defocus, in Å, without noise."""
    s = np.linspace(1 / 40, 1 / finest, 1500)
    right = replace(optics, amplitude_contrast=true_w)
    found, _ = fitted(power_curve(right, s), s, replace(right, amplitude_contrast=assumed_w))
    return float(found.defocus) - float(optics.defocus)
