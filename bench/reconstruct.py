"""10,000 × 128²: half maps and the whole, against ``relion_reconstruct`` making the whole alone, processes in turn.

python -m bench.exact_set 7pbl.pdb SET          (once; needs finufft)
python -m bench reconstruct --set SET [--rounds 3]
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

import underfocus as uf

from .measure import Run, keep, paired, time_command


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


def main(arguments: list[str]) -> None:
    """Measure and keep ``results/reconstruct.json``."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--set", type=Path, required=True, help="folder with particles.star, particles.mrcs, truth.mrc")
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args(arguments)
    relion = shutil.which("relion_reconstruct")
    if relion is None:
        raise SystemExit("relion_reconstruct is not on PATH: apt-get install relion")
    command = shutil.which("underfocus", path=str(Path(sys.executable).parent))
    folder = Path(tempfile.mkdtemp())
    star = str((chosen.set / "particles.star").resolve())

    def ours() -> Run:
        shutil.rmtree(folder / "ours", ignore_errors=True)
        return time_command([str(command), "reconstruct", star, "--halves", "-o", str(folder / "ours")])

    def theirs() -> Run:
        return time_command([relion, "--i", star, "--o", str(folder / "relion.mrc"), "--ctf"], cwd=chosen.set)

    ours()
    found: dict[str, Any] = paired(ours, theirs, chosen.rounds)
    truth = uf.open(chosen.set / "truth.mrc")
    assert isinstance(truth, uf.Volume)
    found["ours"] |= score(truth, folder / "ours" / "map.mrc")
    found["theirs"] |= score(truth, folder / "relion.mrc")
    shutil.rmtree(folder)
    claim = (
        "halves and whole (underfocus) against the whole alone (relion_reconstruct --ctf); ratio = RELION / underfocus"
    )
    keep("reconstruct", claim, found)
