"""``underfocus resolution``: the FSC of two half maps, alone or within a mask."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from ..base.errors import UnsupportedFileError
from ..base.knobs import Knobs, option
from ..data.dials import Pixel, Seed
from .folder import JobFolder
from .job import Job, Outcome
from .reconstruct import write_curve


class ResolutionKnobs(Knobs):
    """Two maps, and what surrounds the particle in them."""

    half1: Annotated[Path, option("First half map (.mrc).", flag="HALF1")]
    half2: Annotated[Path, option("Second half map (.mrc).", flag="HALF2")]
    mask: Annotated[str | None, option("A mask (.mrc), or 'auto' for one made from the maps' sum.")] = None
    pixel: Pixel | None = None
    seed: Seed = 0


def volume(path: Path, pixel: float | None) -> Any:
    """A map, or an error that says what the file holds instead."""
    from ..data.open import open
    from ..data.volume import Volume

    found = open(path, pixel=pixel)
    if not isinstance(found, Volume):
        raise UnsupportedFileError(f"{path} holds {type(found).__name__}, and a map is needed")
    return found


def work(knobs: ResolutionKnobs, folder: JobFolder | None) -> Outcome:
    """Correlate the maps."""
    from ..maths import masks
    from ..validation.resolution import fsc

    first, second = volume(knobs.half1, knobs.pixel), volume(knobs.half2, knobs.pixel)
    mask: Any = None
    if knobs.mask == "auto":
        mask = masks.from_density(first.data + second.data)
    elif knobs.mask is not None:
        mask = volume(Path(knobs.mask), knobs.pixel)
    curve = fsc(first, second, mask, seed=knobs.seed)
    results: dict[str, Any] = {
        "fsc_0143_A": curve.resolution(0.143),
        "fsc_05_A": curve.resolution(0.5),
        "masked": mask is not None,
        "agree": bool(curve.best[2] >= 0.143),
        "nyquist_A": 2 * curve.pixel,
        "reaches_nyquist": curve.reaches_nyquist(0.143),
        "pixel_A": curve.pixel,
        "box": curve.n,
    }
    if folder is not None:
        write_curve(folder.path("fsc.star"), curve)
        results["files"] = ["fsc.star"]
    within = ", corrected for the mask" if mask is not None else ", unmasked"
    line = f"Resolution {results['fsc_0143_A']:.2f} Å at FSC = 0.143{within}; {results['fsc_05_A']:.2f} Å at 0.5"
    if results["reaches_nyquist"]:
        line += "; the maps agree up to Nyquist, so that the pixel is the limit"
    elif not results["agree"]:
        line += "; the maps agree in no shell, so that this is no more than the box"
    return Outcome(results, (line,), _report(knobs, curve, first))


def _report(knobs: ResolutionKnobs, curve: Any, first: Any) -> Any:
    from ..show import report as reports
    from ..show.specs import beside
    from . import pictures

    name = "half maps" if curve.masked is None else "half maps, corrected"
    drawn = beside(pictures.fsc_curve({name: curve}), pictures.resolution_readouts(curve))
    return reports.Report(
        title=f"Resolution of {knobs.half1.name} and {knobs.half2.name}",
        opening="The agreement of two maps from disjoint halves of the data.",
        sections=(
            reports.Section("Fourier shell correlation", panels=drawn),
            reports.Section("The first half map", panels=pictures.central_slices(first, "First half")),
        ),
    )


def python(knobs: ResolutionKnobs) -> str:
    """The same in the library."""
    pixel = "" if knobs.pixel is None else f", pixel={knobs.pixel!r}"
    first, second = (f"uf.open({str(path)!r}{pixel})" for path in (knobs.half1, knobs.half2))
    if knobs.mask is None:
        return f"curve = uf.fsc({first}, {second})\nprint(curve.resolution(0.143))"
    lines = [f"first, second = {first}, {second}"]
    if knobs.mask == "auto":
        lines += ["from underfocus.maths import masks", "mask = masks.from_density(first.data + second.data)"]
    else:
        lines += [f"mask = uf.open({knobs.mask!r}{pixel})"]
    lines += [f"curve = uf.fsc(first, second, mask, seed={knobs.seed})", "print(curve.resolution(0.143))"]
    return "\n".join(lines)


def inputs(knobs: ResolutionKnobs) -> list[Path]:
    """The maps, and the mask where it is a file."""
    named = [knobs.half1, knobs.half2, *([Path(knobs.mask)] if knobs.mask not in (None, "auto") else [])]
    return [path for path in named if path.is_file()]


JOB = Job(
    "resolution",
    "the FSC of two half maps, with or without a mask",
    ResolutionKnobs,
    work,
    python,
    folder="optional",
    inputs=inputs,
)
