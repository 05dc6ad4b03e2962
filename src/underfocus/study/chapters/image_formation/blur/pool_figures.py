"""Figures of many particles: Rosenthal and Henderson's line, pools with two pixels, and the reader's own noise."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np

from underfocus.base.knobs import knob, option
from underfocus.maths import sampling, spectra
from underfocus.show import Line, Mark, Panels, beside, curve, image, readout
from underfocus.show.figure import figure
from underfocus.validation import particle_number as law

from ...pictures import specimen_image
from .. import counts

Real = np.ndarray[Any, Any]
Falloff = Annotated[
    float,
    knob(
        "Å²", 20.0, 250.0, "how fast signal fades with resolution in the set", valid=(1.0, 5_000.0), step=1.0, label="B"
    ),
]
Other = Annotated[
    float,
    knob(
        "Å²",
        20.0,
        250.0,
        "the same for a set to compare with",
        valid=(1.0, 5_000.0),
        step=1.0,
        label="B of another set",
    ),
]
Have = Annotated[
    int, knob("", 1_000, 10_000_000, "particles at hand", valid=(10, 10**12), step=1, log=True, label="particles")
]
Reached = Annotated[
    float,
    knob("Å", 2.0, 8.0, "the resolution that these particles gave", valid=(0.5, 50.0), step=0.05, label="resolution"),
]
Mismatch = Annotated[
    float,
    knob(
        "%", 0.0, 3.0, "by how much the second set's pixel is off", valid=(0.0, 50.0), step=0.05, label="pixel off by"
    ),
]
Radius = Annotated[float, knob("Å", 20.0, 300.0, "radius of the particle", valid=(1.0, 10_000.0), step=1.0)]
Ratio = Annotated[
    float,
    knob(
        "",
        0.1,
        30.0,
        "particles of the second set over those of the first",
        valid=(0.0, 1e6),
        log=True,
        label="second set",
    ),
]
Recorded = Annotated[
    Literal["micrograph", "mine"], option("the micrograph that ships, or what you have brought", label="picture")
]
Patch = Annotated[int, knob("pixels", 64, 256, "side of the window that is looked at", valid=(16, 2048), step=16)]


@figure(
    "How many particles?",
    caption="Resolution, as $1/d^2$, against the logarithm of the number of particles: a straight line whose slope is $2/B$. Both sets begin at the resolution that you give for the number at hand, "
    "which is marked.",
    look_for="what ten times the particles buy, and then what a smaller B buys. How many particles is the difference between two grids worth?",
    code=(law.reached, law.ratio, law.fitted_bfactor),
    play="particles",
)
def rosenthal_henderson(
    particles: Have = 100_000, resolution: Reached = 3.0, bfactor: Falloff = 100.0, other_bfactor: Other = 50.0
) -> Panels:
    """ln N against 1/d²."""
    numbers = np.geomspace(1e3, 1e8, 120)
    lines, marks = [], []
    for b, name, style in ((bfactor, "this set", "solid"), (other_bfactor, "the other", "dashed")):
        inverse = 1 / resolution**2 + 2 / b * np.log(numbers / particles)
        lines.append(Line(np.where(inverse > 0, inverse, np.nan), f"{name}, B = {b:.0f} Å²", style))  # type: ignore[arg-type]
    marks.append(Mark(float(particles), f"{resolution:g} Å"))
    tenfold = float(law.reached(10 * particles, resolution, particles, bfactor))
    return beside(
        curve(numbers, *lines, x="particles", y="1/d², 1/Å²", x_scale="log", marks=tuple(marks), y_limits=(0, 0.5)),
        readout("ten times the particles reach", tenfold, "Å"),
        readout(
            "the other set, ten times", float(law.reached(10 * particles, resolution, particles, other_bfactor)), "Å"
        ),
        readout("particles for 2 Å", particles * law.ratio(resolution, 2.0, bfactor), "", "by the line"),
        readout("the other set", particles * law.ratio(resolution, 2.0, other_bfactor)),
    )


@figure(
    "Two sets in one pool",
    caption="Signal over noise of two pooled sets, over that of the first set alone, against frequency. The second set's pixel is off by a little, so that its detail lies further out than the "
    "first's: by so much at the rim. Dashed: what the pool would gain if both pixels were right. Dotted: how much of the second set agrees with the first.",
    look_for="the frequency at which the pool is no better than the first set alone. Beyond, every particle that you add does harm. Then make the second set ten times as large: does that help?",
    code=(law.scale_correlation, law.pooled_gain),
    play="mismatch",
)
def pooling(mismatch: Mismatch = 1.0, radius: Radius = 100.0, second: Ratio = 1.0) -> Panels:
    """Pooling with a pixel mismatch."""
    s = np.linspace(1e-3, 0.55, 500)
    agree = law.scale_correlation(s, mismatch / 100, radius)
    gain = law.pooled_gain(s, 1.0, second, mismatch / 100, radius)
    below = np.flatnonzero(gain < 1)
    limit = float(1 / s[below[0]]) if below.size else 0.0
    marks = (Mark(1 / limit, f"{limit:.2f} Å"),) if limit else ()
    lines = (
        Line(gain, "pool over first set"), Line(np.full_like(s, np.sqrt(1 + second)), "same pixel", "dashed"),
        Line(agree, "agreement of the two", "dotted"), Line(np.ones_like(s), "first set alone", "faint"),
    )  # fmt: skip
    return beside(
        curve(
            s,
            *lines,
            x="spatial frequency, 1/Å",
            y="signal over noise, ratio",
            marks=marks,
            y_limits=(-0.3, 1.1 * float(np.sqrt(1 + second)) + 0.2),
        ),
        readout("displaced at the rim by", radius * mismatch / 100, "Å"),
        readout("rims opposed at", 2 * radius * mismatch / 100, "Å", "half a period apart"),
        readout("the pool harms beyond", limit if limit else "nowhere shown", "Å" if limit else ""),
    )


@figure(
    "Your noise",
    caption="A window of a real micrograph; the histogram of its values with a Gaussian of the same width; and its power spectrum, as the mean of its rings, over the mean power. A white "
    "spectrum would be level at 1.",
    look_for="the three ways to fail as simple noise: a histogram that leans, neighbours that agree, and a spectrum with rings. Which of them does your own micrograph have?",
    code=(spectra.radial, counts.skewness),
)
def your_noise(specimen: Recorded = "micrograph", window: Patch = 256) -> Panels:
    """Histogram, spectrum and neighbours of a recorded picture."""
    whole, pixel = specimen_image(specimen, 512)
    picture = sampling.crop(whole, min(window, whole.shape[-1]))
    values = ((picture - picture.mean()) / picture.std()).astype(np.float64)
    places, heights = counts.histogram(values, 5.0, 60)
    x = np.linspace(-5, 5, 200)
    s, power = spectra.radial(spectra.windowed(values), pixel)
    level = power[1:] / power[1:].mean()
    lag = float((values * np.roll(values, 1, axis=1))[:, 1:].mean())
    return beside(
        image(picture, pixel, title="Window"),
        curve(
            x, Line(heights, "pixels", "points", places), Line(counts.normal(x, 0, 1), "Gaussian", "dashed"),
            x="standard deviations", y="density", title="Histogram",
        ),
        curve(
            s[1:], Line(level, "power"), Line(np.ones_like(level), "white", "faint"), x="spatial frequency, 1/Å", y="over the mean",
            y_scale="log", title="Spectrum",
        ),
        readout("skewness", counts.skewness(values), "", "Gaussian: 0"),
        readout("correlation of neighbours", lag, "", "white: 0"),
        readout("strongest ring over weakest", float(level[2:].max() / level[2:].min())),
        columns=3,
    )  # fmt: skip
