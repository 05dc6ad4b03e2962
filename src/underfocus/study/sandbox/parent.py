"""Starting the child, waiting no longer than allowed, and reading what it found."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...base.errors import InputError, UnderfocusError
from .exchange import pack, unpack

#: Wall-clock seconds beyond the allowed processor time before the child is ended.
GRACE = 3.0


class NotFencedError(UnderfocusError):
    """This system cannot cut the reader's code off from the network, and nobody said to run it all the same."""


@dataclass(frozen=True)
class Run:
    """What the code gave for each trial, how long each took, what it printed, and the error that ended it, if any."""

    results: list[Any]
    seconds: list[float]
    printed: str
    error: str
    network_cut: bool
    files_kept: bool


def run(
    source: str,
    entry: str,
    trials: Sequence[tuple[Any, ...]],
    *,
    seconds: int = 10,
    megabytes: int = 2048,
    anyway: bool = False,
) -> Run:
    """Run ``entry(*arguments)`` of Python ``source`` for each of ``trials`` in a fenced process.

    Raises NotFencedError where the network cannot be cut off and ``anyway`` was not said, and InputError where the code
    takes longer than ``seconds`` or its process dies (of memory, most often).
    """
    order = {"entry": entry, "trials": list(trials), "seconds": seconds, "megabytes": megabytes, "anyway": anyway}
    with tempfile.TemporaryDirectory(prefix="underfocus-") as folder:
        solution = Path(folder) / "your_code.py"
        solution.write_text(source, encoding="utf-8")
        answer = _answer(solution, pack(order), seconds)
    if answer["refused"]:
        raise NotFencedError(
            "this system cannot cut a process off from the network, so your code was not run; if you wrote it yourself "
            "and know what it does, allow it and run it again"
        )
    del answer["refused"]
    return Run(**answer)


def _answer(solution: Path, order: bytes, seconds: int) -> dict[str, Any]:
    command = [sys.executable, "-I", "-W", "ignore", "-m", "underfocus.study.sandbox.child", str(solution)]
    child = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=solution.parent,
        env=_surroundings(),
        start_new_session=True,
    )
    try:
        message, _ = child.communicate(order, timeout=seconds + GRACE)
    except subprocess.TimeoutExpired:
        raise InputError(f"your code was stopped after {seconds} s; look for a loop that never ends") from None
    finally:
        _end(child)
    if child.returncode == -getattr(signal, "SIGXCPU", 24):
        raise InputError(f"your code was stopped after {seconds} s of computing; look for a loop that never ends")
    if child.returncode or not message:
        raise InputError("your code ended its process; it may have asked for more memory than it is given")
    found: dict[str, Any] = unpack(message)
    return found


def _surroundings() -> dict[str, str]:
    """The least environment that Python needs, and one thread for linear algebra (new threads are forbidden)."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ}
    single = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
    return {**kept, **single, "PYTHONDONTWRITEBYTECODE": "1"}


def _end(child: subprocess.Popen[bytes]) -> None:
    """End the child and whatever it started."""
    if sys.platform != "win32":
        with suppress(ProcessLookupError, PermissionError):  # it may have ended by itself
            os.killpg(child.pid, signal.SIGKILL)
    child.kill()
    child.communicate()
