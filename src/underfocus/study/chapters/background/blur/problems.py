"""The problems of the chapter on complex numbers and defocus, from three files; every answer is computed."""

from __future__ import annotations

from underfocus.study.problems import Problem

from . import arrow_problems, fate_problems, focus_problems

PROBLEMS: tuple[Problem, ...] = (*arrow_problems.PROBLEMS, *focus_problems.PROBLEMS, *fate_problems.PROBLEMS)
