"""10,000 × 128²: half maps and the whole, against ``relion_reconstruct`` making the whole alone, processes in turn.

python -m bench.exact_set 7pbl.pdb SET          (once; needs finufft)
python -m bench reconstruct --set SET [--rounds 3]
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

import underfocus as uf

from .measure import RESULTS, Run, keep, paired, time_command


def envelope(truth: np.ndarray, pixel: float) -> np.ndarray:
    """Soft molecular envelope of the truth: a 5 Å Gaussian above 4 % of its maximum, grown by a cosine edge of 6 Å."""
    from scipy.ndimage import distance_transform_edt, gaussian_filter

    blurred = gaussian_filter(truth.astype(float), 5.0 / pixel)
    distance = distance_transform_edt(blurred < 0.04 * blurred.max()) * pixel
    return np.asarray(np.where(distance < 6, 0.5 + 0.5 * np.cos(np.pi * np.minimum(distance, 6) / 6), 0))


def score(truth: uf.Volume, path: Path) -> dict[str, float]:
    """Mean FSC to the truth within the envelope over shells 1…60, and the 0.5 crossing in Å."""
    n = truth.data.shape[0]
    found = uf.open(path)
    mask = envelope(truth.data, truth.pixel)
    curve = uf.fsc(uf.Volume(truth.data * mask, truth.pixel), uf.Volume(found.data * mask, truth.pixel))
    values = np.asarray(curve.unmasked)
    return {
        "envelope_fsc_mean": round(float(values[1 : n // 2 - 3].mean()), 4),
        "fsc_05_A": round(curve.resolution(0.5), 2),
    }


def subset(star: Path, count: int) -> Path:
    """A STAR of the first particles, beside the whole one."""
    lines = star.read_text(encoding="utf-8").splitlines(keepends=True)
    rows = [i for i, line in enumerate(lines) if ".mrcs" in line]
    path = star.with_name(f"first{count}.star")
    path.write_text("".join(lines[: rows[0] + count]), encoding="utf-8")
    return path


def race(star: Path, options: list[str], relion: str, rounds: int, truth: uf.Volume) -> dict[str, Any]:
    """Whole processes in turn: ours with these options, and RELION's whole map."""
    command = str(shutil.which("underfocus", path=str(Path(sys.executable).parent)))
    folder = Path(tempfile.mkdtemp())

    def ours() -> Run:
        shutil.rmtree(folder / "ours", ignore_errors=True)
        return time_command([command, "reconstruct", str(star), *options, "-o", str(folder / "ours")])

    def theirs() -> Run:
        return time_command([relion, "--i", star.name, "--o", str(folder / "relion.mrc"), "--ctf"], cwd=star.parent)

    ours()
    found = paired(ours, theirs, rounds)
    found["ours"] |= score(truth, folder / "ours" / "map.mrc")
    found["theirs"] |= score(truth, folder / "relion.mrc")
    shutil.rmtree(folder)
    return found


#: What is raced: how many images, and our options.
RACES = {
    "10,000 images, halves and whole": (10_000, ["--halves"]),
    "10,000 images, halves and whole, Kaiser-Bessel to 1e-3": (10_000, ["--halves", "--tolerance", "1e-3"]),
    "10,000 images, least squares, the whole": (10_000, ["--method", "least-squares"]),
    "500 images, the whole": (500, []),
    "500 images, least squares, the whole": (500, ["--method", "least-squares"]),
}


def main(arguments: list[str]) -> None:
    """Measure and keep ``results/reconstruct.json``."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--set", type=Path, required=True, help="folder with particles.star, particles.mrcs, truth.mrc")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--races", nargs="+", choices=RACES, default=list(RACES), help="those not run again are kept")
    chosen = parser.parse_args(arguments)
    relion = shutil.which("relion_reconstruct")
    if relion is None:
        raise SystemExit("relion_reconstruct is not on PATH: apt-get install relion")
    truth = uf.open(chosen.set / "truth.mrc")
    assert isinstance(truth, uf.Volume)
    path = RESULTS / "reconstruct.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    for name, (count, options) in ((name, RACES[name]) for name in chosen.races):
        star = subset((chosen.set / "particles.star").resolve(), count)
        found[name] = race(star, options, relion, chosen.rounds, truth)
        star.unlink()
    claim = "underfocus reconstruct against the whole alone (relion_reconstruct --ctf); ratio = RELION / underfocus"
    keep("reconstruct", claim, found)
