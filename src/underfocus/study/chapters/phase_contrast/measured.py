"""The Thon rings of a real picture: its power spectrum without the background, and the defocus that fits it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from underfocus.data.optics import Optics
from underfocus.maths import fourier, shells
from underfocus.physics import ctf
from underfocus.samples import micrograph

Real = np.ndarray[Any, Any]
#: Side of the tiles whose spectra are averaged, and the degree of the polynomial that is taken for background.
TILE, DEGREE = 256, 5
#: Lengths in Å between which rings are compared with a CTF; finer than the second, noise is all there is.
COARSE, FINE = 60.0, 6.5


def spectrum(picture: Real, tile: int = TILE) -> Real:
    """Mean power (n, n), origin at n // 2, of half-overlapping tiles under a Hann window (Welch's method)."""
    n = min(tile, picture.shape[0] // 2 * 2)
    window = np.hanning(n)[:, None] * np.hanning(n)[None, :]
    starts = range(0, picture.shape[0] - n + 1, max(1, n // 2))
    tiles = [picture[y : y + n, x : x + n] for y in starts for x in starts]
    return np.asarray(np.mean([fourier.power2((t - t.mean()) * window) for t in tiles], axis=0))


def rings(picture: Real, pixel: float) -> tuple[Real, Real, Real]:
    """The rings of a picture alone, as `flattened` gives them: (s, their average, the picture of them)."""
    return flattened(spectrum(picture), pixel)


def flattened(spectrum_of: Real, pixel: float) -> tuple[Real, Real, Real]:
    """The rings in a power spectrum (n, n): (s (m,) in 1/Å, average round the circle (m,), picture of them (n, n)).

    From the logarithm of the power a smooth curve through its rotational average is taken away; the rest is scaled to
    a mean of ½ and the spread of CTF², so that both can be laid over each other.
    """
    power = np.log(spectrum_of)
    n = power.shape[0]
    average = shells.radial_average(power)
    s = np.arange(len(average)) / (n * pixel)
    used = (s > 1 / COARSE / 1.5) & (s < 0.45 / pixel)
    background = np.polynomial.Polynomial.fit(s[used], average[used], DEGREE)
    radius = np.hypot(*np.meshgrid(*[np.arange(n) - n // 2] * 2)) / (n * pixel)
    spread = float(np.std((average - background(s))[used])) or 1.0
    flat = np.where(radius < s[used][0], 0.0, power - background(np.clip(radius, s[used][0], s[used][-1])))
    scale = np.sqrt(1 / 8) / spread
    return (
        s,
        0.5 + scale * np.where(s < s[used][0], 0.0, average - background(np.clip(s, 0, s[used][-1]))),
        0.5 + scale * flat,
    )


def agreement(s: Real, average: Real, optics: Optics) -> Any:
    """The correlation of measured rings with CTF² between 60 and 6.5 Å: a number, or one for each of the optics."""
    used = (s > 1 / COARSE) & (s < 1 / FINE)
    model = np.asarray(ctf.ctf1(s[used], optics, envelope=False)) ** 2
    model, seen = model - model.mean(axis=-1, keepdims=True), average[used] - average[used].mean()
    return (model @ seen) / np.sqrt((model**2).sum(axis=-1) * (seen @ seen))


def best_defocus(s: Real, average: Real, low: float = 8_000.0, high: float = 45_000.0) -> float:
    """The defocus in Å, to 25 Å, whose CTF² agrees best with the average of rings (300 kV, Cs 2.7 mm, w 0.1)."""
    trials = np.arange(low, high, 25.0)
    return float(trials[np.argmax(agreement(s, average, Optics(defocus=trials)))])


@lru_cache(maxsize=1)
def of_the_micrograph() -> tuple[Real, Real, Real]:
    """The rings of the shipped micrograph, kept, as they depend on no knob."""
    found = micrograph()
    return rings(found.data[0], found.pixel)


def halves(left: Real, right: Real) -> Real:
    """One picture from two (n, n): the left half of the one beside the right half of the other."""
    middle = left.shape[1] // 2
    return np.concatenate([left[:, :middle], right[:, middle:]], axis=1)


def quiet(picture: Real, pixel: float, finest: float) -> Real:
    """The picture without detail finer than ``finest`` Å, with a soft end: exp(−(s d)⁸)."""
    n = picture.shape[0]
    keep = np.exp(-((fourier.radius2(n, pixel) * finest) ** 8))
    return np.asarray(fourier.ifft2(fourier.fft2(picture) * keep, n))


def corner(picture: Real, side: int, field: int) -> Real:
    """A field of a picture whose left edge is also the left edge of a central box of ``side`` pixels."""
    n = picture.shape[0]
    left = (n - side) // 2
    top = (n - field) // 2
    return picture[top : top + field, left : left + field]
