"""``underfocus explain``: a knob's unit, ranges and meaning, where it is used, and which chapter shows it."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from ..base.errors import InputError
from ..base.knobs import BoundKnob, Knob, Knobs, knobs_of, option
from ..data.optics import Optics
from . import verbs
from .folder import JobFolder
from .job import Job, Outcome


class ExplainKnobs(Knobs):
    """Which knob."""

    name: Annotated[str, option("Name or flag of a knob, such as defocus, cs or amplitude-contrast.", flag="KNOB")]


@dataclass(frozen=True)
class Use:
    """A knob in one place: a noun, a verb or a figure, by name."""

    kind: str
    place: str
    bound: BoundKnob


def uses(figures: Mapping[str, Sequence[BoundKnob]]) -> list[Use]:
    """Every knob of the optics, the verbs and the figures, in that order."""
    found = [Use("noun", "uf.Optics", bound) for bound in knobs_of(Optics)]
    found += [Use("verb", verb, bound) for verb in verbs.JOBS for bound in verbs.job(verb).knobs.bounds()]
    return found + [Use("figure", name, bound) for name, bounds in figures.items() for bound in bounds]


def find(name: str, known: Sequence[Use]) -> list[Use]:
    """All uses of the knob that a name, a flag or a label says. InputError suggests the nearest."""
    wanted = _key(name)
    names: dict[str, str] = {}
    for said in ("name", "flag", "label"):
        for use in known:
            names.setdefault(_key(getattr(use.bound, said)), use.bound.name)
    if wanted in names:
        return [use for use in known if use.bound.name == names[wanted]]
    close = difflib.get_close_matches(wanted, names, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(close)}?" if close else f"known are {', '.join(sorted(set(names.values())))}"
    raise InputError(f"there is no knob {name!r}; {hint}")


def _key(name: str) -> str:
    return name.lower().lstrip("-").replace("-", "_").replace(" ", "_")


def tell(name: str, figures: Mapping[str, Sequence[BoundKnob]]) -> Outcome:
    """What a knob is and where it is turned; ``figures`` are the knobs of the study's figures, by CHAPTER/FIGURE."""
    found = find(name, uses(figures))
    bound, knob = found[0].bound, found[0].bound.knob
    places = {kind: [u.place for u in found if u.kind == kind] for kind in ("verb", "figure")}
    chapters = [knob.chapter] if knob.chapter else []
    chapters = list(dict.fromkeys(chapters + [place.partition("/")[0] for place in places["figure"]]))
    results: dict[str, Any] = {
        "name": bound.name,
        "flag": bound.flag,
        "kind": bound.kind,
        "unit": knob.unit,
        "slider": [knob.low, knob.high],
        "valid": list(knob.valid),
        "what": knob.what,
        "choices": list(bound.choices),
        "defaults": {u.place: None if u.bound.required else u.bound.default for u in found},
        "verbs": places["verb"],
        "figures": places["figure"],
        "chapter": chapters[0] if chapters else None,
        "chapters": chapters,
    }
    return Outcome(results, (*_meaning(bound, bool(places["verb"])), *_others(found), *_where(found, places, chapters)))


def _meaning(bound: BoundKnob, has_flag: bool) -> list[str]:
    """Name, unit, sentence and ranges."""
    knob = bound.knob
    flag = f" ({bound.flag})" if has_flag else ""
    lines = [
        f"{bound.label}{flag}{', in ' + knob.unit if knob.unit else ''}",
        f"  {knob.what[0].upper()}{knob.what[1:]}",
    ]
    if knob.low is not None:
        lines.append(f"  worth exploring: {_range(knob)}; valid: {_valid(knob)}")
    if bound.choices:
        lines.append(f"  one of: {', '.join(bound.choices)}")
    return lines


def _others(found: list[Use]) -> list[str]:
    """What else the same name means elsewhere, each meaning once."""
    said, lines = {found[0].bound.knob.what}, []
    for use in found[1:]:
        if use.bound.knob.what not in said:
            said.add(use.bound.knob.what)
            lines.append(f"  in {use.place}: {use.bound.knob.what}")
    return lines


def _where(found: list[Use], places: dict[str, list[str]], chapters: list[str]) -> list[str]:
    """Where it is turned, with the defaults there."""
    lines = []
    for use in found:
        if use.kind != "figure":
            default = "must be given" if use.bound.required else f"default {_plain(use.bound.default)}"
            words = "taken from the input unless given" if use.bound.default is None else default
            lines.append(f"  {'underfocus ' if use.kind == 'verb' else ''}{use.place}: {words}")
    if places["figure"]:
        lines.append(f"  figures: {', '.join(places['figure'])}")
    return lines + [f"  seen in: underfocus study {chapter}" for chapter in chapters]


def _range(knob: Knob) -> str:
    return f"{knob.low:g} to {knob.high:g} {knob.unit}".strip()


def _valid(knob: Knob) -> str:
    low, high = knob.valid
    if low is None and high is None:
        return "any finite number"
    ends = ["−∞" if low is None else f"{low:g}", "∞" if high is None else f"{high:g}"]
    return f"{ends[0]} to {ends[1]} {knob.unit}".strip()


def _plain(value: Any) -> str:
    if isinstance(value, tuple):
        return ":".join(_plain(v) for v in value)
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:g}" if isinstance(value, float) else str(value)


def work(knobs: ExplainKnobs, folder: JobFolder | None) -> Outcome:
    """Say it, as far as this floor knows; the command line adds the study's figures."""
    return tell(knobs.name, {})


def python(knobs: ExplainKnobs) -> str:
    """The same in the library."""
    return f'from underfocus.jobs import explain\nprint(*explain.tell({knobs.name!r}, {{}}).lines, sep="\\n")'


JOB = Job("explain", verbs.VERBS["explain"], ExplainKnobs, work, python, folder="never")
