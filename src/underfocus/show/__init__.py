"""Floor 7: arrays become figure specifications, and specifications become pages and reports.

`specs` says what is shown, `figure` binds it to knobs; `svg`, `png` and `frames` draw it for a report or send it to
a page. ``show.image``, ``show.curve``, ``show.beside`` and ``show.readouts`` are the words a figure is written in.
"""

from __future__ import annotations

from . import scene
from .specs import Bars, Curve, Image, Line, Mark, Panels, Readout, bars, beside, curve, image, readout, readouts

__all__ = [
    "Bars",
    "Curve",
    "Image",
    "Line",
    "Mark",
    "Panels",
    "Readout",
    "bars",
    "beside",
    "curve",
    "image",
    "readout",
    "readouts",
    "scene",
]
