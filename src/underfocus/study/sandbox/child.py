"""The process in which a reader's code runs: fenced in first, then the code, then every trial, and one answer.

Started by `parent` as ``python -I -m underfocus.study.sandbox.child SOLUTION``. Standard input holds the packed order,
standard output receives the packed answer and nothing else.
"""

from __future__ import annotations

import contextlib
import io
import os
import runpy
import sys
import time
import traceback
from types import TracebackType
from typing import Any

import numpy as np

from underfocus.study.sandbox import fence
from underfocus.study.sandbox.exchange import pack, unpack

#: Characters of what the code prints that are kept.
MOST_PRINTED = 4000


def main(solution: str) -> None:
    """Read the order, obey it, answer."""
    answer_to = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    order = unpack(sys.stdin.buffer.read())
    fence.limit(order["seconds"], order["megabytes"])
    fences = {"network_cut": fence.cut_network(), "files_kept": fence.forbid_changes()}
    if not fences["network_cut"] and not order["anyway"]:
        answer_to.write(pack({**fences, "refused": True}))
        answer_to.close()
        return
    # The engine is not for copying from: the reader's code is graded against it.
    for name in [n for n in sys.modules if n.partition(".")[0] == "underfocus"]:
        del sys.modules[name]
    sys.modules["underfocus"] = None  # type: ignore[assignment]
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        done = _work(solution, order["entry"], order["trials"])
    answer_to.write(pack({**fences, **done, "refused": False, "printed": printed.getvalue()[:MOST_PRINTED]}))
    answer_to.close()


def _work(solution: str, entry: str, trials: list[tuple[Any, ...]]) -> dict[str, Any]:
    """Results and seconds of every trial, or the error that ended them."""
    results: list[Any] = []
    seconds: list[float] = []
    error = ""
    try:
        function = runpy.run_path(solution).get(entry)
        if not callable(function):
            raise NameError(f"there is no function {entry} in your code")
        for arguments in trials:
            start = time.perf_counter()
            found = function(*arguments)
            seconds.append(time.perf_counter() - start)
            results.append(_plain(found, entry))
    except BaseException as problem:  # whatever the code raises is its reader's to see, exits and interrupts too
        error = _told(problem, solution)
    return {"results": results, "seconds": seconds, "error": error}


def _plain(found: Any, entry: str) -> Any:
    """A result that can travel: masked and matrix arrays become plain ones. TypeError for anything else."""
    value = np.asarray(found) if isinstance(found, np.ndarray) else found
    try:
        pack(value)
    except TypeError as problem:
        raise TypeError(f"{entry} returned something that cannot be compared: {problem}") from None
    return value


def _told(problem: BaseException, solution: str) -> str:
    """An error as its reader needs it: kind, words, and the line of their own code."""
    name, words = type(problem).__name__, str(problem)
    if isinstance(problem, SyntaxError):
        return f"{name} in line {problem.lineno}: {problem.msg}"
    if isinstance(problem, ModuleNotFoundError) and str(problem.name).partition(".")[0] == "underfocus":
        words = "the engine is not at hand here, since your code is compared with it; numpy and scipy are"
    line = _line(problem.__traceback__, solution)
    return f"{name}{f' in line {line}' if line else ''}: {words}" if words else name


def _line(trace: TracebackType | None, solution: str) -> int | None:
    frames = [f for f in traceback.extract_tb(trace) if f.filename == solution]
    return frames[-1].lineno if frames else None


if __name__ == "__main__":
    main(sys.argv[1])
