"""The report of a resolution: the curve with its band, the mask's part in it, and the FSC by direction."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from ..maths import fourier, so3
from ..show.specs import Line, Mark, Panels, bars, beside, curve, image, readout

#: HEALPix order of the map of directions: 3,072 cells.
FINE = 4
BAND = (
    "Repeated with other particles of the same molecule, as many and as noisy, 95 of 100 such bands would hold the "
    "true FSC of a shell. The band counts the voxels of a shell, and what mask, symmetry and the noise's place in the "
    "map take away from them. It knows nothing of masks or poses that were made from the noise itself."
)
DIRECTIONS = (
    "Of each shell only the voxels within a cone about a direction are correlated. Few voxels scatter: what even "
    "sampling would show by chance, at this FSC and with signal and noise where they lie in these maps, stands beside "
    "cFAR, the smallest area under a curve over the largest."
)


def name(found: Any) -> str:
    """What a curve is called in a legend."""
    return "half maps" if found.masked is None else "half maps, corrected"


def agreement(band: Any) -> Panels:
    """The curve with its band, and its numbers."""
    from . import pictures

    drawn = pictures.fsc_curve({name(band.curve): band.curve}, band=band)
    return beside(drawn, pictures.resolution_readouts(band.curve, band))


def report(knobs: Any, band: Any, first: Any, words: Any, found: Any) -> Any:
    """The whole report; ``words`` None without a mask, ``found`` None where directions were not asked for."""
    from ..show import report as reports
    from . import pictures, resolution_words

    said = BAND if words is None else f"{words.sentence}.\n\n{BAND}"
    sections = [reports.Section("Fourier shell correlation", said, agreement(band))]
    if found is not None:
        drawn = (curves(found, knobs.cone), by_direction(found), numbers(found))
        said = ". ".join(w[0].upper() + w[1:] for w in resolution_words.of_directions(found))
        sections.append(reports.Section("By direction", f"{said}.\n\n{DIRECTIONS}", drawn))
        sections.append(reports.Section("The 3D FSC", SECTIONS, sections_of(found)))
    sections.append(reports.Section("The first half map", panels=pictures.central_slices(first, "First half")))
    return reports.Report(
        title=f"Resolution of {knobs.half1.name} and {knobs.half2.name}",
        opening="The agreement of two maps from disjoint halves of the data, and how certain it is.",
        sections=tuple(sections),
    )


SECTIONS = (
    "Each voxel of Fourier space has the FSC of its shell in the cone of the nearest direction. Round rings are even; "
    "a notch is a direction that the particles were hardly seen from the side of."
)


def curves(found: Any, cone: float) -> Panels:
    """The FSC of whole shells, of the worst and of the best cone, and the range of all others."""
    conical = found.conical
    low, high = conical.curves.min(axis=0), conical.curves.max(axis=0)
    drawn = curve(
        conical.frequency,
        Line(found.whole, "whole shells; shaded: all cones", band=(low, high)),
        Line(conical.curves[conical.worst], "worst cone", "dashed"),
        Line(conical.curves[conical.best], "best cone", "dotted"),
        *(Line(np.full(len(low), t), "", "faint") for t in (0.5, 0.143)),
        x="spatial frequency, 1/Å",
        y="FSC",
        title="FSC within cones",
        caption=f"Cones of {cone:g}° about {len(conical.directions)} directions; each holds "
        f"{1 - np.cos(np.radians(cone)):.1%} of a shell, so that alike they never are. Look whether one cone stays "
        "below the others from shell to shell. Not corrected for a mask.",
        y_limits=(min(-0.1, float(low.min()) - 0.05), 1.05),
    )
    return beside(drawn)


def counted(found: Any) -> Any:
    """How many directions have which resolution."""
    lengths = found.conical.resolutions()
    middle = float(np.median(lengths))
    heights, edges = np.histogram(lengths, bins=min(30, max(8, len(np.unique(lengths)) // 6)))
    return bars(
        (edges[1:] + edges[:-1]) / 2,
        heights,
        x="resolution, Å",
        y="directions",
        title="Counted",
        caption="Where each cone's curve first falls below 0.143. One narrow peak is even; a tail to the right are "
        "directions that are worse.",
        marks=(Mark(middle, f"median {middle:.2f} Å"),),
    )


def by_direction(found: Any) -> Panels:
    """Resolution by direction: counted, flat and on the globe; the arrow is where the curve is lowest."""
    from ..show.globe import flat, globe

    conical = found.conical
    cells = so3.healpix_directions(FINE)
    lengths = conical.resolutions()
    values = lengths[np.abs(cells @ conical.directions.T).argmax(axis=1)]
    low, high = float(lengths.min()), float(np.quantile(lengths, 0.98))
    limits = (low, max(high, 1.02 * low))
    x, y, z = conical.directions[conical.worst]
    return beside(
        counted(found),
        flat(
            values,
            title="Resolution, Mollweide's map",
            caption=f"At FSC 0.143: dark is {limits[0]:.2f} Å, bright, which is worse, {limits[1]:.2f} Å or more. "
            "Opposite directions are one.",
            unit="Å",
            limits=limits,
        ),
        globe(
            values,
            title="Resolution on the sphere",
            caption=f"The arrow is where the curve is lowest, along ({x:.2f}, {y:.2f}, {z:.2f}).".replace("-", "−"),
            description=f"A sphere coloured by resolution, from {low:.2f} to {lengths.max():.2f} Å.",
            limits=limits,
            axis=conical.directions[conical.worst],
        ),
    )


def numbers(found: Any) -> Panels:
    """cFAR beside the null distribution, and the two ends."""
    lengths = found.conical.resolutions()
    return beside(
        (
            readout("cFAR", found.cfar, note="even" if found.even else "uneven"),
            readout("cFAR by chance", found.floor.mean, note=f"below {found.floor.low:.3f} once in twenty"),
            readout("noise, least over most", found.noise_evenness, note=f"chance: above {found.floor.noise_low:.3f}"),
            readout("best resolution", float(lengths.min()), "Å"),
            readout("worst resolution", float(lengths.max()), "Å", "of a direction"),
        )
    )


def sections_of(found: Any) -> Panels:
    """The three central sections of the 3D FSC."""
    conical, n = found.conical, found.conical.n
    full = fourier.display3(conical.volume().astype(np.float32), n)
    middle, step = n // 2, 1 / (n * conical.pixel)
    planes = (
        ("z", full[middle], "ky down, kx right"),
        ("y", full[:, middle], "kz down, kx right"),
        ("x", full[:, :, middle], "kz down, ky right"),
    )
    return beside(
        *(
            image(
                plane,
                step,
                title=f"Section across k{axis}",
                caption=f"{words}; dark is 0, bright 1.",
                colour="viridis",
                limits=(0.0, 1.0),
                space="fourier",
            )
            for axis, plane, words in planes
        )
    )


def write_directions(folder: Any, found: Any) -> None:
    """Directions, their resolutions and areas as a STAR table; the 3D FSC as a map, its origin in the middle."""
    from ..data.volume import Volume

    conical = found.conical
    _write(folder.path("directional.star"), conical)
    full = fourier.display3(conical.volume().astype(np.float32), conical.n)
    Volume(full, conical.pixel).save(folder.path("fsc3d.mrc"))


def _write(path: Path, conical: Any) -> None:
    from ..data.files import star

    names = ("ufDirectionX", "ufDirectionY", "ufDirectionZ", "ufResolution", "ufFscArea")
    values = (*conical.directions.T, conical.resolutions(), conical.areas)
    columns = {label: np.array([f"{v:.6f}" for v in column]) for label, column in zip(names, values, strict=True)}
    star.write(path, [star.Block("directional_fsc", columns=columns)])
