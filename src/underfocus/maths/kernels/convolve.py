"""Direct convolution of padded arrays, compiled and threaded. Imports numba: import it lazily.

Every sample of the result is the sum of kernel times neighbours, in 3D; fewer axes are axes of length one.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .jit import compiled, spread

Real = np.ndarray[Any, Any]


@compiled
def _direct(padded: Real, flipped: Real, out: Real, first: int, last: int) -> None:
    depth, height, width = flipped.shape
    rows, columns = out.shape[1], out.shape[2]
    for zy in range(first, last):
        z, y = zy // rows, zy % rows
        out[z, y, :] = 0
        for c in range(depth):
            for b in range(height):
                for a in range(width):
                    factor = flipped[c, b, a]
                    if factor != 0:
                        # along x last: the compiler adds whole stretches of a row at a time
                        for x in range(columns):
                            out[z, y, x] += factor * padded[z + c, y + b, x + a]


def direct(padded: Real, kernel: Real, shape: tuple[int, ...]) -> Real:
    """Σ_j kernel[j] padded[i − j]: the part of the full convolution that needs no sample beyond ``padded``.

    ``padded`` has ``shape`` plus the kernel's, less one, on each of one to three axes.
    """
    lift = (1,) * (3 - kernel.ndim)
    out = np.empty(lift + shape, np.result_type(padded, kernel))
    source = np.ascontiguousarray(padded.reshape(lift + padded.shape), out.dtype)
    flipped = np.ascontiguousarray(np.flip(kernel).reshape(lift + kernel.shape), out.dtype)
    spread(lambda first, last: _direct(source, flipped, out, first, last), out.shape[0] * out.shape[1], 16)
    return out.reshape(shape)
