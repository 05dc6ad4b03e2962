"""``underfocus reconstruct``: particles with known poses become a map, or two half maps and the whole in one pass."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from ..base.errors import UnsupportedFileError
from ..base.knobs import Knobs, option
from ..data.dials import Contrast, Pixel, Symmetry
from .folder import JobFolder
from .job import Job, Outcome


class ReconstructKnobs(Knobs):
    """Which particles, and how they are combined."""

    particles: Annotated[Path, option("Particles with poses: RELION .star or cryoSPARC .cs.", flag="PARTICLES")]
    halves: Annotated[bool, option("Also make the two half maps and their FSC, from the same pass over the data.")] = (
        False
    )
    symmetry: Symmetry = "C1"
    contrast: Contrast | None = None
    pixel: Pixel | None = None
    images: Annotated[Path | None, option("A further folder in which the stacks are looked for.")] = None


def read(knobs: ReconstructKnobs) -> Any:
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


def work(knobs: ReconstructKnobs, folder: JobFolder | None) -> Outcome:
    """Reconstruct into the folder."""
    from ..inference.reconstruct import reconstruct

    assert folder is not None
    particles = read(knobs)
    folder.uses([file.header.path for file in getattr(particles.stack, "files", ())])
    results: dict[str, Any] = {
        "particles": len(particles),
        "box": particles.n,
        "pixel_A": particles.pixel,
        "symmetry": knobs.symmetry,
        "contrast": particles.contrast,
        "columns_ignored": list(particles.ignored),
    }
    if knobs.halves:
        return _halves(knobs, particles, folder, results)
    volume = reconstruct(particles, symmetry=knobs.symmetry)
    volume.save(folder.path("map.mrc"))
    results["files"] = ["map.mrc"]
    return Outcome(
        results, (f"A map from {len(particles)} particles: map.mrc",), _report(knobs, particles, volume, None)
    )


def _halves(knobs: ReconstructKnobs, particles: Any, folder: JobFolder, results: dict[str, Any]) -> Outcome:
    from ..inference.reconstruct import half_sets, reconstruct_halves
    from ..validation.resolution import fsc

    maps = reconstruct_halves(particles, symmetry=knobs.symmetry)
    for name in ("half1", "half2"):
        getattr(maps, name).save(folder.path(f"{name}.mrc"))
    maps.whole.save(folder.path("map.mrc"))
    curve = fsc(maps.half1, maps.half2)
    write_curve(folder.path("fsc.star"), curve)
    first = int((half_sets(particles) == 0).sum())
    results |= {
        "half_particles": [first, len(particles) - first],
        "halves_from": "rlnRandomSubset" if particles.half is not None else "alternating particles",
        "fsc_0143_A": curve.resolution(0.143),
        "fsc_05_A": curve.resolution(0.5),
        "files": ["map.mrc", "half1.mrc", "half2.mrc", "fsc.star"],
    }
    sizes = f"{first} and {len(particles) - first} particles"
    line = f"Two half maps of {sizes}: {curve.resolution(0.143):.2f} Å at FSC = 0.143, unmasked"
    return Outcome(results, (line,), _report(knobs, particles, maps.whole, curve))


def write_curve(path: Path, curve: Any) -> Path:
    """An FSC as a STAR table under RELION's labels."""
    from ..data.files import star

    columns = {label: [f"{v:.6g}" for v in values] for label, values in curve.columns().items()}
    import numpy as np

    return star.write(path, [star.Block("fsc", columns={k: np.array(v) for k, v in columns.items()})])


def _report(knobs: ReconstructKnobs, particles: Any, volume: Any, curve: Any) -> Any:
    from ..show import report as reports
    from ..show.specs import beside
    from . import pictures

    sections = [reports.Section("The map", panels=pictures.central_slices(volume, "Map"))]
    if curve is not None:
        drawn = beside(pictures.fsc_curve({"half maps": curve}), pictures.resolution_readouts(curve))
        sections.append(reports.Section("How far the halves agree", "Unmasked; solvent noise lowers it.", drawn))
    seen = beside(pictures.views(particles.pose), pictures.defoci(particles.optics))
    sections.append(reports.Section("How the particles were seen", panels=seen))
    what = f"{len(particles)} particles of {particles.n}² pixels"
    opening = f"{what}, combined by direct Fourier inversion in the poses they came with."
    return reports.Report(
        title=f"Reconstruction from {knobs.particles.name}", opening=opening, sections=tuple(sections)
    )


def python(knobs: ReconstructKnobs) -> str:
    """The same in the library."""
    given = {"pixel": knobs.pixel, "images": [str(knobs.images)] if knobs.images else None, "contrast": knobs.contrast}
    options = "".join(f", {name}={value!r}" for name, value in given.items() if value is not None)
    symmetry = "" if knobs.symmetry == "C1" else f", symmetry={knobs.symmetry!r}"
    name, call = ("maps", "reconstruct_halves") if knobs.halves else ("volume", "reconstruct")
    return f"{name} = uf.{call}(uf.open({str(knobs.particles)!r}{options}){symmetry})"


JOB = Job("reconstruct", "a map, or half maps and the whole, from particles with poses", ReconstructKnobs, work, python)
