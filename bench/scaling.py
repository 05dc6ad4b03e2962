"""Reconstruction of 1,000 to 100,000 images of 256²: time, memory, a stack larger than memory allows, two workers.

python -m bench scaling --folder FOLDER [--parts linear stack workers] [--set SET]
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

import underfocus as uf

from .measure import RESULTS, Run, keep, time_command

BOX, PIXEL, NAMED = 256, 1.5, 1000
COUNTS = (1_000, 3_000, 10_000, 30_000, 100_000)
#: Images of the stack that is read from disk as it is: 10.5 GB.
STACKED = 40_000


def density() -> uf.Volume:
    """Two hundred blobs within half the box."""
    rng = np.random.default_rng(1)
    total = np.zeros((BOX,) * 3, np.float32)
    for z, y, x in rng.normal(BOX / 2, BOX / 12, (200, 3)).astype(int):
        total[z - 4 : z + 5, y - 4 : y + 5, x - 4 : x + 5] += rng.uniform(0.5, 1)
    return uf.Volume(total, PIXEL)


def make(folder: Path) -> Path:
    """A stack of NAMED images and its STAR."""
    star = folder / "particles.star"
    if not star.exists():
        pose, optics = uf.Pose.random(NAMED, 1, 5.0), uf.Optics(defocus=np.linspace(8_000, 22_000, NAMED))
        uf.simulate(density(), pose, optics, snr=0.1, seed=1).save(star)
    return star


def repeated(star: Path, times: int) -> Path:
    """A STAR that names the same images so many times."""
    path = star.with_name(f"times{times}.star")
    lines = star.read_text(encoding="utf-8").splitlines(keepends=True)
    rows = [line for line in lines if ".mrcs" in line]
    first = lines.index(rows[0])
    path.write_text("".join(lines[:first]) + "".join(rows) * times + "\n", encoding="utf-8")
    return path


def stacked(star: Path) -> Path:
    """A STAR of STACKED images that lie one after the other in a stack of 10.5 GB."""
    path = star.with_name("large.star")
    source = uf.open(star)
    assert isinstance(source, uf.Particles)
    images = np.asarray(source.images().data, np.float32)
    header = star.with_suffix(".mrcs").read_bytes()[:1024]
    with star.with_name("large.mrcs").open("wb") as file:
        fields = np.frombuffer(header, np.int32).copy()
        fields[2] = fields[9] = STACKED
        file.write(fields.tobytes())
        for _ in range(STACKED // NAMED):
            file.write(images.tobytes())
    lines = star.read_text(encoding="utf-8").splitlines(keepends=True)
    rows = [line for line in lines if ".mrcs" in line]
    more = []
    for number in range(STACKED):
        words = rows[number % NAMED].split()
        place = next(i for i, w in enumerate(words) if ".mrcs" in w)
        words[place] = f"{number + 1:06d}@large.mrcs"
        more.append(" ".join(words) + "\n")
    path.write_text("".join(lines[: lines.index(rows[0])]) + "".join(more) + "\n", encoding="utf-8")
    return path


def reconstruct(star: Path, *more: str) -> Run:
    """One run of the command as a whole process."""
    command = str(Path(sys.executable).with_name("underfocus"))
    out = star.with_name("out")
    shutil.rmtree(out, ignore_errors=True)
    return time_command([command, "reconstruct", str(star), "--halves", "-o", str(out), *more])


def row(run: Run, count: int) -> dict[str, Any]:
    """A run as numbers."""
    return {
        "images": count,
        "wall_s": round(run.wall, 1),
        "cpu_s": round(run.cpu, 1),
        "peak_mb": round(run.peak_mb or 0),
    }


def workers(few: uf.Particles, many: uf.Particles) -> dict[str, Any]:
    """Marginal cost an image of one and of two workers of one thread each, from a small and a large set."""
    from distributed import LocalCluster

    found: dict[str, Any] = {"images": [len(few), len(many)], "box": many.n}
    more = len(many) - len(few)
    for count in (1, 2):
        with LocalCluster(n_workers=count, threads_per_worker=1, dashboard_address=None, memory_limit=None) as cluster:
            times = []
            for particles in (few, few, many):  # the first warms the workers up
                started = time.perf_counter()
                uf.reconstruct(particles, scheduler=cluster.scheduler_address)
                times.append(time.perf_counter() - started)
        found[f"{count} workers, ms an image"] = round((times[2] - times[1]) / more * 1e3, 3)
    one, two = (found[f"{count} workers, ms an image"] for count in (1, 2))
    return found | {"ratio": round(one / two, 2)}


def opened(star: Path) -> uf.Particles:
    """The particles of a STAR."""
    found = uf.open(star)
    assert isinstance(found, uf.Particles)
    return found


def plot(rows: list[dict[str, Any]]) -> Path:
    """Processor and wall seconds against thousands of images, with the line of the processor time: scaling.svg."""
    from underfocus.show.specs import Line, curve
    from underfocus.show.svg import curve as drawn

    thousands = np.array([row["images"] for row in rows]) / 1000
    cpu, wall = (np.array([row[name] for row in rows]) for name in ("cpu_s", "wall_s"))
    slope, fixed = np.polyfit(thousands, cpu, 1, w=1 / cpu)
    spec = curve(
        thousands,
        Line(cpu, "processor time, both halves", "points"),
        Line(fixed + slope * thousands, f"{fixed:.0f} s and {slope:.2f} ms an image"),
        Line(wall, "wall time", "dotted"),
        x="thousands of images of 256²",
        y="s",
        y_limits=(0, 1.3 * float(max(cpu.max(), wall.max()))),
    )
    path = RESULTS / "scaling.svg"
    path.write_text(drawn(spec, 720, 340), encoding="utf-8")
    return path


def main(arguments: list[str]) -> None:
    """Measure and keep ``results/scaling.json``; parts that are not measured anew are kept."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, required=True, help="where 11 GB of stacks may be made")
    parser.add_argument("--set", type=Path, help="the set of bench.exact_set, for the workers")
    parser.add_argument("--parts", nargs="+", default=["linear", "stack", "workers"])
    chosen = parser.parse_args(arguments)
    chosen.folder.mkdir(parents=True, exist_ok=True)
    star = make(chosen.folder)
    path = RESULTS / "scaling.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    cells = 2 * (2 * BOX + 2) ** 2 * (BOX + 2) * 16 / 2**20
    found["both accumulators, MB"] = round(cells)
    if "linear" in chosen.parts:
        found["linear"] = [row(reconstruct(repeated(star, c // NAMED)), c) for c in COUNTS]
        plot(found["linear"])
    if "stack" in chosen.parts:
        found["stack of 10.5 GB"] = row(reconstruct(stacked(star)), STACKED)
        star.with_name("large.mrcs").unlink()
    if "workers" in chosen.parts:
        whole = opened(chosen.set / "particles.star") if chosen.set else opened(repeated(star, 12))
        found["workers"] = workers(whole[: len(whole) // 5], whole)
    keep("scaling", "half maps and the whole of 256² images with `underfocus reconstruct --halves`", found)


if __name__ == "__main__":
    main(sys.argv[1:])
