"""An exact benchmark set from an atomic model: no voxel grid, so that every error belongs to the program tested.

    python -m bench.exact_set MODEL.pdb OUT [--n 10000 --box 128 --pixel 2.0 --snr 0.05 --seed 7]

Each image is the analytic Fourier transform of the rotated atoms (isotropic Gaussians of B = 40 Å²) on the image's own
Fourier grid, by a non-uniform transform to 1e-9 (finufft, from the peers' environment), times the CTF; the truth is the
same transform on the three-dimensional grid. Uniform orientations, shifts within 4 pixels, 300 kV, Cs 2.7 mm, 10 %
amplitude contrast, defocus 1.0 to 2.5 µm, white noise of variance 1. Writes ``particles.star``, ``particles.mrcs`` and
``truth.mrc`` (RELION 3.1 conventions, with random half sets).
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np

import underfocus as uf
from underfocus.base import progress

B_FACTOR = 40.0


def transform(points: np.ndarray, weights: np.ndarray, n: int, pixel: float) -> np.ndarray:
    """Fourier transform of point atoms on the centred n^d grid; points are (m, 2 or 3) as x, y(, z), in Å."""
    import finufft

    axes = [np.ascontiguousarray(points[:, i] * (2 * np.pi / (n * pixel))) for i in reversed(range(points.shape[1]))]
    call = {2: finufft.nufft2d1, 3: finufft.nufft3d1}[points.shape[1]]
    return np.asarray(call(*axes, weights.astype(complex), (n,) * points.shape[1], eps=1e-9, isign=-1))


def to_real(centred: np.ndarray) -> np.ndarray:
    """Real-space array with its origin at n//2 from a centred Fourier plane whose Nyquist lines are dropped."""
    for axis in range(centred.ndim):
        np.moveaxis(centred, axis, 0)[0] = 0
    return np.asarray(np.fft.fftshift(np.fft.ifftn(np.fft.ifftshift(centred)).real)).astype(np.float32)


def centred_square(n: int, pixel: float, dims: int) -> np.ndarray:
    """|k|² in 1/Å² on the centred grid."""
    k = (np.arange(n) - n // 2) / (n * pixel)
    return np.asarray(sum(np.meshgrid(*[k**2] * dims, indexing="ij")))


def contrast(square: np.ndarray, defocus: float) -> np.ndarray:
    """RELION's CTF at 300 kV, Cs 2.7 mm, 10 % amplitude contrast."""
    wavelength = 0.019687489
    phase = np.pi * wavelength * defocus * square - np.pi / 2 * 2.7e7 * wavelength**3 * square**2
    return np.asarray(np.sin(phase + np.arcsin(0.1)))


def main() -> None:
    """Make the set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model")
    parser.add_argument("out", type=Path)
    for flag, default in (("--n", 10000), ("--box", 128), ("--seed", 7)):
        parser.add_argument(flag, type=int, default=default)
    for flag, value in (("--pixel", 2.0), ("--snr", 0.05)):
        parser.add_argument(flag, type=float, default=value)
    a = parser.parse_args()
    a.out.mkdir(parents=True, exist_ok=True)
    atoms: Any = uf.open(a.model)
    numbers = {"C": 6.0, "N": 7.0, "O": 8.0, "P": 15.0, "S": 16.0, "MG": 12.0}
    heavy = ~np.isin([str(e).upper() for e in atoms.elements], ["H", "D"])
    weights = np.array([numbers.get(str(e).upper(), 6.0) for e in atoms.elements[heavy]])
    points = atoms.positions[heavy] - np.average(atoms.positions[heavy], axis=0, weights=weights)
    weights /= weights.mean()
    rng = np.random.default_rng(a.seed)
    pose = uf.Pose.random(a.n, seed=a.seed)
    radius, angle = 4 * a.pixel * np.sqrt(rng.uniform(size=a.n)), rng.uniform(0, 2 * np.pi, a.n)
    pose = uf.Pose(pose.rotation, np.stack([radius * np.cos(angle), radius * np.sin(angle)], -1))
    optics = uf.Optics(defocus=rng.uniform(1e4, 2.5e4, a.n))
    square, cube = centred_square(a.box, a.pixel, 2), centred_square(a.box, a.pixel, 3)
    images = np.empty((a.n, a.box, a.box), np.float32)
    with progress.terminal():
        for i in progress.track(range(a.n), "exact projections", a.n):
            moved = (points @ pose.rotation[i].T)[:, :2] + pose.shift[i]
            plane = transform(moved, weights, a.box, a.pixel) * contrast(square, optics.defocus[i])
            images[i] = to_real(plane * np.exp(-B_FACTOR / 4 * square))
    sigma = float(np.sqrt(images.var(axis=(1, 2)).mean() / a.snr))
    images = images / sigma + rng.standard_normal(images.shape, dtype=np.float32)
    truth = to_real(transform(points, weights, a.box, a.pixel) * np.exp(-B_FACTOR / 4 * cube)) / sigma
    uf.Volume(truth, a.pixel).save(a.out / "truth.mrc")
    halves = rng.permutation(np.arange(a.n) % 2) + 1
    uf.Particles(images, a.pixel, optics, pose, half=halves).save(a.out / "particles.star")


if __name__ == "__main__":
    main()
