"""What a job is: knobs, the work they describe, a record of what came out, and the same thing in a line of Python."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..base.knobs import Knobs
from ..show.report import Report
from .folder import JobFolder


@dataclass(frozen=True)
class Outcome:
    """The ``results`` that go into the record and to ``--json``; ``lines`` for a reader; ``report`` for a folder."""

    results: dict[str, Any]
    lines: tuple[str, ...] = ()
    report: Report | None = None


def files_of(knobs: Knobs) -> list[Path]:
    """The files that knobs name and that are there."""
    values = [getattr(knobs, name) for name in type(knobs).model_fields]
    flat = [p for v in values for p in (v if isinstance(v, tuple) else (v,))]
    return [p for p in flat if isinstance(p, Path) and p.is_file()]


@dataclass(frozen=True)
class Job:
    """A verb of the command line: its knobs, its work, whether it needs a folder (``-o``), and its Python twin.

    ``work(knobs, folder)`` gets None where no folder was asked for. ``python(knobs)`` says the same in the library.
    ``inputs(knobs)`` are the files that it reads.
    """

    verb: str
    summary: str
    knobs: type[Knobs]
    work: Callable[[Any, JobFolder | None], Outcome]
    python: Callable[[Any], str]
    folder: str = "needed"
    inputs: Callable[[Any], list[Path]] = files_of
