"""What the chapter measures on cameras, and on noise: flat fields, edges, spectra of what is added to a picture."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from underfocus.data.detector import DETECTORS, MTF_FITS, Detector
from underfocus.data.optics import Optics
from underfocus.data.response import Falling, Flat, Response, Square, curve
from underfocus.maths import fourier, shells
from underfocus.physics import ctf, detector, films, flatfields

Real = np.ndarray[Any, Any]
Noise = Literal["white", "as blurred as the picture", "a K2's DQE"]
#: DQE(0) of the cameras that the chapter makes up.
START = 0.8
#: Pixels a side of a flat field, and how many are taken.
FLAT, TAKEN = 48, 40
#: Pixels a side of the picture of an edge, the direction of its normal in degrees, and its softness in pixels.
EDGE, SLANT, SOFT = 128, 5.0, 0.6
#: How many times the dose an edge is taken with, so that the noise of its transform does not pass for signal.
BRIGHT = 10_000.0
#: By how much the dose is raised to see what one more electron adds.
MORE = 1.05


def with_noise(name: str, noise: Noise) -> Detector:
    """A counting camera with the MTF of this name and DQE(0) = START, whose DQE follows from what its noise does.

    White noise makes DQE(0) · MTF²; noise as blurred as the picture leaves DQE(0) at every frequency.
    """
    mtf: Response = Square() if name == "square pixel" else MTF_FITS[name]
    if noise == "a K2's DQE":
        dqe: Response = DETECTORS["K2"].dqe
    elif noise == "as blurred as the picture":
        dqe = Flat(START)
    elif isinstance(mtf, Falling):
        dqe = Falling(START, mtf.width / 2 ** (1 / mtf.shape), mtf.shape)
    else:
        dqe = Square(2, START)
    return Detector(mtf, dqe, "counting", frames=1500)


def measured_mtf(camera: Detector, per_pixel: float, seed: int) -> tuple[Real, Real]:
    """Frequencies in 1/pixel and the MTF as an edge gives it that is soft by a known Gaussian."""
    from scipy.special import erf

    turn = np.deg2rad(SLANT)
    y, x = np.indices((EDGE, EDGE)) - EDGE // 2
    edge = 0.5 + 0.5 * erf((x * np.cos(turn) + y * np.sin(turn)) / SOFT / np.sqrt(2))
    s, found = flatfields.edge_mtf(detector.record(edge, BRIGHT * per_pixel, camera.with_frames(10**7), seed), SLANT)
    return s, np.asarray(found / np.exp(-2 * (np.pi * SOFT * s) ** 2))


def measured_dqe(camera: Detector, per_pixel: float, seed: int) -> tuple[Real, Real, float]:
    """(s in 1/pixel, the DQE there, correlation of neighbours), from flat fields and the camera's MTF.

    s (k,) are rings; flat fields at a slightly larger dose tell what one more electron adds.
    """
    ones = np.ones((TAKEN, FLAT, FLAT), np.float32)
    flats = detector.record(ones, per_pixel, camera, seed)
    more = (
        detector.expected(ones[0], MORE * per_pixel, camera).mean()
        - detector.expected(ones[0], per_pixel, camera).mean()
    )
    slope = float(more) / ((MORE - 1) * per_pixel)
    mtf = camera.mtf.at(*fourier.frequencies2(FLAT, 1.0))
    rings = shells.shell_mean(flatfields.dqe(mtf, flats, per_pixel, slope), FLAT, 2)
    return np.arange(FLAT // 2 + 1) / FLAT, np.asarray(rings), flatfields.lag(flats)


def along(camera: Detector, per_pixel: float, s: Real) -> tuple[Real, Real, Real]:
    """MTF, NTF and DQE of an exposure along x, at s in 1/pixel."""
    zero = 0 * s
    _, ntf = detector.filters(camera, zero, s)
    return curve(camera.mtf, s), np.asarray(ntf), np.asarray(detector.effective_dqe(camera, per_pixel, zero, s))


def coincidence(rate: Any) -> tuple[Any, Any]:
    """The part of the electrons that a counting pixel notices, and the DQE(0) that is left, at x a pixel and frame."""
    return detector.counted(rate) / rate, detector.counting_dqe(rate)


def shot_power(per_pixel: float) -> float:
    """The power |F|²/N of counting noise in relative intensities: 1/Φ at every frequency."""
    return 1 / per_pixel


def film_power(
    s: Real, material: str, thickness: float, pixel: float, optics: Optics, voltage_kv: float = 300.0
) -> Real:
    """The power |F|²/N of a film in relative intensities: 4 CTF² times its own, over the pixel's area."""
    own = films.film(material, thickness, voltage_kv)(s) / pixel**2
    return np.asarray(own * (2 * ctf.ctf1(s, optics)) ** 2)
