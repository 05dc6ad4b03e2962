"""``underfocus explain``: a knob's unit, ranges and meaning, where it is used, and which chapter shows it."""

from __future__ import annotations

import difflib
from typing import Annotated, Any

from ..base.errors import InputError
from ..base.knobs import BoundKnob, Knobs, knobs_of, option
from ..data.optics import Optics
from . import verbs
from .folder import JobFolder
from .job import Job, Outcome


class ExplainKnobs(Knobs):
    """Which knob."""

    name: Annotated[str, option("Name or flag of a knob, such as defocus, cs or amplitude-contrast.", flag="KNOB")]


def catalogue() -> dict[str, tuple[BoundKnob, list[str]]]:
    """Every knob by name, with the verbs that have it; those of Optics first."""
    found: dict[str, tuple[BoundKnob, list[str]]] = {b.name: (b, []) for b in knobs_of(Optics)}
    for verb in verbs.JOBS:
        for bound in verbs.job(verb).knobs.bounds():
            found.setdefault(bound.name, (bound, []))[1].append(verb)
    return found


def find(name: str) -> tuple[BoundKnob, list[str]]:
    """A knob by its name, its flag or its label. InputError suggests the nearest."""
    known = catalogue()
    wanted = name.lower().lstrip("-").replace("-", "_")
    names: dict[str, tuple[BoundKnob, list[str]]] = {}
    for bound, where in known.values():
        for alias in (bound.name, bound.flag.lstrip("-").replace("-", "_"), bound.label.replace(" ", "_")):
            names.setdefault(alias.lower(), (bound, where))
    if wanted in names:
        return names[wanted]
    close = difflib.get_close_matches(wanted, names, n=1, cutoff=0.5)
    hint = f"did you mean {close[0]}?" if close else f"known are {', '.join(sorted(known))}"
    raise InputError(f"there is no knob {name!r}; {hint}")


def _range(low: float | None, high: float | None, unit: str) -> str:
    ends = [("−∞" if low is None else f"{low:g}"), ("∞" if high is None else f"{high:g}")]
    return f"{ends[0]} to {ends[1]} {unit}".strip()


def work(knobs: ExplainKnobs, folder: JobFolder | None) -> Outcome:
    """Say it."""
    bound, where = find(knobs.name)
    knob = bound.knob
    default = None if bound.required else bound.default
    results: dict[str, Any] = {
        "name": bound.name,
        "flag": bound.flag,
        "kind": bound.kind,
        "unit": knob.unit,
        "slider": [knob.low, knob.high],
        "valid": list(knob.valid),
        "default": default if isinstance(default, int | float | str | bool | tuple | None) else str(default),
        "what": knob.what,
        "verbs": where,
        "chapter": knob.chapter,
        "choices": list(bound.choices),
    }
    lines = [f"{bound.label} ({bound.flag}){', in ' + knob.unit if knob.unit else ''}", f"  {knob.what}"]
    if knob.low is not None:
        lines.append(
            f"  worth exploring: {_range(knob.low, knob.high, knob.unit)}; valid: {_range(*knob.valid, knob.unit)}"
        )
    if bound.choices:
        lines.append(f"  one of: {', '.join(bound.choices)}")
    if default is not None:
        lines.append(f"  default: {_plain(default)}")
    lines.append(f"  used by: {', '.join(where) if where else 'the figures of the study'}")
    if knob.chapter:
        lines.append(f"  seen in: underfocus study {knob.chapter}")
    return Outcome(results, tuple(lines))


def _plain(value: Any) -> str:
    if isinstance(value, tuple):
        return ":".join(_plain(v) for v in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def python(knobs: ExplainKnobs) -> str:
    """The same in the library."""
    return "from underfocus.base.knobs import knobs_of; knobs_of(uf.Optics)"


JOB = Job("explain", verbs.VERBS["explain"], ExplainKnobs, work, python, folder="never")
