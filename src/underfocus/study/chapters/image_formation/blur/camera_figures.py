"""Figures of the camera: its curves measured back, coincidence, and the spectrum of all that is noise."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np

from underfocus.base.knobs import knob, option
from underfocus.data.dials import Pixel, Seed
from underfocus.data.optics import BFactor, Defocus, Optics
from underfocus.physics import detector, flatfields
from underfocus.physics.films import GRAPHENE
from underfocus.show import Line, Mark, Panels, beside, curve, image, readout
from underfocus.show.figure import figure

from .. import cameras, chain
from ..dials import Dose, Electrons, Ice

Shape = Annotated[
    Literal["square pixel", "K2", "K3", "Falcon 4"],
    option("whose MTF: a square pixel's, or a curve through two published values", label="MTF of"),
]
Noise = Annotated[
    cameras.Noise,
    option("what the noise does: nothing, the same blur as the picture, or what makes a published DQE", label="noise"),
]
Rate = Annotated[
    float,
    knob("e", 0.001, 3.0, "electrons a pixel in each frame", valid=(1e-6, 50.0), log=True, label="a pixel and frame"),
]
Support = Annotated[Literal["none", "thin carbon", "graphene"], option("what lies under the ice, all over the field")]
Carbon = Annotated[float, knob("Å", 5.0, 100.0, "thickness of the carbon film", valid=(0.0, 1_000.0), step=1.0)]


@figure(
    "MTF is not DQE",
    caption="Curves of a camera against frequency, half of a cycle a pixel being Nyquist: what is left of the signal (MTF), of the noise (NTF), and of the ratio of their "
    "powers (DQE). Points are measured as one measures a camera, on the picture of an edge and on forty flat fields. Right: a flat field.",
    look_for="how little the MTF says about the DQE. Give the camera with the worst MTF noise that is as blurred as its picture. The price shows in the flat field: "
    "its pixels are no longer independent.",
    code=(detector.filters, detector.effective_dqe, flatfields.dqe, flatfields.edge_mtf),
)
def camera_bench(
    mtf_of: Shape = "Falcon 4", noise: Noise = "white", electrons: Electrons = 40.0, seed: Seed = 1
) -> Panels:
    """MTF, NTF and DQE, computed and measured back."""
    made = cameras.with_noise(mtf_of, noise)
    s = np.linspace(0, 0.5, 200)
    mtf, ntf, dqe = cameras.along(made, electrons, s)
    edge_s, edge = cameras.measured_mtf(made, electrons, seed)
    flat_s, flat, lag = cameras.measured_dqe(made, electrons, seed)
    within = edge_s < 0.45
    lines = (
        Line(mtf, "MTF"), Line(ntf, "NTF", "dotted"), Line(dqe, "DQE", "dashed"),
        Line(edge[within], "MTF from an edge", "points", edge_s[within]), Line(flat[2:], "DQE from flat fields", "points", flat_s[2:]),
    )  # fmt: skip
    field = detector.record(np.ones((96, 96), np.float32), electrons, made, seed)
    return beside(
        curve(s, *lines, x="frequency, 1/pixel", y="", y_limits=(0, 1.1), title="Curves"),
        image(field, 0.0, title="A flat field"),
        readout("DQE at half of Nyquist", float(np.interp(0.25, s, dqe))),
        readout("DQE at Nyquist", float(dqe[-1])),
        readout("MTF at Nyquist", float(mtf[-1])),
        readout("correlation of neighbours", lag, "", "white: 0"),
        columns=2,
    )


@figure(
    "Two in one frame count as one",
    caption="A counting pixel notices whether an electron came in a frame, and not how many. Left: counted against arrived. Right: DQE(0), what counting leaves of it, each "
    "point from 4,000 pixels over 100 frames.",
    look_for="at a tenth of an electron a pixel and frame, what is lost of the count, and of the DQE. The count can be corrected by $-\\ln(1-c)$. Can the DQE?",
    code=(detector.counted, detector.arrived, detector.counting_dqe),
    play="rate",
)
def coincidence(rate: Rate = 0.1, seed: Seed = 1) -> Panels:
    """Coincidence loss: counts and DQE(0)."""
    x = np.geomspace(1e-3, 3, 200)
    noticed, left = cameras.coincidence(x)
    now, dqe = cameras.coincidence(np.array([rate]))
    tried = np.geomspace(0.02, 3, 7)
    drawn = [_counted_dqe(float(r), seed + i) for i, r in enumerate(tried)]
    counted = (Line(x * noticed, "counted"), Line(x, "arrived", "faint"))
    return beside(
        curve(
            x, *counted, x="arrived, a pixel and frame", y="counted, a pixel and frame", marks=(Mark(rate, "now"),),
            title="Counts", y_limits=(0, 1.2),
        ),
        curve(
            x, Line(left, "x/(eˣ − 1)"), Line(np.array(drawn), "measured", "points", tried), x="arrived, a pixel and frame",
            y="DQE(0)", marks=(Mark(rate, "now"),), title="What is left of the DQE", x_scale="log", y_limits=(0, 1.1),
        ),
        readout("counted", 100 * float(now[0]), "% of the electrons"),
        readout("DQE(0) left", 100 * float(dqe[0]), "%"),
        readout("at 400 frames a second", 400 * rate, "e a pixel and second"),
        columns=2,
    )  # fmt: skip


def _counted_dqe(rate: float, seed: int, pixels: int = 4000, frames: int = 100) -> float:
    """DQE(0) of counted pixels: what a slightly larger dose adds, squared, over their variance."""
    rng = np.random.default_rng(seed)
    drawn = rng.binomial(frames, detector.counted(rate), pixels)
    slope = float(detector.counted(1.001 * rate) - detector.counted(rate)) / (0.001 * rate)
    return slope**2 * rate * frames / float(drawn.var())


@figure(
    "All that is noise, by frequency",
    caption="Powers of relative intensities behind the lens and before the camera, against frequency: the electrons' chance, which is white; the atoms of the ice, and of a carbon film if there is one; and the particle, as the mean of "
    "its rings. Finer than 4 Å it is that of its atoms at random. Graphene is a crystal: its power lies in spots, marked, and nowhere between.",
    look_for="which of the noises has Thon's rings, and dips where the particle has no signal either. Then raise the dose: which one stays? Put in carbon, then graphene, and take the ice away.",
    code=(cameras.film_power, cameras.shot_power, chain.imaged),
    play="dose",
)
def spectra(
    dose: Dose = 40.0, ice: Ice = 400.0, support: Support = "none", carbon: Carbon = 20.0, defocus: Defocus = 15_000.0,
    bfactor: BFactor = 60.0, pixel: Pixel = 1.0,
) -> Panels:  # fmt: skip
    """Shot noise, structural noise and signal against frequency."""
    optics = Optics(defocus=defocus, bfactor=bfactor)
    s = np.linspace(0.01, 0.5 / pixel, 500)
    shot = cameras.shot_power(detector.electrons(dose, pixel) * chain.passed(ice))
    crowd = cameras.film_power(s, "ice", ice, pixel, optics)
    film = cameras.film_power(s, "carbon", carbon, pixel, optics) if support == "thin carbon" else 0 * s
    particle = chain.ring_power(s, pixel, optics)
    lines = [Line(particle, "particle"), Line(shot + 0 * s, "electrons"), Line(crowd, "ice")]
    if support == "thin carbon":
        lines.append(Line(film, "carbon"))
    lines.append(Line(shot + crowd + film, "all noise", "dashed"))
    spots = tuple(Mark(1 / d, f"graphene {d} Å") for d in GRAPHENE if support == "graphene" and 1 / d < s[-1])
    at = int(np.argmin(np.abs(s - 0.1)))
    structural = crowd + film
    return beside(
        curve(s, *lines, x="spatial frequency, 1/Å", y="power", y_scale="log", y_limits=(1e-6, 1.0), marks=spots),
        readout("structural over shot, 10 Å", float(structural[max(0, at - 40) : at + 40].max() / shot)),
        readout(
            "dose at which ice and support equal chance",
            float(shot * dose / structural.max()) if structural.any() else "none",
            "e/Å²" if structural.any() else "",
            "at their strongest",
        ),
        readout(
            "carbon over ice", float(film.max() / crowd.max()) if crowd.any() else "no ice", "", "at their strongest"
        ),
    )
