"""A job's folder: results whole or not at all, a record, a log, a report, and DONE or FAILED written last."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
import time
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import Any

from ..base.errors import FileError, JobError
from ..data.files.atomic import write_text

RECORD, LOG, REPORT, DONE, FAILED = "job.json", "log.txt", "report.html", "DONE", "FAILED"
#: Results under their fixed names. Together with the names above, all that a job ever removes from its folder.
MAPS = ("truth.mrc", "map.mrc", "half1.mrc", "half2.mrc", "sharpened.mrc", "masked.mrc", "mask.mrc", "symmetrised.mrc")
FIELDS = ("micrograph.mrc", "micrographs.star", "coordinates.star", "ctf.csv")
CURVES = ("fsc.star", "guinier.star", "mates.star", "sampling.star")
BY_PLACE = ("directional.star", "fsc3d.mrc", "local_resolution.mrc", "local_resolution.star", "filtered.mrc")
TWINS = ("expected.star", "twin.star", "twin.mrcs", "twin.mrcs.part", "twin_sums.npz")
PARTICLES = ("particles.star", "particles.mrcs", "particles.mrcs.part", "projections.mrcs", "sums.npz")
OUTPUTS = (*PARTICLES, *MAPS, *FIELDS, *CURVES, *BY_PLACE, *TWINS)
#: Files larger than this, together or alone, are hashed by their first and last megabyte and their length.
WHOLE_HASH_BYTES, SAMPLE_BYTES = 1 << 28, 1 << 20
LIBRARIES = ("underfocus", "numpy", "scipy", "numba", "finufft")


def fingerprint(path: Path, *, sampled: bool | None = None) -> dict[str, Any]:
    """Name, length and SHA-256 of a file; ``sampled`` where only its two ends are read, by default when it is large."""
    size = path.stat().st_size
    sampled = size > WHOLE_HASH_BYTES if sampled is None else sampled
    digest = hashlib.sha256(str(size).encode() if sampled else b"")
    with path.open("rb") as file:
        if sampled:
            digest.update(file.read(SAMPLE_BYTES))
            file.seek(max(0, size - SAMPLE_BYTES))
        while block := file.read(1 << 22):
            digest.update(block)
    facts = {"bytes": size, "sha256": digest.hexdigest(), "sampled": sampled}
    return {"given": str(path), "path": str(path.resolve()), **facts}


def versions() -> dict[str, str]:
    """Versions of Python and of the libraries that numbers come from."""
    return {"python": platform.python_version(), **{name: metadata.version(name) for name in LIBRARIES}}


def read_record(folder: Path) -> dict[str, Any]:
    """The ``job.json`` of a folder. Raises JobError where there is none or it cannot be read."""
    path = Path(folder) / RECORD
    if not path.is_file():
        raise JobError(f"{folder} is no job folder: it has no {RECORD}; name a folder that a run with -o left")
    try:
        record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if not {"verb", "knobs"} <= set(record):
            raise ValueError
    except ValueError:
        raise JobError(f"{path} cannot be read as a record; the run that wrote it may have been damaged") from None
    return record


class JobFolder:
    """The folder of one run, locked while it lasts. Use `begin`, then `path` for outputs, then `finish` or `fail`."""

    def __init__(self, root: Path, record: dict[str, Any], resumed: bool, lock: int | None) -> None:
        self.root = root
        self.record = record
        self.resumed = resumed
        self._lock = lock
        self._started = time.monotonic()

    @classmethod
    def begin(
        cls,
        root: Path,
        verb: str,
        knobs: dict[str, Any],
        inputs: list[Path],
        command: str,
        python: str,
        *,
        overwrite: bool,
    ) -> JobFolder:
        """Make or take over the folder.

        A finished job is kept (JobError) unless ``overwrite``; one left unfinished by the same verb, knobs, inputs and
        versions is resumed, otherwise begun anew. Files that no job wrote are never touched. JobError for a folder that
        holds another verb's job, something else, an input, or a job that is running.
        """
        root = Path(root)
        if root.exists() and not root.is_dir():
            raise JobError(f"{root} is a file; name a folder for the job")
        try:
            root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise JobError(f"{root} cannot be made: {error.strerror}; choose another folder") from None
        record = {
            "verb": verb,
            "knobs": knobs,
            "directory": str(Path.cwd()),
            "command": command,
            "python": python,
            "versions": versions(),
            "inputs": [fingerprint(p) for p in inputs],
            "started": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        }
        lock = _locked(root)
        try:
            resumed = any(root.iterdir()) and _take_over(root, record, overwrite)
            for mark in (DONE, FAILED):
                (root / mark).unlink(missing_ok=True)
            folder = cls(root, record, resumed, lock)
            folder._write_record()
        except BaseException:
            _unlock(lock)
            raise
        folder.log(f"{'resumed' if resumed else 'started'}: {command}")
        return folder

    def uses(self, paths: list[Path]) -> None:
        """Put further inputs into the record: those that the named ones lead to, such as the stacks of a STAR file."""
        known = {i["path"] for i in self.record["inputs"]}
        more = [p for p in paths if str(p.resolve()) not in known]
        large = sum(p.stat().st_size for p in more) > WHOLE_HASH_BYTES
        self.record["inputs"] += [{**fingerprint(p, sampled=large), "given": None} for p in more]
        self._write_record()

    def path(self, name: str) -> Path:
        """Where an output of this name goes."""
        return self.root / name

    def log(self, line: str) -> None:
        """Add a line to ``log.txt`` with the time."""
        with (self.root / LOG).open("a", encoding="utf-8") as file:
            file.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')}  {line}\n")

    def finish(self, results: dict[str, Any], report: str | None) -> None:
        """Write the report, the record with the results, and DONE."""
        if report is not None:
            write_text(self.root / REPORT, report)
        self.record |= {"seconds": round(time.monotonic() - self._started, 2), "results": results}
        self._write_record()
        self.log(f"done in {self.record['seconds']} s")
        (self.root / DONE).touch()
        _unlock(self._lock)

    def fail(self, message: str) -> None:
        """Write why, and FAILED; what was whole already stays. A disk too full for that is not a second error."""
        self.record |= {"seconds": round(time.monotonic() - self._started, 2), "error": message}
        with suppress(OSError, FileError):
            self._write_record()
            self.log(f"failed: {message}")
            (self.root / FAILED).touch()
        _unlock(self._lock)

    def _write_record(self) -> None:
        write_text(self.root / RECORD, json.dumps(self.record, indent=1, ensure_ascii=False) + "\n")


def _take_over(root: Path, new: dict[str, Any], overwrite: bool) -> bool:
    """Whether an earlier run is to be resumed; else its files are removed. JobError where it must not be touched."""
    if not (root / RECORD).is_file():
        raise JobError(f"{root} holds files that no job of underfocus wrote; choose a new or empty folder")
    old = read_record(root)
    if old["verb"] != new["verb"]:
        raise JobError(
            f"{root} holds a job of {old['verb']}, which {new['verb']} does not replace; choose another folder"
        )
    if (root / DONE).exists() and not overwrite:
        raise JobError(f"{root} holds a finished job; choose another folder, or say --overwrite")
    inside = [i["given"] for i in new["inputs"] if Path(i["path"]).is_relative_to(root.resolve())]
    if inside:
        raise JobError(f"the input {inside[0]} lies in {root}, whose files would be replaced; choose another folder")
    resumed = not overwrite and all(_same(old, new, key) for key in ("knobs", "versions", "inputs"))
    stale = [] if resumed else [root / name for name in (*OUTPUTS, LOG, REPORT)]
    for path in (*stale, *root.glob(".*.part")):  # the latter: what a killed run was about to rename
        path.unlink(missing_ok=True)
    return resumed


def _same(old: dict[str, Any], new: dict[str, Any], key: str) -> bool:
    """Whether two records agree in one thing; of inputs, what those that the knobs name contain."""
    if key != "inputs":
        return bool(old.get(key) == new[key])
    one, other = ([i.get("sha256") for i in r.get("inputs", []) if i.get("given")] for r in (old, new))
    return one == other


def _locked(root: Path) -> int | None:
    """A lock on the folder, which ends with the process however it ends; None where the file system has no locks."""
    try:
        import fcntl
    except ImportError:  # not a POSIX system
        return None
    handle = os.open(root, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise JobError(f"another job is writing to {root} now; wait for it, or choose another folder") from None
    except OSError:
        os.close(handle)
        return None
    return handle


def _unlock(handle: int | None) -> None:
    if handle is not None:
        os.close(handle)


def command_line(arguments: list[str]) -> str:
    """The command as it can be typed again."""
    import shlex

    return shlex.join([Path(sys.argv[0]).stem if sys.argv[0] else "underfocus", *arguments])
