"""The problems of the chapter on tilted specimens, from two files; every answer is computed."""

from __future__ import annotations

from underfocus.study.problems import Problem

from . import correction_problems, spread_problems

PROBLEMS: tuple[Problem, ...] = (*spread_problems.PROBLEMS, *correction_problems.PROBLEMS)
