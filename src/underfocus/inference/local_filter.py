"""A map low-passed at every place to the resolution that it has there.

The map is taken apart into overlapping bands that add up to it, each band is weighted voxel by voxel, and the sum is
the filtered map: as if every voxel were read from the whole map after a filter of its own.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base.arrays import to_numpy
from ..base.errors import InputError
from ..base.parallel import cores
from ..base.progress import stage
from ..data.volume import Volume
from ..maths import fourier
from ..validation.local import LocalResolution

Real = np.ndarray[Any, Any]


def local_filter(volume: Volume, local: LocalResolution, bfactor: float = 0.0) -> Volume:
    """The map with each voxel low-passed at its own resolution, and a B-factor in Å² undone (> 0 sharpens).

    The gain is 1 up to half a band before a voxel's resolution and 0 from half a band beyond it. Voxels without a
    resolution keep what is coarser than the first band's knot; Nyquist keeps all. Voxels that were not judged are
    filtered by their resolution as well: a map has no edge there. InputError where map and resolution do not fit.
    """
    n = volume.n
    if n != local.n or abs(volume.pixel / local.pixel - 1) > 1e-3:
        raise InputError(
            f"the map has {n}³ voxels of {volume.pixel:g} Å and the local resolution {local.n}³ of {local.pixel:g} Å; "
            "estimate it for this map"
        )
    bands = local.bands
    half = fourier.fft3(np.asarray(to_numpy(volume.data), np.float32), cores())
    s = fourier.radius3(n, volume.pixel).astype(np.float32)
    half *= np.exp(np.float32(bfactor / 4) * np.minimum(s, bands.knots[-1]) ** 2)
    cutoff = np.where(local.resolution < n * local.pixel, 1 / local.resolution, 0).astype(np.float32)
    total = np.zeros((n, n, n), np.float32)
    with stage("filtering", total=len(bands)) as advance:
        for band in range(len(bands)):
            gain = band_gain(cutoff, bands.knots, band)
            if gain.any():
                part = half * share(s, bands.knots, band)
                total += gain * fourier.ifft3(part, n, cores())
            advance(1)
    return Volume(total, volume.pixel, volume.origin)


def band_gain(cutoff: Real, knots: Real, band: int) -> Real:
    """How much of a band is kept at voxels with a cut-off in 1/Å: 1/2 at its own knot, 0 and 1 half a band away.

    All of the first band is, and of the last where the cut-off is Nyquist.
    """
    if band == 0:
        return np.ones_like(cutoff)
    width = knots[band] - knots[band - 1]
    if band == len(knots) - 1:
        width *= 0.5
        return np.asarray(np.clip((cutoff - knots[band] + width) / width, 0, 1), np.float32)
    return np.asarray(np.clip(0.5 + (cutoff - knots[band]) / width, 0, 1), np.float32)


def share(s: Real, knots: Real, band: int) -> Real:
    """A band's part of an amplitude at frequencies in 1/Å; all bands' add up to 1 everywhere.

    cos² from knot to knot; the first band has all that is coarser than its knot, the last all that is finer.
    """
    gain = np.ones_like(s)
    if band:
        gain *= np.sin(np.pi / 2 * np.clip((s - knots[band - 1]) / (knots[band] - knots[band - 1]), 0, 1)) ** 2
    if band + 1 < len(knots):
        gain *= np.cos(np.pi / 2 * np.clip((s - knots[band]) / (knots[band + 1] - knots[band]), 0, 1)) ** 2
    return gain
