"""``underfocus again``: repeat a job from its record into a new folder and say what differs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..base.errors import JobError
from . import verbs
from .folder import fingerprint, read_record, versions
from .job import Outcome
from .run import run

#: Results that may differ between two runs that agree.
UNSTABLE = {"seconds", "timings", "warnings"}
#: Files whose bytes hold times or machine facts.
RECORDS = {"job.json", "log.txt", "report.html", "DONE"}


def new_folder(old: Path) -> Path:
    """The first free name of the form OLD_again, OLD_again2, …"""
    base = Path(str(old).rstrip("/"))
    for number in range(1, 1000):
        candidate = base.with_name(f"{base.name}_again{number if number > 1 else ''}")
        if not candidate.exists():
            return candidate
    raise JobError(f"{base} was repeated too often; name a folder with -o")


def repeat(old: Path, out: Path | None, command: str) -> Outcome:
    """Run the recorded job again and compare knobs' inputs, versions, results and output files.

    Raises JobError where the record names a verb or input that is no more.
    """
    record = read_record(old)
    if record["verb"] not in verbs.JOBS:
        raise JobError(f"{old} records the verb {record['verb']!r}, which this version does not have")
    job = verbs.job(record["verb"])
    gone = [i["path"] for i in record.get("inputs", []) if not Path(i["path"]).is_file()]
    if gone:
        raise JobError(f"the input {gone[0]} of {old} is no longer there; restore it, or run the job anew")
    target = out or new_folder(old)
    done = run(job, job.knobs(**_values(record["knobs"], record.get("inputs", []))), target, command)
    differences = [
        *_versions(record.get("versions", {})),
        *_inputs(record.get("inputs", [])),
        *_results(record.get("results", {}), done.results),
        *_files(old, target, done.results.get("files", [])),
    ]
    results = {**done.results, "folder": str(target), "repeats": str(old), "differences": differences}
    verdict = "Nothing differs." if not differences else f"{len(differences)} things differ:"
    return Outcome(results, (*done.lines, f"Repeated {old} in {target}. {verdict}", *(f"  {d}" for d in differences)))


def _values(knobs: dict[str, Any], inputs: list[dict[str, Any]]) -> dict[str, Any]:
    """Recorded knobs; a relative path that named an input is found again from anywhere."""
    by_name = {Path(i["path"]).name: i["path"] for i in inputs}

    def found(value: Any) -> Any:
        if isinstance(value, str) and not Path(value).is_file() and Path(value).name in by_name:
            return by_name[Path(value).name]
        return value

    return {name: tuple(map(found, v)) if isinstance(v, list) else found(v) for name, v in knobs.items()}


def _versions(old: dict[str, str]) -> list[str]:
    now = versions()
    return [f"version of {k}: {old.get(k, 'none')} then, {v} now" for k, v in now.items() if old.get(k) != v]


def _inputs(old: list[dict[str, Any]]) -> list[str]:
    return [
        f"input {Path(i['path']).name}: its content has changed"
        for i in old
        if fingerprint(Path(i["path"]))["sha256"] != i["sha256"]
    ]


def _results(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    keys = [k for k in {**old, **new} if k not in UNSTABLE]
    return [
        f"{k}: {_brief(old.get(k))} then, {_brief(new.get(k))} now"
        for k in keys
        if _canonical(old.get(k)) != _canonical(new.get(k))
    ]


def _canonical(value: Any) -> Any:
    """Values as JSON would give them back."""
    return [_canonical(v) for v in value] if isinstance(value, list | tuple) else value


def _brief(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _files(old: Path, new: Path, names: list[str]) -> list[str]:
    """Output files whose bytes differ."""
    found = []
    for name in names:
        if name in RECORDS:
            continue
        if not (old / name).is_file():
            found.append(f"{name}: missing from {old}")
        elif fingerprint(old / name)["sha256"] != fingerprint(new / name)["sha256"]:
            found.append(f"{name}: its bytes differ")
    return found
