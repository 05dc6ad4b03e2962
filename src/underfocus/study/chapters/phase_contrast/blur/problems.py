"""The problems of the chapter on phase contrast, from four files; every answer is computed."""

from __future__ import annotations

from underfocus.study.problems import Problem

from . import envelope_problems, lens_problems, picture_problems, transfer_problems

PROBLEMS: tuple[Problem, ...] = (
    *transfer_problems.PROBLEMS,
    *picture_problems.PROBLEMS,
    *envelope_problems.PROBLEMS,
    *lens_problems.PROBLEMS,
)
