"""Knobs that the chapter's figures share."""

from __future__ import annotations

from typing import Annotated

from underfocus.base.knobs import knob, option

Angle = Annotated[
    float,
    knob("°", 0.0, 10.0, "rms error of the angles about each axis", valid=(0.0, 60.0), step=0.25, label="wrong angles"),
]
Cone = Annotated[
    float,
    knob(
        "°",
        10.0,
        90.0,
        "half angle of the cone about z in which all views lie; 90 is all there are",
        valid=(1.0, 90.0),
        step=5.0,
        label="views within",
    ),
]
Snr = Annotated[
    float,
    knob("", 0.01, 2.0, "signal over noise in the images", valid=(1e-3, 100.0), log=True, label="signal to noise"),
]
Hand = Annotated[bool, option("reconstruct with the poses of the mirror image", label="wrong hand")]
Shift = Annotated[
    float,
    knob("Å", 0.0, 12.0, "how far all images are off their centre", valid=(0.0, 60.0), step=0.5, label="wrong centre"),
]
Case = Annotated[int, knob("", 1, 6, "which of the blind cases", valid=(1, 6), step=1)]
Model = Annotated[bool, option("compare with a model of the molecule, as one seldom can", label="show the truth")]
Degrees = Annotated[
    float, knob("°", 0.1, 8.0, "rms error about each axis", valid=(0.01, 30.0), step=0.1, label="angular error")
]
Radius = Annotated[
    float, knob("Å", 5.0, 200.0, "how far from the centre the detail lies", valid=(0.1, 5000.0), step=5.0)
]
Spacing = Annotated[
    float, knob("°", 0.5, 30.0, "distance of neighbours in the grid", valid=(0.01, 60.0), log=True, label="spacing")
]
