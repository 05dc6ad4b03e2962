"""Images with known poses and optics to a density, whole or in halves, in one pass over the data.

Each image's transform, times its CTF and moved back by its shift, is added into the transform of a padded volume, and
the squared CTF into its weight (`accumulate`); the methods differ in what they make of the two sums (`restore`,
`leastsquares`). Penczek 2010 (Methods Enzymol. 482, 1) reviews them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np

from ..base.errors import InputError
from ..base.progress import stage
from ..data.particles import Particles
from ..data.volume import Volume
from ..maths import masks
from . import leastsquares, restore
from .accumulate import Lot, accumulate
from .restore import WIENER, Summed
from .scheme import Scheme
from .sums import Sums
from .weighting import Weighting

Real = np.ndarray[Any, Any]
Method = Literal["fourier", "least-squares", "sirt", "weighted-backprojection", "backprojection"]
METHODS: tuple[str, ...] = get_args(Method)
#: Those that go step by step, within a support.
ITERATIVE = ("least-squares", "sirt")
#: The error of slices that is small enough for least squares: no finer one raised a correlation.
EXACT = 1e-2
#: By how many pixels a support is grown and how wide its edge is: closer to the density than the mask of an FSC, since
#: what lies between would only take up noise; so 1.5 % of a molecule's faint rim is outside.
SUPPORT = 2.0, 4.0
#: SIRT's iterations: enough for the frequencies that most slices cross.
SIRT_ITERATIONS = 30


@dataclass(frozen=True)
class Halves:
    """Two maps from disjoint halves of the particles, and the map from all of them."""

    half1: Volume
    half2: Volume
    whole: Volume


@dataclass(frozen=True)
class Recipe:
    """How sums become a density.

    method: "fourier", direct inversion with Wiener's filter; "least-squares", conjugate gradients within the support;
    "sirt"; "weighted-backprojection", with a ramp |k| and no CTF division; "backprojection" without. wiener: how much
    of the noise over signal, measured between two halves, is added to the weight; it does not change the grey scale, 0
    leaves it out, and None takes what suits the method. support: (n, n, n) from 0 to 1, for the two iterative methods;
    None finds one around the density of direct inversion. mirror: the other hand. Raises InputError for another method.
    """

    method: str = "fourier"
    wiener: float | None = None
    support: Real | None = None
    iterations: int | None = None
    mirror: bool = False

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise InputError(f"no method is called {self.method!r}; choose one of {', '.join(METHODS)}")
        if self.support is not None and self.method not in ITERATIVE:
            raise InputError(f"a support constrains least-squares and sirt, and the method is {self.method}")


def reconstruct(
    particles: Particles,
    *,
    method: Method = "fourier",
    symmetry: str = "C1",
    pad: float = 2,
    wiener: float | None = None,
    radius: float | None = None,
    support: Real | Volume | None = None,
    weighting: Weighting | None = None,
    scheme: Scheme | None = None,
    mirror: bool = False,
    iterations: int | None = None,
    scheduler: str | None = None,
    store: Path | None = None,
) -> Volume:
    """The density seen by the particles, on the scale of the voxel sums that `project` makes: protein positive.

    symmetry: a point group in RELION's axes; every image is inserted once for each of its operators. pad: oversampling
    of the transform. radius: the highest frequency in image pixels. ``scheme`` says more (helices, the Ewald sphere,
    kernels, devices) and then takes the place of these three. method, wiener, support, iterations, mirror: see
    `Recipe`. weighting: see `Weighting`. scheduler: address of a Dask cluster. store: a file from which a killed run
    goes on. Raises InputError for particles without poses.
    """
    scheme = scheme or scheme_for(method, symmetry=symmetry, pad=pad, radius=radius)
    recipe = Recipe(method, wiener, checked_support(support, particles), iterations, mirror)
    lot = Lot(particles, np.arange(len(particles)) % 2, weighting or Weighting())
    sums = accumulate(lot, scheme, scheduler=scheduler, store=store)
    prior = restore.noise_over_signal(sums)
    slices = scheme.copies * lot.weighting.total(particles)
    return _volume(Summed(sums.whole(), slices), prior, recipe, particles.pixel)


def reconstruct_halves(
    particles: Particles,
    *,
    method: Method = "fourier",
    symmetry: str = "C1",
    pad: float = 2,
    wiener: float | None = None,
    radius: float | None = None,
    support: Real | Volume | None = None,
    weighting: Weighting | None = None,
    scheme: Scheme | None = None,
    mirror: bool = False,
    iterations: int | None = None,
    scheduler: str | None = None,
    store: Path | None = None,
) -> Halves:
    """Maps of the two half sets and of all particles, from one pass over the images; see `reconstruct`.

    The half sets are those of the metadata (``rlnRandomSubset``); without them even and odd particles.
    """
    scheme = scheme or scheme_for(method, symmetry=symmetry, pad=pad, radius=radius)
    recipe = Recipe(method, wiener, checked_support(support, particles), iterations, mirror)
    lot = Lot(particles, half_sets(particles), weighting or Weighting())
    return _halves(accumulate(lot, scheme, scheduler=scheduler, store=store), lot, scheme, recipe)


def scheme_for(method: str, **fields: Any) -> Scheme:
    """A scheme with these fields and the kernel that suits a method.

    Least squares rest on the weights' inverse transform out to the box's diagonal, where linear interpolation is poor.
    """
    exact = method == "least-squares" and not (fields.get("ewald") or fields.get("device"))
    if exact and fields.get("tolerance") is None:
        fields |= {"interpolation": "kaiser", "tolerance": EXACT}
    return Scheme(**fields)


def _halves(sums: Sums, lot: Lot, scheme: Scheme, recipe: Recipe) -> Halves:
    """Each half's density from its own sums, then the whole from both, with one prior for all."""
    prior = restore.noise_over_signal(sums)
    pixel = lot.particles.pixel
    slices: list[Real] = []
    for number in (0, 1):
        rows = np.flatnonzero(lot.sets == number)
        slices.append(scheme.copies * lot.weighting[rows].total(lot.particles[rows]))
    parts = [Summed(half, own) for half, own in zip(sums.halves, slices, strict=True)]
    if recipe.method in ITERATIVE and recipe.support is None:  # one support for all three
        both = [restore.wiener_density(part, WIENER * prior) for part in parts]
        recipe = replace(recipe, support=around((both[0] + both[1]) / 2))
    half1, half2 = (_volume(part, prior, recipe, pixel) for part in parts)
    del parts  # so that the second half's sums are gone before the whole is made
    return Halves(half1, half2, _volume(Summed(sums.whole(), slices[0] + slices[1]), prior, recipe, pixel))


def half_sets(particles: Particles) -> Real:
    """0 or 1 for each particle: its half set by its metadata, or else alternating. InputError for an empty half."""
    count = len(particles)
    sets = np.arange(count) % 2 if particles.half is None else np.asarray(particles.half, int) - 1
    sizes = [int(np.sum(sets == s)) for s in (0, 1)]
    if sum(sizes) != count or 0 in sizes:
        raise InputError(
            f"half sets must be numbered 1 and 2 and hold particles, and of {count} particles {sizes[0]} are in 1 and "
            f"{sizes[1]} in 2; correct rlnRandomSubset, or remove it to alternate"
        )
    return sets


def checked_support(support: Real | Volume | None, particles: Particles) -> Real | None:
    """A support as an array of the images' box. InputError where its box or pixel is another, or it is empty."""
    if support is None:
        return None
    values = np.asarray(support.data if isinstance(support, Volume) else support, np.float32)
    if values.shape != (particles.n,) * 3:
        raise InputError(f"a support of {particles.n}³ voxels is needed, and its shape is {values.shape}")
    if isinstance(support, Volume) and abs(support.pixel / particles.pixel - 1) > 0.01:
        raise InputError(f"the support's pixel is {support.pixel:g} Å and that of the images {particles.pixel:g} Å")
    if not (np.isfinite(values).all() and values.min() >= 0 and values.max() > 0):
        raise InputError("a support runs from 0 outside to 1 inside, and this one is empty, negative or not a number")
    return np.asarray(values / values.max())


def _volume(summed: Summed, prior: Real, recipe: Recipe, pixel: float) -> Volume:
    data = _density(summed, prior, recipe)
    return Volume(np.ascontiguousarray(mirrored(data) if recipe.mirror else data), pixel)


def _density(summed: Summed, prior: Real, recipe: Recipe) -> Real:
    if recipe.method in ("backprojection", "weighted-backprojection"):
        return restore.back_projection(summed, ramp=recipe.method.startswith("weighted"))
    strength = WIENER if recipe.wiener is None else recipe.wiener
    direct = restore.wiener_density(summed, strength * prior)
    if recipe.method not in ITERATIVE:
        return direct
    support = around(direct) if recipe.support is None else recipe.support
    if recipe.wiener is None:  # the prior is of a specimen that fills its support
        strength = float(np.mean(support**2))
    return _iterated(summed, strength * prior, support, direct, recipe)


def around(direct: Real) -> Real:
    """A support about the density that stands out of a map; the whole box where none does."""
    try:
        return np.asarray(masks.from_density(direct, extend=SUPPORT[0], edge=SUPPORT[1]), np.float32)
    except InputError:
        return np.ones_like(direct)


def _iterated(summed: Summed, prior: Real, support: Real, direct: Real, recipe: Recipe) -> Real:
    """By conjugate gradients from the direct inverse, or by SIRT's steps from nothing."""
    equations = leastsquares.normal_equations(summed, prior)
    count = recipe.iterations or (SIRT_ITERATIONS if recipe.method == "sirt" else leastsquares.ITERATIONS)
    with stage("iterating", count) as advance:

        def tell(number: int, _: Real) -> None:
            advance(1)

        if recipe.method == "sirt":
            return leastsquares.landweber(equations, support, count, each=tell)
        found = leastsquares.conjugate_gradients(equations, support, direct, count, tell)
    return leastsquares.rescaled(found, equations, summed.sums.radius)


def mirrored(data: Real) -> Real:
    """A density (n, n, n) of the other hand: z about the voxel n//2."""
    n = len(data)
    return data[(2 * (n // 2) - np.arange(n)) % n]
