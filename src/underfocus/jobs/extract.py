"""``underfocus extract``: boxes at coordinates in micrographs become particles, with the CTF of their micrograph."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np

from ..base.errors import FileError, InputError
from ..base.knobs import Knobs, knob, option
from ..base.progress import track
from ..data.dials import Box, Contrast, Pixel
from . import verbs
from .folder import JobFolder
from .job import Job, Outcome
from .pick import PickKnobs, ProteinIs, micrograph_of, picked


class ExtractKnobs(Knobs):
    """From which micrographs, at which places, in which boxes."""

    files: Annotated[tuple[Path, ...], option("Micrographs (.mrc, .mrc.bz2, .tif), or a micrographs STAR.", flag="MIC")]
    coordinates: Annotated[
        Path | None, option("Coordinates: a .star or .box file, or a folder with one a micrograph.")
    ] = None
    diameter: Annotated[
        float | None,
        knob(
            "Å", 50, 500, "Diameter of the particle; the background beyond it sets mean and variance.", valid=(1, 1e5)
        ),
    ] = None
    box: Box = 256
    bin: Annotated[float, knob("×", 1, 8, "How many times larger the pixels become.", valid=(1, 64), step=0.5)] = 1.0
    ctf: Annotated[Path | None, option("A micrographs STAR with each micrograph's CTF, as `ctf` writes it.")] = None
    border: Annotated[Literal["leave out", "mirror"], option("What becomes of boxes that reach over the border.")] = (
        "leave out"
    )
    protein: ProteinIs = "dark"
    contrast: Contrast = "white"
    normalise: Annotated[bool, option("Give each background mean 0, no slope and variance 1.")] = True
    pixel: Pixel | None = None


def places_of(path: Path, knobs: ExtractKnobs) -> Any:
    """Coordinates of one micrograph: from the file that holds them, or by picking where none was given."""
    from ..data.files import coordinates

    given = knobs.coordinates
    if given is None:
        if knobs.diameter is None:
            raise InputError("extract needs --coordinates, or a --diameter to pick with")
        found, *_ = picked(
            path, PickKnobs(files=(path,), diameter=knobs.diameter, pixel=knobs.pixel, protein=knobs.protein), None
        )
        return coordinates.Coordinates(
            found.places, {"rlnAutopickFigureOfMerit": np.array([f"{v:.4f}" for v in found.scores])}
        )
    if given.is_dir():
        stem = path.name.split(".")[0]
        fitting = [f for f in sorted(given.iterdir()) if f.suffix in (".star", ".box") and f.name.startswith(stem)]
        if not fitting:
            raise InputError(f"{given} holds no .star or .box whose name begins with {stem}")
        given = fitting[0]
    return coordinates.read(given, str(path))


def optics_of(knobs: ExtractKnobs) -> dict[str, Any]:
    """Micrograph's file name → its Optics, from the CTF's STAR; empty without one."""
    if knobs.ctf is None:
        return {}
    from ..data.files import star
    from ..data.optics import Optics

    blocks = star.read(knobs.ctf)
    rows = next(
        (b for b in blocks.values() if {"rlnMicrographName", "rlnDefocusU", "rlnDefocusV"} <= set(b.columns)), None
    )
    if rows is None:
        raise FileError(f"{knobs.ctf} has no table of micrographs with rlnDefocusU and rlnDefocusV")
    groups = blocks.get("optics", rows)
    own = {str(n): i for i, n in enumerate(groups.columns.get("rlnOpticsGroup", ["1"]))}
    found = {}
    for i, name in enumerate(rows.columns["rlnMicrographName"]):
        row = own.get(str(rows.columns["rlnOpticsGroup"][i]), 0) if "rlnOpticsGroup" in rows.columns else 0
        u, v = rows.numbers("rlnDefocusU")[i], rows.numbers("rlnDefocusV")[i]
        values = {
            "voltage_kv": groups.numbers("rlnVoltage")[row],
            "cs_mm": groups.numbers("rlnSphericalAberration")[row],
            "amplitude_contrast": groups.numbers("rlnAmplitudeContrast")[row],
            "astigmatism_angle": rows.numbers("rlnDefocusAngle")[i] if "rlnDefocusAngle" in rows.columns else 0.0,
            "phase_shift": rows.numbers("rlnPhaseShift")[i] if "rlnPhaseShift" in rows.columns else 0.0,
        }
        found[Path(str(name)).name] = Optics(defocus=(u + v) / 2, astigmatism=u - v, **values)
    return found


def named(knobs: ExtractKnobs) -> ExtractKnobs:
    """The knobs with a micrographs STAR replaced by the micrographs it names, and by its CTF unless one was given."""
    from ..data.files import star

    tables = [f for f in knobs.files if f.suffix == ".star"]
    if not tables:
        return knobs
    if len(knobs.files) > 1:
        raise InputError(f"{tables[0]} comes with other files; give one micrographs STAR, or micrographs alone")
    blocks = list(star.read(tables[0]).values())
    names = next((b.columns["rlnMicrographName"] for b in blocks if "rlnMicrographName" in b.columns), None)
    if names is None:
        raise FileError(f"{tables[0]} names no micrographs: no table has rlnMicrographName")
    with_ctf = any("rlnDefocusU" in b.columns for b in blocks)
    files = tuple(_found(Path(str(name)), tables[0].parent) for name in names)
    return knobs.model_copy(update={"files": files, "ctf": knobs.ctf or (tables[0] if with_ctf else None)})


def _found(path: Path, folder: Path) -> Path:
    """A micrograph as its STAR names it, looked for from here, then from the STAR's folder and its parents."""
    places = (Path(), folder, *folder.resolve().parents)
    return next((place / path for place in places if (place / path).is_file()), path)


def work(knobs: ExtractKnobs, folder: JobFolder | None) -> Outcome:
    """Cut, bin, normalise and write; a folder is needed. A killed run leaves a part to resume, no particles.mrcs."""
    from ..inference import extraction

    assert folder is not None
    knobs = named(knobs)
    optics = optics_of(knobs)
    for path in knobs.files:
        if optics and path.name not in optics:
            raise InputError(f"{knobs.ctf} does not name {path.name}; fit it with `underfocus ctf`, or leave --ctf out")
    plans = list(_plans(knobs))
    total = sum(len(plan[2]) for plan in plans)
    if not total:
        raise InputError("no box lies within its micrograph; look at the coordinates, or take smaller boxes")
    n = int(extraction.binned(np.zeros((1, knobs.box, knobs.box), np.float32), knobs.bin)[0].shape[-1])
    sizes = {round(pixel, 6) for _, pixel, *_ in plans}
    if len(sizes) > 1:
        raise InputError(
            f"the micrographs have different pixels, {sorted(sizes)} Å; extract them apart, or give --pixel"
        )
    pixel = plans[0][1] * knobs.box / n
    _stack(knobs, folder, plans, n, pixel)
    _write(folder, knobs, plans, optics, n, pixel)
    left = sum(len(found) for *_, found in plans) - total
    results = {
        "particles": total,
        "left_out": left,
        "box": n,
        "pixel_A": pixel,
        "files": ["particles.star", "particles.mrcs"],
    }
    line = f"{total} particles of {n}² pixels of {pixel:.4g} Å" + (f"; {left} too near the border" if left else "")
    return Outcome(results, (line,), _report(folder, knobs.diameter, line))


def _stack(knobs: ExtractKnobs, folder: JobFolder, plans: list[Any], n: int, pixel: float) -> None:
    """``particles.mrcs``, from where an earlier run of the same job was stopped."""
    from ..data.files.stack_writer import StackWriter

    total, before = sum(len(plan[2]) for plan in plans), 0
    with StackWriter(folder.path("particles.mrcs"), total, n, pixel, resume=folder.resumed) as writer:
        for path, _, keep, found in track(plans, "micrographs", total=len(plans)):
            done = int(np.clip(writer.written - before, 0, len(keep)))
            if done < len(keep):
                writer.add(_boxes(knobs, path, found.places[keep[done:]], n, pixel))
            before += len(keep)


def _plans(knobs: ExtractKnobs) -> Iterator[tuple[Path, float, Any, Any]]:
    """Each micrograph with its pixel, the places that are kept, and its coordinates."""
    from ..inference import extraction

    for path in knobs.files:
        image, pixel = micrograph_of(path, knobs.pixel)
        found = places_of(path, knobs)
        _, keep, _ = extraction.extract(image, found.places, knobs.box, border=knobs.border)
        yield path, pixel, keep, found


def _boxes(knobs: ExtractKnobs, path: Path, places: Any, n: int, pixel: float) -> Any:
    """The finished boxes (m, n, n) of one micrograph."""
    from ..inference import extraction

    image, _ = micrograph_of(path, knobs.pixel)
    boxes, _, _ = extraction.extract(image, places, knobs.box, border=knobs.border)
    if not len(boxes):
        return np.empty((0, n, n), np.float32)
    boxes, _ = extraction.binned(boxes, knobs.bin)
    if knobs.normalise:
        radius = 0.375 * n if knobs.diameter is None else min(knobs.diameter / pixel / 2, 0.48 * n)
        boxes = extraction.normalised(boxes, radius)
    return boxes if knobs.contrast == knobs.protein else -boxes


def _write(
    folder: JobFolder, knobs: ExtractKnobs, plans: list[Any], known: dict[str, Any], n: int, pixel: float
) -> None:
    """``particles.star`` with coordinates, micrographs, what the picker said, and the CTF where one is known.

    Coordinates are whole pixels, where the box was cut; the origin holds what rounding left, so that
    coordinate − origin / pixel of the micrograph is the place that was given, as RELION re-extracts.
    """
    from ..data.files import relion_write, star
    from ..data.optics import Optics
    from ..data.particles import Particles
    from ..data.pose import Pose

    parts: list[Any] = []
    names: list[str] = []
    for path, _, keep, _ in plans:
        parts += [known.get(path.name, Optics())] * len(keep)
        names += [str(path)] * len(keep)
    fields = ("defocus", "astigmatism", "astigmatism_angle", "voltage_kv", "cs_mm", "amplitude_contrast", "phase_shift")
    values: dict[str, Any] = {f: np.array([getattr(o, f) for o in parts]) for f in fields}
    optics = Optics(**values)
    places = np.concatenate([found.places[keep] for *_, keep, found in plans])
    offset = places - np.rint(places)
    pose = Pose(np.broadcast_to(np.eye(3), (len(places), 3, 3)).copy(), offset * plans[0][1])
    columns = {
        "rlnMicrographName": np.array(names),
        "rlnCoordinateX": np.array([f"{v:.1f}" for v in np.rint(places[:, 0])]),
        "rlnCoordinateY": np.array([f"{v:.1f}" for v in np.rint(places[:, 1])]),
        **_said(plans),
    }
    blank: Any = np.zeros((len(places), 1, 1), np.float32)
    particles = Particles(blank, pixel, optics, pose, knobs.contrast, columns=columns)
    blocks = relion_write.metadata(particles, "particles.mrcs", n)
    if not known:
        blocks = [
            _without(b, ("rlnDefocusU", "rlnDefocusV", "rlnDefocusAngle", "rlnPhaseShift", "rlnCtfBfactor"))
            for b in blocks
        ]
    star.write(
        folder.path("particles.star"), [_without(b, ("rlnAngleRot", "rlnAngleTilt", "rlnAnglePsi")) for b in blocks]
    )


def _said(plans: list[Any]) -> dict[str, Any]:
    """The other columns of the coordinates that every micrograph has and that this job does not write itself."""
    own = {"rlnCoordinateX", "rlnCoordinateY", "rlnMicrographName", "rlnImageName", "rlnOpticsGroup"}
    lost = ("rlnOrigin", "rlnDefocus", "rlnCtf", "rlnPhaseShift", "rlnAngle")
    shared = set.intersection(*(set(found.columns) for *_, found in plans)) - own
    return {
        label: np.concatenate([found.columns[label][keep] for *_, keep, found in plans])
        for label in sorted(shared)
        if not label.startswith(lost)
    }


def _without(block: Any, labels: tuple[str, ...]) -> Any:
    """A block without some columns: what is not known is not written."""
    from ..data.files import star

    return star.Block(block.name, columns={k: v for k, v in block.columns.items() if k not in labels})


def _report(folder: JobFolder, diameter: float | None, line: str) -> Any:
    """The first particles, smoothed for the eye alone, and the mean of all."""
    from ..data.files import mrc
    from ..maths import filters
    from ..show import report as reports
    from ..show.specs import beside
    from . import pictures

    found = mrc.read_images(folder.path("particles.mrcs"))
    stack, pixel = np.asarray(found.data), found.pixel
    count, _, n = stack.shape
    mean = sum(np.asarray(stack[i : i + 256]).sum(0, dtype=float) for i in range(0, count, 256)) / count
    fine = max(3 * pixel, (diameter or 0.5 * n * pixel) / 8)
    side = max(1, min(6, int(np.sqrt(count))))
    first = filters.apply(np.asarray(stack[: side * side]), lambda k: filters.low_pass(k, fine), pixel)
    tiles = pictures.mosaic(np.asarray(first), side, side)
    shown = pictures.grey(tiles, pixel, "The first particles", f"Smoothed to {fine:.0f} Å here; written as they are.")
    average = pictures.grey(np.asarray(mean), pixel, "The mean of all", "A blob off the middle: picks off the middle.")
    return reports.Report(
        title="Extraction", opening=line, sections=(reports.Section("Particles", "", beside(shown, average)),)
    )


def python(knobs: ExtractKnobs) -> str:
    """The same in the library, for the first micrograph."""
    pixel = "" if knobs.pixel is None else f", pixel={knobs.pixel!r}"
    imports = ["from underfocus.inference.picking import pick"]
    where = "pick(found.data[0], found.pixel, " + f"{knobs.diameter!r}).places"
    if knobs.coordinates is not None:
        imports = ["from underfocus.data.files import coordinates"]
        where = f"coordinates.read({str(knobs.coordinates)!r}, {str(knobs.files[0])!r}).places"
    return "\n".join(
        [
            *imports,
            "from underfocus.inference import extraction",
            f"found = uf.open({str(knobs.files[0])!r}{pixel})",
            f"boxes, kept, rest = extraction.extract(found.data[0], {where}, {knobs.box}, border={knobs.border!r})",
        ]
    )


JOB = Job("extract", verbs.VERBS["extract"], ExtractKnobs, work, python)
