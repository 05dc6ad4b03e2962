"""Running a job: with a folder or without, warnings kept, and FAILED written where it went wrong."""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from ..base.errors import JobError, UnderfocusError, UnderfocusWarning
from ..base.knobs import Knobs
from ..show.report import Report, render
from .folder import JobFolder
from .job import Job, Outcome

Tell = Callable[[str], None]


def run(
    job: Job, knobs: Knobs, out: Path | None, command: str, *, overwrite: bool = False, tell: Tell = lambda line: None
) -> Outcome:
    """Do a job's work, in a folder where one is asked for.

    Warnings go to ``tell`` as they come, into ``results["warnings"]`` and into the log. Raises what the work raises,
    after FAILED was written.
    """
    if out is None and job.folder == "needed":
        raise JobError(f"{job.verb} makes files and needs a folder for them; add -o FOLDER")
    if out is not None and job.folder == "never":
        raise JobError(f"{job.verb} only looks and leaves no folder; leave -o out")
    if out is None:
        return _work(job, knobs, None, tell)
    python = f"import underfocus as uf\n{job.python(knobs)}"
    values: dict[str, Any] = knobs.model_dump(mode="json")
    folder = JobFolder.begin(out, job.verb, values, job.inputs(knobs), command, python, overwrite=overwrite)
    try:
        outcome = _work(job, knobs, folder, tell)
        folder.finish(outcome.results, _report(outcome, command, python))
    except KeyboardInterrupt:
        folder.fail("stopped by the user")
        raise
    except Exception as error:
        folder.fail(str(error) if isinstance(error, UnderfocusError) else f"{type(error).__name__}: {error}")
        raise
    return outcome


def _work(job: Job, knobs: Knobs, folder: JobFolder | None, tell: Tell) -> Outcome:
    """The outcome, its results as JSON keeps them, with the time it took and the warnings on the way."""
    started = time.perf_counter()

    def keep(line: str) -> None:
        tell(line)
        if folder is not None:
            folder.log(f"warning: {line}")

    with _warnings_to(keep) as said:
        outcome = job.work(knobs, folder)
    results = dict(outcome.results)
    if job.folder != "never":
        results["timings"] = {**results.get("timings", {}), "total": round(time.perf_counter() - started, 2)}
    return Outcome(plain({**results, "warnings": said}), outcome.lines, outcome.report)


@contextmanager
def _warnings_to(keep: Tell) -> Iterator[list[str]]:
    """Collect the warnings that underfocus raises inside, each once; others go where they always go."""
    said: list[str] = []
    with warnings.catch_warnings():
        warnings.simplefilter("always", UnderfocusWarning)
        show = warnings.showwarning

        def sort(message: Warning | str, category: type[Warning], *where: Any, **more: Any) -> None:
            if not issubclass(category, UnderfocusWarning):
                show(message, category, *where, **more)
            elif str(message) not in said:
                said.append(str(message))
                keep(said[-1])

        warnings.showwarning = sort
        yield said


def plain(value: Any) -> Any:
    """A value as JSON gives it back: lists, Python's numbers, text; None for a number that is not finite."""
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if isinstance(value, np.generic | np.ndarray):
        return plain(value.tolist())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if isinstance(value, bool | int | str | None) else str(value)


def _report(outcome: Outcome, command: str, python: str) -> str | None:
    if outcome.report is None:
        return None
    r = outcome.report
    return render(Report(r.title, r.opening, r.sections, outcome.results, command, python))
