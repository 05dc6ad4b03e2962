"""1,000 CTF images of 256² (half plane), each peer paired with the engine in one process, and both against float64.

Run it with the peers' environment: ``.bench/peers/bin/python -m bench ctf [--peers torch-ctf,cryojax]``.
"""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np

from underfocus import Optics, ctf2

from .ctf_peers import AMPLITUDE, CS, PEERS, VOLTAGE, Task, version_of
from .measure import keep, paired, time_call

PLANCK, MASS, LIGHT, CHARGE = 6.62607015e-34, 9.1093837015e-31, 299792458.0, 1.602176634e-19


def truth(task: Task, i: int) -> np.ndarray:
    """The i-th CTF in float64 with RELION's sign, from CODATA constants and nothing of the engine."""
    energy = VOLTAGE * 1e3 * CHARGE
    wavelength = PLANCK * LIGHT / np.sqrt(energy * (2 * MASS * LIGHT**2 + energy)) * 1e10
    ky, kx = np.fft.fftfreq(task.size, task.pixel)[:, None], np.fft.rfftfreq(task.size, task.pixel)[None]
    s2 = kx**2 + ky**2
    turn = np.cos(2 * (np.arctan2(ky, kx) - np.deg2rad(task.angle[i])))
    defocus = task.mean[i] + 0.5 * (task.u - task.v)[i] * turn
    phase = np.pi * wavelength * defocus * s2 - 0.5 * np.pi * CS * 1e7 * wavelength**3 * s2**2
    return np.asarray(np.sin(phase + np.arcsin(AMPLITUDE)))


def worst_error(task: Task, images: Any) -> float:
    """The largest difference from float64 over three images, up to the global sign and the layout of the plane."""
    half = task.size // 2 + 1

    def best(i: int) -> float:
        found, right = np.asarray(images[i], np.float64), truth(task, i)
        layouts = (found[:, :half], np.fft.ifftshift(found)[:, :half], np.fft.ifftshift(found).T[:, :half])
        errors = [np.abs(s * x - right)[:, : half - 1] for x in layouts for s in (1, -1) if x.shape == right.shape]
        return float(min(np.delete(e, task.size // 2, axis=0).max() for e in errors))

    return max(best(i) for i in (0, len(task.u) // 2, len(task.u) - 1))


def main(arguments: list[str]) -> None:
    """Measure and keep ``results/ctf.json``."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--peers", default="torch-ctf,cryojax,cryodrgn,aspire")
    parser.add_argument("--n", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=7)
    chosen = parser.parse_args(arguments)
    rng = np.random.default_rng(0)
    u = rng.uniform(0.8e4, 2.5e4, chosen.n)
    task = Task(256, 1.0, u, u - rng.uniform(50, 800, chosen.n), rng.uniform(0, 180, chosen.n))
    optics = Optics(
        defocus=task.mean,
        astigmatism=task.u - task.v,
        astigmatism_angle=task.angle,
        voltage_kv=VOLTAGE,
        cs_mm=CS,
        amplitude_contrast=AMPLITUDE,
    )

    def ours() -> Any:
        return ctf2(task.size, task.pixel, optics)

    found: dict[str, Any] = {"ours_max_error": worst_error(task, ours())}
    for peer in chosen.peers.split(","):
        theirs = PEERS[peer](task)
        error = worst_error(task, theirs())
        rounds = 3 if peer == "aspire" else chosen.rounds
        pair = paired(lambda: time_call(ours), lambda theirs=theirs: time_call(theirs), rounds)  # type: ignore[misc]
        found[f"{peer} {version_of(peer)}"] = {"max_error": error, **pair}
    keep("ctf", "1,000 CTF images of 256², half plane, float32, 2 cores; ratio = peer / underfocus", found)
