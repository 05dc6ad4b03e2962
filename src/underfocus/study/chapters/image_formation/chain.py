"""The forward model of the chapter, link by link: potential, projection, lens, dose, detector."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from underfocus.base import units
from underfocus.data.detector import DETECTORS, Detector
from underfocus.data.optics import NO_CTF, Optics
from underfocus.data.response import Falling, Flat, Square
from underfocus.maths import filters, fourier, rotations, shells
from underfocus.physics import ctf, detector, films, ice, noise
from underfocus.physics.factors import scattering_factor
from underfocus.physics.potential import potential
from underfocus.samples import protein

Real = np.ndarray[Any, Any]
#: Pixels a side, and Å a pixel, of the field that the chapter looks at: one apoferritin in ice.
SIDE, PIXEL = 96, 2.0
#: How it is turned (rot, tilt, psi), away from its axes of symmetry, and its B-factor in Å².
VIEW, VIEW_B = (25.0, 70.0, 10.0), 30.0
#: Å of the section that is shown in place of the whole projection.
SECTION = 10.0
#: Å where the grid of the specimen ends, and its power spectrum is taken from atoms at random.
WILSON = 2 * PIXEL
#: Mean free path in Å for losing energy in ice at 300 kV; Rice et al. 2018 (J. Struct. Biol. 204, 38). A filter
#: takes out what has lost any.
MEAN_FREE_PATH = 3_950.0
#: Mean potential in V of protein as isolated atoms make it: where it is, there is no ice.
PROTEIN = {"H": 49.8, "C": 31.5, "N": 8.75, "O": 9.47, "S": 0.22}
PROTEIN_DENSITY, MASK_WIDTH = 1.36, 3.0


@cache
def specimen() -> Real:
    """The potential (n, n, n) in V of a protein against the ice that it displaces.

    Ice is taken away where the protein is: where its potential, blurred by 3 Å, is that of bulk protein.
    """
    atoms = protein("ferritin").rotated(rotations.from_euler(*VIEW))
    density = np.asarray(potential(atoms, SIDE, PIXEL, bfactor=VIEW_B).data, np.float64)
    blurred = filters.apply(density, np.exp(-2 * (np.pi * MASK_WIDTH * fourier.radius3(SIDE, PIXEL)) ** 2), PIXEL, 3)
    bulk = ice.mean_inner_potential(PROTEIN, PROTEIN_DENSITY)
    displaced = np.clip(blurred / bulk, 0, 1) * ice.mean_inner_potential(ice.WATER, ice.DENSITY)
    found = np.asarray(density - displaced)
    found.setflags(write=False)
    return found


@cache
def phase(whole: bool = True, voltage_kv: float = 300.0) -> Real:
    """The phase (n, n) in rad that the protein adds: all of it, or a section SECTION Å thick through its middle."""
    half = round(SECTION / PIXEL / 2)
    part = specimen() if whole else specimen()[SIDE // 2 - half : SIDE // 2 + half]
    found = np.asarray(part.sum(axis=0) * PIXEL * units.interaction(voltage_kv))
    found.setflags(write=False)
    return found


@dataclass(frozen=True)
class Links:
    """Which links of the chain act."""

    specimen: bool = True
    projection: bool = True
    lens: bool = True
    counting: bool = True
    camera: bool = True


@dataclass(frozen=True)
class Strip:
    """What each link hands on, (n, n) each: a section in V, the phase in rad, the intensity with the empty beam at 1,
    electrons as counted, and the camera's counts; and ``clean``, the last without any electron's chance in it."""

    section: Real
    phase: Real
    intensity: Real
    electrons: Real
    counts: Real
    clean: Real


def camera(name: str, start: float, frames: int = 1500) -> Detector:
    """A counting camera by name ("square pixel" or "K2") whose DQE begins at ``start``."""
    if name == "K2":
        known = DETECTORS["K2"]
        assert isinstance(known.dqe, Falling)
        return Detector(known.mtf, Falling(start, known.dqe.width, known.dqe.shape), "counting", frames=frames)
    return Detector(Square(), Square(2, start), "counting", frames=frames)


def passed(thickness: float) -> float:
    """The part of the electrons that lose no energy in so many Å of ice."""
    return float(np.exp(-thickness / MEAN_FREE_PATH))


def imaged(phases: Real, thickness: float, optics: Optics | None) -> Real:
    """The intensity of phases (n, n) in ice, with the empty beam at 1: T (1 + 2 CTF φ), to first order.

    Without optics every frequency is transferred alike, protein dark.
    """
    transfer = ctf.ctf2(len(phases), PIXEL, NO_CTF if optics is None else optics)
    contrast = 2 * fourier.ifft2(fourier.fft2(phases) * transfer, len(phases))
    return np.asarray(passed(thickness) * (1 + contrast))


def run(links: Links, optics: Optics, dose: float, thickness: float, made: Detector, seed: int = 0) -> Strip:
    """The whole chain, with the links that act: an exposure of ``dose`` e/Å² through ``thickness`` Å of ice."""
    shown = phase(links.projection) if links.specimen else np.zeros((SIDE, SIDE))
    crowd = noise.coloured((1, SIDE, SIDE), PIXEL, films.film("ice", thickness), seed)[0]
    lens = optics if links.lens else None
    intensity = np.maximum(imaged(shown + crowd, thickness, lens), 0)
    per_pixel = detector.electrons(dose, PIXEL)
    ideal = Detector(Flat(), Flat())
    used = made if links.camera else ideal
    drawn = np.random.default_rng(seed)
    clean = detector.expected(np.maximum(imaged(shown, thickness, lens), 0), per_pixel, used)
    electrons = drawn.poisson(intensity * per_pixel) if links.counting else intensity * per_pixel
    if links.counting and links.camera:
        counts = detector.record(intensity, per_pixel, used, drawn)
    else:
        counts = detector.expected(intensity, per_pixel, used) if links.camera else electrons
    section = specimen()[SIDE // 2] if links.specimen else np.zeros((SIDE, SIDE))
    return Strip(section, shown + crowd, intensity, np.asarray(electrons, float), np.asarray(counts, float), clean)


def averaged(
    images: int, per_pixel: float, thickness: float, optics: Optics, same_ice: bool = False, seed: int = 0
) -> Real:
    """The average (n, n) of N exposures over its empty beam, each with its own electrons, and its own ice or one for all.

    Sums of Poisson's numbers are Poisson's, and sums of N random films are one film √N times as strong: so the
    electrons of all exposures are drawn at once.
    """
    crowd = noise.coloured((1, SIDE, SIDE), PIXEL, films.film("ice", thickness), seed)[0]
    share = 1.0 if same_ice else 1 / np.sqrt(images)
    expected = np.maximum(imaged(phase() + share * crowd, thickness, optics), 0) * per_pixel
    drawn = noise.poisson(expected * images, seed) / images
    return np.asarray(drawn / (passed(thickness) * per_pixel))


def film_variance(thickness: float, optics: Optics) -> float:
    """The variance that a film of ice adds to relative intensities: its power through 4 CTF², summed over frequencies."""
    transfer = 2 * ctf.ctf2(SIDE, PIXEL, optics)
    power = films.film("ice", thickness)(fourier.radius2(SIDE, PIXEL)) / PIXEL**2
    return float((power * transfer**2 * fourier.half_weights(SIDE)).sum() / SIDE**2)


@cache
def _phase_rings() -> Real:
    """The power of the protein's phase in rad² Å⁴, as the mean over rings."""
    half = fourier.fft2(phase()) * PIXEL**2
    return np.asarray(shells.shell_mean(np.abs(half) ** 2, SIDE, 2))


def _atoms_at_random(s: Real) -> Real:
    """Σ (σ K f_e)² e^{−B s²/2} over the protein's atoms, in rad² Å⁴; Wilson 1949."""
    kinds, counts = np.unique(protein("ferritin").elements, return_counts=True)
    sigma = units.interaction(300.0) * units.POTENTIAL_PER_SCATTERING_LENGTH
    squares = sum(n * scattering_factor(str(kind), s) ** 2 for kind, n in zip(kinds, counts, strict=True))
    return np.asarray(sigma**2 * squares * np.exp(-VIEW_B * s**2 / 2))


def ring_power(s: Real, pixel: float, optics: Optics) -> Real:
    """The power |F|²/N of the particle in relative intensities, ring by ring, in a box of its own size (`SIDE`).

    Finer than WILSON it is what atoms at random places would have, the sum of their squares: beyond the grid of the
    specimen there is nothing else to go by, and proteins come near it there.
    """
    rings = np.arange(SIDE // 2 + 1) / (SIDE * PIXEL)
    near = np.interp(s, rings, _phase_rings())
    own = np.where(s < 1 / WILSON, near, _atoms_at_random(s)) / ((SIDE * PIXEL) ** 2 * pixel**2)
    return np.asarray(own * (2 * ctf.ctf1(s, optics)) ** 2)
