"""Points spread onto a plane with a compact kernel, and what is done there with transforms and phases. Imports numba.

The kernel is exp(β(√(1 − t²) − 1)) over six samples, of Barnett, Magland & af Klinteberg 2019 (SIAM J. Sci. Comput.
41, C479). Only frequencies below two thirds of Nyquist are used of the plane, so that it is oversampled as it stands.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .jit import compiled, inlined

Array = np.ndarray[Any, Any]
#: Samples under the kernel, and its β for the oversampling of 3/2 that the band limit leaves.
TAPS = 6
BETA = 2.30 * TAPS * 0.80


@inlined
def _weight(t: float) -> float:
    """The kernel at t in [−1, 1]."""
    inside = 1.0 - t * t
    return np.exp(BETA * (np.sqrt(inside) - 1.0)) if inside > 0.0 else 0.0


@compiled
def spread(y: Array, x: Array, weights: Array, which: Array, out: Array) -> None:
    """Add atoms ``which`` at (y, x) in samples, which wrap, with weights (r, atoms) complex onto out (r, ny, nx)."""
    ny, nx = out.shape[1], out.shape[2]
    wy, wx = np.empty(TAPS, np.float32), np.empty(TAPS, np.float32)
    for a in which:
        first_y, first_x = int(np.ceil(y[a] - TAPS / 2)), int(np.ceil(x[a] - TAPS / 2))
        for i in range(TAPS):
            wy[i] = _weight((first_y + i - y[a]) * (2.0 / TAPS))
            wx[i] = _weight((first_x + i - x[a]) * (2.0 / TAPS))
        for r in range(out.shape[0]):
            w = weights[r, a]
            for i in range(TAPS):
                row = out[r, (first_y + i) % ny]
                value = w * wy[i]
                for j in range(TAPS):
                    row[(first_x + j) % nx] += value * wx[j]


def kernel_transform(s: Array) -> Array:
    """∫ kernel(x) cos 2πsx dx at s in cycles a sample, by Gauss–Legendre quadrature: what spreading multiplies with."""
    nodes, weights = np.polynomial.legendre.leggauss(40)
    values = np.exp(BETA * (np.sqrt(1 - nodes**2) - 1)) * weights * TAPS / 2
    return np.asarray(np.cos(np.pi * TAPS * np.multiply.outer(s, nodes)) @ values)


@compiled
def combine(planes: Array, factors: Array, out: Array) -> None:
    """Add what the transforms (r, ny, 2m−1) of complex planes hold in real and imaginary part, into out (ny, m).

    Columns stand for 0 … m−1, −(m−1) … −1. factors (2r, ny, m) multiply the two real halves of each plane.
    """
    rows, columns = planes.shape[1], planes.shape[2]
    out[:] = 0
    for r in range(planes.shape[0]):
        even, odd = factors[2 * r], factors[2 * r + 1]
        for iy in range(rows):
            here, mate = planes[r, iy], planes[r, (rows - iy) % rows]
            for ix in range(out.shape[1]):
                mx = columns - ix if ix else 0
                a, b, c, d = here[ix].real, here[ix].imag, mate[mx].real, mate[mx].imag
                f, g = even[iy, ix], odd[iy, ix]
                out[iy, ix] += complex(f * (a + c) + g * (b + d), f * (b - d) - g * (a - c))


@compiled
def gather(rows: Array, out: Array) -> None:
    """The columns 0 … m−1 and −(m−1) … −1 of (ny, nx), as out (ny, 2m−1)."""
    m = (out.shape[1] + 1) // 2
    back = rows.shape[1] - out.shape[1]
    for iy in range(rows.shape[0]):
        source, target = rows[iy], out[iy]
        target[:m] = source[:m]
        target[m:] = source[back + m :]


@compiled
def scatter(columns: Array, out: Array) -> None:
    """The reverse of `gather` for one plane: columns (ny, 2m−1) into out (ny, nx), with zeros between."""
    m = (columns.shape[1] + 1) // 2
    back = out.shape[1] - columns.shape[1]
    for iy in range(out.shape[0]):
        source, target = columns[iy], out[iy]
        target[:m] = source[:m]
        target[m : back + m] = 0
        target[back + m :] = source[m:]


@inlined
def _wave_of(turns: float) -> Any:
    """cos(2π turns) to 1e-6 in single precision: the argument is folded to a quarter turn about a zero."""
    t = turns - np.rint(turns)
    z = np.float32(0.25) - abs(t)
    z2 = z * z
    tail = np.float32(81.60100) + z2 * (np.float32(-76.54978) + z2 * np.float32(39.53671))
    return z * (np.float32(6.2831852) + z2 * (np.float32(-41.341655) + z2 * tail))


@compiled
def transmit(wave: Array, potential: Array, phase: float, loss: float) -> None:
    """wave (ny, nx) complex64 times exp((i·phase − loss)·V) in place; V (ny, nx) float32."""
    turns = np.float32(phase / (2 * np.pi))
    width = wave.shape[1]
    c, s = np.empty(width, np.float32), np.empty(width, np.float32)
    for iy in range(wave.shape[0]):
        row, values = wave[iy], potential[iy]
        for ix in range(width):
            t = turns * values[ix]
            c[ix] = _wave_of(t)
            s[ix] = _wave_of(t - np.float32(0.25))
        if loss != 0.0:
            for ix in range(width):
                left = np.exp(np.float32(-loss) * values[ix])
                c[ix] *= left
                s[ix] *= left
        for ix in range(width):
            a, b = row[ix].real, row[ix].imag
            row[ix] = complex(a * c[ix] - b * s[ix], a * s[ix] + b * c[ix])


@compiled
def multiply(values: Array, by: Array) -> None:
    """values times by, both (ny, nx) complex64, in place."""
    for iy in range(values.shape[0]):
        for ix in range(values.shape[1]):
            values[iy, ix] *= by[iy, ix]
