"""The report of the tour: each stage with its picture, what to look for, and how true it came out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..show.report import Report, Section
from ..show.specs import Panels, beside, readout
from . import pictures

if TYPE_CHECKING:
    from .tour import Chain, TourKnobs


def report(knobs: TourKnobs, chain: Chain, seconds: dict[str, float]) -> Report:
    """The sections in the order of the stages."""
    from ..samples import structures

    known = next(s for s in structures() if s.name == knobs.structure)
    spent = ", ".join(f"{name} {taken:.1f} s" for name, taken in seconds.items())
    return Report(
        title="From a structure to a map",
        opening=f"{known.what} ({known.source}). {pictures.HONEST}\n\nTime: {spent}.",
        sections=(
            Section(
                "1. The specimen",
                "The electrostatic potential of its atoms in volts (Peng 1996), on "
                f"{knobs.box}³ voxels of {knobs.pixel:g} Å. This is the truth that the map is compared with.",
                pictures.central_slices(chain.imaging.volume, "Potential"),
            ),
            Section(
                "2. The particles",
                f"{knobs.n} projections in random orientations, each with its own defocus, then noise: its variance is "
                f"{1 / knobs.snr:.3g} times that of the signal over the whole box.",
                pictures.particle_panels(chain.imaging),
            ),
            Section("3. How they were seen", panels=pictures.coverage(chain.imaging)),
            Section(
                "4. How far to trust the map",
                "Maps from disjoint halves of the particles agree as far as there is signal. Here the truth is known "
                "too, which it never is in practice: the two curves should cross their thresholds at one place.",
                _trust(chain),
            ),
            Section(
                "5. The map as it comes",
                "All particles together, each weighted by its CTF. Noise fills the box, and fine detail is weak.",
                pictures.central_slices(chain.maps.whole, "Map"),
            ),
            _sharpened(chain),
        ),
    )


def _trust(chain: Chain) -> Panels:
    curves = {"half maps, corrected": chain.halves, "whole map to truth": chain.truth}
    truth = readout("to the truth, FSC 0.5", chain.truth.resolution(0.5), "Å")
    return beside(pictures.fsc_curve(curves), pictures.resolution_readouts(chain.halves), truth)


def _sharpened(chain: Chain) -> Section:
    from .sharpen import within
    from .tour import IMAGE_BFACTOR

    found = chain.sharpening
    if found is None:
        return Section("6. Not sharpened", "The map ends before a line can be fitted to its Guinier plot.")
    numbers: tuple[Any, ...] = (
        readout("B found beyond the structure's own", round(found.bfactor, 1), "Å²"),
        readout("B put into the images", IMAGE_BFACTOR, "Å²", "exp(−B s²/4)"),
    )
    return Section(
        "6. Sharpened",
        "The images were damped, as real ones are. The Guinier plot shows how much; sharpening undoes it, as far "
        "as the FSC tells signal from noise. The sections are shown within the mask.",
        (
            beside(pictures.guinier_plot(found.plot, found.truth), numbers),
            pictures.central_slices(within(found.volume, chain.mask), "Sharpened map"),
        ),
    )
