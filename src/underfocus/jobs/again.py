"""``underfocus again``: repeat a job from its record into a new folder and say what differs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..base.errors import JobError
from . import verbs
from .folder import fingerprint, read_record, versions
from .job import Job, Outcome
from .run import Tell, run

#: Results that may differ between two runs that agree.
UNSTABLE = {"timings"}


def new_folder(old: Path) -> Path:
    """The first free name of the form OLD_again, OLD_again2, …"""
    base = Path(str(old).rstrip("/"))
    for number in range(1, 1000):
        candidate = base.with_name(f"{base.name}_again{number if number > 1 else ''}")
        if not candidate.exists():
            return candidate
    raise JobError(f"{base} was repeated too often; name a folder with -o")


def repeat(old: Path, out: Path | None, command: str, tell: Tell = lambda line: None) -> Outcome:
    """Run the recorded job again and compare knobs, versions, inputs, results and output files.

    Raises JobError where the job was never finished, or its record names a verb or an input that is no more.
    """
    record = read_record(old)
    if record["verb"] not in verbs.JOBS:
        raise JobError(f"{old} records the verb {record['verb']!r}, which this version does not have")
    if "results" not in record:
        raise JobError(f"{old} holds a job that did not finish, so there is nothing to compare; run its command again")
    inputs = record.get("inputs", [])
    gone = [i["path"] for i in inputs if not Path(i["path"]).is_file()]
    if gone:
        raise JobError(f"the input {gone[0]} of {old} is no longer there; restore it, or run the job anew")
    job = verbs.job(record["verb"])
    target = out or new_folder(old)
    knobs = job.knobs(**_values(job, record))
    done = run(job, knobs, target, command, tell=tell)
    differences = [
        *_knobs(record["knobs"], knobs.model_dump(mode="json")),
        *_versions(record.get("versions", {})),
        *_inputs(inputs),
        *_results(record["results"], done.results),
        *_files(old, target, done.results.get("files", [])),
    ]
    results = {**done.results, "folder": str(target), "repeats": str(old), "differences": differences}
    count = (
        f"{len(differences)} thing{'s' if len(differences) > 1 else ''} differ{'' if len(differences) > 1 else 's'}:"
    )
    verdict = count if differences else "Nothing differs: versions, inputs, knobs, results and files are the same."
    return Outcome(results, (*done.lines, f"Repeated {old} in {target}. {verdict}", *(f"  {d}" for d in differences)))


def _values(job: Job, record: dict[str, Any]) -> dict[str, Any]:
    """Recorded knobs; paths are those seen from the folder where the job was started."""
    start = Path(record.get("directory", "."))
    paths = {i["given"]: i["path"] for i in record.get("inputs", []) if i.get("given")}
    values = dict(record["knobs"])
    for bound in job.knobs.bounds():
        value = values.get(bound.name)
        if bound.kind == "path" and value is not None:
            values[bound.name] = start / value
        elif bound.kind == "paths" and value is not None:
            values[bound.name] = tuple(start / v for v in value)
        elif bound.kind == "text":  # such as a mask, which may be a file or a word
            values[bound.name] = paths.get(value, value)
    return values


def _knobs(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Knobs that this version has and the record has not: they took their defaults."""
    return [f"knob {name}: not in the record, {value} now" for name, value in new.items() if name not in old]


def _versions(old: dict[str, str]) -> list[str]:
    now = versions()
    return [f"version of {k}: {old.get(k, 'none')} then, {v} now" for k, v in now.items() if old.get(k) != v]


def _inputs(old: list[dict[str, Any]]) -> list[str]:
    return [
        f"input {Path(i['path']).name}: its content has changed"
        for i in old
        if fingerprint(Path(i["path"]), sampled=i["sampled"])["sha256"] != i["sha256"]
    ]


def _results(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    keys = [k for k in {**old, **new} if k not in UNSTABLE]
    return [f"{k}: {_brief(old.get(k))} then, {_brief(new.get(k))} now" for k in keys if old.get(k) != new.get(k)]


def _brief(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _files(old: Path, new: Path, names: list[str]) -> list[str]:
    """Output files whose bytes differ."""
    found = []
    for name in names:
        if not (old / name).is_file():
            found.append(f"{name}: missing from {old}")
        elif fingerprint(old / name)["sha256"] != fingerprint(new / name)["sha256"]:
            found.append(f"{name}: its bytes differ")
    return found
