"""``underfocus tour``: a real structure through the whole chain, from potential to sharpened map, in one report."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

import numpy as np

from ..base.errors import InputError
from ..base.knobs import Knobs, option
from ..data.dials import Box, Count, Pixel, Seed, Snr
from .folder import JobFolder
from .job import Job, Outcome
from .reconstruct import write_curve
from .sharpen import within


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


@dataclass(frozen=True)
class Sharpening:
    """Guinier plots of the map and of the truth, and the map with the difference of their B-factors undone."""

    plot: Any
    truth: Any
    volume: Any

    @property
    def bfactor(self) -> float:
        """B in Å² beyond the structure's own slope, which is to stay."""
        return float(self.plot.bfactor - self.truth.bfactor)


@dataclass(frozen=True)
class Chain:
    """What the stages made, for the record and the report."""

    imaging: Any
    maps: Any
    mask: Any
    halves: Any
    truth: Any
    sharpening: Sharpening | None


def work(knobs: TourKnobs, folder: JobFolder | None) -> Outcome:
    """The whole chain, each stage on the files of the one before."""
    from .tour_report import report

    assert folder is not None
    clock = Stopwatch()
    chain = _run(knobs, folder, clock)
    files = ["particles.star", "particles.mrcs", "truth.mrc", *_save(chain, folder)]
    results = {
        "structure": knobs.structure,
        "particles": knobs.n,
        "box": knobs.box,
        "pixel_A": knobs.pixel,
        "snr": knobs.snr,
        "simulated": True,
        "fsc_0143_A": chain.halves.resolution(0.143),
        "fsc_05_A": chain.halves.resolution(0.5),
        "truth_fsc_05_A": chain.truth.resolution(0.5),
        "bfactor_found_A2": chain.sharpening.bfactor if chain.sharpening else None,
        "bfactor_put_in_A2": IMAGE_BFACTOR,
        "timings": clock.seconds,
        "files": files,
    }
    line = (
        f"{knobs.n} simulated particles of {knobs.structure} gave {results['fsc_0143_A']:.2f} Å between half maps "
        f"(FSC 0.143) and {results['truth_fsc_05_A']:.2f} Å to the truth (FSC 0.5)"
    )
    return Outcome(results, (line,), report(knobs, chain, clock.seconds))


def _run(knobs: TourKnobs, folder: JobFolder, clock: Stopwatch) -> Chain:
    """The stages, timed."""
    from ..data.open import open
    from ..inference.reconstruct import reconstruct_halves
    from ..maths import masks
    from ..validation.resolution import fsc
    from .simulate import write

    with clock("potential"):
        volume = specimen(knobs)
    with clock("particles"):
        imaging = layout(knobs, volume)
        write(imaging, folder)
    with clock("half maps"):
        particles: Any = open(folder.path("particles.star"))
        # The CTF as it would be fitted, knowing no envelope: the map keeps the B-factor, as real maps do.
        maps = reconstruct_halves(replace(particles, optics=replace(particles.optics, bfactor=0.0)))
    with clock("validation"):
        mask = masks.from_density(maps.whole.data)
        halves, truth = fsc(maps.half1, maps.half2, mask, seed=knobs.seed), fsc(maps.whole, volume, mask)
    with clock("sharpening"):
        sharpening = _sharpening(maps.whole, volume, mask, halves)
    return Chain(imaging, maps, mask, halves, truth, sharpening)


def _sharpening(whole: Any, volume: Any, mask: Any, halves: Any) -> Sharpening | None:
    """The sharpened map; None where it ends before a Guinier line can be fitted."""
    from ..inference.sharpen import guinier, sharpen

    limit = max(halves.resolution(0.143), 2 * volume.pixel)
    try:
        plot = guinier(within(whole, mask), limit, fsc=halves.best)
        truth = guinier(within(volume, mask), limit)
    except InputError:
        return None
    return Sharpening(plot, truth, sharpen(whole, plot.bfactor - truth.bfactor, limit, halves.best))


def _save(chain: Chain, folder: JobFolder) -> list[str]:
    """Maps and curve under their fixed names, which are returned."""
    found = {"half1.mrc": chain.maps.half1, "half2.mrc": chain.maps.half2, "map.mrc": chain.maps.whole}
    if chain.sharpening:
        found["sharpened.mrc"] = chain.sharpening.volume
    for name, volume in found.items():
        volume.save(folder.path(name))
    write_curve(folder.path("fsc.star"), chain.halves)
    return [*found, "fsc.star"]


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
