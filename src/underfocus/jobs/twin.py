"""``underfocus twin``: what limits this map? The particles beside images simulated from the map in their own poses."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np

from ..base.errors import InputError
from ..base.knobs import Knobs, knob, option
from ..data.dials import Contrast, Pixel, Seed, Symmetry
from . import verbs
from .folder import JobFolder
from .job import Job, Outcome
from .reconstruct import SUMS, read, weighting
from .resolution import volume

#: Names of the twin's own images.
STAR, STACK = "twin.star", "twin.mrcs"


class TwinKnobs(Knobs):
    """The particles, their map, and how the two sets are compared."""

    particles: Annotated[Path, option("Particles with poses: RELION .star or cryoSPARC .cs.", flag="PARTICLES")]
    map: Annotated[
        Path,
        option("The map that all particles are taken to show (.mrc): sharpened, a model's, or their own.", flag="MAP"),
    ]
    half1: Annotated[Path | None, option("First half of the map: with the second its own noise is taken off.")] = None
    half2: Annotated[Path | None, option("Second half of the map.")] = None
    mask: Annotated[str, option("A mask (.mrc), 'auto' for the map's envelope, or 'none'.")] = "auto"
    symmetry: Symmetry = "C1"
    undo: Annotated[
        str,
        option(
            "B in Å² that is undone in the map before the twin is made, 'guinier' for that of its Guinier plot, or "
            "'none'."
        ),
    ] = "none"
    n: Annotated[
        int | None,
        knob("", 100, 100_000, "Use so many particles, spread over the set; all without.", valid=(2, 100_000_000)),
    ] = None
    noise: Annotated[
        Literal["alike", "groups"],
        option("In the reconstructions, take all images as equally noisy, or weigh each optics group by its noise."),
    ] = "alike"
    spectra: Annotated[
        Literal["corners", "residual"],
        option("The twin's noise: as in the images' corners, or as what the map leaves unexplained in them."),
    ] = "corners"
    weights: Annotated[str | None, option("Column of the metadata with a weight for each image.")] = None
    exposure: Annotated[
        str | None, option("Column with the dose in e/Å² before each image (rlnMicrographPreExposure).")
    ] = None
    keep: Annotated[bool, option("Keep the twin's images: twin.star and twin.mrcs.")] = False
    seed: Seed = 0
    contrast: Contrast | None = None
    pixel: Pixel | None = None
    images: Annotated[Path | None, option("A further folder in which the stacks are looked for.")] = None


def undo(knobs: TwinKnobs) -> Any:
    """The B that is undone, or "guinier". InputError for another word."""
    if knobs.undo in ("guinier", "none"):
        return "guinier" if knobs.undo == "guinier" else 0.0
    try:
        return float(knobs.undo)
    except ValueError:
        raise InputError(f"undo is a B-factor in Å², guinier or none, and {knobs.undo!r} was given") from None


def plan(knobs: TwinKnobs, particles: Any, folder: JobFolder | None) -> Any:
    """How data and twin are treated."""
    from ..inference.comparison import Plan
    from ..inference.reconstruct import scheme_for
    from ..validation.gap import measured

    if (knobs.half1 is None) != (knobs.half2 is None):
        raise InputError("the noise of a map is known from both of its halves; give --half1 and --half2, or neither")
    fsc, mask = None, _mask(knobs)
    if knobs.half1 is not None and knobs.half2 is not None:
        first, second = (_fitting(path, knobs, particles) for path in (knobs.half1, knobs.half2))
        fsc = np.clip(measured(first, second).fsc, 0, 1)
    return Plan(
        mask=mask,
        undo=undo(knobs),
        fsc=fsc,
        spectra=knobs.spectra,
        scheme=scheme_for("fourier", symmetry=knobs.symmetry),
        weighting=weighting(knobs, particles),
        seed=knobs.seed,
        store=None if folder is None else folder.path(SUMS),
    )


def _mask(knobs: TwinKnobs) -> Any:
    if knobs.mask in ("auto", "none"):
        return None if knobs.mask == "none" else "auto"
    return volume(Path(knobs.mask), None)


def _fitting(path: Path, knobs: TwinKnobs, particles: Any) -> Any:
    """A map in the images' box."""
    from ..inference.twinmap import in_box

    return in_box(volume(path, None), particles.n, particles.pixel, str(path))


def some(particles: Any, count: int | None) -> Any:
    """So many of the particles, spread over the set; all for None."""
    if count is None or count >= len(particles):
        return particles
    return particles[np.unique(np.linspace(0, len(particles) - 1, count).astype(int))]


def kept(twin: Any, folder: JobFolder) -> Any:
    """Write the twin's images, going on where a killed run stopped, and give them back as they lie in the file."""
    from dataclasses import replace

    from ..base.progress import track
    from ..data.files import relion_write, star
    from ..data.files.stack_writer import StackWriter
    from ..data.images import Images
    from ..data.open import open
    from ..inference.twin import CHUNK

    particles, path = twin.imitation(), folder.path(STACK)
    count, n = len(particles), particles.n
    with StackWriter(path, count, n, particles.pixel, resume=folder.resumed) as writer:
        blocks = range(writer.written - writer.written % CHUNK, count, CHUNK)
        for first in track(blocks, "imaging twins", len(blocks)):
            rows = np.arange(first, min(first + CHUNK, count))  # whole blocks: rounding depends on them
            writer.add(twin.images(rows)[writer.written - first :])
    star.write(folder.path(STAR), relion_write.metadata(particles, path.name, n))
    stored = open(path)
    assert isinstance(stored, Images)
    return replace(particles, stack=stored.data)


def work(knobs: TwinKnobs, folder: JobFolder | None) -> Outcome:
    """Compare the particles with their twin, in numbers, curves and words."""
    from ..inference.comparison import compare
    from . import twin_report

    assert folder is not None
    particles = some(read(knobs), knobs.n)
    folder.uses([file.header.path for file in getattr(particles.stack, "files", ())])
    shown = _fitting(knobs.map, knobs, particles)
    keep = (lambda twin: kept(twin, folder)) if knobs.keep else None
    found = compare(particles, shown, plan(knobs, particles, folder), keep)
    twin_report.write_curves(folder.path("expected.star"), found)
    results = _results(knobs, particles, found)
    results["files"] = ["expected.star", *([STAR, STACK] if knobs.keep else [])]
    return Outcome(results, _lines(found), twin_report.report(knobs, particles, found))


def _results(knobs: TwinKnobs, particles: Any, found: Any) -> dict[str, Any]:
    """Numbers for the record."""
    results: dict[str, Any] = {
        "particles": len(particles),
        "box": particles.n,
        "pixel_A": particles.pixel,
        "symmetry": knobs.symmetry,
        "limit": None if found.verdict is None else found.verdict.kind,
        "fsc_0143_A": {
            "data": found.data.resolution,
            "twin": found.made.resolution,
            "expected": found.expected.resolution(),
        },
        "masked": found.mask is not None,
        "map_from_these_particles": found.judged.own,
        "map_likeness": found.judged.likeness,
        "undone_b_A2": found.undone,
        "grey_scale": found.judged.grey,
        "scaled_by": found.scaled,
        "strength": found.seen.mean,
        "showing_nothing": found.seen.absent,
        "noise_groups": len(found.twin.noise.power),
        "twin_simulated": True,
    }
    if found.gap is not None:
        line, turned = found.gap.line, found.gap.turned
        results |= {
            "extra_b_A2": line.amount,
            "extra_b_error_A2": line.amount_error,
            "fraction": line.fraction,
            "fraction_error": line.fraction_error,
            "chi2": line.chi2,
            "angles_deg": turned.amount,
            "angles_error_deg": turned.amount_error,
            "angles_chi2": turned.chi2,
            "four_times_A": found.verdict.more,
        }
    return results


def _lines(found: Any) -> tuple[str, ...]:
    """The answer for a reader."""
    if found.verdict is not None:
        return tuple(found.verdict.sentences)
    data, twin = found.data.resolution, found.made.resolution
    return (f"{data:.2f} Å in the data, {twin:.2f} Å in their twin; too few shells have signal to say why",)


def python(knobs: TwinKnobs) -> str:
    """The same in the library."""
    given = {"pixel": knobs.pixel, "images": [str(knobs.images)] if knobs.images else None, "contrast": knobs.contrast}
    options = "".join(f", {name}={value!r}" for name, value in given.items() if value is not None)
    lines = [
        "from underfocus.inference.comparison import Plan, compare",
        "from underfocus.jobs import twin",
        f"particles = uf.open({str(knobs.particles)!r}{options})",
    ]
    changed = {k: v for k, v in knobs.model_dump().items() if v != TwinKnobs.model_fields[k].default}
    words = {k: str(v) if isinstance(v, Path) else v for k, v in changed.items()}
    lines.append(f"knobs = twin.TwinKnobs({', '.join(f'{k}={v!r}' for k, v in words.items())})")
    if knobs.n is not None:
        lines.append(f"particles = twin.some(particles, {knobs.n})")
    lines += [
        f"found = compare(particles, uf.open({str(knobs.map)!r}), twin.plan(knobs, particles, None))",
        "print(found.verdict.words)",
    ]
    return "\n".join(lines)


def inputs(knobs: TwinKnobs) -> list[Path]:
    """The particles and the maps."""
    named = [knobs.particles, knobs.map, knobs.half1, knobs.half2]
    named += [Path(knobs.mask)] if knobs.mask not in ("auto", "none") else []
    return [path for path in named if path is not None and path.is_file()]


JOB = Job("twin", verbs.VERBS["twin"], TwinKnobs, work, python, inputs=inputs)
