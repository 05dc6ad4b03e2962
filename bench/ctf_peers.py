"""The same thousand CTF images from each peer's own interface; each builder imports its peer alone."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import numpy as np

VOLTAGE, CS, AMPLITUDE, BATCH = 300.0, 2.7, 0.1, 100


@dataclass(frozen=True)
class Task:
    """What every program is asked for: n CTFs of size² at a pixel in Å; defoci in Å, angles in degrees."""

    size: int
    pixel: float
    u: np.ndarray
    v: np.ndarray
    angle: np.ndarray

    @property
    def mean(self) -> np.ndarray:
        """Defocus, Å."""
        return 0.5 * (self.u + self.v)

    def batches(self) -> list[slice]:
        """Slices of BATCH particles."""
        return [slice(s, s + BATCH) for s in range(0, len(self.u), BATCH)]


def torch_ctf(task: Task) -> Callable[[], Any]:
    """teamtomo's torch-ctf: micrometres, half the astigmatic difference."""
    import torch
    from torch_ctf import calculate_ctf_2d

    def tensor(x: np.ndarray) -> Any:
        return torch.tensor(x, dtype=torch.float32)

    def work() -> Any:
        return torch.cat(
            [
                calculate_ctf_2d(
                    defocus=tensor(task.mean[b] * 1e-4),
                    astigmatism=tensor((task.u - task.v)[b] * 0.5e-4),
                    astigmatism_angle=tensor(task.angle[b]),
                    voltage=VOLTAGE,
                    spherical_aberration=CS,
                    amplitude_contrast=AMPLITUDE,
                    phase_shift=0.0,
                    pixel_size=task.pixel,
                    image_shape=(task.size, task.size),
                    rfft=True,
                    fftshift=False,
                )
                for b in task.batches()
            ]
        )

    return work


def cryojax(task: Task) -> Callable[[], Any]:
    """cryoJAX, jitted and mapped; from 0.6 on grids are (y, x) and the call takes the wavelength."""
    import cryojax.simulator as cxs
    import jax
    import jax.numpy as jnp

    ky, kx = np.fft.fftfreq(task.size, task.pixel)[:, None], np.fft.rfftfreq(task.size, task.pixel)[None]
    grid = jnp.asarray(np.stack(np.broadcast_arrays(ky, kx), -1).astype(np.float32))
    volts = VOLTAGE * 1e3
    wavelength = jnp.float32(12.2639 / (volts + 0.97845e-6 * volts**2) ** 0.5)

    @jax.jit
    @jax.vmap
    def one(defocus: Any, astigmatism: Any, angle: Any) -> Any:
        return cxs.AstigmaticCTF(defocus, astigmatism, angle, CS)(grid, wavelength, AMPLITUDE, 0.0)

    def work() -> Any:
        parts = [
            one(*(jnp.asarray(x[b], jnp.float32) for x in (task.mean, task.u - task.v, task.angle)))
            for b in task.batches()
        ]
        return jnp.concatenate(parts).block_until_ready()

    return work


def cryodrgn(task: Task) -> Callable[[], Any]:
    """cryoDRGN's compute_ctf on the half plane's frequencies."""
    import torch
    from cryodrgn.ctf import compute_ctf

    ky, kx = np.fft.fftfreq(task.size, task.pixel)[:, None], np.fft.rfftfreq(task.size, task.pixel)[None]
    pairs = np.stack(np.broadcast_arrays(kx, ky), -1).reshape(-1, 2).astype(np.float32)
    frequencies = torch.from_numpy(pairs)[None]

    def column(x: Any) -> Any:
        return torch.tensor(x, dtype=torch.float32).reshape(-1, 1)

    def work() -> Any:
        parts = []
        for b in task.batches():
            m = len(task.u[b])
            fixed = [column([x] * m) for x in (VOLTAGE, CS, AMPLITUDE, 0.0)]
            parts.append(compute_ctf(frequencies, column(task.u[b]), column(task.v[b]), column(task.angle[b]), *fixed))
        return torch.cat(parts).reshape(len(task.u), task.size, -1)

    return work


def aspire(task: Task) -> Callable[[], Any]:
    """ASPIRE's CTFFilter; it offers the full plane alone, in float64 inside."""
    os.chdir(tempfile.mkdtemp())  # importing it makes a folder "logs" where one stands
    from aspire.operators import CTFFilter

    def work() -> Any:
        out = np.empty((len(task.u), task.size, task.size), np.float32)
        for i, (u, v, a) in enumerate(zip(task.u, task.v, np.deg2rad(task.angle), strict=True)):
            ctf = CTFFilter(VOLTAGE, u, v, a, CS, AMPLITUDE)
            out[i] = ctf.evaluate_grid(task.size, pixel_size=task.pixel, dtype=np.float32)
        return out

    return work


PEERS = {"torch-ctf": torch_ctf, "cryojax": cryojax, "cryodrgn": cryodrgn, "aspire": aspire}


def version_of(peer: str) -> str:
    """The peer's installed version."""
    return version(peer)
