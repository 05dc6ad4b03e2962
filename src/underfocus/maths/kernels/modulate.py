"""Image transforms times CTF and phases, and the squares of the CTF, in one pass. Imports numba: import it lazily."""

from __future__ import annotations

from typing import Any

import numpy as np

from .jit import compiled, spread
from .sine import sine_of_turns

Real = np.ndarray[Any, Any]
#: No tables: every image has the plain CTF.
NO_TURNS, NO_WAVES = np.zeros((0, 0, 0)), np.zeros((0, 0, 0), np.complex64)


@compiled
def _modulate(
    images: Real,
    squares: Real,
    forms: Real,
    ky: Real,
    kx: Real,
    gain_y: Real,
    gain_x: Real,
    phase_y: Real,
    phase_x: Real,
    turns: Real,
    waves: Real,
    group: Real,
    first: int,
    last: int,
) -> None:
    keep = len(squares) > 0
    for m in range(first, last):
        xx, xy, yy, quartic, constant = forms[m, 0], forms[m, 1], forms[m, 2], forms[m, 3], forms[m, 4]
        along = gain_x[m % gain_x.shape[0]]
        g = group[m]
        for i in range(ky.shape[0]):
            y = ky[i]
            c0 = constant + y * y * (yy + quartic * y * y)
            c1 = xy * y
            c2 = xx + 2 * quartic * y * y
            gain = gain_y[m % gain_y.shape[0], i]
            py_re, py_im = phase_y[m, i].real, phase_y[m, i].imag
            row = images[m, i]
            for j in range(kx.shape[0]):
                x = kx[j]
                turn = c0 + x * (c1 + x * (c2 + quartic * x * x))
                if g >= 0:
                    turn += turns[g, i, j]
                ctf = np.float32(gain * along[j] * sine_of_turns(turn))
                if keep:
                    squares[m, i, j] = ctf * ctf
                px, value = phase_x[m, j], row[j]
                if g >= 0:
                    wave = waves[g, i, j]
                    px = complex(px.real * wave.real + px.imag * wave.imag, px.imag * wave.real - px.real * wave.imag)
                re = (py_re * px.real - py_im * px.imag) * ctf
                im = (py_re * px.imag + py_im * px.real) * ctf
                row[j] = complex(re * value.real - im * value.imag, re * value.imag + im * value.real)


def modulate(
    images_ft: Real,
    forms: Real,
    ky: Real,
    kx: Real,
    gain_y: Real,
    gain_x: Real,
    phase_y: Real,
    phase_x: Real,
    turns: Real = NO_TURNS,
    waves: Real = NO_WAVES,
    group: Real | None = None,
    *,
    squared: bool = True,
) -> Real:
    """Multiply transforms (m, ky, kx) complex64 in place by CTF and phases; the squares of the CTF, float32, return.

    CTF = gain_y gain_x sin 2π(form) as in `sine.sines`; the phases (m, ·) are complex64, one table along each axis.
    Images whose ``group`` (m,) is at least 0 have ``turns`` (g, ky, kx) of even aberrations added to the form, and the
    ``waves`` (g, ky, kx) of odd ones, exp(i odd), undone. Squares that are not wanted are none, (0, ky, kx).
    """
    squares = np.empty((len(images_ft) if squared else 0, *images_ft.shape[1:]), np.float32)
    own = np.full(len(images_ft), -1) if group is None else np.ascontiguousarray(group, np.int64)
    tables = (forms, ky, kx, gain_y, gain_x, phase_y, phase_x, turns, waves, own)
    spread(lambda first, last: _modulate(images_ft, squares, *tables, first, last), len(images_ft), grain=4)
    return squares
