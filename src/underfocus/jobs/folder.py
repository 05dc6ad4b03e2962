"""A job's folder: results whole or not at all, a record, a log, a report, and DONE or FAILED written last."""

from __future__ import annotations

import hashlib
import json
import platform
import shutil
import sys
import time
from importlib import metadata
from pathlib import Path
from typing import Any

from ..base.errors import JobError
from ..data.files.atomic import write_text

RECORD, LOG, REPORT, DONE, FAILED = "job.json", "log.txt", "report.html", "DONE", "FAILED"
#: Files larger than this are hashed by their first and last 16 MB and their length.
WHOLE_HASH_BYTES, SAMPLE_BYTES = 1 << 28, 1 << 24
LIBRARIES = ("underfocus", "numpy", "scipy", "numba", "finufft")


def fingerprint(path: Path) -> dict[str, Any]:
    """Name, length and SHA-256 of a file; ``sampled`` where only its two ends were read."""
    size = path.stat().st_size
    digest = hashlib.sha256(str(size).encode() if size > WHOLE_HASH_BYTES else b"")
    with path.open("rb") as file:
        if size > WHOLE_HASH_BYTES:
            digest.update(file.read(SAMPLE_BYTES))
            file.seek(-SAMPLE_BYTES, 2)
        while block := file.read(1 << 22):
            digest.update(block)
    return {
        "path": str(path.resolve()),
        "bytes": size,
        "sha256": digest.hexdigest(),
        "sampled": size > WHOLE_HASH_BYTES,
    }


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
    """The folder of one run. Use `begin`, then `path` for outputs, then `finish` or `fail`."""

    def __init__(self, root: Path, record: dict[str, Any], resumed: bool) -> None:
        self.root = root
        self.record = record
        self.resumed = resumed
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

        A finished job is kept (JobError) unless ``overwrite``; one left unfinished with the same knobs is resumed,
        with others begun anew. A folder that holds something else is never touched.
        """
        root = Path(root)
        if root.exists() and not root.is_dir():
            raise JobError(f"{root} is a file; name a folder for the job")
        resumed = False
        if root.is_dir() and any(root.iterdir()):
            old = _take_over(root, overwrite)
            resumed = (
                not overwrite and old.get("verb") == verb and old.get("knobs") == knobs and _same_inputs(old, inputs)
            )
            if not resumed:
                _empty(root)
        try:
            root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise JobError(f"{root} cannot be made: {error.strerror}; choose another folder") from None
        record = {
            "verb": verb,
            "knobs": knobs,
            "command": command,
            "python": python,
            "versions": versions(),
            "inputs": [fingerprint(p) for p in inputs],
            "started": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        }
        folder = cls(root, record, resumed)
        for mark in (DONE, FAILED):
            (root / mark).unlink(missing_ok=True)
        folder._write_record()
        folder.log(f"{'resumed' if resumed else 'started'}: {command}")
        return folder

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

    def fail(self, message: str) -> None:
        """Write why, and FAILED; what was whole already stays."""
        self.record |= {"seconds": round(time.monotonic() - self._started, 2), "error": message}
        self._write_record()
        self.log(f"failed: {message}")
        (self.root / FAILED).touch()

    def _write_record(self) -> None:
        write_text(self.root / RECORD, json.dumps(self.record, indent=1, ensure_ascii=False) + "\n")


def _take_over(root: Path, overwrite: bool) -> dict[str, Any]:
    """The record of an earlier run in a folder; JobError where it must not be touched."""
    if not (root / RECORD).is_file():
        raise JobError(f"{root} holds files that no job of underfocus wrote; choose a new or empty folder")
    if (root / DONE).exists() and not overwrite:
        raise JobError(f"{root} holds a finished job; choose another folder, or say --overwrite")
    return read_record(root)


def _same_inputs(old: dict[str, Any], inputs: list[Path]) -> bool:
    return [i.get("sha256") for i in old.get("inputs", [])] == [fingerprint(p)["sha256"] for p in inputs]


def _empty(root: Path) -> None:
    """Remove what an earlier run of ours left; the folder itself stays."""
    for entry in root.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def command_line(arguments: list[str]) -> str:
    """The command as it can be typed again."""
    import shlex

    return shlex.join([Path(sys.argv[0]).stem if sys.argv[0] else "underfocus", *arguments])
