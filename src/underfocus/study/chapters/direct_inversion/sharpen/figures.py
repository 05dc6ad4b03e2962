"""The figures of the chapter, from three files.

The syllabus puts no questions to this meeting; those of the meeting before it that ask for the inside are served here too.
"""

from __future__ import annotations

from .lab_figures import artefact_laboratory, blind_laboratory
from .pose_figures import angular_error, one_slice, orientation_grid
from .wiener_figures import fsc_and_ssnr, signal_and_noise, wiener_map, wiener_napkin

__all__ = [
    "SERVES",
    "angular_error",
    "artefact_laboratory",
    "blind_laboratory",
    "fsc_and_ssnr",
    "one_slice",
    "orientation_grid",
    "signal_and_noise",
    "wiener_map",
    "wiener_napkin",
]

SERVES = {
    "artefact_laboratory": ("M15.q2", "M15.q5"),
    "one_slice": ("M15.q1",),
}
