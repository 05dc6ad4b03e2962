"""``underfocus micrograph``: a whole field of view of a structure in ice, with the truth of what lies where."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np

from ..base.knobs import Knobs, knob, option
from ..data.dials import Pixel, Seed
from ..data.optics import (
    AmplitudeContrast,
    Astigmatism,
    AstigmatismAngle,
    BFactor,
    Defocus,
    PhaseShift,
    SphericalAberration,
    Voltage,
)
from . import verbs
from .folder import JobFolder
from .job import Job, Outcome

CHAPTER = "image-formation"


class MicrographKnobs(Knobs):
    """What lies in the ice, how much of it, through which microscope and onto which camera."""

    model: Annotated[Path, option("Structure (.pdb, .cif) whose copies lie in the ice.", flag="MODEL")]
    n: Annotated[int, knob("", 1, 500, "How many particles.", valid=(1, 100_000), step=1, chapter=CHAPTER)] = 100
    size: Annotated[
        int, knob("pixels", 512, 4096, "Side of the square field.", valid=(64, 16_384), step=64, chapter=CHAPTER)
    ] = 4096
    pixel: Pixel = 1.0
    thickness: Annotated[
        float, knob("Å", 100, 1000, "Thickness of the ice.", valid=(10, 20_000), step=10, chapter=CHAPTER)
    ] = 400.0
    distance: Annotated[
        float | None,
        knob("Å", 100, 500, "Least distance between particles; by default their diameter.", valid=(1, 1e5)),
    ] = None
    scattering: Annotated[
        Literal["multislice", "phase-object", "weak-phase", "projection"],
        option("How the beam goes through the specimen, from the whole to the linear projection.", chapter=CHAPTER),
    ] = "multislice"
    slice_thickness: Annotated[
        float, knob("Å", 2, 40, "Thickness of a slice.", valid=(0.5, 1000), step=1, chapter=CHAPTER)
    ] = 10.0
    ice: Annotated[
        Literal["random", "constant", "none"],
        option("Ice with its graininess, ice without, or no ice at all.", chapter=CHAPTER),
    ] = "random"
    voltage_kv: Voltage = 300.0
    cs_mm: SphericalAberration = 2.7
    amplitude_contrast: AmplitudeContrast = 0.07
    defocus: Defocus = 15_000.0
    astigmatism: Astigmatism = 0.0
    astigmatism_angle: AstigmatismAngle = 0.0
    phase_shift: PhaseShift = 0.0
    bfactor: BFactor = 0.0
    atomic_bfactor: Annotated[
        float | None,
        knob("Å²", 0, 200, "B-factor of every atom; by default the structure's own.", valid=(0, 2000), step=5),
    ] = None
    dose: Annotated[
        float, knob("e/Å²", 1, 100, "Electrons that fall on an Å².", valid=(0.01, 1e4), step=1, chapter=CHAPTER)
    ] = 40.0
    camera: Annotated[
        Literal["K2", "ideal", "none"],
        option("The detector; none leaves the expected electrons, without noise.", chapter=CHAPTER),
    ] = "K2"
    energy_filter: Annotated[bool, option("Take out electrons that lost energy.", chapter=CHAPTER)] = True
    damage: Annotated[bool, option("Let detail fade with the dose.", chapter=CHAPTER)] = True
    seed: Seed = 0


def optics_of(knobs: MicrographKnobs) -> Any:
    """The knobs of the lens as Optics."""
    from ..data.optics import Optics

    names = ("defocus", "astigmatism", "astigmatism_angle", "voltage_kv", "cs_mm", "phase_shift", "bfactor")
    return Optics(amplitude_contrast=knobs.amplitude_contrast, **{name: getattr(knobs, name) for name in names})


def field_of(knobs: MicrographKnobs) -> Any:
    """The particles in their ice, all from the seed."""
    from ..base.errors import UnsupportedFileError
    from ..data.atoms import Atoms
    from ..data.open import open
    from ..physics import field

    atoms = open(knobs.model)
    if not isinstance(atoms, Atoms):
        raise UnsupportedFileError(
            f"{knobs.model} holds {type(atoms).__name__}, and a structure (.pdb, .cif) is needed"
        )
    diameter = 2 * float(np.linalg.norm(atoms.centred().positions, axis=1).max())
    depth = max(0.0, knobs.thickness - diameter)
    apart = knobs.distance or diameter
    places = field.scatter(knobs.n, knobs.size * knobs.pixel, apart, depth, knobs.seed, edge=diameter / 2)
    return field.field(
        atoms,
        places,
        knobs.size,
        knobs.pixel,
        knobs.thickness,
        slice_thickness=knobs.slice_thickness,
        bfactor=knobs.atomic_bfactor,
        in_ice=knobs.ice,
        seed=knobs.seed,
    )


def work(knobs: MicrographKnobs, folder: JobFolder | None) -> Outcome:
    """Make the field and write it with its truth; a folder is needed."""
    from ..data.images import Images
    from ..physics.micrograph import micrograph

    assert folder is not None
    field, optics = field_of(knobs), optics_of(knobs)
    counts = micrograph(
        field,
        optics,
        knobs.dose,
        _camera(knobs),
        model=knobs.scattering,
        energy_filter=knobs.energy_filter,
        damaged=knobs.damage,
        seed=knobs.seed,
    )
    Images(counts[None], knobs.pixel).save(folder.path("micrograph.mrc"))
    _write_truth(folder, knobs, field, optics)
    results = {
        "particles": knobs.n,
        "size": [knobs.size, knobs.size],
        "pixel_A": knobs.pixel,
        "thickness_A": len(field) * field.thickness,
        "mean_counts": float(counts.mean()),
        "simulated": True,
        "files": ["micrograph.mrc", "micrographs.star", "coordinates.star"],
    }
    line = f"{knobs.n} simulated particles in {knobs.size}² pixels of {knobs.pixel:g} Å: micrograph.mrc"
    return Outcome(results, (line,), _report(knobs, counts, field))


def _camera(knobs: MicrographKnobs) -> Any:
    from ..data.detector import detector

    return None if knobs.camera == "none" else detector(knobs.camera)


def _write_truth(folder: JobFolder, knobs: MicrographKnobs, field: Any, optics: Any) -> None:
    """``micrographs.star`` with the optics, and ``coordinates.star`` with each particle's place, angles and defocus."""
    from ..data.files import star

    def text(values: Any) -> Any:
        return np.array([f"{v:.6f}" for v in np.atleast_1d(values)])

    u, v = optics.defocus + optics.astigmatism / 2, optics.defocus - optics.astigmatism / 2
    group = {
        "rlnOpticsGroup": np.array(["1"]),
        "rlnOpticsGroupName": np.array(["opticsGroup1"]),
        "rlnVoltage": text(optics.voltage_kv),
        "rlnSphericalAberration": text(optics.cs_mm),
        "rlnAmplitudeContrast": text(optics.amplitude_contrast),
        "rlnMicrographPixelSize": text(knobs.pixel),
    }
    one = {
        "rlnMicrographName": np.array(["micrograph.mrc"]),
        "rlnOpticsGroup": np.array(["1"]),
        "rlnDefocusU": text(u),
        "rlnDefocusV": text(v),
        "rlnDefocusAngle": text(optics.astigmatism_angle),
        "rlnPhaseShift": text(optics.phase_shift),
    }
    blocks = [star.Block("optics", columns=group), star.Block("micrographs", columns=one)]
    star.write(folder.path("micrographs.star"), blocks)
    x, y, z = field.places.centres.T
    rot, tilt, psi = field.places.pose.euler().T
    columns = {
        "rlnCoordinateX": text(x / knobs.pixel + knobs.size // 2),
        "rlnCoordinateY": text(y / knobs.pixel + knobs.size // 2),
        "rlnAngleRot": text(rot),
        "rlnAngleTilt": text(tilt),
        "rlnAnglePsi": text(psi),
        "rlnDefocusU": text(u + z),
        "rlnDefocusV": text(v + z),
        "rlnDefocusAngle": text(np.full(len(z), optics.astigmatism_angle)),
    }
    star.write(folder.path("coordinates.star"), [star.Block("", columns=columns)])


def _report(knobs: MicrographKnobs, counts: Any, field: Any) -> Any:
    from ..maths import fourier, sampling
    from ..show import report as reports
    from ..show.specs import beside
    from . import pictures

    side = min(knobs.size, 1024)
    small = sampling.fourier_crop(counts - counts.mean(), side, 2) if side < knobs.size else counts
    pixel = knobs.pixel * knobs.size / side
    picture = pictures.grey(small, pixel, "The field", "Counts. Protein is dark.")
    tile = counts[: knobs.size // 512 * 512, : knobs.size // 512 * 512] if knobs.size >= 512 else counts
    n = min(512, knobs.size)
    tiles = tile.reshape(len(tile) // n, n, len(tile) // n, n).swapaxes(1, 2).reshape(-1, n, n)[:16]
    power = np.log10(fourier.power2(tiles - tiles.mean(axis=(1, 2), keepdims=True)).mean(0) + 1e-12)
    rings = pictures.grey(power, 1 / (n * knobs.pixel), "Power spectrum", "Mean of up to 16 tiles, logarithmic.")
    said = f"{knobs.n} copies of {knobs.model.name} in {len(field) * field.thickness:g} Å of ice, {knobs.dose:g} e/Å²"
    sections = (
        reports.Section("The micrograph", "Simulated, with the truth in coordinates.star.", beside(picture, rings)),
    )
    return reports.Report(title="Simulated micrograph", opening=said, sections=sections)


def python(knobs: MicrographKnobs) -> str:
    """The same in the library."""
    given = {k: v for k in type(knobs).model_fields if (v := getattr(knobs, k)) != type(knobs).model_fields[k].default}
    said = ", ".join(f"{k}={str(v) if isinstance(v, Path) else v!r}" for k, v in given.items() if k != "model")
    camera = "None" if knobs.camera == "none" else f"detector({knobs.camera!r})"
    return "\n".join(
        [
            "from underfocus.data.detector import detector",
            "from underfocus.jobs.micrograph import MicrographKnobs, field_of, optics_of",
            "from underfocus.physics.micrograph import micrograph",
            f"knobs = MicrographKnobs(model={str(knobs.model)!r}{', ' + said if said else ''})",
            f"counts = micrograph(field_of(knobs), optics_of(knobs), {knobs.dose!r}, {camera}, "
            f"model={knobs.scattering!r}, energy_filter={knobs.energy_filter}, damaged={knobs.damage}, "
            f"seed={knobs.seed})",
        ]
    )


JOB = Job("micrograph", verbs.VERBS["micrograph"], MicrographKnobs, work, python)
