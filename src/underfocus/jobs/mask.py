"""``underfocus mask``: a soft mask around a map's density, or a ball, with its volume and what mass fits into it."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np

from ..base import units
from ..base.errors import InputError, UnderfocusWarning
from ..base.knobs import Knobs, knob, option
from ..data.dials import Pixel
from . import verbs
from .folder import JobFolder
from .job import Job, Outcome

Real = np.ndarray[Any, Any]
#: How far a mask is grown and how wide its edge is where no one says, in pixels.
EXTEND, EDGE = 3.0, 6.0
#: From this value on a voxel counts as inside where a mask is looked at.
HALF = 0.5


class MaskKnobs(Knobs):
    """Around what, how far, how soft, and with which other mask it is joined."""

    file: Annotated[Path, option("The map (.mrc, .map, also .gz) around whose density the mask goes.", flag="MAP")]
    threshold: Annotated[
        float | None, knob("", None, None, "Density at which the map is cut; found from the map itself without.")
    ] = None
    low_pass: Annotated[
        float | None,
        knob(
            "Å",
            5.0,
            40.0,
            "Smooth the map to this first; without, and without a threshold, by 2 pixels.",
            valid=(0.01, 1e6),
        ),
    ] = None
    extend: Annotated[
        float | None, knob("Å", 0.0, 20.0, "Grow the mask by so much; 3 pixels without.", valid=(0.0, 1e5))
    ] = None
    edge: Annotated[
        float | None, knob("Å", 0.0, 40.0, "Width of the soft edge outside; 6 pixels without.", valid=(0.0, 1e5))
    ] = None
    keep: Annotated[
        Literal["all", "largest"],
        option("All pieces that are no dust, so that loose domains stay, or only the largest connected piece."),
    ] = "all"
    dust: Annotated[
        float | None,
        knob(
            "kDa",
            0.0,
            100.0,
            "Pieces that hold less protein than this are dust; without, those below 1/20 of the largest.",
            valid=(0.0, 1e9),
        ),
    ] = None
    sphere: Annotated[
        float | None,
        knob("Å", 20.0, 300.0, "A ball of this radius about the middle, whatever the density.", valid=(0.01, 1e5)),
    ] = None
    intersect: Annotated[Path | None, option("Another mask (.mrc): keep what lies in both.")] = None
    union: Annotated[Path | None, option("Another mask (.mrc): keep what lies in either.")] = None
    invert: Annotated[bool, option("Keep the outside: 1 minus the mask, last of all.")] = False
    pixel: Pixel | None = None


def check(knobs: MaskKnobs) -> None:
    """InputError for knobs that contradict each other."""
    if knobs.sphere is not None and (knobs.threshold, knobs.low_pass, knobs.dust, knobs.extend) != (None,) * 4:
        raise InputError(
            "--sphere takes no account of the density, so that --threshold, --low-pass, --extend and --dust mean "
            "nothing beside it; make the mask first and give it to --intersect"
        )
    if knobs.keep == "largest" and knobs.dust is not None:
        raise InputError("--keep largest leaves one piece, so that --dust means nothing beside it; give one of them")


def arguments(knobs: MaskKnobs, pixel: float) -> dict[str, Any]:
    """What `masks.from_density` is given, in pixels and voxels."""
    smallest = None if knobs.dust is None else knobs.dust * 1e3 * units.PROTEIN_VOLUME / pixel**3
    given = {
        "threshold": knobs.threshold,
        "extend": None if knobs.extend is None else knobs.extend / pixel,
        "edge": None if knobs.edge is None else knobs.edge / pixel,
        "blur": None if knobs.low_pass is None else 0.0,
        "smallest": float("inf") if knobs.keep == "largest" else smallest,
    }
    return {name: value for name, value in given.items() if value is not None}


def smoothed(knobs: MaskKnobs, volume: Any) -> Real:
    """The density that is cut: low-passed where that was asked for. InputError for a length no pixel carries."""
    from ..maths import filters

    data = np.asarray(volume.data, np.float32)
    if knobs.low_pass is None:
        return data
    if knobs.low_pass < 2 * volume.pixel:
        raise InputError(
            f"--low-pass {knobs.low_pass:g} Å is finer than these pixels carry: their finest length is "
            f"{2 * volume.pixel:g} Å"
        )
    length = knobs.low_pass
    return np.asarray(filters.apply(data, lambda k: filters.low_pass(k, length), volume.pixel, 3))


def joined(mask: Real, other: Real | None, both: bool) -> Real:
    """The lesser (where both are wanted) or the greater of two masks, so that soft edges stay what they are."""
    if other is None:
        return mask
    return np.minimum(mask, other) if both else np.maximum(mask, other)


def other_mask(path: Path, volume: Any, pixel: float | None) -> Real:
    """A mask for this map from a file. InputError where shape or pixel differ or values leave 0 to 1."""
    from ..validation.resolution import PIXEL_TOLERANCE
    from .resolution import volume as read

    found = read(path, pixel)
    values = np.asarray(found.data, np.float32)
    if values.shape != volume.data.shape or abs(found.pixel - volume.pixel) > PIXEL_TOLERANCE * volume.pixel:
        raise InputError(
            f"{path} has {' × '.join(map(str, reversed(values.shape)))} voxels of {found.pixel:g} Å, and the map "
            f"{' × '.join(map(str, reversed(volume.data.shape)))} of {volume.pixel:g} Å; make one for this map"
        )
    if values.min() < -1e-3 or values.max() > 1 + 1e-3:
        raise InputError(f"{path} is no mask: its values go from {values.min():.3g} to {values.max():.3g}, not 0 to 1")
    if not values.any():
        raise InputError(f"{path}: this mask is empty; make one with values from 0 to 1")
    return values


def work(knobs: MaskKnobs, folder: JobFolder | None) -> Outcome:
    """Make the mask, say how much it holds, and draw its outline on the map."""
    from ..data.volume import Volume
    from ..maths import masks
    from . import mask_report
    from .resolution import volume as read

    assert folder is not None
    check(knobs)
    volume = read(knobs.file, knobs.pixel)
    results: dict[str, Any] = {"pixel_A": volume.pixel, "size": list(volume.data.shape)}
    if knobs.sphere is None:
        mask = _around_density(knobs, volume, results)
    else:
        edge = EDGE if knobs.edge is None else knobs.edge / volume.pixel
        mask = np.asarray(masks.sphere(volume.n, knobs.sphere / volume.pixel, edge), np.float32)
    for path, both in ((knobs.intersect, True), (knobs.union, False)):
        mask = joined(mask, None if path is None else other_mask(path, volume, knobs.pixel), both)
    if not mask.any():
        raise InputError("the mask is empty: what was to be joined does not overlap; look at both on the map")
    _warn_of_edges(mask)
    mask = 1 - mask if knobs.invert else mask
    Volume(mask, volume.pixel, volume.origin).save(folder.path("mask.mrc"))
    inside = float(mask.sum(dtype=float)) * volume.pixel**3
    results |= {
        "mask_volume_A3": inside,
        "mask_kDa": inside / units.PROTEIN_VOLUME / 1e3,
        "fraction_of_box": float(mask.mean(dtype=float)),
        "inverted": knobs.invert,
        "files": ["mask.mrc"],
    }
    return Outcome(results, _lines(results), mask_report.report(knobs, volume, mask, results))


def _around_density(knobs: MaskKnobs, volume: Any, results: dict[str, Any]) -> Real:
    """The mask around the density; what was cut goes into the results."""
    from scipy.ndimage import gaussian_filter, label

    from ..maths import masks

    density, given = smoothed(knobs, volume), arguments(knobs, volume.pixel)
    grow = {"extend": given.pop("extend", EXTEND), "edge": given.pop("edge", EDGE)}
    inside = masks.envelope(density, **given)
    blur = given.get("blur", 2.0 if knobs.threshold is None else 0.0)
    smooth = gaussian_filter(density.astype(float), blur) if blur else density.astype(float)
    level = masks.automatic_threshold(smooth) if knobs.threshold is None else knobs.threshold
    size = float(inside.sum()) * volume.pixel**3
    results |= {
        "threshold": float(level),
        "threshold_found": knobs.threshold is None,
        "smoothed": knobs.low_pass is not None or bool(blur),
        "pieces": int(label(inside)[1]),
        "pieces_left_out": int(label(smooth > level)[1] - label(inside)[1]),
        "density_volume_A3": size,
        "density_kDa": size / units.PROTEIN_VOLUME / 1e3,
        "extend_A": grow["extend"] * volume.pixel,
        "edge_A": grow["edge"] * volume.pixel,
    }
    return np.asarray(masks.grown(inside, **grow), np.float32)


def _warn_of_edges(mask: Real) -> None:
    """A mask that reaches the box's edge cuts what is behind it sharply."""
    faces = [mask.take(index, axis) for axis in range(3) for index in (0, -1)]
    reached = sum(bool((face > 0.01).any()) for face in faces)
    if reached:
        message = (
            f"the mask reaches {reached} of the six faces of the box, where it ends sharply: take a larger box, a "
            "higher threshold, or a smaller --extend or --edge"
        )
        warnings.warn(message, UnderfocusWarning, stacklevel=2)


def _lines(results: dict[str, Any]) -> tuple[str, ...]:
    """What was made, in words."""
    lines = []
    if "threshold" in results:
        found = "found from the map" if results["threshold_found"] else "as given"
        left = results["pieces_left_out"]
        dust = f", {left} {'piece' if left == 1 else 'pieces'} of dust left out" if left else ""
        pieces = "one piece" if results["pieces"] == 1 else f"{results['pieces']} pieces"
        lines.append(f"Cut at {results['threshold']:.4g}, {found}: {pieces}{dust}")
        lines.append(
            f"Density above it: {_volume(results['density_volume_A3'])}, the volume of {_mass(results['density_kDa'])} "
            f"of protein at {units.PROTEIN_VOLUME} Å³ a dalton{' (smoothing widens it)' if results['smoothed'] else ''}"
        )
    share = results["fraction_of_box"]
    kind = "The mask, inverted" if results["inverted"] else "The mask"
    grown = (
        f", grown by {results['extend_A']:.3g} Å with an edge of {results['edge_A']:.3g} Å"
        if "extend_A" in results
        else ""
    )
    lines.append(f"{kind}{grown}: {_volume(results['mask_volume_A3'])}, {share:.1%} of the box: mask.mrc")
    return tuple(lines)


def _volume(value: float) -> str:
    return f"{value:,.0f} Å³".replace(",", "\u202f")


def _mass(kilodaltons: float) -> str:
    return f"{kilodaltons / 1e3:.3g} MDa" if kilodaltons >= 1e3 else f"{kilodaltons:.3g} kDa"


def python(knobs: MaskKnobs) -> str:
    """The same in the library."""
    pixel = "" if knobs.pixel is None else f", pixel={knobs.pixel!r}"
    lines = [
        "import numpy as np",
        "from underfocus.maths import filters, masks",
        f"found = uf.open({str(knobs.file)!r}{pixel})",
    ]
    if knobs.sphere is not None:
        edge = EDGE if knobs.edge is None else f"{knobs.edge!r} / found.pixel"
        lines.append(f"mask = masks.sphere(found.n, {knobs.sphere!r} / found.pixel, {edge})")
    else:
        density = "found.data"
        if knobs.low_pass is not None:
            density = "density"
            lines.append(
                f"density = filters.apply(np.float32(found.data), lambda k: filters.low_pass(k, {knobs.low_pass!r}), "
                "found.pixel, 3)"
            )
        lines.append(f"mask = masks.from_density({', '.join([density, *_words(knobs)])})")
    lines += [
        f"mask = np.{how}(mask, uf.open({str(path)!r}{pixel}).data)"
        for path, how in ((knobs.intersect, "minimum"), (knobs.union, "maximum"))
        if path is not None
    ]
    return "\n".join([*lines, *(["mask = 1 - mask"] if knobs.invert else [])])


def _words(knobs: MaskKnobs) -> list[str]:
    """The keywords of `masks.from_density`, with lengths in Å over the pixel."""
    words = [
        f"{name}={getattr(knobs, name)!r} / found.pixel"
        for name in ("extend", "edge")
        if getattr(knobs, name) is not None
    ]
    words = ([f"threshold={knobs.threshold!r}"] if knobs.threshold is not None else []) + words
    words += ["blur=0.0"] if knobs.low_pass is not None else []
    if knobs.keep == "largest":
        words.append("smallest=np.inf")
    elif knobs.dust is not None:
        words.append(f"smallest={knobs.dust!r} * 1e3 * {units.PROTEIN_VOLUME} / found.pixel**3")
    return words


JOB = Job("mask", verbs.VERBS["mask"], MaskKnobs, work, python)
