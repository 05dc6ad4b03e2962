"""What surrounds trilinear gridding: the correction of its kernel, the Wiener division, and the cropped inverse."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...base.parallel import cores

Real = np.ndarray[Any, Any]


def gridding(n: int, size: int) -> Real:
    """The transform of the trilinear kernel along one axis, sinc²(x/N) for x = −n//2 … : (n,) float64.

    Interpolating linearly between samples of a transform of N = ``size`` voxels multiplies the density by this along
    each axis: a projector divides by it beforehand, a reconstruction afterwards. It is separable, not radial.
    """
    return np.asarray(np.sinc((np.arange(n) - n // 2) / size) ** 2)


def ungrid(volume: Any, size: int) -> Any:
    """A volume (n, n, n) divided by the kernel's transform along its three axes; numpy or torch, as it came."""
    from ...base.arrays import like

    factor = 1 / gridding(volume.shape[0], size)
    for shape in ((-1, 1, 1), (1, -1, 1), (1, 1, -1)):
        volume = volume * like(factor.reshape(shape).astype(np.float32), volume)
    return volume


def cropped_inverse(half: Real, n: int) -> Real:
    """The centred n³ box of the inverse of a half transform (N, N, N//2+1), whose origin goes to n//2; overwrites.

    Each axis is transformed and cropped before the next: half the work and a quarter of the memory of the whole
    inverse where N = 2n.
    """
    from scipy import fft

    size = half.shape[0]
    kept = (np.arange(n) - n // 2) % size
    for axis in (0, 1):
        half = np.take(fft.ifft(half, axis=axis, workers=cores(), overwrite_x=True), kept, axis=axis)
    return np.asarray(np.take(fft.irfft(half, size, axis=2, workers=cores()), kept, axis=2))


def padded_transform(volume: Real, size: int) -> Real:
    """The half transform (N, N, N//2+1) of a box (n, n, n) whose origin n//2 goes to the corner of N = ``size`` voxels.

    Each axis is padded when it is transformed: less than half the work of the whole transform where N = 2n.
    """
    from scipy import fft

    workers = cores()
    half = fft.rfft(_wrapped(volume, size, 2), axis=2, workers=workers, overwrite_x=True)
    half = fft.fft(_wrapped(half, size, 1), axis=1, workers=workers, overwrite_x=True)
    return np.asarray(fft.fft(_wrapped(half, size, 0), axis=0, workers=workers, overwrite_x=True))


def _wrapped(x: Real, size: int, axis: int) -> Real:
    """Zeros put behind x along an axis, and its origin n//2 in front."""
    n = x.shape[axis]
    before: Any = (slice(None),) * axis
    out = np.zeros((*x.shape[:axis], size, *x.shape[axis + 1 :]), x.dtype)
    out[(*before, slice(0, n - n // 2))] = x[(*before, slice(n // 2, None))]
    if n // 2:
        out[(*before, slice(size - n // 2, None))] = x[(*before, slice(0, n // 2))]
    return out
