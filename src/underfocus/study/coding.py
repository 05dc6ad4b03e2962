"""Code problems: the reader's function runs beside the engine's, in a process of its own, and their results meet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..base.errors import InputError
from . import sandbox
from .problems import Problem, Verdict

MOST_CHARACTERS = 20_000


def check(problem: Problem, answer: Mapping[str, Any]) -> Verdict:
    """The verdict on ``{"code": text, "anyway": whether to run it where the network cannot be cut off}``.

    Raises InputError where the code is missing, too long, never ends or ends its process, and sandbox.NotFencedError
    where it must be allowed first.
    """
    source = answer.get("code")
    if not isinstance(source, str) or not source.strip():
        raise InputError(f"write a function {problem.entry} first")
    if len(source) > MOST_CHARACTERS:
        raise InputError(f"the code is longer than {MOST_CHARACTERS:,} characters; send the function alone")
    assert problem.trials is not None
    trials = list(problem.trials())
    done = sandbox.run(source, problem.entry, trials, anyway=answer.get("anyway") is True)
    said = _printed(done.printed)
    if done.error:
        return Verdict(False, f"Your code stopped: {_code(done.error)}\n\n{said}".strip())
    wrong = _judged(problem, list(zip(trials, done.results, strict=True)))
    took = f"It took {_milliseconds(sum(done.seconds))} for {len(trials)} trial{'s' * (len(trials) > 1)}."
    if wrong:
        return Verdict(False, f"Not yet. {wrong} {_hint(problem)}\n\n{said}".strip())
    fences = "" if done.network_cut and done.files_kept else f"\n\n{_fences(done)}"
    return Verdict(
        True, f"Right: your function agrees with the engine's. {took}\n\n{said}{fences}", problem.explanation
    )


def _judged(problem: Problem, pairs: list[tuple[tuple[Any, ...], Any]]) -> str:
    """What is wrong with the results, or nothing."""
    if problem.judge is not None:
        return problem.judge(pairs)
    engine = problem.answer()
    for place, (arguments, found) in enumerate(pairs, 1):
        wrong = differs(found, engine(*arguments), problem.tolerance)
        if wrong:
            return f"In trial {place} of {len(pairs)} {wrong}"
    return ""


def differs(found: Any, wanted: Any, tolerance: float) -> str:
    """In what a result differs from the engine's by more than ``tolerance`` of its largest magnitude, or nothing."""
    try:
        given, right = np.asarray(found, complex), np.asarray(wanted, complex)
    except (TypeError, ValueError):
        return "the result is no number and no array of numbers."
    if given.shape != right.shape:
        return f"the result has the shape {given.shape}, and {right.shape} is wanted."
    if not np.isfinite(given).all():
        return "the result holds values that are not finite."
    error = float(np.abs(given - right).max(initial=0) / max(float(np.abs(right).max(initial=0)), 1e-300))
    if error <= tolerance:
        return ""
    return f"the result differs by {error:.2g} of the largest value; {tolerance:.0e} is allowed."


def _hint(problem: Problem) -> str:
    return next((hint.say for hint in problem.hints if hint.wrong is None), "")


def _printed(words: str) -> str:
    return f"It printed:\n\n{_block(words)}" if words.strip() else ""


def _block(words: str) -> str:
    """Text as a Markdown code block that it cannot leave."""
    return "\n".join(f"    {line}" for line in words.splitlines())


def _code(words: str) -> str:
    return "`" + words.replace("`", "'").replace("\n", " ") + "`"


def _milliseconds(seconds: float) -> str:
    return f"{1000 * seconds:.3g} ms" if seconds < 1 else f"{seconds:.3g} s"


def _fences(done: sandbox.Run) -> str:
    lacking = [
        words for held, words in ((done.network_cut, "the network"), (done.files_kept, "your files")) if not held
    ]
    return f"On this system the code was not kept from {' and '.join(lacking)}."
