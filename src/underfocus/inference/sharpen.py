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
from ..data.volume import Volume
from ..maths import fourier, masks, shells

Real = np.ndarray[Any, Any]
#: Fits start here in Å: at lower resolution a particle's shape, not its disorder, makes the slope.
FIT_FROM = 10.0
#: Width in shells of the soft edge of the low-pass filter.
EDGE_SHELLS = 4.0


@dataclass(frozen=True)
class Guinier:
    """A Guinier plot and its line: ``s2`` in 1/Å², natural ``log_amplitude``, the fit's ends in Å, and B in Å²."""

    s2: Real
    log_amplitude: Real
    fit_from: float
    fit_to: float
    slope: float
    intercept: float

    @property
    def bfactor(self) -> float:
        """B of the map in Å²: −4 times the slope of ln F against s²."""
        return -4 * self.slope


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
    return Guinier(s2, logs, fit_from, resolution, float(slope), float(intercept))


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
