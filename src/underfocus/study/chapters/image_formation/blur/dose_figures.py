"""Figures of the dose: what the exposure filter does to a movie, and what drift does."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Annotated, Any

import numpy as np

from underfocus.base.knobs import knob, option
from underfocus.data.dials import Seed
from underfocus.data.optics import Defocus, Optics, Voltage
from underfocus.physics import dose as exposure
from underfocus.physics import fractions, noise
from underfocus.show import Line, Mark, Panels, beside, curve, image, readout
from underfocus.show.figure import figure

from .. import chain

Real = np.ndarray[Any, Any]
Total = Annotated[
    float, knob("e/Å²", 5.0, 100.0, "exposure of the whole movie", valid=(0.1, 10_000.0), step=1.0, label="exposure")
]
Drift = Annotated[
    float,
    knob("Å", 0.0, 8.0, "movement from the first frame to the second; it settles after", valid=(0.0, 500.0), step=0.1),
]
Aligned = Annotated[bool, option("move each frame back along its path before adding")]
Filtered = Annotated[bool, option("weight each frame at each frequency by what is left of it")]
#: e/Å² of one frame, as nearly as they divide the exposure, and in how many frames the drift settles.
A_FRAME, SETTLED = 4.0, 4.0


def _edges(total: float) -> Real:
    """Exposures between the frames of a movie."""
    return exposure.edges(total, max(2, round(total / A_FRAME)))


@figure(
    "A movie and its sum",
    caption="Frames of about 4 e/Å² each, of one apoferritin: each has its damage, and the specimen elsewhere. Left: their sum. Right: how much signal stands over the noise at "
    "each frequency (amplitudes, as multiples of what the first e/Å² gives): for the plain sum as it is, for the aligned one, for the aligned one with the exposure filter, and for a specimen "
    "that nothing harms.",
    look_for="raise the exposure: the plain sum gets *worse* at the right while it gets better at the left. Where is its best? The filtered sum never loses by another frame. Now let "
    "it drift, and align.",
    code=(exposure.filter_weights, exposure.remaining, fractions.movie, fractions.summed),
    play="total",
)
def movie(
    total: Total = 40.0, drift: Drift = 3.0, aligned: Aligned = False, filtered: Filtered = False, defocus: Defocus = 15_000.0,
    seed: Seed = 1,
) -> Panels:  # fmt: skip
    """Exposure filter and drift on a simulated movie."""
    bounds = _edges(total)
    moves = fractions.path(len(bounds) - 1, drift, SETTLED, 30.0)
    s, plain, blurred, best = _transfers(total, drift)
    shown = _sum(bounds, moves, aligned, filtered, defocus, seed)
    now = best if aligned and filtered else plain if aligned else blurred
    whole = Line(np.full_like(s, np.sqrt(total)), "no damage", "faint")
    lines = [Line(blurred, "plain sum"), Line(plain, "aligned"), Line(best, "aligned and filtered", "dashed"), whole]
    at = float(exposure.optimum_exposure(np.array(1 / 3)))
    travelled = float(np.linalg.norm(moves[-1] - moves[0]))
    return beside(
        image(shown, chain.PIXEL, title="The sum"),
        curve(
            s, *lines, x="spatial frequency, 1/Å", y="signal over noise", title="What the sum holds", y_limits=(0, 1.05 * float(np.sqrt(total))),
            marks=(Mark(1 / 3, ""),),
        ),
        readout("at 3 Å, plain and aligned", float(np.interp(1 / 3, s, plain))),
        readout("at 3 Å, with the filter", float(np.interp(1 / 3, s, best))),
        readout("at 8 Å, this sum", float(np.interp(1 / 8, s, now)), "", "its weights aside" if filtered and not aligned else ""),
        readout("best plain exposure for 3 Å", at, "e/Å²"),
        readout("path", travelled, "Å"),
        columns=2,
    )  # fmt: skip


@cache
def _transfers(total: float, drift: float) -> tuple[Real, Real, Real, Real]:
    """Frequencies to 2.5 Å, and signal over noise in units of the first e/Å²: aligned, as it is, and filtered.

    Drift along one line is averaged over directions.
    """
    s = np.linspace(0.01, 0.4, 160)
    bounds = _edges(total)
    left = np.stack([exposure.remaining(s, a, b) for a, b in pairwise(bounds)])
    steps = np.linalg.norm(np.diff(fractions.path(len(left), drift, SETTLED), axis=0), axis=1)
    places = np.concatenate([[0.0], np.cumsum(steps)])
    turns = np.cos(np.linspace(0, np.pi / 2, 24))
    waves = np.exp(2j * np.pi * s[None, None] * places[None, :, None] * turns[:, None, None])
    moved = np.sqrt((np.abs((waves * left).mean(axis=1)) ** 2).mean(axis=0))
    root = np.sqrt(total)
    return s, root * left.mean(axis=0), root * moved, root * np.sqrt((left**2).mean(axis=0))


def _sum(bounds: Real, moves: Real, aligned: bool, filtered: bool, defocus: float, seed: int) -> Real:
    """The movie drawn and added up, with the weights and the alignment that are asked for."""
    clean = chain.imaged(chain.phase(), 300.0, Optics(defocus=defocus, bfactor=30.0))
    per_frame = (bounds[1] - bounds[0]) * chain.PIXEL**2
    expected = fractions.movie(clean.astype(np.float32), chain.PIXEL, moves, bounds) * per_frame
    frames = noise.poisson(np.maximum(expected, 0), seed).astype(np.float32)
    if aligned:
        frames = fractions.shifted(frames, chain.PIXEL, -moves)
    if filtered:
        return np.asarray(exposure.filtered_sum(frames, chain.PIXEL, bounds))
    return np.asarray(fractions.summed(frames, chain.PIXEL))


@figure(
    "What a frame is worth",
    caption="Left: the exposure after which $1/\\sqrt e$ of an amplitude is left, against frequency; the level line is the exposure of the whole movie. Right: the weights that an exposure "
    "filter gives to four of its twenty frames.",
    look_for="where the two lines cross at the left: to the right of it the movie outlives the detail. There the last frames get next to no weight; at the coarse end they are worth as much as "
    "the first. All weights together leave the noise as it is in a plain sum, which is why the first frame gets more than 1.",
    code=(exposure.critical_exposure, exposure.weight, exposure.filter_weights),
    play="total",
)
def weights(total: Total = 40.0, voltage_kv: Voltage = 300.0) -> Panels:
    """Critical exposure, and exposure-filter weights of a few frames."""
    s = np.linspace(0.02, 0.45, 300)
    bounds = exposure.edges(total, 20)
    table = exposure.filter_weights(s, bounds, voltage_kv)
    critical = exposure.critical_exposure(s, voltage_kv)
    limits = (Line(critical, "critical exposure"), Line(np.full_like(s, total), "the movie", "dashed"))
    lines = [Line(table[i], f"{bounds[i]:.3g} to {bounds[i + 1]:.3g} e/Å²") for i in (0, 4, 10, 19)]
    at = {d: np.array(1 / d) for d in (3.0, 10.0)}
    return beside(
        curve(
            s, *limits, x="spatial frequency, 1/Å", y="exposure, e/Å²", y_scale="log", y_limits=(2, 200), title="How much it bears"
        ),
        curve(s, *lines, x="spatial frequency, 1/Å", y="weight", y_limits=(0, 4.6), title="What a frame gets"),
        *(readout(f"critical at {d:g} Å", float(exposure.critical_exposure(k, voltage_kv)), "e/Å²") for d, k in at.items()),
        *(readout(f"left at the end, {d:g} Å", float(exposure.weight(k, total, voltage_kv))) for d, k in at.items()),
        columns=2,
    )  # fmt: skip
