"""The image and the correction of a tilted field: every pixel with its own CTF, against the fast ways, two sizes.

The sum over pixels takes n⁴ steps: a row of the field is timed and the time is multiplied, as the record says.
The fair rival is "columns": the tilt axis lies along y here, so all pixels of a column share a CTF and one FFT serves
them, n FFTs in all. Every way is compared with "columns", which is exact for this axis.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

import numpy as np

from underfocus import Optics
from underfocus.physics import tilt_bands, tilt_levels, tilt_plain
from underfocus.physics.tilt import Tilt

from .measure import keep, paired, time_call

PIXEL, TILT = 2.0, Tilt(30.0, 90.0)
LENS = Optics(defocus=15_000.0, astigmatism=400.0, astigmatism_angle=30.0, bfactor=50.0)
#: Wiener's constant.
K = 0.1
Field = np.ndarray[Any, Any]


def columns(picture: Field, how: Any) -> Field:
    """One level of defocus a column: for each an FFT back (or there) of the whole field."""
    from underfocus.maths import fourier

    n = picture.shape[0]
    gamma, an_angstrom, damped = tilt_plain.phases(n, PIXEL, LENS)
    changes = (np.arange(n) - n // 2) * PIXEL * TILT.slope[0]
    if how == "image":
        return image_of_columns(picture, gamma, an_angstrom, damped, changes)
    transform, of, found = fourier.fft2(picture), tilt_plain.factor(how, K), np.empty((n, n))
    for column, change in enumerate(changes):
        local = of(gamma + an_angstrom * change, damped)
        found[:, column] = fourier.ifft2(transform * local, n)[:, column]
    return found


def image_of_columns(picture: Field, gamma: Field, an_angstrom: Field, damped: Field, changes: Field) -> Field:
    """Every column of the specimen spread by its own CTF."""
    from underfocus.maths import fourier

    n, total = picture.shape[0], np.zeros(gamma.shape, complex)
    for column, change in enumerate(changes):
        alone = np.zeros((n, n))
        alone[:, column] = picture[:, column]
        total += fourier.fft2(alone) * -np.sin(gamma + an_angstrom * change)
    return np.asarray(fourier.ifft2(total * damped, n))


def some_rows(picture: Field, rows: int) -> Callable[[], Any]:
    """The sum over pixels, for a few rows of the result."""
    return lambda: tilt_plain.local_plain(picture, PIXEL, LENS, TILT, "Wiener", K, slice(0, rows))


def ways(picture: Field) -> dict[str, dict[str, Callable[[], Field]]]:
    """What is timed, by task."""
    image, local = tilt_levels.imaged_by_levels, tilt_levels.local_by_levels
    single = picture.astype(np.float32)
    return {
        "image": {
            "side bands": lambda: tilt_bands.imaged_by_bands(picture, PIXEL, LENS, TILT),
            "side bands, float32": lambda: tilt_bands.imaged_by_bands(single, PIXEL, LENS, TILT),
            "polynomials": lambda: np.asarray(image(picture, PIXEL, LENS, TILT)),
            "polynomials, float32": lambda: np.asarray(image(single, PIXEL, LENS, TILT)),
            "11 strips": lambda: np.asarray(image(picture, PIXEL, LENS, TILT, "strips", 11)),
        },
        "Wiener": {
            "side bands": lambda: tilt_bands.local_by_bands(picture, PIXEL, LENS, TILT, "Wiener", K),
            "side bands, float32": lambda: tilt_bands.local_by_bands(single, PIXEL, LENS, TILT, "Wiener", K),
            "polynomials": lambda: np.asarray(local(picture, PIXEL, LENS, TILT, "Wiener", K)),
            "32 lines": lambda: np.asarray(local(picture, PIXEL, LENS, TILT, "Wiener", K, "lines", 32)),
            "11 strips": lambda: np.asarray(local(picture, PIXEL, LENS, TILT, "Wiener", K, "strips", 11)),
        },
    }


def of_size(n: int, rounds: int) -> dict[str, Any]:
    """All ways at one size."""
    picture = np.random.default_rng(0).standard_normal((n, n))
    found: dict[str, Any] = {}
    rows = 1
    some_rows(picture[:64, :64].copy(), 1)()
    found["sum over pixels, extrapolated"] = {
        "seconds": round(time_call(some_rows(picture, rows)).wall * n / rows, 1),
        "timed_rows": rows,
    }
    for task, row in ways(picture).items():
        right: Field | None = None

        def slow(task: str = task) -> None:
            nonlocal right
            right = columns(picture, task)

        exact = time_call(slow)
        assert right is not None
        for name, way in row.items():
            error = float(np.linalg.norm(way() - right) / np.linalg.norm(right))
            pair = paired(lambda way=way: time_call(way), lambda slow=slow: time_call(slow), rounds)  # type: ignore[misc]
            found[f"{task}, {name}"] = {"relative_error": float(f"{error:.2e}"), **pair}
        found[f"{task}, columns"] = {"wall_s": round(exact.wall, 3)}
    return found


def main(arguments: list[str]) -> None:
    """Measure and keep ``results/tilt.json``."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", default="512,1024")
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args(arguments)
    found = {f"{n}²": of_size(n, max(1, chosen.rounds * 512 // n)) for n in map(int, chosen.sizes.split(","))}
    keep(
        "tilt",
        "a field at 2 Å, 30° about y, 1.5 µm; ratio = columns / way, columns being an FFT for each of them",
        found,
    )
