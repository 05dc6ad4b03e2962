"""Knobs that the chapter's figures share."""

from __future__ import annotations

from typing import Annotated, Literal

from underfocus.base.knobs import knob, option

Kind = Annotated[
    Literal["top", "side", "mixture", "uniform"],
    option("how the particles lie: seen along one axis, from the side, both kinds of any, or from everywhere"),
]
Tilt = Annotated[float, knob("°", 0.0, 70.0, "how far the stage is tilted", valid=(0.0, 80.0), step=1, label="tilt")]
RingTilt = Annotated[float, knob("°", 0.0, 90.0, "how far the stage is tilted", valid=(0.0, 90.0), step=1)]
Spread = Annotated[
    float,
    knob("°", 0.0, 90.0, "how far views stray from their axis, or from the plane across it", valid=(0.0, 90.0), step=1,
         label="cone spread"),
]  # fmt: skip
Fraction = Annotated[
    float,
    knob("", 0.0, 1.0, "the part of a mixture that lies in every orientation", valid=(0.0, 1.0), step=0.01,
         label="mix fraction"),
]  # fmt: skip
Particles = Annotated[int, knob("", 100, 4000, "how many particles", valid=(20, 6000), step=10, log=True)]
Thickness = Annotated[float, knob("nm", 10.0, 200.0, "how thick the ice is, untilted", valid=(1.0, 1000.0), step=5)]
FreePath = Annotated[
    float,
    knob("nm", 200.0, 400.0, "ice after which 1/e of the electrons have lost no energy", valid=(50.0, 1000.0), step=5,
         label="mean free path"),
]  # fmt: skip
Filtered = Annotated[bool, option("whether an energy filter takes the electrons that lost energy", label="filter")]
Drift = Annotated[
    float,
    knob("Å²", 0.0, 60.0, "what drift adds to the B-factor at a tilt of 45°", valid=(0.0, 500.0), step=1,
         label="drift at 45°"),
]  # fmt: skip
