"""``underfocus simulate``: a structure or a map becomes particles with CTF and noise, and the truth beside them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np

from ..base.errors import InputError, UnsupportedFileError
from ..base.knobs import Knobs, knob, option
from ..data.dials import Box, Contrast, Count, Pixel, Seed, Shift, Snr
from ..data.optics import (
    AmplitudeContrast,
    Astigmatism,
    BFactor,
    PhaseShift,
    SphericalAberration,
    Voltage,
)
from .folder import JobFolder
from .job import Job, Outcome

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
    seed: Seed = 0
    contrast: Contrast = "white"


#: Pixel in Å of a structure's images where none is asked for.
DEFAULT_PIXEL = 1.5


def specimen(knobs: SimulateKnobs) -> Any:
    """The density to image, a cube: a structure's potential, or a map resampled where box or pixel ask for it."""
    from ..data.atoms import Atoms
    from ..data.open import open
    from ..data.volume import Volume
    from ..physics.potential import box_for, potential

    found = open(knobs.model)
    if isinstance(found, Atoms):
        pixel = knobs.pixel or DEFAULT_PIXEL
        atoms = found.centred()
        return potential(atoms, knobs.box or max(32, box_for(atoms, pixel)), pixel)
    if not isinstance(found, Volume):
        raise UnsupportedFileError(f"{knobs.model} holds {type(found).__name__}, and a structure or a map is needed")
    return _resampled(found, knobs.box, knobs.pixel)


def _resampled(volume: Any, box: int | None, pixel: float | None) -> Any:
    """A map at another pixel (its transform cropped or zero-filled) and box (zeros added, or the centre kept)."""
    from ..data.volume import Volume
    from ..maths import sampling

    data, size = volume.data - np.median(volume.data), volume.pixel
    n = max(data.shape)
    if data.shape != (n, n, n):
        data = _in_cube(data, n)
    if pixel is not None and abs(pixel - size) > 1e-4 * size:
        m = round(n * size / pixel)
        if abs(n * size / m - pixel) > 0.01 * pixel:
            raise InputError(
                f"a map of {n} × {size:g} Å cannot be resampled to {pixel:g} Å within 1 %; choose {n * size / m:.4g} Å"
            )
        data = sampling.fourier_crop(data, m, 3) if m < n else sampling.fourier_pad(data, m, 3)
        size, n = n * size / m, m
    if box is not None and box != n:
        data = sampling.crop(data, box, 3) if box < n else sampling.pad(data, box, 3)
    return Volume(np.asarray(data, np.float32), size)


def _in_cube(data: np.ndarray[Any, Any], n: int) -> np.ndarray[Any, Any]:
    """A map that is no cube, centred in one."""
    cube = np.zeros((n, n, n), data.dtype)
    cube[tuple(slice(n // 2 - m // 2, n // 2 - m // 2 + m) for m in data.shape)] = data
    return cube


def plan(knobs: SimulateKnobs, volume: Any) -> Any:
    """The simulation laid out: poses, optics and noise level, all from the seed."""
    from ..data.optics import Optics, spread
    from ..data.pose import Pose
    from ..physics.imaging import layout

    streams = np.random.default_rng(knobs.seed)
    pose = Pose.random(knobs.n, streams, knobs.shift)
    optics = Optics(
        defocus=spread(*knobs.defocus, knobs.n, streams),
        astigmatism=np.full(knobs.n, knobs.astigmatism),
        astigmatism_angle=streams.uniform(0, 180, knobs.n) if knobs.astigmatism else np.zeros(knobs.n),
        voltage_kv=knobs.voltage_kv,
        cs_mm=knobs.cs_mm,
        amplitude_contrast=knobs.amplitude_contrast,
        phase_shift=knobs.phase_shift,
        bfactor=knobs.bfactor,
    )
    contrast: Literal["white", "dark"] = knobs.contrast
    return layout(volume, pose, optics, snr=knobs.snr, seed=knobs.seed, contrast=contrast)


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
    volume = specimen(knobs)
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
    """The same in the library, to the last bit."""
    asked = ", ".join(f"{k}={v!r}" for k, v in (("box", knobs.box), ("pixel", knobs.pixel)) if v is not None)
    low, high = knobs.defocus
    optics = {
        name: getattr(knobs, name) for name in ("voltage_kv", "cs_mm", "amplitude_contrast", "phase_shift", "bfactor")
    }
    turned = {n: v for n, v in optics.items() if v != SimulateKnobs.model_fields[n].default}
    facts = "".join(f", {n}={v:g}" for n, v in turned.items())
    angles = (
        f", astigmatism={knobs.astigmatism:g}, astigmatism_angle=rng.uniform(0, 180, n)" if knobs.astigmatism else ""
    )
    contrast = ", contrast='dark'" if knobs.contrast == "dark" else ""
    return (
        "import numpy as np\n"
        "from underfocus.jobs.simulate import SimulateKnobs, specimen\n"
        f"n, rng = {knobs.n}, np.random.default_rng({knobs.seed})\n"
        f"volume = specimen(SimulateKnobs(model={str(knobs.model)!r}{', ' + asked if asked else ''}))\n"
        f"pose = uf.Pose.random(n, rng, shift={knobs.shift:g})\n"
        f"optics = uf.Optics(defocus=uf.spread({low:g}, {high:g}, n, rng){facts}{angles})\n"
        f"particles = uf.simulate(volume, pose, optics, snr={knobs.snr!r}, seed={knobs.seed}{contrast})"
    )


JOB = Job("simulate", "particles with CTF and noise from a structure or a map", SimulateKnobs, work, python)
