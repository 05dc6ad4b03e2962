"""Sharpening: the B-factor of a map from its Guinier plot, and its undoing where the FSC says that there is signal.

Rosenthal & Henderson 2003 (J. Mol. Biol. 333, 721): ln F against s² is a line of slope −B/4 beyond about 10 Å, and maps
are weighted by C_ref = √(2 FSC/(1 + FSC)).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..base.arrays import to_numpy
from ..base.errors import InputError
from ..data.response import Response, curve
from ..data.volume import Volume
from ..maths import fourier, masks, shells

Real = np.ndarray[Any, Any]
#: Fits start here in Å: at lower resolution a particle's shape, not its disorder, makes the slope.
FIT_FROM = 10.0
#: Width in shells of the soft edge of the low-pass filter.
EDGE_SHELLS = 4.0
#: A detector that passes less than this leaves nothing to give back.
LEAST_MTF = 0.01


@dataclass(frozen=True)
class Guinier:
    """A Guinier plot and its line: ``s2`` in 1/Å², natural ``log_amplitude``, the fit's ends in Å, and B in Å².

    ``slope_error`` is the standard error of the slope from the scatter of its ``points`` shells about the line. It
    takes shells as independent and the line as true, so that a B fitted from elsewhere may differ by more.
    """

    s2: Real
    log_amplitude: Real
    fit_from: float
    fit_to: float
    slope: float
    intercept: float
    slope_error: float = float("nan")
    points: int = 0

    @property
    def bfactor(self) -> float:
        """B of the map in Å²: −4 times the slope of ln F against s²."""
        return -4 * self.slope

    @property
    def error(self) -> float:
        """Standard error of B in Å²."""
        return 4 * self.slope_error

    def line(self) -> Real:
        """ln F of the fitted line at ``s2``."""
        return np.asarray(self.intercept + self.slope * self.s2)


def figure_of_merit(fsc: Real) -> Real:
    """C_ref = √(2 FSC/(1 + FSC)): how well the whole map's shells correlate with the truth; 0 for negative FSC."""
    kept = np.clip(fsc, 0, 1)
    return np.asarray(np.sqrt(2 * kept / (1 + kept)))


def guinier(volume: Volume, resolution: float, *, fit_from: float = FIT_FROM, fsc: Real | None = None) -> Guinier:
    """The B-factor of a map from shells between ``fit_from`` and ``resolution`` in Å; FSC-weighted where it is given.

    Raises InputError where fewer than three shells lie between.
    """
    n, size = volume.n, volume.n * volume.pixel
    power = shells.shell_mean(np.abs(fourier.fft3(to_numpy(volume.data))) ** 2, n, 3)
    amplitude = np.sqrt(power)
    if fsc is not None:
        amplitude = amplitude * figure_of_merit(fsc)
    shell = np.arange(n // 2 + 1)
    s2 = (shell / size) ** 2
    first, last = size / fit_from, size / max(resolution, 2 * volume.pixel)
    # The last two shells are left out: slices end there and fill them in part, and the line would bend towards them.
    chosen = (shell >= first) & (shell <= last) & (shell > 0) & (shell < n // 2 - 1) & (amplitude > 0)
    if chosen.sum() < 3:
        raise InputError(
            f"a B-factor needs at least three shells between {fit_from:g} and {resolution:.2f} Å, and there are "
            f"{int(chosen.sum())}; start the fit at lower resolution"
        )
    logs = np.log(np.where(amplitude > 0, amplitude, 1.0))
    slope, intercept = np.polyfit(s2[chosen], logs[chosen], 1)
    points = int(chosen.sum())
    misfit = logs[chosen] - intercept - slope * s2[chosen]
    spread = np.sum((s2[chosen] - s2[chosen].mean()) ** 2)
    error = float(np.sqrt(np.sum(misfit**2) / (points - 2) / spread))
    return Guinier(s2, logs, fit_from, resolution, float(slope), float(intercept), error, points)


def sharpen(volume: Volume, bfactor: float, resolution: float, fsc: Real | None = None) -> Volume:
    """The map with a B-factor undone (> 0 sharpens), weighted by the FSC if given, cut softly at the resolution.

    bfactor in Å², resolution in Å. Raises InputError for a resolution beyond Nyquist.
    """
    n = volume.n
    if resolution < 2 * volume.pixel * (1 - 1e-6):
        raise InputError(
            f"{resolution:g} Å lies beyond Nyquist, {2 * volume.pixel:g} Å; give a resolution the map can hold"
        )
    s = fourier.radius3(n, volume.pixel)
    gain = np.exp(bfactor * s**2 / 4) * masks.falloff(s * n * volume.pixel - n * volume.pixel / resolution, EDGE_SHELLS)
    if fsc is not None:
        index = np.minimum(shells.shell_index(n, 3), n // 2)
        gain = gain * figure_of_merit(fsc)[index]
    data = fourier.ifft3(fourier.fft3(to_numpy(volume.data)) * gain.astype(np.float32), n)
    return Volume(data, volume.pixel, volume.origin)


def without_mtf(volume: Volume, mtf: Response, resolution: float, detector_pixel: float | None = None) -> Volume:
    """The map with what the detector's MTF took from its amplitudes given back, up to ``resolution`` in Å.

    ``detector_pixel`` in Å is that of the images as they were recorded, in whose cycles a pixel the MTF is counted; by
    default the map's. Finer detail gets the factor at the resolution. Raises InputError where the detector passed less
    than 1 % up to there, or its pixel is larger than the map's.
    """
    n, size = volume.n, volume.pixel if detector_pixel is None else detector_pixel
    if not 0 < size <= volume.pixel * (1 + 1e-3):
        raise InputError(
            f"images are recorded on pixels no larger than the map's, {volume.pixel:g} Å, and {size:g} Å was given"
        )
    s = np.minimum(fourier.radius3(n, volume.pixel), 1 / resolution)
    passed = curve(mtf, s * size)
    if passed.min() < LEAST_MTF:
        raise InputError(
            f"this detector passes {passed.min():.2g} of the amplitude at {resolution:.3g} Å, which cannot be given "
            "back; check the table, or its pixel"
        )
    data = fourier.ifft3(fourier.fft3(to_numpy(volume.data)) / passed.astype(np.float32), n)
    return Volume(data, volume.pixel, volume.origin)
