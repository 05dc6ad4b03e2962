"""The problems of the chapter on image formation, from three files; every answer is computed."""

from __future__ import annotations

from underfocus.study.problems import Problem

from . import camera_problems, count_problems, pool_problems

PROBLEMS: tuple[Problem, ...] = (*count_problems.PROBLEMS, *camera_problems.PROBLEMS, *pool_problems.PROBLEMS)
