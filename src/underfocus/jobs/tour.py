"""``underfocus tour``: a real structure through the whole chain, from potential to sharpened map, in one report."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Literal

import numpy as np

from ..base.knobs import Knobs, option
from ..data.dials import Box, Count, Pixel, Seed, Snr
from . import pictures
from .folder import JobFolder
from .job import Job, Outcome
from .reconstruct import write_curve


class TourKnobs(Knobs):
    """Which structure, how many particles, how noisy."""

    structure: Annotated[
        Literal["7pbl", "1ake", "ferritin"], option("A shipped structure; ferritin is a Cα trace, true to 8 Å.")
    ] = "7pbl"
    n: Count = 4000
    box: Box = 128
    pixel: Pixel = 1.5
    snr: Snr = 0.05
    seed: Seed = 1


#: Damping of the images in Å², so that there is a B-factor to find and to undo.
IMAGE_BFACTOR = 60.0
DEFOCUS = (8_000.0, 22_000.0)
SHIFT = 6.0


class Stopwatch:
    """Seconds a stage, by name."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        """Time the body."""
        started = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - started, 2)


def specimen(knobs: TourKnobs) -> Any:
    """The potential of the structure."""
    from ..physics.potential import potential
    from ..samples import protein

    return potential(protein(knobs.structure), knobs.box, knobs.pixel)


def layout(knobs: TourKnobs, volume: Any) -> Any:
    """Poses, optics and noise."""
    from ..data.optics import Optics, spread
    from ..data.pose import Pose
    from ..physics.imaging import layout as lay_out

    streams = np.random.default_rng(knobs.seed)
    pose = Pose.random(knobs.n, streams, SHIFT)
    optics = Optics(defocus=spread(*DEFOCUS, knobs.n, streams), bfactor=IMAGE_BFACTOR)
    return lay_out(volume, pose, optics, snr=knobs.snr, seed=knobs.seed)


def work(knobs: TourKnobs, folder: JobFolder | None) -> Outcome:
    """The whole chain, each stage on the files of the one before."""
    from ..data.open import open
    from ..inference.reconstruct import reconstruct_halves
    from ..inference.sharpen import guinier, sharpen
    from ..maths import masks
    from ..validation.resolution import fsc
    from .simulate import write

    assert folder is not None
    clock = Stopwatch()
    with clock("potential"):
        volume = specimen(knobs)
    with clock("particles"):
        imaging = layout(knobs, volume)
        write(imaging, folder)
    with clock("half maps"):
        particles: Any = open(folder.path("particles.star"))
        blurred = _without_bfactor(particles)
        maps = reconstruct_halves(blurred)
    with clock("validation"):
        mask = masks.from_density(maps.whole.data)
        halves, truth = fsc(maps.half1, maps.half2, mask, seed=knobs.seed), fsc(maps.whole, volume, mask)
    with clock("sharpening"):
        limit = max(halves.resolution(0.143), 2 * volume.pixel)
        plot = guinier(_within(maps.whole, mask), limit, fsc=halves.best)
        own = guinier(_within(volume, mask), limit).bfactor  # the slope of the structure itself, which is to stay
        sharp = sharpen(maps.whole, plot.bfactor - own, limit, halves.best)
    for name, found in (("half1", maps.half1), ("half2", maps.half2), ("map", maps.whole), ("sharpened", sharp)):
        found.save(folder.path(f"{name}.mrc"))
    write_curve(folder.path("fsc.star"), halves)
    results = {
        "structure": knobs.structure,
        "particles": knobs.n,
        "box": knobs.box,
        "pixel_A": knobs.pixel,
        "simulated": True,
        "fsc_0143_A": halves.resolution(0.143),
        "fsc_05_A": halves.resolution(0.5),
        "truth_fsc_05_A": truth.resolution(0.5),
        "bfactor_found_A2": plot.bfactor,
        "bfactor_of_structure_A2": own,
        "bfactor_put_in_A2": IMAGE_BFACTOR,
        "timings": clock.seconds,
        "files": [
            *("particles.star", "particles.mrcs", "truth.mrc", "half1.mrc", "half2.mrc"),
            *("map.mrc", "sharpened.mrc", "fsc.star"),
        ],
    }
    line = (
        f"{knobs.n} simulated particles of {knobs.structure} gave {results['fsc_0143_A']:.2f} Å between half maps "
        f"(FSC 0.143) and {results['truth_fsc_05_A']:.2f} Å to the truth (FSC 0.5)"
    )
    return Outcome(results, (line,), _report(knobs, imaging, maps, halves, truth, plot, sharp, results))


def _without_bfactor(particles: Any) -> Any:
    """The particles as their CTF was fitted, knowing no envelope: the map keeps the B-factor, as real maps do."""
    from dataclasses import replace

    optics = replace(particles.optics, bfactor=0.0)
    return replace(particles, optics=optics)


def _within(volume: Any, mask: Any) -> Any:
    """A map with its solvent left out: the FSC that weights the plot is corrected for that mask."""
    from dataclasses import replace

    return replace(volume, data=volume.data * mask)


def _report(
    knobs: TourKnobs, imaging: Any, maps: Any, halves: Any, truth: Any, plot: Any, sharp: Any, results: dict[str, Any]
) -> Any:
    from ..samples import structures
    from ..show import report as reports
    from ..show.specs import beside, readout

    known = next(s for s in structures() if s.name == knobs.structure)
    numbers = beside(
        pictures.fsc_curve({"half maps, corrected": halves, "whole map to truth": truth}),
        pictures.resolution_readouts(halves),
        (readout("to the truth, FSC 0.5", truth.resolution(0.5), "Å"),),
    )
    found = plot.bfactor - results["bfactor_of_structure_A2"]
    sharpened = beside(
        pictures.guinier_plot(plot),
        (
            readout("B found beyond the structure's own", found, "Å²"),
            readout("B put into the images", IMAGE_BFACTOR, "Å²", "exp(−B s²/4)"),
        ),
    )
    spent = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in results["timings"].items())
    return reports.Report(
        title="From a structure to a map",
        opening=f"{known.what} ({known.source}). {pictures.HONEST}\n\nTime: {spent}.",
        sections=(
            reports.Section(
                "1. The specimen",
                "The electrostatic potential of its atoms in volts (Peng 1996), on "
                f"{knobs.box}³ voxels of {knobs.pixel:g} Å. This is the truth that the map is compared with.",
                pictures.central_slices(imaging.volume, "Potential"),
            ),
            reports.Section(
                "2. The particles",
                f"{knobs.n} projections in random orientations, each with its own defocus, then noise of "
                f"{1 / knobs.snr:.0f} times the signal's variance.",
                pictures.particle_panels(imaging),
            ),
            reports.Section("3. How they were seen", panels=pictures.coverage(imaging)),
            reports.Section(
                "4. How far to trust the map",
                "Maps from disjoint halves of the particles agree as far as there is signal. The truth is known too.",
                numbers,
            ),
            reports.Section("5. The map as it comes", panels=pictures.central_slices(maps.whole, "Map")),
            reports.Section(
                "6. Sharpened",
                "The images were damped, as real ones are. The Guinier plot shows how much, and sharpening undoes it.",
                (sharpened, pictures.central_slices(sharp, "Sharpened map")),
            ),
        ),
    )


def python(knobs: TourKnobs) -> str:
    """The same in the library."""
    return (
        "import numpy as np\n"
        "from dataclasses import replace\n"
        "from underfocus.maths import masks\n"
        f"n, rng = {knobs.n}, np.random.default_rng({knobs.seed})\n"
        f"volume = uf.potential(uf.samples.protein({knobs.structure!r}), n={knobs.box}, pixel={knobs.pixel:g})\n"
        f"pose = uf.Pose.random(n, rng, shift={SHIFT:g})\n"
        f"defocus = uf.spread({DEFOCUS[0]:g}, {DEFOCUS[1]:g}, n, rng)\n"
        f"particles = uf.simulate(volume, pose, uf.Optics(defocus=defocus, bfactor={IMAGE_BFACTOR:g}), "
        f"snr={knobs.snr!r}, seed={knobs.seed})\n"
        "maps = uf.reconstruct_halves(replace(particles, optics=uf.Optics(defocus=defocus)))\n"
        f"curve = uf.fsc(maps.half1, maps.half2, masks.from_density(maps.whole.data), seed={knobs.seed})\n"
        "print(curve.resolution(0.143))"
    )


JOB = Job("tour", "a real structure through the whole chain to a report", TourKnobs, work, python)
