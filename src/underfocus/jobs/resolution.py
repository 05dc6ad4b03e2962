"""``underfocus resolution``: the FSC of two half maps, alone or within a mask, how certain it is, and by direction."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from ..base.errors import UnsupportedFileError
from ..base.knobs import Knobs, knob, option
from ..data.dials import Pixel, Seed, Symmetry
from . import resolution_words, verbs
from .folder import JobFolder
from .job import Job, Outcome
from .reconstruct import write_curve


class ResolutionKnobs(Knobs):
    """Two maps, what surrounds the particle in them, and whether directions are told apart."""

    half1: Annotated[Path, option("First half map (.mrc).", flag="HALF1")]
    half2: Annotated[Path, option("Second half map (.mrc).", flag="HALF2")]
    mask: Annotated[str | None, option("A mask (.mrc), or 'auto' for one made from the maps' sum.")] = None
    symmetry: Symmetry = "C1"
    directional: Annotated[
        bool, option("Also the FSC within cones: cFAR beside chance, the worst and the best direction.")
    ] = False
    cone: Annotated[
        float, knob("°", 5, 45, "Half the opening of a cone; narrow ones hold few voxels.", valid=(1, 90), step=1)
    ] = 20.0
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


def mask_for(choice: str | None, first: Any, second: Any, pixel: float | None) -> Any:
    """The mask of a file, one made from the maps' sum for 'auto', or None."""
    from ..maths import masks

    if choice == "auto":
        return masks.from_density(first.data + second.data)
    return None if choice is None else volume(Path(choice), pixel)


def work(knobs: ResolutionKnobs, folder: JobFolder | None) -> Outcome:
    """Correlate the maps."""
    from ..validation import confidence
    from ..validation.resolution import fsc
    from . import resolution_report

    first, second = volume(knobs.half1, knobs.pixel), volume(knobs.half2, knobs.pixel)
    mask = mask_for(knobs.mask, first, second, knobs.pixel)
    curve = fsc(first, second, mask, seed=knobs.seed)
    band = confidence.band(curve, first, second, mask, group=knobs.symmetry)
    words = resolution_words.of_mask(band, mask)
    found = _directions(knobs, first, second, mask) if knobs.directional else None
    results = _results(knobs, band, words, found)
    if folder is not None:
        write_curve(folder.path("fsc.star"), curve, band)
        results["files"] = ["fsc.star"]
        if found is not None:
            resolution_report.write_directions(folder, found)
            results["files"] += ["directional.star", "fsc3d.mrc"]
    line = f"Resolution {resolution_words.of_threshold(band, 0.143)} at FSC = 0.143"
    line += f", {'corrected for the mask' if mask is not None else 'unmasked'}"
    line += f"; {resolution_words.of_threshold(band, 0.5, False)} at 0.5"
    if results["reaches_nyquist"]:
        line += "; the maps agree up to Nyquist, so that the pixel is the limit"
    elif not results["agree"]:
        line += "; the maps agree in no shell, so that this is no more than the box"
    lines = (line, *((words.sentence,) if words else ()), *(resolution_words.of_directions(found) if found else ()))
    report = None if folder is None else resolution_report.report(knobs, band, first, words, found)
    return Outcome(results, lines, report)


def _directions(knobs: ResolutionKnobs, first: Any, second: Any, mask: Any) -> Any:
    from ..validation.evenness import evenness

    return evenness(first, second, mask, group=knobs.symmetry, half_angle=knobs.cone, seed=knobs.seed)


def _results(knobs: ResolutionKnobs, band: Any, words: Any, found: Any) -> dict[str, Any]:
    """Numbers for the record."""
    curve = band.curve
    results: dict[str, Any] = {
        "fsc_0143_A": curve.resolution(0.143),
        "fsc_0143_interval_A": list(band.interval(0.143)),
        "fsc_05_A": curve.resolution(0.5),
        "fsc_05_interval_A": list(band.interval(0.5)),
        "interval_level": band.level,
        "symmetry": knobs.symmetry,
        "masked": words is not None,
        "agree": bool(curve.best[2] >= 0.143),
        "nyquist_A": 2 * curve.pixel,
        "reaches_nyquist": curve.reaches_nyquist(0.143),
        "pixel_A": curve.pixel,
        "box": curve.n,
    }
    if words is not None:
        results |= {
            "mask_part_of_box": words.part,
            "fsc_0143_unmasked_A": words.unmasked,
            "randomised_mean": words.randomised,
            "mask_too_tight": words.tight,
        }
    if found is not None:
        by_direction = found.conical.resolutions()
        worst, best = found.conical.worst, found.conical.best
        results |= {
            "cfar": found.cfar,
            "cfar_by_chance": found.floor.mean,
            "cfar_by_chance_low": found.floor.low,
            "even": found.even,
            "noise_evenness": found.noise_evenness,
            "noise_evenness_by_chance_low": found.floor.noise_low,
            "worst_direction": [round(float(v), 4) for v in found.conical.directions[worst]],
            "best_direction": [round(float(v), 4) for v in found.conical.directions[best]],
            "directions_A": [float(by_direction.min()), float(by_direction.max())],
            "cone_deg": knobs.cone,
        }
    return results


def python(knobs: ResolutionKnobs) -> str:
    """The same in the library."""
    pixel = "" if knobs.pixel is None else f", pixel={knobs.pixel!r}"
    first, second = (f"uf.open({str(path)!r}{pixel})" for path in (knobs.half1, knobs.half2))
    lines = ["from underfocus.validation import confidence", f"first, second = {first}, {second}"]
    given = "first, second"
    if knobs.mask == "auto":
        lines += ["from underfocus.maths import masks", "mask = masks.from_density(first.data + second.data)"]
    elif knobs.mask is not None:
        lines += [f"mask = uf.open({knobs.mask!r}{pixel})"]
    given += "" if knobs.mask is None else ", mask"
    group = "" if knobs.symmetry == "C1" else f", group={knobs.symmetry!r}"
    seed = "" if knobs.seed == 0 else f", seed={knobs.seed}"
    lines += [f"curve = uf.fsc({given}{'' if knobs.mask is None else seed})"]
    lines += [f"band = confidence.band(curve, {given}{group})", "print(curve.resolution(0.143), band.interval(0.143))"]
    if knobs.directional:
        cone = "" if knobs.cone == 20.0 else f", half_angle={knobs.cone!r}"
        lines += [
            "from underfocus.validation.evenness import evenness",
            f"found = evenness({given}{group}{cone}{seed})",
        ]
        lines += ["print(found.cfar, found.floor.low)"]
    return "\n".join(lines)


def inputs(knobs: ResolutionKnobs) -> list[Path]:
    """The maps, and the mask where it is a file."""
    named = [knobs.half1, knobs.half2, *([Path(knobs.mask)] if knobs.mask not in (None, "auto") else [])]
    return [path for path in named if path.is_file()]


JOB = Job("resolution", verbs.VERBS["resolution"], ResolutionKnobs, work, python, folder="optional", inputs=inputs)
