"""The report of a reconstruction: the map, how far its halves agree, and how the particles were seen."""

from __future__ import annotations

from typing import Any

METHODS = {
    "fourier": "by direct Fourier inversion",
    "least-squares": "by least squares within a support",
    "sirt": "by SIRT within a support",
    "weighted-backprojection": "by weighted back-projection, which divides by no CTF",
    "backprojection": "by back-projection alone, which blurs",
}


def report(knobs: Any, particles: Any, volume: Any, band: Any, growth: Any = None, hoped: Any = None) -> Any:
    """What a reconstruction shows of itself; ``band`` None without halves, ``growth`` of fewer particles, ``hoped``
    the expected FSC; both None where they were not asked for."""
    from ..show import report as reports
    from ..show.specs import beside
    from . import expectation, particle_numbers, pictures, resolution_report

    sections = [reports.Section("The map", panels=pictures.central_slices(volume, "Map"))]
    if band is not None:
        words = "Unmasked; solvent noise lowers it." if band.curve.masked is None else "Within the mask."
        words, drawn = f"{words} {resolution_report.BAND}", resolution_report.agreement(band)
        sections.append(reports.Section("How far the halves agree", words, drawn))
    if growth is not None:
        drawn = beside(particle_numbers.plot(growth))
        sections.append(reports.Section("What more particles would bring", f"{growth.sentence}.", drawn))
    if hoped is not None:
        words, drawn = expectation.sentence(band.curve, hoped), beside(expectation.plot(band.curve, hoped))
        sections.append(reports.Section("What was to be expected", words, drawn))
    seen = beside(pictures.views(particles.pose), pictures.defoci(particles.optics))
    sections.append(reports.Section("How the particles were seen", panels=seen))
    what = f"{len(particles)} particles of {particles.n}² pixels"
    opening = f"{what}, combined {METHODS[knobs.method]} in the poses they came with. {honoured(knobs, particles)}"
    return reports.Report(
        title=f"Reconstruction from {knobs.particles.name}", opening=opening.strip(), sections=tuple(sections)
    )


def honoured(knobs: Any, particles: Any) -> str:
    """What beside pose and CTF was taken into account, in a sentence; nothing where there was nothing."""
    found = []
    if particles.optics.aberrations is not None:
        found.append("the aberrations of the metadata")
    if particles.treated != "nothing":
        found.append(f"that the images were {particles.treated} beforehand")
    if particles.scale is not None:
        found.append("each image's scale")
    if knobs.noise == "groups":
        found.append("each group's noise")
    if knobs.exposure:
        found.append("the dose before each image")
    if knobs.ewald != "flat":
        found.append("the curvature of the Ewald sphere")
    if knobs.rise is not None:
        found.append(f"a helix of {knobs.rise:g} Å and {knobs.twist:g}° a unit")
    return f"Taken into account: {', '.join(found)}." if found else ""
