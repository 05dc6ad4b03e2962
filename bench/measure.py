"""Paired timing, the machine in words, and where results are kept."""

from __future__ import annotations

import json
import os
import platform
import resource
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).with_name("results")


@dataclass(frozen=True)
class Run:
    """One timed run: wall and processor seconds, and peak memory in MB where a process was timed."""

    wall: float
    cpu: float
    peak_mb: float | None = None


def time_call(work: Callable[[], Any]) -> Run:
    """Wall and processor time of one call in this process, all threads counted."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Run(time.perf_counter() - wall, time.process_time() - cpu)


def time_command(command: Sequence[str], cwd: Path | None = None) -> Run:
    """Wall and processor time and peak memory of one command as a whole process."""
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def paired(ours: Callable[[], Run], theirs: Callable[[], Run], rounds: int) -> dict[str, Any]:
    """Run the two in turn; medians, and the median of the ratios theirs/ours pair by pair."""
    pairs = [(ours(), theirs()) for _ in range(rounds)]
    return {
        "ours": summary([p[0] for p in pairs]),
        "theirs": summary([p[1] for p in pairs]),
        "wall_ratio": round(statistics.median(b.wall / a.wall for a, b in pairs), 2),
        "cpu_ratio": round(statistics.median(b.cpu / max(a.cpu, 1e-9) for a, b in pairs), 2),
    }


def summary(runs: Sequence[Run]) -> dict[str, Any]:
    """Median, least and most of wall time; median processor time; largest memory."""
    walls = [r.wall for r in runs]
    peaks = [r.peak_mb for r in runs if r.peak_mb is not None]
    found: dict[str, Any] = {
        "wall_s": round(statistics.median(walls), 4),
        "wall_min_max_s": [round(min(walls), 4), round(max(walls), 4)],
        "cpu_s": round(statistics.median(r.cpu for r in runs), 4),
        "runs": len(runs),
    }
    return found | ({"peak_mb": round(max(peaks))} if peaks else {})


def machine() -> dict[str, Any]:
    """The machine in words, with its load at this moment."""
    cpu = "unknown"
    info = Path("/proc/cpuinfo")
    if info.exists():
        cpu = next((x.split(":")[1].strip() for x in info.read_text().splitlines() if x.startswith("model name")), cpu)
    return {
        "cpu": cpu,
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 1),
        "peak_mb_of_this_process": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def keep(name: str, claim: str, found: dict[str, Any]) -> None:
    """Print the result and keep it as ``results/NAME.json``."""
    record = found | {"claim": claim, "machine": machine(), "date": time.strftime("%Y-%m-%d")}
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps(record, indent=1, ensure_ascii=False)
    (RESULTS / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    print(text)
