"""Start-up: ``import underfocus`` (0.35 s), ``--help`` (0.5 s), and with ``--fresh`` a clean ``make study`` (180 s)."""

from __future__ import annotations

import argparse
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from .measure import keep, summary, time_command

ROOT = Path(__file__).resolve().parents[1]


def fresh_study() -> dict[str, Any]:
    """Seconds from ``make study`` on a clean clone until the address is printed."""
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "underfocus"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        started = time.perf_counter()
        process = subprocess.Popen(
            ["make", "study"],
            cwd=clone,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        assert process.stdout is not None
        line = next((x for x in process.stdout if "http://127.0.0.1" in x), None)
        seconds = time.perf_counter() - started
        process.send_signal(signal.SIGINT)
        subprocess.run(["pkill", "-INT", "-g", str(process.pid)], check=False)
        process.wait(timeout=30)
    if line is None:
        raise SystemExit("make study ended without printing an address")
    return {"seconds_to_address": round(seconds, 1)}


def main(arguments: list[str]) -> None:
    """Measure and keep ``results/startup.json``."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--fresh", action="store_true", help="also clone, install and start the study")
    chosen = parser.parse_args(arguments)
    python, command = sys.executable, shutil.which("underfocus", path=str(Path(sys.executable).parent))
    found: dict[str, Any] = {
        "import underfocus": summary([time_command([python, "-c", "import underfocus"]) for _ in range(9)]),
        "python alone": summary([time_command([python, "-c", "pass"]) for _ in range(9)]),
        "underfocus --help": summary([time_command([str(command), "--help"]) for _ in range(9)]),
        "underfocus simulate --help": summary([time_command([str(command), "simulate", "--help"]) for _ in range(9)]),
    }
    if chosen.fresh:
        found["make study on a clean clone"] = fresh_study()
    keep("startup", "import < 0.35 s, --help < 0.5 s, fresh study < 180 s", found)
