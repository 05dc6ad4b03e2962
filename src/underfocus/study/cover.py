"""The picture on the home page: one microscope's contrast transfer at every focus, computed by the engine."""

from __future__ import annotations

from functools import cache

import numpy as np

from ..data.optics import Optics
from ..physics import ctf
from ..show.png import data_url
from ..show.specs import Image

#: Pixels, the finest frequency in 1/Å and the largest defocus in Å.
WIDTH, HEIGHT, FINEST, FARTHEST = 1000, 320, 1 / 1.6, 2400.0

WORDS = (
    "Contrast transfer through focus, at 300 kV and Cs 2.7 mm. Frequency grows to the right, from 0 to 1/1.6 Å; the "
    "middle line is focus, above it the lens is under focus, below it over focus, by up to 2400 Å. Dark fringes show "
    "detail dark, light fringes show it reversed. Look for the broad dark tongue a little above the middle: there, "
    "under focus, the most detail arrives with one sign."
)


def through_focus() -> Image:
    """CTF(defocus, s) as an image: rows from +2400 Å (underfocus) down to −2400 Å, columns from 0 to 1/1.6 Å."""
    frequency = np.linspace(0, FINEST, WIDTH)
    defocus = np.linspace(FARTHEST, -FARTHEST, HEIGHT)
    transfer = ctf.ctf1(frequency, Optics(defocus=defocus, amplitude_contrast=0.07, bfactor=9.0))
    return Image(np.asarray(transfer, np.float32), title="Contrast transfer through focus", limits=(-1.0, 1.0))


@cache
def address() -> str:
    """The picture as a ``data:`` address."""
    return data_url(through_focus())
