"""What a job is: knobs, the work they describe, a record of what came out, and the same thing in a line of Python."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
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


@dataclass(frozen=True)
class Job:
    """A verb of the command line: its knobs, its work, whether it needs a folder (``-o``), and its Python twin.

    ``work(knobs, folder)`` gets None where no folder was asked for. ``python(knobs)`` says the same in the library.
    """

    verb: str
    summary: str
    knobs: type[Knobs]
    work: Callable[[Any, JobFolder | None], Outcome]
    python: Callable[[Any], str]
    folder: str = "needed"
    details: str = field(default="")
