"""What rotations cost on the reader's machine: conversions, and turning many points."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import perf_counter
from typing import Annotated, Any

import numpy as np

from underfocus.base.knobs import knob
from underfocus.maths import quaternions, rotations
from underfocus.show import Panels, bars, beside, readout
from underfocus.show.figure import figure

Count = Annotated[int, knob("", 1000, 300_000, "how many rotations are converted", valid=(10, 3_000_000), log=True)]
Points = Annotated[
    int, knob("", 1000, 1_000_000, "how many points one rotation turns", valid=(10, 10_000_000), log=True)
]


def _nanoseconds(work: Callable[[], Any], count: int) -> float:
    """The best of nine runs, an item."""
    best = np.inf
    for _ in range(9):
        started = perf_counter()
        work()
        best = min(best, perf_counter() - started)
    return 1e9 * best / count


def _conversions(count: int) -> dict[str, Callable[[], Any]]:
    """What is timed, by name."""
    angles = np.random.default_rng(1).uniform(-180, 180, (3, count))
    matrix = rotations.from_euler(*angles)
    quaternion = rotations.to_quaternion(matrix)
    axis, angle = rotations.to_axis_angle(matrix)
    return {
        "E → R": lambda: rotations.from_euler(*angles),
        "q → R": lambda: rotations.from_quaternion(quaternion),
        "a → R": lambda: rotations.from_axis_angle(axis, angle),
        "R → E": lambda: rotations.to_euler(matrix),
        "R → q": lambda: rotations.to_quaternion(matrix),
        "R → a": lambda: rotations.to_axis_angle(matrix),
        "R R": lambda: matrix @ matrix,
        "q q": lambda: quaternions.multiply(quaternion, quaternion),
    }


def _ways(count: int) -> dict[str, Callable[[], Any]]:
    """One rotation of many points: number by number, as a product of matrices, and between two quaternions."""
    rng = np.random.default_rng(2)
    q, p = quaternions.normalise(rng.standard_normal(4)), rng.standard_normal((count, 3))

    def written_out() -> Any:
        r = rotations.from_quaternion(q)
        x, y, z = (p[:, n] for n in range(3))
        return np.stack([row[0] * x + row[1] * y + row[2] * z for row in r], axis=-1)

    return {
        "matrix, written out": written_out,
        "matrix product": lambda: p @ rotations.from_quaternion(q).T,
        "q p q⁻¹": lambda: quaternions.rotate(q, p),
    }


@figure(
    "What does it cost?",
    caption="Best of nine runs on this machine. Left: nanoseconds to convert one of many rotations (E Euler angles, q quaternion, a axis and angle, R matrix), and to compose two. "
    "Right: nanoseconds to turn one of many points by one rotation: with a matrix number by number, with a matrix by the library's product, and as $q\\,p\\,q^{-1}$.",
    look_for="the right panel first: how much longer the product of quaternions takes than a matrix. Then ask which conversions you would do once a rotation, and which once a point.",
    code=(rotations.from_quaternion, quaternions.rotate),
    measured=True,
)
def costs(count: Count = 50_000, points: Points = 200_000) -> Iterator[Panels]:
    """Conversion and application, measured."""
    found: dict[str, float] = {}
    for name, work in _conversions(count).items():
        found[name] = _nanoseconds(work, count)
        yield beside(_drawn("Conversion", found))
    applied = {name: _nanoseconds(work, points) for name, work in _ways(points).items()}
    yield beside(
        _drawn("Conversion", found),
        _drawn("Turning a point", applied),
        readout(
            "q p q⁻¹ against the matrix",
            applied["q p q⁻¹"] / applied["matrix, written out"],
            "times as long",
            "both number by number",
        ),
        readout("dearest conversion", max(found, key=lambda name: found[name])),
        columns=2,
    )


def _drawn(title: str, values: dict[str, float]) -> Any:
    return bars(np.arange(len(values)), np.array(list(values.values())), labels=tuple(values), y="ns each", title=title)
