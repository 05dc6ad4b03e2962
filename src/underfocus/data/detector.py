"""A detector: its MTF, its DQE, how it counts and what it adds; and curves fitted to published values, by name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Literal

import numpy as np

from ..base.errors import InputError
from ..base.knobs import knob, knobs_of, option
from .response import Falling, Response, Square

CHAPTER = "image-formation"

Mode = Annotated[
    Literal["integrating", "counting"],
    option(
        "A counting camera notes that an electron came, an integrating one how much it left behind.",
        chapter=CHAPTER,
    ),
]
Gain = Annotated[
    float, knob("", 1, 100, "Counts that one detected electron makes, on average.", valid=(1e-6, 1e6), chapter=CHAPTER)
]
Readout = Annotated[
    float,
    knob(
        "", 0, 20, "Standard deviation in counts of what reading out adds to a pixel.", valid=(0, 1e6), chapter=CHAPTER
    ),
]
Dark = Annotated[
    float,
    knob("", 0, 20, "Counts that a pixel gathers in the dark during the exposure.", valid=(0, 1e6), chapter=CHAPTER),
]
Frames = Annotated[
    int,
    knob(
        "",
        1,
        4000,
        "Frames that the camera reads during the exposure; a counting camera notes one electron a pixel in each.",
        valid=(1, 10_000_000),
        step=1,
        log=True,
        chapter=CHAPTER,
    ),
]


#: The MTF of a pixel that counts over its whole square, and the DQE that goes with white noise.
PIXEL, PIXEL_SQUARED = Square(), Square(2)


@dataclass(frozen=True)
class Detector:
    """A camera as Vulović et al. 2013 (J. Struct. Biol. 183, 19, eq. 7) describe it.

    ``mtf`` is 1 at the origin. ``dqe`` starts at the part of electrons that count at all, DQE(0), in the limit of a
    low rate: what counting loses at a higher one comes on top. ``gain`` (CF) is counts an electron, ``readout`` and
    ``dark`` are counts a pixel and exposure. ``frames`` matters to a counting camera alone. Raises KnobError for
    values out of range and InputError for curves that begin elsewhere.
    """

    mtf: Response = PIXEL
    dqe: Response = PIXEL_SQUARED
    mode: Mode = "integrating"
    gain: Gain = 1.0
    readout: Readout = 0.0
    dark: Dark = 0.0
    frames: Frames = 1
    name: Annotated[str, option("What the camera is called.")] = "ideal"

    def __post_init__(self) -> None:
        for bound in _BOUNDS:
            bound.check(getattr(self, bound.name))
        if not np.isclose(self.start(self.mtf), 1.0, atol=0.02):
            raise InputError(f"an MTF is 1 at the origin, and {self.start(self.mtf):g} was given; divide by it")
        if not 0 < self.efficiency <= 1:
            raise InputError(f"a DQE begins above 0 and at most at 1, and {self.efficiency:g} was given")

    @staticmethod
    def start(response: Response) -> float:
        """A response at the origin."""
        values = getattr(response, "values", None)
        zero = np.zeros((1, 1))
        return float(values[0, 0] if values is not None else np.ravel(response.at(zero, zero))[0])

    @property
    def efficiency(self) -> float:
        """DQE(0) at a low rate: the part of the electrons that count."""
        return self.start(self.dqe)

    def with_frames(self, frames: int) -> Detector:
        """The same camera reading so many frames during the exposure."""
        return replace(self, frames=frames)


_BOUNDS = tuple(b for b in knobs_of(Detector) if b.name in ("mode", "gain", "readout", "dark", "frames"))

#: MTF curves at 300 kV that we fitted through two published values each, at ½ Nyquist and at Nyquist: those of the
#: tables that RELION users are given for these cameras. A table of your own is better: `data.files.mtf.read_mtf`.
MTF_FITS: dict[str, Falling] = {
    "K2": Falling.through(1.0, 0.733, 0.388),
    "K3": Falling.through(1.0, 0.889, 0.636),
    "Falcon 4": Falling.through(1.0, 0.535, 0.093),
}
#: Cameras by name. The DQE of the K2 is our curve through 0.795, 0.638 and 0.354 at 0, ½ Nyquist and Nyquist, the
#: values of cisTEM's fit to Ruskin, Yu & Grigorieff 2013 (J. Struct. Biol. 184, 385; 300 kV, 2.5 electrons a pixel and
#: second). Of other cameras we have no published DQE at hand, and an MTF alone says little about it.
DETECTORS: dict[str, Detector] = {
    "ideal": Detector(mode="counting", frames=1000),
    "K2": Detector(MTF_FITS["K2"], Falling.through(0.795, 0.638, 0.354), "counting", frames=4000, name="K2"),
}


def detector(name: str) -> Detector:
    """A camera by name. InputError lists the names."""
    if name not in DETECTORS:
        raise InputError(f"there is no camera {name!r}; there are {', '.join(DETECTORS)}, or give your own curves")
    return DETECTORS[name]
