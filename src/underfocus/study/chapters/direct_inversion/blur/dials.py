"""Knobs that the chapter's figures share."""

from __future__ import annotations

from typing import Annotated

from underfocus.base.knobs import knob, option

from .. import growing

Few = Annotated[int, knob("", 1, 12, "how many views have been put in", valid=(1, 24), step=1, label="views")]
Count = Annotated[
    int,
    knob("", 4, growing.MOST, "how many views have been put in", valid=(2, growing.MOST), log=True, label="views"),
]
Spread = Annotated[
    growing.Spread,
    option(
        f"where the views lie: everywhere, within {growing.CONE:g}° of z, within {growing.CONE:g}° of the plane across z, "
        "half of each of the first two, or in even steps about y",
        label="distribution",
    ),
]
Degrees = Annotated[
    float,
    knob("°", 0.0, 15.0, "rms error of the angles about each axis", valid=(0.0, 90.0), step=0.5, label="angular error"),
]
Pad = Annotated[float, knob("×", 1.0, 3.0, "the padded box over the box", valid=(1.0, 4.0), step=0.5, label="padding")]
Kernel = Annotated[
    growing.Kernel, option("how a sample is shared out among the voxels around it", label="interpolation")
]
Lens = Annotated[bool, option("add up CTF² in place of ones, for images of many defoci", label="with a CTF")]
Series = Annotated[int, knob("", 2, 120, "views in even steps about one axis", valid=(2, 400), log=True, label="views")]
Reach = Annotated[
    float, knob("°", 20.0, 90.0, "the highest tilt, to either side", valid=(1.0, 90.0), step=2.5, label="highest tilt")
]
Step = Annotated[float, knob("°", 1.0, 15.0, "the angle from view to view", valid=(0.5, 30.0), step=0.5)]
Snr = Annotated[
    float,
    knob("", 0.01, 2.0, "signal over noise in the images", valid=(1e-3, 100.0), log=True, label="signal to noise"),
]
Images = Annotated[
    int, knob("", 8, growing.MOST // 4, "how many images", valid=(2, growing.MOST // 4), log=True, label="images")
]
