"""``underfocus pick``: particles in micrographs, as RELION coordinates, with a picture of where they lie."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np

from ..base.errors import InputError, UnderfocusError
from ..base.knobs import Knobs, knob, option
from ..base.progress import track
from ..data.dials import Pixel
from . import verbs
from .folder import JobFolder
from .job import Job, Outcome

Diameter = Annotated[float, knob("Å", 50, 500, "Diameter of the particle.", valid=(1, 1e5), step=5)]
Threshold = Annotated[
    float, knob("σ", 1, 8, "How far above the field's noise a pick must score.", valid=(-10, 100), step=0.1)
]
ProteinIs = Annotated[
    Literal["dark", "white"],
    option("Whether protein is dark in the micrographs (as a rule) or white.", flag="--protein"),
]


class PickKnobs(Knobs):
    """Where is looked, for what, and how surely."""

    files: Annotated[tuple[Path, ...], option("Micrographs (.mrc, .mrc.bz2, .tif).", flag="MIC")]
    diameter: Diameter
    threshold: Threshold = 2.5
    separation: Annotated[
        float, knob("diameters", 0.3, 2.0, "Least distance between picks.", valid=(0.1, 10.0), step=0.05)
    ] = 0.6
    templates: Annotated[
        Path | None,
        option("White images (.mrcs), as class averages are, or a map (.mrc), that the particles look like."),
    ] = None
    mask: Annotated[Path | None, option("An image that is above 0.5 where nothing is to be picked.")] = None
    most: Annotated[int | None, knob("", 10, 1000, "Keep at most so many, the best.", valid=(1, 1_000_000), step=1)] = (
        None
    )
    protein: ProteinIs = "dark"
    pixel: Pixel | None = None


def micrograph_of(path: Path, pixel: float | None) -> tuple[Any, float]:
    """One image (ny, nx) and its pixel. InputError where a file holds something else."""
    from ..data.files.fei import Microscope, microscope
    from ..data.images import Images
    from ..data.open import MAPS, open, suffix_of

    said = microscope(path) if suffix_of(path) in MAPS else Microscope()
    found = open(path, pixel=pixel or said.pixel)
    if not isinstance(found, Images) or len(found) != 1:
        raise InputError(f"{path} holds no single micrograph but {type(found).__name__}; name micrographs alone")
    return np.asarray(found.data[0]), found.pixel


def templates_of(knobs: PickKnobs) -> Any:
    """The templates as Images, a map's as its projections from evenly spread directions; None where none were given."""
    if knobs.templates is None:
        return None
    from ..data.images import Images
    from ..data.open import open
    from ..data.pose import Pose
    from ..data.volume import Volume
    from ..maths import so3
    from ..physics.projection import project

    found = open(knobs.templates)
    if isinstance(found, Volume):
        z = so3.healpix_directions(1)
        rot, tilt = np.degrees(np.arctan2(z[:, 1], z[:, 0])), np.degrees(np.arccos(np.clip(z[:, 2], -1, 1)))
        pose = Pose.from_euler(rot, tilt, 0 * rot, np.zeros((len(rot), 2)))
        seen = project(found, pose)
        return Images(-np.asarray(seen.data), seen.pixel)
    if not isinstance(found, Images):
        raise InputError(f"{knobs.templates} holds {type(found).__name__}, no templates; give images or a map")
    return Images(-np.asarray(found.data), found.pixel)  # the picker looks for dark ones


def picked(path: Path, knobs: PickKnobs, templates: Any) -> tuple[Any, Any, float]:
    """Picks of one micrograph, its image and its pixel."""
    from ..inference.picking import pick

    image, pixel = micrograph_of(path, knobs.pixel)
    forbidden = None if knobs.mask is None else micrograph_of(knobs.mask, pixel)[0]
    if forbidden is not None and forbidden.shape != image.shape:
        raise InputError(f"the mask has {forbidden.shape} pixels and {path.name} {image.shape}; they must agree")
    found = pick(
        image,
        pixel,
        knobs.diameter,
        threshold=knobs.threshold,
        separation=knobs.separation,
        contrast=knobs.protein,
        templates=templates,
        forbidden=forbidden,
        most=knobs.most,
    )
    return found, image, pixel


def work(knobs: PickKnobs, folder: JobFolder | None) -> Outcome:
    """Pick all; coordinates go to one STAR, ``coordinates.star``, which `extract` reads."""
    assert folder is not None
    templates, done, failed = templates_of(knobs), [], []
    for path in track(list(knobs.files), "micrographs", total=len(knobs.files)):
        try:
            done.append((path, *picked(path, knobs, templates)))
        except UnderfocusError as error:
            failed.append(str(error))
            folder.log(f"left out: {error}")
    if not done:
        raise InputError(f"no micrograph could be searched; the first said: {failed[0]}")
    _write(folder, done)
    counts = {str(path): len(found) for path, found, *_ in done}
    results = {"picks": sum(counts.values()), "micrographs": counts, "left_out": failed, "files": ["coordinates.star"]}
    lines = [f"{path.name}: {len(found)} picks" for path, found, *_ in done] + [f"left out: {w}" for w in failed]
    return Outcome(results, tuple(lines), _report(knobs, done))


def _write(folder: JobFolder, done: list[Any]) -> None:
    from ..data.files import coordinates

    names = np.concatenate([np.full(len(found), str(path)) for path, found, *_ in done])
    places = np.concatenate([found.places for _, found, *_ in done]).reshape(-1, 2)
    scores = np.concatenate([found.scores for _, found, *_ in done])
    coordinates.write(folder.path("coordinates.star"), places, scores, {"rlnMicrographName": names})


def _report(knobs: PickKnobs, done: list[Any]) -> Any:
    from ..show import report as reports
    from ..show.specs import bars, beside
    from . import pictures

    sections = []
    for path, found, image, pixel in done[:24]:
        marked, size = circled(image, pixel, found, knobs.diameter)
        shown = pictures.grey(marked, size, path.name, "White rings: picks. Lighter areas: taken to be contaminated.")
        heights, edges = np.histogram(found.scores, bins=20) if len(found) else (np.zeros(1), np.array([0.0, 1.0]))
        drawn = bars((edges[1:] + edges[:-1]) / 2, heights, x="score, σ", y="picks", title="Scores")
        sections.append(reports.Section(path.name, f"{len(found)} picks", beside(shown, drawn)))
    total = sum(len(found) for _, found, *_ in done)
    return reports.Report(
        title="Picking",
        opening=f"{total} picks in {len(done)} micrograph{'s' * (len(done) > 1)}",
        sections=tuple(sections),
    )


def circled(image: Any, pixel: float, found: Any, diameter: float) -> tuple[Any, float]:
    """The micrograph binned to about 800 pixels, calm, with rings around the picks and what is dirty in white."""
    from scipy import ndimage

    k = max(1, round(max(image.shape) / 800))
    ny, nx = (n // k * k for n in image.shape)
    small = image[:ny, :nx].reshape(ny // k, k, nx // k, k).mean((1, 3)).astype(float)
    small = ndimage.gaussian_filter(small, max(0.5, diameter / pixel / k / 12))
    middle, spread = np.median(small), 1.4826 * np.median(np.abs(small - np.median(small))) + 1e-30
    grey = np.clip((small - middle) / spread, -4, 4)
    y, x = np.mgrid[: grey.shape[0], : grey.shape[1]]
    rows, columns = (
        np.minimum((v * k / found.factor).astype(int), n - 1) for v, n in zip((y, x), found.dirty.shape, strict=True)
    )
    grey = np.where(found.dirty[rows, columns], 0.5 * grey + 2.0, grey)
    radius = diameter / pixel / k / 2
    for px, py in found.places / k:
        window = (
            slice(max(0, int(py - radius - 2)), int(py + radius + 3)),
            slice(max(0, int(px - radius - 2)), int(px + radius + 3)),
        )
        ring = np.abs(np.hypot(y[window] - py, x[window] - px) - radius) < 0.8
        grey[window][ring] = 4.0
    return grey, pixel * k


def python(knobs: PickKnobs) -> str:
    """The same in the library, for the first micrograph."""
    pixel = "" if knobs.pixel is None else f", pixel={knobs.pixel!r}"
    more = f", threshold={knobs.threshold!r}, separation={knobs.separation!r}, contrast={knobs.protein!r}"
    return "\n".join(
        [
            "from underfocus.inference.picking import pick",
            f"found = uf.open({str(knobs.files[0])!r}{pixel})",
            f"picks = pick(found.data[0], found.pixel, {knobs.diameter!r}{more})",
        ]
    )


JOB = Job("pick", verbs.VERBS["pick"], PickKnobs, work, python)
