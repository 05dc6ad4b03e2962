"""What aberrations do to a point and a star, and a fit of the shipped micrograph's rings, kept while one looks."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from underfocus.data.aberrations import Aberrations
from underfocus.data.optics import Optics
from underfocus.inference import ctffit, thon
from underfocus.maths import fourier
from underfocus.physics import aberrations as phases
from underfocus.physics import ctf
from underfocus.samples import micrograph

from ..pictures import PIXEL, specimen_image

Real = np.ndarray[Any, Any]
SIDE = 128


def plate(optics: Optics) -> Real:
    """γ + odd phase over the aperture (n, n) in rad, folded to −π … π, origin in the middle; 0 beyond Nyquist."""
    k = fourier.frequencies1(SIDE, PIXEL)
    ky, kx = (np.sort(k)[:, None] + 0 * k, np.sort(k)[None] + 0 * k[:, None])
    total = ctf.phase(ky, kx, optics)
    if optics.aberrations is not None:
        total = total + phases.odd(ky, kx, ctf.single(optics), optics)
    folded = np.angle(np.exp(1j * total))
    return np.asarray(np.where(np.hypot(ky, kx) <= 0.5 / PIXEL, folded, 0.0))


def imaged(picture: Real, optics: Optics) -> Real:
    """A weak picture (n, n) through the lens, dark where it is dense."""
    return np.asarray(fourier.ifft2(fourier.fft2(picture) * ctf.ctf2(SIDE, PIXEL, optics), SIDE))


def point() -> Real:
    """One blurred point in the middle."""
    y, x = np.mgrid[:SIDE, :SIDE] - SIDE // 2
    return np.asarray(np.exp(-(x**2 + y**2) / 2.0))


def star() -> Real:
    """A Siemens star."""
    return specimen_image("Siemens star", SIDE)[0]


def moved(length: float, tilt_mrad: float, optics: Optics) -> float:
    """Å by which detail of ``length`` Å is displaced by a beam tilt: 3Csλ²s²t, from the slope of the odd phase."""
    s, h = 1 / length, 1e-5
    tilt = Aberrations(beam_tilt_x=tilt_mrad)
    ends = [float(np.ravel(phases.odd(np.zeros(1), np.array([s + d]), tilt, optics))[0]) for d in (-h, h)]
    return abs(ends[1] - ends[0]) / (2 * h) / (2 * np.pi)


@lru_cache(maxsize=1)
def shipped() -> thon.Rings:
    """The rings of the shipped micrograph."""
    found = micrograph()
    return thon.rings(found.data[0], found.pixel, box=700.0)


@lru_cache(maxsize=64)
def fitted(amplitude_contrast: float, cs_mm: float, voltage_kv: float, finest: float) -> ctffit.CtfFit:
    """The best fit to the shipped micrograph for what is assumed of the microscope."""
    guess = Optics(amplitude_contrast=amplitude_contrast, cs_mm=cs_mm, voltage_kv=voltage_kv)
    return ctffit.fit(shipped(), optics=guess, finest=finest)
