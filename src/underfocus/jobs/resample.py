"""``underfocus resample``: a map, micrograph, stack or particles at another pixel, over the same field."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np

from ..base.errors import InputError, UnsupportedFileError
from ..base.knobs import Knobs, knob, option
from ..data.dials import Pixel
from . import dense, verbs
from .folder import JobFolder
from .job import Job, Outcome

Real = np.ndarray[Any, Any]
Method = Literal["fourier", "nearest", "linear", "catmull-rom", "spline", "kaiser-bessel"]


class ResampleKnobs(Knobs):
    """What is resampled, to what, and how."""

    file: Annotated[Path, option("A map, micrograph or stack (.mrc, .mrcs), or particles (.star, .cs).", flag="FILE")]
    to: Annotated[
        float | None,
        knob("Å", 0.5, 8.0, "The wanted pixel; the nearest that whole samples allow is taken.", valid=(0.01, 1e4)),
    ] = None
    box: Annotated[
        int | None, knob("px", 32, 512, "The wanted samples along x, in place of a pixel.", valid=(2, 65_536))
    ] = None
    method: Annotated[
        Method, option("fourier (exact, no alias) or an interpolation, which wants a low pass first where pixels grow.")
    ] = "fourier"
    pixel: Pixel | None = None


def wanted(knobs: ResampleKnobs, shape: tuple[int, ...], pixel: float) -> tuple[tuple[int, ...], float]:
    """The samples of each axis (…, y, x) and the pixel that the new x axis has. InputError."""
    if (knobs.to is None) == (knobs.box is None):
        raise InputError("give either --to and a pixel in Å or --box and a number of samples")
    along_x = knobs.box if knobs.box is not None else round(shape[-1] * pixel / float(knobs.to or 1))
    if along_x < 2:
        raise InputError(
            f"a field of {shape[-1] * pixel:g} Å holds no two pixels of {knobs.to} Å; ask for smaller ones"
        )
    new = shape[-1] * pixel / along_x
    return tuple(max(2, round(n * pixel / new)) for n in shape), new


def resampled(values: Real, shape: tuple[int, ...], method: Method) -> Real:
    """The last axes of an array brought to ``shape``, axis by axis, their origins n // 2 staying where they are."""
    from ..maths import interpolation, sampling

    out = values
    for axis, m in zip(range(-len(shape), 0), shape, strict=True):
        n = out.shape[axis]
        if m == n:
            continue
        rows = np.moveaxis(out, axis, -1)
        if method == "fourier":
            rows = (sampling.fourier_crop if m < n else sampling.fourier_pad)(rows, m, 1)
        else:
            at = (np.arange(m) - m // 2) * n / m + n // 2
            flat = [interpolation.sample(row, at, method, "reflect") for row in rows.reshape(-1, n)]
            rows = np.array(flat).reshape(*rows.shape[:-1], m)
        out = np.moveaxis(rows, -1, axis)
    return np.ascontiguousarray(out, np.float32)


def work(knobs: ResampleKnobs, folder: JobFolder | None) -> Outcome:
    """Resample into the folder."""
    assert folder is not None
    if knobs.file.suffix in (".star", ".cs"):
        return _particles(knobs, folder)
    from ..data.volume import Volume

    found = dense.read(knobs.file, knobs.pixel)
    dims = 3 if isinstance(found, Volume) else 2
    shape, pixel = wanted(knobs, tuple(found.data.shape[-dims:]), found.pixel)
    origin = None
    if isinstance(found, Volume):
        # the middle voxel stays in its place, and the first one moves with the pixel
        middle = [o + (n // 2) * found.pixel for o, n in zip(found.origin, reversed(found.data.shape), strict=True)]
        origin = tuple(c - (m // 2) * pixel for c, m in zip(middle, reversed(shape), strict=True))
    file = dense.write(folder, "resampled", found, lambda part, _: resampled(part, shape, knobs.method), pixel, origin)
    uneven = max(abs(n * found.pixel / m / pixel - 1) for n, m in zip(found.data.shape[-dims:], shape, strict=True))
    results = {
        "size": [*found.data.shape[:-dims], *shape],
        "pixel_A": pixel,
        "pixel_before_A": found.pixel,
        "pixels_uneven_by": uneven,
        "files": [file],
    }
    after = dense.read(folder.path(file), pixel)
    line = f"{dense.size(found)} at {found.pixel:g} Å became {dense.size(after)} at {pixel:.6g} Å: {file}"
    return Outcome(results, (line,), _report(knobs, found, after, file))


def _particles(knobs: ResampleKnobs, folder: JobFolder) -> Outcome:
    """Particles are made smaller by cropping their transforms; their table goes along."""
    from ..data.open import open
    from ..data.particles import Particles

    found = open(knobs.file, pixel=knobs.pixel)
    if not isinstance(found, Particles):
        raise UnsupportedFileError(f"{knobs.file} holds {type(found).__name__}, and particles with images are needed")
    (n,), _ = wanted(knobs, (found.n,), found.pixel)
    if knobs.method != "fourier" or n > found.n:
        raise InputError("particles are only made smaller, and in Fourier space, so that their noise stays what it was")
    smaller = found.downsample(min(n + n % 2, found.n))
    smaller.save(folder.path("particles.star"))
    results = {
        "particles": len(found),
        "box": smaller.n,
        "pixel_A": smaller.pixel,
        "files": ["particles.star", "particles.mrcs"],
    }
    before, after = (f"{p.n}² at {p.pixel:.6g} Å" for p in (found, smaller))
    line = f"{len(found)} particles of {before} became {after}: particles.star"
    return Outcome(results, (line,))


def _report(knobs: ResampleKnobs, before: Any, after: Any, file: str) -> Any:
    from ..show import report as reports

    sections = (
        reports.Section("Before", panels=dense.shown(before, "Before", knobs.file.name)),
        reports.Section("After", panels=dense.shown(after, "After", file)),
    )
    words = f"From {before.pixel:g} to {after.pixel:.6g} Å a pixel, {knobs.method}."
    return reports.Report(title=f"{knobs.file.name}, resampled", opening=words, sections=sections)


def python(knobs: ResampleKnobs) -> str:
    """The same in the library."""
    pixel = "" if knobs.pixel is None else f", pixel={knobs.pixel!r}"
    opened = f"found = uf.open({str(knobs.file)!r}{pixel})"
    call = f"wanted(ResampleKnobs(file={str(knobs.file)!r}, to={knobs.to!r}, box={knobs.box!r})"
    if knobs.file.suffix in (".star", ".cs"):
        return (
            f"{opened}\nsmaller = found.downsample({knobs.box or 'n'})"
            if knobs.box
            else (f"{opened}\nn = round(found.n * found.pixel / {knobs.to!r})\nsmaller = found.downsample(n + n % 2)")
        )
    return "\n".join(
        [
            "from underfocus.jobs.resample import ResampleKnobs, resampled, wanted",
            opened,
            "dims = 3 if isinstance(found, uf.Volume) else 2",
            f"shape, pixel = {call}, found.data.shape[-dims:], found.pixel)",
            f"smaller = resampled(found.data, shape, {knobs.method!r})",
        ]
    )


JOB = Job("resample", verbs.VERBS["resample"], ResampleKnobs, work, python)
