"""``underfocus symmetrise``: a map averaged over a point group or a helix, and how symmetric it was before."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Annotated, Any

import numpy as np

from ..base.errors import InputError, UnderfocusWarning
from ..base.knobs import Knobs, knob, option
from ..data.dials import Pixel, Seed, Symmetry
from . import verbs
from .folder import JobFolder
from .job import Job, Outcome


class SymmetriseKnobs(Knobs):
    """Which map, and which symmetry about which axes."""

    map: Annotated[Path, option("The map (.mrc, .map, also .gz), a cube with the axes through its middle.", flag="MAP")]
    symmetry: Symmetry = "C1"
    rise: Annotated[float | None, knob("Å", 1.0, 50.0, "Helical rise along z.", valid=(0.01, 1e4))] = None
    twist: Annotated[float | None, knob("°", -180.0, 180.0, "Helical twist about z, right-handed where positive.")] = (
        None
    )
    central: Annotated[
        float,
        knob(
            "",
            0.2,
            1.0,
            "Part of the box's length, about its middle, whose units are averaged and laid along the helix.",
            valid=(0.01, 1.0),
        ),
    ] = 0.5
    pixel: Pixel | None = None
    seed: Seed = 0


def check(knobs: SymmetriseKnobs) -> None:
    """InputError unless a group or a whole helix is named."""
    if (knobs.rise is None) != (knobs.twist is None):
        missing = "--twist" if knobs.twist is None else "--rise"
        raise InputError(f"a helix has a rise and a twist, and {missing} is missing")
    if knobs.rise is None and knobs.symmetry.strip().upper() == "C1":
        raise InputError("name a point group (--symmetry C4, D2, I …) or a helix (--rise and --twist)")


def work(knobs: SymmetriseKnobs, folder: JobFolder | None) -> Outcome:
    """Average into the folder, and say how well the mates agreed."""
    from ..inference.symmetrise import symmetrise
    from . import symmetrise_report
    from .resolution import volume as read

    assert folder is not None
    check(knobs)
    volume = read(knobs.map, knobs.pixel)
    found = symmetrise(
        volume, knobs.symmetry, rise=knobs.rise, twist=knobs.twist or 0.0, central=knobs.central, seed=knobs.seed
    )
    found.volume.save(folder.path("symmetrised.mrc"))
    write_mates(folder.path("mates.star"), found)
    if found.agreeing < len(found.mates):
        warnings.warn(found.verdict, UnderfocusWarning, stacklevel=1)
    results = {
        "symmetry": found.name,
        "mates": len(found.mates),
        "mates_that_agree": found.agreeing,
        "correlation_mean": found.correlation,
        "correlation_least": min(found.correlations),
        "correlation_by_chance": found.chance,
        "correlated_from_A": found.lengths[0],
        "correlated_to_A": found.lengths[1],
        "symmetric": found.agreeing == len(found.mates),
        "pixel_A": volume.pixel,
        "box": volume.n,
        "files": ["symmetrised.mrc", "mates.star"],
    }
    mates = "1 mate" if len(found.mates) == 1 else f"{len(found.mates)} mates"
    lines = [f"Averaged over {found.name}, {mates} compared: symmetrised.mrc"]
    if found.agreeing == len(found.mates):
        lines.insert(0, found.verdict)
    return Outcome(results, tuple(lines), symmetrise_report.report(knobs, volume, found))


def write_mates(path: Path, found: Any) -> None:
    """Each mate's axis, angle, step in Å and correlation; and the mean curve over them by shell."""
    from ..data.files import star
    from ..maths import rotations

    axis, angle = rotations.to_axis_angle(np.stack([mate.rotation for mate in found.mates]))
    columns = {
        "ufAxisX": axis[:, 0],
        "ufAxisY": axis[:, 1],
        "ufAxisZ": axis[:, 2],
        "ufAngle": angle,
        "ufRise": np.array([mate.step[2] for mate in found.mates]),
        "ufCorrelation": np.array(found.correlations),
    }
    size = found.volume.n * found.volume.pixel
    mean, least = curves(found)
    shells = {
        "rlnResolution": np.arange(len(mean)) / size,
        "ufCorrelationWithMates": mean,
        "ufCorrelationLeast": least,
        "ufCorrelationOtherAxes": np.mean([mate.curve for mate in found.others], 0),
    }
    blocks = [
        star.Block(name, columns={k: np.array([f"{v:.6f}" for v in values]) for k, values in table.items()})
        for name, table in (("mates", columns), ("shells", shells))
    ]
    star.write(path, blocks)


def curves(found: Any) -> tuple[Any, Any]:
    """The mean and the least over the mates of the correlation in each shell."""
    every = np.array([mate.curve for mate in found.mates])
    return every.mean(0), every.min(0)


def python(knobs: SymmetriseKnobs) -> str:
    """The same in the library."""
    pixel = "" if knobs.pixel is None else f", pixel={knobs.pixel!r}"
    words = [repr(knobs.symmetry)]
    if knobs.rise is not None:
        words.append(f"rise={knobs.rise!r}, twist={knobs.twist!r}, central={knobs.central!r}")
    words += [f"seed={knobs.seed}"] if knobs.seed else []
    return "\n".join(
        [
            "from underfocus.inference.symmetrise import symmetrise",
            f"found = symmetrise(uf.open({str(knobs.map)!r}{pixel}), {', '.join(words)})",
            "print(found.verdict)  # the map is found.volume",
        ]
    )


JOB = Job("symmetrise", verbs.VERBS["symmetrise"], SymmetriseKnobs, work, python)
