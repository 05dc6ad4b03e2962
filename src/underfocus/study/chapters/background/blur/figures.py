"""The figures of the chapter on complex numbers and defocus, from three files, and what of the syllabus they serve."""

from __future__ import annotations

from .arrow_figures import helix, phasor_sum, tangent
from .fate_figures import crowd, where_they_go
from .focus_figures import every_defocus, phasor_contrast, through_focus

__all__ = [
    "SERVES",
    "crowd",
    "every_defocus",
    "helix",
    "phasor_contrast",
    "phasor_sum",
    "tangent",
    "through_focus",
    "where_they_go",
]

SERVES = {
    "helix": ("M1.blur.r1",),
    "phasor_sum": ("M1.blur.r2",),
    "tangent": ("M1.blur.r3",),
    "phasor_contrast": ("M1.blur.r3",),
    "every_defocus": ("M1.blur.r3",),
    "through_focus": ("M1.blur.r3",),
    "where_they_go": ("M1.blur.q1",),
    "crowd": ("M1.blur.q1",),
}
