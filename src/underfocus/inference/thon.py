"""Thon's rings: the power spectrum of a micrograph, tile by tile, and what is left of it above its background.

Tiles are cut so that the spectrum ends near FINEST Å whatever the pixel, which is as far as rings go; the logarithm of
the mean power is rid of a polynomial in s, low enough that no rings go with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..base.errors import InputError
from ..base.parallel import cores
from ..maths import fourier

Real = np.ndarray[Any, Any]
#: Spectra are cut at the length in Å below which rings are hardly ever seen.
FINEST = 2.8
#: Terms of the polynomial of the background.
TERMS = 6


@dataclass(frozen=True)
class Rings:
    """Mean power (tiles…, n, n//2+1) of tiles, ``step`` 1/Å a bin, with their centres (tiles, 2), (x, y) in Å.

    The centres count from the middle of the field. ``power`` without tiles' axis is the mean of all.
    """

    power: Real
    step: float
    centres: Real
    tiles: int

    @property
    def n(self) -> int:
        """Bins a side."""
        return int(self.power.shape[-2])

    def frequencies(self) -> tuple[Real, Real]:
        """(ky, kx) in 1/Å."""
        n = self.n
        return fourier.frequencies2(n, 1 / (n * self.step))

    def mean(self) -> Rings:
        """The rings of the whole field."""
        return Rings(self.power.mean(0), self.step, np.zeros((1, 2)), self.tiles) if self.power.ndim == 3 else self


def rings(image: Real, pixel: float, *, box: float = 700.0, overlap: float = 0.5, each: bool = False) -> Rings:
    """The rings of a micrograph (ny, nx) of ``pixel`` Å in tiles of about ``box`` Å; every tile's own with ``each``.

    Raises InputError for a field smaller than a tile, or values that are not finite.
    """
    ny, nx = np.shape(image)
    side = int(2 * np.ceil(min(box / pixel, min(ny, nx)) / 2 - 1e-9))
    side = _even_fast(min(side, min(ny, nx) // 2 * 2))
    if side < 64:
        raise InputError(f"a field of {nx} × {ny} pixels is too small for rings; at least 64 pixels a side are needed")
    kept = min(side, 2 * int(np.ceil(side * pixel / FINEST)))
    step = max(1, round(side * (1 - overlap)))
    tops, lefts = (np.unique(np.linspace(0, m - side, 1 + -(-(m - side) // step)).astype(int)) for m in (ny, nx))
    places = [(top, left) for top in tops for left in lefts]
    spectra = _spectra(np.asarray(image), side, kept, places)
    middle = np.array([nx / 2, ny / 2])
    centres = np.array([[left + side / 2, top + side / 2] for top, left in places]) - middle
    total = spectra if each else spectra.mean(0)
    return Rings(total, 1 / (side * pixel), centres * pixel, len(places))


def _even_fast(n: int) -> int:
    """The largest even size up to n whose transform is quick."""
    from scipy import fft

    while n > 64 and fft.next_fast_len(n) != n:
        n -= 2
    return n


def _spectra(image: Real, side: int, kept: int, places: list[tuple[int, int]]) -> Real:
    """Power (tiles, kept, kept//2+1) float32 of tapered tiles, their means taken off."""
    from scipy import fft

    edge = np.sin(np.pi * (np.arange(side) + 0.5) / side).astype(np.float32)
    window = edge[:, None] * edge[None]
    out = np.empty((len(places), kept, kept // 2 + 1), np.float32)
    rows = np.r_[0 : kept - kept // 2, side - kept // 2 : side]
    for i, (top, left) in enumerate(places):
        tile = np.asarray(image[top : top + side, left : left + side], np.float32)
        half = fft.rfft2((tile - tile.mean()) * window, workers=cores())
        out[i] = np.abs(half[rows, : kept // 2 + 1]) ** 2
    if not np.isfinite(out.sum(dtype=np.float64)):
        raise InputError("the micrograph holds values that are not finite; mask or replace them first")
    return out


def polynomials(s: Real, terms: int = TERMS) -> Real:
    """An orthonormal basis (len s, terms) of the polynomials in s, for taking the background off."""
    x = 2 * (s - s.min()) / max(float(np.ptp(s)), 1e-12) - 1
    basis, _ = np.linalg.qr(np.polynomial.chebyshev.chebvander(x, terms - 1))
    return np.asarray(basis)


def without(values: Real, basis: Real) -> Real:
    """Values (…, m) with their part in the basis (m, terms) taken off."""
    return np.asarray(values - (values @ basis) @ basis.T)
