"""The problems of the chapter on tilting, from three files; every answer is computed."""

from __future__ import annotations

from underfocus.study.problems import Problem

from .cone_problems import CONES
from .cost_problems import COST
from .cover_problems import COVER

PROBLEMS: tuple[Problem, ...] = (*COVER, *COST, *CONES)
