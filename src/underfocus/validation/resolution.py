"""Resolution: the Fourier shell correlation of two maps, masked, and with random phases to see what the mask adds.

Harauz & van Heel 1986 (Optik 73, 146); thresholds: Rosenthal & Henderson 2003 (J. Mol. Biol. 333, 721); phase
randomisation: Chen et al. 2013 (Ultramicroscopy 135, 24).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..base.arrays import Array, generator, to_numpy
from ..base.errors import InputError
from ..data.volume import Volume
from ..maths import fourier, shells

Real = np.ndarray[Any, Any]
#: Half-map FSC at which the whole map correlates with the truth as 0.5, and the older criterion.
HALF_MAPS, CLASSIC = 0.143, 0.5
#: Pixels that differ by less than this fraction are one scale: headers round.
PIXEL_TOLERANCE = 1e-3
#: Phases are randomised from the shell where the unmasked FSC falls below this.
RANDOMISE_BELOW = 0.8
#: The correction begins so many shells beyond the randomisation, as the mask mixes neighbours.
KEPT_BEYOND = 2


@dataclass(frozen=True)
class Fsc:
    """Fourier shell correlation against frequency.

    ``frequency`` (n//2+1,) in 1/Å; ``unmasked``; and with a mask ``masked``, ``randomised`` (phases random from shell
    ``randomised_from``) and ``corrected``. ``n`` voxels of ``pixel`` Å.
    """

    frequency: Real
    unmasked: Real
    pixel: float
    n: int
    masked: Real | None = None
    randomised: Real | None = None
    corrected: Real | None = None
    randomised_from: int | None = None

    @property
    def best(self) -> Real:
        """The curve to report: corrected where there is a mask, else unmasked."""
        return self.unmasked if self.corrected is None else self.corrected

    def resolution(self, threshold: float = HALF_MAPS) -> float:
        """Å where the reported curve first falls below the threshold, linear between shells.

        Nyquist where it never does; the box where it is below from the first shell on. The first shell is not judged.
        """
        return crossing(self.best, threshold, self.n, self.pixel)

    def reaches_nyquist(self, threshold: float = HALF_MAPS) -> bool:
        """Whether the curve stays above the threshold to the last shell: the maps could be sampled finer."""
        return bool(np.all(self.best[2:] >= threshold))

    def columns(self) -> dict[str, Real]:
        """The curves as columns under RELION's labels, for a STAR table."""
        found = {
            "rlnSpectralIndex": np.arange(len(self.frequency)),
            "rlnResolution": self.frequency,
            "rlnFourierShellCorrelationUnmaskedMaps": self.unmasked,
        }
        named = {
            "rlnFourierShellCorrelationMaskedMaps": self.masked,
            "rlnCorrectedFourierShellCorrelationPhaseRandomizedMaskedMaps": self.randomised,
            "rlnFourierShellCorrelationCorrected": self.corrected,
        }
        return found | {label: values for label, values in named.items() if values is not None}


def crossing(curve: Real, threshold: float, n: int, pixel: float) -> float:
    """Å at which a curve over shells first falls below the threshold; see `Fsc.resolution`."""
    for shell in range(2, len(curve)):
        if curve[shell] < threshold:
            before, after = float(curve[shell - 1]), float(curve[shell])
            if before <= threshold:
                return n * pixel / (shell - 1)
            return n * pixel / (shell - 1 + (before - threshold) / (before - after))
    return 2 * pixel


def fsc(
    a: Volume | Array, b: Volume | Array, mask: Volume | Array | None = None, *, pixel: float = 1.0, seed: int = 0
) -> Fsc:
    """FSC of two maps of one size and pixel; with a mask also masked, phase-randomised and corrected.

    Arrays take ``pixel`` in Å. ``seed`` draws the random phases. Raises InputError where sizes or pixels differ, the
    mask is empty, or a map is constant.
    """
    one, other, size = pair(a, b, pixel)
    n = one.shape[0]
    first, second = fourier.fft3(one), fourier.fft3(other)
    frequency = np.arange(n // 2 + 1) / (n * size)
    unmasked = to_numpy(shells.correlation(first, second, n, 3))
    if mask is None:
        return Fsc(frequency, unmasked, size, n)
    values = mask_values(mask, one, size)
    masked = _masked(one, other, values)
    start = randomisation_shell(unmasked)
    rng = generator(seed)
    noise = [fourier.ifft3(_randomised(f, n, start, rng), n) for f in (first, second)]
    randomised = _masked(noise[0], noise[1], values)
    return Fsc(frequency, unmasked, size, n, masked, randomised, corrected(masked, randomised, start), start)


def mask_values(mask: Volume | Array, map_values: Real, pixel: float) -> Real:
    """A mask's values in float32. InputError where its shape or pixel is not the map's, or it is empty."""
    values = np.asarray(to_numpy(mask.data if isinstance(mask, Volume) else mask), np.float32)
    if values.shape != map_values.shape:
        raise InputError(f"a mask must have the maps' shape {map_values.shape}, and this one has {values.shape}")
    if isinstance(mask, Volume) and abs(mask.pixel - pixel) > PIXEL_TOLERANCE * pixel:
        raise InputError(
            f"the mask has pixels of {mask.pixel:g} Å and the maps of {pixel:g} Å; make one for these maps"
        )
    if not np.all(np.isfinite(values)) or not np.any(values > 0):
        raise InputError("this mask is empty or holds values that are not finite; make one with values from 0 to 1")
    return values


def pair(a: Volume | Array, b: Volume | Array, pixel: float) -> tuple[Real, Real, float]:
    """The values of two maps in float32 and their pixel in Å; arrays take ``pixel``.

    InputError where they are not cubes of one size and pixel, or one is constant or not finite.
    """
    pixels = [v.pixel for v in (a, b) if isinstance(v, Volume)] or [pixel]
    one, other = (np.asarray(to_numpy(v.data if isinstance(v, Volume) else v), np.float32) for v in (a, b))
    if one.shape != other.shape or one.ndim != 3 or len(set(one.shape)) != 1:
        raise InputError(
            f"two cubes of one size are needed, and {one.shape} and {other.shape} were given; crop or pad one"
        )
    if max(pixels) - min(pixels) > PIXEL_TOLERANCE * pixels[0]:
        raise InputError(f"the maps have pixels of {pixels[0]:g} and {pixels[1]:g} Å; bring them to one scale first")
    for values in (one, other):
        if not np.all(np.isfinite(values)):
            raise InputError("a map holds values that are not finite; it cannot be correlated")
        if np.ptp(values) == 0:
            raise InputError("a map is constant; there is nothing to correlate")
    return one, other, pixels[0]


def _masked(one: Real, other: Real, mask: Real) -> Real:
    return to_numpy(shells.correlation(fourier.fft3(one * mask), fourier.fft3(other * mask), one.shape[0], 3))


def randomisation_shell(unmasked: Real) -> int:
    """The first shell where the unmasked FSC is below 0.8; the last one where it never is."""
    below = np.flatnonzero(unmasked[1:] < RANDOMISE_BELOW)
    return int(below[0]) + 1 if len(below) else len(unmasked) - 1


def _randomised(half: Real, n: int, start: int, rng: np.random.Generator) -> Real:
    """The half transform with random phases from shell ``start`` on; amplitudes stay.

    The phases are those of white noise, so that Friedel mates agree and no amplitude is lost on the way back.
    """
    noise = fourier.fft3(rng.standard_normal((n, n, n), dtype=np.float32))
    return np.where(shells.shell_index(n, 3) >= start, np.abs(half) * np.exp(1j * np.angle(noise)), half)


def corrected(masked: Real, randomised: Real, start: int) -> Real:
    """(masked − randomised)/(1 − randomised) from two shells beyond ``start`` on, else masked. Chen 2013, eq. 4."""
    shell = np.arange(len(masked))
    safe = np.minimum(randomised, 1 - 1e-6)
    return np.where(shell < start + KEPT_BEYOND, masked, (masked - safe) / (1 - safe))
