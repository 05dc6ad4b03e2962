"""What a resolution's numbers say, in words: the interval, the mask's part in the FSC, and directions beside chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..base.arrays import to_numpy

#: Mean correlation of randomised phases beyond which a mask makes much of the curve by itself.
TIGHT = 0.2  #: Noise by direction below this part of what chance gives differs by much.
MUCH = 0.7


def of_threshold(band: Any, threshold: float, level: bool = True) -> str:
    """A resolution with its interval, 3.42 Å (3.38–3.47, 95 %); alone where the interval has no width."""
    fine, coarse = band.interval(threshold)
    if f"{fine:.2f}" == f"{coarse:.2f}":
        return f"{band.curve.resolution(threshold):.2f} Å"
    share = f", {100 * band.level:g} %" if level else ""
    return f"{band.curve.resolution(threshold):.2f} Å ({fine:.2f}–{coarse:.2f}{share})"


@dataclass(frozen=True)
class MaskWords:
    """How much a mask has to do with a curve.

    ``part`` of the box that it keeps; ``unmasked`` resolution in Å; the mean correlation of ``randomised`` phases
    beyond the shell where they begin; whether that is too ``tight`` a mask; and the ``sentence`` that says so.
    """

    part: float
    unmasked: float
    randomised: float
    tight: bool
    sentence: str


def of_mask(band: Any, mask: Any) -> MaskWords | None:
    """Words about the mask of a curve; None where there was none."""
    from ..validation.resolution import KEPT_BEYOND, crossing

    curve = band.curve
    if curve.masked is None or mask is None:
        return None
    part = float(np.mean(to_numpy(getattr(mask, "data", mask))))
    unmasked = crossing(curve.unmasked, 0.143, curve.n, curve.pixel)
    beyond = slice(curve.randomised_from + KEPT_BEYOND, None)
    own = curve.randomised[beyond]
    mean = float(own.mean()) if len(own) else 0.0
    tight = mean > TIGHT
    shell = min(len(curve.best) - 1, max(1, round(curve.n * curve.pixel / curve.resolution(0.143))))
    sentence = (
        f"The mask keeps {part:.1%} of the box; at {curve.n * curve.pixel / shell:.2f} Å it raises the FSC from "
        f"{curve.unmasked[shell]:.2f} to {curve.masked[shell]:.2f}, of which random phases have "
        f"{curve.randomised[shell]:.2f}; unmasked, 0.143 is met at {unmasked:.2f} Å"
    )
    if tight:
        sentence += (
            f". Beyond the shell where phases are random they still correlate by {mean:.2f} in the mean: this mask is "
            "too tight or too sharp, and the corrected curve leans on it; widen it and soften its edge"
        )
    return MaskWords(part, unmasked, mean, tight, sentence.replace("-", "−"))


def of_directions(found: Any) -> tuple[str, ...]:
    """cFAR beside chance, and the two directions that are furthest apart."""
    conical, floor = found.conical, found.floor
    verdict = "even, as far as so many voxels can tell" if found.even else "not even"
    lengths = conical.resolutions()

    def along(at: int) -> str:
        return "({})".format(", ".join(f"{v:.2f}" for v in conical.directions[at])).replace("-", "−")

    return (
        f"By direction: {verdict}; cFAR {found.cfar:.2f}; chance alone gives {floor.mean:.2f}, and less than "
        f"{floor.low:.2f} once in twenty",
        f"directions reach {lengths.min():.2f} to {lengths.max():.2f} Å; the curve is lowest along "
        f"{along(conical.worst)}, highest along {along(conical.best)}",
        f"noise of the directions, least over most, {found.noise_evenness:.2f}; chance alone gives more than "
        f"{floor.noise_low:.2f}{'' if found.even else _cause(found)}",
    )


def _cause(found: Any) -> str:
    """What unevenness is due to, as far as the noise tells."""
    if found.noise_evenness < MUCH * found.floor.noise_low:
        return ": it differs by much, a sign of uneven views"
    return ": it differs by little, so that the molecule's own signal is uneven rather than its views"
