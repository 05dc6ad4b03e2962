"""Running a job: with a folder or without, warnings kept, and FAILED written where it went wrong."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

from ..base.errors import JobError, UnderfocusError, UnderfocusWarning
from ..base.knobs import Knobs
from ..show.report import Report, render
from .folder import JobFolder
from .job import Job, Outcome


def plain_values(knobs: Knobs) -> dict[str, Any]:
    """Knob values as JSON keeps them."""
    values: dict[str, Any] = knobs.model_dump(mode="json")
    return values


def inputs_of(knobs: Knobs) -> list[Path]:
    """The files that knobs name and that are there."""
    values = [getattr(knobs, name) for name in type(knobs).model_fields]
    flat = [p for v in values for p in (v if isinstance(v, tuple) else (v,))]
    return [p for p in flat if isinstance(p, Path) and p.is_file()]


def run(job: Job, knobs: Knobs, out: Path | None, command: str, *, overwrite: bool = False) -> Outcome:
    """Do a job's work, in a folder where one is asked for; warnings go into ``results["warnings"]``.

    Raises what the work raises, after FAILED was written.
    """
    if out is None and job.folder == "needed":
        raise JobError(f"{job.verb} makes files and needs a folder for them; add -o FOLDER")
    if out is not None and job.folder == "never":
        raise JobError(f"{job.verb} only looks and leaves no folder; leave -o out")
    if out is None:
        return _with_warnings(job, knobs, None)
    python = f"import underfocus as uf\n{job.python(knobs)}"
    inputs = inputs_of(knobs)
    folder = JobFolder.begin(out, job.verb, plain_values(knobs), inputs, command, python, overwrite=overwrite)
    try:
        outcome = _with_warnings(job, knobs, folder)
        folder.finish(outcome.results, _report(outcome, command, python))
    except KeyboardInterrupt:
        folder.fail("stopped by the user")
        raise
    except Exception as error:
        folder.fail(str(error) if isinstance(error, UnderfocusError) else f"{type(error).__name__}: {error}")
        raise
    return outcome


def _with_warnings(job: Job, knobs: Knobs, folder: JobFolder | None) -> Outcome:
    """The outcome, with the warnings that underfocus raised on the way; others are passed on."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UnderfocusWarning)
        outcome = job.work(knobs, folder)
    said = []
    for warning in caught:
        if issubclass(warning.category, UnderfocusWarning):
            said.append(str(warning.message))
        else:
            warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)
    unique = list(dict.fromkeys(said))
    if folder is not None:
        for line in unique:
            folder.log(f"warning: {line}")
    return Outcome({**outcome.results, "warnings": unique}, outcome.lines, outcome.report)


def _report(outcome: Outcome, command: str, python: str) -> str | None:
    if outcome.report is None:
        return None
    r = outcome.report
    return render(Report(r.title, r.opening, r.sections, outcome.results, command, python))
