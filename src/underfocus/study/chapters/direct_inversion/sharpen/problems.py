"""All problems of the chapter."""

from __future__ import annotations

from . import lab_problems, wiener_problems

PROBLEMS = (*wiener_problems.PROBLEMS, *lab_problems.PROBLEMS)
