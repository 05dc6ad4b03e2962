"""The figures of the chapter on image formation, from four files, and what of the syllabus they serve."""

from __future__ import annotations

from .camera_figures import camera_bench, coincidence, spectra
from .chain_figures import averaging, counting, pipeline
from .dose_figures import movie, weights
from .pool_figures import pooling, rosenthal_henderson, your_noise

__all__ = [
    "SERVES",
    "averaging",
    "camera_bench",
    "coincidence",
    "counting",
    "movie",
    "pipeline",
    "pooling",
    "rosenthal_henderson",
    "spectra",
    "weights",
    "your_noise",
]

SERVES = {
    "pipeline": ("M8.r1", "M8.q1"),
    "counting": ("M8.q1",),
    "averaging": ("M8.r1", "M8.q3"),
    "spectra": ("M8.q1", "M8.q2"),
    "camera_bench": ("M8.q1",),
    "coincidence": ("M8.q1",),
    "movie": ("M8.q1",),
    "rosenthal_henderson": ("M8.q3",),
    "pooling": ("M8.q3", "M8.q2"),
    "your_noise": ("M8.q1",),
}
