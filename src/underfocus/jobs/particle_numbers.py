"""Resolution against the number of particles: half maps of growing parts of the data, and the B that their line has.

Rosenthal & Henderson 2003 (J. Mol. Biol. 333, 721): ln N against 1/d² is a line of slope B/2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..base.errors import InputError

#: Parts of all particles, each contained in the next.
PARTS = (1 / 16, 1 / 8, 1 / 4, 1 / 2)
#: Seed of the order in which particles are taken.
SEED = 0


@dataclass(frozen=True)
class Growth:
    """``numbers`` of particles, their ``bands``, which are ``used``; B and its ``error`` in Å², or ``why`` none."""

    numbers: tuple[int, ...]
    bands: tuple[Any, ...]
    used: tuple[int, ...]
    bfactor: float | None
    error: float | None
    why: str

    @property
    def resolutions(self) -> tuple[float, ...]:
        """Å at FSC 0.143 of each."""
        return tuple(band.curve.resolution(0.143) for band in self.bands)

    @property
    def sentence(self) -> str:
        """B, or why there is none."""
        pairs = ", ".join(f"{n} to {d:.2f} Å" for n, d in zip(self.numbers, self.resolutions, strict=True))
        if self.bfactor is None:
            return f"Particles and resolution: {pairs}; no B: {self.why}"
        return (
            f"Particles and resolution: {pairs}; ln N rises over 1/d² with B = {self.bfactor:.0f} ± {self.error:.0f} Å²"
        )


def grown(particles: Any, whole: Any, mask: Any, group: str, options: dict[str, Any]) -> Growth:
    """Half maps of a sixteenth, an eighth, a quarter and a half of the particles, beside the ``whole``'s band.

    ``options`` are those of `inference.reconstruct.reconstruct_halves`; parts keep the two halves in proportion. Parts
    of less than two particles a half are left out, as from the fit are those that reach Nyquist or nothing.
    """
    from ..inference.reconstruct import half_sets, reconstruct_halves
    from ..validation import confidence
    from ..validation.resolution import fsc

    order = np.random.default_rng(SEED).permutation(len(particles))
    halves = [order[half_sets(particles)[order] == number] for number in (0, 1)]
    numbers, bands = [], []
    for part in PARTS:
        chosen = np.sort(np.concatenate([half[: round(part * len(half))] for half in halves]))
        if min(round(part * len(half)) for half in halves) < 2:
            continue
        own = {**options, "store": None, "weighting": options["weighting"][chosen]}
        maps = reconstruct_halves(particles[chosen], **own)
        curve = fsc(maps.half1, maps.half2, mask)
        numbers.append(len(chosen))
        bands.append(confidence.band(curve, maps.half1, maps.half2, mask, group=group))
    return fitted((*numbers, len(particles)), (*bands, whole))


def fitted(numbers: tuple[int, ...], bands: tuple[Any, ...]) -> Growth:
    """The line through those that neither reach Nyquist nor agree nowhere."""
    from ..validation.particle_number import fitted_bfactor

    used = tuple(
        i for i, band in enumerate(bands) if band.curve.best[2] >= 0.143 and not band.curve.reaches_nyquist(0.143)
    )
    try:
        lengths = [bands[i].curve.resolution(0.143) for i in used]
        bfactor, error = fitted_bfactor([numbers[i] for i in used], lengths)
    except InputError as problem:
        return Growth(numbers, bands, used, None, None, str(problem))
    return Growth(numbers, bands, used, bfactor, error, "")


def plot(growth: Growth) -> Any:
    """ln N against 1/d², with each resolution's interval as a bar of dots and the fitted line."""
    from ..show.specs import Line, curve

    across = np.array([1 / d**2 for d in growth.resolutions])
    logs = np.log(growth.numbers)
    lines = [Line(logs, "half maps", "points", x=across)]
    if growth.bfactor is not None:
        chosen = list(growth.used)
        slope, offset = np.polyfit(logs[chosen], across[chosen], 1)
        span = np.array([logs[chosen].min(), logs[chosen].max()])
        lines.append(Line(span, f"fit, B = {growth.bfactor:.0f} Å²", "dashed", x=offset + slope * span))
    for band, at in zip(growth.bands, logs, strict=True):
        ends = np.array([1 / d**2 for d in band.interval(0.143)[::-1]])
        lines.append(Line(np.full(2, at), "", "faint", x=ends))
    return curve(
        across,
        *lines,
        x="1/d² at FSC 0.143, 1/Å²",
        y="ln N",
        title="Particles against resolution",
        caption="Natural logarithm of the number of particles. The slope is B/2 (Rosenthal & Henderson 2003): twice "
        "the particles move 1/d² by 2 ln 2/B. Bars are the 95 % intervals. The line holds where noise limits, not the "
        "pixel nor the poses, which here are those of all the particles together.",
    )
