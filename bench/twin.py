"""What errors underfocus twin finds of those that were put in, and what it takes beside a reconstruction.

python -m bench twin [--large] [--folder FOLDER]
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

import underfocus as uf
from underfocus.data.files import relion_write, star
from underfocus.maths import so3
from underfocus.samples.molecules import protein
from underfocus.validation import gap, pose_error

from .measure import Run, keep, summary, time_command

#: Particles, box, pixel in Å and signal to noise of the sets.
SMALL, LARGE = (2_000, 64, 3.0, 0.03), (10_000, 128, 1.5, 0.02)
#: What is put in: degrees rms about each axis, Å rms along each axis, part of images that are noise alone.
HARMS = {
    "nothing": (0.0, 0.0, 0.0),
    "angles 1.5°": (1.5, 0.0, 0.0),
    "angles 3°": (3.0, 0.0, 0.0),
    "centres 1 Å": (0.0, 1.0, 0.0),
    "centres 2 Å": (0.0, 2.0, 0.0),
    "noise alone 30 %": (0.0, 0.0, 0.3),
}


def made(folder: Path, size: tuple[int, int, float, float]) -> None:
    """A simulated set of a real structure, from whose STAR and stack all harmed ones are derived."""
    count, box, pixel, snr = size
    truth = uf.potential(protein("7pbl").centred(), n=box, pixel=pixel)
    truth.save(folder / "truth.mrc")
    optics = uf.Optics(defocus=uf.spread(8_000, 20_000, n=count), bfactor=50.0)
    uf.simulate(truth, uf.Pose.random(count, 1, shift=5.0), optics, snr=snr, seed=2).save(folder / "particles.star")


def harmed(folder: Path, degrees: float, moved: float, junk: float) -> Path:
    """The STAR of the same images with poses that are off, or with some images replaced."""
    particles, rng = uf.open(folder / "particles.star"), np.random.default_rng(3)
    assert isinstance(particles, uf.Particles)
    assert particles.pose is not None
    count = len(particles)
    turn = so3.exp(degrees * rng.standard_normal((count, 3)))
    pose = uf.Pose(turn @ particles.pose.rotation, particles.pose.shift + moved * rng.standard_normal((count, 2)))
    path = folder / "harmed.star"
    if not junk:
        return star.write(path, relion_write.metadata(replace(particles, pose=pose), "particles.mrcs"))
    images = particles.images().data.copy()
    rows = rng.permutation(count)[: round(junk * count)]
    images[rows] = images[:, 0].std() * rng.standard_normal((len(rows), *images.shape[1:]))
    return particles.with_images(images).save(path)


def command(*words: Any) -> list[str]:
    """The command line of this environment."""
    return [str(shutil.which("underfocus", path=str(Path(sys.executable).parent))), *(str(w) for w in words)]


def result(star_file: Path, out: Path) -> tuple[Run, dict[str, Any]]:
    """One run of the twin, and its record's results."""
    shutil.rmtree(out, ignore_errors=True)
    run = time_command(command("twin", star_file, star_file.parent / "truth.mrc", "-o", out))
    return run, json.loads((out / "job.json").read_text(encoding="utf-8"))["results"]


def found(folder: Path, harm: tuple[float, float, float]) -> dict[str, Any]:
    """What was put in beside what was found."""
    degrees, moved, junk = harm
    truth = uf.open(folder / "truth.mrc")
    assert isinstance(truth, uf.Volume)
    square = pose_error.mean_square_move(degrees, *gap.radii_of(truth)) + moved**2
    _, results = result(harmed(folder, *harm), folder / "Twin")
    return {
        "put_in": {
            "b_A2": round(float(pose_error.bfactor(np.sqrt(square))), 1),
            "angles_deg": degrees,
            "fraction": 1 - junk,
        },
        "found": {
            "limit": results["limit"],
            "b_A2": [round(results["extra_b_A2"], 1), round(results["extra_b_error_A2"], 1)],
            "angles_deg": [round(results["angles_deg"], 2), round(results["angles_error_deg"], 2)],
            "fraction": [round(results["fraction"], 3), round(results["fraction_error"], 3)],
            "showing_nothing": round(results["showing_nothing"], 3),
        },
        "resolution_A": {k: round(v, 2) for k, v in results["fsc_0143_A"].items()},
    }


def timed(folder: Path) -> dict[str, Any]:
    """The twin beside the reconstruction of the halves alone, as whole processes."""
    star_file = folder / "particles.star"
    shutil.rmtree(folder / "Rec", ignore_errors=True)
    alone = time_command(command("reconstruct", star_file, "--halves", "-o", folder / "Rec"))
    run, results = result(star_file, folder / "Twin")
    times = {"twin": summary([run]), "reconstruct --halves": summary([alone])}
    resolutions = {k: round(v, 2) for k, v in results["fsc_0143_A"].items()}
    return {**times, "cpu_ratio": round(run.cpu / alone.cpu, 2), "resolution_A": resolutions, "limit": results["limit"]}


def main(arguments: list[str]) -> None:
    """Measure and keep ``results/twin.json``."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--large", action="store_true", help="also 10,000 images of 128²")
    parser.add_argument("--folder", type=Path, help="where the sets are made; a temporary one without")
    chosen = parser.parse_args(arguments)
    root = chosen.folder or Path(tempfile.mkdtemp())
    kept: dict[str, Any] = {}
    for name, size in {"2,000 of 64²": SMALL, **({"10,000 of 128²": LARGE} if chosen.large else {})}.items():
        folder = root / f"set{size[1]}"
        folder.mkdir(parents=True, exist_ok=True)
        made(folder, size)
        kept[name] = timed(folder)
        if size == SMALL:
            kept["put in and found, 2,000 of 64²"] = {k: found(folder, harm) for k, harm in HARMS.items()}
        else:
            kept["put in and found, 10,000 of 128²"] = {"angles 1.5°": found(folder, HARMS["angles 1.5°"])}
    if chosen.folder is None:
        shutil.rmtree(root)
    claim = (
        "simulated particles of 7PBL with errors of known size: what underfocus twin finds of them (± one error), and "
        "its time beside that of the two half maps alone; B of angles is the mean over the density, of which the rim "
        "loses most and the middle least, so that a straight line finds less"
    )
    keep("twin", claim, kept)
