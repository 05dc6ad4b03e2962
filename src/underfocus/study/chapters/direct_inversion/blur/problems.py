"""All problems of the chapter."""

from __future__ import annotations

from . import card_problems, count_problems, step_problems

PROBLEMS = (*count_problems.PROBLEMS, *step_problems.PROBLEMS, *card_problems.PROBLEMS)
