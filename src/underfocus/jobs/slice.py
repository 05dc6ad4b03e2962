"""``underfocus slice``: projections of a map in given, even or a file's views, as particles that reconstruct takes."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import numpy as np

from ..base.errors import InputError, UnderfocusWarning
from ..base.knobs import Knobs, knob, option
from ..data.dials import Contrast, Pixel
from . import verbs
from .folder import JobFolder
from .job import Job, Outcome

Real = np.ndarray[Any, Any]
STACK = "projections.mrcs"
#: Projections made at a time.
CHUNK = 256
#: A ground this far from zero, in parts of the density's height above it, makes every view show the box.
GROUND = 0.05


class SliceKnobs(Knobs):
    """Which map, in which views, and what the microscope does to them."""

    map: Annotated[Path, option("The map (.mrc, .map, also .gz), a cube.", flag="MAP")]
    angles: Annotated[
        tuple[float, ...] | None,
        option("RELION's rot, tilt and psi in degrees: three numbers, or three a view, after the map."),
    ] = None
    views: Annotated[
        int | None,
        knob(
            "",
            12,
            3072,
            "So many views spread evenly: HEALPix's 12, 48, 192, 768 …, or on a spiral.",
            valid=(1, 10_000_000),
            step=1,
        ),
    ] = None
    poses: Annotated[
        Path | None, option("Particles (.star, .cs) whose views and shifts are taken; no images needed.")
    ] = None
    shifts: Annotated[bool, option("Shift projections as --poses says; --no-shifts leaves them centred.")] = True
    ctf: Annotated[bool, option("Multiply each projection by the CTF of its particle in --poses.")] = False
    pad: Annotated[
        float | None,
        knob("", 1, 3, "Oversampling of the transform: 2, or what a tolerance needs.", valid=(1, 4), step=0.5),
    ] = None
    tolerance: Annotated[
        float | None,
        knob(
            "",
            1e-5,
            1e-1,
            "Relative error of the slices, by a Kaiser-Bessel kernel; linear interpolation, 1 %, without.",
            valid=(1e-5, 0.5),
            log=True,
        ),
    ] = None
    contrast: Contrast = "white"
    pixel: Pixel | None = None


def lying(knobs: SliceKnobs) -> Any:
    """The views as Particles without images: poses, optics, half sets. InputError unless one source is named."""
    from ..data.files.orientations import read_without_images
    from ..data.optics import NO_CTF
    from ..data.particles import Particles
    from ..data.pose import Pose
    from ..data.stack import MemoryStack

    named = [name for name in ("angles", "views", "poses") if getattr(knobs, name) is not None]
    if len(named) != 1:
        words = " and ".join(f"--{name}" for name in named) or "none of them"
        raise InputError(f"give one of --angles, --views and --poses, which say from where to look; {words} was given")
    if knobs.poses is not None:
        found = read_without_images(knobs.poses, optics=knobs.ctf, pixel=knobs.pixel)
        if knobs.shifts or found.pose is None:
            return found
        return _replaced(found, pose=Pose(found.pose.rotation))
    if knobs.ctf:
        raise InputError("--ctf takes each particle's defocus from --poses, and no particles were given")
    if knobs.angles is not None:
        if not knobs.angles or len(knobs.angles) % 3:
            raise InputError(
                f"--angles takes rot, tilt and psi of each view, and {len(knobs.angles)} numbers were given"
            )
        pose = Pose.from_euler(*np.array(knobs.angles).reshape(-1, 3).T)
    else:
        assert knobs.views is not None
        pose = even_views(knobs.views)
    return Particles(MemoryStack(np.zeros((len(pose), 1, 1), np.float32)), 1.0, NO_CTF, pose)


def _replaced(found: Any, **changes: Any) -> Any:
    from dataclasses import replace

    return replace(found, **changes)


def even_views(count: int) -> Any:
    """Poses that look from so many directions spread evenly, with psi = 0."""
    from ..data.pose import Pose
    from ..maths import sphere

    x, y, z = sphere.even(count).T
    return Pose.from_euler(np.degrees(np.arctan2(y, x)), np.degrees(np.arctan2(np.hypot(x, y), z)), np.zeros(count))


def projections(knobs: SliceKnobs, volume: Any, views: Any) -> Iterator[Real]:
    """The images (m, n, n), a chunk at a time."""
    from ..base.progress import track
    from ..maths import fourier
    from ..physics.aberrations import magnifications
    from ..physics.ctf import ctf2
    from ..physics.projection import slicer

    if magnifications(views.optics, len(views)) is not None:
        raise InputError(
            f"{knobs.poses} has a magnification that is not even in all directions, which stretches the slices "
            "themselves; leave --ctf out, or use simulate"
        )
    cut = slicer(volume, pad=knobs.pad, tolerance=knobs.tolerance)
    # the engine's CTF makes protein dark, and without one it is −1
    sign = 1.0 if knobs.contrast == "dark" else -1.0
    starts = range(0, len(views), CHUNK)
    for start in track(starts, "projections", total=len(starts)):
        part = slice(start, start + CHUNK)
        modulation = (sign * ctf2(volume.n, volume.pixel, views.optics[part])).astype(np.float32)
        yield np.asarray(fourier.ifft2(cut(views.pose[part]) * modulation, volume.n), np.float32)


def work(knobs: SliceKnobs, folder: JobFolder | None) -> Outcome:
    """Project into the folder."""
    from ..data.files import mrc, relion_write, star
    from . import slice_report
    from .resolution import volume as read

    assert folder is not None
    volume, views = read(knobs.map, knobs.pixel), lying(knobs)
    n = volume.n
    _warn_of_ground(volume)
    shown = np.unique(np.linspace(0, len(views) - 1, slice_report.SHOWN).round().astype(int))
    kept: list[Real] = []

    def chunks() -> Iterator[Real]:
        for number, images in enumerate(projections(knobs, volume, views)):
            kept.append(images[shown[shown // CHUNK == number] % CHUNK])
            yield images

    mrc.write_stack(folder.path(STACK), chunks(), len(views), n, volume.pixel)
    halves = np.arange(len(views)) % 2 + 1 if views.half is None else views.half
    made = _replaced(views, pixel=volume.pixel, contrast=knobs.contrast, half=halves)
    star.write(folder.path("particles.star"), relion_write.metadata(made, STACK, n))
    results = {
        "projections": len(views),
        "box": n,
        "pixel_A": volume.pixel,
        "views_from": _source(knobs),
        "ctf": knobs.ctf,
        "interpolation": "linear" if knobs.tolerance is None else f"Kaiser-Bessel, error below {knobs.tolerance:g}",
        "contrast": knobs.contrast,
        "files": [STACK, "particles.star"],
    }
    count = "1 projection" if len(views) == 1 else f"{len(views)} projections"
    line = f"{count} of {n}² pixels, {volume.pixel:g} Å, {_source(knobs)}{', with their CTF' if knobs.ctf else ''}"
    again = f"reconstruct {folder.path('particles.star')} takes them back to a map" if len(views) > 1 else ""
    report = slice_report.report(knobs, made, np.concatenate(kept), results)
    return Outcome(results, (line, *([again] if again else [])), report)


def _source(knobs: SliceKnobs) -> str:
    if knobs.views is not None:
        healpix = any(knobs.views == 12 * 4**k for k in range(13))
        return f"spread evenly ({'HEALPix' if healpix else 'a spiral'})"
    return "in the views given" if knobs.angles is not None else f"in the views of {Path(str(knobs.poses)).name}"


def _warn_of_ground(volume: Any) -> None:
    """A map that does not end at zero is a cube in a void, and every projection shows it."""
    from ..maths import masks

    data = np.asarray(volume.data)
    level, _ = masks.ground(data)
    height = float(np.percentile(data, 99.9)) - level
    if abs(level) > GROUND * abs(height):
        message = (
            f"around its density the map is {level:.3g} and not 0, so that every projection shows the box as well; "
            "subtract that level, or mask the map, first"
        )
        warnings.warn(message, UnderfocusWarning, stacklevel=2)


def python(knobs: SliceKnobs) -> str:
    """The same in the library."""
    pixel = "" if knobs.pixel is None else f", pixel={knobs.pixel!r}"
    lines = [f"volume = uf.open({str(knobs.map)!r}{pixel})"]
    if knobs.angles is not None:
        columns = [list(knobs.angles[i::3]) for i in range(3)]
        lines.append(f"pose = uf.Pose.from_euler({', '.join(f'np.array({c})' for c in columns)})")
    elif knobs.views is not None:
        lines += ["from underfocus.jobs.slice import even_views", f"pose = even_views({knobs.views})"]
    else:
        lines += [
            "from underfocus.data.files.orientations import read_without_images",
            f"known = read_without_images({str(knobs.poses)!r}, optics={knobs.ctf}{pixel})",
            "pose = known.pose" if knobs.shifts else "pose = uf.Pose(known.pose.rotation)",
        ]
    more = "".join(f", {k}={v!r}" for k in ("pad", "tolerance") if (v := getattr(knobs, k)) is not None)
    lines.append(f"images = uf.project(volume, pose{more}).data")
    if knobs.ctf:
        sign = "" if knobs.contrast == "dark" else "-"
        lines += [
            "from underfocus.maths import fourier",
            f"ctf = {sign}uf.ctf2(volume.n, volume.pixel, known.optics)",
            "images = fourier.ifft2(fourier.fft2(images) * ctf, volume.n)",
        ]
    elif knobs.contrast == "dark":
        lines.append("images = -images")
    return "\n".join([*(["import numpy as np"] if knobs.angles is not None else []), *lines])


JOB = Job("slice", verbs.VERBS["slice"], SliceKnobs, work, python)
