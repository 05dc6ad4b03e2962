"""Multislice of a structure, the engine and abTEM in turn in one process, with their waves compared; and a field.

Run it with the peers' environment, in which abTEM lives beside the engine's dependencies:
``.bench/peers/bin/python -m bench multislice --models 4v1w.cif,1oel.pdb``. Both build the slices' potentials from the
atoms (Lobato's table, whole atoms in 2 Å slices), propagate a plane wave of 300 kV and form an image.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

import underfocus as uf
from underfocus.base import units
from underfocus.data.atoms import Atoms
from underfocus.physics import lens, slicing
from underfocus.physics.exit_wave import ExitWave
from underfocus.physics.factors import scattering_factor
from underfocus.physics.multislice import multislice, propagator, strength

from .measure import keep, paired, time_call

KV, DZ = 300.0, 2.0
CLAIM = "multislice of a protein at least three times as fast as abTEM, in less memory, with the wave agreeing"


def placed(path: Path) -> tuple[Atoms, float]:
    """A structure about the middle of its extent, and the height of a stack of whole slices around it."""
    atoms = uf.open(path)
    low, high = atoms.positions.min(0), atoms.positions.max(0)
    heavy = atoms[np.asarray(atoms.elements) != "H"]
    return heavy.moved(-(low + high) / 2), float(np.ceil((high[2] - low[2] + 4) / DZ) * DZ)


def ours(atoms: Atoms, n: int, pixel: float, height: float) -> tuple[Any, Any]:
    """Exit wave and image."""
    cut = slicing.cut(atoms, n, pixel, DZ, table="lobato", bfactor=0.0, extent=(-height / 2, height / 2))
    wave = multislice(cut, KV)
    return wave, lens.image(ExitWave(wave, pixel, KV), uf.Optics(defocus=15_000.0, cs_mm=2.7, amplitude_contrast=0.0))


def theirs(atoms: Atoms, n: int, pixel: float, height: float) -> tuple[Any, Any]:
    """The same by abTEM."""
    import abtem
    import ase

    abtem.config.set({"precision": "float32", "diagnostics.progress_bar": False})
    middle = np.array([n * pixel / 2, n * pixel / 2, height / 2])
    cell = [n * pixel, n * pixel, height]
    structure = ase.Atoms(symbols=list(atoms.elements), positions=atoms.positions + middle, cell=cell, pbc=True)
    potential = abtem.Potential(structure, gpts=n, slice_thickness=DZ, parametrization="lobato", projection="infinite")
    wave = abtem.PlaneWave(energy=KV * 1e3).multislice(potential.build(lazy=False), lazy=False)
    image = wave.apply_ctf(abtem.CTF(energy=KV * 1e3, defocus=15_000.0, Cs=2.7e7)).intensity()
    return np.squeeze(wave.array).T, np.squeeze(image.array).T


def in_their_places(atoms: Atoms, n: int, pixel: float, height: float) -> Any:
    """Our multislice with abTEM's placement of atoms (four pixels, over sin k / k) and its cut of transmissions."""
    k = np.fft.fftfreq(n)
    s = np.hypot(k[:, None], k[None])
    limit = slicing.whole_plane(slicing.aperture((n, n), pixel), n)
    transfer = propagator((n, n), pixel, DZ, KV) * limit
    x, y = (atoms.positions[:, i] / pixel + n // 2 for i in (0, 1))
    which = np.floor((atoms.positions[:, 2] + height / 2) / DZ).astype(int)
    wave = np.ones((n, n), complex)
    for index in range(round(height / DZ)):
        total: Any = 0
        for element in np.unique(np.asarray(atoms.elements)):
            own = (which == index) & (np.asarray(atoms.elements) == element)
            total = total + np.fft.fft2(_bilinear(x[own], y[own], n)) * scattering_factor(
                element, s / pixel, 0, "lobato"
            )
        value = np.fft.ifft2(total / np.sinc(s / np.pi)).real * units.POTENTIAL_PER_SCATTERING_LENGTH / pixel**2
        transmission = np.fft.ifft2(np.fft.fft2(np.exp(strength(KV) * value)) * limit)
        wave = np.fft.ifft2(np.fft.fft2(wave * transmission) * transfer)
    return wave


def _bilinear(x: Any, y: Any, n: int) -> Any:
    grid = np.zeros((n, n))
    column, row = np.floor(x).astype(int), np.floor(y).astype(int)
    for down in (0, 1):
        for right in (0, 1):
            share = np.abs(1 - down - (y - row)) * np.abs(1 - right - (x - column))
            np.add.at(grid, ((row + down) % n, (column + right) % n), share)
    return grid


def peak(program: str, path: Path, n: int, pixel: float) -> float:
    """Peak memory in MB of a fresh process that does it once."""
    code = (
        "import re; from pathlib import Path; from bench import multislice as m;"
        f"a, h = m.placed(Path({str(path)!r})); m.{program}(a, {n}, {pixel}, h);"
        "print(int(re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1]) / 1024)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return round(float(found.stdout.strip().splitlines()[-1]))


def case(path: Path, n: int, pixel: float, rounds: int) -> dict[str, Any]:
    """One structure on one grid: pairs, memory, agreement."""
    atoms, height = placed(path)
    own, other = ours(atoms, n, pixel, height), theirs(atoms, n, pixel, height)
    alike = in_their_places(atoms, n, pixel, height)

    def apart(a: Any, b: Any) -> float:
        return float(np.linalg.norm(a - b) / np.linalg.norm(b - 1))

    arguments = atoms, n, pixel, height
    times = paired(lambda: time_call(lambda: ours(*arguments)), lambda: time_call(lambda: theirs(*arguments)), rounds)
    return {
        "atoms": len(atoms),
        "slices": round(height / DZ),
        **times,
        "peak_mb": {name: peak(name, path, n, pixel) for name in ("ours", "theirs")},
        "waves_apart": apart(own[0], other[0]),
        "waves_apart_with_their_placement": apart(alike, other[0]),
        "image_sd": [float(np.std(v)) for v in (own[1], other[1])],
    }


def field(path: Path, n: int) -> dict[str, Any]:
    """``underfocus micrograph`` with 100 particles, a whole process: seconds and memory."""
    from .measure import time_command

    with tempfile.TemporaryDirectory() as folder:
        command = ["underfocus", "micrograph", str(path), "--size", str(n), "-o", f"{folder}/Mic"]
        run = time_command([*command, "--atomic-bfactor", "60"])
        record = json.loads(Path(f"{folder}/Mic/job.json").read_text())
    return {
        "wall_s": round(run.wall, 1),
        "cpu_s": round(run.cpu, 1),
        "peak_mb": round(run.peak_mb or 0),
        **record["results"],
    }


def main(arguments: list[str]) -> None:
    """Measure and keep ``results/multislice.json``."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--models", default="../shared/data/models/4v1w.cif,../shared/data/models/1oel.pdb")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--field", type=int, default=4096, help="side of the field; 0 leaves it out")
    chosen = parser.parse_args(arguments)
    found: dict[str, Any] = {}
    models = [Path(m) for m in chosen.models.split(",")]
    for path in models:
        for n, pixel in ((256, 1.0), (512, 0.5), (512, 1.0)):
            if n * pixel < 1.05 * float(np.ptp(placed(path)[0].positions[:, :2], axis=0).max()):
                continue
            found[f"{path.stem} {n} {pixel:g} A"] = case(path, n, pixel, chosen.rounds)
            print(path.stem, n, pixel, found[f"{path.stem} {n} {pixel:g} A"])
    if chosen.field:
        found["field"] = field(models[0], chosen.field)
        print(found["field"])
    keep("multislice", CLAIM, found)
