"""``underfocus orientation``: how evenly views sample Fourier space, what is missing, and whether a tilt would help."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import numpy as np

from ..base.knobs import Knobs, knob, option
from ..data.dials import Seed, Symmetry
from . import verbs
from .folder import JobFolder
from .job import Job, Outcome

Length = Annotated[
    float,
    knob("Å", 2.0, 20.0, "The detail that is hoped for, or reached: where the map's SSNR ends.", valid=(0.5, 1_000.0)),
]


class OrientationKnobs(Knobs):
    """Which particles, their symmetry, and the film in which they lay."""

    particles: Annotated[Path, option("Particles with poses (.star, .cs); no images needed.", flag="PARTICLES")]
    symmetry: Symmetry = "C1"
    radius: Annotated[
        float,
        knob("voxels", 10, 200, "Radius in Fourier space at which sampling is judged.", valid=(1, 10_000), step=1),
    ] = 50.0
    diameter: Annotated[
        float | None,
        knob(
            "Å",
            50,
            500,
            "Diameter of the particle: with the resolution it says how many views suffice.",
            valid=(1, 1e5),
        ),
    ] = None
    resolution: Length = 4.0
    thickness: Annotated[
        float | None,
        knob("nm", 10, 200, "Thickness of the ice; with it a tilt of the stage is advised.", valid=(0, 2_000)),
    ] = None
    mean_free_path: Annotated[
        float, knob("nm", 200, 450, "Mean free path of electrons for losing energy in ice.", valid=(1, 1e5))
    ] = 320.0
    drift: Annotated[
        float,
        knob(
            "Å²", 0, 200, "Extra B-factor of films tilted by 45°, which drift more; it grows as tan².", valid=(0, 1e5)
        ),
    ] = 0.0
    unfiltered: Annotated[bool, option("No energy filter: electrons that lost energy stay as noise.")] = False
    seed: Seed = 0


def work(knobs: OrientationKnobs, folder: JobFolder | None) -> Outcome:
    """Read the orientations and judge them; with a thickness, compare tilts."""
    from ..data.files.orientations import read_orientations
    from ..validation import orientation

    pose = read_orientations(knobs.particles)
    found = orientation.coverage(pose, radius=knobs.radius, group=knobs.symmetry, seed=knobs.seed)
    advice = _advice(knobs, pose)
    results = _results(knobs, found, advice)
    if folder is not None:
        _write(folder.path("sampling.star"), found)
        results["files"] = ["sampling.star"]
    report = None if folder is None else _report(knobs, pose, found, advice)
    return Outcome(results, _lines(knobs, found, advice), report)


def _advice(knobs: OrientationKnobs, pose: Any) -> Any:
    if knobs.thickness is None:
        return None
    from ..inference.tilt_advice import Limit, advise

    return advise(
        pose,
        knobs.thickness,
        knobs.mean_free_path,
        filtered=not knobs.unfiltered,
        motion_b=knobs.drift,
        limit=Limit(knobs.resolution),
        group=knobs.symmetry,
        radius=knobs.radius,
        seed=knobs.seed,
    )


def _results(knobs: OrientationKnobs, found: Any, advice: Any) -> dict[str, Any]:
    """Numbers for the record."""
    from ..validation import orientation

    results: dict[str, Any] = {
        "particles": found.particles,
        "symmetry": knobs.symmetry,
        "radius_voxels": knobs.radius,
        "scf": found.scf,
        "scf_star": found.scf_star,
        "scf_star_by_chance": found.floor.mean,
        "scf_star_by_chance_low": found.floor.low,
        "even": found.even,
        "empty_directions": found.empty,
        "thinnest_direction": [round(float(v), 4) for v in found.thinnest],
        "hole_deg": found.hole,
        "sampling_least": float(found.sampling.min()),
        "sampling_most": float(found.sampling.max()),
        "slices_per_voxel": found.slices_per_voxel,
    }
    if knobs.diameter is not None:
        reach = knobs.diameter / knobs.resolution
        slices = orientation.slices_per_voxel(found.slices_per_voxel * 2 * found.radius, max(reach, 1.0))
        needed = orientation.crowther_views(knobs.diameter, knobs.resolution)
        results |= {"crowther_views": needed, "slices_per_voxel_at_resolution": slices}
    if advice is not None:
        results["advised_tilts"] = list(advice.chosen.tilts)
        results["tilts"] = [
            {"tilts": list(t.tilts), "scf": t.scf, "scf_star": t.scf_star, "cfar": t.cfar, "snr": t.snr, "bits": t.bits}
            for t in advice.table
        ]
    return results


def _lines(knobs: OrientationKnobs, found: Any, advice: Any) -> tuple[str, ...]:
    chance = f"chance alone gives {found.floor.mean:.3f}, and less than {found.floor.low:.3f} once in twenty"
    verdict = "even, as far as so many can tell" if found.even else "not even"
    lines = [
        f"{found.particles} particles ({knobs.symmetry}): the views are {verdict}",
        f"SCF {found.scf:.3f}, SCF* {found.scf_star:.3f}; {chance}; side views alone have 0.811",
        f"{found.slices_per_voxel:.1f} slices a voxel at radius {found.radius:g}, "
        f"{found.empty:.1%} of directions are empty",
    ]
    if not found.even:
        x, y, z = found.thinnest
        hole = f", and empty within {found.hole:.0f}° of it" if found.hole > 0 else ""
        lines.append(f"sampling is thinnest about ({x:.2f}, {y:.2f}, {z:.2f}){hole}")
    if knobs.symmetry == "C1" and not found.even:
        lines.append("if these were refined with symmetry, name it (--symmetry): its mates were seen too")
    return (*lines, *((advice.sentence,) if advice is not None else ()))


def _write(path: Path, found: Any) -> None:
    """Directions and their sampling as a STAR table."""
    from ..data.files import star

    names = ("ufDirectionX", "ufDirectionY", "ufDirectionZ", "ufFourierSampling")
    values = (*found.directions.T, found.sampling)
    columns = {name: np.array([f"{v:.6f}" for v in column]) for name, column in zip(names, values, strict=True)}
    star.write(path, [star.Block("fourier_sampling", columns=columns)])


def _report(knobs: OrientationKnobs, pose: Any, found: Any, advice: Any) -> Any:
    from ..show import report as reports
    from . import orientation_pictures as pictures

    sections = [
        reports.Section("Views", panels=pictures.views(pose)),
        reports.Section("Fourier sampling", pictures.SAMPLING, pictures.sampling(pose, found)),
        reports.Section("In numbers", panels=pictures.numbers(found, knobs.diameter, knobs.resolution)),
    ]
    if advice is not None:
        sections.append(reports.Section("Would a tilt help?", advice.sentence, pictures.tilts(advice)))
    symmetry = "" if knobs.symmetry == "C1" else f" with symmetry {knobs.symmetry}"
    return reports.Report(
        title=f"Orientations of {knobs.particles.name}",
        opening=f"How {found.particles} particles{symmetry} were seen, and which detail that leaves out.",
        sections=tuple(sections),
    )


def python(knobs: OrientationKnobs) -> str:
    """The same in the library."""
    group = "" if knobs.symmetry == "C1" else f", group={knobs.symmetry!r}"
    radius = "" if knobs.radius == 50.0 else f", radius={knobs.radius!r}"
    seed = "" if knobs.seed == 0 else f", seed={knobs.seed}"
    lines = [
        "from underfocus.samples.views import from_particles",
        "from underfocus.validation import orientation",
        f"pose = from_particles({str(knobs.particles)!r})",
        f"found = orientation.coverage(pose{radius}{group}{seed})",
        "print(found.scf, found.scf_star, found.floor.low)",
    ]
    if knobs.thickness is not None:
        options = f"{knobs.thickness!r}, {knobs.mean_free_path!r}, limit=Limit({knobs.resolution!r})"
        options += (
            f"{', filtered=False' if knobs.unfiltered else ''}{f', motion_b={knobs.drift!r}' if knobs.drift else ''}"
        )
        lines.insert(0, "from underfocus.inference.tilt_advice import Limit, advise")
        lines += [f"advice = advise(pose, {options}{group}{radius}{seed})", "print(advice.sentence)"]
    return "\n".join(lines)


JOB = Job("orientation", verbs.VERBS["orientation"], OrientationKnobs, work, python, folder="optional")
