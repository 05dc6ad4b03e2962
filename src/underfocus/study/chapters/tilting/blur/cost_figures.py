"""What a tilt costs: ice, electrons, drift; and the tilt at which a film of given thickness gives the best map."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from underfocus.inference.tilt_advice import Limit
from underfocus.physics import tilt, tilt_cost
from underfocus.show import Line, Mark, Panels, beside, curve, readout
from underfocus.show.figure import figure
from underfocus.validation import orientation
from underfocus.validation.resolution import HALF_MAPS

from .. import rings
from ..dials import Drift, Filtered, Fraction, FreePath, Spread, Thickness, Tilt

Real = np.ndarray[Any, Any]
TILTS = np.linspace(0.0, 70.0, 141)
#: What even views of a flat film would give: 4 Å, and a B-factor of 100 Å².
LIMIT = Limit(4.0, 100.0)
#: The film of the target problem, and how far its top views stray.
FILM, SPREAD = rings.Film(), 15.0
#: Å of a field of view whose defocus a tilt spreads.
FIELD = 4000.0


@figure(
    "The bill",
    caption="For a film on a tilted stage: directions of Fourier space that one view comes to sample, electrons that lose no energy, signal over noise of an image relative to the flat film at the same dose, and at 4 Å that with drift. Vertical: your tilt.",
    look_for="the two slopes at the start. The sine rises at once, the cosine hardly moves: the first 30° are nearly free.",
    code=(tilt_cost.ice_path, tilt_cost.no_loss, tilt_cost.snr_factor, tilt_cost.motion_factor),
    play="angle",
)
def bill(
    angle: Tilt = 40.0, thickness: Thickness = 30.0, free_path: FreePath = 320.0, filtered: Filtered = True,
    drift: Drift = 10.0,
) -> Panels:  # fmt: skip
    """Coverage gained and signal lost against tilt, for a film of given thickness."""
    ice = np.asarray(tilt_cost.snr_factor(thickness, TILTS, free_path, filtered=filtered))
    moved = ice * tilt_cost.motion_factor(1 / LIMIT.resolution, TILTS, drift)
    lines = (
        Line(orientation.covered(TILTS), "directions sampled"),
        Line(tilt_cost.no_loss(thickness, TILTS, free_path), "electrons without loss", "dotted"),
        Line(ice, "SNR left by the ice", "dashed"),
        Line(moved, "and by drift, at 4 Å"),
    )
    factor = float(tilt_cost.snr_factor(thickness, angle, free_path, filtered=filtered))
    return beside(
        curve(TILTS, *lines, x="tilt, °", y="part of 1", x_limits=(0, 70), y_limits=(0, 1.02), marks=(Mark(angle, "here"),)),
        readout("way through the ice", float(tilt_cost.ice_path(thickness, angle)), "nm"),
        readout("electrons without loss", float(tilt_cost.no_loss(thickness, angle, free_path))),
        readout("SNR left by the ice", factor),
        readout("particles for the same signal, times", 1 / factor),
        readout("defocus from edge to edge of 400 nm", tilt.spread(FIELD, angle), "Å"),
        readout("film in the same picture, times", float(tilt_cost.field_factor(angle))),
    )  # fmt: skip


@lru_cache(maxsize=512)
def truth(angle: float, film: rings.Film, spread: float, fraction: float) -> Real:
    """FSC (s,) with the truth of a map from top views, ``fraction`` of them even, on a tilted film."""
    return rings.truth_curve(rings.mixed_sampling(spread, angle, fraction), film.left(angle, LIMIT), LIMIT)


def reached(angle: float, film: rings.Film = FILM, spread: float = SPREAD, fraction: float = 0.0) -> float:
    """Å to which the map of tilted top views agrees with the truth (FSC 0.5), over all directions alike."""
    return rings.crossing(LIMIT.shells, truth(angle, film, spread, fraction), rings.RESOLVED)


def best_tilt(film: rings.Film = FILM, spread: float = SPREAD, fraction: float = 0.0) -> float:
    """The tilt from 0° to 70°, in whole degrees, at which `reached` is finest."""
    lengths = [reached(float(angle), film, spread, fraction) for angle in range(71)]
    return float(np.argmin(lengths))


def claimed(angle: float, film: rings.Film = FILM, spread: float = SPREAD, fraction: float = 0.0) -> float:
    """Å at which the two half maps of the same set fall below an FSC of 0.143."""
    return rings.crossing(LIMIT.shells, _between(angle, film, spread, fraction), HALF_MAPS)


def _between(angle: float, film: rings.Film, spread: float, fraction: float) -> Real:
    return rings.half_curve(rings.mixed_sampling(spread, angle, fraction), film.left(angle, LIMIT), LIMIT)


@figure(
    "Choose the tilt",
    caption="Predicted FSC of a map from top views (within a cone) with the truth, directions that nobody sampled counted as nothing: at your tilt, flat, and for as many even views. Dotted: what the two half maps would say to each other.",
    look_for="the dotted line. Half maps are compared where both have something; flat top views look *better* than even ones by it. With the truth they never correlate better than 0.52, the root of the part of directions that is sampled, and from 7.4 Å on less than 0.5.",
    code=(rings.circle_sampling, rings.truth_curve, tilt_cost.snr_factor),
)
def tilt_bench(
    angle: Tilt = 0.0, thickness: Thickness = FILM.thickness, filtered: Filtered = FILM.filtered,
    drift: Drift = FILM.drift, spread: Spread = SPREAD, fraction: Fraction = 0.0,
) -> Panels:  # fmt: skip
    """The map's FSC with the truth at a tilt, and the resolutions that follow."""
    s, film = LIMIT.shells, rings.Film(thickness, drift, filtered)
    even = rings.truth_curve(np.ones(rings.STEPS), np.ones(len(s)), LIMIT)
    lines = (
        Line(truth(angle, film, spread, fraction), f"with the truth, at {angle:g}°"),
        Line(truth(0.0, film, spread, fraction), "with the truth, flat", "dashed"),
        Line(even, "with the truth, even views", "faint"),
        Line(_between(angle, film, spread, fraction), "half maps with each other", "dotted"),
    )
    return beside(
        curve(s, *lines, x="1/Å", y="FSC", x_limits=(0, float(s[-1])), y_limits=(0, 1.02)),
        readout("agrees with the truth to", reached(angle, film, spread, fraction), "Å"),
        readout("flat", reached(0.0, film, spread, fraction), "Å"),
        readout("even views", rings.crossing(s, even, rings.RESOLVED), "Å"),
        readout("half maps claim", claimed(angle, film, spread, fraction), "Å"),
        readout("directions sampled", float((rings.mixed_sampling(spread, angle, fraction) > 0).mean())),
        readout("SNR of an image at 4 Å", float(np.interp(1 / LIMIT.resolution, s, film.left(angle, LIMIT)))),
    )


def target_curve(angle: float) -> Real:
    """What the target compares: 1/Å reached at a tilt of the given film, beside that of even views on a flat stage."""
    return np.array([1 / reached(angle), 1 / LIMIT.resolution])
