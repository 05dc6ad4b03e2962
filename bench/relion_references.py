"""Small projections by RELION's own program, kept with the tests so that a stranger's clone can check the conventions.

    python -m bench.relion_references     (needs relion_project on PATH: apt-get install relion)

From the shipped adenylate kinase (PDB 1AKE, CC0) it makes an asymmetric map of 32³ and one of 33³ voxels, and asks
``relion_project`` for eight projections of each with Euler angles, shifts, astigmatic CTFs, and ``relion_reconstruct``
for the map behind images from lenses with faults; the answers go to ``tests/peer/relion/``. The tests compare the
engine with these files and never run RELION.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from tests.peer.lenses import LENSES, seen_through

import underfocus as uf

KEPT = Path(__file__).resolve().parents[1] / "tests" / "peer" / "relion"
PIXEL = 3.0
OPTICS = "\n".join(
    [
        "# version 30001\n\ndata_optics\n\nloop_",
        "_rlnOpticsGroup #1\n_rlnOpticsGroupName #2\n_rlnVoltage #3\n_rlnSphericalAberration #4",
        "_rlnAmplitudeContrast #5\n_rlnImagePixelSize #6\n_rlnImageSize #7\n_rlnImageDimensionality #8",
    ]
)
COLUMNS = (
    *("ImageName", "OpticsGroup", "AngleRot", "AngleTilt", "AnglePsi", "OriginXAngst", "OriginYAngst"),
    *("DefocusU", "DefocusV", "DefocusAngle", "PhaseShift", "CtfBfactor", "CtfScalefactor"),
)


def rows(count: int) -> np.ndarray:
    """Angles in degrees, origins and defoci in Å; row 0 is the unrotated view, row 1 the worked example."""
    rng = np.random.default_rng(11)
    angles = np.column_stack([rng.uniform(-180, 180, count), rng.uniform(0, 180, count), rng.uniform(-180, 180, count)])
    angles[0], angles[1] = 0, (30, 40, 50)
    origins = rng.uniform(-9, 9, (count, 2))
    origins[0] = 0
    u = rng.uniform(8_000, 20_000, count)
    v = u - rng.uniform(0, 1_500, count)
    return np.column_stack([angles, origins, u, v, rng.uniform(0, 180, count), rng.choice([0.0, 60.0], count)]).round(4)


def write_star(path: Path, n: int, values: np.ndarray) -> None:
    """A RELION 3.1 particle file that names the images to come."""
    lines = [OPTICS, f"1 opticsGroup1 300.0 2.7 0.1 {PIXEL} {n} 2\n\n# version 30001\n\ndata_particles\n\nloop_"]
    lines += [f"_rln{c} #{i}" for i, c in enumerate(COLUMNS, 1)]
    for i, row in enumerate(values, 1):
        numbers = " ".join(f"{x:.4f}" for x in row)
        lines.append(f"{i:06d}@dummy.mrcs 1 {numbers} 0.0 1.0")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def project(n: int, folder: Path) -> None:
    """One box size: the map, its plain projections and its projections with CTF."""
    atoms = uf.samples.protein("1ake").centred()
    volume = uf.potential(atoms, n=n, pixel=PIXEL, bfactor=200.0)
    map_path, star = folder / f"map{n}.mrc", folder / f"poses{n}.star"
    uf.Volume((volume.data / volume.data.std()).astype(np.float32), PIXEL).save(map_path)
    write_star(star, n, rows(8))
    for name, extra in ((f"plain{n}", []), (f"ctf{n}", ["--ctf"])):
        command = [
            "relion_project",
            "--i",
            map_path,
            "--ang",
            star,
            "--o",
            folder / name,
            "--angpix",
            str(PIXEL),
            *extra,
        ]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        shutil.copy(folder / f"{name}.mrcs", KEPT)
        shutil.copy(folder / f"{name}.star", KEPT)
    shutil.copy(map_path, KEPT)


def reconstruct(folder: Path) -> None:
    """RELION's map of images that `tests.peer.lenses` makes, one for each lens."""
    for name in LENSES:
        star = folder / f"{name}.star"
        seen_through(name, uf.open(KEPT / "map32.mrc")).save(star)
        made = KEPT / f"lens_{name}.mrc"
        subprocess.run(
            ["relion_reconstruct", "--i", star.name, "--o", made, "--ctf"],
            check=True,
            cwd=folder,
            stdout=subprocess.DEVNULL,
        )


def main() -> None:
    """Make all of them."""
    if shutil.which("relion_project") is None:
        raise SystemExit("relion_project is not on PATH: apt-get install relion")
    KEPT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for n in (32, 33):
            project(n, Path(folder))
        reconstruct(Path(folder))


if __name__ == "__main__":
    main()
