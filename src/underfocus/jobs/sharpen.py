"""``underfocus sharpen``: the B-factor of half maps, or of a map, from its Guinier plot, undone where there is signal.

Rosenthal & Henderson 2003 (J. Mol. Biol. 333, 721), in the order of RELION's post-processing: the mean of the half maps
is freed from the detector's MTF, weighted by the FSC, sharpened by B and cut where the FSC ends.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np

from ..base.errors import FormatError, InputError, UnderfocusWarning
from ..base.knobs import Knobs, knob, option
from ..data.dials import Pixel, Seed
from . import verbs
from .folder import JobFolder
from .job import Job, Outcome, files_of

Real = np.ndarray[Any, Any]


class SharpenKnobs(Knobs):
    """Which maps, within which mask, by how much, and how far."""

    maps: Annotated[
        tuple[Path, ...],
        option("Two half maps (.mrc), or one map with --resolution or --fsc.", flag="MAP"),
    ]
    mask: Annotated[
        str, option("A mask (.mrc), 'auto' for one made from the map, or 'none': for the FSC and the Guinier plot.")
    ] = "auto"
    bfactor: Annotated[
        float | None,
        knob(
            "Å²",
            0.0,
            300.0,
            "The B-factor to undo, where it is not to be fitted; positive sharpens (RELION and cryoSPARC write it as "
            "a negative number).",
            valid=(-2000.0, 5000.0),
            flag="--bfactor",
        ),
    ] = None
    fit_from: Annotated[
        float,
        knob(
            "Å", 6.0, 20.0, "The line of the Guinier plot starts here: coarser shells know the shape.", valid=(0.1, 1e3)
        ),
    ] = 10.0
    resolution: Annotated[
        float | None,
        knob(
            "Å",
            2.0,
            20.0,
            "Where the map is cut and the line ends; by default where the FSC is 0.143.",
            valid=(0.1, 1e3),
        ),
    ] = None
    fsc: Annotated[
        Path | None, option("Of one map: a STAR file with its half maps' FSC, such as fsc.star or postprocess.star.")
    ] = None
    weight: Annotated[
        bool, option("Weigh shells by √(2 FSC/(1 + FSC)), what of them is signal; --no-weight leaves them as they are.")
    ] = True
    mtf: Annotated[Path | None, option("A STAR table of the detector's MTF, which is divided out.")] = None
    mtf_pixel: Annotated[
        float | None,
        knob("Å", 0.3, 4.0, "The pixel of the images as they were recorded; the map's without.", valid=(0.01, 1e4)),
    ] = None
    pixel: Pixel | None = None
    seed: Seed = 0


@dataclass(frozen=True)
class Sharpened:
    """What came of it: the map before and after, its mask, the curves, and the B-factor that was undone in Å²."""

    before: Any
    after: Any
    mask: Any
    fsc: Any
    weights: Real | None
    resolution: float
    plot: Any
    plot_after: Any
    bfactor: float


def _read(knobs: SharpenKnobs) -> tuple[Any, ...]:
    """One map or two. InputError for another number of them, or where their sizes or pixels differ."""
    from .resolution import volume

    if len(knobs.maps) not in (1, 2):
        raise InputError(f"two half maps are needed, or one map, and {len(knobs.maps)} files were given")
    found = tuple(volume(path, knobs.pixel) for path in knobs.maps)
    if len(found) == 2 and knobs.fsc is not None:
        raise InputError("--fsc belongs to one map; the FSC of two half maps is measured")
    if len(found) == 1 and knobs.resolution is None and knobs.fsc is None:
        raise InputError("one map does not say how far it can be trusted; add --resolution or --fsc, or both half maps")
    if knobs.mtf_pixel is not None and knobs.mtf is None:
        raise InputError("--mtf-pixel says in which pixels --mtf is counted, and no --mtf was given")
    found[0].n  # noqa: B018  a map that is no cube is refused here, with its name for it
    return found


def given_curve(path: Path, n: int) -> Real:
    """The FSC (n//2+1,) of a STAR file: the corrected column where there is one. FormatError for another length."""
    from ..data.files import star

    order = ("Corrected", "MaskedMaps", "UnmaskedMaps")
    names = [f"rlnFourierShellCorrelation{end}" for end in order] + ["rlnGoldStandardFsc"]
    for block in star.read(path).values():
        for name in names:
            if name not in block.columns:
                continue
            values = block.numbers(name)
            if len(values) != n // 2 + 1 or not np.isfinite(values).all():
                raise FormatError(
                    f"{path}: {name} has {len(values)} shells, and a map of {n} voxels has {n // 2 + 1}; give the FSC "
                    "of this very box"
                )
            return np.asarray(values)
    raise FormatError(f"{path} has no FSC: none of {', '.join(names)} was found")


def mask_of(knobs: SharpenKnobs, volume: Any) -> Any:
    """The mask (n, n, n), or None."""
    from ..maths import masks
    from .mask import other_mask

    if knobs.mask == "none":
        return None
    if knobs.mask == "auto":
        return np.asarray(masks.from_density(volume.data), np.float32)
    return other_mask(Path(knobs.mask), volume, knobs.pixel)


def sharpened(knobs: SharpenKnobs) -> Sharpened:
    """The whole procedure, without files."""
    from ..inference import sharpen as engine
    from ..validation.resolution import crossing, fsc

    found = _read(knobs)
    whole = found[0]
    if len(found) == 2:
        fsc(*found)  # refuses maps that do not belong together before their mean is taken
        whole = replace(whole, data=(np.asarray(found[0].data, np.float32) + np.asarray(found[1].data, np.float32)) / 2)
    mask = mask_of(knobs, whole)
    curve: Any = fsc(*found, mask, seed=knobs.seed) if len(found) == 2 else None
    shells = curve.best if curve is not None else None if knobs.fsc is None else given_curve(knobs.fsc, whole.n)
    resolution = knobs.resolution
    if resolution is None:
        assert shells is not None
        resolution = crossing(shells, 0.143, whole.n, whole.pixel)
    if resolution < 2 * whole.pixel * (1 - 1e-6):
        raise InputError(
            f"--resolution {resolution:g} Å lies beyond Nyquist, {2 * whole.pixel:g} Å; give one the map can hold"
        )
    before = whole
    if knobs.mtf is not None:
        from ..data.files.mtf import read_mtf

        before = engine.without_mtf(whole, read_mtf(knobs.mtf), resolution, knobs.mtf_pixel)
    weights = shells if knobs.weight else None
    plot, bfactor = _fitted(knobs, within(before, mask), resolution, weights)
    after = engine.sharpen(before, bfactor, resolution, weights)
    plot_after = None if plot is None else _plot(within(after, mask), resolution, knobs.fit_from)
    return Sharpened(before, after, mask, curve, shells, resolution, plot, plot_after, bfactor)


def within(volume: Any, mask: Any) -> Any:
    """A map within its mask, or as it is."""
    return volume if mask is None else replace(volume, data=np.asarray(volume.data) * mask)


def _plot(volume: Any, resolution: float, fit_from: float, weights: Real | None = None) -> Any:
    """A Guinier plot, or None where there are too few shells for a line."""
    from ..inference.sharpen import guinier

    try:
        return guinier(volume, resolution, fit_from=fit_from, fsc=weights)
    except InputError:
        return None


def _fitted(knobs: SharpenKnobs, volume: Any, resolution: float, weights: Real | None) -> tuple[Any, float]:
    """The plot and the B-factor to undo: the fitted one unless another was given; what is strange about it is said."""
    from ..inference.sharpen import guinier

    if knobs.bfactor is not None:
        if knobs.bfactor < 0:
            message = (
                f"--bfactor {knobs.bfactor:g} Å² blurs: here B is the map's own and is undone, so that what RELION and "
                f"cryoSPARC write as {knobs.bfactor:g} is {-knobs.bfactor:g}"
            )
            warnings.warn(message, UnderfocusWarning, stacklevel=2)
        return _plot(volume, resolution, knobs.fit_from, weights), knobs.bfactor
    try:
        plot = guinier(volume, resolution, fit_from=knobs.fit_from, fsc=weights)
    except InputError as error:
        raise InputError(f"{error} (--fit-from), or say which B-factor to undo (--bfactor)") from None
    if plot.bfactor > 0:
        return plot, plot.bfactor
    message = (
        f"amplitudes rise towards {resolution:.3g} Å (B = {plot.bfactor:.0f} Å²): the map was sharpened before, or its "
        "finest shells are noise; nothing was undone, and only the FSC's weights and the cut were applied"
    )
    warnings.warn(message, UnderfocusWarning, stacklevel=2)
    return plot, 0.0


def work(knobs: SharpenKnobs, folder: JobFolder | None) -> Outcome:
    """Sharpen into the folder."""
    from . import sharpen_report
    from .reconstruct import write_curve

    assert folder is not None
    found = sharpened(knobs)
    files = ["sharpened.mrc"]
    found.after.save(folder.path("sharpened.mrc"))
    if found.mask is not None:
        within(found.after, found.mask).save(folder.path("masked.mrc"))
        replace(found.after, data=found.mask).save(folder.path("mask.mrc"))
        files += ["masked.mrc", "mask.mrc"]
    if found.fsc is not None:
        write_curve(folder.path("fsc.star"), found.fsc)
        files.append("fsc.star")
    if found.plot is not None:
        write_guinier(folder.path("guinier.star"), found)
        files.append("guinier.star")
    fitted = found.plot
    results = {
        "resolution_A": found.resolution,
        "resolution_from": "--resolution" if knobs.resolution is not None else "FSC = 0.143",
        "nyquist_A": 2 * found.before.pixel,
        "bfactor_undone_A2": found.bfactor,
        "bfactor_fitted_A2": None if fitted is None else fitted.bfactor,
        "bfactor_error_A2": None if fitted is None else fitted.error,
        "shells_fitted": 0 if fitted is None else fitted.points,
        "fit_from_A": knobs.fit_from,
        "weighted": knobs.weight and found.weights is not None,
        "masked": found.mask is not None,
        "mtf": knobs.mtf is not None,
        "pixel_A": found.before.pixel,
        "box": found.before.n,
        "files": files,
    }
    return Outcome(results, _lines(results), sharpen_report.report(knobs, found, results))


def write_guinier(path: Path, found: Sharpened) -> None:
    """ln F before (weighted as it was fitted) and after, and the line, against s² in 1/Å²."""
    from ..data.files import star

    plot, after = found.plot, found.plot_after
    kept = plot.log_amplitude != 0
    columns = {
        "rlnResolutionSquared": plot.s2[kept],
        "rlnLogAmplitudesWeighted": plot.log_amplitude[kept],
        "ufLogAmplitudesFitted": plot.line()[kept],
    }
    if after is not None:
        columns["rlnLogAmplitudesSharpened"] = after.log_amplitude[kept]
    star.write(
        path, [star.Block("guinier", columns={k: np.array([f"{v:.6f}" for v in c]) for k, c in columns.items()})]
    )


def _lines(results: dict[str, Any]) -> tuple[str, ...]:
    """B with its error, and the resolution."""
    b, error = results["bfactor_fitted_A2"], results["bfactor_error_A2"]
    fitted = None
    if b is not None:
        fitted = (
            f"Guinier plot: B = {b:.1f} ± {error:.1f} Å² (standard error of the line through "
            f"{results['shells_fitted']} shells, {results['fit_from_A']:g} to {results['resolution_A']:.2f} Å)"
        )
    weighted = ", weighted by the FSC" if results["weighted"] else ""
    last = (
        f"{results['bfactor_undone_A2']:.1f} Å² undone{weighted}, cut at {results['resolution_A']:.2f} Å "
        f"({results['resolution_from']}): sharpened.mrc"
    )
    return (fitted, last) if fitted else (last,)


def python(knobs: SharpenKnobs) -> str:
    """The same in the library."""
    changed = {n: getattr(knobs, n) for n, f in SharpenKnobs.model_fields.items() if getattr(knobs, n) != f.default}
    words = [f"{k}={_plain(v)}" for k, v in changed.items()]
    return "\n".join(
        [
            "from underfocus.jobs.sharpen import SharpenKnobs, sharpened",
            f"found = sharpened(SharpenKnobs({', '.join(words)}))",
            "print(found.plot.bfactor, found.plot.error, found.resolution)  # the map is found.after",
        ]
        if knobs.bfactor is None
        else [
            "from underfocus.jobs.sharpen import SharpenKnobs, sharpened",
            f"found = sharpened(SharpenKnobs({', '.join(words)}))  # the map is found.after",
        ]
    )


def _plain(value: Any) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(repr(str(v)) for v in value)},)"
    return repr(str(value)) if isinstance(value, Path) else repr(value)


def inputs(knobs: SharpenKnobs) -> list[Path]:
    """The maps, the mask where it is a file, and the tables."""
    mask = Path(knobs.mask)
    return [*files_of(knobs), *([mask] if knobs.mask not in ("auto", "none") and mask.is_file() else [])]


JOB = Job("sharpen", verbs.VERBS["sharpen"], SharpenKnobs, work, python, inputs=inputs)
