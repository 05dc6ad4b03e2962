"""Particles beside their twin and the expectation: one reconstruction each, by the same code, and what the gap says.

The answer to "what limits this map?": see `twin`, `expected`, `validation.gap` and `validation.limits`.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from ..base.arrays import to_numpy
from ..base.errors import InputError, UnderfocusWarning
from ..data.particles import Particles
from ..data.volume import Volume
from ..maths import masks
from ..validation import gap as gaps
from ..validation import limits
from . import twinmap
from .accumulate import Lot
from .agreement import Agreement, agreement
from .expected import Expected, expected
from .imagenoise import NoiseSpectra, outside, sampled
from .information import information
from .reconstruct import Halves, half_sets, reconstruct_halves
from .scheme import Scheme
from .twin import Twin
from .weighting import Weighting

Real = np.ndarray[Any, Any]
Spectra = Literal["corners", "residual"]
#: A map's strength in the images is seen from so many of its errors on.
SEEN = 4.0


@dataclass(frozen=True)
class Plan:
    """How data and twin are treated.

    mask: (n, n, n), None, or "auto" for the map's envelope. undo: B in Å² that is undone in the map, or "guinier" for
    the one of its Guinier plot. fsc: (n//2+1,) of the map's own halves. spectra: noise
    from the images' corners, or from what the map leaves unexplained in them. store: a file for growing sums.
    """

    mask: Any = "auto"
    undo: float | Literal["guinier"] = 0.0
    fsc: Real | None = None
    spectra: Spectra = "corners"
    scheme: Scheme | None = None
    weighting: Weighting | None = None
    seed: int = 0
    store: Path | None = None


@dataclass(frozen=True)
class Comparison:
    """What came out; ``gap`` and ``verdict`` are None where too few shells have signal.

    ``map`` is what the twin was made of; ``undone`` the B in Å² that was undone in it and ``scaled`` the factor that it
    was multiplied by (1: its own grey scale). ``rows`` are the particles on which single images were compared.
    """

    data: gaps.Measured
    made: gaps.Measured
    expected: Expected
    gap: gaps.Gap | None
    verdict: limits.Verdict | None
    twin: Twin
    map: Volume
    judged: twinmap.Judged
    seen: Agreement
    seen_twin: Agreement
    rows: Real
    mask: Real | None
    undone: float
    scaled: float
    halves: Halves


def compare(
    particles: Particles,
    volume: Volume,
    plan: Plan | None = None,
    keep: Callable[[Twin], Particles] | None = None,
) -> Comparison:
    """Particles and their twin from a map, reconstructed alike; ``keep`` may store the twin's images and read them.

    Raises InputError for particles without poses, a map of another pixel, and a map of the other contrast; warns where
    the map is not seen in the images at all, or its mirror image agrees better.
    """
    plan = plan or Plan()
    weighting = plan.weighting or Weighting()
    volume = twinmap.in_box(volume, particles.n, particles.pixel)
    noise, rows = outside(particles), sampled(np.arange(len(particles)))
    twin = Twin(particles, volume, noise, weighting, plan.seed)
    seen = agreement(particles, twin, rows)
    _same_contrast(seen)
    if plan.spectra == "residual":
        noise = NoiseSpectra(np.where(seen.residual.power > 0, seen.residual.power, noise.power), noise.group)
    mask = _mask(plan.mask, volume)
    halves = reconstruct_halves(particles, scheme=plan.scheme, weighting=weighting, store=plan.store)
    data = gaps.measured(halves.half1, halves.half2, mask)
    judged = twinmap.judged(volume, halves, data.fsc, mask)
    if judged.other_hand:
        _warn("the mirror image of the map agrees better with these particles: turn it over (reconstruct --mirror)")
    if judged.own:
        seen = _crossed(particles, twin, halves, (data.fsc, mask), rows, seen)
    shown, undone = _prepared(volume, plan, judged, data, mask)
    scaled = 1.0 if judged.same_grey else judged.grey
    if scaled != 1:
        shown = replace(shown, data=np.asarray(shown.data) * np.float32(scaled))
    twin = Twin(particles, shown, noise, weighting, plan.seed)
    imitation = twin.imitation() if keep is None else keep(twin)
    store = None if plan.store is None else plan.store.with_name(f"twin_{plan.store.name}")
    own = reconstruct_halves(imitation, scheme=plan.scheme, weighting=weighting, store=store)
    made = gaps.measured(own.half1, own.half2, mask)
    hoped = expected(information(Lot(particles, half_sets(particles), weighting), noise, plan.scheme), shown, mask=mask)
    radii = gaps.radii_of(shown, mask)
    gap = _gap(data, made, radii)
    guinier = _guinier(shown, data) if judged.own and not undone else None
    setting = _setting(len(particles), radii, judged, (undone, scaled), seen)
    setting = replace(setting, guinier=guinier, hoped=hoped.resolution(times=limits.MORE))
    verdict = None if gap is None else limits.verdict(gap, data, made, setting)
    seen_twin = agreement(imitation, twin, rows)
    facts = (twin, shown, judged, seen, seen_twin, rows, mask, undone, scaled, halves)
    return Comparison(data, made, hoped, gap, verdict, *facts)


def _same_contrast(seen: Agreement) -> None:
    """InputError where the map is negative in the images; a warning where it is not seen."""
    strength = seen.mean / max(seen.mean_error, 1e-30)
    if strength < -SEEN:
        raise InputError(
            "the map and the images have opposite contrast: projections of the map correlate negatively with the "
            f"images in their poses (strength {seen.mean:.2g} ± {seen.mean_error:.1g}); say --contrast dark or white "
            "for the images, or negate the map"
        )
    if strength < SEEN:
        _warn(
            f"the map is not seen in the images in their poses (strength {seen.mean:.2g} ± {seen.mean_error:.1g}, and "
            "1 is expected): the poses belong to another map, or to its mirror image"
        )


def _crossed(
    particles: Particles, twin: Twin, halves: Halves, noisy: tuple[Real, Real | None], rows: Real, seen: Agreement
) -> Agreement:
    """Strengths of the map of the *other* half set in each image, so that no image meets its own noise in a map."""
    sets, strength, error = half_sets(particles)[rows], seen.strength.copy(), seen.error.copy()
    fsc, mask = noisy
    for number, other in enumerate((halves.half2, halves.half1)):
        chosen = np.flatnonzero(sets == number)
        if len(chosen):
            # of one half FSC is the part of the power that is signal: Wiener's factor
            model = twinmap.weakened(other, np.clip(fsc, 0, 1), mask)
            found = agreement(particles, replace(twin, volume=model), rows[chosen])
            strength[chosen], error[chosen] = found.strength, found.error
    return replace(seen, strength=strength, error=error)


def _warn(message: str) -> None:
    warnings.warn(message, UnderfocusWarning, stacklevel=3)


def _mask(mask: Any, volume: Volume) -> Real | None:
    """The window of all comparisons as an array of the box."""
    if mask is None:
        return None
    if isinstance(mask, str):
        return np.asarray(masks.from_density(to_numpy(volume.data)), np.float32)
    if isinstance(mask, Volume):
        mask = twinmap.in_box(mask, volume.n, volume.pixel, "the mask").data
    return np.asarray(to_numpy(mask), np.float32)


def _prepared(
    volume: Volume, plan: Plan, judged: twinmap.Judged, data: gaps.Measured, mask: Real | None
) -> tuple[Volume, float]:
    """The map that all twins show, without its own noise, and the B that was undone in it."""
    fsc = data.fsc if plan.fsc is None and judged.own else plan.fsc
    shown = volume if fsc is None else twinmap.freed(volume, fsc, mask)
    b = _guinier(shown, data) if plan.undo == "guinier" else plan.undo
    if b is None:
        raise InputError(
            f"Guinier's line is drawn from 10 Å to the resolution, {data.resolution:.2f} Å, and there are too few "
            "shells between; give the B to undo as a number"
        )
    return (twinmap.undone(shown, b, data.resolution), float(b)) if b else (shown, 0.0)


def _guinier(volume: Volume, data: gaps.Measured) -> float | None:
    """B in Å² of a map that is freed from its noise, as far as the particles reach; None where no line can be drawn."""
    return twinmap.guinier_b(volume, data.resolution)


def _gap(data: gaps.Measured, made: gaps.Measured, radii: tuple[Real, Real]) -> gaps.Gap | None:
    try:
        return gaps.gap(data, made, radii)
    except InputError as error:
        _warn(f"no gap can be read: {error}")
        return None


def _setting(
    particles: int,
    radii: tuple[Real, Real],
    judged: twinmap.Judged,
    changed: tuple[float, float],
    seen: Agreement,
) -> limits.Setting:
    """What the words need beside the curves."""
    r, w = radii
    share = np.cumsum(w) / np.sum(w)
    v, v_error = seen.excess
    square = seen.mean**2
    error = v_error * square / max(v + square, 1e-30) ** 2 if v > 0 else 1.0
    return limits.Setting(
        particles,
        radius=float(np.sqrt(np.sum(w * r**2) / np.sum(w))),
        edge=float(r[np.searchsorted(share, 0.95)]),
        own=judged.own,
        undone=changed[0],
        scaled=changed[1] != 1,
        absent=seen.absent,
        absent_error=min(error, 1.0),
        likeness=judged.likeness,
        other_hand=judged.other_hand,
    )
