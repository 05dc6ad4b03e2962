"""Sines of quartic forms on half planes: the inner loop of every stack of transfer functions. Imports numba."""

from __future__ import annotations

from typing import Any

import numpy as np

from .jit import compiled, inlined, spread

Real = np.ndarray[Any, Any]

#: Adding and subtracting this rounds a double to a whole number.
ROUNDER = 6755399441055744.0  # 1.5 · 2⁵²


@inlined
def sine_of_turns(turns: float) -> float:
    """sin(2π turns) to 4e-9: the argument is folded in double to a quarter turn, where a minimax polynomial holds.

    The coefficients minimise the largest error of an odd polynomial of degree nine on [−¼, ¼] (Remez).
    """
    t = turns - 0.25
    t -= (t + ROUNDER) - ROUNDER
    z = 0.25 - abs(t)
    z2 = z * z
    tail = 81.6010040773565534 + z2 * (-76.5497823876134662 + z2 * 39.5367067620148357)
    return z * (6.28318516008972266 + z2 * (-41.3416550314794188 + z2 * tail))


@compiled
def _fill(forms: Real, ky: Real, kx: Real, gain_y: Real, gain_x: Real, out: Real, first: int, last: int) -> None:
    for m in range(first, last):
        xx, xy, yy, quartic, constant = forms[m, 0], forms[m, 1], forms[m, 2], forms[m, 3], forms[m, 4]
        along = gain_x[m % gain_x.shape[0]]
        for i in range(ky.shape[0]):
            y = ky[i]
            c0 = constant + y * y * (yy + quartic * y * y)
            c1 = xy * y
            c2 = xx + 2 * quartic * y * y
            gain = gain_y[m % gain_y.shape[0], i]
            row = out[m, i]
            for j in range(kx.shape[0]):
                x = kx[j]
                row[j] = gain * along[j] * sine_of_turns(c0 + x * (c1 + x * (c2 + quartic * x * x)))


def sines(forms: Real, ky: Real, kx: Real, gain_y: Real, gain_x: Real) -> Real:
    """gain_y(ky) gain_x(kx) sin 2π(xx kx² + xy kx ky + yy ky² + quartic s⁴ + constant), float32 (m, len ky, len kx).

    forms (m, 5) in turns: xx, xy, yy, quartic, constant. The gains are (m, ·), or (1, ·) where all images share them.
    """
    out = np.empty((len(forms), ky.size, kx.size), np.float32)
    spread(lambda first, last: _fill(forms, ky, kx, gain_y, gain_x, out, first, last), len(forms), grain=4)
    return out
