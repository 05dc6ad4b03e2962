"""The artefact laboratory: how long a turn of each knob takes until the new map and its evidence are there.

``.venv/bin/python -m bench laboratory``; no peer: the claim is a wait of less than 400 ms.
"""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np

from underfocus.study.chapters.direct_inversion import artefacts
from underfocus.study.chapters.direct_inversion.sharpen.figures import artefact_laboratory

from .measure import keep, summary, time_call

#: Values that no figure shows by itself, so that no cache knows them.
TURNS: dict[str, Any] = {
    "angle": np.linspace(1.03, 8.07, 12),
    "cone": np.linspace(21.3, 88.7, 12),
    "snr": np.geomspace(0.013, 1.7, 12),
    "shift": np.linspace(0.77, 11.3, 12),
}


def main(arguments: list[str]) -> None:
    """Measure and keep ``results/laboratory.json``."""
    argparse.ArgumentParser().parse_args(arguments)
    artefact_laboratory.draw()
    found: dict[str, Any] = {"images": artefacts.COUNT, "box": artefacts.BOX}
    for knob, values in TURNS.items():
        found[knob] = summary(
            [time_call(lambda k=knob, v=float(v): artefact_laboratory.draw(**{k: v})) for v in values]
        )  # type: ignore[misc]
    keep("laboratory", "a turn of a knob to three maps, FSC, cones and sections, 600 images of 64², 2 cores", found)
