"""Local resolution of simulated halves at 128³: against ``relion_postprocess --locres``, in time and against the truth.

Random atoms in a ball, whose SNR falls to what FSC = 0.143 means at 5 Å on one side of a plane and at 9 Å on the other,
under white noise of each half's own. RELION runs with its defaults (a soft sphere of 12.5 Å with an edge of 25 Å every
25 Å), as one process; it has one thread, so processor times are compared as well. Both also write the filtered map.

python -m bench local_resolution [--rounds 3]
python -m bench local_resolution --reference   (RELION's values for tests/peer/relion/)
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from tests.law import made_regions

import underfocus as uf
from underfocus.data.files import star
from underfocus.maths import fourier, masks

from .measure import Run, keep, paired, time_command

N, PIXEL, RADIUS = 128, 1.6, 75.0
FINE, COARSE, SNR = 5.0, 9.0, 10.0
#: Scored are voxels so many Å away from the plane between the sides, and from the ball's rim.
AWAY = 25.0
#: The width at half maximum of the square of RELION's default window, in Å.
RELIONS_WINDOW = 43.0


def falling(s: np.ndarray, resolution: float) -> np.ndarray:
    """Amplitudes of a signal whose SNR is 10 at 30 Å and 1/6 at the resolution, as a B-factor makes it."""
    slope = np.log(SNR * 6) / (resolution**-2 - 30.0**-2)
    return np.sqrt(SNR * np.exp(-slope * (s**2 - 30.0**-2)))


def places() -> tuple[np.ndarray, np.ndarray]:
    """Distance from the plane (n,) and from the centre (n, n, n), in Å."""
    along = (np.arange(N) - N // 2) * PIXEL
    z, y, x = np.meshgrid(along, along, along, indexing="ij")
    return along, np.sqrt(x**2 + y**2 + z**2)


def make(folder: Path) -> None:
    """Half maps and a mask."""
    rng = np.random.default_rng(1)
    along, radius = places()
    atoms = np.zeros((N, N, N), np.float32)
    np.add.at(atoms, tuple(rng.integers(0, N, (3, N**3 // 10))), rng.uniform(0.5, 1.5, N**3 // 10))
    atoms = (atoms - atoms.mean()) / atoms.std()
    half, s = fourier.fft3(atoms), fourier.radius3(N, PIXEL)
    fine, coarse = (fourier.ifft3(half * falling(s, d), N) for d in (FINE, COARSE))
    side = 0.5 - 0.5 * np.clip(along / 8, -1, 1)
    ball = masks.falloff(radius - RADIUS, 8.0)
    signal = (side * fine + (1 - side) * coarse) * ball
    for i in (1, 2):
        noisy = signal + rng.standard_normal(signal.shape)
        uf.Volume(noisy.astype(np.float32), PIXEL).save(folder / f"half{i}_unfil.mrc")
    uf.Volume(masks.falloff(radius - RADIUS - 4, 8.0).astype(np.float32), PIXEL).save(folder / "mask.mrc")


def score(values: np.ndarray) -> dict[str, Any]:
    """Median and 5 and 95 % quantiles in Å on either side, away from the borders."""
    along, radius = places()
    inside = radius < RADIUS - AWAY
    sides = {"fine_5_A": along < -AWAY, "coarse_9_A": along > AWAY}
    return {
        name: [round(float(q), 2) for q in np.quantile(values[:, :, side][inside[:, :, side]], (0.5, 0.05, 0.95))]
        for name, side in sides.items()
    }


def alike(ours: np.ndarray, theirs: np.ndarray) -> dict[str, float]:
    """Rank correlation and the median of the ratio within the ball."""
    from scipy.stats import spearmanr

    _, radius = places()
    inside = radius < RADIUS - 10
    return {
        "rank_correlation": round(float(spearmanr(ours[inside], theirs[inside]).statistic), 3),
        "median_ratio": round(float(np.median(ours[inside] / theirs[inside])), 3),
    }


def volume(path: Path) -> np.ndarray:
    """The values of a map."""
    found = uf.open(path)
    assert isinstance(found, uf.Volume)
    return np.asarray(found.data)


def reference(relion: str) -> None:
    """RELION's values at places of small made halves, kept with the tests."""
    folder, n = Path(tempfile.mkdtemp()), 72
    (folder / "relion").mkdir()
    made = made_regions.halves(n, made_regions.falling(6, 10), made_regions.falling(12, 10))
    for i, values in enumerate(made):
        uf.Volume(values, made_regions.PIXEL).save(folder / f"half{i + 1}_unfil.mrc")
    uf.Volume(np.ones((n, n, n), np.float32), made_regions.PIXEL).save(folder / "mask.mrc")
    names = ["--i", "half1_unfil.mrc", "--i2", "half2_unfil.mrc", "--mask", "mask.mrc", "--o", "relion/pp"]
    pixel = ["--angpix", str(made_regions.PIXEL)]
    subprocess.run([relion, *names, *pixel, "--locres"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    values = volume(folder / "relion" / "pp_locres.mrc")
    along = np.array([24, 36, 48])
    z, y, x = (axis.ravel() for axis in np.meshgrid(np.arange(4, n, 8), along, along, indexing="ij"))
    columns = {f"ufCoordinate{name}": v.astype(str) for name, v in zip("ZYX", (z, y, x), strict=True)}
    columns["rlnResolution"] = np.array([f"{v:.3f}" for v in values[z, y, x]])
    kept = Path(__file__).resolve().parents[1] / "tests" / "peer" / "relion" / f"locres{n}.star"
    star.write(kept, [star.Block("local_resolution", columns=columns)])
    shutil.rmtree(folder)


def main(arguments: list[str]) -> None:
    """Measure and keep ``results/local_resolution.json``."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--reference", action="store_true", help="make the values that the tests keep, and no more")
    chosen = parser.parse_args(arguments)
    relion = shutil.which("relion_postprocess")
    if relion is None:
        raise SystemExit("relion_postprocess is not on PATH: apt-get install relion")
    if chosen.reference:
        reference(relion)
        return
    command = str(shutil.which("underfocus", path=str(Path(sys.executable).parent)))
    folder = Path(tempfile.mkdtemp())
    make(folder)
    (folder / "relion").mkdir()
    halves = [str(folder / f"half{i}_unfil.mrc") for i in (1, 2)]
    mask = ["--mask", str(folder / "mask.mrc")]

    def ours(name: str = "ours", *options: str) -> Run:
        shutil.rmtree(folder / name, ignore_errors=True)
        return time_command([command, "local-resolution", *halves, *mask, *options, "-o", str(folder / name)])

    def theirs() -> Run:
        names = ["--i", "half1_unfil.mrc", "--i2", "half2_unfil.mrc", "--o", "relion/pp", "--angpix", str(PIXEL)]
        return time_command([str(relion), *names, *mask, "--locres"], cwd=folder)

    ours()
    found = paired(ours, theirs, chosen.rounds)
    ours("alike", "--window", str(RELIONS_WINDOW))
    maps = {name: volume(folder / name / "local_resolution.mrc") for name in ("ours", "alike")}
    relions = volume(folder / "relion" / "pp_locres.mrc")
    found["ours"] |= score(maps["ours"])
    found["theirs"] |= score(relions)
    found["ours with RELION's window"] = score(maps["alike"])
    found["agreement"] = {"default windows": alike(maps["ours"], relions), "same window": alike(maps["alike"], relions)}
    shutil.rmtree(folder)
    claim = (
        f"underfocus local-resolution against relion_postprocess --locres at {N}³, each to a filtered map; ratio = "
        "RELION / underfocus; [median, 5 %, 95 %] in Å of regions made to fall to FSC = 0.143 at 5 and 9 Å"
    )
    keep("local_resolution", claim, found)
