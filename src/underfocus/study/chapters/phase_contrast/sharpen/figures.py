"""The figures of the chapter on tilted specimens, from two files, and what of the syllabus they serve."""

from __future__ import annotations

from .band_figures import levels, race, side_bands, three_corrections
from .local_figures import measure_tilt
from .slab_figures import strip_rings, thick_rings, tilted_slab

__all__ = [
    "SERVES",
    "levels",
    "measure_tilt",
    "race",
    "side_bands",
    "strip_rings",
    "thick_rings",
    "three_corrections",
    "tilted_slab",
]

SERVES = {
    "tilted_slab": ("M7.r1",),
    "side_bands": ("M7.r1",),
    "strip_rings": ("M7.r1",),
    "thick_rings": ("M7.r2",),
    "measure_tilt": ("M7.r3",),
    "race": ("M7.r2",),
    "three_corrections": ("M7.r2", "M7.r3"),
    "levels": ("M7.r3",),
}
