"""The figures of the chapter on phase contrast, from two files, and what of the syllabus they serve."""

from __future__ import annotations

from .lens_figures import aberration_bench, estimated, widths
from .picture_figures import before_after, measured_rings, neighbours, thon_rings, two_sides
from .transfer_figures import amplitude_bench, ctf_bench, envelopes, hidden_ctf, phase_plate

__all__ = [
    "SERVES",
    "aberration_bench",
    "amplitude_bench",
    "before_after",
    "ctf_bench",
    "envelopes",
    "estimated",
    "hidden_ctf",
    "measured_rings",
    "neighbours",
    "phase_plate",
    "thon_rings",
    "two_sides",
    "widths",
]

SERVES = {
    "ctf_bench": ("M6.r1", "M6.r2", "M6.q6"),
    "before_after": ("M6.q1", "M6.q8", "M6.r2"),
    "thon_rings": ("M6.q3",),
    "two_sides": ("M6.q4",),
    "envelopes": ("M6.q5", "M6.q2"),
    "amplitude_bench": ("M6.q7",),
    "neighbours": ("M6.q8",),
    "measured_rings": ("M6.q8", "M6.r2"),
    "aberration_bench": ("M6.r1",),
    "widths": ("M6.q5",),
    "estimated": ("M6.q7", "M6.q8"),
}
