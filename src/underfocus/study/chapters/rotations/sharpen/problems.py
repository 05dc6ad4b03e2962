"""The problems of the chapter on axes, angles and quaternions; every answer is computed."""

from __future__ import annotations

from .quaternion_problems import QUATERNIONS
from .space_problems import SPACE

PROBLEMS = (*QUATERNIONS, *SPACE)
