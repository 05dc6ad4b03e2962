"""How a detector is measured: flat fields give its noise, an edge gives its MTF, and both with the dose its DQE.

McMullan, Chen, Henderson & Faruqi 2009 (Ultramicroscopy 109, 1126); the slanted edge is that of ISO 12233.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base.errors import InputError
from ..maths import fourier

Real = np.ndarray[Any, Any]
#: Bins a pixel into which an edge's profile is sorted.
FINE = 4


def noise_power(flats: Real) -> Real:
    """Noise |F|²/N (n, n//2+1) on the half plane of flat fields (m, n, n), m ≥ 2, about their mean; in counts².

    What all flats share, such as uneven gain, is no noise and is taken away with the mean. InputError for one flat.
    """
    if len(flats) < 2:
        raise InputError(f"noise is what flat fields differ by, so two at least are needed, and {len(flats)} was given")
    n = flats.shape[-1]
    apart = np.asarray(flats, np.float64) - np.mean(flats, axis=0, dtype=np.float64)
    half = fourier.fft2(apart)
    return np.asarray((np.abs(half) ** 2).sum(axis=0) / (len(flats) - 1) / n**2)


def normalised_noise(flats: Real, per_pixel: float, slope: float) -> Real:
    """NNPS (n, n//2+1): the noise over what Φ electrons a pixel would leave, each counted as ``slope``: NPS/(slope² Φ).

    1 at every frequency for an ideal counter; coloured by the NTF otherwise.
    """
    return noise_power(flats) / (slope**2 * per_pixel)


def dqe(mtf: Real, flats: Real, per_pixel: float, slope: float) -> Real:
    """DQE = MTF²/NNPS (n, n//2+1), from an MTF on the half plane, flat fields, and counts gained an electron more.

    ``slope`` is dS/dΦ, the change of the mean count with the dose: for a linear detector the mean over the dose.
    """
    return np.asarray(mtf**2 / normalised_noise(flats, per_pixel, slope))


def lag(flats: Real, pixels: int = 1) -> float:
    """Correlation of neighbours along x, ``pixels`` apart, in flat fields (m, n, n), periodic: 0 for white noise.

    A blur [1, 2, 1]/4 of white noise gives 2/3 at a lag of one.
    """
    apart = flats - np.mean(flats, axis=0, dtype=np.float64)
    return float((apart * np.roll(apart, pixels, axis=-1)).mean() / (apart**2).mean())


def edge_mtf(image: Real, angle: float) -> tuple[Real, Real]:
    """Frequencies (k,) in 1/pixel to Nyquist, and the MTF across a straight edge through the centre n // 2 of (n, n).

    ``angle`` is the direction of the edge's normal, in degrees from +x to +y; a few degrees off the axis, so that
    pixels sample the edge between each other. Pixels are sorted by their distance to the edge into quarter pixels
    (whose own sinc is divided out), the profile is differentiated and transformed. InputError for an edge along
    an axis.
    """
    n = image.shape[-1]
    turn = np.deg2rad(angle)
    if min(abs(np.sin(turn)), abs(np.cos(turn))) * n < 2:
        raise InputError(f"an edge must be slanted by 2 pixels over the image at least, and {angle:g}° was given")
    y, x = np.indices((n, n)) - n // 2
    distance = x * np.cos(turn) + y * np.sin(turn)
    reach = n // 4
    place = np.floor((distance + reach) * FINE).astype(int)
    inside = (place >= 0) & (place < 2 * reach * FINE)
    bins = 2 * reach * FINE
    counts = np.bincount(place[inside], minlength=bins)
    sums = (np.bincount(place[inside], v[inside], minlength=bins) for v in (distance, image))
    where, mean = (total[counts > 0] / counts[counts > 0] for total in sums)
    # pixels do not lie evenly within a bin: the mean value belongs to their mean place
    profile = np.interp((np.arange(bins) + 0.5) / FINE - reach, where, mean)
    spread = np.diff(profile) * np.hanning(len(profile) - 1)
    s = np.fft.rfftfreq(len(spread), 1 / FINE)
    found = np.abs(np.fft.rfft(spread)) / np.sinc(s / FINE) ** 2
    kept = s <= 0.5
    return s[kept], found[kept] / found[0]
