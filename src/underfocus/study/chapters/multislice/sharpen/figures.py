"""The figures of the chapter on multislice, from three files, and what of the syllabus they serve."""

from __future__ import annotations

from .ladder_figures import complex_or_sine, fresnel, ladder, slice_error
from .pixel_figures import independence, one_or_two
from .recovery_figures import through_multislice

__all__ = [
    "SERVES",
    "complex_or_sine",
    "fresnel",
    "independence",
    "ladder",
    "one_or_two",
    "slice_error",
    "through_multislice",
]

SERVES = {
    "ladder": ("M9.q5", "M9.r1", "M9.r2"),
    "slice_error": ("M9.r5",),
    "complex_or_sine": ("M9.q2", "M9.r2"),
    "fresnel": ("M9.r4", "M9.r5"),
    "one_or_two": ("M9.q1", "M9.r3"),
    "independence": ("M9.q3",),
    "through_multislice": ("M9.q4",),
}
