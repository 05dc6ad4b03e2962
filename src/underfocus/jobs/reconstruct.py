"""``underfocus reconstruct``: particles with known poses become a map, or two half maps and the whole in one pass."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from ..base.errors import InputError, UnsupportedFileError
from ..base.knobs import Knobs, knob, option
from ..data.dials import Contrast, Pixel, Symmetry
from . import expectation, particle_numbers, reconstruct_report, resolution_words
from .folder import JobFolder
from .job import Job, Outcome

#: Where a growing pair of sums is kept, so that a killed run goes on from there.
SUMS = "sums.npz"
#: To which side slices are bent.
SIDES = {"flat": 0, "up": 1, "down": -1}


class ReconstructKnobs(Knobs):
    """Which particles, and how they are combined."""

    particles: Annotated[Path, option("Particles with poses: RELION .star or cryoSPARC .cs.", flag="PARTICLES")]
    halves: Annotated[bool, option("Also make the two half maps and their FSC, from the same pass over the data.")] = (
        False
    )
    numbers: Annotated[
        bool, option("With --halves: also halves of a sixteenth to a half of the particles, and the B of their line.")
    ] = False
    expect: Annotated[
        bool, option("With --halves: the FSC to expect from ΣCTF², noise and the map, beside the measured one.")
    ] = False
    method: Annotated[
        Literal["fourier", "least-squares", "sirt", "weighted-backprojection", "backprojection"],
        option(
            "Direct Fourier inversion; least squares by conjugate gradients within a support, best for few images; or "
            "the textbook's slower ways.",
            chapter="direct-inversion",
        ),
    ] = "fourier"
    symmetry: Symmetry = "C1"
    mask: Annotated[
        str | None,
        option("A mask (.mrc) or 'auto': of the FSC, and the support of least-squares and sirt."),
    ] = None
    rise: Annotated[float | None, knob("Å", 1.0, 50.0, "Helical rise along z.", valid=(0.01, 1e4))] = None
    twist: Annotated[float, knob("°", -180.0, 180.0, "Helical twist about z, right-handed where positive.")] = 0.0
    units: Annotated[
        int, knob("", 0, 50, "Helical units on each side of an image's middle that are used.", valid=(0, 10_000))
    ] = 5
    finest: Annotated[
        float | None,
        knob("Å", 2.0, 40.0, "The finest detail kept; all to Nyquist without.", valid=(0.1, 1e4)),
    ] = None
    pad: Annotated[float, knob("", 1, 3, "Oversampling of the transform.", valid=(1, 4), step=0.5)] = 2.0
    wiener: Annotated[
        float | None,
        knob("", 0.0, 1.0, "How much of the measured noise over signal is added to the weights.", valid=(0.0, 100.0)),
    ] = None
    iterations: Annotated[int | None, knob("", 1, 50, "Steps of least-squares or sirt.", valid=(1, 1000))] = None
    ewald: Annotated[
        Literal["flat", "up", "down"],
        option("Flat slices, or a sphere curved to one side or the other: the right one depends on the map's hand."),
    ] = "flat"
    mirror: Annotated[bool, option("Make the map of the other hand.")] = False
    noise: Annotated[
        Literal["alike", "groups"],
        option("Take all images as equally noisy, or measure the noise spectrum of each optics group."),
    ] = "alike"
    weights: Annotated[str | None, option("Column of the metadata with a weight for each image.")] = None
    exposure: Annotated[
        str | None,
        option("Column with the dose in e/Å² before each image (rlnMicrographPreExposure)."),
    ] = None
    tolerance: Annotated[
        float | None,
        knob("", 1e-5, 1e-1, "Error of the interpolation, by a Kaiser-Bessel kernel; linear without.", log=True),
    ] = None
    scheduler: Annotated[str | None, option("Address of a Dask cluster, tcp://host:port, that does the work.")] = None
    device: Annotated[str | None, option("A torch device on which sums are kept, such as cuda.")] = None
    contrast: Contrast | None = None
    pixel: Pixel | None = None
    images: Annotated[Path | None, option("A further folder in which the stacks are looked for.")] = None


def read(knobs: Any) -> Any:
    """The particles; their contrast is what was said, or else what their format says."""
    from ..data.open import open
    from ..data.particles import Particles

    further = [knobs.images] if knobs.images else []
    found = open(knobs.particles, pixel=knobs.pixel, images=further, contrast=knobs.contrast)
    if not isinstance(found, Particles):
        kind = type(found).__name__
        raise UnsupportedFileError(
            f"{knobs.particles} holds {kind}, and particles with poses are needed: a .star or .cs file"
        )
    return found


def scheme(knobs: ReconstructKnobs, particles: Any) -> Any:
    """How images are put in."""
    from ..inference.reconstruct import scheme_for
    from ..inference.scheme import Helical

    radius = None
    if knobs.finest is not None:
        if knobs.finest < 2 * particles.pixel:
            raise InputError(
                f"pixels of {particles.pixel:g} Å carry no detail finer than {2 * particles.pixel:g} Å, and "
                f"{knobs.finest:g} Å was asked for"
            )
        radius = min(particles.n * particles.pixel / knobs.finest, particles.n / 2 - 1)
    return scheme_for(
        knobs.method,
        symmetry=knobs.symmetry,
        helical=None if knobs.rise is None else Helical(knobs.rise, knobs.twist, knobs.units),
        pad=knobs.pad,
        radius=radius,
        ewald=SIDES[knobs.ewald],
        interpolation="linear" if knobs.tolerance is None else "kaiser",
        tolerance=knobs.tolerance,
        device=knobs.device,
    )


def weighting(knobs: Any, particles: Any) -> Any:
    """How much each image counts."""
    from ..inference.weighting import Weighting, by_group

    own, exposure = (_column(particles, name) for name in (knobs.weights, knobs.exposure))
    return by_group(particles, own, exposure) if knobs.noise == "groups" else Weighting(own, exposure)


def _column(particles: Any, name: str | None) -> Any:
    import numpy as np

    if name is None:
        return None
    if name not in particles.columns:
        known = ", ".join(sorted(particles.columns)) or "none"
        raise InputError(f"the particles have no column {name}; they have {known}")
    try:
        return np.asarray(particles.columns[name], float)
    except ValueError:
        raise InputError(f"the column {name} holds texts, and numbers are needed") from None


def support(knobs: ReconstructKnobs) -> Any:
    """The mask of a file; None where there is none, or it is made from the map."""
    from .resolution import volume

    return volume(Path(knobs.mask), knobs.pixel) if knobs.mask not in (None, "auto") else None


def work(knobs: ReconstructKnobs, folder: JobFolder | None) -> Outcome:
    """Reconstruct into the folder."""
    from ..inference import reconstruct as inversion

    assert folder is not None
    particles = read(knobs)
    folder.uses([file.header.path for file in getattr(particles.stack, "files", ())])
    mask = support(knobs)
    options = {
        "method": knobs.method,
        "scheme": scheme(knobs, particles),
        "weighting": weighting(knobs, particles),
        "wiener": knobs.wiener,
        "support": mask if knobs.method in inversion.ITERATIVE else None,
        "iterations": knobs.iterations,
        "mirror": knobs.mirror,
        "scheduler": knobs.scheduler,
        "store": folder.path(SUMS),
    }
    results: dict[str, Any] = {
        "particles": len(particles),
        "box": particles.n,
        "pixel_A": particles.pixel,
        "method": knobs.method,
        "symmetry": knobs.symmetry,
        "contrast": particles.contrast,
        "ctf_treated": particles.treated,
        "columns_ignored": list(particles.ignored),
    }
    if knobs.numbers and not knobs.halves:
        raise InputError("the resolution of growing numbers is that of half maps; add --halves")
    if knobs.expect and (not knobs.halves or knobs.method != "fourier" or knobs.ewald != "flat"):
        raise InputError(
            "an FSC is expected of --halves by direct inversion with flat slices; leave --expect, or those"
        )
    if knobs.halves:
        return _halves(knobs, particles, folder, results, options, mask)
    volume = inversion.reconstruct(particles, **options)
    volume.save(folder.path("map.mrc"))
    results["files"] = ["map.mrc"]
    report = reconstruct_report.report(knobs, particles, volume, None)
    return Outcome(results, (f"A map from {len(particles)} particles: map.mrc",), report)


def _halves(
    knobs: ReconstructKnobs,
    particles: Any,
    folder: JobFolder,
    results: dict[str, Any],
    options: dict[str, Any],
    mask: Any,
) -> Outcome:
    from ..inference.reconstruct import half_sets, reconstruct_halves
    from ..maths import masks
    from ..validation import confidence
    from ..validation.resolution import fsc

    maps = reconstruct_halves(particles, **options)
    for name in ("half1", "half2"):
        getattr(maps, name).save(folder.path(f"{name}.mrc"))
    maps.whole.save(folder.path("map.mrc"))
    if knobs.mask == "auto":
        mask = masks.from_density(maps.half1.data + maps.half2.data)
    curve = fsc(maps.half1, maps.half2, mask)
    band = confidence.band(curve, maps.half1, maps.half2, mask, group=knobs.symmetry)
    write_curve(folder.path("fsc.star"), curve, band)
    first = int((half_sets(particles) == 0).sum())
    results |= {
        "half_particles": [first, len(particles) - first],
        "halves_from": "rlnRandomSubset" if particles.half is not None else "alternating particles",
        "fsc_0143_A": curve.resolution(0.143),
        "fsc_0143_interval_A": list(band.interval(0.143)),
        "fsc_05_A": curve.resolution(0.5),
        "masked": mask is not None,
        "files": ["map.mrc", "half1.mrc", "half2.mrc", "fsc.star"],
    }
    growth = particle_numbers.grown(particles, band, mask, knobs.symmetry, options) if knobs.numbers else None
    if growth is not None:
        results |= {
            "numbers": list(growth.numbers),
            "numbers_fsc_0143_A": list(growth.resolutions),
            "numbers_bfactor_A2": growth.bfactor,
            "numbers_bfactor_error_A2": growth.error,
        }
    sizes = f"{first} and {len(particles) - first} particles"
    within = "unmasked" if mask is None else "corrected for the mask"
    lines = [f"Two half maps of {sizes}: {resolution_words.of_threshold(band, 0.143)} at FSC = 0.143, {within}"]
    lines += [] if growth is None else [growth.sentence]
    hoped = None
    if knobs.expect:
        hoped = expectation.hoped_for(particles, maps, options, mask)
        results["expected_fsc_0143_A"] = hoped.resolution(0.143)
        lines.append(expectation.sentence(curve, hoped))
        expectation.write(folder.path("expected.star"), curve, hoped)
        results["files"].append("expected.star")
    report = reconstruct_report.report(knobs, particles, maps.whole, band, growth, hoped)
    return Outcome(results, tuple(lines), report)


def write_curve(path: Path, curve: Any, band: Any = None) -> Path:
    """An FSC as a STAR table under RELION's labels, and its band under ours."""
    import numpy as np

    from ..data.files import star

    named = curve.columns() | ({} if band is None else band.columns())
    columns = {label: np.array([f"{v:.6g}" for v in values]) for label, values in named.items()}
    return star.write(path, [star.Block("fsc", columns=columns)])


def python(knobs: ReconstructKnobs) -> str:
    """The same in the library."""
    given = {"pixel": knobs.pixel, "images": [str(knobs.images)] if knobs.images else None, "contrast": knobs.contrast}
    options = "".join(f", {name}={value!r}" for name, value in given.items() if value is not None)
    lines = [f"particles = uf.open({str(knobs.particles)!r}{options})"]
    more = _arguments(knobs, lines)
    name, call = ("maps", "reconstruct_halves") if knobs.halves else ("volume", "reconstruct")
    return "\n".join([*lines, f"{name} = uf.{call}({', '.join(['particles', *more])})"])


def _arguments(knobs: ReconstructKnobs, lines: list[str]) -> list[str]:
    """The keywords that differ from their defaults; what they need is put into the lines before."""
    more = []
    plain = {"method": "fourier", "wiener": None, "iterations": None, "mirror": False, "scheduler": None}
    more += [f"{k}={getattr(knobs, k)!r}" for k, default in plain.items() if getattr(knobs, k) != default]
    if knobs.mask not in (None, "auto") and knobs.method in ("least-squares", "sirt"):
        more.append(f"support=uf.open({knobs.mask!r})")
    special = (knobs.rise, knobs.finest, knobs.tolerance, knobs.device) != (None,) * 4 or knobs.ewald != "flat"
    if special:
        if knobs.rise is not None:
            lines.append("from underfocus.inference.scheme import Helical")
        lines.append("from underfocus.inference.reconstruct import scheme_for")
        more.append(f"scheme=scheme_for({', '.join([repr(knobs.method), *_scheme_words(knobs)])})")
    else:
        more += [f"symmetry={knobs.symmetry!r}"] if knobs.symmetry != "C1" else []
        more += [f"pad={knobs.pad}"] if knobs.pad != 2 else []
    if knobs.weights or knobs.exposure or knobs.noise == "groups":
        columns = [
            f"{name}=particles.columns[{value!r}].astype(float)"
            for name, value in (("own", knobs.weights), ("exposure", knobs.exposure))
            if value
        ]
        maker = "by_group" if knobs.noise == "groups" else "Weighting"
        lines.append(f"from underfocus.inference.weighting import {maker}")
        given = [*(["particles"] if maker == "by_group" else []), *columns]
        more.append(f"weighting={maker}({', '.join(given)})")
    return more


def _scheme_words(knobs: ReconstructKnobs) -> list[str]:
    words = [f"symmetry={knobs.symmetry!r}", f"pad={knobs.pad}"]
    if knobs.rise is not None:
        words.append(f"helical=Helical({knobs.rise}, {knobs.twist}, {knobs.units})")
    if knobs.finest is not None:
        reach = f"particles.n * particles.pixel / {knobs.finest}"
        words.append(f"radius=min({reach}, particles.n / 2 - 1)")
    if knobs.ewald != "flat":
        words.append(f"ewald={SIDES[knobs.ewald]}")
    if knobs.tolerance is not None:
        words += ["interpolation='kaiser'", f"tolerance={knobs.tolerance}"]
    if knobs.device is not None:
        words.append(f"device={knobs.device!r}")
    return words


JOB = Job("reconstruct", "a map, or half maps and the whole, from particles with poses", ReconstructKnobs, work, python)
