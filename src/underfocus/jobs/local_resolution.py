"""``underfocus local-resolution``: how far two half maps agree around each voxel, and a map filtered to that."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import numpy as np

from ..base.errors import InputError
from ..base.knobs import Knobs, knob, option
from ..data.dials import Pixel
from . import verbs
from .folder import JobFolder
from .job import Job, Outcome
from .resolution import mask_for, volume

#: Results under their fixed names.
MAP, FILTERED, TABLE = "local_resolution.mrc", "filtered.mrc", "local_resolution.star"


class LocalResolutionKnobs(Knobs):
    """Two unmasked half maps, where they are judged, and by how wide a window."""

    half1: Annotated[Path, option("First half map (.mrc), unmasked.", flag="HALF1")]
    half2: Annotated[Path, option("Second half map (.mrc), unmasked.", flag="HALF2")]
    mask: Annotated[
        str,
        option("Where voxels are judged: a mask (.mrc), 'auto' for one from the maps' sum, or 'none' for all the box."),
    ] = "auto"
    window: Annotated[
        float | None,
        knob(
            "Å",
            10.0,
            100.0,
            "Full width at half maximum of the window; by default five times the maps' resolution. Narrow ones tell "
            "places apart, wide ones tell agreement from chance; none holds fewer than three waves.",
            valid=(0.1, 1e5),
        ),
    ] = None
    threshold: Annotated[
        float,
        knob(
            "",
            0.1,
            0.5,
            "FSC of the half maps down to which detail counts; 0.143 means 0.5 between whole map and truth.",
            valid=(0.01, 0.99),
        ),
    ] = 0.143
    step: Annotated[
        int | None,
        knob("voxels", 1, 8, "Compute every so many voxels and interpolate; by default eight a window.", valid=(1, 64)),
    ] = None
    bfactor: Annotated[
        float,
        knob("Å²", 0.0, 300.0, "Also undo a B-factor in the filtered map: positive sharpens.", valid=(-1e4, 1e4)),
    ] = 0.0
    pixel: Pixel | None = None


def work(knobs: LocalResolutionKnobs, folder: JobFolder | None) -> Outcome:
    """Estimate, and with a folder also filter."""
    from ..validation.local import local_resolution

    first, second = (volume(path, knobs.pixel) for path in (knobs.half1, knobs.half2))
    if first.data.shape != second.data.shape:
        raise InputError(
            f"{knobs.half1} has {first.data.shape} voxels and {knobs.half2} {second.data.shape}; give two halves of "
            "one reconstruction"
        )
    mask = mask_for(None if knobs.mask == "none" else knobs.mask, first, second, knobs.pixel)
    found = local_resolution(first, second, mask, window=knobs.window, threshold=knobs.threshold, step=knobs.step)
    results = _results(found)
    report = None
    if folder is not None:
        filtered = _filtered(knobs, first, second, found)
        found.volume().save(folder.path(MAP))
        filtered.save(folder.path(FILTERED))
        _write(folder.path(TABLE), found)
        results["files"] = [MAP, FILTERED, TABLE]
        report = _report(knobs, found, filtered, results)
    return Outcome(results, _lines(found, results), report)


def _filtered(knobs: LocalResolutionKnobs, first: Any, second: Any, found: Any) -> Any:
    from ..data.volume import Volume
    from ..inference.local_filter import local_filter

    whole = Volume((first.data.astype(np.float32) + second.data) / 2, first.pixel, first.origin)
    return local_filter(whole, found, knobs.bfactor)


def _results(found: Any) -> dict[str, Any]:
    """Numbers for the record."""
    low, median, high = found.quantiles(0.05, 0.5, 0.95)
    return {
        "median_A": median,
        "finest_5_percent_A": low,
        "coarsest_5_percent_A": high,
        "unresolved": found.unresolved,
        "judged_voxels": int(found.judged.sum()),
        "window_A": found.window,
        "threshold": found.threshold,
        "chance_at_median": _at(found, median),
        "coarsest_band_A": float(1 / found.bands.centres[0]),
        "at_nyquist": _at_nyquist(found),
        "nyquist_A": 2 * found.pixel,
        "pixel_A": found.pixel,
        "box": found.n,
    }


def _at(found: Any, resolution: float) -> float:
    """The FSC that chance exceeds once in a thousand in the band at a resolution."""
    return float(np.interp(1 / resolution, found.bands.centres, found.bands.by_chance))


def _at_nyquist(found: Any) -> float:
    """The part of the resolved voxels that agrees as far as the pixel goes."""
    values = found.resolution[found.resolved]
    return float((values <= 2 * found.pixel * (1 + 1e-5)).mean()) if values.size else 0.0


def _lines(found: Any, results: dict[str, Any]) -> tuple[str, ...]:
    if not found.resolved.any():
        return (
            f"The half maps agree nowhere beyond chance, not even at {results['coarsest_band_A']:.1f} Å in windows of "
            f"{found.bands.windows[0]:.0f} Å",
        )
    lines = [
        f"Local resolution: median {results['median_A']:.2f} Å, 5 % finer than {results['finest_5_percent_A']:.2f} Å, "
        f"5 % coarser than {results['coarsest_5_percent_A']:.2f} Å (FSC = {found.threshold:g}, window "
        f"{found.window:.0f} Å)"
    ]
    if found.unresolved > 0.0005:
        lines.append(
            f"{found.unresolved:.1%} of the voxels judged agree in no band beyond chance and have no resolution"
        )
    if results["at_nyquist"] > 0.05:
        lines.append(f"{results['at_nyquist']:.0%} agree up to Nyquist: there the pixel is the limit")
    return tuple(lines)


def histogram(found: Any, bins: int = 40) -> tuple[Any, Any]:
    """Middles in Å and numbers of resolved voxels, in steps of a length that is round in Å."""
    values = found.resolution[found.resolved]
    low, high = (float(values.min()), float(values.max())) if values.size else (2 * found.pixel, 4 * found.pixel)
    rough = max(high - low, 0.1) / bins
    power = 10.0 ** np.floor(np.log10(rough))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= rough * 0.999)
    edges = np.arange(np.floor(low / step), np.ceil(high / step) + 1.5) * step
    counts, _ = np.histogram(values, edges)
    return (edges[1:] + edges[:-1]) / 2, counts


def _write(path: Path, found: Any) -> None:
    """The histogram as a STAR table: resolution in Å, voxels, and the part of the resolved that is as fine or finer."""
    from ..data.files import star

    middles, counts = histogram(found)
    parts = np.cumsum(counts) / max(counts.sum(), 1)
    columns = {
        "ufLocalResolution": np.array([f"{v:.4f}" for v in middles]),
        "ufVoxels": np.array([str(v) for v in counts]),
        "ufPartAsFine": np.array([f"{v:.6f}" for v in parts]),
    }
    star.write(path, [star.Block("local_resolution", columns=columns)])


def _report(knobs: LocalResolutionKnobs, found: Any, filtered: Any, results: dict[str, Any]) -> Any:
    from ..show import report as reports
    from . import local_pictures as drawn
    from . import pictures

    sections = [
        reports.Section("Where the halves agree, and how far", drawn.WORDS, drawn.sections(found)),
        reports.Section("The map's surface", panels=drawn.surface(found, filtered)),
        reports.Section("How much of it is how fine", panels=drawn.numbers(found, *histogram(found), results)),
        reports.Section("What counts as agreement", drawn.CHANCE, drawn.chance(found)),
        reports.Section(
            "The map, each voxel at its own resolution", panels=pictures.central_slices(filtered, "Filtered map")
        ),
    ]
    return reports.Report(
        title=f"Local resolution of {knobs.half1.name} and {knobs.half2.name}",
        opening="The agreement of two half maps around each voxel, within "
        + {"auto": "a mask made from their sum.", "none": "the whole box."}.get(knobs.mask, f"{knobs.mask}."),
        sections=tuple(sections if found.resolved.any() else sections[3:]),
    )


def python(knobs: LocalResolutionKnobs) -> str:
    """The same in the library."""
    pixel = "" if knobs.pixel is None else f", pixel={knobs.pixel!r}"
    first, second = (f"uf.open({str(path)!r}{pixel})" for path in (knobs.half1, knobs.half2))
    lines = ["from underfocus.inference.local_filter import local_filter"]
    lines += ["from underfocus.validation.local import local_resolution", f"first, second = {first}, {second}"]
    mask = ", mask"
    if knobs.mask == "auto":
        lines += [
            "from underfocus.maths import masks",
            "mask = masks.from_density(first.data + second.data)",
        ]
    elif knobs.mask == "none":
        mask = ""
    else:
        lines += [f"mask = uf.open({knobs.mask!r}{pixel})"]
    defaults = {"window": None, "threshold": 0.143, "step": None}
    given = "".join(f", {k}={getattr(knobs, k)!r}" for k, v in defaults.items() if getattr(knobs, k) != v)
    sharper = f", {knobs.bfactor!r}" if knobs.bfactor else ""
    lines += [
        f"found = local_resolution(first, second{mask}{given})",
        "print(found.quantiles(0.05, 0.5, 0.95))",
        "whole = uf.Volume((first.data + second.data) / 2, first.pixel, first.origin)",
        f"filtered = local_filter(whole, found{sharper})",
    ]
    return "\n".join(lines)


def inputs(knobs: LocalResolutionKnobs) -> list[Path]:
    """The maps, and the mask where it is a file."""
    return [path for path in (knobs.half1, knobs.half2, Path(knobs.mask)) if path.is_file()]


JOB = Job(
    "local-resolution",
    verbs.VERBS["local-resolution"],
    LocalResolutionKnobs,
    work,
    python,
    folder="optional",
    inputs=inputs,
)
