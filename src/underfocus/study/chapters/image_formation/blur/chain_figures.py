"""Figures of the chain and of chance: the strip, counts in a histogram, and what averaging buys."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any

import numpy as np

from underfocus.base.knobs import knob, option
from underfocus.data.dials import Seed
from underfocus.data.optics import BFactor, Defocus, Optics
from underfocus.physics import detector, noise
from underfocus.show import Line, Mark, Panels, beside, curve, image, readout
from underfocus.show.figure import figure

from .. import chain, counts
from ..dials import Curves, Dose, Efficiency, Electrons, Ice

Real = np.ndarray[Any, Any]
Acts = Annotated[bool, option("let this link of the chain act")]
Pixels = Annotated[
    int, knob("", 10, 20_000, "pixels that have been counted so far", valid=(2, 10_000_000), step=1, log=True)
]
Images = Annotated[
    int,
    knob("", 1, 4_000, "images averaged so far, each with its own electrons", valid=(1, 1_000_000), step=1, log=True),
]
SameIce = Annotated[bool, option("put the same ice under every image, as if one field were taken again and again")]


@figure(
    "From atoms to counts",
    caption="One apoferritin in ice: a section of its potential against ice; the phase that the specimen adds; the intensity behind the lens; the electrons "
    "as they fall on 2 Å pixels; the same exposure as the camera hands it over (drawn on its own). Last, its pixels as a histogram, beside a Poisson and a Gaussian "
    "distribution of the same mean. 300 kV, energy filter, linear contrast.",
    look_for="where on the strip the particle gets lost, and which switch brings it back. Then the histogram: with all links on, is it Poisson's? "
    "Switch the specimen and the camera off, and the ice down.",
    code=(chain.run, chain.imaged, detector.record, noise.coloured),
    play="dose",
)
def pipeline(
    dose: Dose = 40.0, ice: Ice = 400.0, efficiency: Efficiency = 0.8, curves: Curves = "K2", defocus: Defocus = 15_000.0,
    bfactor: BFactor = 60.0, specimen: Acts = True, projection: Acts = True, lens: Acts = True, shot: Acts = True,
    camera: Acts = True, seed: Seed = 1,
) -> Panels:  # fmt: skip
    """The whole forward model as a strip."""
    links = chain.Links(specimen, projection, lens, shot, camera)
    optics = Optics(defocus=defocus, bfactor=bfactor)
    strip = chain.run(links, optics, dose, ice, chain.camera(curves, efficiency), seed)
    spread = 3.5 * max(float(strip.counts.std()), 1e-9)
    middle = float(strip.counts.mean())
    return beside(
        image(strip.section, chain.PIXEL, title="Potential, section", unit="V", limits=(-6, 12)),
        image(strip.phase, chain.PIXEL, title="Phase", unit="rad"),
        image(strip.intensity, chain.PIXEL, title="Behind the lens", limits=(0.5, 1.3)),
        image(strip.electrons, chain.PIXEL, title="Electrons", unit="e"),
        image(strip.counts, chain.PIXEL, title="Counts", limits=(middle - spread, middle + spread)),
        _histogram(strip.counts),
        readout("electrons lost to energy", 100 * (1 - chain.passed(ice)), "%"),
        readout("variance over mean", float(strip.counts.var() / strip.counts.mean()), "", "Poisson: 1"),
        readout("skewness", counts.skewness(strip.counts)),
        readout("correlation of neighbours", _neighbours(strip.counts), "", "white: 0"),
        readout("signal over noise", _snr(strip), "", "powers, whole field"),
        columns=3,
    )


def _histogram(values: Real) -> Any:
    """How often each count is there, with Poisson's and Gauss's distributions of that mean."""
    mean, sd = float(values.mean()), float(values.std())
    low, high = np.floor(values.min()), np.ceil(values.max())
    width = max(1.0, np.ceil((high - low) / 60))
    heights, edges = np.histogram(values, bins=np.arange(low - 0.5, high + width + 0.5, width))
    x = np.linspace(max(0.0, mean - 5 * np.sqrt(mean) - 2 * sd), mean + 5 * np.sqrt(mean) + 2 * sd, 200)
    chances = counts.poisson(mean, int(x[-1]) + 2)
    lines = (
        Line(heights / len(values.ravel()) / width, "pixels", "points", (edges[:-1] + edges[1:]) / 2),
        Line(chances, "Poisson", x=np.arange(len(chances), dtype=float)),
        Line(counts.normal(x, mean, np.sqrt(mean)), "Gaussian", "dashed"),
    )
    return curve(x, *lines, x="counts", y="share of pixels", title="Histogram", x_limits=(float(x[0]), float(x[-1])))


def _neighbours(values: Real) -> float:
    apart = values - values.mean()
    power = float((apart**2).mean())
    return float((apart * np.roll(apart, 1, axis=1)).mean()) / power if power > 0 else 0.0


def _snr(strip: chain.Strip) -> float:
    """Power of what is expected over the power of what differs from it."""
    rest = strip.counts - strip.clean
    return float(strip.clean.var() / rest.var()) if rest.var() > 0 else float("inf")


@figure(
    "Counting a flat field",
    caption="Pixels of an empty field that received so many electrons, as they are counted one by one, and the two distributions they might come from. A "
    "Gaussian of the same mean and variance is dashed.",
    look_for="at 1 electron a pixel the Gaussian promises fewer than no electrons, and misses the empty pixels; at 40 the two agree to the eye. "
    "What is left of the difference is the skewness, and it falls as $1/\\sqrt{n}$.",
    code=(counts.poisson, counts.moments, noise.poisson),
    play="pixels",
)
def counting(electrons: Electrons = 1.0, pixels: Pixels = 300, seed: Seed = 1) -> Panels:
    """A running histogram of counts."""
    drawn = _flat(electrons, seed)[:pixels] if pixels <= CACHED else noise.poisson(np.full(pixels, electrons), seed)
    chances = counts.poisson(electrons)
    mean, sd, skew = counts.moments(chances)
    low, high = max(-2.0, mean - 5 * sd - 1), mean + 5 * sd + 2
    k, x = np.arange(int(high) + 1), np.linspace(low, high, 300)
    seen = np.bincount(drawn, minlength=len(k))[: len(k)] / pixels
    lines = (
        Line(seen, "counted", "stems"),
        Line(chances[: len(k)], "Poisson", "points"),
        Line(counts.normal(x, mean, sd), "Gaussian", "dashed", x),
    )
    tail = float(np.mean(drawn == 0))
    return beside(
        curve(k.astype(float), *lines, x="electrons in the pixel", y="share of pixels", x_limits=(low, high)),
        readout("mean", float(drawn.mean()), "e"),
        readout("standard deviation", float(drawn.std()), "e", f"Poisson: {sd:.3g}"),
        readout("skewness", counts.skewness(drawn), "", f"Poisson: {skew:.3g}"),
        readout("empty pixels", 100 * tail, "%", f"Poisson: {100 * chances[0]:.3g} %"),
    )


#: Pixels that are kept for a slider that counts on.
CACHED = 20_000


@cache
def _flat(electrons: float, seed: int) -> Real:
    """Counts of a flat field in a row, so that counting on adds pixels and changes none."""
    return noise.poisson(np.full(CACHED, electrons), seed)


@figure(
    "The counter",
    caption="The average of so many images of one view, all alike but for their electrons and their ice. Right: the ratio of the powers of signal and noise "
    "against the number of images: the straight line is N times that of one image, the point is measured on the picture at the left.",
    look_for="how many images it takes until you believe in the particle, and at which ratio that is. Ten times the dose, or ten times the images? Then put the "
    "same ice under all of them: the noise that is left no longer falls.",
    code=(chain.averaged, chain.film_variance, counts.averages),
    play="images",
)
def averaging(
    images: Images = 30,
    dose: Dose = 5.0,
    ice: Ice = 400.0,
    same_ice: SameIce = False,
    defocus: Defocus = 15_000.0,
    seed: Seed = 1,
) -> Panels:
    """Average N images: signal to noise grows as N, while its noise is independent."""
    optics = Optics(defocus=defocus, bfactor=60.0)
    signal = chain.imaged(chain.phase(), ice, optics) - chain.passed(ice)
    per_pixel = detector.electrons(dose, chain.PIXEL)
    found = chain.averaged(images, per_pixel, ice, optics, same_ice, seed)
    shot, film = 1 / (chain.passed(ice) * per_pixel), chain.film_variance(ice, optics)
    scaled = signal / chain.passed(ice)
    number = np.geomspace(1, 4000, 60)
    power = float(scaled.var())
    growth = power / (shot / number + film * (np.ones_like(number) if same_ice else 1 / number))
    rest = found - 1 - (scaled - scaled.mean())
    measured = power / float(rest.var())
    lines = (
        Line(growth, "expected"),
        Line(number * growth[0], "N times one image", "faint"),
        Line(np.array([measured]), "measured", "points", np.array([float(images)])),
    )
    return beside(
        image(found, chain.PIXEL, title=f"Average of {images}"),
        curve(
            number, *lines, x="images averaged", y="signal over noise, powers", x_scale="log", y_scale="log",
            marks=(Mark(max(1.0, counts.averages(float(growth[0]), 1.0)), "1"),), title="What averaging buys",
        ),
        readout("one image", float(growth[0])),
        readout("this average", measured, "", "measured"),
        readout("images for 1, were all noise independent", counts.averages(float(growth[0]), 1.0)),
        readout("share of the ice in one image's noise", 100 * film / (film + shot), "%"),
        columns=2,
    )  # fmt: skip
