"""The problems of the chapter on coordinates and rotations; every answer is computed."""

from __future__ import annotations

from .euler_problems import EULER
from .plane_problems import PLANE

PROBLEMS = (*PLANE, *EULER)
