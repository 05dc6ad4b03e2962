"""``underfocus tour`` as a whole process: a real structure to a report (target: under two minutes on two cores)."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path

from .measure import keep, summary, time_command


def main(arguments: list[str]) -> None:
    """Measure and keep ``results/tour.json``."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args(arguments)
    command = shutil.which("underfocus", path=str(Path(sys.executable).parent))
    with tempfile.TemporaryDirectory() as folder:
        runs = [time_command([str(command), "tour", "-o", f"{folder}/{i}"]) for i in range(chosen.rounds)]
        results = json.loads((Path(folder) / "0" / "job.json").read_text(encoding="utf-8"))["results"]
        report = (Path(folder) / "0" / "report.html").stat().st_size
    named = ("structure", "particles", "box", "pixel_A", "fsc_0143_A", "truth_fsc_05_A", "timings")
    keep(
        "tour",
        "underfocus tour, whole process",
        {**summary(runs), **{k: results[k] for k in named}, "report_bytes": report},
    )
