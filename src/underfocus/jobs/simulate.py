"""``underfocus simulate``: a structure or a map becomes particles with CTF and noise, and the truth beside them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import numpy as np

from ..base.knobs import Knobs, knob, knobs_of, option
from ..data.dials import Box, Contrast, Count, Pixel, Seed, Shift, Snr
from ..data.open import STRUCTURES, suffix_of
from ..data.optics import (
    AmplitudeContrast,
    Astigmatism,
    BFactor,
    Optics,
    PhaseShift,
    SphericalAberration,
    Voltage,
)
from .folder import JobFolder
from .job import Job, Outcome, files_of
from .specimen import DEFAULT_PIXEL, specimen

DefocusRange = Annotated[
    tuple[float, float],
    knob(
        "Å",
        5_000,
        40_000,
        "Defocus as LOW:HIGH, drawn uniformly for each particle (positive is underfocus); one number is one defocus.",
        flag="--defocus",
        chapter="phase-contrast",
    ),
]


class SimulateKnobs(Knobs):
    """What is imaged, how often, and by which microscope."""

    model: Annotated[Path, option("Structure (.pdb, .cif) or map (.mrc) to image.", flag="MODEL")]
    n: Count = 1000
    box: Box | None = None
    pixel: Pixel | None = None
    voltage_kv: Voltage = 300.0
    cs_mm: SphericalAberration = 2.7
    amplitude_contrast: AmplitudeContrast = 0.1
    defocus: DefocusRange = (10_000.0, 25_000.0)
    astigmatism: Astigmatism = 0.0
    phase_shift: PhaseShift = 0.0
    bfactor: BFactor = 0.0
    snr: Snr = 0.1
    shift: Shift = 0.0
    views: Annotated[
        str,
        option("How particles lie: uniform, top, side, mixture, or a .star or .cs file whose views are drawn from."),
    ] = "uniform"
    view_spread: Annotated[
        float,
        knob("°", 0, 60, "Half opening of the cone of top views, or of the band of side views.", valid=(0, 90)),
    ] = 10.0
    view_fraction: Annotated[
        float, knob("", 0, 1, "The part of a mixture that lies in every orientation; the rest are top views.")
    ] = 0.5
    tilt: Annotated[
        float,
        knob("°", 0, 60, "Tilt of the stage; the longer way through ice is yours to take off --snr.", valid=(-85, 85)),
    ] = 0.0
    seed: Seed = 0
    contrast: Contrast = "white"


def preferred(knobs: SimulateKnobs) -> bool:
    """Whether views are other than uniform, which a tilted stage leaves as they are."""
    return knobs.views != "uniform"


def plan(knobs: SimulateKnobs, volume: Any) -> Any:
    """The simulation laid out: poses, optics and noise level, all from the seed."""
    from ..data.optics import spread
    from ..data.pose import Pose
    from ..physics.imaging import layout

    optics = Optics(
        defocus=spread(*knobs.defocus, knobs.n, knobs.seed + 1),
        astigmatism=knobs.astigmatism,
        astigmatism_angle=spread(0, 180, knobs.n, knobs.seed + 2) if knobs.astigmatism else 0.0,
        voltage_kv=knobs.voltage_kv,
        cs_mm=knobs.cs_mm,
        amplitude_contrast=knobs.amplitude_contrast,
        phase_shift=knobs.phase_shift,
        bfactor=knobs.bfactor,
    )
    pose = Pose.random(knobs.n, knobs.seed, knobs.shift)
    if preferred(knobs):
        from ..samples import views

        wanted = {"spread": knobs.view_spread, "fraction": knobs.view_fraction, "tilt": knobs.tilt}
        pose = Pose(views.film(knobs.views, knobs.n, knobs.seed, **wanted).rotation, pose.shift)
    return layout(volume, pose, optics, snr=knobs.snr, seed=knobs.seed, contrast=knobs.contrast)


def write(imaging: Any, folder: JobFolder) -> None:
    """Stack, metadata and truth under their fixed names; the stack continues where a killed run left it."""
    from ..data.files import relion_write, star
    from ..data.files.stack_writer import StackWriter
    from ..physics.imaging import simulate_chunks

    volume = imaging.volume
    stack = folder.path("particles.mrcs")
    with StackWriter(stack, len(imaging), volume.n, volume.pixel, resume=folder.resumed) as writer:
        for images in simulate_chunks(imaging, writer.written):
            writer.add(images)
    volume.save(folder.path("truth.mrc"))
    particles = imaging.particles(np.zeros((len(imaging), 1, 1), np.float32))
    star.write(folder.path("particles.star"), relion_write.metadata(particles, stack.name, volume.n))


def work(knobs: SimulateKnobs, folder: JobFolder | None) -> Outcome:
    """Make the particles; a folder is needed."""
    from . import pictures

    assert folder is not None
    volume = specimen(knobs.model, knobs.box, knobs.pixel)
    imaging = plan(knobs, volume)
    write(imaging, folder)
    results = {
        "particles": knobs.n,
        "box": volume.n,
        "pixel_A": volume.pixel,
        "noise_sd": imaging.sigma,
        "snr": knobs.snr,
        "simulated": True,
        "files": ["particles.star", "particles.mrcs", "truth.mrc"],
    }
    line = f"{knobs.n} simulated particles of {volume.n}² pixels, {volume.pixel:g} Å, SNR {knobs.snr:g}"
    return Outcome(results, (line,), pictures.simulation_report(imaging, knobs.model.name))


def python(knobs: SimulateKnobs) -> str:
    """The same in the library."""
    low, high = knobs.defocus
    optics = [f"defocus=uf.spread({low:.12g}, {high:.12g}, {knobs.n}, seed={knobs.seed + 1})"]
    if knobs.astigmatism:
        optics.append(f"astigmatism_angle=uf.spread(0, 180, {knobs.n}, seed={knobs.seed + 2})")
    turned = {b.name: getattr(knobs, b.name) for b in knobs_of(Optics) if b.name in SimulateKnobs.model_fields}
    standard = Optics()
    optics += [f"{k}={v!r}" for k, v in turned.items() if k != "defocus" and v != getattr(standard, k)]
    contrast = "" if knobs.contrast == "white" else f", contrast={knobs.contrast!r}"
    return (
        f"{_specimen(knobs)}\n"
        f"pose = uf.Pose.random({knobs.n}, seed={knobs.seed}, shift={knobs.shift!r})\n{_lying(knobs)}"
        f"optics = uf.Optics({', '.join(optics)})\n"
        f"particles = uf.simulate(volume, pose, optics, snr={knobs.snr!r}, seed={knobs.seed}{contrast})"
    )


def _lying(knobs: SimulateKnobs) -> str:
    """The lines that turn the particles as they lie, where that is not by chance."""
    if not preferred(knobs):
        return ""
    wanted = f"spread={knobs.view_spread!r}, fraction={knobs.view_fraction!r}, tilt={knobs.tilt!r}"
    made = f"views.film({knobs.views!r}, {knobs.n}, {knobs.seed}, {wanted})"
    return f"from underfocus.samples import views\npose = uf.Pose({made}.rotation, pose.shift)\n"


def inputs(knobs: SimulateKnobs) -> list[Path]:
    """The model, and the particles whose views are drawn from."""
    drawn = Path(knobs.views)
    return [*files_of(knobs), *([drawn] if drawn.suffix and drawn.is_file() else [])]


def _specimen(knobs: SimulateKnobs) -> str:
    """The line that makes the density."""
    if suffix_of(knobs.model) in STRUCTURES and knobs.box:
        size = knobs.pixel or DEFAULT_PIXEL
        return f"volume = uf.potential(uf.open({str(knobs.model)!r}).centred(), n={knobs.box}, pixel={size!r})"
    given = "".join(f", {k}={v!r}" for k, v in (("box", knobs.box), ("pixel", knobs.pixel)) if v is not None)
    return f"from underfocus.jobs.specimen import specimen\nvolume = specimen({str(knobs.model)!r}{given})"


JOB = Job(
    "simulate", "particles with CTF and noise from a structure or a map", SimulateKnobs, work, python, inputs=inputs
)
