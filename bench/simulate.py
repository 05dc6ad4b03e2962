"""1,000 noisy images of 128² from a map with poses, shifts and CTF, written to disk: the engine against relion_project.

The engine's call and RELION's whole process, which is as small as it gets; processor time decides, since RELION's
program has one thread. The noiseless images of both are compared.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

import underfocus as uf

from .measure import Run, keep, paired, time_call, time_command

CLAIM = "1,000 noisy 128² particles in at most a third of relion_project's processor time"
N, PIXEL = 128, 1.5


def main(arguments: list[str]) -> None:
    """Measure and keep ``results/simulate.json``."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--n", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args(arguments)
    volume = uf.potential(uf.samples.protein("7pbl"), N, PIXEL)
    pose = uf.Pose.random(chosen.n, seed=1, shift=6.0)
    optics = uf.Optics(defocus=uf.spread(8_000, 25_000, chosen.n), astigmatism=uf.spread(50, 800, chosen.n, 2))
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        volume.save(place / "map.mrc")
        uf.simulate(volume, pose, optics).save(place / "set.star")

        def ours() -> Run:
            return time_call(lambda: uf.simulate(volume, pose, optics, snr=0.1, seed=3).save(place / "ours.star"))

        def relion(*noise: str) -> Run:
            command = ["relion_project", "--i", "map.mrc", "--ang", "set.star", "--o", "relion", "--ctf", *noise]
            return time_command([*command, "--angpix", str(PIXEL), "--pad", "2"], cwd=place)

        found: dict[str, Any] = paired(ours, lambda: relion("--add_noise", "--white_noise", "1"), chosen.rounds)
        relion()
        theirs = np.asarray(uf.open(place / "relion.mrcs", pixel=PIXEL).data)
        own = np.asarray(uf.simulate(volume, pose, optics).images().data)
        each = [float(np.corrcoef(a.ravel(), b.ravel())[0, 1]) for a, b in zip(own, theirs, strict=True)]
        found["correlation_without_noise"] = {"least": min(each), "median": float(np.median(each))}
    keep("simulate", CLAIM, found)
