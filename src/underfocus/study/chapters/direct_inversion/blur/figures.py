"""The figures of the chapter, from two files."""

from __future__ import annotations

from .cube_figures import crowd, shell_weight, slices
from .map_figures import crowther_fan, growing_map, noise_falls, padding, wedge

__all__ = [
    "SERVES",
    "crowd",
    "crowther_fan",
    "growing_map",
    "noise_falls",
    "padding",
    "shell_weight",
    "slices",
    "wedge",
]

SERVES = {
    "slices": ("M15.q1", "M15.r1"),
    "growing_map": ("M15.q2", "M15.r2"),
    "crowther_fan": ("M15.q4",),
    "wedge": ("M15.q4",),
    "shell_weight": ("M15.q1",),
    "crowd": ("M15.q2", "M15.q4"),
}
