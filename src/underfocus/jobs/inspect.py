"""``underfocus inspect``: what files are, their shape, pixel and statistics, and what looks wrong with them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from ..base.errors import FileError
from ..base.knobs import Knobs, option
from . import verbs
from .folder import JobFolder
from .job import Job, Outcome


class InspectKnobs(Knobs):
    """Which files."""

    files: Annotated[
        tuple[Path, ...],
        option("Files of the field: mrc, mrcs, map (also .gz, .bz2), star, cs, pdb, cif.", flag="FILE"),
    ]


def work(knobs: InspectKnobs, folder: JobFolder | None) -> Outcome:
    """Look at each; a file that cannot be read is said and does not stop the others, unless it is the only one."""
    from ..data.files.inspect import facts

    found: list[dict[str, Any]] = []
    for path in knobs.files:
        try:
            found.append(facts(path))
        except FileError as error:
            if len(knobs.files) == 1:
                raise
            found.append({"file": str(path), "kind": "not read", "warnings": [str(error)]})
    lines = [line for f in found for line in (*_lines(f), "")]
    return Outcome({"files_inspected": found}, tuple(lines[:-1]))


def _lines(found: dict[str, Any]) -> list[str]:
    """One file's facts for a reader: a head line, a line a fact, its warnings last."""
    skipped = {"file", "kind", "warnings"}
    lines = [f"{found['file']}: {found['kind']}"]
    lines += [
        f"  {_name(k):<12} {_value(v)}" for k, v in found.items() if k not in skipped and v not in (None, [], {}, "")
    ]
    return lines + [f"  warning      {w}" for w in found.get("warnings", [])]


def _name(key: str) -> str:
    return key.replace("_A2", " (Å²)").replace("_A", " (Å)").replace("_", " ")


def _value(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list | tuple):
        return (
            " × ".join(_value(v) for v in value)
            if all(isinstance(v, int) for v in value)
            else ", ".join(map(_value, value))
        )
    if isinstance(value, dict):
        return "; ".join(f"{k}: {_value(v)}" for k, v in value.items())
    return str(value)


def python(knobs: InspectKnobs) -> str:
    """The same in the library."""
    files = ", ".join(repr(str(path)) for path in knobs.files)
    return f"from underfocus.data.files.inspect import facts\nfound = [facts(path) for path in [{files}]]"


JOB = Job("inspect", verbs.VERBS["inspect"], InspectKnobs, work, python, folder="never")
