"""The figures of the chapter on tilting, from six files.

The syllabus puts no questions to this meeting; some of the meeting on direct inversion are served here too.
"""

from __future__ import annotations

from .chain_figures import chain
from .cone_figures import cones, in_earnest
from .cost_figures import bill, tilt_bench
from .real_figures import real_views
from .ring_figures import one_view, tilted_view
from .scheme_figures import wedge

__all__ = [
    "SERVES",
    "bill",
    "chain",
    "cones",
    "in_earnest",
    "one_view",
    "real_views",
    "tilt_bench",
    "tilted_view",
    "wedge",
]

SERVES = {"one_view": ("M15.q1",), "real_views": ("M15.q2",), "wedge": ("M15.q4",)}
