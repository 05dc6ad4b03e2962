"""The tilted contrast imaging function, exact: each side band of the CTF is a shift of the specimen's spectrum.

With defocus Δf + a·r the phase at k is γ(k) + πλs² a·r, and e^{iπλs² a·r} is a plane wave in r of the frequency
σ(k) = ½λ s² a. So the image of a tilted specimen with the transform O is

    I(k) = −(E / 2i) [e^{iγ′} O(k − σ) − e^{−iγ′} O(k + σ)],      γ′ = γ + asin w:

two spectra, bent apart by a parabola, where a level specimen has one. (They are the two halves of Ewald's sphere as a
tilted plane cuts them.) Astigmatism, Cs and higher even aberrations are in γ and change nothing of it.
Philippsen, Engel & Engel 2007 (Ultramicroscopy 107, 202); Mariani et al. 2011 for astigmatism.

Filtering each pixel for its own place is the same the other way round: F(γ′) has the period 2π, so it is a series of
harmonics, and the m-th harmonic is a shift by mσ. For an odd F and sinh β = √κ

    sin γ / (sin² γ + κ)        = (2 / cosh β) Σ e^{−mβ} sin mγ         over odd m: Wiener's filter, κ = K/E²,
    (2/π) atan(sin γ / sinh β)  = (4/π) Σ (e^{−mβ} / m) sin mγ          over odd m: a sign with soft steps.

O off the grid is a non-uniform transform, as in Voortman et al. 2011 (Ultramicroscopy 111, 1029): the order of an FFT.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from ..base.errors import InputError
from ..base.parallel import cores
from ..data.optics import Optics
from ..maths import fourier, nonuniform
from . import ctf
from .tilt import Tilt
from .tilt_plain import How, check_filter, checked, phases

Real = np.ndarray[Any, Any]
Complex = np.ndarray[Any, Any]
Sums = Literal["fast", "textbook"]
#: Relative error that the fast sums are asked for.
TOLERANCE = 1e-4
#: So many values of a series are gathered for one sum.
AT_ONCE = 1 << 21
#: Where the envelope is less, nothing is left to be corrected.
LEAST_ENVELOPE = 1e-6
#: Harmonics beyond this many say that the steps of a filter are too sharp for a series.
MOST_HARMONICS = 200


def shifts(an_angstrom: Real, tilt: Tilt, pixel: float) -> Real:
    """σ (n, n//2+1, 2) in cycles a sample: how far a side band is shifted at each frequency, as (x, y)."""
    return np.asarray(an_angstrom[..., None] * (tilt.slope * pixel / (2 * np.pi)))


def _grid(n: int) -> Real:
    """(n, n//2+1, 2) frequencies of the half plane in cycles a sample, as (x, y)."""
    ky, kx = fourier.frequencies2(n)
    return np.stack(np.broadcast_arrays(kx, ky), axis=-1)


def _turns(frequencies: Real) -> Real:
    """(m, 2) frequencies within half a cycle: at whole samples a whole cycle more is the same."""
    flat = frequencies.reshape(-1, 2)
    return np.asarray(flat - np.round(flat))


@dataclass(frozen=True, eq=False)
class SideBands:
    """Imaging a tilted field and its transpose, made ready once: where the two bands are read, and their factors."""

    n: int
    turns: Real
    factors: Complex
    tolerance: float
    sums: Sums

    @classmethod
    def of(
        cls, n: int, pixel: float, optics: Optics, tilt: Tilt, sums: Sums = "fast", tolerance: float = TOLERANCE
    ) -> SideBands:
        """For fields (n, n) of one lens and tilt."""
        gamma, an_angstrom, damped = phases(n, pixel, optics)
        centre, moved = _grid(n), shifts(an_angstrom, tilt, pixel)
        upper = ctf.GAMMA_SIGN / 2j * damped * np.exp(1j * gamma)
        turns = _turns(np.stack([centre - moved, centre + moved]))
        return cls(n, turns, np.stack([upper, upper.conj()]), tolerance, sums)

    def image(self, specimen: Real) -> Real:
        """The image (n, n) of a projected specimen (n, n); precision follows the specimen's."""
        precision = _complex(specimen)
        values = np.asarray(specimen, precision)
        if self.sums == "textbook":
            bands = nonuniform.type2_plain(values, self.turns)
        else:
            bands = nonuniform.type2(values, self.turns, self.tolerance, workers=_threads(self.n))
        transform = (self.factors.astype(precision) * bands.reshape(self.factors.shape)).sum(0)
        return np.asarray(fourier.ifft2(transform, self.n))

    def transpose(self, image: Real) -> Real:
        """Aᵀ of an image (n, n): ⟨A x, y⟩ = ⟨x, Aᵀ y⟩."""
        half = fourier.fft2(image) * (fourier.half_weights(self.n) / self.n**2)
        values = (half * self.factors.conj()).ravel()
        return _summed(self.turns, values, self.n, _complex(image), self.sums, self.tolerance)


def imaged_by_bands(
    specimen: Real, pixel: float, optics: Optics, tilt: Tilt, sums: Sums = "fast", tolerance: float = TOLERANCE
) -> Real:
    """The image (n, n) of a tilted specimen (n, n), by its two side bands; precision follows the specimen's."""
    n = checked(specimen, pixel, optics)
    return SideBands.of(n, pixel, optics, tilt, sums, tolerance).image(specimen)


def local_by_bands(
    image: Real,
    pixel: float,
    optics: Optics,
    tilt: Tilt,
    how: How = "Wiener",
    k: float = 0.1,
    sums: Sums = "fast",
    tolerance: float = TOLERANCE,
) -> Real:
    """The image (n, n) filtered at every pixel for its own place. A hard ``flip`` has no series: InputError."""
    n = checked(image, pixel, optics)
    gamma, an_angstrom, damped = phases(n, pixel, optics)
    moved, centre = shifts(an_angstrom, tilt, pixel), _grid(n)
    transform = fourier.fft2(np.asarray(image, float)) * fourier.half_weights(n) / n**2
    found, waiting, held = np.zeros((n, n)), [], 0
    terms = harmonics(how, k, damped, tolerance)
    for m, weight in terms:
        used = weight > tolerance / 10
        band, apart, middle = (weight * transform)[used] * (ctf.GAMMA_SIGN / 2j), m * moved[used], centre[used]
        wave = np.exp(1j * m * gamma[used])
        waiting.append((_turns(np.concatenate([middle + apart, middle - apart])), band * wave, band * wave.conj()))
        held += 2 * len(band)
        if held >= AT_ONCE or m == terms[-1][0]:
            turns = np.concatenate([t for t, _, _ in waiting])
            values = np.concatenate([v for _, up, down in waiting for v in (up, -down)])
            found += _summed(turns, values, n, _complex(image), sums, tolerance)
            waiting, held = [], 0
    return found


def harmonics(how: How, k: float, damped: Real, tolerance: float) -> list[tuple[int, Real]]:
    """(m, weight (n, n//2+1)) of the series of a filter in sin mγ′, up to where the rest is below the tolerance."""
    check_filter(how, k)
    if how == "flip":
        raise InputError("a sign jumps and has no short series; take 'soft flip' here, or levels of defocus")
    if how == "transpose":
        return [(1, damped)]
    least = np.maximum(damped, LEAST_ENVELOPE)
    kappa = k / least**2 if how == "Wiener" else np.full_like(damped, k)
    ratio = np.sqrt(1 + kappa) - np.sqrt(kappa)
    steepest = float(ratio.max())
    count = int(np.ceil(np.log(tolerance * (1 - steepest**2)) / (2 * np.log(steepest)))) + 1
    if count > MOST_HARMONICS:
        raise InputError(f"k = {k:g} makes steps that need {count} harmonics; take a larger k, or levels of defocus")
    first = 2 / np.sqrt(1 + kappa) / least if how == "Wiener" else np.full_like(damped, 4 / np.pi)
    return [(m, first * ratio**m / (1 if how == "Wiener" else m)) for m in range(1, 2 * count, 2)]


def _summed(turns: Real, values: Complex, n: int, precision: Any, sums: Sums, tolerance: float) -> Real:
    """Re Σ values e^{2πi turns·r} at all pixels r (n, n)."""
    points = -turns * n
    if sums == "textbook":
        return np.asarray(nonuniform.type1_plain(points, values, n).real)
    return np.asarray(nonuniform.type1(points, values.astype(precision), n, tolerance, workers=_threads(n)).real)


def _complex(values: Real) -> Any:
    return np.complex64 if values.dtype in (np.float32, np.complex64) else np.complex128


def _threads(n: int) -> int:
    return cores() if n >= 384 else 1
