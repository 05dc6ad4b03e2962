"""The measured figure: a map through multislice by gradient, with its bottleneck."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import numpy as np

from underfocus.base.knobs import knob
from underfocus.maths import fourier
from underfocus.physics import lens
from underfocus.show import Line, Panels, beside, curve, image, readout
from underfocus.show.figure import figure

from .. import recovery

Views = Annotated[int, knob("", 4, 48, "how many images", valid=(1, 200), step=1)]
Steps = Annotated[int, knob("", 5, 60, "steps of the descent for each model", valid=(1, 500), step=5)]
Strength = Annotated[
    float,
    knob(
        "×",
        1.0,
        20.0,
        "the potential is multiplied by it: 10 is a heavy, thick specimen",
        valid=(0.1, 100.0),
        step=0.5,
        label="V scale",
    ),
]
Slice = Annotated[
    float, knob("Å", 1.6, 12.8, "thickness of a slice of the model", valid=(1.6, 60.0), step=1.6, label="slice dz")
]


@figure(
    "A map through multislice",
    caption="Noiseless multislice images of ubiquitin (32³ voxels of 1.6 Å, 100 kV, three defoci, known poses), and the map that the gradient of the squared error finds: "
    "first through the linear projection, then through multislice. FSC with the truth, step by step.",
    look_for="with a strong specimen the projection's loss stops falling: no map explains the images. Multislice goes on, at twice the time a view, and keeps every slice's "
    "wave in memory for the way back: that, times views, is the bottleneck.",
    code=(lens.form, recovery.recover),
    measured=True,
)
def through_multislice(
    views: Views = 24, steps: Steps = 25, scale: Strength = 10.0, slice_thickness: Slice = 3.2
) -> Iterator[Panels]:
    """Recover a map under two models, and count what it costs."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # images of 32² are too small to share
    done: dict[str, list[recovery.State]] = {}
    try:
        for model in ("projection", "multislice"):
            done[model] = []
            for state in recovery.recover(model, views, scale, steps, slice_thickness):
                done[model].append(state)
                yield _panels(done, scale)
    finally:
        torch.set_num_threads(threads)


def _panels(done: dict[str, list[recovery.State]], scale: float) -> Panels:
    n, pixel = recovery.SIDE, recovery.PIXEL
    s = fourier.half_frequencies1(n, pixel)[1 : n // 3 + 1]
    last = {name: states[-1] for name, states in done.items()}
    middle = recovery.truth(scale)[n // 2]
    limits = (float(middle.min()), float(middle.max()))
    maps = [image(state.volume[n // 2], pixel, title=f"By {name}", limits=limits) for name, state in last.items()]
    lines = [
        Line(state.fsc[1 : n // 3 + 1], name, "solid" if name == "multislice" else "dashed")
        for name, state in last.items()
    ]
    losses = [
        Line(
            np.array([st.loss for st in states]),
            name,
            "solid" if name == "multislice" else "dashed",
            x=np.array([float(st.step) for st in states]),
        )
        for name, states in done.items()
    ]
    longest = max(done.values(), key=len)
    numbers = []
    for name, state in last.items():
        numbers += [
            readout(f"{name}: left unexplained", 100 * state.loss, "% of the contrast's power"),
            readout(f"{name}: time", 1e3 * state.seconds, "ms a view and step"),
            readout(f"{name}: memory for the way back", state.megabytes, "MB a view"),
        ]
    return beside(
        image(middle, pixel, title="Truth, the middle section", limits=limits),
        *maps,
        curve(s, *lines, x="spatial frequency, 1/Å", y="FSC with the truth", y_limits=(-0.2, 1.05)),
        curve(np.array([float(st.step) for st in longest]), *losses, x="step", y="loss", y_scale="log"),
        *numbers,
        columns=2,
    )
