"""A detector records an intensity: Vulović et al. 2013 (J. Struct. Biol. 183, 19), equation 7, in two dimensions.

    I = CF · F⁻¹[ F[ Poisson( Φ D₀ F⁻¹[ F[I₀] √(DQE/D₀) ] ) ] · NTF ] + readout + dark,     NTF = MTF / √(DQE/D₀)

The signal meets √DQE before electrons are counted and the NTF after it, the noise the NTF alone: so the picture is
blurred by the MTF, the noise is coloured by the NTF, and the ratio of their powers is the DQE. D₀ = DQE(0) stands
apart, as the part of the electrons that count. With √DQE alone before the draw, the mean and with it the variance
would be √D₀ Φ, and measuring the DQE back would give DQE/√D₀.

A counting camera notes in each frame only whether an electron came: of x electrons a pixel and frame it counts
1 − e^−x, and a pixel of the whole exposure is a binomial number. Li et al. 2013 (J. Struct. Biol. 184, 251).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from ..base.arrays import Array, generator, is_torch, like, namespace
from ..base.errors import InputError
from ..base.parallel import cores
from ..data.detector import Detector
from ..maths import fourier
from ..maths.filters import apply

Real = np.ndarray[Any, Any]
#: Below this part of DQE(0) a frequency holds no signal worth dividing by; its noise stays finite.
LEAST = 1e-6
#: Pixels that one stream of random numbers serves.
BLOCK = 1 << 18
#: From this side on transforms take all threads.
WIDE = 1024


def electrons(dose: float, pixel: float) -> float:
    """Electrons a pixel of a dose in e/Å², with pixels of so many Å."""
    return dose * pixel**2


def counted(rate: Array) -> Array:
    """Counts a pixel and frame, 1 − e^−x, where x electrons come on average; numpy or torch."""
    return 1 - namespace(rate).exp(-rate) if is_torch(rate) else -np.expm1(-np.asarray(rate, np.float64))


def arrived(counts: Array) -> Array:
    """Electrons a pixel and frame for so many counted, −ln(1 − c): what undoes `counted`.

    InputError where c is not within [0, 1): a pixel that counted in every frame says only that many came.
    """
    if float(counts.max() if hasattr(counts, "max") else counts) >= 1:
        raise InputError("a counting camera that counted in every frame cannot tell how many came; use more frames")
    return -namespace(counts).log1p(-counts) if is_torch(counts) else -np.log1p(-np.asarray(counts, np.float64))


def counting_dqe(rate: Array) -> Array:
    """What coincidence leaves of DQE(0) at x electrons a pixel and frame: x/(e^x − 1).

    (d⟨c⟩/dN)² N / var(c) of the binomial counts c of an exposure of N electrons; about 1 − x/2.
    """
    x = np.asarray(rate, np.float64)
    small = x < 1e-12
    return np.where(small, 1.0, x / np.where(small, 1.0, np.expm1(x)))


def filters(detector: Detector, ky: Array, kx: Array) -> tuple[Array, Array]:
    """(√(DQE/D₀), NTF) on the grid of (ky, kx) in 1/pixel: what signal meets before the draw, and all after it."""
    share = detector.dqe.at(ky, kx) / detector.efficiency
    xp = namespace(share)
    before = xp.sqrt(xp.where(share > LEAST, share, share * 0 + LEAST))
    return before, detector.mtf.at(ky, kx) / before


def arriving(intensity: Array, per_pixel: float, detector: Detector) -> Array:
    """Expected electrons (…, ny, nx) that the detector may count, of an intensity (…, ny, nx) with the empty beam at 1.

    ``per_pixel`` is Φ, electrons a pixel and exposure. Not negative; numpy, or torch with gradients.
    """
    return _before(intensity, per_pixel, detector)[0]


def expected(intensity: Array, per_pixel: float, detector: Detector) -> Array:
    """What `record` gives on average (…, ny, nx), in counts: blurred by the MTF, with what counting loses, and dark."""
    came, ntf = _before(intensity, per_pixel, detector)
    if detector.mode == "counting":
        came = counted(came / detector.frames) * detector.frames
    return _after(came, ntf, detector)


def record(
    intensity: Real, per_pixel: float, detector: Detector, seed: int | np.random.Generator | None = None
) -> Real:
    """One exposure (…, ny, nx) in counts, of an intensity with the empty beam at 1 and Φ electrons a pixel.

    float32 for float32, else float64. numpy alone, since counts have no gradient: `expected` has. Pixels are drawn in
    blocks, each from its own stream, on all threads: the same seed gives the same counts on any machine.
    """
    if is_torch(intensity):
        raise InputError("counts are drawn for numpy arrays alone; take expected() for tensors, which has gradients")
    stream = generator(seed)
    came, ntf = _before(intensity, per_pixel, detector)
    counts: Real = _after(_drawn(came, detector, stream), ntf, detector)
    if detector.dark:
        counts += stream.poisson(detector.dark, counts.shape) - detector.dark
    if detector.readout:
        counts += detector.readout * stream.standard_normal(counts.shape, counts.dtype)
    return counts


def noise_power(detector: Detector, per_pixel: float, ky: Array, kx: Array) -> Array:
    """The noise of an exposure by frequency, |F|²/N in counts², on the grid of (ky, kx) in 1/pixel (flat field)."""
    rate = per_pixel * detector.efficiency / detector.frames
    variance = per_pixel * detector.efficiency
    if detector.mode == "counting":
        variance = float(detector.frames * counted(rate) * np.exp(-rate))
    _, ntf = filters(detector, ky, kx)
    return detector.gain**2 * variance * ntf**2 + detector.readout**2 + detector.dark


def effective_dqe(detector: Detector, per_pixel: float, ky: Array, kx: Array) -> Array:
    """The DQE of an exposure with all that lowers it: the curve, coincidence, readout, dark.

    (dS/dΦ)² MTF² Φ / NPS with S the mean count. Without readout and dark it is DQE · x/(e^x − 1).
    """
    slope = detector.gain * detector.efficiency
    if detector.mode == "counting":
        slope *= float(np.exp(-per_pixel * detector.efficiency / detector.frames))
    mtf = detector.mtf.at(ky, kx)
    return (slope * mtf) ** 2 * per_pixel / noise_power(detector, per_pixel, ky, kx)


def _before(intensity: Array, per_pixel: float, detector: Detector) -> tuple[Array, Array]:
    """Expected electrons, and the NTF for what follows."""
    if per_pixel < 0:
        raise InputError(f"a dose must be at least 0 electrons a pixel, and {per_pixel:g} was given")
    before, ntf = filters(detector, *_grid(intensity))
    filtered = apply(intensity, before, workers=_workers(intensity))
    return namespace(filtered).clip(filtered, 0) * (per_pixel * detector.efficiency), ntf


def _drawn(came: Real, detector: Detector, stream: np.random.Generator) -> Real:
    """Counted electrons of expected ones, block by block."""
    flat = came.reshape(-1)
    out = np.empty_like(flat)
    starts = range(0, flat.size, BLOCK)

    def draw(start: int, own: np.random.Generator) -> None:
        part = flat[start : start + BLOCK]
        if detector.mode == "counting":
            out[start : start + BLOCK] = own.binomial(detector.frames, counted(part / detector.frames))
        else:
            out[start : start + BLOCK] = own.poisson(part)

    with ThreadPoolExecutor(cores()) as pool:
        list(pool.map(draw, starts, stream.spawn(len(starts))))
    return out.reshape(came.shape)


def _after(came: Array, ntf: Array, detector: Detector) -> Array:
    """Counts of what came: the NTF, the gain, the dark level."""
    if not is_torch(ntf) and np.ptp(ntf) < 1e-6:
        return came * detector.gain + detector.dark
    return apply(came, ntf, workers=_workers(came)) * detector.gain + detector.dark


def _grid(image: Array) -> tuple[Array, Array]:
    """(ky, kx) in 1/pixel of an image of any sides, in its precision."""
    ky, kx = fourier.frequencies1(image.shape[-2])[:, None], fourier.half_frequencies1(image.shape[-1])[None]
    if is_torch(image):
        return like(ky, image), like(kx, image)
    return (ky.astype(np.float32), kx.astype(np.float32)) if image.dtype == np.float32 else (ky, kx)


def _workers(image: Array) -> int | None:
    return cores() if image.shape[-1] >= WIDE else None
