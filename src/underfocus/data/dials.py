"""Knobs that many jobs and figures share and that belong to no noun: pixel, box, counts, seeds, signal to noise."""

from __future__ import annotations

from typing import Annotated, Literal

from ..base.knobs import knob, option

Pixel = Annotated[
    float,
    knob(
        "Å",
        0.5,
        8.0,
        "The size of a pixel on the specimen; twice it is the finest detail that sampling can carry (Nyquist).",
        valid=(0.01, 10_000.0),
        step=0.01,
    ),
]
Box = Annotated[
    int,
    knob(
        "pixels",
        32,
        512,
        "The side of the square image or cubic map; wide boxes hold the signal that defocus spreads, and cost time.",
        valid=(8, 4096),
        step=2,
    ),
]
Count = Annotated[
    int,
    knob(
        "", 1, 10_000, "How many particles; noise in a map falls with its square root.", valid=(1, 100_000_000), step=1
    ),
]
Seed = Annotated[
    int,
    knob("", 0, 100, "Where random numbers start; the same seed gives the same result.", valid=(0, 2**63 - 1), step=1),
]
Snr = Annotated[
    float,
    knob(
        "",
        0.005,
        1.0,
        "Variance of the signal after the CTF, over the whole box, divided by the variance of the noise.",
        valid=(1e-6, 1e9),
        flag="--snr",
        log=True,
        label="signal to noise",
    ),
]
Shift = Annotated[
    float,
    knob("Å", 0.0, 20.0, "The radius of the disc in which particle centres are scattered.", valid=(0.0, 10_000.0)),
]
Symmetry = Annotated[str, option("Point group in RELION's axes, such as C1, C4, D7, T, O or I.", flag="--symmetry")]
Contrast = Annotated[
    Literal["white", "dark"],
    option("Whether protein is bright (as RELION wants its particles) or dark (as underfocus makes it)."),
]
