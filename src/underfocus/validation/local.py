"""Local resolution: how far two half maps agree around every voxel.

Both halves are passed through thin shells; the mean product of a shell's two maps over a soft window, by the root of
their mean squares, is an FSC at every place at once, by Parseval's theorem. It is what the textbook's window, slid over
the maps, measures (Cardone et al. 2013, J. Struct. Biol. 184, 226; `local_plain` is that). Nothing is cut out before a
transform, so no mask makes the halves agree, and no phases need be made random to take that off: half maps must come
unmasked. Boxes are periodic.

What to expect of it: a value is of a neighbourhood as wide as the window, and bands are a sixth of their frequency wide
at most. Where a signal falls as B-factors make it, values are within a tenth of the truth; where a strong one (ten
times the noise) ends at once, or next to a finer part, up to a seventh too fine. The tests say the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..base.arrays import Array
from ..base.errors import InputError
from ..base.parallel import cores
from ..base.progress import stage
from ..data.volume import Volume
from ..maths import shells
from .local_bands import WIDEST, Bands, along_axes, bands, line_matrix, window_matrix
from .resolution import HALF_MAPS, fsc, mask_values, pair

Real = np.ndarray[Any, Any]
#: Windows by default in units of the resolution: at it, chance reaches 0.11 once in a thousand, well below 0.143.
WINDOWS_BY_RESOLUTION = 5.0
#: Values are computed so many a window by default, and interpolated between.
PLACES_A_WINDOW = 8
#: Frequencies at which a band's filter is tabulated, a shell.
_FINE = 64
#: Shells with less power than this part of the strongest are empty: what is left there is rounding.
EMPTY_SHELL = 1e-12
#: Places with less power than this part of a band's mean are empty as well.
EMPTY_PLACE = 1e-6
#: Voxels with the very value of the first one, in both halves, hold no data where they are more than this part of all.
BLANK = 0.01


@dataclass(frozen=True, eq=False)
class LocalResolution:
    """Resolution in Å (n, n, n) around each voxel, and which voxels were ``judged``.

    It is the box's length where not even the coarsest band agrees beyond chance (``unresolved``), and Nyquist where
    all do. ``window`` in Å is the full width at half maximum of the weights, for waves up to a third of it.
    """

    resolution: Real
    judged: Real
    pixel: float
    window: float
    threshold: float
    bands: Bands
    origin: tuple[float, float, float] = (0.0, 0.0, 0.0)

    @property
    def n(self) -> int:
        """Voxels a side."""
        return len(self.resolution)

    @property
    def resolved(self) -> Real:
        """Judged voxels (n, n, n) that have a resolution."""
        return np.asarray(self.judged & (self.resolution < self.n * self.pixel))

    @property
    def unresolved(self) -> float:
        """The part of the judged voxels that has none."""
        return 1 - float(self.resolved.sum() / self.judged.sum())

    def quantiles(self, *parts: float) -> tuple[float, ...]:
        """Resolutions in Å that so large a part of the resolved voxels is finer than; not a number where none is."""
        values = self.resolution[self.resolved]
        return tuple(float(np.quantile(values, q)) if values.size else float("nan") for q in parts)

    def volume(self) -> Volume:
        """The map to save: Å, 0 in voxels that were not judged, the box's length where nothing agrees."""
        return Volume(np.where(self.judged, self.resolution, 0).astype(np.float32), self.pixel, self.origin)


def local_resolution(
    a: Volume | Array,
    b: Volume | Array,
    mask: Volume | Array | None = None,
    *,
    pixel: float = 1.0,
    window: float | None = None,
    threshold: float = HALF_MAPS,
    step: int | None = None,
) -> LocalResolution:
    """The local resolution of two unmasked half maps, judged where the mask is above 1/2 and the maps are not blank.

    ``window`` in Å: by default five times the resolution within the mask, at most a third of the box. An FSC counts as
    agreement from ``threshold`` on, or from what chance reaches in one voxel of a thousand where that is more; the
    resolution is where it first falls below, linear between bands. Every ``step``-th voxel is computed, by default
    eight a window, the others interpolated. Arrays take ``pixel`` in Å.

    Raises InputError where sizes or pixels differ, the mask is empty, a map is constant or the window does not fit.
    """
    one, other, size = pair(a, b, pixel)
    n = len(one)
    judged = _judged(one, other, mask, size)
    if not 0 < threshold < 1:
        raise InputError(f"the threshold of an FSC lies between 0 and 1, and {threshold:g} was given")
    width = default_window(one, other, mask, size, threshold) if window is None else window
    found = bands(n, size, width)
    every = max(1, int(width / (PLACES_A_WINDOW * size))) if step is None else step
    if not 1 <= every <= n // 4:
        raise InputError(f"the step must be between 1 and {n // 4} voxels, and {every} was given")
    frequency = _crossings(one, other, found, size, -(-n // every), threshold)
    if every > 1:
        frequency = along_axes(frequency, line_matrix(n, len(frequency)))
    agrees = frequency >= found.centres[0] * (1 - 1e-5)
    values = np.where(agrees, 1 / np.maximum(frequency, found.centres[0]), n * size)
    origin = a.origin if isinstance(a, Volume) else (0.0, 0.0, 0.0)
    return LocalResolution(values.astype(np.float32), judged, size, width, threshold, found, origin)


def _judged(one: Real, other: Real, mask: Any, pixel: float) -> Real:
    """Voxels (n, n, n) within the mask that hold data. InputError where there are none."""
    judged = np.ones(one.shape, bool) if mask is None else mask_values(mask, one, pixel) > 0.5
    if not judged.any():
        raise InputError("no voxel of this mask is above 1/2; scale its values to between 0 and 1")
    blank = (one == one[0, 0, 0]) & (other == other[0, 0, 0])
    if blank.mean() > BLANK:
        judged &= ~blank
    if not judged.any():
        raise InputError("both maps are blank all over this mask; give the mask that belongs to them")
    return np.asarray(judged)


def default_window(one: Real, other: Real, mask: Any, pixel: float, threshold: float = HALF_MAPS) -> float:
    """Five times the resolution of the maps within the mask in Å, at most a third of the box."""
    return float(
        min(
            WINDOWS_BY_RESOLUTION * fsc(one, other, mask_of(mask), pixel=pixel).resolution(threshold),
            len(one) * pixel * WIDEST,
        )
    )


def mask_of(mask: Any) -> Any:
    """A mask's values, whatever holds them."""
    return mask.data if isinstance(mask, Volume) else mask


def _crossings(one: Real, other: Real, found: Bands, pixel: float, places: int, threshold: float) -> Real:
    """Frequency (places³) in 1/Å at which the local FSC first falls below what counts; 0 where it never was above."""
    least, centres = found.least(threshold), found.centres
    frequency = np.zeros((places,) * 3, np.float32)
    going = np.ones(frequency.shape, bool)
    before = np.ones_like(frequency)
    with stage("local resolution", total=len(found)) as advance:
        for band, values in enumerate(correlations(one, other, found, pixel, places)):
            below = going & (values < least[band])
            if band:
                fall = np.maximum(before - values, 1e-6)
                part = np.clip((before - least[band]) / fall, 0, 1)
                reached = centres[band - 1] + part * (centres[band] - centres[band - 1])
                frequency[below] = reached[below]
            going &= ~below
            before = values
            if not going.any():
                advance(len(found) - band)
                break
            advance(1)
    frequency[going] = 0.5 / pixel
    return frequency


def correlations(one: Real, other: Real, found: Bands, pixel: float, places: int) -> Iterator[Real]:
    """Local FSC (places³) of two maps (n³), band after band, at evenly spaced places from the first voxel on.

    Each half is whitened first, so that a band's power comes from all of it and not from its strongest end.
    """
    n = len(one)
    halves = [_Half.of(values, pixel) for values in (one, other)]
    for band, width in enumerate(found.windows):
        # A product holds twice the band's frequencies: on this grid they fold back to where the window sees nothing.
        samples = _even(int(np.ceil(2 * n * pixel * (found.top(band) + 1 / width))), n)
        first, second = (half.passed(found, band, samples) for half in halves)
        weights = window_matrix(places, samples, n * pixel, float(width))
        powers = [along_axes(values * values, weights) for values in (first, second)]
        floor = EMPTY_PLACE**2 * float(powers[0].mean()) * float(powers[1].mean())
        product = along_axes(first * second, weights)
        yield product / np.sqrt(np.maximum(powers[0] * powers[1], max(floor, 1e-30)))


def _even(samples: int, n: int) -> int:
    """A fast even length of at least so many samples, at most n."""
    from scipy.fft import next_fast_len

    while (length := int(next_fast_len(samples, real=True))) % 2:
        samples = length + 1
    return min(length, n)


@dataclass(frozen=True, eq=False)
class _Half:
    """The transform (n, n, n//2+1) of a half map, its first voxel as origin, and what whitens its shells (n//2+1,)."""

    transform: Real
    whitening: Real
    pixel: float

    @classmethod
    def of(cls, values: Real, pixel: float) -> _Half:
        from scipy import fft

        n = len(values)
        # The origin does not matter to products of maps at the same place, so none is moved.
        transform = fft.rfftn(values, workers=cores())
        power = shells.shell_mean(transform.real**2 + transform.imag**2, n, 3)
        full = power > EMPTY_SHELL * power[1:].max()
        return cls(transform, np.where(full, 1 / np.sqrt(np.where(full, power, 1)), 0) * n**1.5, pixel)

    def passed(self, found: Bands, band: int, samples: int) -> Real:
        """The map after a band's filter, whitened, on ``samples`` points a side of the same box."""
        from scipy import fft

        n = len(self.transform)
        box = n * self.pixel
        shell = np.arange((len(self.whitening) - 1) * _FINE + 2) / _FINE
        gains = found.amplitude(shell / box, band) * np.interp(shell, np.arange(len(self.whitening)), self.whitening)
        table = np.append(gains, 0.0).astype(np.float32)
        square = np.fft.fftfreq(samples, 1 / samples).astype(np.float32) ** 2
        radius = np.sqrt(square[:, None, None] + square[:, None] + square[: samples // 2 + 1])
        index = np.minimum(radius * np.float32(_FINE) + np.float32(0.5), len(table) - 1).astype(np.int32)
        filtered = cropped(self.transform, samples) * table[index]
        return np.asarray(fft.irfftn(filtered, (samples,) * 3, workers=cores()), np.float32)


def cropped(transform: Real, samples: int) -> Real:
    """The lowest frequencies of a half transform whose origin is the first voxel, as of ``samples`` points a side."""
    n = len(transform)
    if samples == n:
        return transform
    near = (samples + 1) // 2
    kept = np.r_[0:near, n - (samples - near) : n]
    return np.asarray(transform[np.ix_(kept, kept, np.arange(samples // 2 + 1))])
