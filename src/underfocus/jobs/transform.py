"""``underfocus transform``: the power spectrum of a map, a micrograph or a stack, and its mean over rings or shells."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from ..base.errors import InputError
from ..base.knobs import Knobs, knob, option
from ..data.dials import Pixel
from . import dense, verbs
from .folder import JobFolder
from .job import Job, Outcome

Real = np.ndarray[Any, Any]


class TransformKnobs(Knobs):
    """What is transformed, and how."""

    file: dense.Source
    tile: Annotated[
        int | None,
        knob(
            "px",
            128,
            1024,
            "Average over half-overlapping tiles of this side; default is the whole, cut to a square.",
            valid=(16, 16_384),
        ),
    ] = None
    window: Annotated[
        bool,
        option("Take away the mean and let images fall to zero at their edges, which removes the cross they draw."),
    ] = True
    pixel: Pixel | None = None


def tiles(image: Real, side: int) -> Real:
    """Half-overlapping square tiles (m, side, side) of an image that together reach its edges."""
    starts = [_starts(n, side) for n in image.shape]
    return np.stack([image[y : y + side, x : x + side] for y in starts[0] for x in starts[1]])


def _starts(n: int, side: int) -> list[int]:
    count = 1 if n == side else int(np.ceil((n - side) / (side / 2))) + 1
    return [round(i * (n - side) / max(count - 1, 1)) for i in range(count)]


def mean_power(found: Any, side: int, window: bool) -> Real:
    """The mean power spectrum (side, side//2+1) over all images and their tiles: |F|² over the number of pixels."""
    from ..maths import spectra

    total: Any = 0.0
    count = 0
    for part in dense.pieces(found):
        for image in part:
            square = tiles(image, side)
            prepared = spectra.windowed(square) if window else square
            total = total + np.asarray(spectra.power(prepared), float).sum(0)
            count += len(square)
    return np.asarray(total / count)


def square_side(found: Any, tile: int | None) -> int:
    """The side of the tiles, or InputError where they do not fit."""
    least = min(found.data.shape[1:])
    if tile is not None and tile > least:
        raise InputError(f"tiles of {tile} pixels do not fit into images of {dense.size(found)}; give at most {least}")
    return tile or int(least)


def work(knobs: TransformKnobs, folder: JobFolder | None) -> Outcome:
    """Transform, average, write."""
    from ..data.images import Images
    from ..data.volume import Volume
    from ..maths import fourier, shells, spectra

    found = dense.read(knobs.file, knobs.pixel)
    if isinstance(found, Volume):
        n, dims = found.n, 3
        half: Real = np.asarray(spectra.power(np.asarray(found.data, np.float32), 3))
        plane = fourier.display(half[0], n).real
        used = "the whole map; the picture is the section kz = 0"
    else:
        n, dims = square_side(found, knobs.tile), 2
        half = mean_power(found, n, knobs.window)
        plane = fourier.display(half, n).real
        used = f"tiles of {n}²" if knobs.tile else f"squares of {n}²"
    profile = shells.shell_mean(half, n, dims)
    s = np.arange(n // 2 + 1) / (n * found.pixel)
    results: dict[str, Any] = {
        "size": list(found.data.shape),
        "pixel_A": found.pixel,
        "transformed": used,
        "mean_power_beyond_half_nyquist": float(profile[n // 4 :].mean()),
    }
    if folder is not None:
        Images(plane[None].astype(np.float32), found.pixel).save(folder.path("spectrum.mrc"))
        _write_profile(folder, s, profile)
        results["files"] = ["spectrum.mrc", "profile.star"]
    words = f"Power spectrum of {dense.size(found)} at {found.pixel:g} Å, from {used}"
    return Outcome(results, (words, *_table(s, profile)), _report(knobs, plane, s, profile, n * found.pixel))


def _table(s: Real, profile: Real) -> list[str]:
    """Ten lines of the profile for a reader."""
    chosen = np.unique(np.linspace(1, len(s) - 1, 10).round().astype(int))
    return [f"  {1 / s[i]:8.2f} Å  {profile[i]:.4g}" for i in chosen]


def _write_profile(folder: JobFolder, s: Real, profile: Real) -> None:
    from ..data.files import star

    lengths = [f"{1 / f:.6g}" if f else "999" for f in s]
    columns = {
        "rlnSpectralIndex": np.arange(len(s)).astype(str),
        "rlnResolution": np.array([f"{f:.8g}" for f in s]),
        "rlnAngstromResolution": np.array(lengths),
        "underfocusPower": np.array([f"{p:.8g}" for p in profile]),
    }
    star.write(folder.path("profile.star"), [star.Block("profile", columns=columns)])


def _report(knobs: TransformKnobs, plane: Real, s: Real, profile: Real, width: float) -> Any:
    from ..show import report as reports
    from ..show.specs import Line, beside, curve, image

    shown = np.log10(np.maximum(plane, np.percentile(plane, 0.1) + 1e-30))
    low, high = (float(v) for v in np.percentile(shown, (1, 99.8)))
    picture = image(shown, 1 / width, title="Power", caption="Logarithmic.", colour="viridis", space="fourier",
                    limits=(low, high) if high > low else None)  # fmt: skip
    line = Line(np.maximum(profile[1:], 1e-30), "mean power")
    drawn = curve(s[1:], line, x="spatial frequency, 1/Å", y="mean power", y_scale="log")
    sections = (
        reports.Section("The spectrum", "Its origin is in the middle.", beside(picture)),
        reports.Section("Its mean", "Over rings or shells; white noise of variance σ² is flat at σ².", beside(drawn)),
    )
    return reports.Report(title=f"Power spectrum of {knobs.file.name}", opening="", sections=sections)


def python(knobs: TransformKnobs) -> str:
    """The same in the library."""
    pixel = "" if knobs.pixel is None else f", pixel={knobs.pixel!r}"
    lines = [
        "from underfocus.jobs.transform import mean_power, square_side",
        "from underfocus.maths import shells, spectra",
        f"found = uf.open({str(knobs.file)!r}{pixel})",
        "if isinstance(found, uf.Volume):",
        "    s, profile = spectra.radial(found.data, found.pixel, 3)",
        "else:",
        f"    n = square_side(found, {knobs.tile!r})",
        f"    profile = shells.shell_mean(mean_power(found, n, {knobs.window!r}), n, 2)",
    ]
    return "\n".join(lines)


JOB = Job("transform", verbs.VERBS["transform"], TransformKnobs, work, python, folder="optional")
