"""Knobs that the chapter's figures share."""

from __future__ import annotations

from typing import Annotated, Literal

from underfocus.base.knobs import knob, option

Dose = Annotated[
    float, knob("e/Å²", 0.5, 100.0, "electrons that each Å² of specimen takes", valid=(0.01, 10_000.0), step=0.5)
]
Ice = Annotated[float, knob("Å", 0.0, 2_000.0, "thickness of the ice", valid=(0.0, 50_000.0), step=10.0)]
Efficiency = Annotated[
    float,
    knob("", 0.1, 1.0, "the part of the electrons that count, DQE(0)", valid=(0.01, 1.0), step=0.01, label="DQE(0)"),
]
Curves = Annotated[
    Literal["square pixel", "K2"], option("whose MTF and DQE: an ideal square pixel's, or a K2's", label="curves")
]
Electrons = Annotated[
    float, knob("e", 0.2, 100.0, "electrons a pixel on average", valid=(0.01, 1e5), step=0.1, label="electrons a pixel")
]
