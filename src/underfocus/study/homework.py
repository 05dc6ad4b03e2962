"""Code problems from the command line: which there are, what one asks, and the verdict on a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..base.errors import FormatError, InputError, MissingFileError
from . import coding
from .chapter import chapters
from .problems import Problem


def code_problems() -> dict[str, Problem]:
    """The code problems of the open chapters, by SLUG/STREAM/NAME."""
    return {
        f"{c.slug}/{c.stream}/{name}": problem
        for c in chapters()
        for name, problem in c.problems.items()
        if problem.kind == "code"
    }


def check(name: str | None, file: Path | None, *, anyway: bool = False) -> tuple[dict[str, Any], list[str]]:
    """The record and the lines that answer ``underfocus check [PROBLEM [FILE.py]]``.

    Raises InputError for an unknown problem, MissingFileError and FormatError for a file that cannot be read, and what
    `coding.check` raises.
    """
    known = code_problems()
    if name is None:
        return {"problems": list(known)}, [f"{key:<40} {problem.title}" for key, problem in known.items()]
    if name not in known:
        raise InputError(f"there is no code problem {name!r}; there are {', '.join(known)}")
    problem = known[name]
    if file is None:
        return {"problem": name, "prompt": problem.prompt, "starter": problem.starter}, _task(name, problem)
    verdict = coding.check(problem, {"code": _source(file), "anyway": anyway})
    lines = [verdict.message, verdict.explanation] if verdict.correct else [verdict.message]
    return {"problem": name, "correct": verdict.correct, "message": verdict.message}, [w for w in lines if w]


def _task(name: str, problem: Problem) -> list[str]:
    """What is asked, and a beginning that runs as it is once the dots are replaced."""
    return [
        problem.title,
        "",
        problem.prompt,
        "",
        *problem.starter.rstrip().splitlines(),
        "",
        f"underfocus check {name} FILE.py",
    ]


def _source(file: Path) -> str:
    """The text of a Python file."""
    if not file.is_file():
        raise MissingFileError(f"there is no file {file}; give the Python file with your function in it")
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise FormatError(f"{file} is no text in UTF-8, as Python code is") from None
