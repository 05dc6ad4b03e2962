"""100,000 Euler triples to matrices in every order, against scipy's Rotation; then what each conversion costs.

Run it as ``python -m bench rotations``; every pair runs in turn, in one process and on one core.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable
from typing import Any

import numpy as np

from underfocus.maths import euler, quaternions, rotations

from .measure import keep, paired, time_call


def orders(count: int, rounds: int) -> dict[str, Any]:
    """RELION's angles and all 24 readings of Euler angles, ours against scipy's."""
    from scipy.spatial.transform import Rotation

    angles = np.random.default_rng(0).uniform(-180, 180, (count, 3))

    def pair(name: str, ours: Callable[[], Any], transposed: bool = False) -> dict[str, Any]:
        def theirs() -> Any:
            found = Rotation.from_euler(name, angles, degrees=True).as_matrix()
            return found.swapaxes(-1, -2) if transposed else found

        error = float(np.abs(ours() - theirs()).max())
        return {"max_difference": error, **paired(lambda: time_call(ours), lambda: time_call(theirs), rounds)}

    found = {"relion": pair("ZYZ", lambda: rotations.from_euler(*angles.T), transposed=True)}
    for order in euler.ORDERS:
        for intrinsic in (True, False):
            name = order.upper() if intrinsic else order
            found[name] = pair(name, lambda o=order, i=intrinsic: euler.matrix(angles, o, i))  # type: ignore[misc]
    ratios = [f["wall_ratio"] for f in found.values()]
    return {
        "worst_difference": max(f["max_difference"] for f in found.values()),
        "ratio_least_median_most": [min(ratios), statistics.median(ratios), max(ratios)],
        "each": {
            name: {
                "ratio": f["wall_ratio"],
                "ours_ms": round(1e3 * f["ours"]["wall_s"], 2),
                "theirs_ms": round(1e3 * f["theirs"]["wall_s"], 1),
            }
            for name, f in found.items()
        },
    }


def conversions(count: int, rounds: int) -> dict[str, Any]:
    """Nanoseconds a rotation of each conversion, the best of several runs."""
    angles = np.random.default_rng(1).uniform(-180, 180, (count, 3))
    matrix = rotations.from_euler(*angles.T)
    quaternion = rotations.to_quaternion(matrix)
    axis, angle = rotations.to_axis_angle(matrix)
    works: dict[str, Callable[[], Any]] = {
        "Euler → matrix": lambda: rotations.from_euler(*angles.T),
        "quaternion → matrix": lambda: rotations.from_quaternion(quaternion),
        "axis–angle → matrix": lambda: rotations.from_axis_angle(axis, angle),
        "matrix → Euler": lambda: rotations.to_euler(matrix),
        "matrix → quaternion": lambda: rotations.to_quaternion(matrix),
        "matrix → axis–angle": lambda: rotations.to_axis_angle(matrix),
        "compose matrices": lambda: matrix @ matrix,
        "compose quaternions": lambda: quaternions.multiply(quaternion, quaternion),
    }
    return {
        name: round(1e9 * min(time_call(work).wall for _ in range(rounds)) / count, 1) for name, work in works.items()
    }


def applying(points: int, rounds: int) -> dict[str, Any]:
    """One rotation of many points: a matrix made once and multiplied, against q p q⁻¹ point by point."""
    rng = np.random.default_rng(2)
    q, p = quaternions.normalise(rng.normal(size=4)), rng.normal(size=(points, 3))

    def by_matrix() -> Any:
        return p @ rotations.from_quaternion(q).T

    def by_sandwich() -> Any:
        return quaternions.rotate(q, p)

    found = paired(lambda: time_call(by_matrix), lambda: time_call(by_sandwich), rounds)
    return {
        "max_difference": float(np.abs(by_matrix() - by_sandwich()).max()),
        "matrix_ns_a_point": round(1e9 * found["ours"]["wall_s"] / points, 2),
        "sandwich_ns_a_point": round(1e9 * found["theirs"]["wall_s"] / points, 2),
        "ratio": found["wall_ratio"],
        "multiplications_and_additions": {"matrix": [9, 6], "sandwich": [32, 24]},
    }


def main(arguments: list[str]) -> None:
    """Measure and keep ``results/rotations.json``."""
    import scipy

    parser = argparse.ArgumentParser()
    parser.add_argument("--n", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=9)
    chosen = parser.parse_args(arguments)
    keep(
        "rotations",
        f"{chosen.n:,} Euler triples → matrices, against scipy {scipy.__version__}; ratio = scipy / underfocus; "
        "conversions in ns a rotation",
        {
            "orders": orders(chosen.n, chosen.rounds),
            "conversions_ns": conversions(chosen.n, chosen.rounds),
            "applying_to_1e6_points": applying(1_000_000, chosen.rounds),
        },
    )
