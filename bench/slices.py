"""Central slices of 128² from 128³, out and in: the engine's kernels against non-uniform transforms and scipy, paired.

Run it with the peers' environment: ``.bench/peers/bin/python -m bench slices``. Errors are relative to a non-uniform
transform at 1e-9 of the same voxels: of a protein, and of a box full of white noise, which is the hardest there is.
Peers that are slow do fewer slices, and times are scaled to milliseconds a slice. A non-uniform transform pads and
transforms the box within its call, and we do so before: where it says "with set-up" ours does it within the call too.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

import numpy as np

import underfocus as uf
from underfocus.maths.kernels import kaiser, linear, window
from underfocus.maths.kernels import numba as fast
from underfocus.maths.kernels.grid import ungrid
from underfocus.physics import projection

from .measure import keep, paired, time_call

N, RADIUS = 128, 62.0


def frequencies(rotations: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Points (m, p, 3) as (x, y, z) in Fourier pixels of half planes within the radius; which pixels they are."""
    ky, kx = np.meshgrid(np.fft.fftfreq(N, 1 / N), np.arange(N // 2 + 1), indexing="ij")
    inside = kx**2 + ky**2 <= RADIUS**2
    plane = np.stack([kx[inside], ky[inside]], axis=-1)
    return plane @ rotations[:, :2, :], inside


def exact(volume: np.ndarray, points: np.ndarray) -> np.ndarray:
    """The transform of the voxels at the points, to 1e-9."""
    import finufft

    x, y, z = (np.ascontiguousarray(points[..., i].ravel() * (2 * np.pi / N)) for i in range(3))
    found = finufft.nufft3d2(z, y, x, volume.astype(complex), eps=1e-9, isign=-1)
    return np.asarray(found).reshape(points.shape[:-1])


def with_ducc0(volume: np.ndarray, points: np.ndarray, tolerance: float) -> Callable[[], Any]:
    """ducc0 (GPL: here alone), uniform to non-uniform."""
    import ducc0

    coordinates = np.ascontiguousarray(points[..., ::-1].reshape(-1, 3).astype(np.float32) * np.float32(2 * np.pi / N))
    grid = volume.astype(np.complex64)
    return lambda: ducc0.nufft.u2nu(
        grid=grid,
        coord=coordinates,
        forward=True,
        epsilon=tolerance,
        nthreads=2,
        periodicity=2 * np.pi,
        fft_order=False,
    )


def with_finufft(volume: np.ndarray, points: np.ndarray, tolerance: float) -> Callable[[], Any]:
    """finufft type 2 in single precision."""
    import finufft

    x, y, z = (np.ascontiguousarray(points[..., i].ravel() * (2 * np.pi / N), np.float32) for i in range(3))
    grid = volume.astype(np.complex64)
    return lambda: finufft.nufft3d2(z, y, x, grid, eps=tolerance, isign=-1, nthreads=2)


def with_scipy(padded: np.ndarray, points: np.ndarray) -> Callable[[], Any]:
    """scipy's map_coordinates, linear, on the same padded transform as ours (whole plane, as it has no half)."""
    from scipy.ndimage import map_coordinates

    size = padded.shape[0]
    where = np.moveaxis(points[..., ::-1].reshape(-1, 3) * (size / N) + size // 2, -1, 0)
    return lambda: map_coordinates(padded, where, order=1)


def main(arguments: list[str]) -> None:
    """Measure and keep ``results/slices.json``."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--views", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args(arguments)
    volume = uf.potential(uf.samples.protein("7pbl"), n=N, pixel=2.0, bfactor=40.0).data
    rotations = uf.Pose.random(chosen.views, seed=1).rotation
    points, inside = frequencies(rotations)
    half = projection.transform(volume)
    few = slice(0, 20)
    truth = exact(volume, points[few])

    def ours() -> Any:
        return linear.extract(half, rotations, N, RADIUS)

    mine = ours()[few][:, inside]
    results: dict[str, Any] = {
        "slices": chosen.views,
        "points_a_slice": int(inside.sum()),
        "our_error": relative(mine, truth),
    }
    peers: dict[str, tuple[Callable[[np.ndarray], Callable[[], Any]], int]] = {
        "ducc0 1e-3": (lambda p: with_ducc0(volume, p, 1e-3), chosen.views),
        "finufft 1e-2": (lambda p: with_finufft(volume, p, 1e-2), chosen.views),
    }
    for name, (build, count) in peers.items():
        work = build(points[:count])
        pair = paired(lambda: time_call(ours), lambda work=work: time_call(work), chosen.rounds)  # type: ignore[misc]
        results[name] = {"error": relative(build(points[few])(), truth), **per_slice(pair, chosen.views, count)}
    full = np.fft.fftshift(np.fft.fftn(np.fft.ifftshift(np.pad(ungrid(volume, 2 * N), N // 2)))).astype(np.complex64)
    scipy_work = with_scipy(full, points[few])
    pair = paired(lambda: time_call(ours), lambda: time_call(scipy_work), 2)
    results["scipy map_coordinates, linear, pad 2"] = {
        "error": relative(scipy_work(), truth),
        **per_slice(pair, chosen.views, 20),
    }
    narrow = projection.transform(volume, 1)
    results["trilinear, least of the runs"] = {
        "pad 1": alone(lambda: linear.extract(narrow, rotations, N), chosen),
        "pad 2": alone(ours, chosen),
    }
    results["to a tolerance"] = to_tolerances(volume, rotations, points, inside, chosen)
    results["insertion"] = insertion(rotations, chosen.rounds)
    results["insertion, least of the runs"] = insertions(rotations, chosen)
    keep(
        "slices",
        "1,000 central slices of 128² from 128³, 2 threads; ms a slice; trilinear at pad 2 against the peers, and "
        "Kaiser-Bessel kernels to a tolerance against ducc0",
        results,
    )


def alone(work: Callable[[], Any], chosen: argparse.Namespace) -> dict[str, float]:
    """The least of several runs, when the machine was quietest: wall and processor milliseconds a slice."""
    work()
    runs = [time_call(work) for _ in range(2 * chosen.rounds)]
    return {
        "wall_ms": round(1e3 * min(r.wall for r in runs) / chosen.views, 4),
        "cpu_ms": round(1e3 * min(r.cpu for r in runs) / chosen.views, 4),
    }


def to_tolerances(
    volume: np.ndarray, rotations: np.ndarray, points: np.ndarray, inside: np.ndarray, chosen: argparse.Namespace
) -> dict[str, Any]:
    """Ours at several tolerances against ducc0's coarsest setting that keeps the same error, and against its 1e-3."""
    noise = np.random.default_rng(3).standard_normal(volume.shape).astype(np.float32)
    few = slice(0, 20)
    truths = {"protein": (volume, exact(volume, points[few])), "noise": (noise, exact(noise, points[few]))}
    theirs = {name: with_ducc0(volume, points, epsilon) for name, epsilon in (("1e-2", 1e-2), ("1e-3", 1e-3))}
    found: dict[str, Any] = {
        f"ducc0 {name}, errors": {
            kind: relative(with_ducc0(box, points[few], float(name))(), truth) for kind, (box, truth) in truths.items()
        }
        for name in theirs
    }
    for tolerance in (1e-2, 1e-3, 2e-4, 1e-5):
        kernel = window.design(N, tolerance)
        grid = kaiser.transform(volume, kernel)
        row: dict[str, Any] = {"taps": kernel.width, "voxels": kernel.size, "stated_error": kernel.error}
        for kind, (box, truth) in truths.items():
            row[f"error_{kind}"] = relative(
                kaiser.extract(kaiser.transform(box, kernel), rotations[few], RADIUS)[:, inside], truth
            )
        row["alone"] = alone(lambda grid=grid: kaiser.extract(grid, rotations, RADIUS), chosen)  # type: ignore[misc]
        for name, work in theirs.items():
            for words, ours in (
                ("", lambda grid=grid: kaiser.extract(grid, rotations, RADIUS)),
                (" with set-up", lambda k=kernel: kaiser.extract(kaiser.transform(volume, k), rotations, RADIUS)),
            ):
                pair = paired(lambda ours=ours: time_call(ours), lambda work=work: time_call(work), chosen.rounds)  # type: ignore[misc]
                row[f"against ducc0 {name}{words}"] = per_slice(pair, chosen.views, chosen.views)
        found[f"{tolerance:g}"] = row
    return found


def relative(found: Any, truth: np.ndarray) -> float:
    """The relative error in the 2-norm."""
    return float(np.linalg.norm(np.asarray(found).reshape(truth.shape) - truth) / np.linalg.norm(truth))


def insertions(rotations: np.ndarray, chosen: argparse.Namespace) -> dict[str, Any]:
    """Data and weight, by the trilinear accumulator and by kernels to a tolerance."""
    rng = np.random.default_rng(0)
    images = rng.normal(size=(len(rotations), N, N // 2 + 1, 2)).astype(np.float32).view(np.complex64)[..., 0]
    weights = np.abs(images).astype(np.float32)
    sums: dict[str, Any] = {
        "trilinear, pad 1": fast.Accumulator(N, N),
        "trilinear, pad 2": fast.Accumulator(N, 2 * N, RADIUS),
        "to 1e-2": kaiser.Accumulator(N, None, RADIUS, 1e-2),
        "to 1e-3": kaiser.Accumulator(N, None, RADIUS, 1e-3),
        "to 1e-3, pad 2": kaiser.Accumulator(N, 2, RADIUS, 1e-3),
    }
    return {name: alone(lambda a=a: a.insert(images, weights, rotations), chosen) for name, a in sums.items()}  # type: ignore[misc]


def per_slice(pair: dict[str, Any], ours: int, theirs: int) -> dict[str, Any]:
    """Medians as milliseconds a slice, and their ratio."""
    a, b = 1e3 * pair["ours"]["wall_s"] / ours, 1e3 * pair["theirs"]["wall_s"] / theirs
    return {"ours_ms": round(a, 4), "theirs_ms": round(b, 4), "ratio": round(b / a, 2)}


def insertion(rotations: np.ndarray, rounds: int) -> dict[str, Any]:
    """Data and weight inserted at pad 2, ms an image, with the textbook twin's time beside it."""
    from underfocus.maths.kernels import plain

    rng = np.random.default_rng(0)
    images = rng.normal(size=(len(rotations), N, N // 2 + 1, 2)).astype(np.float32).view(np.complex64)[..., 0]
    weights = np.abs(images).astype(np.float32)

    def ours() -> Any:
        sums = fast.Accumulator(N, 2 * N, RADIUS)
        sums.insert(images, weights, rotations)

    def textbook() -> Any:
        data = np.zeros((2 * N, 2 * N, N + 1), np.complex64)
        plain.insert(images[:4], weights[:4], rotations[:4], data, np.zeros(data.shape, np.float32), RADIUS)

    points, inside = frequencies(rotations)
    adjoint = with_ducc0_adjoint(images[:, inside], weights[:, inside], points)
    ours()
    peers = {"textbook twin": (textbook, 4), "ducc0 1e-3, data and weight": (adjoint, len(rotations))}
    return {
        name: per_slice(
            paired(lambda: time_call(ours), lambda work=work: time_call(work), rounds), len(rotations), count
        )  # type: ignore[misc]
        for name, (work, count) in peers.items()
    }


def with_ducc0_adjoint(values: np.ndarray, masses: np.ndarray, points: np.ndarray) -> Callable[[], Any]:
    """ducc0's non-uniform to uniform transform of data and of weights, as an exact reconstruction needs both."""
    import ducc0

    coordinates = np.ascontiguousarray(points[..., ::-1].reshape(-1, 3).astype(np.float32) * np.float32(2 * np.pi / N))
    both = [np.ascontiguousarray(v.astype(np.complex64).ravel()) for v in (values, masses)]
    out = np.zeros((N, N, N), np.complex64)

    def work() -> None:
        for strengths in both:
            ducc0.nufft.nu2u(
                points=strengths, coord=coordinates, out=out, forward=False, epsilon=1e-3, nthreads=2,
                periodicity=2 * np.pi, fft_order=False,
            )  # fmt: skip

    return work


if __name__ == "__main__":
    main([])
