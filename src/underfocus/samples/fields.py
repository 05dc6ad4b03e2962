"""Fields of amorphous ice with rings to be found: thin, thick or tilted, at any optics, with the dose's own noise.

They are made layer by layer, each of independent random scatterers at a defocus of its own, and nothing of the fit's
model is used: what a fit finds in them is an independent check.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ..base.arrays import generator
from ..base.errors import InputError
from ..data.optics import Optics
from ..maths import fourier
from ..physics import ctf, tilted
from ..physics.tilt import Tilt

Real = np.ndarray[Any, Any]
#: Å between layers of a thick field: far below the depth of field of any ring that can be seen.
LAYER = 25.0


def amorphous(
    n: int,
    pixel: float,
    optics: Optics,
    *,
    thickness: float = 0.0,
    tilt: Tilt | None = None,
    contrast: float = 0.05,
    noise: float = 0.2,
    seed: int | np.random.Generator | None = None,
) -> Real:
    """An image (n, n), float32, about 1: rings of standard deviation ``contrast`` and white noise of ``noise``.

    ``pixel`` in Å, ``thickness`` in Å. The scatterers are white; the optics' B-factor fades them. InputError.
    """
    if thickness < 0 or noise < 0 or contrast <= 0:
        raise InputError("a field has a thickness and a noise of at least 0 and a contrast above 0")
    random = generator(seed)
    count = max(1, int(np.ceil(thickness / LAYER)))
    heights = ((np.arange(count) + 0.5) / count - 0.5) * thickness
    total = np.zeros((n, n), np.float32)
    for height in heights:
        layer = random.standard_normal((n, n), dtype=np.float32)
        own = replace(optics, defocus=optics.defocus + float(height))
        if tilt is None or tilt.tilt == 0:
            total += fourier.ifft2(fourier.fft2(layer) * ctf.ctf2(n, pixel, own), n)
        else:
            total += np.asarray(tilted.image(layer, pixel, own, tilt, "polynomials"), np.float32)
    total *= np.float32(contrast / total.std())
    return np.asarray(1 + total + noise * random.standard_normal((n, n), dtype=np.float32), np.float32)
